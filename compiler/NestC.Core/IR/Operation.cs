using System.Diagnostics;
using System.Runtime.CompilerServices;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Support;

namespace NestC.IR;

/// <summary>
/// An operation: operands, results, successors, regions, properties (typed members of the derived class) and discardable
/// attributes. Everything is changed through an <see cref="OpBuilder"/>, so that listeners hear of it.
/// </summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public abstract partial class Operation : IDiagnosticSubject
{
    private static readonly OperandSlot[] noOperands = new OperandSlot[0];

    private OpInfo info;
    private Block? block;
    private Operation? prev, next;
    private OperandSlot[] operands = noOperands;
    private ValueSlot result;       // the first result; Type is null when there is none
    private OpExtras? extras;
    private DictionaryAttr? attributes;
    private Location location;
    internal int Order;             // position in the block, while the block's order is valid
    internal int Scratch;           // for the printer (value numbers) and for worklists; means nothing between runs

    /// <summary>Place in the worklist of a driver; kept apart from <see cref="Scratch"/> so that printing while a driver runs is harmless.</summary>
    internal ref int WorklistIndex => ref result.Mark;

    protected Operation() => info = null!;

    /// <summary>Name, traits and behaviour of this kind of operation.</summary>
    public OpInfo Info => info;

    /// <summary>The full name, with the dialect: `graph.concat`.</summary>
    public string Name => info.Name;

    public NestContext Context => info.Context;

    public Location Location => location;

    /// <summary>The block that the operation is in; null while it is in none.</summary>
    public Block? Block => block;

    public Operation? Previous => prev;

    public Operation? Next => next;

    /// <summary>The operation whose region holds this one, or null.</summary>
    public Operation? ParentOp => block?.Parent?.Parent;

    public Region? ParentRegion => block?.Parent;

    // Operands ----------------------------------------------------------------------------------------------------------

    internal OperandSlot[] OperandSlots
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            OperandSlot[] slots = operands;
            if (slots is null) ThrowErased();
            return slots!;
        }
    }

    private void ThrowErased() => throw ErasedOperationException.Of(this);

    public int OperandCount => OperandSlots.Length;

    public Value Operand(int index) => OperandSlots[index].Value;

    public OperandRange Operands => new(this, 0, OperandCount);

    // Results -----------------------------------------------------------------------------------------------------------

    public int ResultCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => result.Type is null ? 0 : extras is null ? 1 : 1 + extras.Results.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Value Result(int index)
    {
        if ((uint)index >= (uint)ResultCount) ThrowNoResult();
        return Value.OfResult(this, index);
    }

    private static void ThrowNoResult() => throw new ArgumentOutOfRangeException("index");

    public ResultRange Results => new(this, 0, ResultCount);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ValueSlot ResultSlot(int index) => ref index == 0 ? ref result : ref extras!.Results[index - 1];

    /// <summary>Whether no result has a use.</summary>
    public bool HasNoUses
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => result.FirstUser is null && (extras is null || FurtherHaveNoUses());
    }

    private bool FurtherHaveNoUses()
    {
        ValueSlot[] further = extras!.Results;
        for (int i = 0; i < further.Length; i++)
            if (further[i].FirstUser is not null) return false;
        return true;
    }

    // Regions and successors --------------------------------------------------------------------------------------------

    public int RegionCount => extras is null ? 0 : extras.Regions.Length;

    public Region Region(int index) => extras is null ? throw new ArgumentOutOfRangeException(nameof(index)) : extras.Regions[index];

    public ReadOnlySpan<Region> Regions => extras is null ? default : extras.Regions;

    public int SuccessorCount => extras is null ? 0 : extras.Successors.Length;

    public Block Successor(int index)
    {
        if (extras is null) ThrowNoResult();
        return extras!.Successors[index].Block;
    }

    internal SuccessorSlot[] SuccessorSlots => extras is null ? [] : extras.Successors;

    // Attributes --------------------------------------------------------------------------------------------------------

    /// <summary>The discardable attributes: those that no property of the operation holds. Never null.</summary>
    public DictionaryAttr Attributes => attributes ?? Context.Common.EmptyDictionary;

    internal DictionaryAttr? AttributesOrNull => attributes;

    /// <summary>A discardable attribute, or null.</summary>
    public Attr? Attribute(string name) => attributes?.Find(Context.Identifier(name));

    /// <summary>A discardable attribute, or null.</summary>
    public Attr? Attribute(Identifier name) => attributes?.Find(name);

    /// <summary>
    /// All properties as one attribute, as the generic form prints them between `&lt;{` and `}&gt;`; null when there are none.
    /// The generator implements it for defined operations.
    /// </summary>
    public virtual Attr? PropertiesAttr => null;

    /// <summary>Sets the properties from their attribute form; says what is wrong through <paramref name="error"/> and returns false.</summary>
    protected internal virtual bool SetProperties(Attr properties, Action<string> error)
    {
        if (properties is DictionaryAttr { IsEmpty: true }) return true;
        error($"'{Name}' op has no properties");
        return false;
    }

    /// <summary>An inherent attribute by the name it has in the generic form; null when it is not set or there is none.</summary>
    public virtual Attr? Inherent(ReadOnlySpan<byte> name) => PropertiesAttr is DictionaryAttr d ? d.Find(name) : null;

    /// <summary>Sets an inherent attribute by name: false when the operation has none of that name or it does not fit.</summary>
    protected internal virtual bool SetInherent(ReadOnlySpan<byte> name, Attr? value) => false;

    /// <summary>Copies the typed properties of an operation of the same class.</summary>
    protected internal virtual void CopyProperties(Operation from)
    {
    }

    // Behaviour ---------------------------------------------------------------------------------------------------------

    /// <summary>Checks the rules of this operation; traits, operand and result types were checked before.</summary>
    protected internal virtual bool VerifyOp(Diag d) => true;

    /// <summary>Checks the rules that need the operations in the regions, after those were verified.</summary>
    protected internal virtual bool VerifyRegions(Diag d) => true;

    public bool Has(OpTraits traits) => (info.Traits & traits) == traits;

    public bool IsTerminatorLike
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (info.Traits & OpTraits.Terminator) != 0;
    }

    /// <summary>Whether this operation stands before the other in the block that both are in.</summary>
    public bool IsBeforeInBlock(Operation other)
    {
        Debug.Assert(block is not null && block == other.block);
        block.EnsureOrder();
        return Order < other.Order;
    }

    /// <summary>Whether this operation holds the other in one of its regions, at any depth.</summary>
    public bool IsProperAncestorOf(Operation other)
    {
        for (Operation? p = other.ParentOp; p is not null; p = p.ParentOp)
            if (p == this) return true;
        return false;
    }

    /// <summary>The nearest enclosing operation of a class, or null.</summary>
    public T? ParentOfType<T>() where T : class
    {
        for (Operation? p = ParentOp; p is not null; p = p.ParentOp)
            if (p is T found) return found;
        return null;
    }

    /// <summary>The text of the operation in generic form without nested regions' detail lost; for messages and the debugger.</summary>
    public override string ToString() => Syntax.AsmPrinter.ToText(this);

    private string DebuggerText => operands is null ? $"{Name} (erased)" : ToString();

    // Construction and the mutations on which builders stand -------------------------------------------------------------

    internal void Initialize(OpInfo opInfo, Location at)
    {
        info = opInfo;
        location = at;
    }

    internal void SetResultTypes(ReadOnlySpan<IrType> types)
    {
        if (types.IsEmpty) return;
        result.Type = types[0];
        if (types.Length == 1) return;
        ValueSlot[] more = new ValueSlot[types.Length - 1];
        for (int i = 0; i < more.Length; i++) more[i].Type = types[i + 1];
        Extras().Results = more;
    }

    internal void SetResultType(IrType type) => result.Type = type;

    internal void InitializeOperands(ReadOnlySpan<Value> values)
    {
        if (values.IsEmpty) return;
        OperandSlot[] slots = new OperandSlot[values.Length];
        operands = slots;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i].Value = values[i];
            Link(i);
        }
    }

    /// <summary>As above, without a span over a struct of ours, which would be compiled at start-up.</summary>
    internal void InitializeOperands(in Vec<Value> values)
    {
        if (values.IsEmpty) return;
        OperandSlot[] slots = new OperandSlot[values.Count];
        Value[] from = values.Items!;
        operands = slots;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i].Value = from[i];
            Link(i);
        }
    }

    internal void InitializeSuccessors(ReadOnlySpan<Block> blocks)
    {
        if (blocks.IsEmpty) return;
        SuccessorSlot[] slots = new SuccessorSlot[blocks.Length];
        Extras().Successors = slots;
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i].Block = blocks[i];
            LinkSuccessor(i);
        }
    }

    internal void InitializeRegions(int count)
    {
        if (count == 0) return;
        Region[] regions = new Region[count];
        for (int i = 0; i < count; i++) regions[i] = new Region(this, i);
        Extras().Regions = regions;
        if (block is not null) block.MayHoldRegions = true;
    }

    internal void SetRegions(Region[] regions)
    {
        if (regions.Length == 0) return;
        for (int i = 0; i < regions.Length; i++) regions[i].Attach(this, i);
        Extras().Regions = regions;
        if (block is not null) block.MayHoldRegions = true;
    }

    internal void SetLocation(Location at) => location = at;

    internal void SetAttributes(DictionaryAttr? dictionary) => attributes = dictionary is { IsEmpty: true } ? null : dictionary;

    private OpExtras Extras() => extras ??= new OpExtras();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Link(int i)
    {
        ref OperandSlot slot = ref operands[i];
        PushUse(ref slot.Value.Slot, ref slot, this, i);
    }

    // Makes a use the latest of a value: the one place that knows how.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PushUse(ref ValueSlot value, ref OperandSlot slot, Operation user, int index)
    {
        Operation? head = value.FirstUser;
        slot.Next = head;
        slot.NextIndex = value.FirstUse;
        slot.Prev = null;
        if (head is not null)
        {
            ref OperandSlot after = ref head.operands[value.FirstUse];
            after.Prev = user;
            after.PrevIndex = index;
        }
        value.FirstUser = user;
        value.FirstUse = index;
    }

    private void Unlink(int i)
    {
        ref OperandSlot slot = ref operands[i];
        if (slot.Prev is { } before)
        {
            ref OperandSlot previous = ref before.operands[slot.PrevIndex];
            previous.Next = slot.Next;
            previous.NextIndex = slot.NextIndex;
        }
        else
        {
            ref ValueSlot value = ref slot.Value.Slot;
            value.FirstUser = slot.Next;
            value.FirstUse = slot.NextIndex;
        }
        if (slot.Next is { } after)
        {
            ref OperandSlot following = ref after.operands[slot.NextIndex];
            following.Prev = slot.Prev;
            following.PrevIndex = slot.PrevIndex;
        }
    }

    internal void SetOperandValue(int i, Value value)
    {
        if (OperandSlots[i].Value == value) return;
        Unlink(i);
        operands[i].Value = value;
        Link(i);
    }

    /// <summary>Makes the latest use of a value one of another, and returns its owner.</summary>
    internal static Operation MoveLatestUse(ref ValueSlot source, Value to, ref ValueSlot target)
    {
        Operation user = source.FirstUser!;
        int index = source.FirstUse;
        ref OperandSlot slot = ref user.operands[index];
        source.FirstUser = slot.Next;
        source.FirstUse = slot.NextIndex;
        if (slot.Next is { } next) next.operands[slot.NextIndex].Prev = null;
        slot.Value = to;
        PushUse(ref target, ref slot, user, index);
        return user;
    }

    /// <summary>Makes every use of one value one of another, the latest first; nobody is told.</summary>
    internal static void MoveUses(Value from, Value to)
    {
        ref ValueSlot source = ref from.Slot;
        ref ValueSlot target = ref to.Slot;
        Operation? user = source.FirstUser;
        int index = source.FirstUse;
        source.FirstUser = null;
        while (user is not null)
        {
            ref OperandSlot slot = ref user.operands[index];
            Operation? upcoming = slot.Next;
            int upcomingIndex = slot.NextIndex;
            slot.Value = to;
            PushUse(ref target, ref slot, user, index);
            (user, index) = (upcoming, upcomingIndex);
        }
    }

    /// <summary>Replaces operands [start, start + count) by others; the one place where operand indices shift.</summary>
    internal void ReplaceOperands(int start, int count, ReadOnlySpan<Value> values)
    {
        if (count == values.Length)
        {
            for (int i = 0; i < count; i++) SetOperandValue(start + i, values[i]);
            return;
        }
        OperandSlot[] old = OperandSlots;
        for (int i = start; i < old.Length; i++) Unlink(i);
        OperandSlot[] slots = new OperandSlot[old.Length - count + values.Length];
        Array.Copy(old, slots, start);
        for (int i = 0; i < values.Length; i++) slots[start + i].Value = values[i];
        for (int i = start + count; i < old.Length; i++) slots[i - count + values.Length].Value = old[i].Value;
        operands = slots;
        for (int i = start; i < slots.Length; i++) Link(i);
    }

    private void LinkSuccessor(int i)
    {
        ref SuccessorSlot slot = ref extras!.Successors[i];
        Block target = slot.Block;
        slot.Prev = null;
        slot.Next = target.FirstUser;
        slot.NextIndex = target.FirstUse;
        if (target.FirstUser is { } head)
        {
            ref SuccessorSlot after = ref head.extras!.Successors[target.FirstUse];
            after.Prev = this;
            after.PrevIndex = i;
        }
        target.FirstUser = this;
        target.FirstUse = i;
    }

    private void UnlinkSuccessor(int i)
    {
        ref SuccessorSlot slot = ref extras!.Successors[i];
        if (slot.Prev is { } before)
        {
            ref SuccessorSlot previous = ref before.extras!.Successors[slot.PrevIndex];
            previous.Next = slot.Next;
            previous.NextIndex = slot.NextIndex;
        }
        else
        {
            slot.Block.FirstUser = slot.Next;
            slot.Block.FirstUse = slot.NextIndex;
        }
        if (slot.Next is { } after)
        {
            ref SuccessorSlot following = ref after.extras!.Successors[slot.NextIndex];
            following.Prev = slot.Prev;
            following.PrevIndex = slot.PrevIndex;
        }
    }

    internal void SetSuccessorBlock(int i, Block target)
    {
        if (extras!.Successors[i].Block == target) return;
        UnlinkSuccessor(i);
        extras.Successors[i].Block = target;
        LinkSuccessor(i);
    }

    internal void SetLinks(Block? owner, Operation? previous, Operation? following)
    {
        block = owner;
        prev = previous;
        next = following;
    }

    internal void SetPrevious(Operation? op) => prev = op;

    internal void SetNext(Operation? op) => next = op;

    /// <summary>Unlinks all operands and successors of this operation and of those in its regions.</summary>
    internal void DropAllReferences()
    {
        for (int i = 0; i < operands.Length; i++) Unlink(i);
        operands = noOperands;
        if (extras is null) return;
        for (int i = 0; i < extras.Successors.Length; i++) UnlinkSuccessor(i);
        extras.Successors = [];
        if (extras.Regions.Length == 0) return;
        if (DeepStack.IsShort) DeepStack.Run(extras, static e => DropRegions(e));
        else DropRegions(extras);
    }

    private static void DropRegions(OpExtras extras)
    {
        foreach (Region region in extras.Regions) region.DropAllReferences();
    }

    internal bool IsErased => operands is null;

    /// <summary>Who erased this operation, when that is known.</summary>
    internal string? ErasedBy => (extras as Tombstone)?.By;

    /// <summary>Notes who erased this operation, which has no regions, successors or further results to be asked for any more.</summary>
    internal void SetTombstone(Tombstone stone) => extras = stone;

    /// <summary>Makes every later use of this operation fail with its name; see <see cref="ErasedOperationException"/>.</summary>
    internal void Poison() => operands = null!;
}

/// <summary>What few operations have: regions, successors, and results after the first.</summary>
internal class OpExtras
{
    private static readonly Region[] noRegions = [];
    private static readonly SuccessorSlot[] noSuccessors = new SuccessorSlot[0];
    private static readonly ValueSlot[] noResults = new ValueSlot[0];

    public Region[] Regions = noRegions;
    public SuccessorSlot[] Successors = noSuccessors;
    public ValueSlot[] Results = noResults;
}

/// <summary>A successor: the block, and its links in the block's list of uses.</summary>
internal struct SuccessorSlot
{
    public Block Block;
    public Operation? Next, Prev;
    public int NextIndex, PrevIndex;
}

/// <summary>An operation was used after it was erased. Drivers turn it into a diagnostic that names who erased it.</summary>
public sealed class ErasedOperationException(string operation, string? erasedBy)
    : InvalidOperationException(erasedBy is null ? $"'{operation}' op is used after it was erased" : $"'{operation}' op is used after it was erased by {erasedBy}")
{
    public string Operation { get; } = operation;

    /// <summary>The pattern or pass that erased it, when one is known.</summary>
    public string? ErasedBy { get; } = erasedBy;

    internal static ErasedOperationException Of(Operation op) => new(op.Name, op.ErasedBy);
}

/// <summary>Remembers which pattern erased an operation: one object for each pattern, kept where the parts of the operation were.</summary>
internal sealed class Tombstone(string by) : OpExtras
{
    public string By { get; } = by;
}
