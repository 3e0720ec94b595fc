using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// Where a schedule keeps what in the on-chip memories. Activations and weights have as many slots of one size as fit, used as a cache;
/// shared weight tiles stand before the weight slots, bias and shift vectors before the accumulators.
/// </summary>
public sealed record ScheduleLayout
{
    public required AccumulationKernel Kernel { get; init; }

    public required TileSchedule Schedule { get; init; }

    public required int InpSlotSize { get; init; }

    public required int InpSlots { get; init; }

    public required int WgtSlotSize { get; init; }

    public required int WgtSlots { get; init; }

    /// <summary>Shared weight tiles, one for each term that has one.</summary>
    public required int SharedTiles { get; init; }

    /// <summary>Output blocks whose bias stands in one slot: all, where that leaves room.</summary>
    public required int BiasSlotSize { get; init; }

    public required int BiasSlots { get; init; }

    public required int AccBase { get; init; }

    public required int AccSlotSize { get; init; }

    /// <summary>Blocks that are loaded at once, by term.</summary>
    public required int[] Chunks { get; init; }

    public int VectorsPerBlock => (Kernel.HasBias ? 1 : 0) + (Kernel.Shift is null ? 1 : 0);

    private const int MaxPad = 15;

    /// <summary>Lays a schedule out, or says which limit it breaks.</summary>
    public static Verdict TryMake(AccumulationKernel kernel, TileSchedule schedule, VtaConfig config, out ScheduleLayout? layout)
    {
        layout = null;
        int inpDepth = config.Depth(VtaMemory.Inp), wgtDepth = config.Depth(VtaMemory.Wgt), accDepth = config.Depth(VtaMemory.Acc);
        int inpSlot = 0, wgtSlot = 0, shared = 0;
        var chunks = new int[kernel.Terms.Length];
        for (int pass = 0; pass < 2; pass++)
        {
            // Terms with dense weights decide the size of a slot; diagonal ones take what fits into it.
            for (int t = 0; t < chunks.Length; t++)
            {
                AccumulationTerm term = kernel.Terms[t];
                bool follows = term.IsDiagonal && t > 0;
                if (follows != (pass == 1)) continue;
                int place = term.InputRows(Math.Min(schedule.Rows, kernel.OutHeight)) * term.InputCols(Math.Min(schedule.Cols, kernel.OutWidth));
                int most = term.IsDiagonal ? schedule.OutChunk : term.BlocksPerOutput;
                chunks[t] = Math.Min(most, follows ? Math.Max(1, Math.Min(inpSlot, inpDepth) / place) : schedule.InChunk);
                inpSlot = Math.Max(inpSlot, chunks[t] * place);
                if (term.SharedWeight) shared++;
                else wgtSlot = Math.Max(wgtSlot, (term.IsDiagonal ? chunks[t] : chunks[t] * schedule.OutChunk) * term.Taps);
                if (!term.IsDiagonal && term.OutputsPerGroup % schedule.OutChunk != 0 && term.OutputsPerGroup < kernel.OutBlocks)
                    return Verdict.No("NEST6120", "the output channels of a tile must be of one group", schedule.OutChunk, term.OutputsPerGroup);
                if (schedule.Rows % term.ScaleHeight != 0 || schedule.Cols % term.ScaleWidth != 0)
                    return Verdict.No("NEST6121", "a tile must hold whole repetitions of what it copies", schedule.Rows, term.ScaleHeight);
            }
        }
        if (inpSlot > inpDepth) return Verdict.No("NEST6122", "the input of a tile must fit the activation buffer", inpSlot, inpDepth);
        if (wgtSlot + shared > wgtDepth) return Verdict.No("NEST6123", "the weights of a tile must fit the weight buffer", wgtSlot + shared, wgtDepth);
        int vectors = (kernel.HasBias ? 1 : 0) + (kernel.Shift is null ? 1 : 0);
        int accSlot = schedule.Rows * schedule.Cols * schedule.OutChunk * kernel.Sums;
        // All vectors at once where they take a sixteenth of the memory at most.
        bool resident = kernel.OutBlocks * vectors <= accDepth / 16;
        int biasSize = resident ? kernel.OutBlocks : schedule.OutChunk, biasSlots = vectors == 0 ? 0 : resident ? 1 : 2;
        int acc = biasSize * biasSlots * vectors + accSlot * schedule.Threads;
        if (acc > accDepth) return Verdict.No("NEST6124", "a tile and its vectors must fit the accumulators", acc, accDepth);
        foreach (AccumulationTerm term in kernel.Terms)
        {
            int height = term.InputRows(term.ScaleHeight), width = term.InputCols(term.ScaleWidth);
            if (Touches(term.PadTop, term.FirstRow(kernel.OutHeight - 1), height, term.Height) is { IsNo: true } tall) return tall;
            if (Touches(term.PadLeft, term.FirstCol(kernel.OutWidth - 1), width, term.Width) is { IsNo: true } wide) return wide;
            int pad = LargestPad(kernel, schedule, term);
            if (pad > MaxPad) return Verdict.No("NEST6125", "the padding of a tile must fit the field of its load", pad, MaxPad);
        }
        layout = new()
        {
            Kernel = kernel,
            Schedule = schedule,
            InpSlotSize = inpSlot,
            InpSlots = InputSlots(kernel, schedule, chunks, inpDepth / inpSlot),
            WgtSlotSize = wgtSlot,
            WgtSlots = wgtSlot == 0 ? 0 : WeightSlots(kernel, schedule, chunks, (wgtDepth - shared) / wgtSlot),
            SharedTiles = shared,
            BiasSlotSize = biasSize,
            BiasSlots = biasSlots,
            AccBase = biasSize * biasSlots * vectors,
            AccSlotSize = accSlot,
            Chunks = chunks,
        };
        return Verdict.Yes;
    }

    // Slots that find nothing again only multiply the micro-ops, which name them: two are enough to load one while the other is used.
    private static int InputSlots(AccumulationKernel kernel, TileSchedule schedule, int[] chunks, int fit)
    {
        int parts = 0;
        for (int t = 0; t < chunks.Length; t++) parts += Parts(kernel, schedule, chunks, t);
        bool again = schedule.SpatialOuter && schedule.OutChunk < kernel.OutBlocks;
        return Math.Min(fit, again && parts < fit ? parts + 1 : 2);
    }

    // All weights where they fit, those of one tile where its place changes first, two slots where they stream.
    private static int WeightSlots(AccumulationKernel kernel, TileSchedule schedule, int[] chunks, int fit)
    {
        int parts = 0;
        for (int t = 0; t < chunks.Length; t++) parts += kernel.Terms[t].SharedWeight ? 0 : Parts(kernel, schedule, chunks, t);
        int all = parts * ((kernel.OutBlocks + schedule.OutChunk - 1) / schedule.OutChunk);
        return all <= fit ? all : Math.Min(fit, !schedule.SpatialOuter && parts < fit ? parts + 1 : 2);
    }

    private static int Parts(AccumulationKernel kernel, TileSchedule schedule, int[] chunks, int term)
    {
        int blocks = kernel.Terms[term].IsDiagonal ? schedule.OutChunk : kernel.Terms[term].BlocksPerOutput;
        return (blocks + chunks[term] - 1) / chunks[term];
    }

    /// <summary>Whether the first and the last window along an axis touch the input: one of padding alone would load no row at all.</summary>
    internal static Verdict Touches(int pad, int lastStart, int extent, int available)
    {
        int beyond = Math.Max(pad, lastStart + extent - available);
        return beyond < extent ? Verdict.Yes : Verdict.No("NEST6127", "padding must be smaller than the window beside it", beyond, extent - 1, $"legal if it is at most {extent - 1}");
    }

    // The first and the last tile of each axis have the largest.
    private static int LargestPad(AccumulationKernel kernel, TileSchedule schedule, AccumulationTerm term)
    {
        int lastRow = (kernel.OutHeight - 1) / schedule.Rows * schedule.Rows, lastCol = (kernel.OutWidth - 1) / schedule.Cols * schedule.Cols;
        int bottom = term.FirstRow(lastRow) + term.InputRows(kernel.OutHeight - lastRow) - term.Height;
        int right = term.FirstCol(lastCol) + term.InputCols(kernel.OutWidth - lastCol) - term.Width;
        return Math.Max(Math.Max(term.PadTop, term.PadLeft), Math.Max(bottom, right));
    }
}
