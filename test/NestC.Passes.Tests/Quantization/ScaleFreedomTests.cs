using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Passes.Quantization;
using Xunit;

namespace NestC.Passes.Tests.Quantization;

/// <summary>What a network leaves free, factors of channels and zeros of relus, and how it is used where scales are powers of two.</summary>
public sealed class ScaleFreedomTests
{
    // Channels of very different size (the weights of %c1), a residual, a pool without padding, and a classifier.
    private const string Network = """
        func.func @main(%x: tensor<1x3x8x8xf32>) -> tensor<1x40xf32> {
          %w1 = graph.constant dense<WEIGHTS1> : tensor<8x3x3x3xf32>
          %c1 = graph.conv %x, %w1 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x3x8x8xf32>, tensor<8x3x3x3xf32>) -> tensor<1x8x8x8xf32> loc("c1")
          %r1 = graph.relu %c1 : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> loc("r1")
          %w2 = graph.constant dense<WEIGHTS2> : tensor<8x8x3x3xf32>
          %c2 = graph.conv %r1, %w2 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x8x8x8xf32>, tensor<8x8x3x3xf32>) -> tensor<1x8x8x8xf32> loc("c2")
          %a = graph.add %c2, %r1 : (tensor<1x8x8x8xf32>, tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> loc("a")
          %r2 = graph.relu %a : (tensor<1x8x8x8xf32>) -> tensor<1x8x8x8xf32> loc("r2")
          %w3 = graph.constant dense<WEIGHTS3> : tensor<8x1x3x3xf32>
          %c3 = graph.conv %r2, %w3 {group = 8} : (tensor<1x8x8x8xf32>, tensor<8x1x3x3xf32>) -> tensor<1x8x6x6xf32> loc("c3")
          %r3 = graph.relu %c3 : (tensor<1x8x6x6xf32>) -> tensor<1x8x6x6xf32> loc("r3")
          %p = graph.average_pool %r3 {kernel_shape = array<i64: 3, 3>, strides = array<i64: 3, 3>} : (tensor<1x8x6x6xf32>) -> tensor<1x8x2x2xf32> loc("p")
          %f = graph.flatten %p : (tensor<1x8x2x2xf32>) -> tensor<1x32xf32> loc("f")
          %w4 = graph.constant dense<WEIGHTS4> : tensor<32x40xf32>
          %d = graph.gemm %f, %w4 : (tensor<1x32xf32>, tensor<32x40xf32>) -> tensor<1x40xf32> loc("d")
          return %d : tensor<1x40xf32>
        }
        """;

    private static readonly int[] weightCounts = [216, 576, 72, 1280];

    [Fact]
    public void FactorsAndCenteredRangesLoseLess()
    {
        QuantizationConfig config = QuantizeForNpuPass.Config();
        double both = Measure(config, out QuantizationResult result), factors = Measure(config with { CenterRanges = false }, out _), centered = Measure(config with { Equalization = 0 }, out _);
        double neither = Measure(config with { Equalization = 0, CenterRanges = false }, out _);
        Assert.True(both > factors + 1 && factors > neither + 8 && centered > neither + 1 && both > 24, $"{both} dB, factors alone {factors}, centred ranges alone {centered}, neither {neither}");
        // The residual's two values share their factors, and the pool and the flattened columns have those of what they are made of.
        double[] Factors(string label) => Assert.IsType<double[]>(result.Layers.Single(l => l.Label == label).Factors);
        Assert.Equal(Factors("r1"), Factors("r2"));
        Assert.Equal(Factors("r3"), Factors("p"));
        Assert.Equal(Factors("r3")[2], Factors("f")[9]);
        Assert.True(Factors("r1").Max() > 1.5 * Factors("r1").Min());
        // Padding reads 0, so that only what the pool and the product without padding read is moved, here the depthwise convolution's input and result.
        double Offset(string label) => result.Layers.Single(l => l.Label == label).Offset;
        Assert.Equal((0, 0), (Offset("r1"), Offset("d")));
        Assert.True(Offset("r2") > 0 && Offset("r3") > 0 && Offset("r3") == Offset("f"));
    }

    [Fact]
    public void WhatAnotherOperationReadsIsNotScaled()
    {
        // The first relu is also a result: neither it nor what shares its factors may change.
        Measure(QuantizeForNpuPass.Config(), out QuantizationResult result, text => text.Replace("-> tensor<1x40xf32> {", "-> (tensor<1x40xf32>, tensor<1x8x8x8xf32>) {", StringComparison.Ordinal)
            .Replace("return %d : tensor<1x40xf32>", "return %d, %r1 : tensor<1x40xf32>, tensor<1x8x8x8xf32>", StringComparison.Ordinal));
        Assert.All(result.Layers.Where(l => l.Label is "r1" or "r2"), l => Assert.Null(l.Factors));
        Assert.NotNull(result.Layers.Single(l => l.Label == "r3").Factors);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(25)]
    public void ErrorsOfAKernelAndOfAChannelCancel(int kernel)
    {
        Random random = new(kernel);
        var exact = new double[kernel * 40];
        for (int i = 0; i < exact.Length; i++) exact[i] = (random.NextDouble() - 0.5) * 240;
        var to = new sbyte[exact.Length];
        CompensatedRounding.Round(exact, to, kernel, 0, -128, 127);
        double total = 0;
        for (int at = 0; at < exact.Length; at += kernel)
        {
            double sum = 0;
            for (int i = at; i < at + kernel; i++)
            {
                Assert.True(Math.Abs(to[i] - exact[i]) < 1.0 + 1e-9);
                sum += to[i] - exact[i];
            }
            // Half a step, and one more where the channel's sum took an element.
            Assert.True(Math.Abs(sum) <= 1.5, $"{sum}");
            total += sum;
        }
        Assert.True(Math.Abs(total) <= 0.5 + 1e-9, $"{total}");
    }

    [Fact]
    public void ElementsThatAreCutOffStayAtTheEnd()
    {
        var to = new sbyte[4];
        CompensatedRounding.Round([300.4, -300.4, 127.4, 127.4], to, 4, 0, -128, 127);
        Assert.Equal(new sbyte[] { 127, -128, 127, 127 }, to);
    }

    private static double Measure(QuantizationConfig config, out QuantizationResult result, Func<string, string>? change = null)
    {
        (result, double sqnr) = QuantizationRig.Measure(Parse(change?.Invoke(Network) ?? Network, out FuncOp reference), reference, config);
        Assert.Empty(result.KeptFloat);
        return sqnr;
    }

    private static FuncOp Parse(string text, out FuncOp reference)
    {
        Random random = new(3);
        for (int i = 0; i < weightCounts.Length; i++)
        {
            StringBuilder hex = new("\"0x");
            for (int k = 0; k < weightCounts[i]; k++)
            {
                // What is small in the values is large in the classifier.
                double size = i switch { 0 => Math.Pow(0.6, k / 27), 1 => 0.3 * Math.Pow(0.6, k / 72 - k / 9 % 8), 2 => 1, _ => Math.Pow(0.6, -(k / 160)) };
                hex.Append(Convert.ToHexString(BitConverter.GetBytes((float)((random.NextDouble() - (i == 2 ? 0.4 : 0.5)) * size))));
            }
            text = text.Replace($"WEIGHTS{i + 1}", hex.Append('"').ToString(), StringComparison.Ordinal);
        }
        return QuantizationRig.Parse(text, out reference);
    }
}
