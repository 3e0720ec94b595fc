using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>Merges blocks that hold the same operations, turning operands that differ into arguments, and drops arguments that are always the same.</summary>
internal static class BlockMerger
{
    public static bool MergeIdentical(Rewriter rewriter, Region region)
    {
        if (DeepStack.IsShort) return DeepStack.Run((rewriter, region), static s => MergeIdentical(s.rewriter, s.region));
        bool any = false;
        if (!region.IsEmpty && !region.HasOneBlock)
            while (MergeOnce(rewriter, region)) any = true;
        foreach (Block block in region.Blocks)
            foreach (Operation op in block.Operations)
                foreach (Region nested in op.Regions) any |= MergeIdentical(rewriter, nested);
        return any;
    }

    private static bool MergeOnce(Rewriter rewriter, Region region)
    {
        // Blocks with the same hash (which covers successors) are compared; clusters keep the order of the blocks.
        Dictionary<int, List<Cluster>> byHash = [];
        List<Cluster> clusters = [];
        for (Block? block = region.First!.Next; block is not null; block = block.Next)
        {
            if (!MayMerge(block)) continue;
            int hash = HashOf(block);
            if (!byHash.TryGetValue(hash, out List<Cluster>? candidates)) byHash.Add(hash, candidates = []);
            bool added = false;
            foreach (Cluster cluster in candidates)
                if (added = cluster.TryAdd(block)) break;
            if (added) continue;
            Cluster own = new(block);
            candidates.Add(own);
            clusters.Add(own);
        }
        bool merged = false;
        foreach (Cluster cluster in clusters) merged |= cluster.Merge(rewriter);
        return merged;
    }

    private static bool MayMerge(Block block)
    {
        for (int i = 0; i < block.ArgumentCount; i++)
            if (IsUsedOutside(block.ArgumentAt(i), block)) return false;
        foreach (Operation op in block.Operations)
            foreach (Region region in op.Regions)
                if (!region.IsEmpty) return false;
        return true;
    }

    private static bool IsUsedOutside(Value value, Block block)
    {
        foreach (Use use in value.Uses)
            if (use.Owner.Block != block) return true;
        return false;
    }

    private static int HashOf(Block block)
    {
        int hash = block.ArgumentCount;
        foreach (Operation op in block.Operations)
        {
            hash = Hash.Combine(hash, op.Info.Id);
            hash = Hash.Combine(hash, op.AttributesOrNull?.Identity ?? 0);
            hash = Hash.Combine(hash, op.PropertiesAttr?.Identity ?? 0);
            for (int i = 0; i < op.ResultCount; i++) hash = Hash.Combine(hash, op.Result(i).Type.Identity);
        }
        return hash;
    }

    private sealed class Cluster(Block leader)
    {
        private readonly List<Block> others = [];
        private readonly SortedSet<(int Op, int Operand)> differing = [];

        public bool TryAdd(Block block)
        {
            if (leader.ArgumentCount != block.ArgumentCount) return false;
            for (int i = 0; i < block.ArgumentCount; i++)
                if (leader.ArgumentAt(i).Type != block.ArgumentAt(i).Type) return false;
            List<(int, int)> found = [];
            Dictionary<Operation, Operation> pairs = [];
            Operation? a = leader.First, b = block.First;
            for (int index = 0; a is not null && b is not null; a = a.Next, b = b.Next, index++)
            {
                if (!SameKind(a, b)) return false;
                for (int i = 0; i < a.OperandCount; i++)
                {
                    Value left = a.Operand(i), right = b.Operand(i);
                    if (left == right) continue;
                    if (left.Type != right.Type) return false;
                    bool inside = left.Block == leader;
                    if (inside != (right.Block == block)) return false;
                    if (inside)
                    {
                        if (left.Number != right.Number || left.IsBlockArgument != right.IsBlockArgument) return false;
                        if (!left.IsBlockArgument && pairs.GetValueOrDefault(left.DefiningOp!) != right.DefiningOp) return false;
                        continue;
                    }
                    if (!CanBePassed(leader, left) || !CanBePassed(block, right)) return false;
                    found.Add((index, i));
                }
                foreach (Value result in a.Results)
                    if (IsUsedOutside(result, leader)) return false;
                foreach (Value result in b.Results)
                    if (IsUsedOutside(result, block)) return false;
                pairs.Add(a, b);
            }
            if (a is not null || b is not null) return false;
            foreach ((int, int) place in found) differing.Add(place);
            others.Add(block);
            return true;
        }

        private static bool SameKind(Operation a, Operation b)
        {
            if (a.Info != b.Info || a.OperandCount != b.OperandCount || a.ResultCount != b.ResultCount || a.SuccessorCount != b.SuccessorCount
                || a.Attributes != b.Attributes || a.PropertiesAttr != b.PropertiesAttr) return false;
            for (int i = 0; i < a.ResultCount; i++)
                if (a.Result(i).Type != b.Result(i).Type) return false;
            for (int i = 0; i < a.SuccessorCount; i++)
                if (a.Successor(i) != b.Successor(i)) return false;
            return true;
        }

        // The result of a predecessor's terminator cannot be an operand of that terminator.
        private static bool CanBePassed(Block block, Value value)
        {
            if (value.DefiningOp is not { } definition || definition != definition.Block?.Terminator) return true;
            foreach (Block predecessor in block.Predecessors)
                if (predecessor == definition.Block) return false;
            return true;
        }

        public bool Merge(Rewriter rewriter)
        {
            if (others.Count == 0) return false;
            if (differing.Count > 0)
            {
                if (!PredecessorsBranch(leader)) return false;
                foreach (Block block in others)
                    if (!PredecessorsBranch(block)) return false;
                PassDifferingOperands(rewriter);
            }
            foreach (Block block in others)
            {
                while (block.FirstUser is { } user) rewriter.SetSuccessor(user, block.FirstUse, leader);
                rewriter.EraseBlock(block);
            }
            return true;
        }

        private static bool PredecessorsBranch(Block block)
        {
            foreach (Block predecessor in block.Predecessors)
                if (predecessor.Last is not IBranch) return false;
            return true;
        }

        private void PassDifferingOperands(Rewriter rewriter)
        {
            // One list of new operands for each block of the cluster; equal columns share an argument.
            List<Value[]> columns = [];
            List<Value> arguments = [];
            Operation?[] at = new Operation?[others.Count + 1];
            at[0] = leader.First;
            for (int i = 0; i < others.Count; i++) at[i + 1] = others[i].First;
            int index = 0;
            foreach ((int op, int operand) in differing)
            {
                for (; index < op; index++)
                    for (int i = 0; i < at.Length; i++) at[i] = at[i]!.Next;
                Value[] column = new Value[at.Length];
                for (int i = 0; i < at.Length; i++) column[i] = at[i]!.Operand(operand);
                int same = columns.FindIndex(c => c.AsSpan().SequenceEqual(column));
                if (same < 0)
                {
                    same = columns.Count;
                    columns.Add(column);
                    arguments.Add(leader.AddArgument(column[0].Type, column[0].Location));
                }
                rewriter.SetOperand(at[0]!, operand, arguments[same]);
            }
            Append(rewriter, leader, 0, columns);
            for (int i = 0; i < others.Count; i++) Append(rewriter, others[i], i + 1, columns);
        }

        private static void Append(Rewriter rewriter, Block block, int row, List<Value[]> columns)
        {
            foreach ((Operation terminator, int successor) in Edges(block))
            {
                IBranch branch = (IBranch)terminator;
                Vec<Value> operands = new();
                foreach (Value value in branch.SuccessorOperands(successor)) operands.Add(value);
                foreach (Value[] column in columns) operands.Add(column[row]);
                branch.SetSuccessorOperands(rewriter, successor, operands.Span);
            }
        }
    }

    private static List<(Operation Terminator, int Successor)> Edges(Block block)
    {
        List<(Operation, int)> edges = [];
        foreach (Block predecessor in block.Predecessors)
        {
            Operation terminator = predecessor.Last!;
            for (int s = 0; s < terminator.SuccessorCount; s++)
                if (terminator.Successor(s) == block && !edges.Contains((terminator, s))) edges.Add((terminator, s));
        }
        return edges;
    }

    /// <summary>Replaces arguments that get the same value from every predecessor by that value, in this region and all in it.</summary>
    public static bool DropRedundantArguments(Rewriter rewriter, Region region)
    {
        if (DeepStack.IsShort) return DeepStack.Run((rewriter, region), static s => DropRedundantArguments(s.rewriter, s.region));
        bool any = false;
        foreach (Block block in region.Blocks)
        {
            if (!block.IsEntry && block.ArgumentCount > 0) any |= DropRedundantArguments(rewriter, block);
            foreach (Operation op in block.Operations)
                foreach (Region nested in op.Regions) any |= DropRedundantArguments(rewriter, nested);
        }
        return any;
    }

    private static bool DropRedundantArguments(Rewriter rewriter, Block block)
    {
        List<(Operation Terminator, int Successor)> edges = Edges(block);
        if (edges.Count == 0) return false;
        foreach ((Operation terminator, int s) in edges)
            if (terminator is not IBranch branch || branch.SuccessorOperands(s).Count != block.ArgumentCount) return false;
        bool any = false;
        for (int i = block.ArgumentCount - 1; i >= 0; i--)
        {
            Value common = default;
            bool same = true;
            foreach ((Operation terminator, int s) in edges)
            {
                Value passed = ((IBranch)terminator).SuccessorOperands(s)[i];
                if (common.IsNull) common = passed;
                same &= passed == common;
            }
            if (!same || common == block.ArgumentAt(i)) continue;
            rewriter.ReplaceAllUses(block.ArgumentAt(i), common);
            foreach ((Operation terminator, int s) in edges)
            {
                IBranch branch = (IBranch)terminator;
                Vec<Value> kept = new();
                OperandRange operands = branch.SuccessorOperands(s);
                for (int k = 0; k < operands.Count; k++)
                    if (k != i) kept.Add(operands[k]);
                branch.SetSuccessorOperands(rewriter, s, kept.Span);
            }
            block.EraseArgument(i);
            any = true;
        }
        return any;
    }
}
