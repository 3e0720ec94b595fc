using NestC.IR;
using NestC.Support;

namespace NestC.Builtin.Cf;

/// <summary>Branches to blocks that do nothing but branch on.</summary>
internal static class PassThrough
{
    /// <summary>
    /// When a block holds an unconditional branch alone, and its arguments have no use but that: where the branch goes, and with which
    /// operands when the block is entered with <paramref name="operands"/>.
    /// </summary>
    public static bool TryCollapse(ref Block target, ref Value[] operands)
    {
        if (target.First is not BranchOp branch || target.Last != branch || branch.Dest == target) return false;
        for (int i = 0; i < target.ArgumentCount; i++)
            foreach (Use use in target.ArgumentAt(i).Uses)
                if (use.Owner != branch) return false;
        Value[] passed = branch.DestOperands.ToArray();
        for (int i = 0; i < passed.Length; i++)
            if (passed[i].ArgumentBlock == target) passed[i] = operands[passed[i].Number];
        target = branch.Dest;
        operands = passed;
        return true;
    }

    public static bool Same(OperandRange a, OperandRange b)
    {
        if (a.Count != b.Count) return false;
        for (int i = 0; i < a.Count; i++)
            if (a[i] != b[i]) return false;
        return true;
    }

    /// <summary>The only block that branches to this one, by one or several edges; null when there are others or none.</summary>
    public static Block? UniquePredecessor(Block block)
    {
        Block? found = null;
        foreach (Block predecessor in block.Predecessors)
        {
            if (found is not null && found != predecessor) return null;
            found = predecessor;
        }
        return found;
    }
}
