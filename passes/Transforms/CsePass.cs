using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Transforms;

/// <summary>
/// Replaces an operation without effects by an equal one that dominates it, and erases dead operations. Operations that only read
/// are equal as long as nothing between them in the block may write. Regions are compared too.
/// </summary>
[Pass("cse", "Eliminate common sub-expressions")]
public sealed class CsePass : Pass
{
    private static readonly StatisticInfo[] statistics =
        [new("num-cse'd", "Number of operations CSE'd"), new("num-dce'd", "Number of operations DCE'd")];

    public override string DisplayName => "CSE";

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(Operation op, PassContext ctx)
    {
        CommonSubexpressions work = new(ctx.Dominance, op.Context) { Verification = ctx.Verification };
        work.RunOn(op);
        ctx.AddStatistic(0, work.Merged);
        ctx.AddStatistic(1, work.Dead);
        if (work.Changed) ctx.Preserve<DominanceInfo>();
        else ctx.PreserveAll();
    }
}
