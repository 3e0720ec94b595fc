using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
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
        var kernels = new List<Operation>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (NeedsTile(op) && keys.Add(search.Key(op))) kernels.Add(op);
        }
        SearchTogether(kernels, device, ctx);
        long tiled = 0;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (!NeedsTile(op)) continue;
            var packed = (IPackedOp)op;
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
        if (tiled == 0) ctx.PreserveAll();
    }

    // Kernels have nothing to do with each other, so that each thread takes the next one that is left; all find the same as one would.
    private static void SearchTogether(List<Operation> kernels, VtaDevice device, PassContext ctx)
    {
        int next = -1, done = 0, evaluated = 0, measured = 0, main = Environment.CurrentManagedThreadId;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, ctx.Threads) };
        Parallel.For(0, Math.Min(options.MaxDegreeOfParallelism, kernels.Count), options, _ =>
        {
            var search = new TileSearch(device, ctx.Context);
            for (int i = Interlocked.Increment(ref next); i < kernels.Count; i = Interlocked.Increment(ref next))
            {
                PackedTiles.Find(kernels[i], search, out TileSchedule _, out ScheduleCost _);
                int count = Interlocked.Increment(ref done);
                if (Environment.CurrentManagedThreadId == main) ctx.Progress(count, kernels.Count);
            }
            Interlocked.Add(ref evaluated, search.Evaluated);
            Interlocked.Add(ref measured, search.Measured);
        });
        if (done > 0) ctx.Progress(done, done);
        ctx.AddStatistic(1, evaluated);
        ctx.AddStatistic(2, measured);
    }

    private static bool NeedsTile(Operation op) => op is IPackedOp { Tile: null } and not PackedConcatOp { IsAligned: true };
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
