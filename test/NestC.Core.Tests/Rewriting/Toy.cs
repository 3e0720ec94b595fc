using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Builtin.Cf;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Rewriting;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

/// <summary>A context with the toy dialect, and what was said in it.</summary>
internal sealed class Toy
{
    public Toy()
    {
        Context = new NestContext { AllowUnregisteredDialects = true };
        Context.Register("builtin", static c => new BuiltinDialect(c));
        Context.Register("func", static c => new FuncDialect(c));
        Context.Register("arith", static c => new ArithDialect(c));
        Context.Register("cf", static c => new CfDialect(c));
        Context.Register("toy", static c => new ToyDialect(c));
        Context.Diagnostics.PushHandler(Said.Add);
    }

    public NestContext Context { get; }

    public List<Diagnostic> Said { get; } = [];

    public Operation Parse(string text)
    {
        Operation? module = AsmParser.Parse(Context, SourceFile.FromBytes("test.mlir", System.Text.Encoding.UTF8.GetBytes(text)), implicitModule: true);
        Assert.True(module is not null, string.Join("\n", Said.Select(static d => d.Message)));
        return module;
    }

    /// <summary>A function with this body over `%x, %y: i32` and `%c: i1`, returning nothing.</summary>
    public Operation ParseBody(string body) => Parse($"func.func @f(%x: i32, %y: i32, %c: i1) {{\n{body}\n}}");

    public static string Print(Operation op) => AsmPrinter.ToText(op, new PrintOptions());

    /// <summary>The lines of the one function's body, trimmed.</summary>
    public static string[] Body(Operation module) =>
        [.. Print(module).Split('\n').Select(static l => l.Trim()).Where(static l => l.Length > 0).Skip(2).SkipLast(2)];

    public RewriteResult Canonicalize(Operation module, RewriteConfig? config = null) =>
        GreedyRewrite.Apply(module, FrozenPatterns.Canonicalization(Context), config ?? new RewriteConfig { TopDown = true, RegionSimplification = RegionSimplification.Normal });

    public RewriteResult Apply(Operation module, PatternSet patterns, RewriteConfig? config = null) => GreedyRewrite.Apply(module, patterns, config);

    public string Codes => string.Join(",", Said.Select(static d => d.Code));
}
