using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>What a schedule is expected to take.</summary>
public readonly record struct ScheduleCost(long Cycles, long LoadedBytes, long StoredBytes, int Instructions)
{
    /// <summary>What the cycle simulator takes; 0 when it was not asked.</summary>
    public long Simulated { get; init; }
}

/// <summary>
/// The analytic cost of a schedule: each step's load, multiplication and store take the cycles that the instructions are known to take,
/// and start when their module is free and what they wait for is there. The constants are those of the cycle simulator.
/// </summary>
public sealed class CostModel : ScheduleWalk
{
    private readonly VtaDevice device;
    private readonly StepLoops loops;
    private readonly long limit;
    private readonly ModuleClocks clocks;
    private readonly long[] inpReady, inpFree, wgtReady, wgtFree, accFree;

    private CostModel(ScheduleLayout layout, VtaDevice device, StepLoops loops, long limit, int firstBatch, bool uopsAhead) : base(layout)
    {
        this.device = device;
        this.loops = loops;
        this.limit = limit;
        clocks = new(device, firstBatch, uopsAhead);
        inpReady = new long[layout.InpSlots];
        inpFree = new long[layout.InpSlots];
        wgtReady = new long[Math.Max(1, layout.WgtSlots)];
        wgtFree = new long[Math.Max(1, layout.WgtSlots)];
        accFree = new long[layout.Schedule.Threads];
    }

    /// <summary>The cost of a schedule; once it is known to exceed <paramref name="limit"/> cycles, some number above that.</summary>
    public static ScheduleCost Of(ScheduleLayout layout, VtaDevice device, StepLoops loops, long limit = long.MaxValue)
    {
        // Whether all micro-ops are loaded ahead, and how short the program is, is known only at the end.
        bool ahead = true;
        CostModel model = Run();
        if (!model.clocks.UopsFit)
        {
            ahead = false;
            model = Run();
        }
        if (!model.Stopped && model.clocks.ShortProgram is { } program) model = Run(program);
        return model.clocks.Cost;

        CostModel Run(int? firstBatch = null)
        {
            var model = new CostModel(layout, device, loops, limit, firstBatch ?? device.FetchBatch, ahead);
            model.Walk();
            return model;
        }
    }

    protected override void Start()
    {
        for (int i = 0; i < Layout.SharedTiles; i++) clocks.Load(256, 1, 0, 0);
    }

    protected override void LoadVectors(in OutputTile tile, int slot)
    {
        // At the start the first weights are on the bus too, and go before.
        AccumulationTerm first = Kernel.Terms[0];
        if (tile.Number == 0 && !first.SharedWeight) clocks.Compute(clocks.Beats(256L * Layout.Chunks[0] * first.Taps * (first.IsDiagonal ? 1 : tile.Blocks)));
        for (int i = 0; i < Layout.VectorsPerBlock; i++) clocks.LoadVectors(64L * (Layout.BiasSlots == 1 ? Kernel.OutBlocks : tile.Blocks));
    }

    protected override void LoadWeights(in OutputTile tile, in TileStep step)
    {
        long tiles = (long)step.Blocks * Kernel.Terms[step.Term].Taps * (Kernel.Terms[step.Term].IsDiagonal ? 1 : tile.Blocks);
        wgtReady[step.WgtSlot] = clocks.Load(256 * tiles, 1, 0, wgtFree[step.WgtSlot]);
    }

    protected override void LoadInput(in OutputTile tile, in TileStep step)
    {
        InputTransfer t = InputTransfer.Of(Kernel.Terms[step.Term], step);
        inpReady[step.InpSlot] = clocks.Load(16L * t.Rows * t.Cols * step.Blocks / t.Instructions, t.Instructions, t.Pads, inpFree[step.InpSlot]);
    }

    protected override void Begin(in OutputTile tile, int biasSlot)
    {
        clocks.Arrive(1);
        clocks.WaitFor(accFree[tile.AccSlot]);
        clocks.Compute(tile.Elements * Kernel.Sums + ModuleClocks.PipelineCycles);
        if (Kernel.HasBias)
        {
            clocks.Arrive(1);
            clocks.Compute(2 * tile.Elements * Kernel.Sums + ModuleClocks.PipelineCycles);
        }
        clocks.Uops(Key(tile, 0, 0), Kernel.HasBias ? 1 + Kernel.Sums : 1);
        if (clocks.ComputeTime > limit) Stopped = true;
    }

    protected override void Multiply(in OutputTile tile, in TileStep step)
    {
        StepLoops.Folded folded = loops.Of(Kernel.Terms[step.Term], tile, step);
        clocks.Arrive(folded.Loops.Length);
        clocks.Uops(Key(tile, step.InpSlot + 1, ((step.WgtSlot + 1) * 64 + step.Term) * 64 + step.OutBlock - tile.Block), folded.Uops);
        clocks.WaitFor(inpReady[step.InpSlot]);
        if (step.WgtSlot >= 0) clocks.WaitFor(wgtReady[step.WgtSlot]);
        clocks.Compute(folded.Cycles);
        inpFree[step.InpSlot] = clocks.ComputeTime;
        if (step.WgtSlot >= 0) wgtFree[step.WgtSlot] = clocks.ComputeTime;
    }

    protected override void End(in OutputTile tile, int biasSlot)
    {
        OutputTransfer t = OutputTransfer.Of(Kernel, tile);
        int parts = SplitsEpilogue(Layout, tile) ? tile.Blocks : 1, alu = 0;
        long cycles = 0, elements = tile.Elements / parts;
        for (int k = 1; k < Kernel.Sums; k++) Alu(2);
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
            clocks.Arrive(alu);
            if (parts > 1 || Kernel.Sums > 1) clocks.Uops(Key(tile, 1 << 12, i), Kernel.Sums);
            clocks.Compute(cycles);
            clocks.Store(16L * elements, parts > 1 ? 1 : t.Instructions, parts > 1 ? t.Cycles(device) / tile.Blocks : t.Cycles(device));
        }
        accFree[tile.AccSlot] = clocks.StoreTime;

        void Alu(int perElement)
        {
            alu++;
            cycles += perElement * elements + ModuleClocks.PipelineCycles;
        }
    }

    /// <summary>Whether shift, clip and store go block by block, so that storing starts early: without a second thread to hide it.</summary>
    public static bool SplitsEpilogue(ScheduleLayout layout, in OutputTile tile) => layout.Schedule.Threads == 1 && tile.Blocks > 1 && tile.Place >= 16;

    private static long Key(in OutputTile tile, int a, int b) => (((((long)a << 20) ^ b) << 4 | (uint)tile.AccSlot) << 20) ^ ((long)tile.Rows << 14 ^ (long)tile.Cols << 7 ^ tile.Blocks);

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
