using System.Globalization;
using System.Numerics;
using NestC.Builtin;
using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Vocabulary;

/// <summary>The digits of floats against arithmetic on whole numbers without limit, by the rules of LLVM's APFloat.</summary>
public class FloatTextTests
{
    [Fact]
    public void SinglePrecisionPrintsTheDigitsOfApFloat()
    {
        NestContext context = new();
        FloatType type = FloatType.F32(context);
        foreach (uint bits in Samples())
        {
            float value = BitConverter.UInt32BitsToSingle(bits);
            if (!float.IsFinite(value) || value == 0) continue;
            int field = (int)(bits >> 23 & 255);
            BigInteger significand = bits & 0x7FFFFF | (field == 0 ? 0u : 0x800000u);
            Check(FloatAttr.FromBits(type, bits).ToString(), significand, Math.Max(field, 1) - 150, 9,
                text => BitConverter.SingleToUInt32Bits(float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)) == (bits & 0x7FFFFFFF));
        }
    }

    [Fact]
    public void DoublePrecisionPrintsTheDigitsOfApFloat()
    {
        NestContext context = new();
        FloatType type = FloatType.F64(context);
        foreach (uint half in Samples())
        {
            ulong bits = half * 0x9E3779B97F4A7C15UL;
            if ((half & 3) == 0) bits = BitConverter.DoubleToUInt64Bits((half % 200000 - 100000.0) / 1000);
            double value = BitConverter.UInt64BitsToDouble(bits);
            if (!double.IsFinite(value) || value == 0) continue;
            int field = (int)(bits >> 52 & 2047);
            BigInteger significand = bits & (1UL << 52) - 1 | (field == 0 ? 0 : 1UL << 52);
            Check(FloatAttr.FromBits(type, bits).ToString(), significand, Math.Max(field, 1) - 1075, 17,
                text => BitConverter.DoubleToUInt64Bits(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)) == (bits & long.MaxValue));
        }
    }

    // All kinds of exponents, and many values of everyday size.
    private static IEnumerable<uint> Samples()
    {
        Random random = new(42);
        for (int i = 0; i < 20_000; i++)
        {
            yield return (uint)random.NextInt64(1L << 32);
            yield return BitConverter.SingleToUInt32Bits((float)(random.NextDouble() * Math.Pow(10, random.Next(-8, 12))));
            yield return BitConverter.SingleToUInt32Bits(random.Next(1, 100_000) / 64f);
            yield return BitConverter.SingleToUInt32Bits((float)(random.Next(1, 1_000_000) / Math.Pow(10, random.Next(0, 9))));
        }
    }

    private static void Check(string printed, BigInteger significand, int exponent, int precision, Func<string, bool> parsesBack)
    {
        (BigInteger digits, int scale) = Digits(significand, exponent, 6);
        if (!parsesBack($"{digits}e{scale}")) (digits, scale) = Digits(significand, exponent, precision);
        string text = printed[..printed.IndexOf(' ', StringComparison.Ordinal)];
        if (text.StartsWith("0x", StringComparison.Ordinal)) return;    // general notation without a dot
        Assert.Equal($"{digits}e{scale}", Plain(text));
    }

    // Digits without trailing zeros, and the power of ten of the last one.
    private static string Plain(string text)
    {
        text = text.TrimStart('-');
        int e = text.IndexOfAny(['e', 'E']), scale = e < 0 ? 0 : int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture);
        string number = e < 0 ? text : text[..e];
        int dot = number.IndexOf('.', StringComparison.Ordinal);
        scale -= number.Length - dot - 1;
        string digits = number.Remove(dot, 1).TrimStart('0');
        string trimmed = digits.TrimEnd('0');
        return $"{trimmed}e{scale + digits.Length - trimmed.Length}";
    }

    private static (BigInteger Digits, int Scale) Digits(BigInteger significand, int exponent, int precision)
    {
        while (significand.IsEven)
        {
            significand >>= 1;
            exponent++;
        }
        BigInteger value = exponent >= 0 ? significand << exponent : significand * BigInteger.Pow(5, -exponent);
        int scale = Math.Min(exponent, 0), bits = (int)value.GetBitLength(), wanted = (precision * 196 + 58) / 59;
        if (bits > wanted)
        {
            int drop = (bits - wanted) * 59 / 196;
            value /= BigInteger.Pow(10, drop);
            scale += drop;
        }
        int surplus = value.ToString(CultureInfo.InvariantCulture).Length - precision;
        if (surplus > 0)
        {
            BigInteger unit = BigInteger.Pow(10, surplus);
            value = (value + unit / 2) / unit;
            scale += surplus;
        }
        while (value % 10 == 0)
        {
            value /= 10;
            scale++;
        }
        return (value, scale);
    }
}
