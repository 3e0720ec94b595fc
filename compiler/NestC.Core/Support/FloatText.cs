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
            if (significandHigh == 0 && TryWriteFast(output, semantics, negative, significandLow, exponent, digits)) return true;
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

    // Exact in 64 and 128 bits, which does for most values of the formats in use; false, and nothing written, for others.
    private static bool TryWriteFast(Utf8Writer output, FloatSemantics semantics, bool negative, ulong significand, int exponent, Span<byte> digits)
    {
        if (!TryDigits(significand, exponent, 6, out ulong number, out int scale)) return false;
        if (!TryParsesBack(semantics, significand, exponent, number, scale, out bool same)) return false;
        if (same)
        {
            if (negative) output.Write('-');
            WriteScientific(output, digits[..Spell(number, digits)], scale, 6);
            return true;
        }
        int precision = 2 + semantics.Precision * 59 / 196;
        return TryDigits(significand, exponent, precision, out number, out scale)
            && WriteGeneral(output, digits[..Spell(number, digits)], scale, precision, negative);
    }

    private static int Spell(ulong number, Span<byte> digits)
    {
        int n = 1;
        for (ulong rest = number; rest >= 10; rest /= 10) n++;
        for (int i = n - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + number % 10);
            number /= 10;
        }
        return n;
    }

    private static ReadOnlySpan<ulong> PowersOfFive =>
    [
        1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125, 244140625, 1220703125, 6103515625, 30517578125, 152587890625,
        762939453125, 3814697265625, 19073486328125, 95367431640625, 476837158203125, 2384185791015625, 11920928955078125, 59604644775390625,
        298023223876953125, 1490116119384765625, 7450580596923828125,
    ];

    // As Digits: the value is m / 2^k = m * 5^k / 10^k. Of m * 5^k the last `drop` digits are dropped, that is m * 5^(k - drop) / 2^drop.
    private static bool TryDigits(ulong significand, int exponent, int precision, out ulong number, out int scale)
    {
        number = 0;
        int zeros = Bits.TrailingZeroCount(significand);
        significand >>= zeros;
        int k = -(exponent + zeros);
        scale = -k;
        if (k <= 0)
        {
            // An integer.
            if (Bits.Log2(significand) - k > 62) return false;
            (number, scale, k) = (significand << -k, 0, 0);
        }
        int wanted = (precision * 196 + 58) / 59, bits;
        if (k == 0) bits = Bits.Log2(number) + 1;
        else
        {
            // The length of m * 5^k in bits; where its logarithm is too near to an integer to tell, the other way is taken.
            double length = Math.Log2(significand) + k * 2.3219280948873623;
            bits = (int)length + 1;
            double fraction = length - (int)length;
            if (fraction is < 1e-9 or > 1 - 1e-9 || significand >> 53 != 0 || k > 400) return false;
        }
        int drop = bits > wanted ? (bits - wanted) * 59 / 196 : 0;
        scale += drop;
        if (k == 0)
        {
            for (; drop > 0; drop--) number /= 10;
        }
        else if (k >= drop)
        {
            if (k - drop >= PowersOfFive.Length) return false;
            ulong high = Multiply(significand, PowersOfFive[k - drop], out ulong low);
            if (drop >= 128 || (drop < 64 && high >> drop != 0)) return false;
            number = drop >= 64 ? high >> (drop - 64) : drop == 0 ? low : low >> drop | high << (64 - drop);
        }
        else
        {
            if (k >= 64) return false;
            number = significand >> k;
            for (int i = drop - k; i > 0; i--) number /= 10;
        }
        if (number == 0) return false;
        int n = 1;
        for (ulong rest = number; rest >= 10; rest /= 10) n++;
        if (n > precision)
        {
            for (int i = n - precision - 1; i > 0; i--) number /= 10;
            bool up = number % 10 >= 5;
            number = number / 10 + (up ? 1UL : 0);
            scale += n - precision;
        }
        while (number % 10 == 0)
        {
            number /= 10;
            scale++;
        }
        return true;
    }

    // By halves: Math.BigMul asks what the processor has, so a method that it is part of is compiled at start-up.
    private static ulong Multiply(ulong a, ulong b, out ulong low)
    {
        ulong al = (uint)a, ah = a >> 32, bl = (uint)b, bh = b >> 32;
        ulong bottom = al * bl, middle = ah * bl + (bottom >> 32), cross = al * bh + (uint)middle;
        low = cross << 32 | (uint)bottom;
        return ah * bh + (middle >> 32) + (cross >> 32);
    }

    // Whether number * 10^scale rounds to significand * 2^exponent, by way of the nearest double; false when that does not tell.
    private static bool TryParsesBack(FloatSemantics semantics, ulong significand, int exponent, ulong number, int scale, out bool same)
    {
        same = false;
        if (semantics.Precision > 53 || scale is > 22 or < -22 || significand >> (semantics.Precision - 1) != 1) return false;
        double nearest = scale < 0 ? number / powers[-scale] : number * powers[scale];
        ulong bits = BitConverter.DoubleToUInt64Bits(nearest);
        ulong fraction = bits & (1UL << 52) - 1 | 1UL << 52;
        int power = (int)(bits >> 52) - 1075, spare = 53 - semantics.Precision;
        if (spare > 0)
        {
            ulong rest = fraction & (1UL << spare) - 1, half = 1UL << (spare - 1);
            if (rest == half) return false;     // between two neighbours, or rounded to there
            fraction = (fraction + half) >> spare;
            power += spare;
            if (fraction >> semantics.Precision != 0)
            {
                fraction >>= 1;
                power++;
            }
        }
        same = fraction == significand && power == exponent;
        return true;
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
