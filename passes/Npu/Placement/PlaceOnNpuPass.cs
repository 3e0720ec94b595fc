using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.IR;

namespace NestC.Passes.Npu.Placement;

/// <summary>Asks the NPU about every operation and marks those that it takes; says what stays on the host, and why.</summary>
[Pass("npu-place", "Decide which operations run on the NPU, with reasons")]
public sealed partial class PlaceOnNpuPass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("npu", "Number of operations placed on the NPU"), new("host", "Number of operations that stay on the host")];

    [Option("device", "The device to place for")]
    public string Device { get; init; } = "tsim-wide";

    [Option("explain", "Write the verdict of every operation")]
    public bool Explain { get; init; }

    [Option("summary", "Write one line: the share that runs on the NPU, and the first reasons of fallback")]
    public bool Summary { get; init; }

    [Option("json", "File to write the verdicts to, as JSON")]
    public string Json { get; init; } = "";

    [Option("fail-on-fallback", "Fail when an operation that computes stays on the host")]
    public bool FailOnFallback { get; init; }

    public override bool Reports => Explain || Summary || Json.Length > 0;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (function.IsDeclaration)
        {
            ctx.PreserveAll();
            return;
        }
        PlacementReport report = PlacementReport.Of(function, new NpuTarget(NpuDevices.Find(Device)));
        var builder = new OpBuilder(function.Context);
        foreach (PlacementEntry entry in report.Entries)
        {
            if (entry.Verdict.IsYes) NpuPlacement.Place(builder, entry.Op);
        }
        ctx.AddStatistic(0, report.OnTarget);
        ctx.AddStatistic(1, report.Entries.Count - report.OnTarget);
        if (FailOnFallback) Gate(report, ctx);
        if (Explain) ctx.Report(report.Text());
        if (Summary) ctx.Report(report.Line());
        if (Json.Length > 0)
        {
            using FileStream file = File.Create(Json);
            report.WriteJson(file);
        }
    }

    // Quantization at the borders, and views of what is on the host, compute nothing that could be moved.
    private static void Gate(PlacementReport report, PassContext ctx)
    {
        foreach (PlacementEntry entry in report.Entries)
        {
            if (entry.Verdict.IsYes || entry.Op is QuantizeOp or DequantizeOp) continue;
            ctx.Error(entry.Op, PlacementReport.FallbackCode, $"stays on the host: {entry.Verdict}");
            ctx.SignalFailure();
        }
    }
}
