using NestC.Builtin;

namespace NestC.IR;

/// <summary>Hears of every change that is made through a builder or rewriter.</summary>
public interface IOpListener
{
    void Inserted(Operation op)
    {
    }

    /// <summary>Called before the operation goes.</summary>
    void Erasing(Operation op)
    {
    }

    /// <summary>Called after operands, attributes, properties, successors or result types changed.</summary>
    void Modified(Operation op)
    {
    }

    /// <summary>Called before the results of an operation are replaced by <paramref name="values"/>.</summary>
    void Replacing(Operation op, ReadOnlySpan<Value> values)
    {
    }

    void BlockInserted(Block block)
    {
    }

    void BlockErasing(Block block)
    {
    }
}

/// <summary>Makes operations at an insertion point, and is the one door to every change of the IR.</summary>
public class OpBuilder(NestContext context)
{
    public NestContext Context { get; } = context;

    /// <summary>The location given to new operations.</summary>
    public Location Location { get; set; }

    public IOpListener? Listener { get; set; }

    /// <summary>The block in which new operations are inserted; null: they stay outside any block.</summary>
    public Block? Block { get; private set; }

    /// <summary>The operation before which new ones are inserted; null: at the end of the block.</summary>
    public Operation? Before { get; private set; }

    public OpBuilder AtEnd(Block block)
    {
        (Block, Before) = (block, null);
        return this;
    }

    public OpBuilder AtStart(Block block)
    {
        (Block, Before) = (block, block.First);
        return this;
    }

    /// <summary>Inserts before an operation and takes over its location.</summary>
    public OpBuilder AtBefore(Operation op)
    {
        (Block, Before, Location) = (op.Block, op, op.Location);
        return this;
    }

    /// <summary>Inserts after an operation and takes over its location.</summary>
    public OpBuilder AtAfter(Operation op)
    {
        (Block, Before, Location) = (op.Block, op.Next, op.Location);
        return this;
    }

    /// <summary>Right after the definition of a value.</summary>
    public OpBuilder AtAfter(Value value) => value.DefiningOp is { } op ? AtAfter(op) : AtStart(value.ArgumentBlock!);

    /// <summary>New operations stay outside any block.</summary>
    public OpBuilder Detached()
    {
        (Block, Before) = (null, null);
        return this;
    }

    public InsertionPoint SavePoint() => new(Block, Before, Location);

    public void RestorePoint(InsertionPoint point) => (Block, Before, Location) = (point.Block, point.Before, point.Location);

    // Making ------------------------------------------------------------------------------------------------------------

    public Operation Insert(Operation op)
    {
        if (Block is null) return op;
        Block.Insert(op, Before);
        Listener?.Inserted(op);
        return op;
    }

    /// <summary>Makes and inserts the operation that a state describes.</summary>
    /// <exception cref="ArgumentException">A property does not fit.</exception>
    public Operation Create(OperationState state) => Insert(Operation.Create(state)!);

    /// <summary>Makes and inserts an operation by name, registered or not.</summary>
    public Operation Create(string name, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes,
        ReadOnlySpan<NamedAttr> attributes = default, int regions = 0)
    {
        OperationState state = new(Context.OpInfo(name), Location);
        state.Operands.AddRange(operands);
        state.ResultTypes.AddRange(resultTypes);
        state.Attributes.AddRange(attributes);
        for (int i = 0; i < regions; i++) state.AddRegion();
        return Create(state);
    }

    /// <summary>
    /// Makes an operation of the same kind with the same properties, attributes and location, and moves the regions over. Replaces nothing.
    /// </summary>
    public Operation Recreate(Operation op, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes)
    {
        AtBefore(op);
        OperationState state = new(op.Info, op.Location);
        state.Operands.AddRange(operands);
        state.ResultTypes.AddRange(resultTypes);
        for (int i = 0; i < op.SuccessorCount; i++) state.Successors.Add(op.Successor(i));
        for (int i = 0; i < op.RegionCount; i++) state.AddRegion();
        state.Op.CopyProperties(op);
        Operation copy = Operation.Create(state)!;
        copy.SetAttributes(op.AttributesOrNull);
        Insert(copy);
        for (int i = 0; i < op.RegionCount; i++) InlineRegion(op.Region(i), copy.Region(i));
        return copy;
    }

    public Block CreateBlock(Region region, ReadOnlySpan<IrType> argumentTypes, Block? before = null)
    {
        Block block = new();
        block.AddArguments(argumentTypes, Location);
        region.Append(block, before);
        Listener?.BlockInserted(block);
        AtEnd(block);
        return block;
    }

    // Changing ----------------------------------------------------------------------------------------------------------

    /// <summary>Says that <paramref name="op"/> is about to be changed; pair with <see cref="FinishModify"/>.</summary>
    public virtual void StartModify(Operation op)
    {
    }

    public virtual void FinishModify(Operation op) => Listener?.Modified(op);

    public void SetOperand(Operation op, int index, Value value)
    {
        if (op.Operand(index) == value) return;
        StartModify(op);
        op.SetOperandValue(index, value);
        FinishModify(op);
    }

    public void SetOperands(Operation op, ReadOnlySpan<Value> values)
    {
        StartModify(op);
        op.ReplaceOperands(0, op.OperandCount, values);
        FinishModify(op);
    }

    /// <summary>Replaces operands [start, start + count). Segment sizes of the operation are the caller's business.</summary>
    public void ReplaceOperands(Operation op, int start, int count, ReadOnlySpan<Value> values)
    {
        StartModify(op);
        op.ReplaceOperands(start, count, values);
        FinishModify(op);
    }

    /// <summary>Sets an attribute by name: the property of that name where there is one, a discardable attribute otherwise.</summary>
    public void SetAttribute(Operation op, Identifier name, Attr value)
    {
        StartModify(op);
        if (!op.Info.IsRegistered || !op.SetInherent(name.Utf8, value)) op.SetAttributes(op.Attributes.With(name, value));
        FinishModify(op);
    }

    public void SetAttribute(Operation op, string name, Attr value) => SetAttribute(op, Context.Identifier(name), value);

    /// <summary>Replaces all discardable attributes.</summary>
    public void SetAttributes(Operation op, DictionaryAttr attributes)
    {
        if (op.Attributes == attributes) return;
        StartModify(op);
        op.SetAttributes(attributes);
        FinishModify(op);
    }

    public void RemoveAttribute(Operation op, Identifier name)
    {
        StartModify(op);
        if (!op.Info.IsRegistered || !op.SetInherent(name.Utf8, null)) op.SetAttributes(op.Attributes.Without(name));
        FinishModify(op);
    }

    public void RemoveAttribute(Operation op, string name) => RemoveAttribute(op, Context.Identifier(name));

    public void SetLocation(Operation op, Location location) => op.SetLocation(location);

    public void SetArgumentLocation(Value argument, Location location) => argument.ArgumentBlock!.SetArgumentLocation(argument.Number, location);

    public void SetResultType(Operation op, int index, IrType type)
    {
        StartModify(op);
        op.ResultSlot(index).Type = type;
        FinishModify(op);
    }

    public virtual void SetArgumentType(Value argument, IrType type) => argument.ArgumentBlock!.SetArgumentType(argument.Number, type);

    public void SetSuccessor(Operation op, int index, Block target)
    {
        StartModify(op);
        op.SetSuccessorBlock(index, target);
        FinishModify(op);
    }

    /// <summary>Makes every use of <paramref name="from"/> one of <paramref name="to"/>.</summary>
    public void ReplaceAllUses(Value from, Value to)
    {
        if (from == to) return;
        if (to.DefiningOp is { IsErased: true } gone) throw ErasedOperationException.Of(gone);
        if (Listener is null && !HearsModifications)
        {
            Operation.MoveUses(from, to);
            return;
        }
        ReplacesUses = true;
        if (HearsModifications) MoveUsesOneByOne(from, to);
        else
        {
            IOpListener listener = Listener!;
            while (from.Slot.FirstUser is not null) listener.Modified(Operation.MoveLatestUse(ref from.Slot, to, ref to.Slot));
        }
        ReplacesUses = false;
    }

    private void MoveUsesOneByOne(Value from, Value to)
    {
        while (from.Slot.FirstUser is { } user)
        {
            StartModify(user);
            user.SetOperandValue(from.Slot.FirstUse, to);
            FinishModify(user);
        }
    }

    /// <summary>Whether the class overrides <see cref="StartModify"/> or <see cref="FinishModify"/>.</summary>
    protected virtual bool HearsModifications => false;

    /// <summary>Whether a modification is the replacement of a value by another one that is known to be alive.</summary>
    private protected bool ReplacesUses { get; private set; }

    /// <summary>Replaces the uses of which <paramref name="choose"/> says so.</summary>
    public void ReplaceUsesIf(Value from, Value to, Func<Use, bool> choose)
    {
        foreach (Use use in from.Uses)
            if (choose(use)) SetOperand(use.Owner, use.Index, to);
    }

    /// <summary>Erases an operation whose results have no uses, with all that its regions hold.</summary>
    /// <exception cref="InvalidOperationException">A result still has a use.</exception>
    public virtual void Erase(Operation op)
    {
        if (!op.HasNoUses) ThrowStillUsed(op);
        if (op.RegionCount > 0) NotifyErasing(op);
        else Listener?.Erasing(op);
        op.DropAllReferences();
        op.Block?.Remove(op);
        Bury(op);
    }

    private protected static void ThrowStillUsed(Operation op) =>
        throw new InvalidOperationException($"'{op.Name}' op is erased but its results still have uses");

    private void NotifyErasing(Operation op)
    {
        if (Listener is null) return;
        if (op.RegionCount > 0 && Support.DeepStack.IsShort)
        {
            Support.DeepStack.Run((this, op), static s => s.Item1.NotifyErasing(s.op));
            return;
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) NotifyErasing(inner);
        Listener.Erasing(op);
    }

    private void Bury(Operation op)
    {
        if (op.RegionCount > 0) BuryNested(op);
        OnErased(op);
        op.Poison();
    }

    private void BuryNested(Operation op)
    {
        if (Support.DeepStack.IsShort)
        {
            Support.DeepStack.Run((this, op), static s => s.Item1.BuryNested(s.op));
            return;
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) Bury(inner);
    }

    /// <summary>Called for each operation that goes, just before it is poisoned.</summary>
    protected virtual void OnErased(Operation op)
    {
    }

    /// <summary>Erases a block that nothing leads to, with its operations; uses of what they define must be gone.</summary>
    public virtual void EraseBlock(Block block)
    {
        foreach (Operation op in block.Operations) NotifyErasing(op);
        Listener?.BlockErasing(block);
        block.DropAllReferences();
        for (Operation? op = block.Last; op is not null; op = block.Last)
        {
            block.Remove(op);
            Bury(op);
        }
        block.Parent?.Remove(block);
    }

    public void MoveBefore(Operation op, Operation other) => Move(op, other.Block!, other);

    public void MoveAfter(Operation op, Operation other) => Move(op, other.Block!, other.Next);

    public void MoveToEnd(Operation op, Block block) => Move(op, block, null);

    private void Move(Operation op, Block target, Operation? before)
    {
        if (before == op) return;
        StartModify(op);
        op.Block?.Remove(op);
        target.Insert(op, before);
        FinishModify(op);
    }

    /// <summary>Moves all blocks of a region to another one.</summary>
    public virtual void InlineRegion(Region region, Region target, Block? before = null) => region.TakeInto(target, before);

    /// <summary>
    /// Moves the operations of a block to before an operation (or the end of <paramref name="target"/>), replacing the block's
    /// arguments by values, and erases the block.
    /// </summary>
    public virtual void InlineBlock(Block block, Block target, Operation? before, ReadOnlySpan<Value> argumentValues)
    {
        for (int i = 0; i < block.ArgumentCount; i++) ReplaceAllUses(block.ArgumentAt(i), argumentValues[i]);
        for (Operation? op = block.First; op is not null; op = block.First)
        {
            block.Remove(op);
            target.Insert(op, before);
            Listener?.Modified(op);
        }
        EraseBlock(block);
    }

    /// <summary>Moves the operations from <paramref name="first"/> on to a new block after theirs, and returns it.</summary>
    public virtual Block SplitBlock(Block block, Operation? first)
    {
        Block tail = block.Parent!.Append(new Block(), block.Next);
        Listener?.BlockInserted(tail);
        block.Splice(first, tail);
        return tail;
    }
}

/// <summary>Where a builder inserts.</summary>
public readonly record struct InsertionPoint(Block? Block, Operation? Before, Location Location);
