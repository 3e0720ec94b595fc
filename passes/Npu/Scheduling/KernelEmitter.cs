using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>Where a packed tensor stands in DRAM: the address of its first element, and the elements from one batch to the next.</summary>
public readonly record struct PackedPlace(uint First, int BatchStride)
{
    public uint At(int batch, int block, int height, int width, int row, int col) =>
        (uint)(First + (long)batch * BatchStride + ((long)block * height + row) * width + col);
}

/// <summary>Where the operands of a kernel stand in DRAM, in elements of their memories.</summary>
public sealed record KernelPlaces
{
    /// <summary>The input of each term.</summary>
    public required PackedPlace[] Inputs { get; init; }

    /// <summary>The weights of each term: output block, input block, row, column; or the one shared tile.</summary>
    public required uint[] Weights { get; init; }

    /// <summary>The bias vectors, one for each output block.</summary>
    public uint Bias { get; init; }

    /// <summary>The vectors of shifts.</summary>
    public uint Shifts { get; init; }

    public required PackedPlace Output { get; init; }

    /// <summary>The height and width of what the result is a rectangle of, and where it begins there; null where it is all.</summary>
    public (int Height, int Width, int Row, int Col)? Within { get; init; }
}

/// <summary>Writes the instructions of a kernel, in an order that means the same when one runs after the other.</summary>
public sealed class KernelEmitter : ScheduleWalk
{
    private readonly ProgramBuilder b;
    private readonly KernelPlaces places;
    private readonly StepLoops loops;
    private readonly ChipHistory history;
    private readonly int[] inputOrder, weightOrder;
    private readonly int biasBase, firstThread;
    private readonly KernelUops? collected;

    // With somewhere to collect them, a walk finds the micro-ops of a kernel and emits nothing.
    private KernelEmitter(ScheduleLayout layout, KernelPlaces places, ProgramBuilder builder, StepLoops loops, ChipHistory history, KernelUops? collected = null) : base(layout)
    {
        this.collected = collected;
        b = builder;
        this.places = places;
        this.loops = loops;
        this.history = history;
        inputOrder = history.Order(VtaMemory.Inp, 0, layout.InpSlotSize, layout.InpSlots);
        weightOrder = history.Order(VtaMemory.Wgt, layout.SharedTiles, layout.WgtSlotSize, layout.WgtSlots);
        // Vectors stand on that side of the accumulators that is not waited for.
        int depth = builder.Config.Depth(VtaMemory.Acc);
        int size = Math.Max(1, layout.AccBase), accumulators = layout.AccSlotSize * layout.Schedule.Threads;
        bool top = layout.AccBase + accumulators <= depth && history.Last(VtaMemory.Acc, depth - size, size) < history.Last(VtaMemory.Acc, 0, size);
        biasBase = top ? depth - layout.AccBase : 0;
        AccBase = top ? depth - layout.AccBase - accumulators : layout.AccBase;
        int[] order = history.Order(VtaMemory.Acc, AccBase, layout.AccSlotSize, layout.Schedule.Threads);
        firstThread = order[0];
    }

    private int AccBase { get; }

    protected override ReadOnlySpan<int> InputSlotOrder => inputOrder;

    protected override ReadOnlySpan<int> WeightSlotOrder => weightOrder;

    /// <summary>Appends a kernel to a program.</summary>
    public static void Emit(ScheduleLayout layout, KernelPlaces places, ProgramBuilder builder, StepLoops loops, ChipHistory history)
    {
        var uops = new KernelUops();
        new KernelEmitter(layout, places, builder, loops, history, uops).Walk();
        builder.AddAhead(uops.Sequences, uops.Count);
        new KernelEmitter(layout, places, builder, loops, history).Walk();
    }

    protected override void Start()
    {
        if (collected is not null) return;
        int shared = 0;
        for (int t = 0; t < Kernel.Terms.Length; t++)
        {
            if (Kernel.Terms[t].SharedWeight) b.Load(VtaMemory.Wgt, shared++, places.Weights[t], 1, 1, 1);
        }
    }

    protected override void LoadVectors(in OutputTile tile, int slot)
    {
        if (collected is not null) return;
        bool all = Layout.BiasSlots == 1;
        int count = all ? Kernel.OutBlocks : tile.Blocks, first = all ? 0 : tile.Block, at = BiasAt(slot);
        if (Kernel.HasBias) b.Load(VtaMemory.Acc, at, (uint)(places.Bias + first), 1, count, count);
        if (Kernel.Shift is null) b.Load(VtaMemory.Acc, at + (Kernel.HasBias ? Layout.BiasSlotSize : 0), (uint)(places.Shifts + first), 1, count, count);
    }

    protected override void LoadWeights(in OutputTile tile, in TileStep step)
    {
        if (collected is not null) return;
        AccumulationTerm term = Kernel.Terms[step.Term];
        int at = WeightsAt(step);
        if (term.IsDiagonal)
        {
            int count = step.Blocks * term.Taps;
            b.Load(VtaMemory.Wgt, at, (uint)(places.Weights[step.Term] + (long)step.Block * term.Taps), 1, count, count);
            return;
        }
        int within = step.Block - term.FirstBlock(tile.Block), cols = step.Blocks * term.Taps, stride = term.BlocksPerOutput * term.Taps;
        long from = places.Weights[step.Term] + ((long)tile.Block * term.BlocksPerOutput + within) * term.Taps;
        if (stride == cols) b.Load(VtaMemory.Wgt, at, (uint)from, 1, tile.Blocks * cols, tile.Blocks * cols);
        else b.Load(VtaMemory.Wgt, at, (uint)from, tile.Blocks, cols, stride);
    }

    protected override void LoadInput(in OutputTile tile, in TileStep step)
    {
        if (collected is not null) return;
        AccumulationTerm term = Kernel.Terms[step.Term];
        InputTransfer t = InputTransfer.Of(term, step);
        PackedPlace place = places.Inputs[step.Term];
        int at = step.InpSlot * Layout.InpSlotSize;
        if (t.Instructions == 1 && t.Cols == term.Width && t.Pads == 0)
        {
            int run = t.Rows * t.Cols, plane = term.Height * term.Width;
            uint from = place.At(tile.Batch, step.Block, term.Height, term.Width, step.Row, step.Col);
            if (run == plane) b.Load(VtaMemory.Inp, at, from, 1, run * step.Blocks, run * step.Blocks);
            else b.Load(VtaMemory.Inp, at, from, step.Blocks, run, plane);
            return;
        }
        for (int c = 0; c < step.Blocks; c++)
        {
            b.Load(VtaMemory.Inp, at + c * step.Place, place.At(tile.Batch, step.Block + c, term.Height, term.Width, step.Row + t.Top, step.Col + t.Left),
                t.Rows, t.Cols, term.Width, t.Top, t.Bottom, t.Left, t.Right);
        }
    }

    protected override void Begin(in OutputTile tile, int biasSlot)
    {
        int at = AccAt(tile);
        if (collected is not null)
        {
            collected.Add(new MicroOp(at, at));
            if (Kernel.HasBias && collected.IsNew(at, VectorAt(tile, biasSlot), tile.Elements)) collected.AddSequence(BiasUops(tile, at, biasSlot));
            Stopped = collected.Count > b.UopDepth;
            return;
        }
        UopRange own = b.AddUops([new(at, at)]);
        if (!Kernel.HasBias)
        {
            b.Gemm(own, Run(tile.Elements * Kernel.Sums) with { Reset = true });
            return;
        }
        UopRange add = b.AddUops(BiasUops(tile, at, biasSlot));
        b.Gemm(own, Run(tile.Elements * Kernel.Sums) with { Reset = true });
        b.AluTensor(VtaAluOp.Add, add, new(0, 0, tile.Blocks, tile.Place, tile.Place, 1, 1, 0));
    }

    protected override void Multiply(in OutputTile tile, in TileStep step)
    {
        AccumulationTerm term = Kernel.Terms[step.Term];
        int dst = AccAt(tile) + (term.IsDiagonal ? (step.OutBlock - tile.Block) * tile.Place : 0), src = step.InpSlot * Layout.InpSlotSize;
        int wgt = term.SharedWeight ? SharedAt(step.Term) : WeightsAt(step);
        if (collected is not null && !collected.IsNew(step, tile, dst, wgt)) return;
        FoldedLoop[] folded = loops.Of(term, tile, step).Loops;
        var uops = new MicroOp[folded.Length][];
        for (int i = 0; i < uops.Length; i++)
        {
            uops[i] = new MicroOp[folded[i].Uops.Length];
            for (int u = 0; u < uops[i].Length; u++)
            {
                MicroOp uop = folded[i].Uops[u];
                uops[i][u] = new(uop.Dst + dst, uop.Src + src, uop.Wgt + wgt);
            }
        }
        if (collected is not null)
        {
            foreach (MicroOp[] sequence in uops) collected.AddSequence(sequence);
            return;
        }
        b.AddTogether(uops);
        for (int i = 0; i < uops.Length; i++) b.Gemm(b.AddUops(uops[i]), folded[i].Loop);
        history.Touch(VtaMemory.Inp, src, step.Place * step.Blocks);
        history.Touch(VtaMemory.Wgt, wgt, term.SharedWeight ? 1 : Layout.WgtSlotSize);
    }

    protected override void End(in OutputTile tile, int biasSlot)
    {
        OutputTransfer t = OutputTransfer.Of(Kernel, tile);
        (int height, int width, int top, int left) = places.Within ?? (Kernel.OutHeight, Kernel.OutWidth, 0, 0);
        int parts = CostModel.SplitsEpilogue(Layout, tile) ? tile.Blocks : 1, blocks = tile.Blocks / parts, at = AccAt(tile);
        for (int part = 0; part < parts; part++)
        {
            int acc = at + part * tile.Place, block = tile.Block + part;
            if (collected is not null)
            {
                collected.Add(new MicroOp(acc, acc));
                for (int k = 1; k < Kernel.Sums; k++) collected.Add(new MicroOp(acc, acc + k * tile.Elements));
                if (Kernel.Shift is null) collected.Add(new MicroOp(acc, ShiftsAt(tile, biasSlot, part)));
                continue;
            }
            Epilogue(tile, biasSlot, acc, part, blocks);
            if (parts > 1 || t.Instructions > 1 || places.Within is not null)
            {
                for (int i = 0; i < blocks; i++)
                {
                    uint to = places.Output.At(tile.Batch, block + i, height, width, top + tile.Row, left + tile.Col);
                    if (tile.Cols == width) b.Store(acc + i * tile.Place, to, 1, tile.Place, tile.Place);
                    else b.Store(acc + i * tile.Place, to, tile.Rows, tile.Cols, width);
                }
            }
            else b.Store(acc, places.Output.At(tile.Batch, block, Kernel.OutHeight, Kernel.OutWidth, tile.Row, tile.Col), t.Rows, t.Cols, t.Stride);
        }
        if (collected is null) history.Touch(VtaMemory.Acc, at, tile.Elements * Kernel.Sums);
    }

    private void Epilogue(in OutputTile tile, int biasSlot, int at, int firstBlock, int blocks)
    {
        int elements = blocks * tile.Place;
        // Rounding, shift and limits keep the order of sums, so that the greatest is taken first.
        for (int k = 1; k < Kernel.Sums; k++) b.AluTensor(VtaAluOp.Max, b.AddUops([new(at, at + k * tile.Elements)]), Run(elements) with { SrcFactorIn = 1 });
        UopRange own = b.AddUops([new(at, at)]);
        if (Kernel.Shift is null)
        {
            b.AluTensor(VtaAluOp.Shr, b.AddUops([new(at, ShiftsAt(tile, biasSlot, firstBlock))]), new(0, 0, blocks, tile.Place, tile.Place, 1, 1, 0));
        }
        else if (Kernel.Shift > 0)
        {
            if (Kernel.Round) b.AluImm(VtaAluOp.Add, 1 << (Kernel.Shift.Value - 1), own, Run(elements));
            b.AluImm(VtaAluOp.Shr, Kernel.Shift.Value, own, Run(elements));
        }
        if (Kernel.Clip is not { } clip) return;
        b.AluImm(VtaAluOp.Max, clip.Min, own, Run(elements));
        b.AluImm(VtaAluOp.Min, clip.Max, own, Run(elements));
    }

    private static LoopFields Run(int elements) => new(0, 0, 1, elements, 0, 1);

    private int AccAt(in OutputTile tile) => AccBase + (tile.AccSlot + firstThread) % Layout.Schedule.Threads * Layout.AccSlotSize;

    private int WeightsAt(in TileStep step) => Layout.SharedTiles + step.WgtSlot * Layout.WgtSlotSize;

    private int BiasAt(int slot) => biasBase + slot * Layout.BiasSlotSize * Layout.VectorsPerBlock;

    private int VectorAt(in OutputTile tile, int slot) => BiasAt(slot) + (Layout.BiasSlots == 1 ? tile.Block : 0);

    private MicroOp[] BiasUops(in OutputTile tile, int at, int slot)
    {
        var uops = new MicroOp[Kernel.Sums];
        for (int k = 0; k < uops.Length; k++) uops[k] = new(at + k * tile.Elements, VectorAt(tile, slot));
        return uops;
    }

    private int ShiftsAt(in OutputTile tile, int slot, int block) => VectorAt(tile, slot) + (Kernel.HasBias ? Layout.BiasSlotSize : 0) + block;

    private int SharedAt(int term)
    {
        int at = 0;
        for (int t = 0; t < term; t++) at += Kernel.Terms[t].SharedWeight ? 1 : 0;
        return at;
    }
}
