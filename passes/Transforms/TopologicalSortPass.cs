using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>Sorts the blocks of regions without an order so that definitions come before uses, where there is no cycle.</summary>
[Pass("topological-sort", "Sort regions without SSA dominance in topological order")]
public sealed class TopologicalSortPass : Pass
{
    protected override void Run(Operation op, PassContext ctx)
    {
        OpBuilder builder = new(op.Context);
        op.Walk(inner =>
        {
            if (!inner.Has(OpTraits.GraphRegion)) return WalkResult.Advance;
            foreach (Region region in inner.Regions)
                foreach (Block block in region.Blocks) Sort(block, builder);
            return WalkResult.Advance;
        });
    }

    // Rounds over what is left, each taking what is ready in the order found, as upstream does; an operation's round follows
    // from those of the definitions it needs, so one pass over the uses replaces the rounds.
    private static void Sort(Block block, OpBuilder builder)
    {
        Dictionary<Operation, int> position = [];
        Vec<Operation> ops = default;
        foreach (Operation op in block.Operations)
        {
            if (op.Next is null && op.IsTerminatorLike) break;
            position.Add(op, ops.Count);
            ops.Add(op);
        }
        int[] round = new int[ops.Count];
        int[] order = new int[ops.Count];
        bool cyclic = false;
        for (int i = 0; i < ops.Count; i++)
        {
            order[i] = i;
            cyclic |= !Visit(i);
        }
        if (cyclic)
        {
            SortByRounds(block, ops, position, builder);
            return;
        }
        Array.Sort(order, (a, b) => round[a] != round[b] ? round[a].CompareTo(round[b]) : a.CompareTo(b));
        Operation? end = ops.Count == 0 ? null : block.Last is { IsTerminatorLike: true } last && !position.ContainsKey(last) ? last : null;
        foreach (int i in order)
        {
            if (end is null) builder.MoveToEnd(ops[i], block);
            else builder.MoveBefore(ops[i], end);
        }

        // Iterative: -1 marks what is being visited.
        bool Visit(int start)
        {
            if (round[start] > 0) return true;
            Vec<int> path = default;
            path.Add(start);
            while (!path.IsEmpty)
            {
                int at = path[path.Count - 1];
                if (round[at] > 0)
                {
                    path.Pop();
                    continue;
                }
                bool second = round[at] < 0;
                round[at] = -1;
                int own = 1;
                bool waits = false;
                foreach (int need in Needs(ops[at], position))
                {
                    if (round[need] > 0) own = Math.Max(own, need < at ? round[need] : round[need] + 1);
                    else if (second) return false;
                    else
                    {
                        if (round[need] < 0) return false;
                        path.Add(need);
                        waits = true;
                    }
                }
                if (waits) continue;
                round[at] = own;
                path.Pop();
            }
            return true;
        }
    }

    private static List<int> Needs(Operation op, Dictionary<Operation, int> position)
    {
        List<int> needs = [];
        op.Walk(inner =>
        {
            foreach (Value operand in inner.Operands)
            {
                for (Operation? definition = operand.DefiningOp; definition is not null && definition != op; definition = definition.ParentOp)
                    if (position.TryGetValue(definition, out int at)) needs.Add(at);
            }
            return WalkResult.Advance;
        });
        return needs;
    }

    private static void SortByRounds(Block block, Vec<Operation> ops, Dictionary<Operation, int> position, OpBuilder builder)
    {
        Operation? next = ops[0];
        while (position.Count > 0)
        {
            bool any = false;
            Operation? stop = ops[ops.Count - 1].Next is { IsTerminatorLike: true } last ? last : null;
            for (Operation? op = next; op is not null && op != stop;)
            {
                Operation? following = op.Next;
                if (position.ContainsKey(op) && Needs(op, position).Count == 0)
                {
                    position.Remove(op);
                    any = true;
                    if (op == next) next = op.Next;
                    else builder.MoveBefore(op, next!);
                }
                op = following;
            }
            if (any || next is null) continue;
            position.Remove(next);
            next = next.Next;
        }
    }
}
