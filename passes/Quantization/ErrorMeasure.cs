using NestC.Builtin.Quant;
using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>How far values are from those that they stand for, summed over any number of arrays.</summary>
public sealed class ErrorMeasure
{
    private double signal, noise, product, square;

    /// <summary>Elements compared.</summary>
    public long Count { get; private set; }

    /// <summary>Greatest absolute difference.</summary>
    public double MaxError { get; private set; }

    /// <summary>Elements whose real value lies outside what the quantized type can express, by more than half a step.</summary>
    public long Saturated { get; private set; }

    /// <summary>Signal to quantization noise, 10 log10(sum x^2 / sum (x - y)^2), in dB; infinite without noise.</summary>
    public double Sqnr => noise == 0 ? double.PositiveInfinity : signal == 0 ? double.NegativeInfinity : 10 * Math.Log10(signal / noise);

    /// <summary>The cosine of the angle between the two vectors; 1 when both are zero.</summary>
    public double Cosine => signal == 0 && square == 0 ? 1 : signal == 0 || square == 0 ? 0 : product / Math.Sqrt(signal * square);

    /// <summary>Adds an array: what it should be and what it is; the type, where there is one, says what can be expressed.</summary>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, UniformQuantizedType? type = null)
    {
        if (expected.Length != actual.Length) throw new EvaluationException($"{expected.Length} values are compared with {actual.Length}");
        double low = double.NegativeInfinity, high = double.PositiveInfinity;
        if (type is { Axis: null })
        {
            low = (type.Storage.Min - type.ZeroPoints[0] - 0.5) * type.Scales[0];
            high = (type.Storage.Max - type.ZeroPoints[0] + 0.5) * type.Scales[0];
        }
        for (int i = 0; i < expected.Length; i++)
        {
            double x = expected[i], y = actual[i], d = x - y;
            signal += x * x;
            square += y * y;
            product += x * y;
            noise += d * d;
            MaxError = Math.Max(MaxError, Math.Abs(d));
            if (x < low || x > high) Saturated++;
        }
        Count += expected.Length;
    }
}
