using NestC.Analysis;
using NestC.Builtin.Cf;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes;

/// <summary>Fewer blocks: a branch goes one way only, what is not reached any more goes, and blocks in a row become one.</summary>
public sealed partial class IrReducer
{
    private bool RemoveBranches(ref Operation best)
    {
        bool any = false;
        for (int i = 0; i < Branches(best).Count && Tries < MaxTries; i++)
        {
            int ways = Branches(best)[i].SuccessorCount;
            for (int way = 0; way < ways && ways > 1; way++)
            {
                Operation candidate = Copy(best);
                GoOneWay(Branches(candidate)[i], way);
                if (!Try(ref best, candidate)) continue;
                any = true;
                break;
            }
            if (i >= Branches(best).Count || Branches(best)[i].SuccessorCount != 1) continue;
            Operation joined = Copy(best);
            if (!JoinBlocks(Branches(joined)[i]) || !Try(ref best, joined)) continue;
            any = true;
            i--;
        }
        return any;
    }

    private static Vec<Operation> Branches(Operation root)
    {
        Vec<Operation> branches = default;
        root.Walk(op =>
        {
            if (op is IBranch) branches.Add(op);
            return WalkResult.Advance;
        });
        return branches;
    }

    // cond_br c, ^a(x), ^b(y) -> br ^a(x)
    private static void GoOneWay(Operation op, int way)
    {
        OpBuilder builder = new(op.Context);
        builder.AtBefore(op);
        BranchOp.Create(builder, ((IBranch)op).SuccessorOperands(way).ToArray(), op.Successor(way));
        Region region = op.ParentRegion!;
        builder.Erase(op);
        EraseUnreached(region, builder);
    }

    private static void EraseUnreached(Region region, OpBuilder builder)
    {
        HashSet<Block> reached = [.. BlockOrder.PostOrder(region)];
        List<Block> dead = [];
        foreach (Block block in region.Blocks)
            if (!reached.Contains(block)) dead.Add(block);
        foreach (Block block in dead) block.DropAllReferences();
        foreach (Block block in dead) builder.EraseBlock(block);
    }

    // br ^a(x); ^a(%p): ... -> ...
    private static bool JoinBlocks(Operation op)
    {
        Block target = op.Successor(0);
        if (op is not BranchOp branch || target.IsEntry || target == op.Block || target.SinglePredecessor is null) return false;
        OpBuilder builder = new(op.Context);
        Value[] passed = branch.DestOperands.ToArray();
        Block block = op.Block!;
        builder.Erase(op);
        builder.InlineBlock(target, block, null, passed);
        return true;
    }
}
