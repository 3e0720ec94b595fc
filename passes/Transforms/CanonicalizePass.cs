using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Transforms;

/// <summary>How <see cref="CanonicalizePass"/> simplifies control flow; the names are upstream's.</summary>
public enum RegionSimplify
{
    Disabled,
    Normal,
    Aggressive,
}

/// <summary>Folds, erases dead operations and applies the canonicalization patterns of all dialects until nothing changes.</summary>
[Pass("canonicalize", "Canonicalize operations")]
public sealed partial class CanonicalizePass : Pass
{
    [Option("top-down", "Seed the worklist in general top-down order")]
    public bool TopDown { get; init; } = true;

    [Option("region-simplify", "Perform control flow optimizations to the region tree")]
    public RegionSimplify RegionSimplify { get; init; } = RegionSimplify.Normal;

    [Option("max-iterations", "Max. iterations between applying patterns / simplifying regions")]
    public long MaxIterations { get; init; } = 10;

    [Option("max-num-rewrites", "Max. number of pattern rewrites within an iteration")]
    public long MaxNumRewrites { get; init; } = -1;

    [Option("test-convergence", "Test only: Fail pass on non-convergence to detect cyclic pattern")]
    public bool TestConvergence { get; init; }

    [Option("disable-patterns", "Labels of patterns that should be filtered out during application")]
    public string[] DisablePatterns { get; init; } = [];

    [Option("enable-patterns", "Labels of patterns that should be used during application, all other patterns are filtered out")]
    public string[] EnablePatterns { get; init; } = [];

    private FrozenPatterns? cached;

    public override string DisplayName => "Canonicalizer";

    protected override void Run(Operation op, PassContext ctx)
    {
        RewriteConfig config = new()
        {
            TopDown = TopDown,
            RegionSimplification = (RegionSimplification)RegionSimplify,
            MaxIterations = (int)MaxIterations,
            MaxRewrites = (int)MaxNumRewrites,
            Verification = ctx.Verification,
        };
        RewriteResult result = ctx.ApplyGreedily(op, Patterns(op.Context), config);
        if (!result.Converged && TestConvergence) ctx.SignalFailure();
        if (!result.Changed && !ctx.HasFailed) ctx.PreserveAll();
    }

    // One set for all operations of a module: a pass is run on thousands of functions.
    private FrozenPatterns Patterns(NestContext context)
    {
        FrozenPatterns? patterns = Volatile.Read(ref cached);
        if (patterns is not null && patterns.Context == context) return patterns;
        bool all = DisablePatterns.Length == 0 && EnablePatterns.Length == 0;
        patterns = FrozenPatterns.Canonicalization(context, all ? null : Keeps);
        Volatile.Write(ref cached, patterns);
        return patterns;
    }

    private bool Keeps(string pattern) =>
        Array.IndexOf(DisablePatterns, pattern) < 0 && (EnablePatterns.Length == 0 || Array.IndexOf(EnablePatterns, pattern) >= 0);
}
