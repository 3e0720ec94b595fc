using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A function: a symbol, with a body of blocks or, as a declaration, without one.</summary>
[Op("func.func", DefaultDialect = "func")]
public sealed partial class FuncOp : Operation, IIsolatedFromAbove, IAffineScope, IAutomaticAllocationScope, ISymbol, ICallable, ICustomSyntax
{
    [Prop] public partial StringAttr SymName { get; }

    [Prop] public partial FunctionType FunctionType { get; }

    [Prop] public partial StringAttr? SymVisibility { get; }

    /// <summary>A dictionary for each argument; null when none has attributes.</summary>
    [Prop<ArrayOfDictionaries>] public partial ArrayAttr? ArgAttrs { get; }

    /// <summary>A dictionary for each result; null when none has attributes.</summary>
    [Prop<ArrayOfDictionaries>] public partial ArrayAttr? ResAttrs { get; }

    [OpRegion] public partial Region Body { get; }

    /// <summary>The first block of the body.</summary>
    /// <exception cref="InvalidOperationException">The function is a declaration.</exception>
    public Block Entry => Body.First ?? throw new InvalidOperationException($"function '{SymName.Value}' has no body");

    /// <summary>Whether the body is elsewhere.</summary>
    public bool IsDeclaration => Body.IsEmpty;

    public StringAttr SymbolName => SymName;

    public SymbolVisibility Visibility => SymVisibility is null ? SymbolVisibility.Public : SymbolTable.VisibilityOf(this);

    Region? ICallable.CallableRegion => Body.IsEmpty ? null : Body;

    FunctionType ICallable.CallableType => FunctionType;

    /// <summary>The attributes of an argument; null when it has none.</summary>
    public DictionaryAttr? ArgAttrsOf(int index) => AttrsOf(ArgAttrs, index);

    /// <summary>The attributes of a result; null when it has none.</summary>
    public DictionaryAttr? ResAttrsOf(int index) => AttrsOf(ResAttrs, index);

    private static DictionaryAttr? AttrsOf(ArrayAttr? all, int index) =>
        all is not null && index < all.Count && all[index] is DictionaryAttr { IsEmpty: false } attrs ? attrs : null;

    public void SetSymbolName(OpBuilder builder, StringAttr name) => SetSymName(builder, name);

    public void SetVisibility(OpBuilder builder, SymbolVisibility visibility) =>
        SetSymVisibility(builder, visibility == SymbolVisibility.Public ? null : StringAttr.Get(Context, visibility == SymbolVisibility.Private ? "private" : "nested"));

    /// <summary>Makes a function without a body.</summary>
    public static FuncOp Create(OpBuilder builder, string name, FunctionType type, SymbolVisibility visibility = SymbolVisibility.Public)
    {
        FuncOp op = Build(builder, StringAttr.Get(builder.Context, name), type);
        if (visibility != SymbolVisibility.Public) op.SetVisibility(builder, visibility);
        return op;
    }

    /// <summary>Adds the entry block, with an argument for each input.</summary>
    public Block AddEntryBlock()
    {
        Block entry = Body.AddBlock();
        entry.AddArguments(FunctionType.Inputs, Location);
        return entry;
    }

    protected internal override bool VerifyOp(Diag d)
    {
        ReadOnlySpan<IrType> inputs = FunctionType.Inputs, results = FunctionType.Results;
        if (!VerifyAttrs(d, ArgAttrs, inputs.Length, "argument") || !VerifyAttrs(d, ResAttrs, results.Length, "result")) return false;
        if (Body.First is not { } entry) return true;
        if (entry.ArgumentCount != inputs.Length)
            return d.Error(Diag.RuleCode, $"entry block must have {inputs.Length} arguments to match function signature");
        for (int i = 0; i < inputs.Length; i++)
        {
            IrType type = entry.ArgumentAt(i).Type;
            if (type == inputs[i]) continue;
            return d.Error(Diag.RuleCode,
                $"type of entry block argument #{i}('{type}') must match the type of the corresponding argument in function signature('{inputs[i]}')");
        }
        return true;
    }

    private static bool VerifyAttrs(Diag d, ArrayAttr? all, int count, string what)
    {
        if (all is null) return true;
        if (all.Count != count)
        {
            return d.Error(Diag.RuleCode,
                $"expects {what} attribute array to have the same number of elements as the number of function {what}s, got {all.Count}, but expected {count}");
        }
        foreach (Attr element in all.Elements)
            foreach (NamedAttr entry in ((DictionaryAttr)element).Entries)
                if (entry.Name.DialectPrefix.IsEmpty) return d.Error(Diag.RuleCode, $"{what}s may only have dialect attributes");
        return true;
    }
}
