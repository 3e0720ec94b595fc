using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>Moves operations of loop bodies that compute the same in every iteration before the loop, inner loops first.</summary>
[Pass("loop-invariant-code-motion", "Hoist loop invariant instructions outside of the loop")]
public sealed class LoopInvariantCodeMotionPass : Pass
{
    protected override void Run(Operation op, PassContext ctx)
    {
        OpBuilder builder = new(op.Context);
        op.WalkPostOrder(inner =>
        {
            if (inner is ILoopLike loop) Hoist(inner, loop, builder);
            return WalkResult.Advance;
        });
    }

    private static void Hoist(Operation self, ILoopLike loop, OpBuilder builder)
    {
        foreach (Region region in loop.LoopRegions)
        {
            Queue<Operation> pending = [];
            foreach (Block block in region.Blocks)
                foreach (Operation op in block.Operations) pending.Enqueue(op);
            while (pending.TryDequeue(out Operation? op))
            {
                if (op.ParentRegion != region || op.IsTerminatorLike || !SideEffects.IsPure(op) || !UsesOnlyOutside(op, op, loop)) continue;
                builder.MoveBefore(op, self);
                foreach (Value result in op.Results)
                    foreach (Use use in result.Uses)
                        if (use.Owner.ParentRegion == region) pending.Enqueue(use.Owner);
            }
        }
    }

    private static bool UsesOnlyOutside(Operation op, Operation root, ILoopLike loop)
    {
        foreach (Value operand in op.Operands)
            if (!loop.IsDefinedOutside(operand) && !IsInside(operand, root)) return false;
        if (op.RegionCount == 0) return true;
        return DeepStack.IsShort
            ? DeepStack.Run((op, root, loop), static s => NestedUseOnlyOutside(s.op, s.root, s.loop))
            : NestedUseOnlyOutside(op, root, loop);
    }

    private static bool NestedUseOnlyOutside(Operation op, Operation root, ILoopLike loop)
    {
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations)
                    if (!UsesOnlyOutside(inner, root, loop)) return false;
        return true;
    }

    private static bool IsInside(Value value, Operation root)
    {
        for (Operation? op = value.Block?.ParentOp; op is not null; op = op.ParentOp)
            if (op == root) return true;
        return false;
    }
}
