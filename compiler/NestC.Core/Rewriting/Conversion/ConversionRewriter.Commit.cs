using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

// Casts between old and new values, and the end of a conversion: uses of what was replaced are settled, casts that cancel are folded
// away, the rest is resolved by the converters' materializations, and only then is anything erased.
public sealed partial class ConversionRewriter
{
    private enum CastKind : byte { Source, Target, Argument }

    private sealed class Cast(UnrealizedConversionCastOp op, TypeConverter? converter, CastKind kind)
    {
        public readonly UnrealizedConversionCastOp Op = op;
        public readonly TypeConverter? Converter = converter;
        public readonly CastKind Kind = kind;
    }

    private readonly List<Cast> casts = [];
    private readonly HashSet<Operation> ownCasts = [];
    private readonly Dictionary<(Value, IrType), Value> castOf = [];

    /// <summary>Whether the operation is a cast that the conversion made itself.</summary>
    internal bool IsOwnCast(Operation op) => ownCasts.Contains(op);

    private Value[] CastTo(ReadOnlySpan<Value> inputs, IrType[] types, Operation user, TypeConverter? converter, CastKind kind)
    {
        bool single = inputs.Length == 1 && types.Length == 1;
        if (single && castOf.TryGetValue((inputs[0], types[0]), out Value known)) return [known];
        InsertionPoint saved = SavePoint();
        if (inputs.Length == 1) AtAfter(inputs[0]);
        else AtBefore(user);
        OperationState state = new(Context.OpInfo("builtin.unrealized_conversion_cast"u8), user.Location);
        state.Operands.AddRange(inputs);
        state.ResultTypes.AddRange(types);
        UnrealizedConversionCastOp op = (UnrealizedConversionCastOp)Create(state);
        RestorePoint(saved);
        ownCasts.Add(op);
        casts.Add(new Cast(op, converter, kind));
        if (single) castOf.Add((inputs[0], types[0]), op.Result(0));
        (Value, IrType) key = single ? (inputs[0], types[0]) : default;
        undo.Add(() =>
        {
            casts.RemoveAt(casts.Count - 1);
            ownCasts.Remove(op);
            if (single) castOf.Remove(key);
        });
        return op.Results.ToArray();
    }

    /// <summary>Settles everything; false after errors were added to <paramref name="errors"/>, when all must be rolled back.</summary>
    internal bool Settle(List<Diagnostic> errors)
    {
        CurrentPattern = null;
        for (int i = 0; i < goneInOrder.Count; i++)
        {
            Operation op = goneInOrder[i];
            for (int r = 0; r < op.ResultCount; r++) SettleUses(op.Result(r), CurrentConverterOf(op), CastKind.Source, errors);
        }
        for (int i = 0; i < replacedBlocks.Count; i++)
            for (int a = 0; a < replacedBlocks[i].Block.ArgumentCount; a++)
                SettleUses(replacedBlocks[i].Block.ArgumentAt(a), replacedBlocks[i].Converter, CastKind.Argument, errors);
        if (errors.Count > 0) return false;
        ReconcileCasts();
        for (int i = 0; i < casts.Count; i++)
            if (!gone.Contains(casts[i].Op) && !Resolve(casts[i])) errors.Add(Unresolved(casts[i]));
        return errors.Count == 0;
    }

    private readonly Dictionary<Operation, TypeConverter?> converterOf = [];

    internal void NoteConverter(Operation op, TypeConverter? converter) => converterOf[op] = converter;

    private TypeConverter? CurrentConverterOf(Operation op) => converterOf.GetValueOrDefault(op);

    private List<Use> LiveUses(Value value)
    {
        List<Use> uses = [];
        foreach (Use use in value.Uses)
            if (!IsGone(use.Owner)) uses.Add(use);
        return uses;
    }

    private void SettleUses(Value old, TypeConverter? converter, CastKind kind, List<Diagnostic> errors)
    {
        List<Use> uses = LiveUses(old);
        if (uses.Count == 0) return;
        Value[] now = Latest(old);
        foreach (Value value in now)
        {
            bool lives = value.DefiningOp is { } definition ? !IsGone(definition) : !value.IsNull && value != old;
            if (lives) continue;
            string what = old.DefiningOp is { } erased ? $"'{erased.Name}' op was erased" : "a block argument was removed";
            errors.Add(new Diagnostic(Severity.Error, "NEST3204", old.Location, $"{what} by the conversion, but it still has a use")
                .Note(uses[0].Owner.Location, $"used by '{uses[0].Owner.Name}' op here"));
            return;
        }
        if (!HaveTypes(now, [old.Type])) now = CastTo(now, [old.Type], uses[0].Owner, converter, kind);
        // Several inputs: the cast stands before the first use that was found; it must stand before all of them.
        if (now[0].DefiningOp is { } cast && IsOwnCast(cast) && cast.OperandCount != 1) HoistCast(cast, uses);
        foreach (Use use in uses) SetOperand(use.Owner, use.Index, now[0]);
    }

    private void HoistCast(Operation cast, List<Use> uses)
    {
        // Right after the last of the inputs in its block, or at the start of the first user's region when there are none.
        Operation? after = null;
        foreach (Value input in cast.Operands)
            if (input.DefiningOp is { } definition && (after is null || after.Block != definition.Block || after.IsBeforeInBlock(definition))) after = definition;
        if (after is not null) MoveAfter(cast, after);
        else if (cast.OperandCount > 0 && cast.Operand(0).ArgumentBlock is { First: { } first } && first != cast) MoveBefore(cast, first);
        else if (uses[0].Owner.ParentRegion?.First?.First is { } top && top != cast) MoveBefore(cast, top);
    }

    // cast (cast x : A to B) : B to A -> x; unused casts go
    private void ReconcileCasts()
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = casts.Count - 1; i >= 0; i--)
            {
                UnrealizedConversionCastOp op = casts[i].Op;
                if (gone.Contains(op)) continue;
                bool used = false;
                for (int r = 0; r < op.ResultCount && !used; r++) used = LiveUses(op.Result(r)).Count > 0;
                if (!used)
                {
                    MarkGone(op);
                    changed = true;
                    continue;
                }
                if (CastFolding.Cancels(op) is not { } values) continue;
                for (int r = 0; r < values.Length; r++)
                    foreach (Use use in LiveUses(op.Result(r))) SetOperand(use.Owner, use.Index, values[r]);
                MarkGone(op);
                changed = true;
            }
        }
    }

    private bool Resolve(Cast cast)
    {
        UnrealizedConversionCastOp op = cast.Op;
        if (cast.Converter is not { } converter) return true;
        if (op.ResultCount == 1)
        {
            AtBefore(op);
            Checkpoint before = Save();
            Value[] inputs = op.Operands.ToArray();
            IrType type = op.Result(0).Type;
            Value made = cast.Kind == CastKind.Target ? converter.MaterializeTarget(this, type, inputs)
                : converter.MaterializeSource(this, type, inputs, cast.Kind == CastKind.Argument);
            if (!made.IsNull && made.Type == type)
            {
                foreach (Use use in LiveUses(op.Result(0)))
                    if (use.Owner != made.DefiningOp) SetOperand(use.Owner, use.Index, made);
                MarkGone(op);
                return true;
            }
            if (made.IsNull) Rollback(before);
        }
        return converter.CastsMayStay;
    }

    private Diagnostic Unresolved(Cast cast)
    {
        UnrealizedConversionCastOp op = cast.Op;
        string kind = cast.Kind switch { CastKind.Source => "source", CastKind.Target => "target", _ => "argument" };
        Diagnostic error = new(Severity.Error, "NEST3202", op.Location,
            $"failed to legalize unresolved materialization from ({Types(op.Operands.Types())}) to ({Types(op.Results.Types())}) that remained live after conversion")
        {
            Help = $"convert the operation on the other side too, add a {kind} materialization to the type converter, or let casts stay for a later pass",
        };
        for (int r = 0; r < op.ResultCount; r++)
            foreach (Use use in LiveUses(op.Result(r)))
                return error.Note(use.Owner.Location, $"see existing live user here: '{use.Owner.Name}' op");
        return error;
    }

    private static string Types(IrType[] types) => string.Join<IrType>(", ", types);

    /// <summary>Erases what was replaced. Nothing can be undone any more.</summary>
    internal void Commit()
    {
        undo.Clear();
        Listener = null;
        List<Operation> roots = [];
        foreach (Operation op in goneInOrder)
            if (op.ParentOp is not { } parent || !IsGone(parent)) roots.Add(op);
        foreach (Operation op in roots) op.DropAllReferences();
        foreach (Operation op in roots) base.EraseCore(op);
        foreach (Block block in erasedBlocks) block.Parent?.Remove(block);
    }
}

/// <summary>Folds casts between types away where they cancel each other out.</summary>
public static class CastFolding
{
    /// <summary>The values that a cast's results are equal to when it undoes another cast, or casts to the same types; else null.</summary>
    public static Value[]? Cancels(UnrealizedConversionCastOp cast)
    {
        OperandRange inputs = cast.Inputs;
        if (Same(inputs, cast.Outputs)) return inputs.ToArray();
        if (inputs.Count == 0 || inputs[0].DefiningOp is not UnrealizedConversionCastOp inner || inner.ResultCount != inputs.Count) return null;
        for (int i = 0; i < inputs.Count; i++)
            if (inputs[i] != inner.Result(i)) return null;
        return Same(inner.Inputs, cast.Outputs) ? inner.Inputs.ToArray() : null;
    }

    private static bool Same(OperandRange values, ResultRange results)
    {
        if (values.Count != results.Count) return false;
        for (int i = 0; i < values.Count; i++)
            if (values[i].Type != results[i].Type) return false;
        return true;
    }

    /// <summary>Erases all casts below an operation that cancel or that nothing uses (`reconcile-unrealized-casts`). Returns how many stay.</summary>
    public static int Reconcile(Operation root, OpBuilder builder)
    {
        Vec<UnrealizedConversionCastOp> casts = new();
        Collect(root, ref casts);
        int left = casts.Count;
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = casts.Count - 1; i >= 0; i--)
            {
                UnrealizedConversionCastOp cast = casts[i];
                if (cast.IsErased) continue;
                if (!cast.HasNoUses && Cancels(cast) is { } values)
                    for (int r = 0; r < values.Length; r++) builder.ReplaceAllUses(cast.Result(r), values[r]);
                if (!cast.HasNoUses) continue;
                builder.Erase(cast);
                left--;
                changed = true;
            }
        }
        return left;
    }

    private static void Collect(Operation op, ref Vec<UnrealizedConversionCastOp> casts)
    {
        if (op is UnrealizedConversionCastOp cast) casts.Add(cast);
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) Collect(inner, ref casts);
    }
}
