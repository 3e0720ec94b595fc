using System.Numerics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using Xunit;

namespace NestC.Dialects.Tests.Graph;

/// <summary>Quantized kernels against loops in 64-bit integers, and against cases computed by hand.</summary>
public sealed class QuantizedTests
{
    // Channels, filters, extent, kernel, stride, pad, dilation, groups: narrow and wide tiles, odd depths, edges, depthwise.
    [Theory]
    [InlineData(3, 16, 9, 3, 1, 1, 1, 1)]
    [InlineData(5, 7, 11, 3, 2, 1, 1, 1)]
    [InlineData(16, 33, 7, 1, 1, 0, 1, 1)]
    [InlineData(70, 6, 8, 3, 1, 2, 2, 1)]
    [InlineData(8, 8, 10, 3, 1, 1, 1, 8)]
    [InlineData(12, 24, 6, 5, 1, 2, 1, 3)]
    [InlineData(4, 4, 1, 1, 1, 0, 1, 1)]
    public void ConvolutionsEqualTheLoops(int channels, int filters, int extent, int kernel, int stride, int pad, int dilation, int groups)
    {
        var random = new Random(channels * 31 + filters);
        foreach (bool unsigned in new[] { false, true })
        {
            var x = Bytes(random, unsigned, 2, channels, extent, extent);
            var w = Bytes(random, false, filters, channels / groups, kernel, kernel);
            long zx = unsigned ? 131 : -7;
            var zw = new long[filters];
            for (int i = 0; i < filters; i++) zw[i] = random.Next(-3, 4);
            var bias = new int[filters];
            for (int i = 0; i < filters; i++) bias[i] = random.Next(-5000, 5000);
            int output = (extent + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
            var residual = Bytes(random, false, 2, filters, output, output);
            var window = new WindowParams { Strides = [stride, stride], Dilations = [dilation, dilation], Pads = [pad, pad, pad, pad] };
            var shift = new long[filters];
            for (int i = 0; i < filters; i++) shift[i] = 38 + i % 3;
            var fixedPoint = new Requantization { Shift = shift, Multiplier = [1_500_000_000], Zero = 5, Min = -100, Max = 127 };
            var pure = new Requantization { Shift = [8], Zero = -3, Min = -128, Max = 120 };
            foreach (var requantization in new[] { fixedPoint, pure })
            {
                var y = QuantizedConv.Apply(
                    x, zx, w, zw, NdArray.From(bias, filters), new QuantizedResidual(residual, 4, 3), window, groups, requantization, ElementKind.I8);
                Assert.Equal([2, filters, output, output], y.Shape.ToArray());
                for (int n = 0, at = 0; n < 2; n++)
                {
                    for (int f = 0; f < filters; f++)
                    {
                        for (int i = 0; i < output * output; i++, at++)
                        {
                            long sum = bias[f];
                            for (int c = 0; c < channels / groups; c++)
                            {
                                for (int k = 0; k < kernel * kernel; k++)
                                {
                                    int h = i / output * stride - pad + k / kernel * dilation, v = i % output * stride - pad + k % kernel * dilation;
                                    if (h < 0 || h >= extent || v < 0 || v >= extent) continue;
                                    int channel = f / (filters / groups) * (channels / groups) + c;
                                    sum += (x.GetInt64(((n * channels + channel) * extent + h) * extent + v) - zx)
                                        * (w.GetInt64((f * (channels / groups) + c) * kernel * kernel + k) - zw[f]);
                                }
                            }
                            sum += (residual.GetInt64(at) - 4) << 3;
                            Assert.Equal(Naive(sum, requantization, f), y.GetInt64(at));
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 10, 300)]
    [InlineData(5, 3, 64)]
    [InlineData(2, 17, 7)]
    public void ProductsEqualTheLoops(int rows, int columns, int depth)
    {
        var random = new Random(rows + depth);
        var x = Bytes(random, true, rows, depth);
        var w = Bytes(random, false, columns, depth);
        var bias = new int[columns];
        for (int i = 0; i < columns; i++) bias[i] = random.Next(-9000, 9000);
        var shift = new long[columns];
        for (int i = 0; i < columns; i++) shift[i] = 6 + i % 4;
        var requantization = new Requantization { Shift = shift, Zero = 0, Min = 0, Max = 127 };
        var y = QuantizedConv.Gemm(x, 120, w, [0], NdArray.From(bias, columns), null, requantization, ElementKind.I8);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                long sum = bias[j];
                for (int k = 0; k < depth; k++) sum += (x.GetInt64(i * depth + k) - 120) * w.GetInt64(j * depth + k);
                Assert.Equal(Naive(sum, requantization, j), y.GetInt64(i * columns + j));
            }
        }
    }

    [Fact]
    public void SixteenBitsAreSummedExactly()
    {
        // 600 products of 2^15 * 127 leave 32 bits.
        var x = NdArray.CreateUninitialized(ElementKind.I16, [1, 600]);
        x.Write<short>().Fill(short.MinValue);
        var w = NdArray.CreateUninitialized(ElementKind.I8, [1, 600]);
        w.Write<sbyte>().Fill(127);
        var requantization = new Requantization { Shift = [17], Zero = 0, Min = short.MinValue, Max = short.MaxValue };
        var y = QuantizedConv.Gemm(x, 0, w, [0], null, null, requantization, ElementKind.I16);
        Assert.Equal((-600L * 32768 * 127 + (1 << 16)) >> 17, y.GetInt64(0));
    }

    [Fact]
    public void SumsOfBytesWrapInThirtyTwoBits()
    {
        // The bias brings the sum just above 2^31 - 1.
        var y = QuantizedConv.Gemm(
            NdArray.From(new sbyte[] { 127, 127 }, 1, 2), 0, NdArray.From(new sbyte[] { 127, 127 }, 1, 2), [0], NdArray.Vector(int.MaxValue), null,
            new Requantization { Shift = [24], Zero = 0, Min = -128, Max = 127 }, ElementKind.I8);
        Assert.Equal(-128, y.GetInt64(0));
    }

    // (acc + (1 << (s - 1))) >> s: halves go up, also below zero.
    [Theory]
    [InlineData(5, 1, 3)]
    [InlineData(-5, 1, -2)]
    [InlineData(-6, 2, -1)]
    [InlineData(-7, 2, -2)]
    [InlineData(6, 2, 2)]
    [InlineData(9, 0, 9)]
    [InlineData(1000, 2, 127)]
    [InlineData(-1000, 2, -128)]
    [InlineData(int.MaxValue, 1, -128)]
    public void APureShiftRoundsHalvesUpAndWraps(int sum, int shift, int expected)
    {
        var sums = new int[37];
        Array.Fill(sums, sum);
        new Requantization { Shift = [shift], Zero = 0, Min = -128, Max = 127 }.Apply(sums, 0);
        Assert.All(sums, v => Assert.Equal(expected, v));
    }

    // m / 2^s = 0.25 with the zero point -10: 4 -> -9, -2 -> -10 (-0.5 goes up to 0), 2147483647 -> the limit.
    [Theory]
    [InlineData(4, -9)]
    [InlineData(-2, -10)]
    [InlineData(-3, -11)]
    [InlineData(int.MaxValue, 100)]
    [InlineData(int.MinValue, -20)]
    public void AMultiplierWorksInSixtyFourBits(int sum, int expected)
    {
        var sums = new int[37];
        Array.Fill(sums, sum);
        new Requantization { Shift = [32], Multiplier = [1 << 30], Zero = -10, Min = -20, Max = 100 }.Apply(sums, 0);
        Assert.All(sums, v => Assert.Equal(expected, v));
    }

    [Fact]
    public void SumsOfTwoTensors()
    {
        var a = NdArray.Vector<sbyte>(10, -128, 127);
        var b = NdArray.Vector<sbyte>(-3, 1, 127);
        var y = QuantizedElementwise.Add(
            new QuantizedTerm(a, 0, 1, 0), new QuantizedTerm(b, 0, 1, 2), false, new Requantization { Shift = [1], Zero = 0, Min = -128, Max = 127 }, ElementKind.I8);
        // 10 - 12 = -2 -> -1 (half of -2 + 1 >> 1), -128 + 4 = -124 -> -62, 127 + 508 -> the limit.
        Assert.Equal([-1, -62, 127], y.ToInt64s());
        var z = QuantizedElementwise.Add(
            new QuantizedTerm(a, 2, 3, 0), new QuantizedTerm(b, 0, 5, 0), true, new Requantization { Shift = [2], Zero = 1, Min = -128, Max = 127 }, ElementKind.I8);
        // (8 * 3 - 15 + 2) >> 2 = 2, + 1; (-130 * 3 + 5 + 2) >> 2 = -96, + 1; (125 * 3 + 635 + 2) >> 2 -> the limit.
        Assert.Equal([3, -95, 127], z.ToInt64s());
    }

    [Fact]
    public void AveragesCountWhatTheyShould()
    {
        var x = NdArray.From(new sbyte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 1, 1, 3, 3);
        var quarter = new Requantization { Shift = [6], Zero = 0, Min = -128, Max = 127 };
        var y = QuantizedPool.Average(x, 0, [2, 2], new WindowParams { Pads = [1, 1, 0, 0], Strides = [2, 2] }, countPadding: true, 16, quarter, ElementKind.I8);
        // (1 * 16 + 32) >> 6 = 0, (5 * 16 + 32) >> 6 = 1, (11 * 16 + 32) >> 6 = 3, (28 * 16 + 32) >> 6 = 7.
        Assert.Equal([0, 1, 3, 7], y.ToInt64s());
        y = QuantizedPool.Average(x, 0, [2, 2], new WindowParams { Pads = [1, 1, 0, 0], Strides = [2, 2] }, countPadding: false, 16, quarter, ElementKind.I8);
        // Windows of one element take the multiplier 64, of two 32.
        Assert.Equal([1, 3, 6, 7], y.ToInt64s());
        var mean = QuantizedPool.GlobalAverage(x, 1, 57, new Requantization { Shift = [9], Zero = -2, Min = -128, Max = 127 }, ElementKind.I8);
        // (36 * 57 + 256) >> 9 = 4, - 2.
        Assert.Equal([2], mean.ToInt64s());
    }

    [Fact]
    public void FloatsRoundHalvesToEvenAndSaturate()
    {
        var x = NdArray.Vector(0.25f, 0.75f, -0.25f, 1e9f, float.NegativeInfinity, float.NaN);
        var q = QuantizedElementwise.FromFloat(x, [0.5], [3], 0, -128, 127, ElementKind.I8);
        Assert.Equal([3, 5, 3, 127, -128, 3], q.ToInt64s());
        var back = QuantizedElementwise.ToFloat(NdArray.Vector<byte>(0, 128, 255), [0.5], [128], 0);
        Assert.Equal([-64, 0, 63.5], back.ToDoubles());
    }

    [Fact]
    public void ASoftmaxInIntegersIsNearTheRealOne()
    {
        const double scale = 0.1;
        var table = new long[256];
        for (int d = 0; d < 256; d++) table[d] = (long)Math.Round(Math.ScaleB(Math.Exp(-scale * d), 23));
        var x = NdArray.From(new sbyte[] { 10, 30, 28, -100 }, 1, 4);
        var y = QuantizedElementwise.Softmax(x, table, -1, 256, new Requantization { Shift = [0], Zero = -128, Min = -128, Max = 127 }, ElementKind.I8);
        double sum = Math.Exp(1) + Math.Exp(3) + Math.Exp(2.8) + Math.Exp(-10);
        for (int i = 0; i < 4; i++)
        {
            double expected = Math.Exp(x.GetInt64(i) * scale) / sum * 256 - 128;
            Assert.InRange(y.GetInt64(i), expected - 0.6, expected + 0.6);
        }
    }

    [Fact]
    public void ASoftmaxOf16BitsHasATableForEachHalfOfTheDifference()
    {
        const double scale = 0.001;
        var table = new long[512];
        for (int d = 0; d < 256; d++)
            (table[d], table[256 + d]) = ((long)Math.Round(Math.ScaleB(Math.Exp(-scale * 256 * d), 23)), (long)Math.Round(Math.ScaleB(Math.Exp(-scale * d), 23)));
        short[] logits = [10, 3000, 2990, -32000, 2999, 1234];
        var y = QuantizedElementwise.Softmax(
            NdArray.From(logits, 1, 6), table, -1, 65536, new Requantization { Shift = [0], Zero = -32768, Min = -32768, Max = 32767 }, ElementKind.I16);
        double sum = 0;
        foreach (short x in logits) sum += Math.Exp(x * scale);
        for (int i = 0; i < 6; i++)
        {
            double expected = Math.Exp(logits[i] * scale) / sum * 65536 - 32768;
            Assert.InRange(y.GetInt64(i), expected - 0.7, expected + 0.7);
        }
        // By hand: 1/2 2^23 and 1/4 2^23 give (2^22 2^21 + 2^22) >> 23 = 2^20.
        table[3] = 1 << 22;
        table[256 + 7] = 1 << 21;
        Assert.Equal(1 << 20, QuantizedElementwise.Exponential(table, 3 * 256 + 7));
    }

    // Bit by bit as docs/dialects/quantized-arithmetic.md says it, in integers of any length.
    [Fact]
    public void TheProductWithAnF32FactorIsRoundedTwice()
    {
        var random = new Random(7);
        for (int run = 0; run < 200; run++)
        {
            long m = random.Next(1 << 23, 1 << 24);
            int shift = random.Next(24, 54);
            var sums = new int[37];
            for (int i = 0; i < sums.Length; i++) sums[i] = (int)((uint)random.NextInt64() >> random.Next(0, 25)) * (i % 2 == 0 ? 1 : -1);
            var r = new Requantization { Shift = [shift], Multiplier = [m], IsF32 = true, Zero = 3, Min = -32768, Max = 32767 };
            int[] actual = [.. sums];
            r.Apply(actual, 0);
            for (int i = 0; i < sums.Length; i++)
            {
                BigInteger product = Round24(Round24(sums[i]) * m);
                Assert.Equal((sums[i], (long)BigInteger.Max(-32768, BigInteger.Min(32767, Halve(product, shift) + 3))), (sums[i], (long)actual[i]));
            }
        }
        // By hand: 5/2 goes to the even 2, where the multiplier of 31 bits gives 3.
        int[] five = [5, 7, -5];
        new Requantization { Shift = [24], Multiplier = [1 << 23], IsF32 = true, Min = -128, Max = 127 }.Apply(five, 0);
        Assert.Equal([2, 4, -2], five);
    }

    private static BigInteger Round24(BigInteger x)
    {
        int drop = Math.Max(0, (int)BigInteger.Abs(x).GetBitLength() - 24);
        return Halve(x, drop) << drop;
    }

    // x / 2^shift to the nearest, halves to even.
    private static BigInteger Halve(BigInteger x, int shift)
    {
        BigInteger down = x >> shift, twice = (x - (down << shift)) * 2, unit = BigInteger.One << shift;
        return twice > unit || (twice == unit && !down.IsEven) ? down + 1 : down;
    }

    [Fact]
    public void ATableIsReadFromTheLeastValueOn()
    {
        var table = new long[256];
        for (int i = 0; i < 256; i++) table[i] = 127 - i;
        Assert.Equal([127, -1, -128], QuantizedElementwise.Lookup(NdArray.Vector<sbyte>(-128, 0, 127), table, ElementKind.I8).ToInt64s());
        Assert.Equal([127, -128], QuantizedElementwise.Lookup(NdArray.Vector<byte>(0, 255), table, ElementKind.I8).ToInt64s());
    }

    private static long Naive(long sum, Requantization r, int channel)
    {
        int shift = (int)r.Shift[r.Shift.Length == 1 ? 0 : channel];
        long v = r.Multiplier is { } m ? (sum * m[0] + (1L << (shift - 1))) >> shift : (sum + (shift > 0 ? 1L << (shift - 1) : 0)) >> shift;
        return Math.Clamp(v + r.Zero, r.Min, r.Max);
    }

    private static NdArray Bytes(Random random, bool unsigned, params ReadOnlySpan<long> shape)
    {
        var x = NdArray.CreateUninitialized(unsigned ? ElementKind.U8 : ElementKind.I8, shape);
        random.NextBytes(x.Write<byte>());
        return x;
    }
}
