using NestC.Dialects.Npu.Isa;
using NestC.Diagnostics;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// Finds the schedule of least expected cost. Every way to cut the axes into equal parts is a candidate; those that a bound on their
/// cycles excludes are not worked out, the others in the order of that bound.
/// </summary>
public sealed class TileSearch
{
    private readonly VtaDevice device;
    private readonly StepLoops loops;
    private readonly Dictionary<string, (TileSchedule Schedule, ScheduleCost Cost)> known = new(StringComparer.Ordinal);

    public TileSearch(VtaDevice device)
    {
        this.device = device;
        loops = new(device.Config, Math.Min(device.UopDepth, 2048));
    }

    /// <summary>The folded loops, which code generation uses again.</summary>
    public StepLoops Loops => loops;

    /// <summary>Schedules that were worked out in full.</summary>
    public int Evaluated { get; private set; }

    /// <summary>The best schedule, or the rule that none obeys.</summary>
    public Verdict Find(AccumulationKernel kernel, out TileSchedule best, out ScheduleCost cost)
    {
        string key = Key(kernel);
        best = default;
        cost = default;
        if (known.TryGetValue(key, out var found))
        {
            (best, cost) = found;
            return Verdict.Yes;
        }
        Verdict verdict = Verdict.Yes;
        List<(long Bound, int Order, ScheduleLayout Layout)> candidates = [];
        foreach (TileSchedule schedule in All(kernel))
        {
            Verdict legal = ScheduleLayout.TryMake(kernel, schedule, device.Config, out ScheduleLayout? layout);
            if (layout is null) verdict = legal;
            else candidates.Add((Bound(layout), candidates.Count, layout));
        }
        if (candidates.Count == 0) return verdict;
        candidates.Sort(static (a, b) => a.Bound != b.Bound ? a.Bound.CompareTo(b.Bound) : a.Order.CompareTo(b.Order));
        double least = double.MaxValue;
        foreach ((long bound, int _, ScheduleLayout layout) in candidates)
        {
            if (bound > least) break;
            ScheduleCost now = CostModel.Of(layout, device, loops, least > long.MaxValue / 2 ? long.MaxValue : (long)least);
            Evaluated++;
            double weighted = Weighted(now);
            if (weighted >= least) continue;
            least = weighted;
            (best, cost) = (layout.Schedule, now);
        }
        known.Add(key, (best, cost));
        return Verdict.Yes;
    }

    // Traffic that is hidden behind computing still takes energy and the bus, so of schedules of equal time the one with less wins.
    private double Weighted(ScheduleCost cost) => cost.Cycles + 0.02 * (cost.LoadedBytes + cost.StoredBytes) / device.BusBytes;

    /// <summary>Every candidate for a kernel, legal or not.</summary>
    public static IEnumerable<TileSchedule> All(AccumulationKernel kernel)
    {
        int depth = 1;
        int scaleHeight = 1, scaleWidth = 1;
        foreach (AccumulationTerm term in kernel.Terms)
        {
            depth = Math.Max(depth, term.IsDiagonal ? kernel.OutBlocks : term.BlocksPerOutput);
            scaleHeight = Math.Max(scaleHeight, term.ScaleHeight);
            scaleWidth = Math.Max(scaleWidth, term.ScaleWidth);
        }
        foreach (int rows in Parts(kernel.OutHeight, scaleHeight))
        {
            foreach (int cols in Parts(kernel.OutWidth, scaleWidth))
            {
                foreach (int outs in Parts(kernel.OutBlocks, 1))
                {
                    if ((long)rows * cols * outs > 2048) continue;
                    foreach (int ins in Parts(depth, 1))
                    {
                        for (int threads = 1; threads <= 2; threads++)
                        {
                            yield return new(rows, cols, outs, ins, true, threads);
                            if (outs < kernel.OutBlocks) yield return new(rows, cols, outs, ins, false, threads);
                        }
                    }
                }
            }
        }
    }

    // The sizes of the largest part when an extent is cut into 1, 2, 3... parts, each a multiple of a unit.
    internal static List<int> Parts(int extent, int unit)
    {
        var sizes = new List<int>();
        int units = (extent + unit - 1) / unit;
        for (int parts = 1; parts <= units; parts++)
        {
            int size = (units + parts - 1) / parts * unit;
            if (sizes.Count == 0 || sizes[^1] != size) sizes.Add(size);
        }
        return sizes;
    }

    // What compute and load take at the least.
    private long Bound(ScheduleLayout layout)
    {
        AccumulationKernel k = layout.Kernel;
        TileSchedule s = layout.Schedule;
        long rows = (k.OutHeight + s.Rows - 1) / s.Rows, cols = (k.OutWidth + s.Cols - 1) / s.Cols, outs = (k.OutBlocks + s.OutChunk - 1) / s.OutChunk;
        long tiles = rows * cols * outs * k.Batch, steps = 0;
        for (int t = 0; t < k.Terms.Length; t++)
        {
            int blocks = k.Terms[t].IsDiagonal ? s.OutChunk : k.Terms[t].BlocksPerOutput;
            steps += (blocks + layout.Chunks[t] - 1) / layout.Chunks[t];
        }
        long compute = k.GemmSteps + (long)k.EpilogueCycles * k.OutHeight * k.OutWidth * k.OutBlocks * k.Batch + tiles * (steps + 3) * CostModel.PipelineCycles;
        return compute;
    }

    private static string Key(AccumulationKernel kernel)
    {
        var text = new System.Text.StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"{kernel.Batch},{kernel.OutHeight},{kernel.OutWidth},{kernel.OutBlocks},{kernel.HasBias},{kernel.Shift is null},{kernel.Shift > 0},{kernel.Round},{kernel.Clip is null}");
        foreach (AccumulationTerm term in kernel.Terms) text.Append(';').Append(term);
        return text.ToString();
    }
}
