using System.Runtime.CompilerServices;
using NestC.Support;

namespace NestC.IR;

/// <summary>
/// An SSA value: a handle of the operation that computes it and the number of the result, or of the block and the number of
/// the argument. As in MLIR it is a cheap value of its own; the default is no value.
/// </summary>
public readonly struct Value : IEquatable<Value>
{
    private readonly object? owner;
    private readonly int index;     // a result's number, or the complement of an argument's

    private Value(object owner, int index)
    {
        this.owner = owner;
        this.index = index;
    }

    internal static Value OfResult(Operation op, int number) => new(op, number);

    internal static Value OfArgument(Block block, int number) => new(block, ~number);

    public bool IsNull => owner is null;

    public bool IsBlockArgument => index < 0;

    /// <summary>The number among the results of the operation, or among the arguments of the block.</summary>
    public int Number => index < 0 ? ~index : index;

    /// <summary>The operation that computes the value; null for a block argument.</summary>
    public Operation? DefiningOp => index < 0 ? null : Unsafe.As<Operation>(owner);

    /// <summary>The block whose argument the value is; null for a result.</summary>
    public Block? ArgumentBlock => index < 0 ? Unsafe.As<Block>(owner) : null;

    /// <summary>The block in which the value is defined; null while that is not in one.</summary>
    public Block? Block => index < 0 ? Unsafe.As<Block>(owner) : Unsafe.As<Operation>(owner)?.Block;

    public IrType Type => Slot.Type;

    internal ref ValueSlot Slot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref index < 0 ? ref Unsafe.As<Block>(owner!).ArgumentSlot(~index) : ref Unsafe.As<Operation>(owner!).ResultSlot(index);
    }

    public bool HasUses => Slot.FirstUser is not null;

    public bool HasOneUse
    {
        get
        {
            ref ValueSlot slot = ref Slot;
            return slot.FirstUser is { } user && user.OperandSlots[slot.FirstUse].Next is null;
        }
    }

    /// <summary>The uses, latest first. Changing a use while iterating is allowed for the use just returned.</summary>
    public UseRange Uses => new(this);

    /// <summary>The definition <typeparamref name="T"/> that computes this value, or null.</summary>
    public T? Defining<T>() where T : class => DefiningOp as T;

    public Location Location => index < 0 ? Unsafe.As<Block>(owner!).ArgumentLocation(~index) : Unsafe.As<Operation>(owner!).Location;

    public bool Equals(Value other) => ReferenceEquals(owner, other.owner) && index == other.index;

    public override bool Equals(object? obj) => obj is Value other && Equals(other);

    public override int GetHashCode() => owner is null ? 0 : Hash.Combine(RuntimeHelpers.GetHashCode(owner), index);

    public static bool operator ==(Value a, Value b) => a.Equals(b);

    public static bool operator !=(Value a, Value b) => !a.Equals(b);

    public override string ToString() =>
        owner is null ? "<no value>" : index < 0 ? $"<argument {~index} : {Type}>" : $"<result {index} of {DefiningOp!.Name} : {Type}>";
}

/// <summary>What is kept of a value: its type and the head of its use list.</summary>
internal struct ValueSlot
{
    public IrType Type;
    public Operation? FirstUser;
    public int FirstUse;
    public int Mark;        // what would be padding: of a first result the operation's place in a worklist, else for analyses
}

/// <summary>An operand: the value, and its links in the value's use list as (operation, operand index).</summary>
internal struct OperandSlot
{
    public Value Value;
    public Operation? Next, Prev;
    public int NextIndex, PrevIndex;
}

/// <summary>One use of a value: operand <see cref="Index"/> of <see cref="Owner"/>.</summary>
public readonly struct Use(Operation owner, int index)
{
    public Operation Owner { get; } = owner;

    public int Index { get; } = index;
}

/// <summary>The uses of a value; enumerates without allocating.</summary>
public readonly struct UseRange(Value value)
{
    public Enumerator GetEnumerator() => new(value);

    public int Count()
    {
        int n = 0;
        foreach (Use _ in this) n++;
        return n;
    }

    public struct Enumerator
    {
        private Operation? nextOwner;
        private int nextIndex;

        internal Enumerator(Value value)
        {
            ref ValueSlot slot = ref value.Slot;
            nextOwner = slot.FirstUser;
            nextIndex = slot.FirstUse;
        }

        public Use Current { get; private set; }

        public bool MoveNext()
        {
            if (nextOwner is null) return false;
            Current = new Use(nextOwner, nextIndex);
            ref OperandSlot slot = ref nextOwner.OperandSlots[nextIndex];
            nextOwner = slot.Next;
            nextIndex = slot.NextIndex;
            return true;
        }
    }
}

/// <summary>A run of operands of an operation.</summary>
public readonly struct OperandRange(Operation op, int start, int count)
{
    /// <summary>Index of the first operand of the range in the operation.</summary>
    public int Start => start;

    public int Count => count;

    public Value this[int index] => (uint)index < (uint)count
        ? op.OperandSlots[start + index].Value
        : throw new ArgumentOutOfRangeException(nameof(index));

    public Value[] ToArray()
    {
        Value[] values = new Value[count];
        for (int i = 0; i < count; i++) values[i] = this[i];
        return values;
    }

    public IrType[] Types()
    {
        IrType[] types = new IrType[count];
        for (int i = 0; i < count; i++) types[i] = this[i].Type;
        return types;
    }

    public Enumerator GetEnumerator() => new(op, start, count);

    public struct Enumerator(Operation op, int start, int count)
    {
        private int at = start - 1;

        public readonly Value Current => op.OperandSlots[at].Value;

        public bool MoveNext() => ++at < start + count;
    }
}

/// <summary>A run of results of an operation.</summary>
public readonly struct ResultRange(Operation op, int start, int count)
{
    public int Count => count;

    public Value this[int index] => (uint)index < (uint)count
        ? Value.OfResult(op, start + index)
        : throw new ArgumentOutOfRangeException(nameof(index));

    public Value[] ToArray()
    {
        Value[] values = new Value[count];
        for (int i = 0; i < count; i++) values[i] = this[i];
        return values;
    }

    public IrType[] Types()
    {
        IrType[] types = new IrType[count];
        for (int i = 0; i < count; i++) types[i] = this[i].Type;
        return types;
    }

    public Enumerator GetEnumerator() => new(op, start, count);

    public struct Enumerator(Operation op, int start, int count)
    {
        private int at = start - 1;

        public readonly Value Current => Value.OfResult(op, at);

        public bool MoveNext() => ++at < start + count;
    }
}
