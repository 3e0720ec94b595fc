using NestC.Dialects.Npu.Isa;
using NestC.Passes.Conversion.GraphToTensor;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>The analytic cost of a schedule of a pool, tile by tile; see <see cref="CostModel"/>.</summary>
public sealed class MaxPoolCost
{
    private readonly MaxPoolLayout layout;
    private readonly MaxPoolKernel kernel;
    private readonly VtaDevice device;
    private readonly ModuleClocks clocks;
    private readonly long[] inpFree, accFree;
    private readonly Dictionary<long, (long Cycles, int Uops, int Instructions)> taps = [];

    private MaxPoolCost(MaxPoolLayout layout, VtaDevice device, int firstBatch)
    {
        (this.layout, this.device, kernel) = (layout, device, layout.Kernel);
        clocks = new(device, firstBatch);
        inpFree = new long[layout.InpSlots];
        accFree = new long[layout.Schedule.Threads];
    }

    /// <summary>What a schedule is expected to take.</summary>
    public static ScheduleCost Of(MaxPoolLayout layout, VtaDevice device)
    {
        var model = new MaxPoolCost(layout, device, device.FetchBatch);
        model.Run();
        if (model.clocks.ShortProgram is { } program)
        {
            model = new MaxPoolCost(layout, device, program);
            model.Run();
        }
        return model.clocks.Cost;
    }

    private void Run()
    {
        TileSchedule s = layout.Schedule;
        clocks.Load(256, 1, 0, 0);
        int number = 0;
        for (int n = 0; n < kernel.Batch; n++)
        {
            for (int row = 0; row < kernel.OutHeight; row += s.Rows)
            {
                for (int col = 0; col < kernel.OutWidth; col += s.Cols)
                {
                    for (int block = 0; block < kernel.Blocks; block += s.OutChunk, number++)
                    {
                        Tile(new(number, n, row, col, Math.Min(s.Rows, kernel.OutHeight - row), Math.Min(s.Cols, kernel.OutWidth - col), block,
                            Math.Min(s.OutChunk, kernel.Blocks - block), number % s.Threads));
                    }
                }
            }
        }
    }

    private void Tile(in OutputTile tile)
    {
        Window2D w = kernel.Window;
        int rows = kernel.InputRows(tile.Rows), cols = kernel.InputCols(tile.Cols), cells = rows * cols * tile.Blocks, slot = tile.Number % layout.InpSlots;
        int top = tile.Row * w.StrideHeight - w.Top, left = tile.Col * w.StrideWidth - w.Left;
        int realRows = Math.Min(top + rows, kernel.Height) - Math.Max(0, top), realCols = Math.Min(left + cols, kernel.Width) - Math.Max(0, left);
        long ready = clocks.Load(16L * realRows * realCols, tile.Blocks, rows * cols - realRows * realCols, inpFree[slot]);
        (long cycles, int uops, int instructions) = Taps(tile);
        clocks.Want(Key(tile, 0, 0), 4 + uops);
        clocks.Want(Key(tile, 1, slot), 2);
        Padding(tile, rows, cols, top, left, out long lowering, out int edges);
        clocks.LoadWanted();
        Work(cells);
        clocks.WaitFor(ready);
        Work(cells);
        inpFree[slot] = clocks.ComputeTime;
        clocks.WaitFor(accFree[tile.AccSlot]);
        Work(tile.Elements);
        if (!kernel.NonNegative) Work(tile.Elements);
        clocks.Arrive(edges + instructions);
        clocks.Compute(lowering + cycles);
        OutputTransfer store = tile.Cols == kernel.OutWidth ? new(tile.Blocks, 1, tile.Place, tile.Place) : new(tile.Blocks, tile.Rows, tile.Cols, kernel.OutWidth);
        clocks.Store(16L * tile.Elements, tile.Blocks, store.Cycles(device));
        accFree[tile.AccSlot] = clocks.StoreTime;
    }

    // What stands for padding is lowered, edge by edge.
    private void Padding(in OutputTile tile, int rows, int cols, int top, int left, out long cycles, out int edges)
    {
        (cycles, edges) = (0, 0);
        if (kernel.NonNegative) return;
        int padTop = Math.Max(0, -top), padLeft = Math.Max(0, -left), padBottom = Math.Max(0, top + rows - kernel.Height), padRight = Math.Max(0, left + cols - kernel.Width);
        int inner = rows - padTop - padBottom;
        foreach (int places in (ReadOnlySpan<int>)[padTop * cols, padBottom * cols, padLeft * inner, padRight * inner])
        {
            if (places == 0) continue;
            edges++;
            cycles += (long)places * tile.Blocks + ModuleClocks.PipelineCycles;
        }
        if (edges > 0) clocks.Want(Key(tile, 2, (padTop * 16 + padBottom) * 256 + padLeft * 16 + padRight), edges * ((tile.Blocks + 1) & ~1));
    }

    private void Work(long steps)
    {
        clocks.Arrive(1);
        clocks.Compute(steps + ModuleClocks.PipelineCycles);
    }

    private (long Cycles, int Uops, int Instructions) Taps(in OutputTile tile)
    {
        long shape = ((long)tile.Rows << 24) | ((long)tile.Cols << 12) | (uint)tile.Blocks;
        if (taps.TryGetValue(shape, out var known)) return known;
        List<FoldedLoop> loops = layout.Taps(tile, device.Config);
        (long cycles, int uops) = (0, 0);
        foreach (FoldedLoop loop in loops)
        {
            cycles += 2 * loop.Loop.Steps + ModuleClocks.PipelineCycles;
            uops += (loop.Uops.Length + 1) & ~1;
        }
        taps.Add(shape, known = (cycles, uops, loops.Count));
        return known;
    }

    private static long Key(in OutputTile tile, int what, int more) =>
        ((((long)more << 3 | (uint)what) << 1 | (uint)tile.AccSlot) << 36) ^ ((long)tile.Rows << 24 ^ (long)tile.Cols << 12 ^ (uint)tile.Blocks);
}
