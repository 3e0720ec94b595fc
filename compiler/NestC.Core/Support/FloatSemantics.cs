using NestC.Builtin;

namespace NestC.Support;

/// <summary>What the largest exponent of a format stands for.</summary>
public enum NonFinite : byte
{
    /// <summary>Infinities and NaN, as IEEE 754 has them.</summary>
    Ieee,

    /// <summary>No infinities; all ones are NaN (the FN formats).</summary>
    NanAllOnes,

    /// <summary>No infinities and no negative zero: its pattern is NaN (the FNUZ formats).</summary>
    NanNegativeZero,
}

/// <summary>The class of a floating-point value.</summary>
internal enum FloatClass : byte { Zero, Finite, Infinity, NaN }

/// <summary>A binary floating-point format, with correctly rounded conversions. Figures as in LLVM's APFloat.</summary>
public sealed class FloatSemantics
{
    private static readonly FloatSemantics[] all =
    [
        new(FloatKind.F8E5M2, 8, 3, 15, -14),
        new(FloatKind.F8E4M3, 8, 4, 7, -6),
        new(FloatKind.F8E4M3FN, 8, 4, 8, -6, NonFinite.NanAllOnes),
        new(FloatKind.F8E5M2FNUZ, 8, 3, 15, -15, NonFinite.NanNegativeZero),
        new(FloatKind.F8E4M3FNUZ, 8, 4, 7, -7, NonFinite.NanNegativeZero),
        new(FloatKind.F8E4M3B11FNUZ, 8, 4, 4, -10, NonFinite.NanNegativeZero),
        new(FloatKind.BF16, 16, 8, 127, -126),
        new(FloatKind.F16, 16, 11, 15, -14),
        new(FloatKind.TF32, 19, 11, 127, -126),
        new(FloatKind.F32, 32, 24, 127, -126),
        new(FloatKind.F64, 64, 53, 1023, -1022),
        new(FloatKind.F80, 80, 64, 16383, -16382),
        new(FloatKind.F128, 128, 113, 16383, -16382),
    ];

    private FloatSemantics(FloatKind kind, int width, int precision, int maxExponent, int minExponent, NonFinite nonFinite = NonFinite.Ieee)
    {
        (Kind, Width, Precision, MaxExponent, MinExponent, NonFinite) = (kind, width, precision, maxExponent, minExponent, nonFinite);
        HasExplicitOne = kind == FloatKind.F80;
        fractionBits = HasExplicitOne ? precision : precision - 1;
        exponentMask = (1 << (width - 1 - fractionBits)) - 1;
    }

    private readonly int fractionBits, exponentMask;

    public FloatKind Kind { get; }

    /// <summary>Bits of a value.</summary>
    public int Width { get; }

    /// <summary>Bits of the significand, the leading one included.</summary>
    public int Precision { get; }

    public int MaxExponent { get; }

    public int MinExponent { get; }

    public NonFinite NonFinite { get; }

    /// <summary>Whether the leading one is stored (f80 alone).</summary>
    public bool HasExplicitOne { get; }

    public static FloatSemantics Of(FloatKind kind) => all[(int)kind];

    private int Bias => 1 - MinExponent;

    private UInt128 SignBit => UInt128.One << (Width - 1);

    /// <summary>As the other, over whole bits, for arithmetic; not for paths of every start.</summary>
    internal FloatClass Decode(UInt128 bits, out bool negative, out UInt128 significand, out int exponent)
    {
        FloatClass kind = Decode((ulong)(bits >> 64), (ulong)bits, out negative, out ulong high, out ulong low, out exponent);
        significand = new UInt128(high, low);
        return kind;
    }

    /// <summary>Takes a value apart: it is significand * 2^exponent. In halves, since ReadyToRun does not precompile UInt128.</summary>
    internal FloatClass Decode(ulong high, ulong low, out bool negative, out ulong significandHigh, out ulong significandLow, out int exponent)
    {
        int field;
        significandHigh = 0;
        if (Width <= 64)
        {
            negative = (low >> (Width - 1) & 1) != 0;
            significandLow = low & ((1UL << fractionBits) - 1);
            field = (int)(low >> fractionBits) & exponentMask;
        }
        else
        {
            int above = HasExplicitOne ? 0 : fractionBits - 64;
            negative = (high >> (above + 15) & 1) != 0;
            significandHigh = high & ((1UL << above) - 1);
            significandLow = low;
            field = (int)(high >> above) & exponentMask;
        }
        exponent = Math.Max(field, 1) - Bias - (Precision - 1);
        bool noFraction = (significandHigh | significandLow) == 0;
        if (NonFinite == NonFinite.NanNegativeZero)
        {
            if (negative && field == 0 && noFraction) return FloatClass.NaN;
        }
        else if (field == exponentMask)
        {
            if (NonFinite == NonFinite.NanAllOnes)
            {
                if (significandLow == (1UL << fractionBits) - 1) return FloatClass.NaN;
            }
            else if (HasExplicitOne) return significandLow == 1UL << 63 ? FloatClass.Infinity : FloatClass.NaN;
            else return noFraction ? FloatClass.Infinity : FloatClass.NaN;
        }
        if (HasExplicitOne)
        {
            if (field != 0 && significandLow >> 63 == 0) return FloatClass.NaN;
        }
        else if (field != 0)
        {
            if (fractionBits < 64) significandLow |= 1UL << fractionBits;
            else significandHigh |= 1UL << (fractionBits - 64);
        }
        return (significandHigh | significandLow) == 0 ? FloatClass.Zero : FloatClass.Finite;
    }

    /// <summary>The bits that a hexadecimal literal stands for: bits above the width are dropped, f80 patterns that are no number become NaN.</summary>
    internal UInt128 Canonical(UInt128 bits)
    {
        if (!HasExplicitOne) return Width == 128 ? bits : bits & ((UInt128.One << Width) - 1);
        int field = (int)(uint)(bits >> 64) & 0x7FFF;
        return field != 0 && (bits >> 63 & 1) == 0 ? bits | (UInt128)0x7FFF << 64 : bits;
    }

    /// <summary>The nearest value, ties to even, of (significand, plus something below its last bit if sticky) * 2^exponent.</summary>
    internal UInt128 Round(bool negative, UInt128 significand, int exponent, bool sticky = false)
    {
        if (significand == 0) return Signed(negative, 0);
        int bits = 128 - (int)UInt128.LeadingZeroCount(significand);
        int last = Math.Max(exponent + bits - Precision, MinExponent - (Precision - 1));
        int shift = last - exponent;
        if (shift > 128) (significand, sticky, shift) = (0, true, 0);
        if (shift == 128)
        {
            UInt128 half = UInt128.One << 127;
            significand = significand > half || (significand == half && sticky) ? UInt128.One : UInt128.Zero;
        }
        else if (shift > 0)
        {
            UInt128 rest = significand & ((UInt128.One << shift) - 1);
            UInt128 half = UInt128.One << (shift - 1);
            significand >>= shift;
            if (rest > half || (rest == half && (sticky || !UInt128.IsEvenInteger(significand)))) significand++;
        }
        else significand <<= -shift;
        if (significand == UInt128.One << Precision)
        {
            significand >>= 1;
            last++;
        }
        return Pack(negative, significand, last);
    }

    private UInt128 Pack(bool negative, UInt128 significand, int last)
    {
        if (significand == 0) return Signed(negative, 0);
        int exponent = last + Precision - 1;
        bool normal = significand >> (Precision - 1) != 0;
        if (exponent > MaxExponent) return Overflow(negative);
        UInt128 fraction = HasExplicitOne ? significand : significand & ((UInt128.One << fractionBits) - 1);
        if (NonFinite == NonFinite.NanAllOnes && exponent == MaxExponent && fraction == (UInt128.One << fractionBits) - 1)
            return Overflow(negative);
        return Signed(negative, (UInt128)(uint)(normal ? exponent + Bias : 0) << fractionBits | fraction);
    }

    private UInt128 Signed(bool negative, UInt128 magnitude) =>
        negative && !(magnitude == 0 && NonFinite == NonFinite.NanNegativeZero) ? magnitude | SignBit : magnitude;

    /// <summary>Infinity, or NaN where the format has none.</summary>
    internal UInt128 Overflow(bool negative) => NonFinite switch
    {
        NonFinite.Ieee => Signed(negative, (UInt128)(uint)exponentMask << fractionBits | (HasExplicitOne ? UInt128.One << 63 : 0)),
        _ => NaN(negative),
    };

    internal UInt128 NaN(bool negative) => NonFinite switch
    {
        NonFinite.NanNegativeZero => SignBit,
        NonFinite.NanAllOnes => Signed(negative, SignBit - 1),
        _ => Signed(negative, (UInt128)(uint)exponentMask << fractionBits | UInt128.One << (Precision - 2) | (HasExplicitOne ? UInt128.One << 63 : 0)),
    };

    /// <summary>The bits of the value nearest to <paramref name="value"/>, ties to even.</summary>
    public UInt128 FromDouble(double value)
    {
        if (Kind == FloatKind.F64) return BitConverter.DoubleToUInt64Bits(value);
        if (Kind == FloatKind.F32) return BitConverter.SingleToUInt32Bits((float)value);
        bool negative = double.IsNegative(value);
        if (double.IsNaN(value)) return NaN(negative);
        if (double.IsInfinity(value)) return Overflow(negative);
        Of(FloatKind.F64).Decode(0, BitConverter.DoubleToUInt64Bits(value), out _, out _, out ulong significand, out int exponent);
        return Round(negative, significand, exponent);
    }

    /// <summary>The double nearest to the value of these bits.</summary>
    public double ToDouble(UInt128 bits)
    {
        if (Kind == FloatKind.F64) return BitConverter.UInt64BitsToDouble((ulong)bits);
        if (Kind == FloatKind.F32) return BitConverter.UInt32BitsToSingle((uint)bits);
        return Decode((ulong)(bits >> 64), (ulong)bits, out bool negative, out ulong high, out ulong low, out int exponent) switch
        {
            FloatClass.NaN => double.NaN,
            FloatClass.Infinity => negative ? double.NegativeInfinity : double.PositiveInfinity,
            _ => BitConverter.UInt64BitsToDouble((ulong)Of(FloatKind.F64).Round(negative, new UInt128(high, low), exponent)),
        };
    }
}
