using NestC.Builtin.Quant;
using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>real = (stored - zero) scale, of a storage of a number of bits with sign.</summary>
public readonly record struct AffineParameters(double Scale, long Zero)
{
    /// <summary>The parameters for a range of reals (the rules of Glow's quantization, Rotem et al. 2018): widened to contain 0, shaped by the schema,
    /// scale = (max - min) / levels; a scale of zero, or one below the normal f32 numbers, becomes 0.1; the zero point is taken from the end with the smaller rounding error.</summary>
    /// <param name="min">Least value observed.</param>
    /// <param name="max">Greatest value observed.</param>
    /// <param name="schema">How the range is shaped.</param>
    /// <param name="bits">2..32; at 32 the levels are those of 30 bits.</param>
    /// <param name="minExponent">Least exponent of a power-of-two scale.</param>
    /// <exception cref="EvaluationException">An end is NaN or infinite, or the ends are in the wrong order.</exception>
    public static AffineParameters Choose(double min, double max, QuantizationSchema schema, int bits, int? minExponent = null)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max)) throw new EvaluationException($"the range {Text(min)}..{Text(max)} is not finite");
        if (min > max) throw new EvaluationException($"the range {Text(min)}..{Text(max)} is empty");
        (min, max) = (Math.Min(min, 0), Math.Max(max, 0));
        int width = bits == 32 ? 30 : bits;
        double least = QuantStorage.DefaultMin(width, true), greatest = QuantStorage.DefaultMax(width, true);
        bool oneSided = schema == QuantizationSchema.SymmetricWithUint8 && min >= 0;
        if (schema != QuantizationSchema.Asymmetric && !oneSided)
        {
            double step = Math.Max(min / least, max / greatest);
            (min, max) = (least * step, greatest * step);
        }
        double scale = (max - min) / (greatest - least);
        if (!(scale >= MinScale)) scale = 0.1;
        if (schema == QuantizationSchema.SymmetricWithPower2Scale)
        {
            int exponent = CeilLog2(scale);
            if (minExponent is { } limit) exponent = Math.Max(exponent, limit);
            return new(Math.ScaleB(1, exponent), 0);
        }
        if (schema != QuantizationSchema.Asymmetric && !oneSided) return new(scale, 0);
        if (oneSided) return new(scale, (long)least);
        double fromMin = least - min / scale, fromMax = greatest - max / scale;
        double errorMin = Math.Abs(least) + Math.Abs(min / scale), errorMax = Math.Abs(greatest) + Math.Abs(max / scale);
        double initial = errorMin < errorMax ? fromMin : fromMax;
        // A range that is symmetric but for rounding has no business with another zero point.
        if (Math.Abs(max + min) <= 1e-7 * (max - min)) initial = 0;
        long zero = (long)Math.Clamp(Math.Round(initial, MidpointRounding.ToEven), least, greatest);
        return new(scale, zero);
    }

    // The reciprocal and quotients by smaller scales are not exact to f32's precision.
    private const double MinScale = 1.1754943508222875e-38;

    /// <summary>The least k with 2^k >= value.</summary>
    public static int CeilLog2(double value)
    {
        int k = Math.ILogB(value);
        return Math.ScaleB(1, k) < value ? k + 1 : k;
    }

    /// <summary>Whether a scale is a power of two, and which.</summary>
    public static bool IsPowerOfTwo(double scale, out int exponent)
    {
        exponent = Math.ILogB(scale);
        return Math.ScaleB(1, exponent) == scale;
    }

    /// <summary>The real value that a real becomes.</summary>
    public double RoundTrip(double x, int bits)
    {
        double q = Math.Round(x / Scale, MidpointRounding.ToEven) + Zero;
        return (Math.Clamp(q, QuantStorage.DefaultMin(bits, true), QuantStorage.DefaultMax(bits, true)) - Zero) * Scale;
    }

    /// <summary>m and s with m / 2^s nearest to a factor, m in 2^30..2^31-1, or smaller where s would exceed 62.</summary>
    /// <exception cref="EvaluationException">The factor is not positive, or too large.</exception>
    public static (long Multiplier, int Shift) Fixed(double factor)
    {
        if (!(factor > 0) || factor >= int.MaxValue) throw new EvaluationException($"the factor {Text(factor)} between scales is not in 0..2^31");
        int exponent = Math.ILogB(factor) + 1, shift = 31 - exponent;
        if (shift > 62) shift = 62;
        long m = (long)Math.Round(Math.ScaleB(factor, shift), MidpointRounding.ToEven);
        if (m > int.MaxValue) (m, shift) = (m >> 1, shift - 1);
        if (shift < 0) throw new EvaluationException($"the factor {Text(factor)} between scales is not in 0..2^31");
        return (m, shift);
    }

    private static string Text(double value) => value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture);
}
