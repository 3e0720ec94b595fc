using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.IR;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// Finds the schedule of least cycles. Every way to cut the axes into equal parts is a candidate, and where there are not too many, every
/// way at all. A formula says which of them the cost model works out, the cost model which of them the cycle simulator runs, and from the
/// best of those the search goes on to their neighbours. What is measured decides.
/// </summary>
public sealed class TileSearch
{
    // Candidates that the cost model works out for one kernel, more of them while they have no more steps than this in all; and
    // instructions that the simulator runs, a third of them for neighbours; half as many again for all sizes along an axis.
    private const int Modelled = 500, ModelledSteps = 100_000, Simulated = 18_000;

    // Of all sizes along one axis, so many are measured.
    private const int Lined = 8;

    // Up to so many sizes of tiles, those that leave a smaller tile at the end are candidates too.
    private const long Sizes = 15_000;

    // Else they are for so many kinds of tiles: chunks, order and threads.
    private const int UnequalKinds = 8;

    private const int MostAccumulators = 2048;

    // How far the formula is from the model, and the model from the simulator, at the worst; the latter, and so many cycles.
    private const double FormulaError = 1.5, ModelError = 1.08;

    private const int Slack = 200;

    private static readonly ConditionalWeakTable<NestContext, ConcurrentDictionary<string, Found>> shared = [];

    private readonly VtaDevice device;
    private readonly StepLoops loops;
    private readonly ScheduleTimer timer;
    private readonly string deviceKey;
    private readonly ConcurrentDictionary<string, Found> known;

    /// <summary>A search; what one finds within a context, the others need not look for.</summary>
    public TileSearch(VtaDevice device, NestContext? context = null)
    {
        this.device = device;
        loops = new(device.Config, device.UsedUopDepth);
        timer = new(device, loops);
        deviceKey = device.ToString();
        known = context is null ? new() : shared.GetOrCreateValue(context);
    }

    /// <summary>The folded loops, which code generation uses again.</summary>
    public StepLoops Loops => loops;

    /// <summary>Schedules that the cost model worked out.</summary>
    public int Evaluated { get; private set; }

    /// <summary>Schedules that the simulator ran.</summary>
    public int Measured { get; private set; }

    /// <summary>The best schedule, or the rule that none obeys.</summary>
    public Verdict Find(AccumulationKernel kernel, out TileSchedule best, out ScheduleCost cost)
    {
        string key = Key(kernel);
        if (!known.TryGetValue(key, out Found? found))
        {
            found = Search(kernel);
            known.TryAdd(key, found);
        }
        (best, cost) = (found.Schedule, found.Cost);
        return found.Verdict;
    }

    /// <summary>The best schedule of a pool, or the rule that none obeys.</summary>
    public Verdict Find(MaxPoolKernel kernel, out TileSchedule best, out ScheduleCost cost)
    {
        string key = $"{deviceKey}{kernel}";
        if (!known.TryGetValue(key, out Found? found))
        {
            Verdict verdict = MaxPoolSearch.Find(kernel, device, timer, out best, out cost);
            found = new(verdict, best, cost);
            known.TryAdd(key, found);
        }
        (best, cost) = (found.Schedule, found.Cost);
        return found.Verdict;
    }

    /// <summary>What two searches know a packed operation by: those with the same text have the same schedule.</summary>
    public string Key(Operation op) => op is PackedMaxPoolOp pool ? $"{deviceKey}{KernelOf.MaxPool(pool)}" : Key(KernelOf.Accumulation(op)!);

    private Found Search(AccumulationKernel kernel)
    {
        Verdict verdict = Verdict.Yes;
        var candidates = new List<Candidate>();
        foreach (TileSchedule schedule in Cuts(kernel))
        {
            Verdict legal = ScheduleLayout.TryMake(kernel, schedule, device.Config, out ScheduleLayout? layout);
            if (layout is null) verdict = legal;
            else candidates.Add(new(layout, candidates.Count) { Rank = ScheduleEstimate.Cycles(layout, device) });
        }
        if (candidates.Count == 0) return new(verdict, default, default);
        candidates.Sort(static (a, b) => a.CompareTo(b));
        if (!HasFewSizes(kernel))
        {
            AddUnequal(kernel, candidates);
            candidates.Sort(static (a, b) => a.CompareTo(b));
        }
        candidates = Promising(candidates);

        var modelled = new List<Candidate>();
        long least = long.MaxValue, budget = timer.Instructions + Simulated;
        foreach (Candidate candidate in candidates)
        {
            if (least < long.MaxValue && candidate.Rank > FormulaError * least + Slack) break;
            if (!Model(candidate, least)) continue;
            least = Math.Min(least, candidate.Cost.Cycles);
            modelled.Add(candidate);
        }
        modelled.Sort(static (a, b) => a.CompareTo(b));

        var measured = new List<Candidate>();
        var tried = new HashSet<long>();
        foreach (Candidate candidate in modelled)
        {
            if (measured.Count > 0 && (!IsClose(candidate, measured[0]) || timer.Instructions > budget - Simulated / 3)) break;
            Measure(candidate, measured, tried);
        }
        Improve(kernel, measured, tried, budget);
        Candidate best = measured[0];
        return new(Verdict.Yes, best.Layout.Schedule, best.Cost with { Simulated = best.Simulated });
    }

    // Where only cuts into equal parts are candidates: every height and width of the kinds that the formula puts first.
    private void AddUnequal(AccumulationKernel kernel, List<Candidate> sorted)
    {
        var kinds = new List<TileSchedule>();
        for (int i = 0; i < sorted.Count && kinds.Count < UnequalKinds; i++)
        {
            TileSchedule kind = sorted[i].Layout.Schedule with { Rows = 0, Cols = 0 };
            if (!kinds.Contains(kind)) kinds.Add(kind);
        }
        (int height, int width) = Repetitions(kernel);
        List<int> equalRows = Parts(kernel.OutHeight, height, equal: true), equalCols = Parts(kernel.OutWidth, width, equal: true);
        foreach (int rows in Parts(kernel.OutHeight, height, equal: false))
        {
            bool equal = equalRows.Contains(rows);
            foreach (int cols in Parts(kernel.OutWidth, width, equal: false))
            {
                if (equal && equalCols.Contains(cols)) continue;
                foreach (TileSchedule kind in kinds)
                {
                    if ((long)rows * cols * kind.OutChunk > MostAccumulators) continue;
                    ScheduleLayout.TryMake(kernel, kind with { Rows = rows, Cols = cols }, device.Config, out ScheduleLayout? layout);
                    if (layout is not null) sorted.Add(new(layout, sorted.Count) { Rank = ScheduleEstimate.Cycles(layout, device) });
                }
            }
        }
    }

    // The first ones, half of them the first of their kind: what the formula gets wrong, it gets wrong for all tiles of one kind.
    private static List<Candidate> Promising(List<Candidate> sorted)
    {
        if (sorted.Count <= Modelled) return sorted;
        var kinds = new HashSet<long>();
        var taken = new bool[sorted.Count];
        long steps = 0;
        for (int i = 0; i < sorted.Count && kinds.Count < Modelled / 2; i++)
        {
            if (!kinds.Add(Code(sorted[i].Layout.Schedule with { Rows = 0, Cols = 0 }))) continue;
            taken[i] = true;
            steps += Steps(sorted[i].Layout);
        }
        int count = kinds.Count;
        for (int i = 0; i < sorted.Count && (count < Modelled || steps < ModelledSteps); i++)
        {
            if (taken[i]) continue;
            taken[i] = true;
            count++;
            steps += Steps(sorted[i].Layout);
        }
        var promising = new List<Candidate>(count);
        for (int i = 0; i < taken.Length; i++)
        {
            if (taken[i]) promising.Add(sorted[i]);
        }
        return promising;
    }

    // What the cost model goes through: the loads and products of all tiles.
    private static long Steps(ScheduleLayout layout)
    {
        AccumulationKernel k = layout.Kernel;
        TileSchedule s = layout.Schedule;
        long tiles = (long)k.Batch * Count(k.OutHeight, s.Rows) * Count(k.OutWidth, s.Cols) * Count(k.OutBlocks, s.OutChunk), parts = 1;
        for (int t = 0; t < k.Terms.Length; t++) parts += Count(k.Terms[t].IsDiagonal ? s.OutChunk : k.Terms[t].BlocksPerOutput, layout.Chunks[t]);
        return tiles * parts;

        static int Count(int extent, int size) => (extent + size - 1) / size;
    }

    // False when it is known that others are better.
    private bool Model(Candidate candidate, long least)
    {
        Evaluated++;
        long limit = least == long.MaxValue ? least : (long)(least * ModelError * ModelError) + Slack;
        candidate.Cost = CostModel.Of(candidate.Layout, device, loops, limit);
        candidate.Rank = candidate.Cost.Cycles;
        return candidate.Cost.Cycles <= limit;
    }

    // Whether it might be better than what was measured, although the model says that it is not.
    private static bool IsClose(Candidate candidate, Candidate best) => candidate.Cost.Cycles <= ModelError * best.Simulated + Slack;

    private void Measure(Candidate candidate, List<Candidate> measured, HashSet<long> tried)
    {
        if (!tried.Add(Code(candidate.Layout.Schedule))) return;
        Measured++;
        candidate.Rank = candidate.Simulated = timer.CyclesOf(candidate.Layout);
        int at = measured.Count;
        while (at > 0 && candidate.CompareTo(measured[at - 1]) < 0) at--;
        measured.Insert(at, candidate);
    }

    // From the best three to their neighbours, as long as the best three have some that were not looked at; then along each axis from the best.
    private void Improve(AccumulationKernel kernel, List<Candidate> measured, HashSet<long> tried, long budget)
    {
        var left = new HashSet<long>();
        TileSchedule lined = default;
        while (true)
        {
            if (timer.Instructions <= budget && NextToLeave(measured, left) is { } from)
            {
                left.Add(Code(from));
                foreach (TileSchedule schedule in Neighbours(from))
                {
                    if (timer.Instructions > budget) break;
                    if (Promise(kernel, schedule, measured, tried, measured[0].Simulated) is { } candidate && IsClose(candidate, measured[0])) Measure(candidate, measured, tried);
                }
                continue;
            }
            if (measured[0].Layout.Schedule == lined || timer.Instructions > budget + Simulated / 2) return;
            lined = measured[0].Layout.Schedule;
            MeasureLines(kernel, lined, measured, tried);
        }
    }

    // All sizes of one axis at a time; those that the model puts first are measured.
    private void MeasureLines(AccumulationKernel kernel, TileSchedule start, List<Candidate> measured, HashSet<long> tried)
    {
        var found = new List<Candidate>();
        for (int i = 1; i <= kernel.OutHeight; i++) Try(start with { Rows = i });
        for (int i = 1; i <= kernel.OutWidth; i++) Try(start with { Cols = i });
        for (int i = 1; i <= kernel.OutBlocks; i++) Try(start with { OutChunk = i });
        for (int i = 1; i <= Depth(kernel); i++) Try(start with { InChunk = i });
        found.Sort(static (a, b) => a.CompareTo(b));
        for (int i = 0; i < found.Count && i < Lined; i++) Measure(found[i], measured, tried);

        void Try(TileSchedule schedule)
        {
            if (Promise(kernel, schedule, measured, tried, measured[0].Simulated) is { } candidate) found.Add(candidate);
        }
    }

    // A schedule that was not measured, and that the model does not put behind a limit.
    private Candidate? Promise(AccumulationKernel kernel, TileSchedule schedule, List<Candidate> measured, HashSet<long> tried, long limit)
    {
        if (tried.Contains(Code(schedule)) || !IsCut(kernel, schedule)) return null;
        ScheduleLayout.TryMake(kernel, schedule, device.Config, out ScheduleLayout? layout);
        if (layout is null) return null;
        var candidate = new Candidate(layout, int.MaxValue / 2 + measured.Count);
        return Model(candidate, limit) ? candidate : null;
    }

    private static TileSchedule? NextToLeave(List<Candidate> measured, HashSet<long> left)
    {
        for (int i = 0; i < Math.Min(3, measured.Count); i++)
        {
            if (!left.Contains(Code(measured[i].Layout.Schedule))) return measured[i].Layout.Schedule;
        }
        return null;
    }

    private static long Code(TileSchedule s) =>
        ((((long)s.Rows << 12 | (uint)s.Cols) << 12 | (uint)s.OutChunk) << 12 | (uint)s.InChunk) << 4 | (s.SpatialOuter ? 8u : 0) | (uint)s.Threads;

    private static IEnumerable<TileSchedule> Neighbours(TileSchedule s)
    {
        for (int step = 1; step <= 2; step++)
        {
            yield return s with { Rows = s.Rows + step };
            yield return s with { Rows = s.Rows - step };
            yield return s with { Cols = s.Cols + step };
            yield return s with { Cols = s.Cols - step };
            yield return s with { OutChunk = s.OutChunk + step };
            yield return s with { OutChunk = s.OutChunk - step };
            yield return s with { InChunk = s.InChunk + step };
            yield return s with { InChunk = s.InChunk - step };
        }
        yield return s with { Rows = 2 * s.Rows };
        yield return s with { Cols = 2 * s.Cols };
        yield return s with { Rows = 3 * s.Rows / 2 };
        yield return s with { Cols = 3 * s.Cols / 2 };
        yield return s with { Rows = s.Rows / 2 };
        yield return s with { Cols = s.Cols / 2 };
        yield return s with { Rows = s.Rows + 1, Cols = s.Cols - 1 };
        yield return s with { Rows = s.Rows - 1, Cols = s.Cols + 1 };
        yield return s with { Threads = 3 - s.Threads };
        yield return s with { SpatialOuter = !s.SpatialOuter };
    }

    private static bool IsCut(AccumulationKernel k, TileSchedule s)
    {
        int depth = Depth(k);
        return s is { Rows: > 0, Cols: > 0, OutChunk: > 0, InChunk: > 0 } && s.Rows <= k.OutHeight && s.Cols <= k.OutWidth && s.OutChunk <= k.OutBlocks && s.InChunk <= depth
            && (s.SpatialOuter || s.OutChunk < k.OutBlocks) && (long)s.Rows * s.Cols * s.OutChunk <= MostAccumulators && (s.InChunk <= s.OutChunk || !IsDiagonal(k));
    }

    // Whether a tile reads as many input blocks as it has output blocks, so that larger chunks of the input are no other schedules.
    private static bool IsDiagonal(AccumulationKernel kernel)
    {
        foreach (AccumulationTerm term in kernel.Terms)
        {
            if (!term.IsDiagonal) return false;
        }
        return true;
    }

    // Input blocks of the deepest sum.
    private static int Depth(AccumulationKernel kernel)
    {
        int depth = 1;
        foreach (AccumulationTerm term in kernel.Terms) depth = Math.Max(depth, term.IsDiagonal ? kernel.OutBlocks : term.BlocksPerOutput);
        return depth;
    }

    /// <summary>Every cut of a kernel into equal parts, legal or not.</summary>
    public static IEnumerable<TileSchedule> All(AccumulationKernel kernel) => Cuts(kernel, equal: true);

    private static IEnumerable<TileSchedule> Cuts(AccumulationKernel kernel) =>
        Cuts(kernel, equal: !HasFewSizes(kernel));

    private static bool HasFewSizes(AccumulationKernel kernel) => (long)kernel.OutHeight * kernel.OutWidth * kernel.OutBlocks * Depth(kernel) <= Sizes;

    // What rows and columns of a tile are multiples of.
    private static (int Height, int Width) Repetitions(AccumulationKernel kernel)
    {
        (int height, int width) = (1, 1);
        foreach (AccumulationTerm term in kernel.Terms) (height, width) = (Math.Max(height, term.ScaleHeight), Math.Max(width, term.ScaleWidth));
        return (height, width);
    }

    private static IEnumerable<TileSchedule> Cuts(AccumulationKernel kernel, bool equal)
    {
        (int scaleHeight, int scaleWidth) = Repetitions(kernel);
        bool diagonal = IsDiagonal(kernel);
        List<int> heights = Parts(kernel.OutHeight, scaleHeight, equal), widths = Parts(kernel.OutWidth, scaleWidth, equal), chunks = Parts(kernel.OutBlocks, 1, equal), depths = Parts(Depth(kernel), 1, equal);
        foreach (int rows in heights)
        {
            foreach (int cols in widths)
            {
                foreach (int outs in chunks)
                {
                    if ((long)rows * cols * outs > MostAccumulators) continue;
                    foreach (int ins in depths)
                    {
                        if (diagonal && ins > outs) continue;
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

    // The sizes of the largest part when an extent is cut into 1, 2, 3... parts, each a multiple of a unit; or all sizes.
    internal static List<int> Parts(int extent, int unit, bool equal)
    {
        var sizes = new List<int>();
        int units = (extent + unit - 1) / unit;
        for (int parts = 1; parts <= units; parts++)
        {
            int size = (equal ? (units + parts - 1) / parts : units + 1 - parts) * unit;
            if (sizes.Count == 0 || sizes[^1] != size) sizes.Add(size);
        }
        return sizes;
    }

    private string Key(AccumulationKernel kernel)
    {
        var text = new System.Text.StringBuilder(deviceKey);
        text.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"{kernel.Batch},{kernel.OutHeight},{kernel.OutWidth},{kernel.OutBlocks},{kernel.HasBias},{kernel.Shift is null},{kernel.Shift > 0},{kernel.Round},{kernel.Clip is null}");
        foreach (AccumulationTerm term in kernel.Terms) text.Append(';').Append(term);
        return text.ToString();
    }

    private sealed record Found(Verdict Verdict, TileSchedule Schedule, ScheduleCost Cost);

    /// <summary>A schedule, and what is known of its cycles: by the formula, then by the model, then by the simulator. Of equals, less traffic and then the first.</summary>
    private sealed class Candidate(ScheduleLayout layout, int order) : IComparable<Candidate>
    {
        public ScheduleLayout Layout { get; } = layout;

        public long Rank { get; set; }

        public ScheduleCost Cost { get; set; }

        public long Simulated { get; set; }

        public int CompareTo(Candidate? other)
        {
            int by = Rank.CompareTo(other!.Rank);
            if (by == 0) by = (Cost.LoadedBytes + Cost.StoredBytes).CompareTo(other.Cost.LoadedBytes + other.Cost.StoredBytes);
            return by != 0 ? by : Order.CompareTo(other.Order);
        }

        private int Order { get; } = order;
    }
}
