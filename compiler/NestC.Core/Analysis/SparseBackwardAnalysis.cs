using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>Propagates a state of every value from uses to definitions, through branches and regions, until nothing changes.</summary>
/// <typeparam name="TState">The state of a value; the default is the bottom of the lattice: nothing asks for the value.</typeparam>
public abstract class SparseBackwardAnalysis<TState> where TState : struct, IEquatable<TState>
{
    private readonly ValueMap<TState> states = new();
    private readonly Worklist worklist = new();
    private TState[] operandStates = new TState[8], resultStates = new TState[4];

    /// <summary>The state of a value that leaves what is analysed: the top of the lattice.</summary>
    protected abstract TState Exit { get; }

    /// <summary>The least state that covers both.</summary>
    protected abstract TState Join(TState a, TState b);

    /// <summary>The states that an operation gives to its operands.</summary>
    /// <param name="operands">To be filled; the default asks for nothing. Operands that a branch passes on get their state from the block arguments besides.</param>
    protected abstract void Transfer(Operation op, ReadOnlySpan<TState> results, Span<TState> operands);

    public TState StateOf(Value value) => states.TryGet(value, out TState state) ? state : default;

    public void Run(Operation root)
    {
        Seed(root);
        while (worklist.Pop() is { } op) Visit(op);
    }

    // The last operation is on top of the stack: uses come before definitions.
    private void Seed(Operation op)
    {
        if (op.RegionCount == 0) return;
        if (DeepStack.IsShort)
        {
            DeepStack.Run((this, op), static s => s.Item1.Seed(s.op));
            return;
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations)
                {
                    worklist.Push(inner);
                    Seed(inner);
                }
    }

    private void Raise(Value value, TState with)
    {
        if (with.Equals(default)) return;
        TState old = StateOf(value);
        TState now = old.Equals(default) ? with : Join(old, with);
        if (now.Equals(old)) return;
        states.Set(value, now);
        if (value.DefiningOp is { } definition)
        {
            worklist.Push(definition);
            // What the regions hand back is asked for as the results are.
            foreach (Region region in definition.Regions)
                foreach (Block block in region.Blocks)
                    if (block.Last is { } last) worklist.Push(last);
            return;
        }
        Block owner = value.ArgumentBlock!;
        foreach (Block predecessor in owner.Predecessors) worklist.Push(predecessor.Last!);
        if (!owner.IsEntry || owner.ParentOp is not { } parent) return;
        worklist.Push(parent);
        foreach (Region region in parent.Regions)
            foreach (Block block in region.Blocks)
                if (block.Last is { } last) worklist.Push(last);
    }

    private void Visit(Operation op)
    {
        int n = op.OperandCount;
        if (n == 0) return;
        if (operandStates.Length < n) operandStates = new TState[n * 2];
        int results = op.ResultCount;
        if (resultStates.Length < results) resultStates = new TState[results * 2];
        for (int i = 0; i < results; i++) resultStates[i] = StateOf(op.Result(i));
        Span<TState> operands = operandStates.AsSpan(0, n);
        operands.Clear();
        Transfer(op, resultStates.AsSpan(0, results), operands);
        if (op is IBranch branch) FromSuccessors(op, branch, operands);
        else if (op.IsTerminatorLike) FromParent(op, operands);
        if (op is IRegionBranch regions) FromEntries(op, regions, operands);
        for (int i = 0; i < n; i++) Raise(op.Operand(i), operands[i]);
    }

    private void Meet(ref TState state, TState with)
    {
        if (with.Equals(default)) return;
        state = state.Equals(default) ? with : Join(state, with);
    }

    private void FromSuccessors(Operation op, IBranch branch, Span<TState> operands)
    {
        for (int s = 0; s < op.SuccessorCount; s++)
        {
            Block successor = op.Successor(s);
            OperandRange passed = branch.SuccessorOperands(s);
            int produced = successor.ArgumentCount - passed.Count;
            for (int i = 0; i < passed.Count; i++) Meet(ref operands[passed.Start + i], StateOf(successor.ArgumentAt(produced + i)));
        }
    }

    // A terminator hands its operands to the parent's results or to its regions; where that is not known they leave.
    private void FromParent(Operation op, Span<TState> operands)
    {
        if (op.ParentOp is not IRegionBranch regions)
        {
            foreach (ref TState state in operands) Meet(ref state, Exit);
            return;
        }
        Operation parent = op.ParentOp;
        Vec<RegionSuccessor> successors = default;
        regions.Successors(op.ParentRegion!.Number, ref successors);
        foreach (RegionSuccessor successor in successors.Span)
        {
            int count = successor.Region is { } region ? region.First?.ArgumentCount ?? 0 : parent.ResultCount;
            for (int i = 0; i < operands.Length; i++)
            {
                if (count != operands.Length) Meet(ref operands[i], Exit);
                else Meet(ref operands[i], StateOf(successor.Region is { First: { } entry } ? entry.ArgumentAt(i) : parent.Result(i)));
            }
        }
    }

    private void FromEntries(Operation op, IRegionBranch regions, Span<TState> operands)
    {
        Vec<RegionSuccessor> successors = default;
        regions.Successors(-1, ref successors);
        foreach (RegionSuccessor successor in successors.Span)
        {
            if (successor.Region is not { First: { } entry } region) continue;
            OperandRange passed = regions.EntryOperands(region.Number);
            bool fits = passed.Count == entry.ArgumentCount;
            for (int i = 0; i < passed.Count; i++) Meet(ref operands[passed.Start + i], fits ? StateOf(entry.ArgumentAt(i)) : Exit);
        }
    }
}

/// <summary>
/// Which values are needed: by an operation with an effect, by what leaves the function, or by an operation of which a result is needed. Values that
/// only feed each other are not.
/// </summary>
public sealed class ValueLiveness : SparseBackwardAnalysis<bool>
{
    protected override bool Exit => true;

    protected override bool Join(bool a, bool b) => a | b;

    /// <summary>Whether the value is needed.</summary>
    public bool IsLive(Value value) => StateOf(value);

    protected override void Transfer(Operation op, ReadOnlySpan<bool> results, Span<bool> operands)
    {
        if (op is IBranch branch)
        {
            // What decides where control goes is needed; what is passed on only as the arguments are.
            operands.Fill(true);
            for (int s = 0; s < op.SuccessorCount; s++)
            {
                OperandRange passed = branch.SuccessorOperands(s);
                operands.Slice(passed.Start, passed.Count).Clear();
            }
            return;
        }
        if (op.IsTerminatorLike)
        {
            if (op.SuccessorCount > 0) operands.Fill(true);
            return;
        }
        bool needed = !SideEffects.WouldBeTriviallyDead(op);
        foreach (bool result in results) needed |= result;
        if (needed) operands.Fill(true);
    }
}
