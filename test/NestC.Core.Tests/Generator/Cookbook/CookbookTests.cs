using System.Runtime.CompilerServices;
using NestC.Dialects.Demo;
using NestC.IR;
using NestC.Rewriting;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Generator.Cookbook;

/// <summary>The operation of docs/cookbook/add-an-op.md does what the page says.</summary>
public sealed class CookbookTests
{
    private readonly NestContext context = new() { AllowUnregisteredDialects = true };
    private readonly List<string> errors = [];

    public CookbookTests()
    {
        Builtin.BuiltinDialect.Register(context);
        DemoDialect.Register(context);
        context.Diagnostics.PushHandler(d => errors.Add(d.Message));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static string Page => File.ReadAllText(Path.Combine(Folder(), "../../../../docs/cookbook/add-an-op.md")).Replace("\r\n", "\n");

    // The nth block of code in a language.
    private static string Block(string language, int index)
    {
        string text = Page;
        int at = -1;
        for (int i = 0; i <= index; i++) at = text.IndexOf("```" + language + "\n", at + 1, StringComparison.Ordinal);
        int start = text.IndexOf('\n', at) + 1;
        return text[start..text.IndexOf("\n```", start, StringComparison.Ordinal)];
    }

    private Operation Parse(string text)
    {
        Operation? op = AsmParser.Parse(context, text);
        Assert.Equal([], errors);
        return op!;
    }

    [Fact]
    public void ThePageShowsTheFileThatIsCompiled()
    {
        string file = File.ReadAllText(Path.Combine(Folder(), "ClampOp.cs")).Replace("\r\n", "\n").TrimEnd('\n');
        Assert.Equal(file, Block("csharp", 0));
        Assert.InRange(file.Split('\n').Length, 1, 54);
    }

    [Fact]
    public void TheLitFileOfTheSyntaxComesBack()
    {
        Operation module = Parse(Block("mlir", 0));
        Assert.True(Verifier.Verify(module));
        string printed = module.ToString();
        foreach (string line in Block("mlir", 0).Split('\n'))
        {
            if (!line.StartsWith("// CHECK: ", StringComparison.Ordinal)) continue;
            Assert.Contains(line["// CHECK: demo.clamp %{{.*}}".Length..], printed);
        }
        Assert.Equal(printed, Parse(printed).ToString());
        Assert.Equal(printed, Parse(AsmPrinter.ToText(module, new PrintOptions { Generic = true })).ToString());
    }

    [Fact]
    public void TheLitFileOfTheRulesGetsItsErrors()
    {
        string text = Block("mlir", 1);
        Assert.False(Verifier.Verify(Parse(text)));
        string[] expected = [.. text.Split('\n').Where(l => l.Contains("expected-error")).Select(l => l[(l.IndexOf("{{", StringComparison.Ordinal) + 2)..l.LastIndexOf("}}", StringComparison.Ordinal)])];
        Assert.Equal(expected, errors);
        // Every declared rule has a case.
        OpDefinition definition = context.OpInfo(ClampOp.OpName).Definition!;
        Assert.All(definition.Documentation.Rules, r => Assert.Contains(expected, e => e.EndsWith($"[{r.Id}]", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("1.0 to 8.0", "%1 = demo.clamp %0, 1.000000e+00 to 6.000000e+00 : f32\n  \"test.use\"(%1)")]
    [InlineData("7.0 to 8.0", "%1 = demo.clamp %0, 0.000000e+00 to 6.000000e+00 : f32\n  %2 = demo.clamp %1, 7.000000e+00 to 8.000000e+00 : f32\n  \"test.use\"(%2)")]
    public void ClampsAreMergedWhereTheyOverlap(string second, string left)
    {
        Operation module = Parse($"""
            %x = "test.source"() : () -> f32
            %0 = demo.clamp %x, 0.0 to 6.0 : f32
            %1 = demo.clamp %0, {second} : f32
            "test.use"(%1) : (f32) -> ()
            """);
        PatternSet patterns = new();
        context.OpInfo(ClampOp.OpName).Definition!.AddCanonicalization(patterns);
        Assert.True(GreedyRewrite.Apply(module, patterns).Converged);
        Assert.Equal($"module {{\n  %0 = \"test.source\"() : () -> f32\n  {left} : (f32) -> ()\n}}", module.ToString());
    }

    [Fact]
    public void ANarrowerRangeFoldsTheOuterOneAway()
    {
        Operation module = Parse("""
            %x = "test.source"() : () -> f32
            %0 = demo.clamp %x, 1.0 to 2.0 : f32
            %1 = demo.clamp %0, 0.0 to 6.0 : f32
            "test.use"(%1) : (f32) -> ()
            """);
        Assert.True(GreedyRewrite.Apply(module, new PatternSet()).Changed);
        Assert.Equal("""
            module {
              %0 = "test.source"() : () -> f32
              %1 = demo.clamp %0, 1.000000e+00 to 2.000000e+00 : f32
              "test.use"(%1) : (f32) -> ()
            }
            """, module.ToString());
    }

    [Fact]
    public void PropertiesChangeThroughBuildersAlone()
    {
        Operation module = Parse("%x = \"test.source\"() : () -> f32\n%0 = demo.clamp %x, 0.0 to 6.0 : f32");
        ClampOp clamp = (ClampOp)module.Region(0).First!.Last!;
        Assert.All(typeof(ClampOp).GetProperties().Where(p => p.DeclaringType == typeof(ClampOp)), p => Assert.Null(p.SetMethod));
        Listener heard = new();
        OpBuilder builder = new(context) { Listener = heard };
        clamp.SetHigh(builder, 3);
        Assert.Equal([clamp], heard.Changed);
        Assert.Equal(3, clamp.High);
        Assert.EndsWith("0.000000e+00 to 3.000000e+00 : f32", clamp.ToString());
    }

    private sealed class Listener : IOpListener
    {
        public List<Operation> Changed { get; } = [];

        void IOpListener.Modified(Operation op) => Changed.Add(op);
    }
}
