using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>Modules and unrealized conversion casts.</summary>
[Dialect("builtin")]
public sealed partial class BuiltinDialect(NestContext context) : Dialect(context, "builtin");

/// <summary>A top-level container of operations: one graph region that is isolated from above and a symbol table.</summary>
[Op("builtin.module", DefaultDialect = "builtin")]
public sealed partial class ModuleOp : Operation, IIsolatedFromAbove, INoTerminator, ISingleBlock, ISymbolTable, ISymbol, IGraphRegion, IAffineScope,
    ICustomSyntax
{
    [Prop("sym_name")] public partial StringAttr? SymName { get; }

    [Prop("sym_visibility")] public partial StringAttr? SymVisibility { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region BodyRegion { get; }

    /// <summary>The block that holds the module's operations.</summary>
    public Block Body => BodyRegion.First!;

    StringAttr ISymbol.SymbolName => SymName ?? StringAttr.Get(Context, "");

    public SymbolVisibility Visibility => SymbolTable.VisibilityOf(this);

    bool ISymbol.IsOptionalSymbol => true;

    public void SetSymbolName(OpBuilder builder, StringAttr name) => SetSymName(builder, name);

    public void SetVisibility(OpBuilder builder, SymbolVisibility visibility) =>
        SetSymVisibility(builder, visibility == SymbolVisibility.Public ? null : StringAttr.Get(Context, visibility.ToString().ToLowerInvariant()));

    public static bool Parse(AsmParser parser, OperationState state)
    {
        if (parser.Kind == TokenKind.AtIdentifier)
        {
            if (parser.ParseSymbolName() is not { } name) return false;
            state.AddAttribute(parser.Context.Identifier("sym_name"u8), name);
        }
        if (!parser.ParseAttrDictWithKeyword(state)) return false;
        Region body = state.AddRegion();
        if (!parser.ParseRegion(body)) return false;
        if (body.IsEmpty) body.AddBlock();
        return true;
    }

    public void Print(AsmPrinter printer)
    {
        if (SymName is { } name)
        {
            printer.Out.Write(' ');
            printer.WriteSymbolName(name.Utf8);
        }
        printer.WriteAttrDict(this, ["sym_name"], withKeyword: true);
        printer.Out.Write(' ');
        printer.WriteRegion(BodyRegion, printEntryArguments: false);
    }

    protected internal override bool VerifyOp(Diag d)
    {
        if (Body.ArgumentCount != 0) return d.Error("NEST2032", "region should have no arguments");
        foreach (NamedAttr entry in Attributes.Entries)
        {
            if (entry.Name.DialectPrefix.IsEmpty)
                return d.Error("NEST2030", $"can only contain attributes with dialect-prefixed names, found: '{entry.Name}'");
        }
        return true;
    }
}

/// <summary>Turns values of some types into values of others where no conversion has been written yet.</summary>
[Op("builtin.unrealized_conversion_cast", Format = "($inputs^ `:` type($inputs))? `to` type($outputs) attr-dict")]
public sealed partial class UnrealizedConversionCastOp : Operation, IPure, IMultiFoldable
{
    [Operands<AnyType>] public partial OperandRange Inputs { get; }

    [Results<AnyType>] public partial ResultRange Outputs { get; }

    protected internal override bool VerifyOp(Diag d) =>
        Outputs.Count > 0 || d.Error("NEST2031", "expected at least one result for cast operation");

    // cast x : A to A -> x;  cast (cast x : A to B) : B to A -> x
    public bool Fold(FoldInputs inputs, Span<FoldResult> results)
    {
        if (Inputs.Count == 0) return false;
        if (Inputs.Count == Outputs.Count)
        {
            bool same = true;
            for (int i = 0; i < Inputs.Count; i++) same &= Inputs[i].Type == Outputs[i].Type;
            if (same)
            {
                for (int i = 0; i < results.Length; i++) results[i] = Inputs[i];
                return true;
            }
        }
        if (Inputs[0].DefiningOp is not UnrealizedConversionCastOp cast || cast.Outputs.Count != Inputs.Count || cast.Inputs.Count != Outputs.Count) return false;
        for (int i = 0; i < Inputs.Count; i++)
            if (Inputs[i] != cast.Outputs[i]) return false;
        for (int i = 0; i < Outputs.Count; i++)
            if (Outputs[i].Type != cast.Inputs[i].Type) return false;
        for (int i = 0; i < results.Length; i++) results[i] = cast.Inputs[i];
        return true;
    }
}
