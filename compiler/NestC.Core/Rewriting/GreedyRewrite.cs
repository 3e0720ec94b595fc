using NestC.IR;

namespace NestC.Rewriting;

/// <summary>Applies patterns and folds until nothing matches any more.</summary>
public static class GreedyRewrite
{
    /// <summary>Rewrites what is in the regions of an operation, which should be isolated from above; not the operation itself.</summary>
    public static RewriteResult Apply(Operation op, FrozenPatterns patterns, RewriteConfig? config = null)
    {
        RewriteResult all = new(true, false, false, 0, 0);
        foreach (Region region in op.Regions)
        {
            RewriteResult one = Apply(region, patterns, config);
            all = new RewriteResult(all.Converged & one.Converged, all.Changed | one.Changed, all.Failed | one.Failed,
                Math.Max(all.Iterations, one.Iterations), all.Rewrites + one.Rewrites);
            if (all.Failed) break;
        }
        return all;
    }

    /// <summary>Freezes the patterns and applies them.</summary>
    public static RewriteResult Apply(Operation op, PatternSet patterns, RewriteConfig? config = null) =>
        Apply(op, FrozenPatterns.For(op.Context, patterns), config);

    /// <summary>Rewrites what is in a region.</summary>
    public static RewriteResult Apply(Region region, FrozenPatterns patterns, RewriteConfig? config = null) =>
        GreedyDriver.OverRegion(region, patterns, config ?? RewriteConfig.Default);

    /// <summary>Rewrites a list of operations, and others as far as <see cref="RewriteConfig.Strictness"/> allows; regions are not simplified.</summary>
    public static RewriteResult ApplyTo(ReadOnlySpan<Operation> ops, FrozenPatterns patterns, RewriteConfig? config = null)
    {
        if (ops.IsEmpty) return new RewriteResult(true, false, false, 0, 0);
        return GreedyDriver.OverOps(ops, patterns, config ?? RewriteConfig.Default, CommonRegion(ops));
    }

    // The innermost region that holds all of them; null when one is at the top.
    private static Region? CommonRegion(ReadOnlySpan<Operation> ops)
    {
        Region? region = ops[0].ParentRegion;
        foreach (Operation op in ops)
        {
            while (region is not null && !region.IsAncestorOf(op.ParentRegion)) region = region.Parent?.ParentRegion;
        }
        return region;
    }
}
