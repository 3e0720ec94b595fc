using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A floating-point constant: `1.5 : f32`. The bits are kept, so that every NaN is itself.</summary>
public sealed class FloatAttr : Attr, ITypedAttr, IBuiltinObject
{
    private FloatAttr(FloatType type, UInt128 bits, int hash) : base(hash) => (FloatType, Bits) = (type, bits);

    public FloatType FloatType { get; }

    public IrType Type => FloatType;

    /// <summary>The value's representation in its format.</summary>
    public UInt128 Bits { get; }

    /// <summary>The double nearest to the value.</summary>
    public double Value => FloatType.Semantics.ToDouble(Bits);

    /// <summary>The constant nearest to a double.</summary>
    public static FloatAttr Get(FloatType type, double value) => FromBits(type, type.Semantics.FromDouble(value));

    /// <summary>The constant with these bits.</summary>
    public static FloatAttr FromBits(FloatType type, UInt128 bits) =>
        type.Context.InternAttr<FloatAttr, Key>(new Key(type, type.Semantics.Canonical(bits)));

    protected internal override bool SameStructure(Interned other) => other is FloatAttr o && o.FloatType == FloatType && o.Bits == Bits;

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        bool isDecimal = FloatText.Write(printer.Out, FloatType.Semantics, Bits);
        // Hexadecimal digits without a type would be read as an integer.
        if (elideType == TypeElision.May && isDecimal && FloatType.Kind == FloatKind.F64) return;
        printer.WriteTypeOf(FloatType, elideType);
    }

    private readonly struct Key(FloatType type, UInt128 bits) : IInternKey
    {
        public int Hash =>
            Support.Hash.Combine(203, type.Identity, Support.Hash.Combine(Support.Hash.Of((long)(ulong)bits), Support.Hash.Of((long)(ulong)(bits >> 64))));

        public bool Matches(Interned c) => c is FloatAttr a && a.Bits == bits && a.FloatType == type;

        public Interned Make() => new FloatAttr(type, bits, Hash);
    }
}
