using NestC.Builtin;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>A pass over functions of graph operations that is a set of patterns, applied until none matches.</summary>
public abstract class GraphPatternPass : Pass<FuncOp>
{
    // Constants stay where they are, and blocks as they are: graphs have one.
    private static readonly RewriteConfig config = new() { TopDown = true, RegionSimplification = RegionSimplification.Disabled };

    private FrozenPatterns? cached;

    public override ReadOnlySpan<string> DependentDialects => dialects;

    private static readonly string[] dialects = ["graph"];

    protected abstract void AddPatterns(PatternSet patterns);

    protected override void Run(FuncOp f, PassContext ctx)
    {
        if (f.IsDeclaration) return;
        FrozenPatterns? patterns = Volatile.Read(ref cached);
        if (patterns is null || patterns.Context != ctx.Context)
        {
            PatternSet all = new();
            AddPatterns(all);
            patterns = FrozenPatterns.For(ctx.Context, all);
            Volatile.Write(ref cached, patterns);
        }
        RewriteResult result = ctx.ApplyGreedily(f, patterns, config);
        if (!result.Changed && !ctx.HasFailed) ctx.PreserveAll();
    }
}
