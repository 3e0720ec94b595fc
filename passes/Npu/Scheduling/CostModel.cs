using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>What a schedule is expected to take.</summary>
public readonly record struct ScheduleCost(long Cycles, long LoadedBytes, long StoredBytes, int Instructions);

/// <summary>
/// The analytic cost of a schedule: each step's load, multiplication and store take the cycles that the instructions are known to take,
/// and start when their module is free and what they wait for is there. The constants are those of the cycle simulator.
/// </summary>
public sealed class CostModel : ScheduleWalk
{
    /// <summary>Cycles of GEMM and ALU instructions beyond their steps.</summary>
    public const int PipelineCycles = 7;

    // A load: 3 cycles before the request, 3 after the last beat; pads are written while no beat comes, in the latency and 3 cycles.
    private const int TransferCycles = 6, HiddenPads = 3, UopTransferCycles = 5;

    // Reading a batch of instructions, and dispatching it.
    private const int FetchStart = 22;

    private readonly VtaDevice device;
    private readonly StepLoops loops;
    private readonly long limit;
    private readonly long[] inpReady, inpFree, wgtReady, wgtFree, accFree;
    private readonly HashSet<long> resident = [];
    private int residentUops, instructions;
    private long load, compute, store, loaded, stored;

    private CostModel(ScheduleLayout layout, VtaDevice device, StepLoops loops, long limit) : base(layout)
    {
        this.device = device;
        this.loops = loops;
        this.limit = limit;
        inpReady = new long[layout.InpSlots];
        inpFree = new long[layout.InpSlots];
        wgtReady = new long[Math.Max(1, layout.WgtSlots)];
        wgtFree = new long[Math.Max(1, layout.WgtSlots)];
        accFree = new long[layout.Schedule.Threads];
    }

    /// <summary>The cost of a schedule; once it is known to exceed <paramref name="limit"/> cycles, some number above that.</summary>
    public static ScheduleCost Of(ScheduleLayout layout, VtaDevice device, StepLoops loops, long limit = long.MaxValue)
    {
        var model = new CostModel(layout, device, loops, limit);
        model.Walk();
        return new(Math.Max(model.compute, model.store) + 8, model.loaded, model.stored, model.instructions);
    }

    protected override void Start()
    {
        for (int i = 0; i < Layout.SharedTiles; i++) Load(256, 1, 0, 0);
    }

    protected override void LoadVectors(in OutputTile tile, int slot)
    {
        // At the start the first weights are on the bus too, and go before.
        AccumulationTerm first = Kernel.Terms[0];
        if (tile.Number == 0 && !first.SharedWeight) compute += Beats(256L * Layout.Chunks[0] * first.Taps * (first.IsDiagonal ? 1 : tile.Blocks));
        for (int i = 0; i < Layout.VectorsPerBlock; i++)
        {
            long bytes = 64L * (Layout.BiasSlots == 1 ? Kernel.OutBlocks : tile.Blocks);
            Arrive(1);
            compute += TransferCycles + device.ReadLatency + Beats(bytes);
            loaded += bytes;
        }
    }

    protected override void LoadWeights(in OutputTile tile, in TileStep step)
    {
        long tiles = (long)step.Blocks * Kernel.Terms[step.Term].Taps * (Kernel.Terms[step.Term].IsDiagonal ? 1 : tile.Blocks);
        wgtReady[step.WgtSlot] = Load(256 * tiles, 1, 0, wgtFree[step.WgtSlot]);
    }

    protected override void LoadInput(in OutputTile tile, in TileStep step)
    {
        InputTransfer t = InputTransfer.Of(Kernel.Terms[step.Term], step);
        inpReady[step.InpSlot] = Load(16L * t.Rows * t.Cols * step.Blocks / t.Instructions, t.Instructions, t.Pads, inpFree[step.InpSlot]);
    }

    protected override void Begin(in OutputTile tile, int biasSlot)
    {
        Arrive(1);
        compute = Math.Max(compute, accFree[tile.AccSlot]);
        compute += tile.Elements + PipelineCycles;
        if (Kernel.HasBias)
        {
            Arrive(1);
            compute += 2 * tile.Elements + PipelineCycles;
            Uops(Key(tile, 0, 0), 2);
        }
        else Uops(Key(tile, 0, 0), 1);
        if (compute > limit) Stopped = true;
    }

    protected override void Multiply(in OutputTile tile, in TileStep step)
    {
        StepLoops.Folded folded = loops.Of(Kernel.Terms[step.Term], tile, step);
        Arrive(folded.Loops.Length);
        Uops(Key(tile, step.InpSlot + 1, ((step.WgtSlot + 1) * 64 + step.Term) * 64 + step.OutBlock - tile.Block), folded.Uops);
        compute = Math.Max(compute, inpReady[step.InpSlot]);
        if (step.WgtSlot >= 0) compute = Math.Max(compute, wgtReady[step.WgtSlot]);
        compute += folded.Cycles;
        inpFree[step.InpSlot] = compute;
        if (step.WgtSlot >= 0) wgtFree[step.WgtSlot] = compute;
    }

    protected override void End(in OutputTile tile, int biasSlot)
    {
        OutputTransfer t = OutputTransfer.Of(Kernel, tile);
        int parts = SplitsEpilogue(Layout, tile) ? tile.Blocks : 1, alu = 0;
        long cycles = 0, elements = tile.Elements / parts;
        if (Kernel.Shift is null) Alu(2);
        else if (Kernel.Shift > 0)
        {
            if (Kernel.Round) Alu(1);
            Alu(1);
        }
        if (Kernel.Clip is not null)
        {
            Alu(1);
            Alu(1);
        }
        for (int i = 0; i < parts; i++)
        {
            Arrive(alu);
            if (parts > 1) Uops(Key(tile, 1 << 12, i), 1);
            compute += cycles;
            int stores = parts > 1 ? 1 : t.Instructions;
            instructions += stores;
            store = Math.Max(store, compute) + (parts > 1 ? t.Cycles(device) / tile.Blocks : t.Cycles(device));
        }
        stored += 16L * tile.Elements;
        accFree[tile.AccSlot] = store;

        void Alu(int perElement)
        {
            alu++;
            cycles += perElement * elements + PipelineCycles;
        }
    }

    /// <summary>Whether shift, clip and store go block by block, so that storing starts early: without a second thread to hide it.</summary>
    public static bool SplitsEpilogue(ScheduleLayout layout, in OutputTile tile) => layout.Schedule.Threads == 1 && tile.Blocks > 1 && tile.Place >= 16;

    private long Load(long bytes, int count, int pads, long free)
    {
        instructions += count;
        load = Math.Max(load, Math.Max(free, Arrival()));
        // Fetching is served before loading.
        load += count * (TransferCycles + device.ReadLatency + Beats(bytes) + Math.Max(0, pads - device.ReadLatency - HiddenPads) + Beats(16));
        loaded += count * bytes;
        return load;
    }

    private void Arrive(int count)
    {
        instructions += count;
        compute = Math.Max(compute, Arrival());
    }

    // The fetch unit reads a batch, then dispatches one instruction a cycle.
    private long Arrival()
    {
        int batch = device.FetchBatch, n = instructions / batch;
        long read = device.ReadLatency + 1 + (long)Beats(16L * batch);
        return FetchStart + Beats(16L * batch) + n * (read + batch + 3) + instructions % batch;
    }

    private void Uops(long key, int count)
    {
        int depth = Math.Min(device.UopDepth, 2048);
        count = (count + 1) & ~1;
        if (!resident.Add(key)) return;
        if (residentUops + count > depth)
        {
            resident.Clear();
            resident.Add(key);
            residentUops = 0;
        }
        residentUops += count;
        instructions++;
        compute += UopTransferCycles + device.ReadLatency + (count + 1) / 2;
        loaded += 4L * count;
    }

    private static long Key(in OutputTile tile, int a, int b) => (((((long)a << 20) ^ b) << 4 | (uint)tile.AccSlot) << 20) ^ ((long)tile.Rows << 14 ^ (long)tile.Cols << 7 ^ tile.Blocks);

    private int Beats(long bytes) => (int)((bytes + device.BusBytes - 1) / device.BusBytes);
}

/// <summary>How the input of a step is loaded.</summary>
/// <param name="Instructions">One for each block, or one in all where blocks follow each other at one distance.</param>
/// <param name="Rows">Rows that are moved.</param>
/// <param name="Cols">Columns that are moved.</param>
/// <param name="Pads">Elements of padding of one instruction.</param>
public readonly record struct InputTransfer(int Instructions, int Rows, int Cols, int Pads, int Top, int Bottom, int Left, int Right)
{
    public static InputTransfer Of(AccumulationTerm term, in TileStep step)
    {
        int top = Math.Max(0, -step.Row), bottom = Math.Max(0, step.Row + step.Rows - term.Height);
        int left = Math.Max(0, -step.Col), right = Math.Max(0, step.Col + step.Cols - term.Width);
        int rows = step.Rows - top - bottom, cols = step.Cols - left - right;
        bool whole = cols == term.Width && (top | bottom | left | right) == 0 && term.Height * term.Width < 1 << 16;
        return new(whole ? 1 : step.Blocks, rows, cols, step.Rows * step.Cols - rows * cols, top, bottom, left, right);
    }
}

/// <summary>How a tile is stored.</summary>
/// <param name="Instructions">One for each block, or one in all.</param>
/// <param name="Rows">Rows of an instruction.</param>
/// <param name="Cols">Elements of a row.</param>
/// <param name="Stride">Elements from row to row in DRAM.</param>
public readonly record struct OutputTransfer(int Instructions, int Rows, int Cols, int Stride)
{
    public static OutputTransfer Of(AccumulationKernel kernel, in OutputTile tile)
    {
        int plane = kernel.OutHeight * kernel.OutWidth;
        if (tile.Cols != kernel.OutWidth) return new(tile.Blocks, tile.Rows, tile.Cols, kernel.OutWidth);
        if (tile.Rows == kernel.OutHeight) return new(1, 1, tile.Elements, tile.Elements);
        return plane < 1 << 16 ? new(1, tile.Blocks, tile.Place, plane) : new(tile.Blocks, 1, tile.Place, tile.Place);
    }

    public long Cycles(VtaDevice device)
    {
        int beats = (Cols * 16 + device.BusBytes - 1) / device.BusBytes;
        long bursts = (long)Rows * ((beats + device.BurstBeats - 1) / device.BurstBeats);
        return Instructions * (1 + 3 * bursts + 3L * Rows * Cols);
    }
}
