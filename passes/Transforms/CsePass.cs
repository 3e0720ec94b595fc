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

    private CommonSubexpressions? idle;

    protected override void Run(Operation op, PassContext ctx)
    {
        // Functions come by the thousand, and most are small: the tables of the last one serve the next.
        CommonSubexpressions? work = Interlocked.Exchange(ref idle, null);
        if (work?.Context != op.Context) work = new CommonSubexpressions(ctx.Dominance, op.Context);
        work.Enter(ctx.Dominance, ctx.Verification);
        work.RunOn(op);
        if (work.IsSmall) Volatile.Write(ref idle, work);
        ctx.AddStatistic(0, work.Merged);
        ctx.AddStatistic(1, work.Dead);
        if (work.Changed) ctx.Preserve<DominanceInfo>();
        else ctx.PreserveAll();
    }
}
