using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Passes.Npu;

/// <summary>Turns the tile operations of each program into instructions with tokens; programs of instructions stay as they are.</summary>
[Pass("npu-lower-tiles", "Lower tile operations to instructions, with micro-ops, addresses and tokens")]
public sealed partial class LowerTilesPass : Pass<ProgramOp>
{
    private static readonly StatisticInfo[] statistics = [new("instructions", "Number of instructions made"), new("uops", "Number of micro-ops in tables")];

    [Option("report", "Write the peak use of each on-chip memory")]
    public bool Report { get; init; }

    public override bool Reports => Report;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(ProgramOp program, PassContext ctx)
    {
        if (program.IsFinished || !HasTiles(program))
        {
            ctx.PreserveAll();
            return;
        }
        if (TileLowering.Run(program, new Diag(ctx.Context.Diagnostics, program)) is not { } peak)
        {
            ctx.SignalFailure();
            return;
        }
        foreach (var op in program.Body.First!.Operations)
        {
            if (op is IInstructionOp) ctx.AddStatistic(0);
            else if (op is UopsOp table) ctx.AddStatistic(1, table.Count);
        }
        if (Report) ctx.Report(PeakReport.Line(program, peak));
    }

    private static bool HasTiles(ProgramOp program)
    {
        foreach (var op in program.Body.First!.Operations)
        {
            if (op is ITileOp) return true;
        }
        return false;
    }
}

/// <summary>The line that says how much of the on-chip memories a program uses.</summary>
internal static class PeakReport
{
    public static string Line(ProgramOp program, ScratchpadPeak peak)
    {
        VtaConfig c = program.Config;
        return $"@{program.SymName}: peak inp {peak.Inp} of {c.Depth(VtaMemory.Inp)}, wgt {peak.Wgt} of {c.Depth(VtaMemory.Wgt)}, acc {peak.Acc} of {c.Depth(VtaMemory.Acc)} elements\n";
    }
}
