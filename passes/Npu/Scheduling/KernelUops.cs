using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>The micro-ops of a kernel, each sequence once.</summary>
internal sealed class KernelUops
{
    private readonly HashSet<MicroOp> single = [];
    private readonly HashSet<(int Term, int Shape, int Extents, int Source, int Target, int Weights)> steps = [];

    public List<MicroOp[]> Sequences { get; } = [];

    /// <summary>The micro-ops, each sequence filled up to an even number.</summary>
    public int Count { get; private set; }

    public bool IsNew(in TileStep step, in OutputTile tile, int target, int weights) =>
        steps.Add((step.Term, step.Blocks << 16 | step.OutBlocks, tile.Rows << 16 | tile.Cols, step.InpSlot, target, weights));

    public bool IsNew(int target, int source, int elements) => steps.Add((-1, elements, 0, source, target, 0));

    public void Add(MicroOp uop)
    {
        if (single.Add(uop)) AddSequence([uop]);
    }

    public void AddSequence(MicroOp[] sequence)
    {
        Sequences.Add(sequence);
        Count += (sequence.Length + 1) & ~1;
    }
}
