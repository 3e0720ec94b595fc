using System.Numerics;

namespace NestC.Builtin.Arith;

// What the integer operations compute. Operands come as signed numbers.
internal static class Unsigned
{
    /// <summary>The unsigned number of the same bits.</summary>
    public static T Of<T>(T signed, int width) where T : struct, IBinaryInteger<T> => T.IsNegative(signed) ? signed + (T.One << width) : signed;
}

internal static class Division
{
    /// <summary>Whether a quotient does not fit: the least number by -1.</summary>
    public static bool Overflows<T>(T a, T b, int width) where T : struct, IBinaryInteger<T> => b == -T.One && a == -(T.One << (width - 1));
}

internal readonly struct AddFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a + b;
        return true;
    }
}

internal readonly struct SubFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a - b;
        return true;
    }
}

internal readonly struct MulFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a * b;
        return true;
    }
}

internal readonly struct MulHighSignedFold : IIntegerFold
{
    public static int FastWidth => 32;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a * b >> width;
        return true;
    }
}

internal readonly struct MulHighUnsignedFold : IIntegerFold
{
    public static int FastWidth => 31;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = Unsigned.Of(a, width) * Unsigned.Of(b, width) >> width;
        return true;
    }
}

/// <summary>Whether a sum (the first operand) is below one of its addends.</summary>
internal readonly struct CarryFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = Unsigned.Of(a, width) < Unsigned.Of(b, width) ? T.One : T.Zero;
        return true;
    }
}

internal readonly struct DivUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b)) return false;
        result = Unsigned.Of(a, width) / Unsigned.Of(b, width);
        return true;
    }
}

internal readonly struct RemUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b)) return false;
        result = Unsigned.Of(a, width) % Unsigned.Of(b, width);
        return true;
    }
}

internal readonly struct CeilDivUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b)) return false;
        (result, T rest) = T.DivRem(Unsigned.Of(a, width), Unsigned.Of(b, width));
        if (!T.IsZero(rest)) result++;
        return true;
    }
}

internal readonly struct DivSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b) || Division.Overflows(a, b, width)) return false;
        result = a / b;
        return true;
    }
}

internal readonly struct RemSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b)) return false;
        if (!Division.Overflows(a, b, width)) result = a % b;
        return true;
    }
}

internal readonly struct FloorDivSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b) || Division.Overflows(a, b, width)) return false;
        (result, T rest) = T.DivRem(a, b);
        if (!T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b)) result--;
        return true;
    }
}

/// <summary>As upstream, nothing folds where the negation of an operand would overflow.</summary>
internal readonly struct CeilDivSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = default;
        if (T.IsZero(b)) return false;
        if (T.IsZero(a)) return true;
        T least = -(T.One << (width - 1));
        if (a == least || b == least) return false;
        (result, T rest) = T.DivRem(a, b);
        if (!T.IsZero(rest) && T.IsNegative(rest) == T.IsNegative(b)) result++;
        return true;
    }
}

internal readonly struct AndFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a & b;
        return true;
    }
}

internal readonly struct OrFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a | b;
        return true;
    }
}

internal readonly struct XOrFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a ^ b;
        return true;
    }
}

internal readonly struct ShLFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        bool fits = ShiftAmount.Fits(b, width, out int amount);
        result = fits ? a << amount : default;
        return fits;
    }
}

internal readonly struct ShRUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        bool fits = ShiftAmount.Fits(b, width, out int amount);
        result = fits ? Unsigned.Of(a, width) >> amount : default;
        return fits;
    }
}

internal readonly struct ShRSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        bool fits = ShiftAmount.Fits(b, width, out int amount);
        result = fits ? a >> amount : default;
        return fits;
    }
}

internal static class ShiftAmount
{
    /// <summary>Whether an amount, read as unsigned, is below the width.</summary>
    public static bool Fits<T>(T b, int width, out int amount) where T : struct, IBinaryInteger<T>
    {
        bool fits = !T.IsNegative(b) && b < T.CreateSaturating(width);
        amount = fits ? int.CreateSaturating(b) : 0;
        return fits;
    }
}

internal readonly struct MaxSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a > b ? a : b;
        return true;
    }
}

internal readonly struct MinSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a < b ? a : b;
        return true;
    }
}

internal readonly struct MaxUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = Unsigned.Of(a, width) > Unsigned.Of(b, width) ? a : b;
        return true;
    }
}

internal readonly struct MinUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = Unsigned.Of(a, width) < Unsigned.Of(b, width) ? a : b;
        return true;
    }
}

internal readonly struct EqualFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a == b ? T.One : T.Zero;
        return true;
    }
}

internal readonly struct NotEqualFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a != b ? T.One : T.Zero;
        return true;
    }
}

internal readonly struct LessSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a < b ? T.One : T.Zero;
        return true;
    }
}

internal readonly struct LessEqualSFold : IIntegerFold
{
    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = a <= b ? T.One : T.Zero;
        return true;
    }
}

internal readonly struct LessUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = Unsigned.Of(a, width) < Unsigned.Of(b, width) ? T.One : T.Zero;
        return true;
    }
}

internal readonly struct LessEqualUFold : IIntegerFold
{
    public static bool IsUnsigned => true;

    public static bool Apply<T>(T a, T b, int width, out T result) where T : struct, IBinaryInteger<T>
    {
        result = Unsigned.Of(a, width) <= Unsigned.Of(b, width) ? T.One : T.Zero;
        return true;
    }
}
