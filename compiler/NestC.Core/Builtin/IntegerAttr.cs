using System.Numerics;
using System.Runtime.CompilerServices;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>An integer constant of an integer type or index: `5 : i32`; signless one-bit ones are `true` and `false`.</summary>
public sealed class IntegerAttr : Attr, ITypedAttr, IBuiltinObject
{
    private readonly long low;
    private readonly BigIntegerBox? wide;

    private IntegerAttr(IrType type, long low, BigIntegerBox? wide, int hash) : base(hash) =>
        (Type, this.low, this.wide) = (type, low, wide);

    // Only values that need more than 64 bits pay for a BigInteger.
    private sealed class BigIntegerBox(BigInteger value)
    {
        public readonly BigInteger Value = value;
    }

    public IrType Type { get; }

    /// <summary>Whether the value does not fit 64 bits: only <see cref="BigValue"/> holds it then.</summary>
    public bool IsWide => wide is not null;

    /// <summary>
    /// The value: signed, except of unsigned types and of i1 (0 or 1); for ui64 its 64 bits. Its low bits when <see cref="IsWide"/>.
    /// </summary>
    public long Value => low;

    public BigInteger BigValue => wide is not null ? wide.Value : IsUnsigned(Type) ? (ulong)low : low;

    /// <summary>The constant of this type whose low bits are those of <paramref name="value"/>.</summary>
    /// <exception cref="ArgumentException">The type is neither an integer type nor index.</exception>
    public static IntegerAttr Get(IrType type, long value)
    {
        int width = WidthOf(type);
        if (width < 64) value = Extend(type, value, width);
        else if (width > 64 && value < 0 && IsUnsigned(type)) return GetWide(type, value);
        return type.Context.InternAttr<IntegerAttr, Key>(new Key(type, value, null));
    }

    // Apart from its caller, which loads the library of big numbers otherwise.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IntegerAttr GetWide(IrType type, long value) => Get(type, (BigInteger)value);

    /// <summary>The constant of this type that equals the value modulo two to the power of its width.</summary>
    public static IntegerAttr Get(IrType type, BigInteger value)
    {
        int width = WidthOf(type);
        BigInteger modulus = BigInteger.One << width;
        value %= modulus;
        if (value.Sign < 0) value += modulus;
        if (!IsUnsigned(type) && width > 0 && value >= modulus >> 1) value -= modulus;
        bool fits = width <= 64 && IsUnsigned(type) ? value <= ulong.MaxValue : value >= long.MinValue && value <= long.MaxValue;
        if (fits) return type.Context.InternAttr<IntegerAttr, Key>(new Key(type, value > long.MaxValue ? (long)(ulong)value : (long)value, null));
        return type.Context.InternAttr<IntegerAttr, Key>(new Key(type, (long)(ulong)(value & ulong.MaxValue), new BigIntegerBox(value)));
    }

    /// <summary>The least two's complement bytes of the type, little endian; bits above the width are zero, as in the data of elements that are read.</summary>
    public void WriteBytes(Span<byte> bytes)
    {
        BigInteger value = BigValue;
        bytes.Fill(value.Sign < 0 ? (byte)255 : (byte)0);
        Span<byte> all = value.ToByteArray();
        all[..Math.Min(all.Length, bytes.Length)].CopyTo(bytes);
        int width = WidthOf(Type);
        if (width < 8 * bytes.Length && width % 8 != 0) bytes[width / 8] &= (byte)((1 << width % 8) - 1);
        for (int i = (width + 7) / 8; i < bytes.Length; i++) bytes[i] = 0;
    }

    internal static bool IsUnsigned(IrType type) => type is IntegerType { IsUnsigned: true } or IntegerType { Width: 1, IsSignless: true };

    private static int WidthOf(IrType type) => type switch
    {
        IntegerType i => i.Width,
        IndexType => IndexType.StorageWidth,
        _ => throw new ArgumentException($"{type} is not the type of an integer"),
    };

    private static long Extend(IrType type, long value, int width)
    {
        if (width == 0) return 0;
        int unused = 64 - width;
        return IsUnsigned(type) ? (long)((ulong)value << unused >> unused) : value << unused >> unused;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is IntegerAttr o && o.Type == Type && o.low == low && (wide is null ? o.wide is null : SameWide(wide, o.wide));

    [MethodImpl(MethodImplOptions.NoInlining)]      // as above
    private static bool SameWide(BigIntegerBox a, BigIntegerBox? b) => b is not null && a.Value == b.Value;

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        if (Type.IsSignlessInteger(1))
        {
            printer.Out.Write(low != 0 ? "true"u8 : "false"u8);
            return;
        }
        if (wide is not null) printer.Out.Write(TextOf(wide));
        else if (IsUnsigned(Type)) printer.Out.Write((ulong)low);
        else printer.Out.Write(low);
        if (elideType == TypeElision.May && Type.IsSignlessInteger(64)) return;
        printer.WriteTypeOf(Type, elideType);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]      // as above
    private static string TextOf(BigIntegerBox wide) => wide.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private readonly struct Key(IrType type, long low, BigIntegerBox? wide) : IInternKey
    {
        public int Hash => Support.Hash.Combine(202, type.Identity, Support.Hash.Of(low));

        public bool Matches(Interned c) =>
            c is IntegerAttr a && a.low == low && a.Type == type
            && (wide is null ? a.wide is null : SameWide(wide, a.wide));

        public Interned Make() => new IntegerAttr(type, low, wide, Hash);
    }
}
