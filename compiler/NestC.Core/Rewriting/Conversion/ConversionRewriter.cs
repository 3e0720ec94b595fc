using NestC.Analysis;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// The rewriter of a dialect conversion. Every change is recorded so that it can be undone; replaced operations stay in the IR until the
/// conversion as a whole succeeds, and uses of their results are looked up through a mapping from old values to new ones.
/// </summary>
/// <remarks>Blocks' arguments are changed by <see cref="ConvertSignature"/> here; what is done to blocks directly cannot be undone.</remarks>
public sealed partial class ConversionRewriter : Rewriter, IOpListener
{
    private readonly List<Action> undo = [];
    private readonly ValueMap<Value[]?> mapping = new();
    private readonly HashSet<Operation> gone = [];
    private readonly List<Operation> goneInOrder = [];
    private readonly List<Operation> made = [];
    private readonly List<Operation> touched = [];
    private readonly List<string> reasons = [];

    internal ConversionRewriter(NestContext context, IRewriteObserver? observer) : base(context)
    {
        Observer = observer;
        Listener = this;
    }

    /// <summary>Reasons are always kept: a failure lists them.</summary>
    public override bool WantsReasons => true;

    /// <summary>The converter of the pattern that runs; casts that are made meanwhile are resolved by it.</summary>
    internal TypeConverter? CurrentConverter { get; set; }

    internal List<string> Reasons => reasons;

    internal Operation? Root { get; set; }

    protected override void TellReason(Operation op, string reason)
    {
        reasons.Add(reason);
        base.TellReason(op, reason);
    }

    // Checkpoints ---------------------------------------------------------------------------------------------------------

    internal readonly record struct Checkpoint(int Undo, int Made, int Touched);

    internal Checkpoint Save() => new(undo.Count, made.Count, touched.Count);

    internal void Rollback(Checkpoint to)
    {
        for (int i = undo.Count - 1; i >= to.Undo; i--) undo[i]();
        undo.RemoveRange(to.Undo, undo.Count - to.Undo);
        made.RemoveRange(to.Made, made.Count - to.Made);
        touched.RemoveRange(to.Touched, touched.Count - to.Touched);
    }

    internal bool ChangedSince(Checkpoint checkpoint) => undo.Count > checkpoint.Undo;

    internal List<Operation> MadeSince(Checkpoint checkpoint) => made.GetRange(checkpoint.Made, made.Count - checkpoint.Made);

    internal bool TouchedSince(Checkpoint checkpoint, Operation op) => touched.IndexOf(op, checkpoint.Touched) >= 0;

    // Replacing and erasing -------------------------------------------------------------------------------------------------

    /// <summary>Whether the operation, or one that it is in, was replaced or erased.</summary>
    public bool IsGone(Operation op)
    {
        for (Operation? at = op; at is not null; at = at.ParentOp)
            if (gone.Contains(at)) return true;
        return false;
    }

    public override bool Replace(Operation op, params ReadOnlySpan<Value> values)
    {
        if (values.Length != op.ResultCount)
            throw new ArgumentException($"'{op.Name}' op has {op.ResultCount} results but is replaced by {values.Length} values");
        Observer?.Replaced(CurrentPattern, op, values);
        for (int i = 0; i < values.Length; i++) Map(op.Result(i), [values[i]]);
        MarkGone(op);
        return true;
    }

    /// <summary>Replaces each result by any number of values, and erases the operation. True.</summary>
    public bool ReplaceMany(Operation op, params ReadOnlySpan<Value[]> values)
    {
        if (values.Length != op.ResultCount)
            throw new ArgumentException($"'{op.Name}' op has {op.ResultCount} results but is replaced by {values.Length} lists of values");
        for (int i = 0; i < values.Length; i++) Map(op.Result(i), values[i]);
        MarkGone(op);
        return true;
    }

    protected override void EraseCore(Operation op) => MarkGone(op);

    private void MarkGone(Operation op)
    {
        if (!gone.Add(op)) throw ErasedOperationException.Of(op);
        goneInOrder.Add(op);
        undo.Add(() =>
        {
            gone.Remove(op);
            goneInOrder.RemoveAt(goneInOrder.Count - 1);
        });
    }

    private void Map(Value from, Value[] to)
    {
        mapping.TryGet(from, out Value[]? before);
        mapping.Set(from, to);
        undo.Add(() => mapping.Set(from, before));
    }

    // What replaces a value by now, through all steps; the value itself when nothing does.
    private Value[] Latest(Value value)
    {
        if (!mapping.TryGet(value, out Value[]? next) || next is null) return [value];
        List<Value> all = [];
        foreach (Value one in next) all.AddRange(Latest(one));
        return [.. all];
    }

    // The most recent values of the wanted types that stand for a value, or null.
    private Value[]? Find(Value value, IrType[] wanted)
    {
        Value[] at = [value];
        Value[]? found = null;
        while (true)
        {
            if (HaveTypes(at, wanted)) found = at;
            List<Value> next = [];
            bool moved = false;
            foreach (Value one in at)
            {
                if (mapping.TryGet(one, out Value[]? to) && to is not null)
                {
                    moved = true;
                    next.AddRange(to);
                }
                else next.Add(one);
            }
            if (!moved) return found;
            at = [.. next];
        }
    }

    private static bool HaveTypes(ReadOnlySpan<Value> values, ReadOnlySpan<IrType> types)
    {
        if (values.Length != types.Length) return false;
        for (int i = 0; i < types.Length; i++)
            if (values[i].IsNull || values[i].Type != types[i]) return false;
        return true;
    }

    /// <summary>The values that stand for the operands of an operation, of the types that the converter wants; false with the reason when there are none.</summary>
    internal bool TryAdapt(Operation op, TypeConverter? converter, out Value[][] operands, out string why)
    {
        operands = new Value[op.OperandCount][];
        why = "";
        for (int i = 0; i < operands.Length; i++)
        {
            Value operand = op.Operand(i);
            if (converter is null)
            {
                operands[i] = Latest(operand);
                continue;
            }
            if (converter.ConvertMany(operand.Type) is not { } wanted)
            {
                why = $"the type of operand #{i}, {operand.Type}, has no conversion";
                return false;
            }
            operands[i] = Find(operand, wanted) ?? CastTo(Latest(operand), wanted, op, converter, CastKind.Target);
        }
        return true;
    }

    /// <summary>The values that stand for a value by now, with the types that the current pattern's converter wants where there is one.</summary>
    public Value[] Converted(Value value)
    {
        if (CurrentConverter?.ConvertMany(value.Type) is { } wanted && Find(value, wanted) is { } found) return found;
        return Latest(value);
    }

    // Blocks ------------------------------------------------------------------------------------------------------------------

    /// <summary>
    /// Gives a block arguments of the converted types: a new block takes its place, and the old arguments are mapped to the new ones. Null
    /// when a type has no conversion; nothing was changed then.
    /// </summary>
    public Block? ConvertSignature(Block block, TypeConverter converter)
    {
        Region region = block.Parent!;
        IrType[][] types = new IrType[block.ArgumentCount][];
        bool same = true;
        for (int i = 0; i < types.Length; i++)
        {
            IrType type = block.ArgumentAt(i).Type;
            if (converter.ConvertMany(type) is not { } to) return null;
            types[i] = to;
            same &= to.Length == 1 && to[0] == type;
        }
        if (same) return block;
        Block fresh = new();
        for (int i = 0; i < types.Length; i++)
        {
            Value[] values = new Value[types[i].Length];
            for (int k = 0; k < values.Length; k++) values[k] = fresh.AddArgument(types[i][k], block.ArgumentLocation(i));
            Map(block.ArgumentAt(i), values);
        }
        List<(Operation User, int Index)> edges = [];
        region.Append(fresh, block);
        block.Splice(block.First, fresh);
        while (block.FirstUser is { } user)
        {
            edges.Add((user, block.FirstUse));
            user.SetSuccessorBlock(block.FirstUse, fresh);
        }
        region.Remove(block);
        replacedBlocks.Add((block, converter));
        if (Block == block)
        {
            if (Before is { } before) AtBefore(before);
            else AtEnd(fresh);
        }
        undo.Add(() =>
        {
            replacedBlocks.RemoveAt(replacedBlocks.Count - 1);
            region.Append(block, fresh);
            for (int i = edges.Count - 1; i >= 0; i--) edges[i].User.SetSuccessorBlock(edges[i].Index, block);
            fresh.Splice(fresh.First, block);
            region.Remove(fresh);
        });
        return fresh;
    }

    /// <summary>Converts the arguments of all blocks of a region; false when a type has no conversion.</summary>
    public bool ConvertRegionTypes(Region region, TypeConverter converter)
    {
        for (Block? block = region.First; block is not null; block = block.Next)
        {
            if (ConvertSignature(block, converter) is not { } converted) return false;
            block = converted;
        }
        return true;
    }

    private readonly List<(Block Block, TypeConverter? Converter)> replacedBlocks = [];
    private readonly List<Block> erasedBlocks = [];

    public override Block SplitBlock(Block block, Operation? first)
    {
        Block tail = base.SplitBlock(block, first);
        undo.Add(() => tail.Splice(tail.First, block));
        return tail;
    }

    public override void InlineRegion(Region region, Region target, Block? before = null)
    {
        List<Block> moved = [];
        foreach (Block block in region.Blocks) moved.Add(block);
        base.InlineRegion(region, target, before);
        undo.Add(() =>
        {
            foreach (Block block in moved)
            {
                target.Remove(block);
                region.Append(block);
            }
        });
    }

    public override void InlineBlock(Block block, Block target, Operation? before, ReadOnlySpan<Value> argumentValues)
    {
        if (argumentValues.Length != block.ArgumentCount)
            throw new ArgumentException($"a block with {block.ArgumentCount} arguments is inlined with {argumentValues.Length} values");
        for (int i = 0; i < argumentValues.Length; i++) Map(block.ArgumentAt(i), [argumentValues[i]]);
        List<Operation> moved = [];
        while (block.First is { } op)
        {
            moved.Add(op);
            block.Remove(op);
            target.Insert(op, before);
        }
        Region region = block.Parent!;
        Block? next = block.Next;
        region.Remove(block);
        replacedBlocks.Add((block, CurrentConverter));
        undo.Add(() =>
        {
            replacedBlocks.RemoveAt(replacedBlocks.Count - 1);
            region.Append(block, next);
            foreach (Operation op in moved)
            {
                op.Block!.Remove(op);
                block.Append(op);
            }
        });
    }

    public override void EraseBlock(Block block)
    {
        foreach (Operation op in block.Operations)
            if (!gone.Contains(op)) MarkGone(op);
        erasedBlocks.Add(block);
        undo.Add(() => erasedBlocks.RemoveAt(erasedBlocks.Count - 1));
    }

    public override void SetArgumentType(Value argument, IrType type)
    {
        IrType before = argument.Type;
        base.SetArgumentType(argument, type);
        undo.Add(() => argument.ArgumentBlock!.SetArgumentType(argument.Number, before));
    }

    // Changes in place --------------------------------------------------------------------------------------------------------

    protected override bool HearsModifications => true;

    private protected override bool NeedsReplacements => true;

    public override void StartModify(Operation op)
    {
        OpSnapshot before = new(op);
        undo.Add(before.Restore);
        base.StartModify(op);
    }

    void IOpListener.Modified(Operation op) => touched.Add(op);

    void IOpListener.Inserted(Operation op)
    {
        made.Add(op);
        undo.Add(() =>
        {
            op.DropAllReferences();
            op.Block?.Remove(op);
            op.Poison();
        });
        if (Root is { } root) Observer?.Made(CurrentPattern, root, op);
    }

    void IOpListener.BlockInserted(Block block) => undo.Add(() => block.Parent?.Remove(block));
}
