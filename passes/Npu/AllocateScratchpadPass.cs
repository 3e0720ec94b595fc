using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.IR;

namespace NestC.Passes.Npu;

/// <summary>Gives each buffer of the tile level an address; buffers whose lives do not meet share one.</summary>
[Pass("npu-allocate-scratchpad", "Place the buffers of tile operations in the on-chip memories")]
public sealed partial class AllocateScratchpadPass : Pass<ProgramOp>
{
    private static readonly StatisticInfo[] statistics = [new("placed", "Number of buffers that got an address")];

    [Option("report", "Write the peak use of each on-chip memory")]
    public bool Report { get; init; }

    public override bool Reports => Report;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(ProgramOp program, PassContext ctx)
    {
        int open = 0;
        foreach (var op in program.Body.First!.Operations)
        {
            if (op is AllocOp { Address: null }) open++;
        }
        if (ScratchpadAllocator.Run(program, new Diag(ctx.Context.Diagnostics, program)) is not { } peak)
        {
            ctx.SignalFailure();
            return;
        }
        ctx.AddStatistic(0, open);
        if (open == 0) ctx.PreserveAll();
        if (Report) ctx.Report(PeakReport.Line(program, peak));
    }
}
