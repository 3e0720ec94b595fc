namespace NestC.Support;

/// <summary>
/// What <see cref="System.Numerics.BitOperations"/> says too, without asking what the processor has: a method that does is compiled
/// at start-up with all that is inlined into it (2 ms where floats are printed).
/// </summary>
public static class Bits
{
    /// <summary>The number of the highest bit that is set; <paramref name="value"/> is not 0.</summary>
    public static int Log2(ulong value)
    {
        // Without the bit below the highest one, rounding to a double never reaches the next power of two.
        ulong top = value & ~(value >> 1);
        double exact = (top >> 63) != 0 ? 9223372036854775808.0 : (long)top;
        return (int)(BitConverter.DoubleToInt64Bits(exact) >> 52) - 1023;
    }

    /// <summary>The number of the lowest bit that is set; <paramref name="value"/> is not 0.</summary>
    public static int TrailingZeroCount(ulong value) => Log2(value & (0 - value));
}
