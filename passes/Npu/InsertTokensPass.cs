using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.IR;

namespace NestC.Passes.Npu;

/// <summary>Computes the dependence tokens of a program of instructions that is written as if one ran after the other.</summary>
[Pass("npu-insert-tokens", "Order the modules by dependence tokens, none of them superfluous, and finish the program")]
public sealed class InsertTokensPass : Pass<ProgramOp>
{
    private static readonly StatisticInfo[] statistics = [new("tokens", "Number of tokens inserted")];

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(ProgramOp program, PassContext ctx)
    {
        int tokens = TokenInsertion.Run(program, new Diag(ctx.Context.Diagnostics, program));
        if (tokens < 0) ctx.SignalFailure();
        else ctx.AddStatistic(0, tokens);
    }
}
