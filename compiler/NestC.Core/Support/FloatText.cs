using System.Numerics;

namespace NestC.Support;

/// <summary>
/// Decimal text of floating-point values in the digits that MLIR prints: six digits when they parse back to the same value,
/// else as many as the format can need, when that text has a dot, else the bits in hexadecimal.
/// </summary>
internal static class FloatText
{
    // Exact to 10^22: a product or quotient of two exact doubles is correctly rounded (Clinger's fast path).
    private static readonly double[] powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>The double nearest to a float literal (digits, a dot, digits, an exponent).</summary>
    public static double ParseDouble(ReadOnlySpan<byte> text)
    {
        ulong digits = 0;
        int scale = 0, i = 0;
        bool fraction = false, exact = true;
        for (; i < text.Length; i++)
        {
            byte c = text[i];
            if (c == '.')
            {
                fraction = true;
                continue;
            }
            if (!AsciiChar.IsDigit(c)) break;
            if (digits >= 1UL << 53) exact = false;
            else digits = digits * 10 + (ulong)(c - '0');
            if (fraction) scale--;
        }
        if (exact && digits < 1UL << 53)
        {
            if (i < text.Length)
            {
                bool negative = text[++i] == '-';
                if (negative || text[i] == '+') i++;
                int exponent = 0;
                for (; i < text.Length && exponent < 100_000; i++) exponent = exponent * 10 + (text[i] - '0');
                scale += negative ? -exponent : exponent;
            }
            if (scale is >= 0 and <= 22) return digits * powers[scale];
            if (scale is < 0 and >= -22) return digits / powers[-scale];
            if (digits == 0) return 0;
        }
        return double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value)
            ? value
            : 0;
    }

    /// <summary>Writes a double as an attribute of the type f64 has it.</summary>
    public static void Write(Utf8Writer output, double value) =>
        Write(output, FloatSemantics.Of(Builtin.FloatKind.F64), 0, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes the value; false when it was written as hexadecimal bits.</summary>
    public static bool Write(Utf8Writer output, FloatSemantics semantics, ulong high, ulong low)
    {
        FloatClass kind = semantics.Decode(high, low, out bool negative, out ulong significandHigh, out ulong significandLow, out int exponent);
        if (kind == FloatClass.Zero)
        {
            output.Write(negative ? "-0.000000e+00"u8 : "0.000000e+00"u8);
            return true;
        }
        if (kind == FloatClass.Finite)
        {
            Span<byte> digits = stackalloc byte[48];
            int n = Digits(significandHigh, significandLow, exponent, 6, digits, out int scale);
            if (ParsesBack(semantics, significandHigh, significandLow, exponent, digits[..n], scale))
            {
                if (negative) output.Write('-');
                WriteScientific(output, digits[..n], scale, 6);
                return true;
            }
            int precision = 2 + semantics.Precision * 59 / 196;
            n = Digits(significandHigh, significandLow, exponent, precision, digits, out scale);
            if (WriteGeneral(output, digits[..n], scale, precision, negative)) return true;
        }
        WriteHex(output, high, low);
        return false;
    }

    private static void WriteHex(Utf8Writer output, ulong high, ulong low)
    {
        output.Write("0x"u8);
        bool any = false;
        for (int i = 31; i >= 0; i--)
        {
            int digit = (int)((i >= 16 ? high : low) >> (4 * (i & 15))) & 15;
            if (digit == 0 && !any && i > 0) continue;
            any = true;
            output.Write("0123456789ABCDEF"u8[digit]);
        }
    }

    // Decimal digits, most significant first and without trailing zeros, such that the value is about digits * 10^scale.
    // LLVM's toString first drops decimal digits of the exact value by an estimate of their number, which at times leaves none
    // to round by; that is followed here, since it decides what is printed.
    private static int Digits(ulong high, ulong low, int exponent, int precision, Span<byte> result, out int scale)
    {
        int zeros = low != 0 ? BitOperations.TrailingZeroCount(low) : 64 + BitOperations.TrailingZeroCount(high);
        if (zeros >= 64) (high, low) = (0, high >> (zeros - 64));
        else if (zeros > 0) (high, low) = (high >> zeros, low >> zeros | high << (64 - zeros));
        exponent += zeros;
        BigNatural value = new(stackalloc uint[96], high, low);
        if (exponent >= 0)
        {
            value.ShiftLeft(exponent);
            scale = 0;
        }
        else
        {
            value.MultiplyPower(5, -exponent);
            scale = exponent;
        }
        int bits = value.BitLength, wanted = (precision * 196 + 58) / 59;
        if (bits > wanted)
        {
            int drop = (bits - wanted) * 59 / 196;
            scale += drop;
            for (; drop >= 9; drop -= 9) value.Divide(1_000_000_000);
            uint rest = 1;
            for (; drop > 0; drop--) rest *= 10;
            if (rest > 1) value.Divide(rest);
        }
        // At most about 57 digits are left: 128 bits of significand, or what the estimate above kept.
        Span<byte> least = stackalloc byte[64];
        int n = 0;
        while (!value.IsZero)
        {
            uint chunk = value.Divide(1_000_000_000);
            for (int i = 0; i < 9 && (chunk != 0 || !value.IsZero); i++)
            {
                least[n++] = (byte)(chunk % 10);
                chunk /= 10;
            }
        }
        int first = 0;
        if (n > precision)
        {
            first = n - precision;
            if (least[first - 1] >= 5)
            {
                int i = first;
                while (i < n && least[i] == 9) least[i++] = 0;
                if (i == n) least[n++] = 1;
                else least[i]++;
            }
        }
        while (first < n - 1 && least[first] == 0) first++;
        scale += first;
        for (int i = n - 1; i >= first; i--) result[n - 1 - i] = (byte)(least[i] + '0');
        return n - first;
    }

    // Whether digits * 10^scale rounds to significand * 2^exponent: compares with the middles to the neighbours, exactly.
    private static bool ParsesBack(FloatSemantics s, ulong high, ulong low, int exponent, ReadOnlySpan<byte> digits, int scale)
    {
        uint number = 0;
        foreach (byte d in digits) number = number * 10 + (uint)(d - '0');
        // In quarters of the last place: a power of two has a neighbour below that is half as far.
        int top = s.Precision - 1;
        bool isPower = top < 64 ? high == 0 && low == 1UL << top : low == 0 && high == 1UL << (top - 64);
        bool closerBelow = isPower && exponent > s.MinExponent - top;
        int below = Compare(number, scale, high, low, closerBelow ? -1 : -2, exponent - 2);
        int above = Compare(number, scale, high, low, 2, exponent - 2);
        bool even = (low & 1) == 0;
        return even ? below >= 0 && above <= 0 : below > 0 && above < 0;
    }

    // Compares number * 10^scale with (4 * significand + offset) * 2^exponent.
    private static int Compare(uint number, int scale, ulong high, ulong low, int offset, int exponent)
    {
        if (offset < 0)
        {
            high -= low == 0 ? 1UL : 0;
            low--;
            offset += 4;
        }
        BigNatural left = new(stackalloc uint[96], 0, number), right = new(stackalloc uint[96], high, low);
        right.ShiftLeft(2);
        right.Add((uint)offset);
        if (scale >= 0) left.MultiplyPower(5, scale);
        else right.MultiplyPower(5, -scale);
        int shift = exponent - scale;
        if (shift >= 0) right.ShiftLeft(shift);
        else left.ShiftLeft(-shift);
        return BigNatural.Compare(left, right);
    }

    private static void WriteScientific(Utf8Writer output, ReadOnlySpan<byte> digits, int scale, int fraction)
    {
        output.Write(digits[0]);
        output.Write('.');
        output.Write(digits[1..]);
        for (int i = digits.Length - 1; i < fraction; i++) output.Write('0');
        WriteExponent(output, 'e', scale + digits.Length - 1, 2);
    }

    private static void WriteExponent(Utf8Writer output, char letter, int exponent, int least)
    {
        output.Write(letter);
        output.Write(exponent < 0 ? '-' : '+');
        exponent = Math.Abs(exponent);
        if (least == 2 && exponent < 10) output.Write('0');
        output.Write((long)exponent);
    }

    // Plain notation where at most three zeros are padded, scientific otherwise; false, and nothing written, when there is no dot.
    private static bool WriteGeneral(Utf8Writer output, ReadOnlySpan<byte> digits, int scale, int precision, bool negative)
    {
        const int padding = 3;
        int n = digits.Length, top = scale + n - 1;
        bool scientific = scale >= 0 ? scale > padding || n + scale > precision : top < 0 && -top > padding;
        if (!scientific && scale >= 0) return false;
        if (negative) output.Write('-');
        if (scientific)
        {
            output.Write(digits[0]);
            output.Write('.');
            if (n == 1) output.Write('0');
            output.Write(digits[1..]);
            WriteExponent(output, 'E', top, 1);
            return true;
        }
        int whole = scale + n;
        if (whole > 0)
        {
            output.Write(digits[..whole]);
            output.Write('.');
            output.Write(digits[whole..]);
            return true;
        }
        output.Write("0."u8);
        for (int i = whole; i < 0; i++) output.Write('0');
        output.Write(digits);
        return true;
    }
}
