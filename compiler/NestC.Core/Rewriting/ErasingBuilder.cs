using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// A builder that erases the operations in the regions of an erased one one by one, uses before definitions, so that a listener finds
/// at every notification the use counts that it would with upstream.
/// </summary>
public abstract class ErasingBuilder(NestContext context) : OpBuilder(context)
{
    public sealed override void Erase(Operation op) => EraseCore(op);

    /// <summary>Erases an operation whose results have no uses, with all that its regions hold.</summary>
    protected virtual void EraseCore(Operation op)
    {
        if (op.RegionCount == 0 || Listener is not { } listener)
        {
            base.Erase(op);
            return;
        }
        if (!op.HasNoUses) ThrowStillUsed(op);
        UnlinkRegions(op, listener);
        listener.Erasing(op);
        Listener = null;
        base.Erase(op);
        Listener = listener;
    }

    private static void UnlinkRegions(Operation op, IOpListener listener)
    {
        if (DeepStack.IsShort)
        {
            DeepStack.Run((op, listener), static s => UnlinkRegions(s.op, s.listener));
            return;
        }
        ReadOnlySpan<Region> regions = op.Regions;
        for (int r = regions.Length - 1; r >= 0; r--)
        {
            if (regions[r].IsEmpty) continue;
            if (regions[r].HasOneBlock)
            {
                UnlinkBlock(regions[r].First!, listener);
                continue;
            }
            foreach (Block block in BlockOrder.PostOrderOfAll(regions[r])) UnlinkBlock(block, listener);
        }
    }

    private static void UnlinkBlock(Block block, IOpListener listener)
    {
        for (Operation? inner = block.Last; inner is not null; inner = inner.Previous)
        {
            if (inner.RegionCount > 0) UnlinkRegions(inner, listener);
            listener.Erasing(inner);
            inner.DropAllReferences();
        }
        listener.BlockErasing(block);
    }
}
