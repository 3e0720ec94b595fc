namespace NestC.Passes.Npu.Scheduling;

/// <summary>A tile of the result.</summary>
public readonly record struct OutputTile(int Number, int Batch, int Row, int Col, int Rows, int Cols, int Block, int Blocks, int AccSlot)
{
    /// <summary>Accumulators of one block.</summary>
    public int Place => Rows * Cols;

    public int Elements => Rows * Cols * Blocks;
}

/// <summary>One load-and-multiply step of a tile.</summary>
/// <param name="Term">The term's number.</param>
/// <param name="Block">The first input block.</param>
/// <param name="Blocks">The input blocks.</param>
/// <param name="Row">The first input row; negative rows are padding.</param>
/// <param name="Col">The first input column.</param>
/// <param name="Rows">Input rows, padding included.</param>
/// <param name="Cols">Input columns, padding included.</param>
/// <param name="InpSlot">Where the input is.</param>
/// <param name="WgtSlot">Where the weights are; -1 for a shared tile.</param>
/// <param name="OutBlock">The first output block that the step adds to.</param>
/// <param name="OutBlocks">The output blocks that the step adds to.</param>
public readonly record struct TileStep(int Term, int Block, int Blocks, int Row, int Col, int Rows, int Cols, int InpSlot, int WgtSlot, int OutBlock, int OutBlocks)
{
    public int Place => Rows * Cols;
}

/// <summary>
/// Walks a schedule: tile after tile, step after step, loading what the slots do not hold yet. Every second tile takes its steps in
/// reverse, so that it finds what the last one left. The cost model and the code generator are both derived from it, so that they agree.
/// </summary>
public abstract class ScheduleWalk
{
    private readonly SlotCache inp, wgt, bias;

    protected ScheduleWalk(ScheduleLayout layout)
    {
        Layout = layout;
        inp = new(layout.InpSlots);
        wgt = new(layout.WgtSlots);
        bias = new(layout.BiasSlots);
    }

    protected ScheduleLayout Layout { get; }

    protected AccumulationKernel Kernel => Layout.Kernel;

    /// <summary>Set to end the walk early.</summary>
    protected bool Stopped { get; set; }

    public void Walk()
    {
        TileSchedule s = Layout.Schedule;
        int rows = Count(Kernel.OutHeight, s.Rows), cols = Count(Kernel.OutWidth, s.Cols), chunks = Count(Kernel.OutBlocks, s.OutChunk);
        int places = Kernel.Batch * rows * cols, total = places * chunks;
        Start();
        for (int number = 0; number < total && !Stopped; number++)
        {
            int place = s.SpatialOuter ? number / chunks : number % places, chunk = s.SpatialOuter ? number % chunks : number / places;
            int row = place / cols % rows * s.Rows, col = place % cols * s.Cols, block = chunk * s.OutChunk;
            Visit(new OutputTile(number, place / (rows * cols), row, col, Math.Min(s.Rows, Kernel.OutHeight - row), Math.Min(s.Cols, Kernel.OutWidth - col),
                block, Math.Min(s.OutChunk, Kernel.OutBlocks - block), number % s.Threads), place, chunk);
        }
    }

    private void Visit(in OutputTile tile, int place, int chunk)
    {
        int biasSlot = -1;
        if (Layout.BiasSlots > 0)
        {
            int key = Layout.BiasSlots == 1 ? 0 : chunk;
            biasSlot = bias.Find(key);
            if (biasSlot < 0) LoadVectors(tile, biasSlot = bias.Take(key, default));
        }
        Begin(tile, biasSlot);
        bool reverse = (tile.Number & 1) != 0;
        for (int n = 0; n < Kernel.Terms.Length; n++)
        {
            int t = reverse ? Kernel.Terms.Length - 1 - n : n;
            AccumulationTerm term = Kernel.Terms[t];
            int blocks = term.IsDiagonal ? tile.Blocks : term.BlocksPerOutput, size = Layout.Chunks[t], parts = Count(blocks, size);
            for (int m = 0; m < parts; m++)
            {
                int part = reverse ? parts - 1 - m : m, count = Math.Min(size, blocks - part * size);
                int first = term.FirstBlock(tile.Block) + part * size;
                var step = new TileStep(t, first, count, term.FirstRow(tile.Row), term.FirstCol(tile.Col), term.InputRows(tile.Rows), term.InputCols(tile.Cols), -1, -1,
                    term.IsDiagonal ? first : tile.Block, term.IsDiagonal ? count : tile.Blocks);
                Visit(tile, step, place, chunk, part);
            }
        }
        End(tile, biasSlot);
    }

    private void Visit(in OutputTile tile, TileStep step, int place, int chunk, int part)
    {
        AccumulationTerm term = Kernel.Terms[step.Term];
        if (!term.SharedWeight)
        {
            long key = ((long)step.Term << 48) | ((long)chunk << 24) | (uint)part;
            int slot = wgt.Find(key);
            bool load = slot < 0;
            if (load) slot = wgt.Take(key, WeightSlotOrder);
            step = step with { WgtSlot = slot };
            if (load) LoadWeights(tile, step);
        }
        long input = ((long)step.Term << 56) | ((long)place << 24) | (uint)step.Block;
        int at = inp.Find(input);
        bool fresh = at < 0;
        if (fresh) at = inp.Take(input, InputSlotOrder);
        step = step with { InpSlot = at };
        if (fresh) LoadInput(tile, step);
        Multiply(tile, step);
    }

    /// <summary>Which of the empty slots are to be used first; empty for the order of their addresses.</summary>
    protected virtual ReadOnlySpan<int> InputSlotOrder => default;

    /// <inheritdoc cref="InputSlotOrder"/>
    protected virtual ReadOnlySpan<int> WeightSlotOrder => default;

    /// <summary>Before everything: shared weight tiles are loaded here.</summary>
    protected abstract void Start();

    protected abstract void LoadVectors(in OutputTile tile, int slot);

    protected abstract void LoadWeights(in OutputTile tile, in TileStep step);

    protected abstract void LoadInput(in OutputTile tile, in TileStep step);

    /// <summary>Clears the accumulators of a tile and adds the bias.</summary>
    protected abstract void Begin(in OutputTile tile, int biasSlot);

    protected abstract void Multiply(in OutputTile tile, in TileStep step);

    /// <summary>Shifts, clips and stores a tile.</summary>
    protected abstract void End(in OutputTile tile, int biasSlot);

    private static int Count(int extent, int size) => (extent + size - 1) / size;

    /// <summary>Slots by what they hold; the one that was not used for longest goes first.</summary>
    private sealed class SlotCache(int count)
    {
        private readonly long[] keys = Empty(count);
        private readonly long[] used = new long[count];
        private long clock;
        private int taken;

        public int Find(long key)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (keys[i] != key) continue;
                used[i] = ++clock;
                return i;
            }
            return -1;
        }

        public int Take(long key, ReadOnlySpan<int> order)
        {
            int slot = 0;
            if (taken < keys.Length) slot = order.IsEmpty ? taken++ : order[taken++];
            else
            {
                for (int i = 1; i < used.Length; i++)
                {
                    if (used[i] < used[slot]) slot = i;
                }
            }
            keys[slot] = key;
            used[slot] = ++clock;
            return slot;
        }

        private static long[] Empty(int count)
        {
            var keys = new long[count];
            Array.Fill(keys, -1);
            return keys;
        }
    }
}
