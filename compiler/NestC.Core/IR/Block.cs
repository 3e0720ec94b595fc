using NestC.Support;

namespace NestC.IR;

/// <summary>A list of operations with arguments. Inserting and erasing take constant time.</summary>
public sealed class Block
{
    private struct Argument
    {
        public ValueSlot Slot;
        public Location Location;
    }

    private static readonly Argument[] none = new Argument[0];

    // Between the numbers of neighbours: what is folded and rewritten again and again in one place finds room without renumbering the block.
    private const int Step = 64;

    private Argument[] arguments = none;
    private bool orderIsValid;
    internal bool MayHoldRegions;       // false: no operation of the block has regions; never reset, so that walks for what is nested may skip the block
    internal Operation? FirstUser;      // head of the list of operations that name this block as a successor
    internal int FirstUse;
    internal int Scratch;               // for the printer (block number) and analyses
    internal int DominanceNumber;       // index in the reverse post-order of the region, for the latest dominator tree
    internal int ArgumentScratch;       // for the printer: number of the first argument

    /// <summary>The region that the block is in; null while it is in none.</summary>
    public Region? Parent { get; internal set; }

    public Operation? ParentOp => Parent?.Parent;

    public Block? Previous { get; internal set; }

    public Block? Next { get; internal set; }

    public Operation? First { get; private set; }

    public Operation? Last { get; private set; }

    public bool IsEmpty => First is null;

    public bool IsEntry => Parent is not null && Parent.First == this;

    /// <summary>The last operation when it is a terminator (or is not registered and could be one), or null.</summary>
    public Operation? Terminator => Last is { } last && (last.IsTerminatorLike || !last.Info.IsRegistered) ? last : null;

    public int ArgumentCount => arguments.Length;

    public Value ArgumentAt(int index)
    {
        if ((uint)index >= (uint)arguments.Length) throw new ArgumentOutOfRangeException(nameof(index));
        return Value.OfArgument(this, index);
    }

    public IrType[] ArgumentTypes()
    {
        IrType[] types = new IrType[arguments.Length];
        for (int i = 0; i < types.Length; i++) types[i] = arguments[i].Slot.Type;
        return types;
    }

    internal ref ValueSlot ArgumentSlot(int index) => ref arguments[index].Slot;

    internal Location ArgumentLocation(int index) => arguments[index].Location;

    internal void SetArgumentLocation(int index, Location location) => arguments[index].Location = location;

    internal void SetArgumentType(int index, IrType type) => arguments[index].Slot.Type = type;

    public Value AddArgument(IrType type, Location location = default)
    {
        Resize(arguments.Length + 1);
        arguments[^1].Slot.Type = type;
        arguments[^1].Location = location;
        return Value.OfArgument(this, arguments.Length - 1);
    }

    internal void AddArguments(ReadOnlySpan<IrType> types, Location location = default)
    {
        int start = arguments.Length;
        Resize(start + types.Length);
        for (int i = 0; i < types.Length; i++)
        {
            arguments[start + i].Slot.Type = types[i];
            arguments[start + i].Location = location;
        }
    }

    /// <summary>Inserts an argument before <paramref name="index"/>; uses of later ones follow them.</summary>
    public Value InsertArgument(int index, IrType type, Location location = default)
    {
        AddArgument(type, location);
        for (int i = arguments.Length - 1; i > index; i--) MoveArgument(i - 1, i);
        arguments[index] = new Argument { Slot = new ValueSlot { Type = type }, Location = location };
        return Value.OfArgument(this, index);
    }

    /// <summary>Removes an argument that has no uses.</summary>
    public void EraseArgument(int index)
    {
        if (arguments[index].Slot.FirstUser is not null) throw new InvalidOperationException($"block argument {index} still has uses");
        for (int i = index; i + 1 < arguments.Length; i++) MoveArgument(i + 1, i);
        Resize(arguments.Length - 1);
    }

    private void Resize(int length)
    {
        Argument[] resized = new Argument[length];
        Array.Copy(arguments, resized, Math.Min(length, arguments.Length));
        arguments = resized;
    }

    private void MoveArgument(int from, int to)
    {
        Value old = Value.OfArgument(this, from);
        arguments[to] = new Argument { Slot = new ValueSlot { Type = arguments[from].Slot.Type }, Location = arguments[from].Location };
        while (arguments[from].Slot.FirstUser is { } user) user.SetOperandValue(old.Slot.FirstUse, Value.OfArgument(this, to));
    }

    /// <summary>The operations; the next one is read before one is handed out, so it may be erased.</summary>
    public OperationRange Operations => new(this);

    /// <summary>The blocks whose terminators name this one, one for each edge, latest first.</summary>
    public PredecessorRange Predecessors => new(this);

    public bool HasNoPredecessors => FirstUser is null;

    /// <summary>The one block that leads here, or null when there is none or more than one edge.</summary>
    public Block? SinglePredecessor
    {
        get
        {
            if (FirstUser is null) return null;
            return FirstUser.SuccessorSlots[FirstUse].Next is null ? FirstUser.Block : null;
        }
    }

    public int SuccessorCount => Last is null ? 0 : Last.SuccessorCount;

    public Block Successor(int index) => Last!.Successor(index);

    internal void Append(Operation op) => Insert(op, null);

    /// <summary>Inserts an operation before another, or at the end.</summary>
    internal void Insert(Operation op, Operation? before)
    {
        if (op.Block is not null) throw new InvalidOperationException($"'{op.Name}' op is in a block already");
        if (op.RegionCount > 0) MayHoldRegions = true;
        Operation? previous = before is null ? Last : before.Previous;
        op.SetLinks(this, previous, before);
        if (previous is null) First = op;
        else previous.SetNext(op);
        if (before is null)
        {
            Last = op;
            op.Order = previous is null ? 0 : previous.Order + Step;
            if (previous is not null && op.Order < previous.Order) orderIsValid = false;
        }
        else
        {
            before.SetPrevious(op);
            // Keep the order valid when there is room between the neighbours.
            int low = previous is null ? before.Order - 2 * Step : previous.Order;
            if (before.Order - low > 1) op.Order = low + (before.Order - low) / 2;
            else orderIsValid = false;
            if (op.Order > before.Order) orderIsValid = false;
        }
        if (previous is null && before is null) orderIsValid = true;
    }

    /// <summary>Takes an operation out without erasing it.</summary>
    internal void Remove(Operation op)
    {
        if (op.Previous is { } previous) previous.SetNext(op.Next);
        else First = op.Next;
        if (op.Next is { } following) following.SetPrevious(op.Previous);
        else Last = op.Previous;
        op.SetLinks(null, null, null);
    }

    /// <summary>Moves all operations from <paramref name="first"/> on to the end of another block.</summary>
    internal void Splice(Operation? first, Block target)
    {
        while (first is not null)
        {
            Operation? following = first.Next;
            Remove(first);
            target.Append(first);
            first = following;
        }
    }

    /// <summary>About how many operations there are, as far as their order tells; only good for reserving room.</summary>
    internal int ApproximateCount => First is { } first && orderIsValid ? (int)(((long)Last!.Order - first.Order) / Step) + 1 : 0;

    internal void EnsureOrder()
    {
        if (orderIsValid) return;
        if (!Renumber(Step)) Renumber(1);
        orderIsValid = true;
    }

    private bool Renumber(int step)
    {
        int order = 0;
        for (Operation? op = First; op is not null && order >= 0; op = op.Next) op.Order = order += step;
        return order >= 0;
    }

    internal void DropAllReferences()
    {
        for (Operation? op = First; op is not null; op = op.Next) op.DropAllReferences();
    }

    /// <summary>The ancestor of <paramref name="op"/> (or itself) that stands in this block, or null.</summary>
    public Operation? AncestorIn(Operation op)
    {
        for (Operation? p = op; p is not null; p = p.ParentOp)
            if (p.Block == this) return p;
        return null;
    }
}

/// <summary>The operations of a block; enumerates without allocating.</summary>
public readonly struct OperationRange(Block block)
{
    public Enumerator GetEnumerator() => new(block.First);

    public struct Enumerator(Operation? first)
    {
        private Operation? upcoming = first;

        public Operation Current { get; private set; } = null!;

        public bool MoveNext()
        {
            if (upcoming is null) return false;
            Current = upcoming;
            upcoming = upcoming.Next;
            return true;
        }
    }
}

/// <summary>The predecessors of a block; enumerates without allocating.</summary>
public readonly struct PredecessorRange(Block block)
{
    public Enumerator GetEnumerator() => new(block);

    public int Count()
    {
        int n = 0;
        foreach (Block _ in this) n++;
        return n;
    }

    public struct Enumerator
    {
        private Operation? upcoming;
        private int index;

        internal Enumerator(Block block)
        {
            upcoming = block.FirstUser;
            index = block.FirstUse;
        }

        public Block Current { get; private set; } = null!;

        public bool MoveNext()
        {
            while (upcoming is not null)
            {
                ref SuccessorSlot slot = ref upcoming.SuccessorSlots[index];
                Block? at = upcoming.Block;
                upcoming = slot.Next;
                index = slot.NextIndex;
                if (at is null) continue;
                Current = at;
                return true;
            }
            return false;
        }
    }
}
