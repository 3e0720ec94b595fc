using NestC.Diagnostics;
using NestC.IR;
using Xunit;

namespace NestC.Passes.Tests;

/// <summary>The text of pipelines: forms and messages are those that mlir-opt 19 gives for the same texts.</summary>
public sealed class PipelineTextTests
{
    private const string Canonicalize = "canonicalize{  max-iterations=10 max-num-rewrites=-1 region-simplify=normal test-convergence=false top-down=true}";

    [Theory]
    [InlineData("builtin.module(func.func(cse,canonicalize{top-down=true}),any(cse))", $"builtin.module(func.func(cse,{Canonicalize}),any(cse))")]
    [InlineData("builtin.module()", "builtin.module()")]
    [InlineData("any( cse )", "any(cse)")]
    [InlineData("builtin.module(canonicalize{disable-patterns=a,b,{c,d} max-iterations=3})",
        "builtin.module(canonicalize{disable-patterns=a,b,{c,d}  max-iterations=3 max-num-rewrites=-1 region-simplify=normal test-convergence=false top-down=true})")]
    [InlineData("builtin.module(inline)", "builtin.module(inline{default-pipeline=canonicalize inlining-threshold=4294967295 max-iterations=4 })")]
    [InlineData("builtin.module(inline{op-pipelines=func.func(cse),foo.bar(canonicalize)})",
        $"builtin.module(inline{{default-pipeline=canonicalize inlining-threshold=4294967295 max-iterations=4 op-pipelines=func.func(cse),foo.bar({Canonicalize})}})")]
    public void PrintsWhatItReads(string text, string expected)
    {
        NestContext context = Ir.Context();
        PassPipeline? pipeline = PipelineParser.Parse(Ir.Registry, context, text);
        Assert.Equal(expected, pipeline!.ToString());
        Assert.Equal(expected, PipelineParser.Parse(Ir.Registry, context, expected)!.ToString());
    }

    [Theory]
    [InlineData("cse", "expected pass pipeline to be wrapped with the anchor operation type, e.g. 'builtin.module(...)'")]
    [InlineData("", "expected pass pipeline to be wrapped with the anchor operation type, e.g. 'builtin.module(...)'")]
    [InlineData("builtin.module(func.func(cse", "expected pass pipeline to be wrapped with the anchor operation type, e.g. 'builtin.module(...)'")]
    [InlineData("builtin.module(foo)", "MLIR Textual PassPipeline Parser:1:1: error: 'foo' does not refer to a registered pass or pass pipeline\nfoo\n^\n")]
    [InlineData("builtin.module(cse))", "MLIR Textual PassPipeline Parser:1:4: error: encountered extra closing ')' creating unbalanced parentheses while parsing pipeline\ncse)\n   ^\n")]
    [InlineData("builtin.module(cse,)", "MLIR Textual PassPipeline Parser:1:5: error: '' does not refer to a registered pass or pass pipeline\ncse,\n    ^\n")]
    [InlineData("builtin.module(cse x)", "MLIR Textual PassPipeline Parser:1:1: error: 'cse x' does not refer to a registered pass or pass pipeline\ncse x\n^\n")]
    [InlineData("builtin.module(canonicalize{top-down=true)", "MLIR Textual PassPipeline Parser:1:13: error: missing closing '}' while processing pass options\ncanonicalize{top-down=true\n            ^\n")]
    [InlineData("builtin.module(canonicalize{foo=1})", "<Pass-Options-Parser>: no such option foo\n\nfailed to add `canonicalize` with options `foo=1`")]
    [InlineData("builtin.module(canonicalize{top-down=blue})", "for the --top-down option: 'blue' is invalid value for boolean argument! Try 0 or 1\nfailed to add `canonicalize` with options `top-down=blue`")]
    [InlineData("builtin.module(canonicalize{max-iterations=x})", "for the --max-iterations option: 'x' value invalid for long argument!\nfailed to add `canonicalize` with options `max-iterations=x`")]
    [InlineData("builtin.module(canonicalize{region-simplify=x})", "for the --region-simplify option: Cannot find option named 'x'!\nfailed to add `canonicalize` with options `region-simplify=x`")]
    public void SaysWhatIsWrong(string text, string message)
    {
        List<Diagnostic> said = [];
        Assert.Null(PipelineParser.Parse(Ir.Registry, Ir.Context(said), text));
        Assert.Equal([message], said.ConvertAll(static d => d.Message));
    }

    [Theory]
    [InlineData("builtin.module(canonicalise)", "did you mean 'canonicalize'?")]
    [InlineData("builtin.module(canonicalize{topdown=1})", "did you mean 'top-down'?")]
    public void SuggestsWhatWasMeant(string text, string help)
    {
        List<Diagnostic> said = [];
        PipelineParser.Parse(Ir.Registry, Ir.Context(said), text);
        Assert.Equal(help, Assert.Single(said).Help);
    }

    [Fact]
    public void NamesOfPassesAgreeWithTheirDeclarations()
    {
        foreach (PassEntry entry in Ir.Registry.Passes()) Assert.Equal(entry.Argument, ((PassAttribute)Attribute.GetCustomAttribute(entry.Make().GetType(), typeof(PassAttribute))!).Name);
    }
}
