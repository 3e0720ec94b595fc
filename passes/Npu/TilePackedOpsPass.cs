using NestC.Builtin;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Npu;

/// <summary>Gives each packed operation the tiling of least cycles on a device; those that have one keep it.</summary>
[Pass("npu-tile", "Choose tile shapes, loop orders and virtual threads of packed operations")]
public sealed partial class TilePackedOpsPass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("tiled", "Number of operations tiled"), new("candidates", "Number of tilings whose cost was worked out"), new("simulated", "Number of tilings that the simulator ran")];

    [Option("device", "The device whose cost decides")]
    public string Device { get; init; } = "tsim-wide";

    [Option("report", "Write the tiling of each operation, its expected cycles and its ceiling")]
    public bool Report { get; init; }

    public override bool Reports => Report;

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (function.IsDeclaration)
        {
            ctx.PreserveAll();
            return;
        }
        VtaDevice device = NpuDevices.Find(Device);
        var search = new TileSearch(device, function.Context);
        var builder = new OpBuilder(function.Context);
        long tiled = 0;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (op is not IPackedOp { Tile: null } packed || op is PackedConcatOp { IsAligned: true }) continue;
            Verdict verdict = PackedTiles.Find(op, search, out TileSchedule schedule, out ScheduleCost cost);
            if (verdict.IsNo)
            {
                ctx.Error(op, verdict.Code, $"has no legal tiling: {verdict}");
                ctx.SignalFailure();
                return;
            }
            packed.SetTile(builder, PackedTiles.ToArray(schedule));
            tiled++;
            if (Report) ctx.Report(PackedTiles.Describe(op, schedule, cost));
        }
        ctx.AddStatistic(0, tiled);
        ctx.AddStatistic(1, search.Evaluated);
        ctx.AddStatistic(2, search.Measured);
        if (tiled == 0) ctx.PreserveAll();
    }
}

/// <summary>Between tilings and the `tile` property of packed operations.</summary>
public static class PackedTiles
{
    public static Verdict Find(Operation op, TileSearch search, out TileSchedule schedule, out ScheduleCost cost) => op is PackedMaxPoolOp pool
        ? search.Find(KernelOf.MaxPool(pool), out schedule, out cost)
        : search.Find(KernelOf.Accumulation(op)!, out schedule, out cost);

    public static long[] ToArray(TileSchedule s) => [s.Rows, s.Cols, s.OutChunk, s.InChunk, s.SpatialOuter ? 1 : 0, s.Threads];

    public static TileSchedule Of(long[] tile) => new((int)tile[0], (int)tile[1], (int)tile[2], (int)tile[3], tile[4] != 0, (int)tile[5]);

    public static string Describe(Operation op, TileSchedule schedule, ScheduleCost cost)
    {
        string name = Dialects.Npu.Conversion.VtaExport.LayerOf(op) ?? op.Name;
        string ceiling = KernelOf.Accumulation(op) is { } kernel ? $", ceiling {100 * kernel.Ceiling:F1} %" : "";
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {schedule}: {cost.Simulated} cycles, {cost.Cycles} expected{ceiling}\n");
    }
}
