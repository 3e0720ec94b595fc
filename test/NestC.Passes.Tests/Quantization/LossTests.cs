using System.Globalization;
using System.Text;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.Passes.Quantization;
using Xunit;

namespace NestC.Passes.Tests.Quantization;

/// <summary>What a softmax and an addition before a relu leave free, what second moments say of the rounding of weights, and that a profile keeps them.</summary>
public sealed class LossTests
{
    // Two products of 3 x 3 kernels that are added; biases make one low and the other high; a classifier whose terms lie mostly far below the greatest.
    private const string Network = """
        func.func @main(%x: tensor<1x4x8x8xf32>) -> tensor<1x10xf32> {
          %w1 = graph.constant dense<WEIGHTS576> : tensor<16x4x3x3xf32>
          %b1 = graph.constant dense<-1.5> : tensor<16xf32>
          %c1 = graph.conv %x, %w1, %b1 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x8x8xf32>, tensor<16x4x3x3xf32>, tensor<16xf32>) -> tensor<1x16x8x8xf32> loc("c1")
          %w2 = graph.constant dense<WEIGHTS576> : tensor<16x4x3x3xf32>
          %b2 = graph.constant dense<1.5> : tensor<16xf32>
          %c2 = graph.conv %x, %w2, %b2 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x8x8xf32>, tensor<16x4x3x3xf32>, tensor<16xf32>) -> tensor<1x16x8x8xf32> loc("c2")
          %a = graph.add %c1, %c2 : (tensor<1x16x8x8xf32>, tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32> loc("a")
          %r = graph.relu %a : (tensor<1x16x8x8xf32>) -> tensor<1x16x8x8xf32> loc("r")
          %w3 = graph.constant dense<WEIGHTS1440> : tensor<10x16x3x3xf32>
          %c3 = graph.conv %r, %w3 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x16x8x8xf32>, tensor<10x16x3x3xf32>) -> tensor<1x10x8x8xf32> loc("c3")
          %p = graph.global_average_pool %c3 : (tensor<1x10x8x8xf32>) -> tensor<1x10x1x1xf32> loc("p")
          %f = graph.flatten %p : (tensor<1x10x1x1xf32>) -> tensor<1x10xf32> loc("f")
          %w4 = graph.constant dense<WEIGHTS100> : tensor<10x10xf32>
          %b4 = graph.constant dense<[0.0, -40.0, 0.5, -45.0, 1.0, -50.0, 1.5, -55.0, 2.0, -60.0]> : tensor<10xf32>
          %d = graph.gemm %f, %w4, %b4 : (tensor<1x10xf32>, tensor<10x10xf32>, tensor<10xf32>) -> tensor<1x10xf32> loc("d")
          %s = graph.softmax %d {axis = 1 : i64} : (tensor<1x10xf32>) -> tensor<1x10xf32> loc("s")
          return %s : tensor<1x10xf32>
        }
        """;

    [Fact]
    public void TermsFarBelowTheGreatestTakeNoLevels()
    {
        var (kept, with) = Measure(QuantizeForNpuPass.Config());
        var (_, without) = Measure(QuantizeForNpuPass.Config() with { Equalization = 0 });
        QuantizedLayer terms = kept.Layers.Single(l => l.Label == "d");
        Assert.True(terms.Low > -150 && Assert.Single(terms.Factors!) > 1, $"{terms.Low}");
        Assert.True(with > without + 6 && with > 30, $"{with} dB, {without} dB without");
    }

    [Fact]
    public void AConstantMovesFromTermToTerm()
    {
        var (result, _) = Measure(QuantizeForNpuPass.Config());
        QuantizedLayer a = result.Layers.Single(l => l.Label == "c1"), b = result.Layers.Single(l => l.Label == "c2");
        Assert.True(a.Offset < 0 && a.Offset == -b.Offset, $"{a.Offset} and {b.Offset}");
        Assert.True(double.IsFinite(a.Low) && double.IsFinite(b.Low));
        Assert.All(Measure(QuantizeForNpuPass.Config() with { CenterRanges = false }).Result.Layers, static l => Assert.Equal(0, l.Label is "c1" or "c2" ? l.Offset : 0));
    }

    [Fact]
    public void SecondMomentsLeaveLessError()
    {
        // Inputs of 12 channels that share most of what they do, and kernels whose elements are alike.
        Random random = new(7);
        const int channels = 12, kernel = 9, run = channels * kernel;
        double[] covariance = new double[channels * channels], correlation = new double[kernel * kernel], exact = new double[run];
        for (int i = 0; i < channels; i++)
            for (int j = 0; j < channels; j++) covariance[i * channels + j] = (i == j ? 0.2 : 0) + (1 + 0.1 * i) * (1 + 0.1 * j) * ((i + j) % 2 == 0 ? 1 : -1);
        for (int i = 0; i < kernel; i++)
            for (int j = 0; j < kernel; j++) correlation[i * kernel + j] = Math.Pow(0.8, Math.Abs(i / 3 - j / 3) + Math.Abs(i % 3 - j % 3));
        SecondOrderRounding rounding = SecondOrderRounding.Of(covariance, correlation, 0.01)!;
        double nearest = 0, second = 0;
        var to = new sbyte[run];
        for (int row = 0; row < 20; row++)
        {
            for (int i = 0; i < run; i++) exact[i] = (random.NextDouble() - 0.5) * 200;
            rounding.Round(exact, to, 0, -128, 127);
            second += Error(i => to[i] - exact[i]);
            nearest += Error(i => Math.Round(exact[i]) - exact[i]);
        }
        Assert.True(second < 0.4 * nearest, $"{second} and {nearest} to the nearest");

        double Error(Func<int, double> e)
        {
            double sum = 0;
            for (int i = 0; i < run; i++)
                for (int j = 0; j < run; j++) sum += e(i) * e(j) * covariance[i / kernel * channels + j / kernel] * correlation[i % kernel * kernel + j % kernel];
            return sum;
        }
    }

    [Fact]
    public void WhatIsConstantSaysNothingOfRounding() => Assert.Null(SecondOrderRounding.Of(new double[4], [1], 0.1));

    [Fact]
    public void MomentsAreThoseOfTheValues()
    {
        // Two channels, the second twice the first, whose neighbours in a row differ by 1.
        ChannelMoments moments = new(2);
        var values = new float[2 * 4 * 4];
        for (int i = 0; i < 16; i++) (values[i], values[16 + i]) = (i % 4, 2 * (i % 4));
        moments.Add(NdArray.From(values, 1, 2, 4, 4));
        Assert.Equal(16, moments.Samples);
        Assert.Equal([24.0, 48.0], moments.Sums.ToArray());
        Assert.Equal([1.25, 2.5, 2.5, 5.0], moments.Covariance(0, 2)!);
        Assert.Equal([5.0], moments.Covariance(1, 1)!);
        Assert.Equal(1, moments.Correlation(0, 0));
        Assert.Equal(1, moments.Correlation(-2, 0), 12);
        Assert.True(double.IsNaN(moments.Correlation(0, 4)) && double.IsNaN(moments.Correlation(7, 0)));
        Assert.Equal(moments.Correlation(1, -1), moments.Correlation(-1, 1));
    }

    [Fact]
    public void AProfileKeepsMoments()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path)) Profile(0, 8, withMoments: true).Write(file);
            ActivationProfile read = ActivationProfile.Read(path);
            ActivationProfile both = Profile(0, 8, withMoments: true), more = Profile(8, 16, withMoments: true);
            // Products read the argument, the relu and the flattened mean; nothing else has moments.
            Assert.Equal(3, read.Records.Count(static r => r.Channels?.Moments is not null));
            for (int i = 0; i < read.Records.Count; i++)
            {
                if (both.Records[i].Channels?.Moments is not { } wanted) continue;
                ChannelMoments kept = read.Records[i].Channels!.Moments!;
                Assert.Equal(wanted.Samples, kept.Samples);
                Assert.Equal(wanted.Products.ToArray(), kept.Products.ToArray(), static (x, y) => Math.Abs(x - y) <= 1e-6 * Math.Abs(x));
                Assert.Equal(wanted.Pairs.ToArray(), kept.Pairs.ToArray());
            }
            both.Merge(more);
            Assert.Equal(read.Records[0].Channels!.Moments!.Samples + more.Records[0].Channels!.Moments!.Samples, both.Records[0].Channels!.Moments!.Samples);
            string text = File.ReadAllText(path);
            File.WriteAllText(path, text.Replace("\"lag-pairs\":[", "\"lag-pairs\":[1,", StringComparison.Ordinal));
            Assert.Contains("lists of wrong lengths", Assert.Throws<EvaluationException>(() => ActivationProfile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ActivationProfile Profile(ulong from, ulong to, bool withMoments)
    {
        Profiler profiler = new(Parse(out FuncOp reference), 512, withMoments);
        for (ulong seed = from; seed < to; seed++) profiler.Run(SeededInputs.Of(reference, seed));
        return profiler.Finish("");
    }

    private static (QuantizationResult Result, double Sqnr) Measure(QuantizationConfig config) =>
        QuantizationRig.Measure(Parse(out FuncOp reference), reference, config, withMoments: true);

    private static FuncOp Parse(out FuncOp reference)
    {
        Random random = new(5);
        string text = Network;
        for (int at; (at = text.IndexOf("WEIGHTS", StringComparison.Ordinal)) >= 0;)
        {
            int end = text.IndexOf('>', at), count = int.Parse(text.AsSpan(at + 7, end - at - 7), CultureInfo.InvariantCulture);
            StringBuilder hex = new("\"0x");
            for (int k = 0; k < count; k++) hex.Append(Convert.ToHexString(BitConverter.GetBytes((float)((random.NextDouble() - 0.5) * (count == 100 ? 8 : 0.6)))));
            text = string.Concat(text.AsSpan(0, at), hex.Append('"').ToString(), text.AsSpan(end));
        }
        return QuantizationRig.Parse(text, out reference);
    }
}
