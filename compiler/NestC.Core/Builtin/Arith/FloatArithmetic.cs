using System.Numerics;
using NestC.Support;

namespace NestC.Builtin.Arith;

internal enum FloatOperation : byte { Add, Subtract, Multiply, Divide, Remainder, Maximum, Minimum, MaxNum, MinNum }

/// <summary>Arithmetic on the bits of any float format, rounded to nearest even; NaNs come out as LLVM's APFloat has them.</summary>
internal static class FloatArithmetic
{
    public static UInt128 Apply(FloatSemantics format, FloatOperation operation, UInt128 a, UInt128 b)
    {
        if (operation >= FloatOperation.Maximum) return Extreme(format, operation, a, b);
        FloatClass classA = Decode(format, a, out bool negativeA, out UInt128 significandA, out int exponentA);
        FloatClass classB = Decode(format, b, out bool negativeB, out UInt128 significandB, out int exponentB);
        if (classA == FloatClass.NaN) return Quiet(format, a);
        if (classB == FloatClass.NaN) return Quiet(format, b);
        if (IsInvalid(operation, classA, classB, negativeA, negativeB)) return format.NaN(false);
        // A double holds every result of the narrow formats well enough for a second rounding to be the same as one.
        if (format.Kind == FloatKind.F64) return BitConverter.DoubleToUInt64Bits(Native(operation, format.ToDouble(a), format.ToDouble(b)));
        if (format.Width <= 32) return format.FromDouble(Native(operation, format.ToDouble(a), format.ToDouble(b)));
        if (operation == FloatOperation.Subtract) negativeB = !negativeB;
        bool product = operation is FloatOperation.Multiply or FloatOperation.Divide;
        if (classA == FloatClass.Infinity) return format.Overflow(product ? negativeA != negativeB : negativeA);
        if (classB == FloatClass.Infinity)
        {
            return operation switch
            {
                FloatOperation.Multiply => format.Overflow(negativeA != negativeB),
                FloatOperation.Divide => format.Round(negativeA != negativeB, 0, 0),
                FloatOperation.Remainder => a,
                _ => format.Overflow(negativeB),
            };
        }
        if (operation == FloatOperation.Divide && classB == FloatClass.Zero) return format.Overflow(negativeA != negativeB);
        return operation switch
        {
            FloatOperation.Multiply => Round(format, negativeA != negativeB, (BigInteger)significandA * significandB, exponentA + exponentB),
            FloatOperation.Divide => Divide(format, negativeA != negativeB, significandA, exponentA, significandB, exponentB),
            FloatOperation.Remainder => Remainder(format, negativeA, significandA, exponentA, significandB, exponentB),
            _ => Add(format, negativeA, significandA, exponentA, negativeB, significandB, exponentB),
        };
    }

    /// <summary>Takes a value apart: it is significand * 2^exponent.</summary>
    public static FloatClass Decode(FloatSemantics format, UInt128 bits, out bool negative, out UInt128 significand, out int exponent)
    {
        FloatClass kind = format.Decode((ulong)(bits >> 64), (ulong)bits, out negative, out ulong high, out ulong low, out exponent);
        significand = new UInt128(high, low);
        return kind;
    }

    public static double Native(FloatOperation operation, double a, double b) => operation switch
    {
        FloatOperation.Add => a + b,
        FloatOperation.Subtract => a - b,
        FloatOperation.Multiply => a * b,
        FloatOperation.Divide => a / b,
        _ => a % b,
    };

    private static bool IsInvalid(FloatOperation operation, FloatClass a, FloatClass b, bool negativeA, bool negativeB) => operation switch
    {
        FloatOperation.Add => a == FloatClass.Infinity && b == FloatClass.Infinity && negativeA != negativeB,
        FloatOperation.Subtract => a == FloatClass.Infinity && b == FloatClass.Infinity && negativeA == negativeB,
        FloatOperation.Multiply => (a == FloatClass.Infinity && b == FloatClass.Zero) || (a == FloatClass.Zero && b == FloatClass.Infinity),
        FloatOperation.Divide => (a == FloatClass.Infinity && b == FloatClass.Infinity) || (a == FloatClass.Zero && b == FloatClass.Zero),
        _ => a == FloatClass.Infinity || b == FloatClass.Zero,
    };

    // The quiet NaN with the payload of a signalling one.
    private static UInt128 Quiet(FloatSemantics format, UInt128 nan) =>
        format.NonFinite == NonFinite.Ieee ? nan | UInt128.One << (format.Precision - 2) : nan;

    private static UInt128 Add(FloatSemantics format, bool negativeA, UInt128 a, int exponentA, bool negativeB, UInt128 b, int exponentB)
    {
        if (a == 0 && b == 0) return format.Round(negativeA && negativeB, 0, 0);
        int exponent = a == 0 ? exponentB : b == 0 ? exponentA : Math.Min(exponentA, exponentB);
        BigInteger sum = Signed(negativeA, a, exponentA - exponent) + Signed(negativeB, b, exponentB - exponent);
        return Round(format, sum.Sign < 0, BigInteger.Abs(sum), exponent);
    }

    private static BigInteger Signed(bool negative, UInt128 significand, int shift)
    {
        if (significand == 0) return BigInteger.Zero;
        BigInteger value = (BigInteger)significand << shift;
        return negative ? -value : value;
    }

    private static UInt128 Divide(FloatSemantics format, bool negative, UInt128 a, int exponentA, UInt128 b, int exponentB)
    {
        const int extra = 256;
        BigInteger quotient = BigInteger.DivRem((BigInteger)a << extra, b, out BigInteger rest);
        return Round(format, negative, quotient, exponentA - exponentB - extra, !rest.IsZero);
    }

    private static UInt128 Remainder(FloatSemantics format, bool negative, UInt128 a, int exponentA, UInt128 b, int exponentB)
    {
        int exponent = Math.Min(exponentA, exponentB);
        BigInteger rest = ((BigInteger)a << (exponentA - exponent)) % ((BigInteger)b << (exponentB - exponent));
        return Round(format, negative, rest, exponent);
    }

    /// <summary>The value of the format nearest to magnitude * 2^exponent, ties to even.</summary>
    public static UInt128 Round(FloatSemantics format, bool negative, BigInteger magnitude, int exponent, bool sticky = false)
    {
        int excess = (int)magnitude.GetBitLength() - 120;
        if (excess > 0)
        {
            sticky |= !(magnitude & (BigInteger.One << excess) - 1).IsZero;
            magnitude >>= excess;
            exponent += excess;
        }
        return format.Round(negative, (UInt128)magnitude, exponent, sticky);
    }

    private static UInt128 Extreme(FloatSemantics format, FloatOperation operation, UInt128 a, UInt128 b)
    {
        bool nanA = IsNaN(format, a), nanB = IsNaN(format, b);
        if (nanA || nanB)
        {
            bool propagates = operation is FloatOperation.Maximum or FloatOperation.Minimum;
            return nanA == propagates ? a : b;
        }
        bool greater = operation is FloatOperation.Maximum or FloatOperation.MaxNum;
        int order = Compare(format, a, b)!.Value;
        // Of two zeros the positive one is greater.
        if (order == 0) return a == b ? a : (a > b) == greater ? b : a;
        return (order < 0) == greater ? b : a;
    }

    public static bool IsNaN(FloatSemantics format, UInt128 bits) => Decode(format, bits, out _, out _, out _) == FloatClass.NaN;

    /// <summary>Below, at or above zero as the first is less than, equal to or greater than the second; null when one is NaN.</summary>
    public static int? Compare(FloatSemantics format, UInt128 a, UInt128 b)
    {
        FloatClass classA = Decode(format, a, out bool negativeA, out _, out _), classB = Decode(format, b, out bool negativeB, out _, out _);
        if (classA == FloatClass.NaN || classB == FloatClass.NaN) return null;
        if (classA == FloatClass.Zero && classB == FloatClass.Zero) return 0;
        if (negativeA != negativeB) return negativeA ? -1 : 1;
        return negativeA ? b.CompareTo(a) : a.CompareTo(b);
    }

    /// <summary>The value with the other sign; a format with one NaN and one zero keeps those.</summary>
    public static UInt128 Negate(FloatSemantics format, UInt128 bits)
    {
        UInt128 sign = UInt128.One << (format.Width - 1);
        return format.NonFinite == NonFinite.NanNegativeZero && (bits & ~sign) == 0 ? bits : bits ^ sign;
    }

    /// <summary>The same value in another format; null where that loses something.</summary>
    public static UInt128? ConvertExactly(FloatSemantics from, UInt128 bits, FloatSemantics to)
    {
        FloatClass kind = Decode(from, bits, out bool negative, out UInt128 significand, out int exponent);
        bool ieee = from.NonFinite == NonFinite.Ieee && to.NonFinite == NonFinite.Ieee;
        switch (kind)
        {
            case FloatClass.NaN:
                return ConvertNaN(from, bits, negative, to);
            case FloatClass.Infinity:
                return ieee ? to.Overflow(negative) : null;
            case FloatClass.Zero:
                return negative && to.NonFinite == NonFinite.NanNegativeZero ? null : to.Round(negative, 0, 0);
        }
        UInt128 rounded = to.Round(negative, significand, exponent);
        if (Decode(to, rounded, out _, out UInt128 other, out int otherExponent) != FloatClass.Finite) return null;
        int zeros = (int)UInt128.TrailingZeroCount(significand), otherZeros = (int)UInt128.TrailingZeroCount(other);
        return significand >> zeros == other >> otherZeros && exponent + zeros == otherExponent + otherZeros ? rounded : null;
    }

    // The payload keeps its leading bits; a signalling NaN is left alone.
    private static UInt128? ConvertNaN(FloatSemantics from, UInt128 bits, bool negative, FloatSemantics to)
    {
        if (to.NonFinite != NonFinite.Ieee) return null;
        if (from.NonFinite == NonFinite.NanNegativeZero) return to.NaN(false);
        UInt128 payload = bits & ((UInt128.One << (from.Precision - 1)) - 1);
        if (payload >> (from.Precision - 2) == 0) return null;
        int shift = to.Precision - from.Precision;
        if (shift < 0 && (payload & ((UInt128.One << -shift) - 1)) != 0) return null;
        return to.Overflow(negative) | (shift < 0 ? payload >> -shift : payload << shift);
    }

    /// <summary>The value rounded towards zero; null when it is no number.</summary>
    public static BigInteger? Truncate(FloatSemantics format, UInt128 bits)
    {
        FloatClass kind = Decode(format, bits, out bool negative, out UInt128 significand, out int exponent);
        if (kind is FloatClass.NaN or FloatClass.Infinity) return null;
        BigInteger magnitude = exponent >= 0 ? (BigInteger)significand << exponent : (BigInteger)significand >> -exponent;
        return negative ? -magnitude : magnitude;
    }
}
