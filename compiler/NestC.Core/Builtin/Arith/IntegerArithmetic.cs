using System.Numerics;

namespace NestC.Builtin.Arith;

/// <summary>What integer folds compute; comparisons and the carry yield 1 or 0.</summary>
internal enum IntegerOperation : byte
{
    Add, Sub, Mul,

    /// <summary>The high half of the product.</summary>
    MulHighSigned, MulHighUnsigned,

    /// <summary>Whether a sum (the first operand) is below one of its addends.</summary>
    Carry,

    DivU, DivS, RemU, RemS, CeilDivU, CeilDivS, FloorDivS,
    And, Or, XOr, ShL, ShRU, ShRS,
    MaxS, MinS, MaxU, MinU,
    Equal, NotEqual, LessS, LessEqualS, LessU, LessEqualU,
}

/// <summary>
/// Integer arithmetic on constants of up to 64 bits. Operands are read as signed; results may be of any size and are taken modulo two to
/// the power of the width. No generic mathematics: ReadyToRun does not precompile it.
/// </summary>
internal static class IntegerArithmetic
{
    /// <summary>The greatest width for which 64 bits hold every intermediate value, or wrap without harm.</summary>
    public static int GreatestWidth(IntegerOperation operation) => operation is IntegerOperation.MulHighSigned or IntegerOperation.MulHighUnsigned ? 32 : 64;

    /// <summary>False where the operation has no value, so that nothing folds: a division by zero, a shift by the width or more.</summary>
    public static bool Apply(IntegerOperation operation, long a, long b, int width, out long result)
    {
        result = 0;
        switch (operation)
        {
            case IntegerOperation.Add:
                result = a + b;
                return true;
            case IntegerOperation.Sub:
                result = a - b;
                return true;
            case IntegerOperation.Mul:
                result = a * b;
                return true;
            case IntegerOperation.MulHighSigned:
                result = a * b >> width;
                return true;
            case IntegerOperation.MulHighUnsigned:
                result = (long)(Unsigned(a, width) * Unsigned(b, width) >> width);
                return true;
            case IntegerOperation.And:
                result = a & b;
                return true;
            case IntegerOperation.Or:
                result = a | b;
                return true;
            case IntegerOperation.XOr:
                result = a ^ b;
                return true;
            case IntegerOperation.MaxS:
                result = a > b ? a : b;
                return true;
            case IntegerOperation.MinS:
                result = a < b ? a : b;
                return true;
            case IntegerOperation.MaxU:
                result = Unsigned(a, width) > Unsigned(b, width) ? a : b;
                return true;
            case IntegerOperation.MinU:
                result = Unsigned(a, width) < Unsigned(b, width) ? a : b;
                return true;
            case IntegerOperation.ShL or IntegerOperation.ShRU or IntegerOperation.ShRS:
                return Shift(operation, a, b, width, out result);
            case >= IntegerOperation.DivU and <= IntegerOperation.FloorDivS:
                return Divide(operation, a, b, width, out result);
            default:
                result = Compare(operation, a, b, width) ? 1 : 0;
                return true;
        }
    }

    private static ulong Unsigned(long value, int width) => width == 0 ? 0 : (ulong)value << (64 - width) >> (64 - width);

    private static bool Compare(IntegerOperation operation, long a, long b, int width) => operation switch
    {
        IntegerOperation.Equal => a == b,
        IntegerOperation.NotEqual => a != b,
        IntegerOperation.LessS => a < b,
        IntegerOperation.LessEqualS => a <= b,
        IntegerOperation.LessU or IntegerOperation.Carry => Unsigned(a, width) < Unsigned(b, width),
        IntegerOperation.LessEqualU => Unsigned(a, width) <= Unsigned(b, width),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static bool Shift(IntegerOperation operation, long a, long b, int width, out long result)
    {
        result = 0;
        // The amount is unsigned: a negative one is greater than any width.
        if (b < 0 || b >= width) return false;
        result = operation switch
        {
            IntegerOperation.ShL => a << (int)b,
            IntegerOperation.ShRU => (long)(Unsigned(a, width) >> (int)b),
            _ => a >> (int)b,
        };
        return true;
    }

    private static bool Divide(IntegerOperation operation, long a, long b, int width, out long result)
    {
        result = 0;
        if (b == 0) return false;
        ulong dividend = Unsigned(a, width), divisor = Unsigned(b, width);
        long least = width == 0 ? 0 : -(1L << (width - 1));
        bool overflows = b == -1 && a == least;
        switch (operation)
        {
            case IntegerOperation.DivU:
                result = (long)(dividend / divisor);
                return true;
            case IntegerOperation.RemU:
                result = (long)(dividend % divisor);
                return true;
            case IntegerOperation.CeilDivU:
                result = (long)(dividend / divisor) + (dividend % divisor == 0 ? 0 : 1);
                return true;
            case IntegerOperation.DivS:
                if (!overflows) result = a / b;
                return !overflows;
            case IntegerOperation.RemS:
                if (!overflows) result = a % b;
                return true;
            case IntegerOperation.FloorDivS:
                if (overflows) return false;
                result = a / b;
                if (a % b != 0 && a % b < 0 != b < 0) result--;
                return true;
            default:
                // As upstream, nothing folds where the negation of an operand would overflow.
                if (a == 0) return true;
                if (a == least || b == least) return false;
                result = a / b;
                if (a % b != 0 && a % b < 0 == b < 0) result++;
                return true;
        }
    }
}

/// <summary>The same on numbers of any width.</summary>
internal static class WideArithmetic
{
    /// <inheritdoc cref="IntegerArithmetic.Apply"/>
    public static bool Apply(IntegerOperation operation, BigInteger a, BigInteger b, int width, out BigInteger result)
    {
        result = default;
        if (operation is IntegerOperation.ShL or IntegerOperation.ShRU or IntegerOperation.ShRS && (b.Sign < 0 || b >= width)) return false;
        if (operation is >= IntegerOperation.DivU and <= IntegerOperation.FloorDivS) return Divide(operation, a, b, width, out result);
        result = operation switch
        {
            IntegerOperation.Add => a + b,
            IntegerOperation.Sub => a - b,
            IntegerOperation.Mul => a * b,
            IntegerOperation.MulHighSigned => a * b >> width,
            IntegerOperation.MulHighUnsigned => Unsigned(a, width) * Unsigned(b, width) >> width,
            IntegerOperation.And => a & b,
            IntegerOperation.Or => a | b,
            IntegerOperation.XOr => a ^ b,
            IntegerOperation.MaxS => BigInteger.Max(a, b),
            IntegerOperation.MinS => BigInteger.Min(a, b),
            IntegerOperation.MaxU => Unsigned(a, width) > Unsigned(b, width) ? a : b,
            IntegerOperation.MinU => Unsigned(a, width) < Unsigned(b, width) ? a : b,
            IntegerOperation.ShL => a << (int)b,
            IntegerOperation.ShRU => Unsigned(a, width) >> (int)b,
            IntegerOperation.ShRS => a >> (int)b,
            _ => Compare(operation, a, b, width) ? 1 : 0,
        };
        return true;
    }

    private static BigInteger Unsigned(BigInteger value, int width) => value.Sign < 0 ? value + (BigInteger.One << width) : value;

    private static bool Compare(IntegerOperation operation, BigInteger a, BigInteger b, int width) => operation switch
    {
        IntegerOperation.Equal => a == b,
        IntegerOperation.NotEqual => a != b,
        IntegerOperation.LessS => a < b,
        IntegerOperation.LessEqualS => a <= b,
        IntegerOperation.LessU or IntegerOperation.Carry => Unsigned(a, width) < Unsigned(b, width),
        IntegerOperation.LessEqualU => Unsigned(a, width) <= Unsigned(b, width),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    private static bool Divide(IntegerOperation operation, BigInteger a, BigInteger b, int width, out BigInteger result)
    {
        result = default;
        if (b.IsZero) return false;
        if (operation is IntegerOperation.DivU or IntegerOperation.RemU or IntegerOperation.CeilDivU) (a, b) = (Unsigned(a, width), Unsigned(b, width));
        BigInteger least = -(BigInteger.One << (width - 1));
        bool overflows = b == BigInteger.MinusOne && a == least;
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger rest);
        switch (operation)
        {
            case IntegerOperation.DivU:
                result = quotient;
                return true;
            case IntegerOperation.RemU:
                result = rest;
                return true;
            case IntegerOperation.CeilDivU:
                result = rest.IsZero ? quotient : quotient + 1;
                return true;
            case IntegerOperation.DivS:
                result = quotient;
                return !overflows;
            case IntegerOperation.RemS:
                if (!overflows) result = rest;
                return true;
            case IntegerOperation.FloorDivS:
                result = !rest.IsZero && rest.Sign < 0 != b.Sign < 0 ? quotient - 1 : quotient;
                return !overflows;
            default:
                if (a.IsZero) return true;
                if (a == least || b == least) return false;
                result = !rest.IsZero && rest.Sign < 0 == b.Sign < 0 ? quotient + 1 : quotient;
                return true;
        }
    }
}
