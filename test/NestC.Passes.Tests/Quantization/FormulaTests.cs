using NestC.Evaluation;
using NestC.Passes.Quantization;
using Xunit;

namespace NestC.Passes.Tests.Quantization;

/// <summary>Ranges to scales and zero points, and histograms to ranges, against cases computed by hand.</summary>
public sealed class FormulaTests
{
    // -1..3: scale 4 / 255; from the left end -128 + 1 / scale = -64.25, from the right 127 - 3 / scale = -64.25.
    [Theory]
    [InlineData(-1.0, 3.0, QuantizationSchema.Asymmetric, 4.0 / 255, -64)]
    [InlineData(0.0, 2.55, QuantizationSchema.Asymmetric, 0.01, -128)]
    [InlineData(-2.55, 0.0, QuantizationSchema.Asymmetric, 0.01, 127)]
    // One-sided ranges are widened to contain 0.
    [InlineData(1.0, 2.55, QuantizationSchema.Asymmetric, 0.01, -128)]
    [InlineData(-5.1, -1.0, QuantizationSchema.Asymmetric, 0.02, 127)]
    // The smaller side is stretched: 12.7 / 127, and -12.8 / -128.
    [InlineData(-1.0, 12.7, QuantizationSchema.Symmetric, 0.1, 0)]
    [InlineData(-12.8, 1.0, QuantizationSchema.Symmetric, 0.1, 0)]
    [InlineData(0.0, 12.7, QuantizationSchema.Symmetric, 0.1, 0)]
    // All levels for what is never negative.
    [InlineData(0.0, 2.55, QuantizationSchema.SymmetricWithUint8, 0.01, -128)]
    [InlineData(-12.8, 1.0, QuantizationSchema.SymmetricWithUint8, 0.1, 0)]
    // 0.1 is rounded up to 2^-3, an exact power stays.
    [InlineData(-1.0, 12.7, QuantizationSchema.SymmetricWithPower2Scale, 0.125, 0)]
    [InlineData(-16.0, 0.0, QuantizationSchema.SymmetricWithPower2Scale, 0.125, 0)]
    [InlineData(-16.01, 0.0, QuantizationSchema.SymmetricWithPower2Scale, 0.25, 0)]
    // All zero, and a range below f32's normal numbers: the scale is 0.1 (2^-3 as a power of two).
    [InlineData(0.0, 0.0, QuantizationSchema.Asymmetric, 0.1, 0)]
    [InlineData(0.0, 1e-40, QuantizationSchema.Symmetric, 0.1, 0)]
    [InlineData(0.0, 0.0, QuantizationSchema.SymmetricWithPower2Scale, 0.125, 0)]
    // A constant is a range from 0.
    [InlineData(5.1, 5.1, QuantizationSchema.Asymmetric, 0.02, -128)]
    [InlineData(-1.27, 1.27, QuantizationSchema.Asymmetric, 2.54 / 255, 0)]
    public void RangesBecomeParameters(double min, double max, QuantizationSchema schema, double scale, long zero)
    {
        AffineParameters p = AffineParameters.Choose(min, max, schema, 8);
        Assert.Equal(scale, p.Scale, 12);
        Assert.Equal(zero, p.Zero);
    }

    [Fact]
    public void WiderIntegersAndLimitsOfExponents()
    {
        Assert.Equal(1.0 / 32767, AffineParameters.Choose(-0.5, 1, QuantizationSchema.Symmetric, 16).Scale, 15);
        // 32 bits use the levels of 30.
        Assert.Equal(1.0 / ((1 << 29) - 1), AffineParameters.Choose(0, 1, QuantizationSchema.Symmetric, 32).Scale, 15);
        Assert.Equal(Math.ScaleB(1, -7), AffineParameters.Choose(-0.001, 0.001, QuantizationSchema.SymmetricWithPower2Scale, 8, -7).Scale);
        Assert.Equal(Math.ScaleB(1, -16), AffineParameters.Choose(-0.001, 0.001, QuantizationSchema.SymmetricWithPower2Scale, 8).Scale);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(2, 1)]
    public void RangesThatAreNoneAreRefused(double min, double max) =>
        Assert.Throws<EvaluationException>(() => AffineParameters.Choose(min, max, QuantizationSchema.Asymmetric, 8));

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(0.0123456789)]
    [InlineData(123.456)]
    [InlineData(1e-12)]
    public void FactorsAreFixedPointNumbers(double factor)
    {
        var (m, s) = AffineParameters.Fixed(factor);
        Assert.InRange(m, 1, int.MaxValue);
        Assert.InRange(s, 0, 62);
        Assert.Equal(1, Math.ScaleB(m, -s) / factor, factor < 1e-9 ? 1e-6 : 1e-9);
    }

    [Fact]
    public void AHistogramGrowsAndKeepsItsCounts()
    {
        Histogram h = new(4);
        h.Add([0f, 1f, 2f, 4f]);
        Assert.Equal([1, 1, 1, 1], h.Counts.ToArray());
        // -4..4 in four bins: the old bins of width 1 fall in pairs into bins of width 2.
        h.Add([-4f]);
        Assert.Equal((-4.0, 4.0), (h.Min, h.Max));
        Assert.Equal([1, 0, 2, 2], h.Counts.ToArray());
        Assert.Equal(5, h.Total);
        // A bin that straddles two new ones is parted: 3 elements over -4..8 stay 5 + 1 in all.
        h.Add([8f]);
        Assert.Equal(6, h.Total);
        Histogram constant = new(8);
        constant.Add([3f, 3f]);
        constant.Add([5f]);
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 1], constant.Counts.ToArray());
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "infinite")]
    public void ValuesThatAreNotFiniteAreRefused(float value, string message) =>
        Assert.Contains(message, Assert.Throws<EvaluationException>(() => new Histogram(16).Add([1f, value])).Message, StringComparison.Ordinal);

    [Fact]
    public void PercentilesCutBothTails()
    {
        var counts = new long[100];
        Array.Fill(counts, 10);
        var (min, max) = Calibration.Percentile(new Histogram(-5, 5, counts), 90);
        // Five of a hundred bins at either end.
        Assert.Equal((-4.5, 4.5), (Math.Round(min, 6), Math.Round(max, 6)));
        Assert.Equal((-5.0, 5.0), Calibration.Percentile(new Histogram(-5, 5, counts), 100));
    }

    [Fact]
    public void DivergenceDropsAFewOutliers()
    {
        // A bell of 2048 bins over -8..8, and one outlier at either far end.
        var counts = new long[2048];
        for (int i = 0; i < counts.Length; i++) counts[i] = (long)(10000 * Math.Exp(-Math.Pow((i - 1023.5) / 90, 2)));
        counts[0] = counts[^1] = 1;
        Histogram bell = new(-8, 8, counts);
        foreach (QuantizationSchema schema in new[] { QuantizationSchema.Symmetric, QuantizationSchema.Asymmetric })
        {
            var (min, max) = Calibration.Kl(bell, schema);
            Assert.InRange(max, 1.0, 5.0);
            Assert.InRange(min, -5.0, -1.0);
        }
        // Too few bins for 255 levels: all is kept.
        Assert.Equal((-1.0, 1.0), Calibration.Kl(new Histogram(-1, 1, new long[255]), QuantizationSchema.Symmetric));
    }

    [Fact]
    public void TheLeastSquaredErrorIsThatOfAllRanges()
    {
        var counts = new long[1000];
        for (int i = 0; i < 200; i++) counts[400 + i] = 100;
        counts[999] = 1;
        Histogram seen = new(-1, 1, counts);
        var (min, max) = Calibration.Mse(seen, QuantizationSchema.Symmetric, 4);
        double least = double.PositiveInfinity;
        for (int percent = 100; percent >= 5; percent--) least = Math.Min(least, Error(seen, percent / 100.0));
        Assert.Equal(least, Error(seen, max), 9);
        Assert.True(max < 0.5 && min > -0.5);
    }

    private static double Error(Histogram seen, double reach)
    {
        AffineParameters p = AffineParameters.Choose(-reach, reach, QuantizationSchema.Symmetric, 4);
        double sum = 0;
        for (int i = 0; i < seen.Bins; i++) sum += seen.Counts[i] * Math.Pow(seen.Center(i) - p.RoundTrip(seen.Center(i), 4), 2);
        return sum;
    }

    [Fact]
    public void MeasuresOfError()
    {
        ErrorMeasure m = new();
        m.Add([3f, 4f], [3f, 3.5f]);
        // 25 / 0.25 = 100: 20 dB; cosine (9 + 14) / (5 sqrt(21.25)).
        Assert.Equal(20, m.Sqnr, 9);
        Assert.Equal(23 / (5 * Math.Sqrt(21.25)), m.Cosine, 9);
        Assert.Equal(0.5, m.MaxError, 9);
    }
}
