using System.Runtime.CompilerServices;
using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// Simplifies the control flow of a region and of those in it: unreachable blocks, operations and block arguments that only dead ones
/// use (cycles too), and, when asked for, identical blocks and arguments that are always the same. As upstream does.
/// </summary>
public static class RegionSimplifier
{
    /// <summary>True when blocks or operations were erased or merged.</summary>
    public static bool Simplify(Rewriter rewriter, Region region, bool mergeBlocks) => Simplify(rewriter, region, mergeBlocks, true, null);

    /// <summary>As above, without what is in operations of the region that stand apart (see <see cref="FrozenPatterns.StandsApart"/>).</summary>
    /// <param name="usesWent">Whether operations may have lost uses without having been looked at again.</param>
    internal static bool Simplify(Rewriter rewriter, Region region, bool mergeBlocks, bool usesWent, FrozenPatterns? apart)
    {
        bool changed = EraseUnreachableBlocks(rewriter, region, apart);
        changed |= new DeadCode(rewriter, usesWent || changed).EraseIn(region, apart);
        if (!mergeBlocks) return changed;
        changed |= BlockMerger.MergeIdentical(rewriter, region);
        changed |= BlockMerger.DropRedundantArguments(rewriter, region);
        return changed;
    }

    /// <summary>Erases the blocks that cannot be reached from the entry of their region, in this region and all in it.</summary>
    public static bool EraseUnreachableBlocks(Rewriter rewriter, Region region) => EraseUnreachableBlocks(rewriter, region, null);

    private static bool EraseUnreachableBlocks(Rewriter rewriter, Region region, FrozenPatterns? apart)
    {
        if (DeepStack.IsShort) return DeepStack.Run((rewriter, region, apart), static s => EraseUnreachableBlocks(s.rewriter, s.region, s.apart));
        bool erased = false;
        if (!region.IsEmpty && !region.HasOneBlock)
        {
            if (BlockOrder.Unreachable(region) is { } dead)
            {
                // They may use each other's values and branch to each other, so all references go first.
                foreach (Block block in dead) block.DropAllReferences();
                foreach (Block block in dead) rewriter.EraseBlock(block);
                erased = true;
            }
        }
        foreach (Block block in region.Blocks)
        {
            if (!block.MayHoldRegions) continue;
            for (Operation? op = block.First; op is not null; op = op.Next)
            {
                if (op.RegionCount == 0 || (apart is not null && apart.StandsApart(op))) continue;
                foreach (Region nested in op.Regions) erased |= EraseUnreachableBlocks(rewriter, nested, null);
            }
        }
        return erased;
    }

    /// <summary>
    /// Assumes everything dead until it is proven live, so that cycles of dead operations and block arguments go as well. Marks are kept in the
    /// values themselves.
    /// </summary>
    private sealed class DeadCode(Rewriter rewriter, bool usesWent)
    {
        private const int Dead = -1, Live = -2;

        private readonly List<Operation> doomed = [];
        private bool changed;
        private int all, alive;         // operations and arguments that might be dead, and those of them that are not
        private Region? outermost;
        private List<Block>? outermostOrder;

        public bool EraseIn(Region region, FrozenPatterns? apart)
        {
            if (DeepStack.IsShort) return DeepStack.Run((this, region, apart), static s => s.Item1.EraseIn(s.region, s.apart));
            bool erased = false;
            if (MayHoldDeadCycles(region))
            {
                (outermost, outermostOrder) = (region, null);
                all = alive = 0;
                Reset(region);
                do
                {
                    changed = false;
                    Propagate(region);
                }
                while (changed);
                doomed.Clear();
                if (alive < all)
                {
                    Delete(region);
                    // The dead may use each other in circles.
                    foreach (Operation op in doomed) op.DropAllReferences();
                    foreach (Operation op in doomed) rewriter.Erase(op);
                    EraseArguments(region);
                }
                erased = doomed.Count > 0;
            }
            else if (usesWent) erased = Sweep(region);
            // Values do not cross into isolated operations: each is a problem of its own.
            foreach (Block block in region.Blocks)
            {
                if (!block.MayHoldRegions) continue;
                for (Operation? op = block.First; op is not null; op = op.Next)
                    if (op.RegionCount > 0 && !(apart is not null && apart.StandsApart(op))) erased |= EraseInIsolated(op);
            }
            return erased;
        }

        // Without cycles, from the last operation to the first: what only the dead use is unused by then.
        private bool Sweep(Region region)
        {
            if (DeepStack.IsShort) return DeepStack.Run((this, region), static s => s.Item1.Sweep(s.region));
            bool erased = false;
            foreach (Block block in region.Blocks)
            {
                bool nests = block.MayHoldRegions;
                for (Operation? op = block.Last; op is not null;)
                {
                    Operation? before = op.Previous;
                    if (SideEffects.IsTriviallyDead(op))
                    {
                        rewriter.Erase(op);
                        erased = true;
                    }
                    else if (nests && op.RegionCount > 0 && !op.Has(OpTraits.IsolatedFromAbove))
                        foreach (Region nested in op.Regions) erased |= Sweep(nested);
                    op = before;
                }
            }
            return erased;
        }

        private bool EraseInIsolated(Operation op)
        {
            if (DeepStack.IsShort) return DeepStack.Run((this, op), static s => s.Item1.EraseInIsolated(s.op));
            bool erased = false;
            foreach (Region nested in op.Regions)
            {
                if (op.Has(OpTraits.IsolatedFromAbove)) erased |= EraseIn(nested, null);
                else
                    foreach (Block block in nested.Blocks)
                    {
                        if (!block.MayHoldRegions) continue;
                        for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                            if (inner.RegionCount > 0) erased |= EraseInIsolated(inner);
                    }
            }
            return erased;
        }

        // In a single block where order matters, every dead operation is trivially dead, or becomes so when its users go: a sweep sees to
        // those. Only graphs and loops of blocks can hold more.
        private static bool MayHoldDeadCycles(Region region)
        {
            if (region.IsEmpty) return false;
            if (!region.HasOneBlock) return true;
            bool graph = !DominanceInfo.HasSsaDominance(region);
            if (!graph && !region.First!.MayHoldRegions) return false;
            if (DeepStack.IsShort) return DeepStack.Run(region, static r => MayHoldDeadCycles(r));
            for (Operation? op = region.First!.First; op is not null; op = op.Next)
            {
                if (graph && !op.HasNoUses && SideEffects.WouldBeTriviallyDead(op)) return true;
                if (op.RegionCount == 0 || op.Has(OpTraits.IsolatedFromAbove)) continue;
                foreach (Region nested in op.Regions)
                    if (MayHoldDeadCycles(nested)) return true;
            }
            return false;
        }

        private void Reset(Region region)
        {
            if (DeepStack.IsShort)
            {
                DeepStack.Run((this, region), static s => s.Item1.Reset(s.region));
                return;
            }
            foreach (Block block in region.Blocks)
            {
                for (int i = 0; i < block.ArgumentCount; i++) block.ArgumentSlot(i).Mark = Dead;
                if (!block.IsEntry) all += block.ArgumentCount;
                bool nests = block.MayHoldRegions;
                for (Operation? op = block.First; op is not null; op = op.Next)
                {
                    Cache.Fetch(op, Cache.Further);
                    op.WorklistIndex = Dead;
                    all++;
                    if (!nests || op.RegionCount == 0 || op.Has(OpTraits.IsolatedFromAbove)) continue;
                    foreach (Region nested in op.Regions) Reset(nested);
                }
            }
        }

        private void SetLive(ref int mark)
        {
            if (mark == Live) return;
            mark = Live;
            changed = true;
            alive++;
        }

        private void Propagate(Region region)
        {
            if (region.IsEmpty) return;
            if (DeepStack.IsShort)
            {
                DeepStack.Run((this, region), static s => s.Item1.Propagate(s.region));
                return;
            }
            if (region.HasOneBlock)
            {
                PropagateBlock(region.First!);
                return;
            }
            foreach (Block block in OrderOf(region)) PropagateBlock(block);
        }

        // Uses before definitions, so that one round suffices but for cycles.
        private void PropagateBlock(Block block)
        {
            for (Operation? op = block.Last; op is not null; op = op.Previous) PropagateOp(op);
            if (block.IsEntry) return;
            for (int i = 0; i < block.ArgumentCount; i++)
            {
                ref int mark = ref block.ArgumentSlot(i).Mark;
                if (mark != Live && HasLiveUse(block.ArgumentAt(i))) SetLive(ref mark);
            }
        }

        private void PropagateOp(Operation op)
        {
            if (op.RegionCount > 0 && !op.Has(OpTraits.IsolatedFromAbove))
                foreach (Region region in op.Regions) Propagate(region);
            if (op.IsTerminatorLike)
            {
                SetLive(ref op.WorklistIndex);
                MarkProducedArguments(op);
                return;
            }
            if (op.WorklistIndex == Live) return;
            if (!SideEffects.WouldBeTriviallyDead(op))
            {
                SetLive(ref op.WorklistIndex);
                return;
            }
            foreach (Value result in op.Results)
            {
                if (!HasLiveUse(result)) continue;
                SetLive(ref op.WorklistIndex);
                return;
            }
        }

        // Arguments that get no operand of the branch are the branch's own business.
        private void MarkProducedArguments(Operation op)
        {
            if (op.SuccessorCount == 0) return;
            IBranch? branch = op.Has(OpTraits.Branch) ? Unsafe.As<IBranch>(op) : null;
            for (int s = 0; s < op.SuccessorCount; s++)
            {
                Block successor = op.Successor(s);
                int produced = branch is null ? successor.ArgumentCount : successor.ArgumentCount - branch.SuccessorOperands(s).Count;
                for (int i = 0; i < produced; i++) SetLive(ref successor.ArgumentSlot(i).Mark);
            }
        }

        private static bool HasLiveUse(Value value)
        {
            foreach (Use use in value.Uses)
                if (use.Owner.WorklistIndex == Live && !FeedsDeadArgument(use)) return true;
            return false;
        }

        private static bool FeedsDeadArgument(Use use)
        {
            if (!use.Owner.Has(OpTraits.Terminator | OpTraits.Branch)) return false;
            IBranch branch = Unsafe.As<IBranch>(use.Owner);
            for (int s = 0; s < use.Owner.SuccessorCount; s++)
            {
                OperandRange operands = branch.SuccessorOperands(s);
                int at = use.Index - operands.Start;
                if ((uint)at >= (uint)operands.Count) continue;
                Block successor = use.Owner.Successor(s);
                return successor.ArgumentSlot(successor.ArgumentCount - operands.Count + at).Mark != Live;
            }
            return false;
        }

        private void Delete(Region region)
        {
            if (region.IsEmpty) return;
            if (DeepStack.IsShort)
            {
                DeepStack.Run((this, region), static s => s.Item1.Delete(s.region));
                return;
            }
            bool one = region.HasOneBlock;
            if (one) DeleteIn(region.First!);
            else
                foreach (Block block in OrderOf(region))
                {
                    if (block.Last is { } last && last.Has(OpTraits.Branch)) DropDeadOperands(last, Unsafe.As<IBranch>(last));
                    DeleteIn(block);
                }
        }

        private void DeleteIn(Block block)
        {
            for (Operation? op = block.Last; op is not null; op = op.Previous)
            {
                if (op.WorklistIndex != Live) doomed.Add(op);
                else if (op.RegionCount > 0 && !op.Has(OpTraits.IsolatedFromAbove))
                    foreach (Region nested in op.Regions) Delete(nested);
            }
        }

        // The outermost region is asked for again and again, and no edge changes meanwhile.
        private List<Block> OrderOf(Region region)
        {
            if (region != outermost) return BlockOrder.PostOrder(region);
            return outermostOrder ??= BlockOrder.PostOrder(region);
        }

        private void DropDeadOperands(Operation terminator, IBranch branch)
        {
            for (int s = terminator.SuccessorCount - 1; s >= 0; s--)
            {
                OperandRange operands = branch.SuccessorOperands(s);
                Block successor = terminator.Successor(s);
                int produced = successor.ArgumentCount - operands.Count;
                Vec<Value> kept = new(operands.Count);
                for (int i = 0; i < operands.Count; i++)
                    if (successor.ArgumentSlot(produced + i).Mark == Live) kept.Add(operands[i]);
                if (kept.Count < operands.Count) branch.SetSuccessorOperands(rewriter, s, kept.Span);
            }
        }

        private static void EraseArguments(Region region)
        {
            if (DeepStack.IsShort)
            {
                DeepStack.Run(region, static r => EraseArguments(r));
                return;
            }
            foreach (Block block in region.Blocks)
            {
                if (!block.IsEntry)
                    for (int i = block.ArgumentCount - 1; i >= 0; i--)
                        if (block.ArgumentSlot(i).Mark != Live) block.EraseArgument(i);
                if (!block.MayHoldRegions) continue;
                for (Operation? op = block.First; op is not null; op = op.Next)
                    if (op.RegionCount > 0 && !op.Has(OpTraits.IsolatedFromAbove))
                        foreach (Region nested in op.Regions) EraseArguments(nested);
            }
        }
    }
}
