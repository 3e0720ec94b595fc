using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin.Arith;

/// <summary>An integer, float or elements constant.</summary>
[Op("arith.constant")]
public sealed partial class ConstantOp : Operation, IPure, IConstantLike, IFoldable, ICustomSyntax, IAsmNames
{
    [Prop] public partial ITypedAttr Value { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    Attr IConstantLike.ConstantValue => System.Runtime.CompilerServices.Unsafe.As<Attr>(Value);

    public FoldResult Fold(FoldInputs inputs) => (Attr)Value;

    public static bool Parse(AsmParser parser, OperationState state)
    {
        if (!parser.ParseAttrDict(state)) return false;
        int position = parser.Position;
        if (parser.ParseAttr() is not { } value) return false;
        if (value is not ITypedAttr { Type: { } type } typed) return parser.Error(position, "NEST1340", "custom op 'arith.constant' invalid kind of attribute specified");
        ((ConstantOp)state.Op)._value = typed;
        state.ResultTypes.Add(type);
        return true;
    }

    public void Print(AsmPrinter printer)
    {
        printer.WriteAttrDict(this, ["value"]);
        printer.Out.Write(' ');
        printer.Write((Attr)Value);
    }

    /// <summary>`%true`, `%false`, `%c42_i32`, `%c42` for index, `%cst` for the rest.</summary>
    public void NameResults(ValueNames names)
    {
        if (Value is not IntegerAttr integer)
        {
            names.Name(Output, "cst"u8);
            return;
        }
        if (integer.Type.IsSignlessInteger(1))
        {
            names.Name(Output, integer.Value != 0 ? "true"u8 : "false"u8);
            return;
        }
        Span<byte> name = stackalloc byte[64];
        int length = 0;
        name[length++] = (byte)'c';
        if (integer.IsWide)
        {
            NameWide(names, integer);
            return;
        }
        length += Utf8Writer.WriteDigits(integer.Value, name[length..]);
        if (integer.Type is IntegerType type)
        {
            "_i"u8.CopyTo(name[length..]);
            length += 2;
            length += Utf8Writer.WriteDigits(type.Width, name[length..]);
        }
        names.Name(Output, name[..length]);
    }

    private void NameWide(ValueNames names, IntegerAttr integer) =>
        names.Name(Output, System.Text.Encoding.ASCII.GetBytes($"c{integer.BigValue}_i{integer.Type.BitWidth()}"));

    protected internal override bool VerifyOp(Diag d)
    {
        IrType type = Output.Type;
        if (Value.Type != type) return d.Error("NEST2030", "failed to verify that all of {value, result} have same type");
        if (type is IntegerType { IsSignless: false }) return d.Error(Diag.RuleCode, "integer return type must be signless");
        if (Value is not (IntegerAttr or FloatAttr or ElementsAttr or DenseResourceElementsAttr))
            return d.Error(Diag.RuleCode, "value must be an integer, float, or elements attribute");
        if (type is VectorType { IsScalable: true } && Value is not DenseElementsAttr { IsSplat: true })
            return d.Error(Diag.RuleCode, "intializing scalable vectors with elements attribute is not supported unless it's a vector splat");
        return true;
    }

    /// <summary>Whether an attribute can be the value of a constant of this type.</summary>
    public static bool IsBuildableWith(Attr value, IrType type) =>
        value is ITypedAttr typed && typed.Type == type && type is not IntegerType { IsSignless: false } && value is IntegerAttr or FloatAttr or ElementsAttr or DenseResourceElementsAttr;

    /// <summary>Makes an integer or index constant.</summary>
    public static Value Integer(OpBuilder builder, IrType type, long value) => Create(builder, IntegerAttr.Get(type, value), type).Output;
}
