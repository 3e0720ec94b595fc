using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Rewriting;
using NestC.Syntax;

namespace NestC.IR;

/// <summary>Holds a constant attribute that is the value of its only result.</summary>
public interface IConstantLike
{
    Attr ConstantValue { get; }
}

/// <summary>Has a name in the nearest symbol table.</summary>
public interface ISymbol
{
    StringAttr SymbolName { get; }

    /// <summary>`public`, `private` or `nested`.</summary>
    SymbolVisibility Visibility { get; }

    /// <summary>Whether the body is elsewhere.</summary>
    bool IsDeclaration => false;

    /// <summary>Whether the symbol may be erased when nothing refers to it.</summary>
    bool CanDiscardOnUseEmpty => Visibility != SymbolVisibility.Public;

    /// <summary>Whether the name may be absent (`builtin.module`).</summary>
    bool IsOptionalSymbol => false;

    void SetSymbolName(OpBuilder builder, StringAttr name);

    void SetVisibility(OpBuilder builder, SymbolVisibility visibility);

    static bool VerifyTrait(Operation op, Diag d)
    {
        ISymbol symbol = (ISymbol)op;
        if (op.Inherent("sym_name"u8) is null) return symbol.IsOptionalSymbol || d.Error(op, "NEST2026", "requires string attribute 'sym_name'");
        if (op.Inherent("sym_visibility"u8) is StringAttr { Value: not ("public" or "private" or "nested") } visibility)
            return d.Error(op, "NEST2034", $"visibility expected to be one of [\"public\", \"private\", \"nested\"], but got {visibility}");
        if (symbol.IsDeclaration && symbol.Visibility == SymbolVisibility.Public)
            return d.Error(op, "NEST2034", "symbol declaration cannot have public visibility");
        return op.ParentOp is not { } parent || parent.Has(OpTraits.SymbolTable) || !parent.Info.IsRegistered
            || d.Error(op, "NEST2034", "symbol's parent must have the SymbolTable trait");
    }
}

public enum SymbolVisibility : byte { Public, Private, Nested }

/// <summary>Its region is a table of symbols.</summary>
public interface ISymbolTable;

/// <summary>A use of a symbol that can be checked once the whole module is there.</summary>
public interface ISymbolUser
{
    bool VerifySymbolUses(Diag d, SymbolTableCollection tables);
}

/// <summary>What an operation does to memory.</summary>
public interface IMemoryEffects
{
    void GetEffects(ref EffectList effects);
}

/// <summary>Says itself whether it may be executed although the program would not have (a division by a constant that is not zero).</summary>
public interface IConditionallySpeculatable
{
    bool IsSpeculatable { get; }
}

[Flags]
public enum MemoryEffect : byte { None = 0, Read = 1, Write = 2, Allocate = 4, Free = 8 }

/// <summary>The effects of one operation, each on a value or (null value) on memory in general.</summary>
public struct EffectList
{
    private Support.Vec<(MemoryEffect Effect, Value On)> items;

    public readonly ReadOnlySpan<(MemoryEffect Effect, Value On)> Items => items.Span;

    public void Add(MemoryEffect effect, Value on = default) => items.Add((effect, on));
}

/// <summary>Constant operands, in operand order; null where an operand is not constant.</summary>
public readonly ref struct FoldInputs(ReadOnlySpan<Attr?> constants, OpBuilder builder)
{
    private readonly ReadOnlySpan<Attr?> constants = constants;

    /// <summary>For folds that update the operation in place; a fold makes no operations.</summary>
    public OpBuilder Builder { get; } = builder;

    public Attr? this[int operand] => constants[operand];

    public int Count => constants.Length;
}

/// <summary>What a fold yields: an existing value, a constant attribute, the operation changed in place, or nothing.</summary>
public readonly struct FoldResult
{
    private FoldResult(Value value, Attr? attr, bool inPlace) => (Value, Attr, IsInPlace) = (value, attr, inPlace);

    public Value Value { get; }

    public Attr? Attr { get; }

    /// <summary>The operation itself was updated (its operands or properties), its results stay.</summary>
    public bool IsInPlace { get; }

    public bool IsNone => Value.IsNull && Attr is null && !IsInPlace;

    public static FoldResult None => default;

    public static FoldResult InPlace => new(default, null, true);

    public static implicit operator FoldResult(Value value) => new(value, null, false);

    public static implicit operator FoldResult(Value? value) => new(value ?? default, null, false);

    public static implicit operator FoldResult(Attr? attr) => new(default, attr, false);
}

/// <summary>Folds an operation with one result. It makes no operations; it may update itself through the inputs' builder.</summary>
public interface IFoldable
{
    FoldResult Fold(FoldInputs inputs);
}

/// <summary>Folds an operation with several results: one entry each; false when nothing folds.</summary>
public interface IMultiFoldable
{
    bool Fold(FoldInputs inputs, Span<FoldResult> results);
}

/// <summary>Has canonicalization patterns.</summary>
public interface ICanonicalizable
{
    static abstract void Canonicalize(PatternSet patterns);
}

/// <summary>Has a syntax of its own, written by hand.</summary>
public interface ICustomSyntax
{
    static abstract bool Parse(AsmParser parser, OperationState state);

    void Print(AsmPrinter printer);
}

/// <summary>Suggests names for its results and for the arguments of its regions.</summary>
public interface IAsmNames
{
    /// <summary>Calls <paramref name="names"/> for the results that have a name of their own.</summary>
    void NameResults(ValueNames names)
    {
    }

    void NameBlockArguments(Region region, ValueNames names)
    {
    }
}

/// <summary>Takes the names of values.</summary>
public abstract class ValueNames
{
    public abstract void Name(Value value, ReadOnlySpan<byte> name);
}

/// <summary>A terminator that hands operands on to successor blocks.</summary>
public interface IBranch
{
    /// <summary>The operands that become the arguments of successor <paramref name="index"/>.</summary>
    OperandRange SuccessorOperands(int index);

    /// <summary>
    /// Replaces those operands. Segment sizes follow when the operands of the successors are the last segments, one each; other
    /// layouts implement this themselves.
    /// </summary>
    void SetSuccessorOperands(OpBuilder builder, int index, ReadOnlySpan<Value> values)
    {
        OperandRange old = SuccessorOperands(index);
        Operation self = (Operation)this;
        bool resized = values.Length != old.Count;
        builder.ReplaceOperands(self, old.Start, old.Count, values);
        if (!resized || !DenseArrayAttr.TryGet(self.Inherent("operandSegmentSizes"u8), out int[] sizes)) return;
        sizes = (int[])sizes.Clone();
        sizes[sizes.Length - self.SuccessorCount + index] += values.Length - old.Count;
        builder.SetAttribute(self, "operandSegmentSizes", DenseArrayAttr.Get(builder.Context, sizes));
    }

    /// <summary>The successor taken when the operands have these constant values; null when that is not known.</summary>
    Block? SuccessorFor(FoldInputs constants) => null;

    static bool VerifyTrait(Operation op, Diag d)
    {
        IBranch branch = (IBranch)op;
        for (int i = 0; i < op.SuccessorCount; i++)
        {
            OperandRange operands = branch.SuccessorOperands(i);
            Block target = op.Successor(i);
            if (operands.Count != target.ArgumentCount)
                return Fail(op, d, $"branch has {operands.Count} operands for successor #{i}, but target block has {target.ArgumentCount}");
            for (int j = 0; j < operands.Count; j++)
                if (operands[j].Type != target.ArgumentAt(j).Type) return Fail(op, d, $"type mismatch for bb argument #{j} of successor #{i}");
        }
        return true;
    }

    private static bool Fail(Operation op, Diag d, string message) => d.Say(new Diagnostic(Severity.Error, "NEST2035", op.Location, message));
}

/// <summary>Control may pass from the operation into its regions, between them, and back.</summary>
public interface IRegionBranch
{
    /// <summary>Where control may go from a region (its number), or from the operation itself (-1).</summary>
    void Successors(int from, ref Support.Vec<RegionSuccessor> successors);

    /// <summary>The operands handed to the region when control enters it from the operation.</summary>
    OperandRange EntryOperands(int region);
}

/// <summary>A region that control may enter, or (null) the operation itself, whose results are then the inputs.</summary>
public readonly record struct RegionSuccessor(Region? Region);

/// <summary>Calls something.</summary>
public interface ICall
{
    /// <summary>The symbol called; null for an indirect call.</summary>
    SymbolRefAttr? Callee { get; }

    OperandRange Arguments { get; }

    void SetCallee(OpBuilder builder, SymbolRefAttr callee);
}

/// <summary>Something that can be called.</summary>
public interface ICallable
{
    /// <summary>The body; null for a declaration.</summary>
    Region? CallableRegion { get; }

    FunctionType CallableType { get; }
}

/// <summary>A loop: invariant operations of its regions may be moved before it.</summary>
public interface ILoopLike
{
    /// <summary>The regions that are executed repeatedly.</summary>
    ReadOnlySpan<Region> LoopRegions { get; }

    bool IsDefinedOutside(Value value)
    {
        Operation self = (Operation)this;
        Region? at = value.Block?.Parent;
        foreach (Region region in self.Regions)
            if (region.IsAncestorOf(at)) return false;
        return true;
    }
}
