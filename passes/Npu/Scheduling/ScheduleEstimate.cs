using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// Roughly what a schedule takes, in a formula: the busiest of the three modules, and what nothing hides before and behind it. It decides
/// which schedules the cost model works out.
/// </summary>
internal static class ScheduleEstimate
{
    // A load of the load module beyond its beats, the latency of the bus and the fetch of the instruction; a load of micro-ops.
    private const int TransferCycles = 8, UopTransferCycles = 5;

    // Reading the first instructions.
    private const int FetchStart = 40;

    /// <summary>The cycles of a schedule.</summary>
    public static long Cycles(ScheduleLayout layout, VtaDevice device)
    {
        AccumulationKernel k = layout.Kernel;
        TileSchedule s = layout.Schedule;
        long rowTiles = Count(k.OutHeight, s.Rows), colTiles = Count(k.OutWidth, s.Cols), chunks = Count(k.OutBlocks, s.OutChunk);
        long places = rowTiles * colTiles * k.Batch, tiles = places * chunks;
        int outs = Math.Min(s.OutChunk, k.OutBlocks), parts = 0, weightParts = 0;
        for (int t = 0; t < k.Terms.Length; t++)
        {
            int own = Parts(layout, t, outs);
            parts += own;
            if (!k.Terms[t].SharedWeight) weightParts += own;
        }
        bool samePlace = places == 1 || s.SpatialOuter, sameChunk = chunks == 1 || !s.SpatialOuter;
        double weightTimes = layout.WgtSlots >= weightParts * chunks ? 1 : sameChunk ? 1 + (places - 1) * (1 - Share(layout.WgtSlots, weightParts)) : places;
        double inputTimes = samePlace && chunks > 1 ? (1 + (chunks - 1) * (1 - Share(layout.InpSlots, parts))) / chunks : 1;

        double weightLoad = 0, inputLoad = 0, firstLoad = 0, uopLoad = 0, lastStep = 0;
        for (int t = 0; t < k.Terms.Length; t++)
        {
            AccumulationTerm term = k.Terms[t];
            int own = Parts(layout, t, outs), blocks = term.IsDiagonal ? outs : term.BlocksPerOutput, chunk = Math.Min(layout.Chunks[t], blocks);
            double start = TransferCycles + device.ReadLatency;
            if (!term.SharedWeight)
            {
                long all = (term.IsDiagonal ? 1 : term.BlocksPerOutput) * (long)k.OutBlocks * term.Taps * 256;
                weightLoad += weightTimes * (all / device.BusBytes + own * chunks * start);
                if (t == 0) firstLoad += start + chunk * (term.IsDiagonal ? 1.0 : outs) * term.Taps * 256 / device.BusBytes;
            }
            long rows = Covered(k.OutHeight, s.Rows, term, vertical: true), cols = Covered(k.OutWidth, s.Cols, term, vertical: false);
            bool whole = colTiles == 1 && cols == term.Width && term.PadLeft == 0 && term.PadTop == 0;
            long loads = whole ? own : blocks;
            bool shared = term.OutputsPerGroup >= k.OutBlocks;
            double cells = (double)k.Batch * rows * cols * (term.IsDiagonal ? k.OutBlocks : blocks * chunks);
            inputLoad += (shared ? inputTimes : 1) * (cells * 16 / device.BusBytes + loads * tiles * start);
            if (t == 0) firstLoad += (whole ? 1 : chunk) * start + cells / tiles / own * 16 / device.BusBytes;
            long steps = Math.Min(tiles * own, s.Threads * (long)Math.Max(layout.InpSlots, layout.WgtSlots) * Classes(k, s));
            uopLoad += steps * (UopTransferCycles + device.ReadLatency + Uops(term, s, outs, chunk) / 2);
            lastStep = (double)s.Rows * s.Cols * k.Sums * (term.IsDiagonal ? 1 : outs) * chunk * term.Taps;
        }

        bool split = s.Threads == 1 && outs > 1 && s.Rows * s.Cols >= 16;
        int alu = k.EndCycles;
        // The first tile is a large one; the last may be what is left.
        double elements = (double)k.Batch * k.OutHeight * k.OutWidth * k.OutBlocks, tile = elements / tiles, large = (double)s.Rows * s.Cols * outs;
        double last = (double)(k.OutHeight - (rowTiles - 1) * s.Rows) * (k.OutWidth - (colTiles - 1) * s.Cols) * (k.OutBlocks - (chunks - 1) * s.OutChunk);
        double lastStore = 3 * last / (split ? outs : 1) + 1, oneStore = 3 * tile / (split ? outs : 1) + 1;
        double begin = k.BeginCycles * large + ModuleClocks.PipelineCycles * (k.HasBias ? 2 : 1);
        double compute = k.GemmSteps + k.EpilogueCycles * elements + uopLoad + ModuleClocks.PipelineCycles * tiles * (double)(parts + (k.HasBias ? 2 : 1) + alu * (split ? outs : 1));
        // What is not loaded into a second slot, or stored from a second tile, waits.
        if (s.Threads == 1) compute += (tiles - 1) * oneStore;
        if (layout.InpSlots == 1) compute += inputLoad;
        if (layout.WgtSlots == 1 && weightTimes > 1) compute += weightLoad;
        // Loads run ahead as far as there are slots; the others of a tile wait for its first step.
        int slots = weightTimes > 1 ? Math.Min(layout.InpSlots, layout.WgtSlots) : layout.InpSlots;
        if (parts > slots)
        {
            double load = (inputLoad + (weightTimes > 1 ? weightLoad : 0)) / tiles / parts, step = (double)k.GemmSteps / tiles / parts;
            compute = Math.Max(compute, tiles * (k.EpilogueCycles * tile + 2 * step + (parts - slots) * load));
        }
        double first = FetchStart + firstLoad, rest = compute / tiles - begin;
        double busiest = Math.Max(first + compute - begin + lastStore, FetchStart + weightLoad + inputLoad + lastStep + alu * last + lastStore);
        return (long)Math.Max(busiest, first + rest + 3 * elements + tiles);
    }

    private static long Count(long extent, long size) => (extent + size - 1) / size;

    private static int Parts(ScheduleLayout layout, int term, int outs) =>
        (int)Count(layout.Kernel.Terms[term].IsDiagonal ? outs : layout.Kernel.Terms[term].BlocksPerOutput, layout.Chunks[term]);

    // Which part of what is wanted stands in the slots still, when every second tile goes backwards.
    private static double Share(int slots, int parts) => parts == 0 ? 1 : Math.Min(1, (double)slots / parts);

    // The input rows or columns that the tiles along an axis read, without padding.
    private static long Covered(int extent, int size, AccumulationTerm term, bool vertical)
    {
        long sum = 0;
        for (int at = 0; at < extent; at += size)
        {
            int count = Math.Min(size, extent - at), first = vertical ? term.FirstRow(at) : term.FirstCol(at);
            int end = Math.Min(first + (vertical ? term.InputRows(count) : term.InputCols(count)), vertical ? term.Height : term.Width);
            sum += end - Math.Max(first, 0);
        }
        return sum;
    }

    // Tiles at the ends may be smaller, and then have micro-ops of their own.
    private static int Classes(AccumulationKernel k, TileSchedule s) =>
        (k.OutHeight % s.Rows == 0 ? 1 : 2) * (k.OutWidth % s.Cols == 0 ? 1 : 2) * (k.OutBlocks % s.OutChunk == 0 ? 1 : 2);

    // Two loops are the instruction's: the longest.
    private static long Uops(AccumulationTerm term, TileSchedule s, int outs, int chunk)
    {
        ReadOnlySpan<long> extents = [term.PoolHeight, term.PoolWidth, chunk, term.KernelHeight, term.KernelWidth, term.IsDiagonal ? 1 : outs, s.Rows, s.Cols];
        long product = 1, longest = 1, second = 1;
        foreach (long extent in extents)
        {
            product *= extent;
            if (extent > longest) (longest, second) = (extent, longest);
            else if (extent > second) second = extent;
        }
        return product / longest / second;
    }
}
