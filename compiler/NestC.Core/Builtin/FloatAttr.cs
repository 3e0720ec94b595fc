using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A floating-point constant: `1.5 : f32`. The bits are kept, so that every NaN is itself.</summary>
public sealed class FloatAttr : Attr, ITypedAttr, IBuiltinObject
{
    // ReadyToRun does not precompile methods that touch UInt128, so the two halves are kept and the common formats never need it.
    private readonly ulong low, high;

    private FloatAttr(FloatType type, ulong low, ulong high, int hash) : base(hash) => (FloatType, this.low, this.high) = (type, low, high);

    public FloatType FloatType { get; }

    public IrType Type => FloatType;

    /// <summary>The value's representation in its format.</summary>
    public UInt128 Bits => new(high, low);

    /// <summary>The double nearest to the value.</summary>
    public double Value => FloatType.Kind switch
    {
        FloatKind.F32 => BitConverter.UInt32BitsToSingle((uint)low),
        FloatKind.F64 => BitConverter.UInt64BitsToDouble(low),
        _ => Wide(),
    };

    private double Wide() => FloatType.Semantics.ToDouble(Bits);

    /// <summary>The constant nearest to a double.</summary>
    public static FloatAttr Get(FloatType type, double value) => type.Kind switch
    {
        FloatKind.F32 when !double.IsNaN(value) => FromHalves(type, BitConverter.SingleToUInt32Bits((float)value), 0),
        FloatKind.F64 => FromHalves(type, BitConverter.DoubleToUInt64Bits(value), 0),
        _ => Rounded(type, value),
    };

    private static FloatAttr Rounded(FloatType type, double value) => FromBits(type, type.Semantics.FromDouble(value));

    /// <summary>The constant with these bits.</summary>
    public static FloatAttr FromBits(FloatType type, UInt128 bits)
    {
        bits = type.Semantics.Canonical(bits);
        return FromHalves(type, (ulong)bits, (ulong)(bits >> 64));
    }

    /// <summary>The constant with these bits, which are valid ones of the format.</summary>
    internal static FloatAttr FromHalves(FloatType type, ulong low, ulong high) => type.Context.InternAttr<FloatAttr, Key>(new Key(type, low, high));

    protected internal override bool SameStructure(Interned other) =>
        other is FloatAttr o && o.FloatType == FloatType && o.low == low && o.high == high;

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        bool isDecimal = FloatText.Write(printer.Out, FloatType.Semantics, high, low);
        // Hexadecimal digits without a type would be read as an integer.
        if (elideType == TypeElision.May && isDecimal && FloatType.Kind == FloatKind.F64) return;
        printer.WriteTypeOf(FloatType, elideType);
    }

    private readonly struct Key(FloatType type, ulong low, ulong high) : IInternKey
    {
        public int Hash => Support.Hash.Combine(203, type.Identity, Support.Hash.Combine(Support.Hash.Of((long)low), Support.Hash.Of((long)high)));

        public bool Matches(Interned c) => c is FloatAttr a && a.low == low && a.high == high && a.FloatType == type;

        public Interned Make() => new FloatAttr(type, low, high, Hash);
    }
}
