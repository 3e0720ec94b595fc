using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>Finds the schedule of a pool: those of least expected cycles run in the cycle simulator, and what is measured decides.</summary>
public static class MaxPoolSearch
{
    // Candidates that the cost model works out, and instructions that the simulator runs, for one pool.
    private const int Modelled = 200, Simulated = 4_000;

    // The model is not further than that, and so many cycles, from the simulator.
    private const double Error = 1.1;

    private const int Slack = 200;

    private const long Index = 0xFFFFF;

    // Up to so many sizes of tiles, all are candidates, else those of equal parts.
    private const long Sizes = 15_000;

    /// <summary>The schedule of least cycles, or the rule that none obeys.</summary>
    public static Verdict Find(MaxPoolKernel kernel, VtaDevice device, ScheduleTimer timer, out TileSchedule best, out ScheduleCost cost)
    {
        (best, cost) = (default, default);
        Verdict verdict = Verdict.Yes;
        var layouts = new List<MaxPoolLayout>();
        var ranks = new List<long>();
        foreach (TileSchedule schedule in All(kernel))
        {
            Verdict legal = MaxPoolLayout.TryMake(kernel, schedule, device.Config, out MaxPoolLayout? layout);
            if (layout is null)
            {
                verdict = legal;
                continue;
            }
            ranks.Add((Estimate(layout) << 20) | (uint)layouts.Count);
            layouts.Add(layout);
        }
        if (layouts.Count == 0) return verdict;
        ranks.Sort();
        int modelled = Math.Min(ranks.Count, Modelled);
        var costs = new ScheduleCost[modelled];
        var order = new List<long>(modelled);
        for (int i = 0; i < modelled; i++)
        {
            costs[i] = MaxPoolCost.Of(layouts[(int)(ranks[i] & Index)], device);
            order.Add((costs[i].Cycles << 20) | (uint)i);
        }
        order.Sort();
        long budget = timer.Instructions + Simulated;
        foreach (long rank in order)
        {
            if (cost.Simulated > 0 && (timer.Instructions > budget || (rank >> 20) > Error * cost.Simulated + Slack)) break;
            int i = (int)(rank & Index);
            MaxPoolLayout layout = layouts[(int)(ranks[i] & Index)];
            long cycles = timer.CyclesOf(layout);
            if (cost.Simulated > 0 && cycles >= cost.Simulated) continue;
            (best, cost) = (layout.Schedule, costs[i] with { Simulated = cycles });
        }
        return Verdict.Yes;
    }

    /// <summary>Every cut of a pool into tiles, legal or not; into equal parts where there are too many.</summary>
    public static IEnumerable<TileSchedule> All(MaxPoolKernel kernel)
    {
        bool equal = (long)kernel.OutHeight * kernel.OutWidth * kernel.Blocks > Sizes;
        List<int> heights = TileSearch.Parts(kernel.OutHeight, 1, equal), widths = TileSearch.Parts(kernel.OutWidth, 1, equal), chunks = TileSearch.Parts(kernel.Blocks, 1, equal);
        foreach (int rows in heights)
        {
            foreach (int cols in widths)
            {
                foreach (int blocks in chunks)
                {
                    for (int threads = 1; threads <= 2; threads++) yield return new(rows, cols, blocks, 1, true, threads);
                }
            }
        }
    }

    // Roughly: the busiest of the three modules, and the first load and the last store.
    private static long Estimate(MaxPoolLayout layout)
    {
        MaxPoolKernel k = layout.Kernel;
        TileSchedule s = layout.Schedule;
        long rows = 0, cols = 0, rowTiles = 0, colTiles = 0, chunks = (k.Blocks + s.OutChunk - 1) / s.OutChunk;
        for (int row = 0; row < k.OutHeight; row += s.Rows, rowTiles++) rows += k.InputRows(Math.Min(s.Rows, k.OutHeight - row));
        for (int col = 0; col < k.OutWidth; col += s.Cols, colTiles++) cols += k.InputCols(Math.Min(s.Cols, k.OutWidth - col));
        long tiles = rowTiles * colTiles * chunks * k.Batch, cells = rows * cols * k.Blocks * k.Batch, results = (long)k.OutHeight * k.OutWidth * k.Blocks * k.Batch;
        long load = 22 * rowTiles * colTiles * k.Blocks * k.Batch + 2 * cells, store = 4 * results;
        long compute = 2 * cells + (k.NonNegative ? 1 : 2) * results + 2 * results * k.Window.Height * k.Window.Width + 35 * tiles;
        long lastRows = k.OutHeight - (rowTiles - 1) * s.Rows, lastCols = k.OutWidth - (colTiles - 1) * s.Cols, lastBlocks = k.Blocks - (chunks - 1) * s.OutChunk;
        int first = s.OutChunk * (22 + 2 * k.InputRows(s.Rows) * k.InputCols(s.Cols));
        // Into one slot, the next tile is loaded once this one has been copied from it.
        return first + Math.Max(Math.Max(layout.InpSlots > 1 ? load : load + cells, compute), store) + 3 * lastRows * lastCols * lastBlocks;
    }
}
