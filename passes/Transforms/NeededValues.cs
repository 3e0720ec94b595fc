using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>
/// Which values something with an effect depends on, through branches and calls. A function whose calls are all known needs of its arguments what its
/// body needs, and of what it returns what its callers need.
/// </summary>
internal sealed class NeededValues
{
    private readonly ValueMap<bool> needed = new();
    private readonly Dictionary<Operation, CallGraphNode> functions = [];
    private readonly Dictionary<Operation, CallGraphNode> calls = [];
    private readonly Dictionary<CallGraphNode, List<Operation>> returns = [];
    private Vec<Value> pending;

    public NeededValues(Operation root)
    {
        foreach (CallGraphNode node in new CallGraph(root).Nodes)
        {
            if (node.MayBeCalledFromElsewhere || node.Callable == root || !MayShrink(node, out List<Operation> ends)) continue;
            Shrinkable.Add(node);
            functions.Add(node.Callable, node);
            returns.Add(node, ends);
            foreach ((_, Operation call) in node.CalledBy) calls.Add(call, node);
        }
        root.Walk(op =>
        {
            Seed(op);
            return WalkResult.Advance;
        });
        while (!pending.IsEmpty) Follow(pending.Pop());
    }

    /// <summary>The functions that arguments and results may be taken from, in program order.</summary>
    public List<CallGraphNode> Shrinkable { get; } = [];

    public bool Contains(Value value) => needed.Contains(value);

    /// <summary>Whether an operation may go when nobody needs its results.</summary>
    public static bool MayGo(Operation op) => !op.IsTerminatorLike && !op.Has(OpTraits.Symbol) && op.Info.IsRegistered && SideEffects.IsMemoryEffectFree(op);

    public List<Operation> ReturnsOf(CallGraphNode node) => returns[node];

    // Calls that pass their operands and returns that hand back theirs, one for one.
    private static bool MayShrink(CallGraphNode node, out List<Operation> ends)
    {
        ends = [];
        ICallable callable = (ICallable)node.Callable;
        int inputs = callable.CallableType.Inputs.Length, results = callable.CallableType.Results.Length;
        if (node.Callable.Inherent("function_type"u8) is null) return false;
        foreach ((_, Operation call) in node.CalledBy)
            if (call.OperandCount != inputs || call.ResultCount != results || ((ICall)call).Arguments.Count != inputs) return false;
        foreach (Block block in callable.CallableRegion!.Blocks)
        {
            if (block.Last is not { } last) return false;
            if (last.SuccessorCount > 0) continue;
            if (!last.Has(OpTraits.ReturnLike) || last.OperandCount != results) return false;
            ends.Add(last);
        }
        return true;
    }

    private void Need(Value value)
    {
        if (needed.Contains(value)) return;
        needed.Set(value, true);
        pending.Add(value);
    }

    private void NeedAll(Operation op)
    {
        for (int i = 0; i < op.OperandCount; i++) Need(op.Operand(i));
    }

    private void Seed(Operation op)
    {
        for (int s = 0; s < op.SuccessorCount; s++)
        {
            // Arguments that the branch makes itself stay.
            Block target = op.Successor(s);
            int produced = target.ArgumentCount - ((op as IBranch)?.SuccessorOperands(s).Count ?? 0);
            for (int i = 0; i < produced; i++) Need(target.ArgumentAt(i));
        }
        if (op is IBranch branch)
        {
            // What decides where control goes; what is passed on is asked for by the arguments.
            bool[] passed = new bool[op.OperandCount];
            for (int s = 0; s < op.SuccessorCount; s++)
            {
                OperandRange range = branch.SuccessorOperands(s);
                passed.AsSpan(range.Start, range.Count).Fill(true);
            }
            for (int i = 0; i < passed.Length; i++)
                if (!passed[i]) Need(op.Operand(i));
        }
        else if (op.IsTerminatorLike)
        {
            if (op.ParentOp is not { } parent || !functions.ContainsKey(parent)) NeedAll(op);
        }
        else if (!calls.ContainsKey(op) && !MayGo(op)) NeedAll(op);
    }

    private void Follow(Value value)
    {
        if (value.DefiningOp is { } definition)
        {
            if (!calls.TryGetValue(definition, out CallGraphNode? callee)) NeedAll(definition);
            else
                foreach (Operation end in returns[callee]) Need(end.Operand(value.Number));
            return;
        }
        Block block = value.ArgumentBlock!;
        if (!block.IsEntry) FollowEdges(block, value.Number);
        else if (block.ParentOp is { } parent)
        {
            if (!functions.TryGetValue(parent, out CallGraphNode? node)) NeedAll(parent);
            else
                foreach ((_, Operation call) in node.CalledBy) Need(call.Operand(value.Number));
        }
    }

    private void FollowEdges(Block block, int argument)
    {
        foreach (Block predecessor in block.Predecessors)
        {
            if (predecessor.Last is not IBranch branch) continue;
            for (int s = 0; s < predecessor.Last.SuccessorCount; s++)
            {
                if (predecessor.Last.Successor(s) != block) continue;
                OperandRange passed = branch.SuccessorOperands(s);
                int at = argument - (block.ArgumentCount - passed.Count);
                if (at >= 0) Need(passed[at]);
            }
        }
    }
}
