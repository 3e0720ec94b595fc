using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// The loops of steps, folded once for each shape of step: micro-ops count from 0, so that the places of slots are added where a step
/// uses them.
/// </summary>
public sealed class StepLoops(VtaConfig config, int uopDepth)
{
    private readonly Dictionary<AccumulationTerm, Dictionary<long, Folded>> known = [];

    // A walk asks for one or two terms again and again, and to hash one takes longer than to find the step.
    private AccumulationTerm? lastTerm;
    private Dictionary<long, Folded> ofLast = [];

    /// <summary>The instructions of one shape of step, and what they cost.</summary>
    public sealed class Folded
    {
        public required FoldedLoop[] Loops { get; init; }

        public required long Cycles { get; init; }

        public required int Uops { get; init; }
    }

    public Folded Of(AccumulationTerm term, in OutputTile tile, in TileStep step)
    {
        if (!ReferenceEquals(term, lastTerm))
        {
            if (!known.TryGetValue(term, out Dictionary<long, Folded>? steps)) known.Add(term, steps = []);
            (lastTerm, ofLast) = (term, steps);
        }
        long shape = ((((long)step.Blocks << 12 | (uint)step.OutBlocks) << 12 | (uint)tile.Blocks) << 12 | (uint)tile.Rows) << 12 | (uint)tile.Cols;
        if (ofLast.TryGetValue(shape, out Folded? folded)) return folded;
        List<FoldedLoop> loops = LoopFolder.Gemm(config, Box(term, tile, step), reset: false, uopDepth);
        long cycles = 0;
        int uops = 0;
        foreach (FoldedLoop loop in loops)
        {
            cycles += loop.Loop.Steps + ModuleClocks.PipelineCycles;
            uops += loop.Uops.Length;
        }
        folded = new Folded { Loops = [.. loops], Cycles = cycles, Uops = uops };
        ofLast.Add(shape, folded);
        return folded;
    }

    private static IterationBox Box(AccumulationTerm term, in OutputTile tile, in TileStep step)
    {
        int rows = tile.Rows / term.ScaleHeight, cols = tile.Cols / term.ScaleWidth, taps = term.SharedWeight ? 0 : term.Taps;
        int one = term.SharedWeight ? 0 : 1, row = term.SharedWeight ? 0 : term.KernelWidth;
        bool diagonal = term.IsDiagonal;
        return new(
            [term.PoolHeight, term.PoolWidth, term.ScaleHeight, term.ScaleWidth, step.Blocks, term.KernelHeight, term.KernelWidth, diagonal ? 1 : step.OutBlocks, rows, cols],
            // The sums of a window lie one tile apart, so that the result stands in one piece.
            [term.PoolWidth * tile.Elements, tile.Elements, tile.Cols, 1, diagonal ? tile.Place : 0, 0, 0, tile.Place, tile.Cols * term.ScaleHeight, term.ScaleWidth],
            [term.StrideHeight * step.Cols, term.StrideWidth, 0, 0, step.Place, term.DilationHeight * step.Cols, term.DilationWidth, 0,
                term.PoolHeight * term.StrideHeight * step.Cols, term.PoolWidth * term.StrideWidth],
            [0, 0, 0, 0, taps, row, one, diagonal ? 0 : step.Blocks * taps, 0, 0], 0, 0, 0);
    }
}
