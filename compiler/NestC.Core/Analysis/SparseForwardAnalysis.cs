using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>
/// Propagates a state of every value along uses, together with which blocks can be executed (so that states of code that is never reached
/// do not count), through branches, regions and calls of known functions, until nothing changes.
/// </summary>
/// <typeparam name="TState">The state of a value; the default is "nothing known yet", the bottom of the lattice.</typeparam>
public abstract class SparseForwardAnalysis<TState> where TState : struct, IEquatable<TState>
{
    private readonly ValueMap<TState> states = new();
    private readonly HashSet<Block> executable = [];
    private readonly HashSet<(Block From, Block To)> edges = [];
    private readonly Worklist worklist = new();
    private readonly SymbolTableCollection tables = new();
    private readonly Dictionary<Operation, CallGraphNode> callables = [];
    private readonly Dictionary<Operation, List<Operation>> callers = [];     // of a callable: the executable calls of it
    private TState[] operandStates = new TState[8], resultStates = new TState[4];

    /// <summary>The state of a value of which nothing can be said: the top of the lattice.</summary>
    protected abstract TState Unknown { get; }

    /// <summary>The least state that covers both.</summary>
    protected abstract TState Join(TState a, TState b);

    /// <summary>The states of the results of an operation without regions.</summary>
    /// <param name="results">To be filled; what stays the default is taken up when an operand changes.</param>
    protected abstract void Transfer(Operation op, ReadOnlySpan<TState> operands, Span<TState> results);

    /// <summary>The one successor that a branch takes when its operands have these states; null when it may take any.</summary>
    protected virtual Block? TakenSuccessor(Operation terminator, IBranch branch, ReadOnlySpan<TState> operands) => null;

    /// <summary>The state of a value after <see cref="Run"/>; the default where it is never computed.</summary>
    public TState StateOf(Value value) => states.TryGet(value, out TState state) ? state : default;

    /// <summary>Whether control can reach the block.</summary>
    public bool IsExecutable(Block block) => executable.Contains(block);

    /// <summary>Whether control can pass from a block to a successor of it.</summary>
    public bool IsExecutable(Block from, Block to) => edges.Contains((from, to));

    public void Run(Operation root)
    {
        foreach (CallGraphNode node in new CallGraph(root).Nodes) callables.Add(node.Callable, node);
        foreach (Region region in root.Regions) EnterUnknown(region);
        while (worklist.Pop() is { } op) Visit(op);
    }

    // Blocks and edges --------------------------------------------------------------------------------------------------------

    private void MakeExecutable(Block block)
    {
        if (!executable.Add(block)) return;
        for (Operation? op = block.Last; op is not null; op = op.Previous) worklist.Push(op);
    }

    private void EnterUnknown(Region region)
    {
        if (region.First is not { } entry) return;
        for (int i = 0; i < entry.ArgumentCount; i++) Raise(entry.ArgumentAt(i), Unknown);
        MakeExecutable(entry);
    }

    /// <summary>Joins a state into that of a value; users are visited again when it changes.</summary>
    private void Raise(Value value, TState with)
    {
        TState old = StateOf(value);
        TState now = old.Equals(default) ? with : with.Equals(default) ? old : Join(old, with);
        if (now.Equals(old)) return;
        states.Set(value, now);
        foreach (Use use in value.Uses)
            if (use.Owner.Block is { } block && executable.Contains(block)) worklist.Push(use.Owner);
    }

    private void RaiseAll(Operation op)
    {
        foreach (Value result in op.Results) Raise(result, Unknown);
    }

    // Operations --------------------------------------------------------------------------------------------------------------

    private void Visit(Operation op)
    {
        if (op.Block is not { } block || !executable.Contains(block)) return;
        if (op.IsTerminatorLike || op.SuccessorCount > 0) VisitTerminator(op, block);
        if (op.RegionCount > 0)
        {
            VisitRegions(op);
            return;
        }
        if (op is ICall call)
        {
            VisitCall(op, call);
            return;
        }
        if (op.ResultCount == 0) return;
        ReadOnlySpan<TState> operands = OperandStates(op);
        int n = op.ResultCount;
        if (resultStates.Length < n) resultStates = new TState[n * 2];
        Span<TState> results = resultStates.AsSpan(0, n);
        results.Clear();
        Transfer(op, operands, results);
        for (int i = 0; i < n; i++) Raise(op.Result(i), results[i]);
    }

    private ReadOnlySpan<TState> OperandStates(Operation op)
    {
        int n = op.OperandCount;
        if (operandStates.Length < n) operandStates = new TState[n * 2];
        for (int i = 0; i < n; i++) operandStates[i] = StateOf(op.Operand(i));
        return operandStates.AsSpan(0, n);
    }

    private void VisitTerminator(Operation op, Block block)
    {
        IBranch? branch = op as IBranch;
        Block? only = null;
        if (branch is not null && op.SuccessorCount > 1)
        {
            ReadOnlySpan<TState> operands = OperandStates(op);
            // While an operand that decides is not known yet, no edge is taken; the branch is visited again.
            foreach (TState state in operands)
                if (state.Equals(default)) return;
            only = TakenSuccessor(op, branch, operands);
        }
        for (int s = 0; s < op.SuccessorCount; s++)
        {
            Block successor = op.Successor(s);
            if (only is not null && successor != only) continue;
            edges.Add((block, successor));
            OperandRange passed = branch is null ? default : branch.SuccessorOperands(s);
            int produced = branch is null ? successor.ArgumentCount : successor.ArgumentCount - passed.Count;
            for (int i = 0; i < successor.ArgumentCount; i++)
                Raise(successor.ArgumentAt(i), i < produced ? Unknown : StateOf(passed[i - produced]));
            MakeExecutable(successor);
        }
        if (op.SuccessorCount > 0 || op.ParentOp is not { } parent) return;
        if (parent is IRegionBranch regions) Leave(op, parent, regions);
        else if (op.Has(OpTraits.ReturnLike) && callers.TryGetValue(parent, out List<Operation>? calls))
            foreach (Operation call in calls) Return(op, call);
    }

    // Regions -----------------------------------------------------------------------------------------------------------------

    private void VisitRegions(Operation op)
    {
        if (callables.TryGetValue(op, out CallGraphNode? node))
        {
            // A function that is only called from known places is entered when one of them is reached.
            if (node.MayBeCalledFromElsewhere) EnterUnknown(((ICallable)op).CallableRegion!);
            RaiseAll(op);
            return;
        }
        if (op is IRegionBranch branch)
        {
            Vec<RegionSuccessor> successors = default;
            branch.Successors(-1, ref successors);
            foreach (RegionSuccessor successor in successors.Span)
            {
                if (successor.Region is { } region) Pass(branch.EntryOperands(region.Number), region);
                else RaiseAll(op);
            }
            return;
        }
        foreach (Region region in op.Regions) EnterUnknown(region);
        RaiseAll(op);
    }

    private void Pass(OperandRange operands, Region region)
    {
        if (region.First is not { } entry) return;
        // What the operation makes itself (the counter of a loop) comes first.
        int made = entry.ArgumentCount - operands.Count;
        for (int i = 0; i < entry.ArgumentCount; i++) Raise(entry.ArgumentAt(i), made >= 0 && i >= made ? StateOf(operands[i - made]) : Unknown);
        MakeExecutable(entry);
    }

    private void Leave(Operation terminator, Operation parent, IRegionBranch regions)
    {
        Vec<RegionSuccessor> successors = default;
        regions.Successors(terminator.ParentRegion!.Number, ref successors);
        foreach (RegionSuccessor successor in successors.Span)
        {
            if (successor.Region is { } region)
            {
                Pass(terminator.Operands, region);
                continue;
            }
            bool fits = terminator.OperandCount == parent.ResultCount;
            for (int i = 0; i < parent.ResultCount; i++) Raise(parent.Result(i), fits ? StateOf(terminator.Operand(i)) : Unknown);
        }
    }

    // Calls -------------------------------------------------------------------------------------------------------------------

    private void VisitCall(Operation op, ICall call)
    {
        Operation? target = call.Callee is { } callee ? tables.Resolve(op, callee) : null;
        if (target is null || !callables.TryGetValue(target, out CallGraphNode? node))
        {
            RaiseAll(op);
            return;
        }
        Region body = ((ICallable)target).CallableRegion!;
        if (!callers.TryGetValue(target, out List<Operation>? known)) callers.Add(target, known = []);
        if (!known.Contains(op))
        {
            known.Add(op);
            foreach (Block block in body.Blocks)
                if (executable.Contains(block) && block.Last is { } last && last.Has(OpTraits.ReturnLike)) worklist.Push(last);
        }
        if (!node.MayBeCalledFromElsewhere) Pass(call.Arguments, body);
    }

    private void Return(Operation terminator, Operation call)
    {
        bool fits = terminator.OperandCount == call.ResultCount;
        for (int i = 0; i < call.ResultCount; i++) Raise(call.Result(i), fits ? StateOf(terminator.Operand(i)) : Unknown);
    }
}
