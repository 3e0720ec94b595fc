using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>Hand-written programs against loops over plain arrays: same bytes, and not one finding.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData(16, 64, 48)]
    [InlineData(1, 256, 64)]
    [InlineData(40, 16, 16)]
    public void Gemm(int rows, int inner, int columns)
    {
        sbyte[] a = HandPrograms.Bytes(1, rows * inner), w = HandPrograms.Bytes(2, inner * columns);
        HandProgram p = HandPrograms.Gemm(rows, inner, columns, 6, a, w);
        int kb = inner / 16, nb = columns / 16;
        var expected = new sbyte[rows * columns];
        for (int m = 0; m < rows; m++)
        {
            for (int n = 0; n < columns; n++)
            {
                int sum = 0;
                for (int k = 0; k < inner; k++)
                    sum += a[m * inner + k] * w[((n / 16 * kb + k / 16) * 16 + n % 16) * 16 + k % 16];
                expected[(m * nb + n / 16) * 16 + n % 16] = Clip(sum >> 6);
            }
        }
        AssertProduces(p, expected);
    }

    [Theory]
    [InlineData(14, 14, 32, 48, 3, 1, 1, 5, 1)]
    [InlineData(14, 14, 32, 48, 3, 1, 1, 5, 2)]
    [InlineData(14, 12, 16, 32, 3, 2, 1, 3, 2)]
    [InlineData(13, 9, 32, 16, 5, 2, 2, 3, 1)]
    [InlineData(8, 8, 48, 32, 1, 1, 0, 3, 2)]
    [InlineData(9, 7, 16, 16, 3, 1, 0, 2, 2)]
    public void Conv(int height, int width, int inChannels, int outChannels, int kernel, int stride, int pad, int tileRows, int threads)
    {
        var shape = new ConvShape(height, width, inChannels, outChannels, kernel, stride, pad, 7, tileRows, threads);
        (HandProgram p, sbyte[] expected) = MakeConv(shape);
        AssertProduces(p, expected);
    }

    [Theory]
    [InlineData(8, 8, 2, 2)]
    [InlineData(11, 13, 3, 2)]
    public void Max_pool_by_identity(int height, int width, int kernel, int stride)
    {
        sbyte[] x = HandPrograms.Bytes(5, height * width * 16);
        int oh = (height - kernel) / stride + 1, ow = (width - kernel) / stride + 1;
        var expected = new sbyte[oh * ow * 16];
        Array.Fill(expected, sbyte.MinValue);
        for (int i = 0; i < oh * ow * 16; i++)
        {
            int c = i % 16, col = i / 16 % ow, row = i / 16 / ow;
            for (int w = 0; w < kernel * kernel; w++)
                expected[i] = Math.Max(expected[i], x[((row * stride + w / kernel) * width + col * stride + w % kernel) * 16 + c]);
        }
        AssertProduces(HandPrograms.MaxPool(height, width, kernel, stride, x), expected);
    }

    [Fact]
    public void Residual_add_by_diagonals()
    {
        sbyte[] x = HandPrograms.Bytes(6, 50 * 16), z = HandPrograms.Bytes(7, 50 * 16);
        var expected = new sbyte[x.Length];
        for (int i = 0; i < x.Length; i++)
            expected[i] = Clip(x[i] + 2 * z[i]);
        AssertProduces(HandPrograms.ResidualAdd(50, x, z), expected);
    }

    [Fact]
    public void Requantize_with_a_shift_a_channel()
    {
        int[] x = HandPrograms.Words(8, 30 * 16, 1 << 20);
        var shifts = new int[16];
        for (int i = 0; i < 16; i++)
            shifts[i] = i;
        var expected = new sbyte[x.Length];
        for (int i = 0; i < x.Length; i++)
            expected[i] = Clip(x[i] >> shifts[i % 16]);
        AssertProduces(HandPrograms.RequantizePerChannel(30, x, shifts), expected);
    }

    [Theory]
    [InlineData(2, 0.77)]
    [InlineData(1, 0.73)]
    public void Conv_28x28_64_to_32_comes_close_to_the_peak(int threads, double utilisation)
    {
        var shape = new ConvShape(28, 28, 64, 32, 3, 1, 1, 8, threads == 1 ? 7 : 6, threads);
        (HandProgram p, sbyte[] expected) = MakeConv(shape);
        AssertProduces(p, expected, plain: false);
        CycleResult cycles = CycleSimulator.Run(p.Program);
        Assert.True(cycles.Finished);
        Assert.Equal(28 * 28 * 2 * 4 * 9, cycles.Total.GemmSteps);
        Assert.True(cycles.Utilisation >= utilisation, $"{100 * cycles.Utilisation:F2} % of the peak in {cycles.Cycles} cycles");
    }

    internal static HandProgram MakeProgram(ConvShape s)
    {
        (sbyte[] x, sbyte[] w, int[] bias) = Operands(s);
        return HandPrograms.Conv(s, x, w, bias);
    }

    internal static (HandProgram Program, sbyte[] Expected) MakeConv(ConvShape s)
    {
        int icb = s.InChannels / 16, ocb = s.OutChannels / 16, k = s.Kernel, ic = s.InChannels;
        (sbyte[] x, sbyte[] w, int[] bias) = Operands(s);
        var expected = new sbyte[s.OutChannels * s.OutHeight * s.OutWidth];
        var sums = new int[s.OutChannels];
        for (int n = 0; n < s.OutHeight * s.OutWidth * k * k; n++)
        {
            int t = n % (k * k), at = n / (k * k), r = at / s.OutWidth, c = at % s.OutWidth;
            if (t == 0)
                Array.Clear(sums);
            int y = r * s.Stride - s.Pad + t / k, z = c * s.Stride - s.Pad + t % k;
            if (y >= 0 && y < s.Height && z >= 0 && z < s.Width)
            {
                for (int o = 0; o < s.OutChannels; o++)
                {
                    for (int i = 0; i < icb; i++)
                        sums[o] += Dot(x, ((i * s.Height + y) * s.Width + z) * 16, w, (((o / 16 * icb + i) * k * k + t) * 16 + o % 16) * 16);
                }
            }
            for (int o = 0; o < s.OutChannels && t == k * k - 1; o++)
                expected[((o / 16 * s.OutHeight + r) * s.OutWidth + c) * 16 + o % 16] = Clip((sums[o] + bias[o]) >> s.Shift);
        }
        Assert.Equal((ocb * 16, icb * 16), (s.OutChannels, ic));
        return (HandPrograms.Conv(s, x, w, bias), expected);
    }

    private static int Dot(sbyte[] x, int at, sbyte[] w, int from)
    {
        int sum = 0;
        for (int i = 0; i < 16; i++)
            sum += x[at + i] * w[from + i];
        return sum;
    }

    internal static (sbyte[] X, sbyte[] W, int[] Bias) Operands(ConvShape s) => (HandPrograms.Bytes(3, s.InChannels * s.Height * s.Width),
        HandPrograms.Bytes(4, s.InChannels * s.OutChannels * s.Kernel * s.Kernel), HandPrograms.Words(9, s.OutChannels, 1 << 12));

    private static void AssertProduces(HandProgram p, sbyte[] expected, bool plain = true)
    {
        SimulationResult result = FunctionalSimulator.Run(p.Program);
        Assert.Empty(result.Findings);
        Assert.True(result.Finished);
        Assert.Equal(expected, p.Read(result.Dram));
        if (plain)
            Assert.Equal(NaiveMachine.Run(p.Program), result.Dram);
        // Another order of stepping the modules, and the accumulator as the source of stores, give the same memory.
        SimulationResult shuffled = FunctionalSimulator.Run(p.Program, new() { ScheduleSeed = 42, StoreSource = StoreSource.Accumulator });
        Assert.Empty(shuffled.Findings);
        Assert.Equal(result.Dram, shuffled.Dram);
    }

    private static sbyte Clip(int value) => (sbyte)Math.Clamp(value, -128, 127);
}
