using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Passes.Conversion.GraphToTensor;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>The greatest element of each window of a packed tensor.</summary>
public sealed record MaxPoolKernel
{
    public required int Batch { get; init; }

    public required int Blocks { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int OutHeight { get; init; }

    public required int OutWidth { get; init; }

    public required Window2D Window { get; init; }

    /// <summary>Whether no element is negative, so that padding by zeros does no harm.</summary>
    public bool NonNegative { get; init; }

    public int InputRows(int rows) => (rows - 1) * Window.StrideHeight + (Window.Height - 1) * Window.DilationHeight + 1;

    public int InputCols(int cols) => (cols - 1) * Window.StrideWidth + (Window.Width - 1) * Window.DilationWidth + 1;
}

/// <summary>Where a schedule of a pool keeps its tiles: the input twice (as bytes, and in the accumulators), the result beside it.</summary>
public sealed record MaxPoolLayout(MaxPoolKernel Kernel, TileSchedule Schedule, int InpSlotSize, int InpSlots, int SourceSize, int AccSlotSize)
{
    private const int MaxPad = 15;

    public static Verdict TryMake(MaxPoolKernel kernel, TileSchedule schedule, VtaConfig config, out MaxPoolLayout? layout)
    {
        layout = null;
        int source = kernel.InputRows(schedule.Rows) * kernel.InputCols(schedule.Cols) * schedule.OutChunk;
        int inpDepth = config.Depth(VtaMemory.Inp), accDepth = config.Depth(VtaMemory.Acc);
        if (source > inpDepth) return Verdict.No("NEST6122", "the input of a tile must fit the activation buffer", source, inpDepth, $"legal if it is at most {inpDepth}");
        int slot = source + schedule.Rows * schedule.Cols * schedule.OutChunk;
        if (slot * schedule.Threads > accDepth) return Verdict.No("NEST6124", "a tile and its vectors must fit the accumulators", slot * schedule.Threads, accDepth, $"legal if it is at most {accDepth}");
        Window2D w = kernel.Window;
        if (ScheduleLayout.Touches(w.Top, (kernel.OutHeight - 1) * w.StrideHeight - w.Top, kernel.InputRows(1), kernel.Height) is { IsNo: true } tall) return tall;
        if (ScheduleLayout.Touches(w.Left, (kernel.OutWidth - 1) * w.StrideWidth - w.Left, kernel.InputCols(1), kernel.Width) is { IsNo: true } wide) return wide;
        int pad = Math.Max(Math.Max(kernel.Window.Top, kernel.Window.Left), Math.Max(
            Beyond(kernel.OutHeight, schedule.Rows, kernel.Window.StrideHeight, kernel.Window.Top, kernel.InputRows, kernel.Height),
            Beyond(kernel.OutWidth, schedule.Cols, kernel.Window.StrideWidth, kernel.Window.Left, kernel.InputCols, kernel.Width)));
        if (pad > MaxPad) return Verdict.No("NEST6125", "the padding of a tile must fit the field of its load", pad, MaxPad, $"legal if it is at most {MaxPad}");
        layout = new(kernel, schedule, source, Math.Min(2, inpDepth / source), source, slot);
        return Verdict.Yes;
    }

    /// <summary>The instructions that take the maxima of a tile; micro-ops count from the first result and the first source.</summary>
    public List<FoldedLoop> Taps(in OutputTile tile, VtaConfig config)
    {
        Window2D w = Kernel.Window;
        int cols = Kernel.InputCols(tile.Cols), place = Kernel.InputRows(tile.Rows) * cols;
        var box = new IterationBox(
            [w.Height, w.Width, tile.Blocks, tile.Rows, tile.Cols],
            [0, 0, tile.Place, tile.Cols, 1],
            [w.DilationHeight * cols, w.DilationWidth, place, w.StrideHeight * cols, w.StrideWidth], [0, 0, 0, 0, 0], 0, 0, 0);
        // The source is another piece of the accumulators, so that for the check of hazards it stands far away.
        int apart = SourceSize + AccSlotSize;
        List<FoldedLoop> loops = LoopFolder.Alu(config, box with { SrcBase = apart }, hasSource: true);
        foreach (FoldedLoop loop in loops)
        {
            MicroOp[] uops = loop.Uops;
            for (int u = 0; u < uops.Length; u++) uops[u] = uops[u] with { Src = uops[u].Src - apart };
        }
        return loops;
    }

    private static int Beyond(int extent, int size, int stride, int pad, Func<int, int> input, int available)
    {
        int last = (extent - 1) / size * size;
        return last * stride - pad + input(extent - last) - available;
    }
}

/// <summary>Writes a pool: each tile is copied to the accumulators by an identity matrix, then each tap of the window takes part in a maximum.</summary>
public sealed class MaxPoolEmitter
{
    private readonly MaxPoolLayout layout;
    private readonly MaxPoolKernel kernel;
    private readonly ProgramBuilder b;
    private readonly VtaConfig config;
    private readonly Dictionary<(int, int, int), List<FoldedLoop>> loops = [];

    private MaxPoolEmitter(MaxPoolLayout layout, ProgramBuilder builder)
    {
        this.layout = layout;
        kernel = layout.Kernel;
        b = builder;
        config = builder.Config;
    }

    /// <summary>Appends a pool to a program.</summary>
    public static void Emit(MaxPoolLayout layout, PackedPlace input, uint identity, PackedPlace output, ProgramBuilder builder) =>
        new MaxPoolEmitter(layout, builder).Run(input, identity, output);

    private void Run(PackedPlace input, uint identity, PackedPlace output)
    {
        TileSchedule s = layout.Schedule;
        b.Load(VtaMemory.Wgt, 0, identity, 1, 1, 1);
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
                            Math.Min(s.OutChunk, kernel.Blocks - block), number % s.Threads), input, output);
                    }
                }
            }
        }
    }

    private void Tile(in OutputTile tile, PackedPlace input, PackedPlace output)
    {
        Window2D w = kernel.Window;
        int rows = kernel.InputRows(tile.Rows), cols = kernel.InputCols(tile.Cols), place = rows * cols, cells = place * tile.Blocks;
        int top = tile.Row * w.StrideHeight - w.Top, left = tile.Col * w.StrideWidth - w.Left;
        int padTop = Math.Max(0, -top), padLeft = Math.Max(0, -left), padBottom = Math.Max(0, top + rows - kernel.Height), padRight = Math.Max(0, left + cols - kernel.Width);
        int inp = tile.Number % layout.InpSlots * layout.InpSlotSize, source = tile.AccSlot * layout.AccSlotSize, result = source + layout.SourceSize;
        for (int c = 0; c < tile.Blocks; c++)
        {
            b.Load(VtaMemory.Inp, inp + c * place, input.At(tile.Batch, tile.Block + c, kernel.Height, kernel.Width, top + padTop, left + padLeft),
                rows - padTop - padBottom, cols - padLeft - padRight, kernel.Width, padTop, padBottom, padLeft, padRight);
        }
        // All micro-ops in one load before the input of the next tile is on the bus, behind which they would wait.
        List<FoldedLoop> taps = Taps(tile);
        List<Edge> edges = Edges(rows, cols, padTop, padBottom, padLeft, padRight);
        var sequences = new MicroOp[3 + edges.Count + taps.Count][];
        (sequences[0], sequences[1], sequences[2]) = ([new(source, 0)], [new(source, inp)], [new(result, result)]);
        for (int i = 0; i < edges.Count; i++)
        {
            MicroOp[] uops = sequences[3 + i] = new MicroOp[tile.Blocks];
            for (int c = 0; c < uops.Length; c++) uops[c] = new(source + edges[i].First + c * place, source + edges[i].First + c * place);
        }
        for (int i = 0; i < taps.Count; i++)
        {
            MicroOp[] uops = sequences[3 + edges.Count + i] = new MicroOp[taps[i].Uops.Length];
            for (int u = 0; u < uops.Length; u++) uops[u] = new(taps[i].Uops[u].Dst + result, taps[i].Uops[u].Src + source);
        }
        b.AddTogether(sequences);
        b.Gemm(b.AddUops(sequences[0]), Run(cells) with { Reset = true });
        b.Gemm(b.AddUops(sequences[1]), new(0, 0, 1, cells, 0, 1, 0, 1));
        UopRange own = b.AddUops(sequences[2]);
        b.Gemm(own, Run(tile.Elements) with { Reset = true });
        if (!kernel.NonNegative) b.AluImm(VtaAluOp.Add, sbyte.MinValue, own, Run(tile.Elements));
        for (int i = 0; i < edges.Count; i++) b.AluImm(VtaAluOp.Add, sbyte.MinValue, b.AddUops(sequences[3 + i]), new(0, 0, edges[i].Rows, edges[i].Cols, cols, 1));
        for (int i = 0; i < taps.Count; i++) b.AluTensor(VtaAluOp.Max, b.AddUops(sequences[3 + edges.Count + i]), taps[i].Loop);
        Store(tile, result, output);
    }

    // What stands for padding must never be the greatest: where it is, from the first place of a tile's input on.
    private List<Edge> Edges(int rows, int cols, int padTop, int padBottom, int padLeft, int padRight)
    {
        var edges = new List<Edge>();
        if (kernel.NonNegative) return edges;
        Add(new(0, padTop, cols));
        Add(new((rows - padBottom) * cols, padBottom, cols));
        Add(new(padTop * cols, rows - padTop - padBottom, padLeft));
        Add(new(padTop * cols + cols - padRight, rows - padTop - padBottom, padRight));
        return edges;

        void Add(Edge edge)
        {
            if (edge.Rows > 0 && edge.Cols > 0) edges.Add(edge);
        }
    }

    private List<FoldedLoop> Taps(in OutputTile tile)
    {
        if (loops.TryGetValue((tile.Rows, tile.Cols, tile.Blocks), out List<FoldedLoop>? known)) return known;
        List<FoldedLoop> taps = layout.Taps(tile, config);
        loops.Add((tile.Rows, tile.Cols, tile.Blocks), taps);
        return taps;
    }

    private void Store(in OutputTile tile, int at, PackedPlace output)
    {
        for (int c = 0; c < tile.Blocks; c++)
        {
            uint to = output.At(tile.Batch, tile.Block + c, kernel.OutHeight, kernel.OutWidth, tile.Row, tile.Col);
            if (tile.Cols == kernel.OutWidth) b.Store(at + c * tile.Place, to, 1, tile.Place, tile.Place);
            else b.Store(at + c * tile.Place, to, tile.Rows, tile.Cols, kernel.OutWidth);
        }
    }

    private static LoopFields Run(int elements) => new(0, 0, 1, elements, 0, 1);

    private readonly record struct Edge(int First, int Rows, int Cols);
}
