using System.Text;
using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;
using Xunit;

namespace NestC.Passes.Tests.Quantization;

/// <summary>Profiles and quantization of a small residual network.</summary>
public sealed class QuantizerTests
{
    private const string Network = """
        func.func @main(%x: tensor<1x4x6x6xf32>) -> tensor<1x3xf32> {
          %w1 = graph.constant dense<WEIGHTS1> : tensor<4x4x3x3xf32>
          %b1 = graph.constant dense<[0.1, -0.2, 0.3, 0.0]> : tensor<4xf32>
          %c1 = graph.conv %x, %w1, %b1 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x6x6xf32>, tensor<4x4x3x3xf32>, tensor<4xf32>) -> tensor<1x4x6x6xf32> loc("c1")
          %r1 = graph.relu %c1 : (tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> loc("r1")
          %w2 = graph.constant dense<WEIGHTS2> : tensor<4x4x3x3xf32>
          %c2 = graph.conv %r1, %w2 {pads = array<i64: 1, 1, 1, 1>} : (tensor<1x4x6x6xf32>, tensor<4x4x3x3xf32>) -> tensor<1x4x6x6xf32> loc("c2")
          %a = graph.add %c2, %r1 : (tensor<1x4x6x6xf32>, tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> loc("a")
          %r2 = graph.relu %a : (tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> loc("r2")
          %p = graph.max_pool %r2 {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x4x6x6xf32>) -> tensor<1x4x3x3xf32> loc("p")
          %s = graph.sigmoid %r2 : (tensor<1x4x6x6xf32>) -> tensor<1x4x6x6xf32> loc("s")
          %q = graph.average_pool %s {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x4x6x6xf32>) -> tensor<1x4x3x3xf32> loc("q")
          %k = graph.concat %p, %q {axis = 1} : (tensor<1x4x3x3xf32>, tensor<1x4x3x3xf32>) -> tensor<1x8x3x3xf32> loc("k")
          %g = graph.global_average_pool %k : (tensor<1x8x3x3xf32>) -> tensor<1x8x1x1xf32> loc("g")
          %f = graph.flatten %g : (tensor<1x8x1x1xf32>) -> tensor<1x8xf32> loc("f")
          %w3 = graph.constant dense<WEIGHTS3> : tensor<8x3xf32>
          %d = graph.gemm %f, %w3 : (tensor<1x8xf32>, tensor<8x3xf32>) -> tensor<1x3xf32> loc("d")
          %o = graph.softmax %d : (tensor<1x3xf32>) -> tensor<1x3xf32> loc("o")
          return %o : tensor<1x3xf32>
        }
        """;

    private static readonly int[] weightCounts = [144, 144, 24];

    public static TheoryData<string> Configurations => new(
        "", "schema=symmetric", "schema=symmetric-with-uint8", "schema=symmetric-with-power2-scale", "granularity=channel", "calibration=kl", "calibration=percentile",
        "calibration=mse,calibrate-weights", "activation-bits=16", "bias-bits=16", "bias-bits=8", "npu", "npu,granularity=channel", "npu,equalization=0", "npu,head-bits=16",
        "schema=symmetric,equalization=0.5,compensated-rounding", "schema=symmetric-with-power2-scale,center-ranges", "granularity=channel,compensated-rounding,bias-correction",
        "int8", "int16x8", "head-bits=16", "addend-bits=16", "keep-wide=c1,keep-wide=q", "schema=symmetric-with-power2-scale,head-bits=16,addend-bits=16");

    [Theory]
    [MemberData(nameof(Configurations))]
    public void EveryConfigurationStaysNearTheFloats(string text)
    {
        FuncOp function = Parse(out FuncOp reference);
        QuantizationConfig config = QuantizationConfigText.Parse(text);
        QuantizationResult result = new Quantizer(function, config) { Profile = Observe(reference, 16) }.Run();
        Assert.True(Verifier.Verify(function));
        // A table has 256 entries, so that a sigmoid of 16 bits stays in floats.
        Assert.Equal(config.ActivationBits == 8 ? [] : ["'graph.sigmoid'"], result.KeptFloat);
        ErrorMeasure error = new();
        for (ulong seed = 100; seed < 116; seed++)
        {
            NdArray[] input = SeededInputs.Of(reference, seed);
            error.Add(Run(reference, input).Read<float>(), Run(function, input).Read<float>());
        }
        Assert.True(error.Sqnr > 22, $"{error.Sqnr} dB");
    }

    [Fact]
    public void TheHeadAndSumsHave16BitsAndProductsReadEight()
    {
        FuncOp function = Parse(out FuncOp reference);
        QuantizationResult result = new Quantizer(function, QuantizationConfigText.Parse("int8")) { Profile = Observe(reference, 16) }.Run();
        Dictionary<string, int> bits = [];
        foreach (QuantizedLayer layer in result.Layers) bits[layer.Label] = QuantizedTypes.Of(layer.Stored).Storage.Width;
        foreach (string wide in (string[])["r1", "c2", "r2", "g", "f", "d", "o"]) Assert.Equal((wide, 16), (wide, bits[wide]));
        Assert.Equal(8, bits["s"]);
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (op is QuantizedConvOp or QuantizedLookupOp) Assert.Equal(8, QuantizedTypes.Of(op.Operand(0)).Storage.Width);
            if (op is QuantizedGemmOp) Assert.Equal(16, QuantizedTypes.Of(op.Operand(0)).Storage.Width);
        }
    }

    [Fact]
    public void AValueOf16BitsHasRoomForWhatCalibrationHasNotSeen()
    {
        FuncOp function = Parse(out FuncOp reference);
        ActivationProfile profile = Observe(reference, 16);
        QuantizationResult result = new Quantizer(function, QuantizationConfigText.Parse("head-bits=16")) { Profile = profile }.Run();
        QuantizedLayer logits = Assert.Single(result.Layers, static l => l.Label == "d");
        Histogram seen = Assert.Single(profile.Records, static r => r.Label == "d").Seen;
        UniformQuantizedType type = QuantizedTypes.Of(logits.Stored);
        Assert.True((type.Storage.Max - type.ZeroPoints[0]) * type.Scales[0] > 1.9 * Math.Max(0, seen.Max));
        Assert.True((type.Storage.Min - type.ZeroPoints[0]) * type.Scales[0] < 1.9 * Math.Min(0, seen.Min));
    }

    [Fact]
    public void TheFormOfTheNpuHasShiftsAlone()
    {
        FuncOp function = Parse(out FuncOp reference);
        new Quantizer(function, QuantizeForNpuPass.Config()) { Profile = Observe(reference, 16) }.Run();
        int fused = 0, products = 0;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            foreach (Value value in op.Results)
            {
                if (QuantizedTypes.Of(value.Type) is not { } type) continue;
                Assert.All(type.ZeroPoints.ToArray(), z => Assert.Equal(0, z));
                Assert.All(type.Scales.ToArray(), s => Assert.True(AffineParameters.IsPowerOfTwo(s, out _)));
            }
            if (op is QuantizedConvOp conv)
            {
                products++;
                Assert.Null(conv.Multiplier);
                Assert.All(conv.Shift, s => Assert.InRange(s, 0, 15));
                Assert.InRange(conv.ResidualShift, 0, 6);
                Assert.Equal(0, conv.ClipMin);
                if (conv.Residual is not null) fused++;
            }
            if (op is QuantizedGlobalAveragePoolOp mean) Assert.True(mean.Multiplier <= 127 && mean.Shift <= 15);
            if (op is QuantizedAddOp add) Assert.True(add.Multipliers is null && add.Shift[0] <= 15);
        }
        Assert.Equal((2, 1), (products, fused));
    }

    [Fact]
    public void AProfileSurvivesItsFileAndUnrelatedChanges()
    {
        FuncOp function = Parse(out FuncOp reference);
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.Create(path)) Observe(reference, 4).Write(file);
            ActivationProfile read = ActivationProfile.Read(path);
            // Dead code, other locations, and operations in another order.
            OpBuilder builder = new(function.Context);
            builder.AtStart(function.Entry);
            builder.Create("graph.neg", [function.Entry.ArgumentAt(0)], [function.Entry.ArgumentAt(0).Type]);
            for (Operation? op = function.Entry.First; op is not null; op = op.Next) builder.SetLocation(op, default);
            Assert.Null(read.Mismatch(function, new ValueIds(function)));
            Assert.NotEmpty(new Quantizer(function, new QuantizationConfig()) { Profile = read }.Run().Layers);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ProfilesOfPartsAreTheProfileOfTheWhole()
    {
        Parse(out FuncOp reference);
        ActivationProfile whole = Observe(reference, 8), part = Observe(reference, 4), rest = Observe(reference, 4, 4);
        part.Merge(rest);
        Assert.Equal(8, part.Inputs);
        for (int i = 0; i < whole.Records.Count; i++)
        {
            Histogram a = whole.Records[i].Seen, b = part.Records[i].Seen;
            Assert.Equal((a.Min, a.Max, a.Total), (b.Min, b.Max, b.Total));
        }
        Assert.Contains("prepared differently", Assert.Throws<EvaluationException>(() => part.Merge(Observe(reference, 1, 0, "scale=2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatDoesNotFitIsSaid()
    {
        FuncOp function = Parse(out FuncOp reference);
        ActivationProfile profile = Observe(reference, 2);
        QuantizationException Fails(FuncOp f, QuantizationConfig config, ActivationProfile? given, string? preprocessing = null) =>
            Assert.Throws<QuantizationException>(() => new Quantizer(f, config) { Profile = given, Preprocessing = preprocessing }.Run());

        Assert.Equal("NEST4253", Fails(Parse(out _), QuantizationConfigText.Parse("npu,addend-bits=16"), profile).Code);
        QuantizationException unknown = Fails(Parse(out _), QuantizationConfigText.Parse("keep-wide=c9"), profile);
        Assert.Equal("NEST4254", unknown.Code);
        Assert.Contains("'c9', which is to have 16 bits, is the name of no layer", unknown.Message, StringComparison.Ordinal);

        FuncOp other = Parse(out _, seed: 7);
        QuantizationException e = Fails(other, new(), profile);
        Assert.Equal("NEST4250", e.Code);
        Assert.Contains("'c1' ('graph.conv') is computed from other operands, weights or properties", e.Message, StringComparison.Ordinal);
        Assert.Equal("NEST4250", Fails(function, new(), null).Code);
        Assert.Equal("NEST4251", Fails(function, new(), profile, "scale=2").Code);
        e = Fails(function, new QuantizationConfig { KeepFloat = ["c1", "c7"] }, profile);
        Assert.Equal("NEST4254", e.Code);
        Assert.Contains("'c7'", e.Message, StringComparison.Ordinal);
        // A record that is gone.
        ActivationProfile less = new(profile.Model, profile.Preprocessing, 2);
        foreach (ProfileRecord record in profile.Records)
            if (record.Label != "r1") less.Add(record);
        e = Fails(function, new(), less);
        Assert.Equal("NEST4252", e.Code);
        Assert.Contains("'r1'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALayerThatIsNamedStaysInFloats()
    {
        FuncOp function = Parse(out FuncOp reference);
        QuantizationResult result = new Quantizer(function, new QuantizationConfig { KeepFloat = ["c1"] }) { Profile = Observe(reference, 4), KeepLast = true }.Run();
        Assert.Contains("'graph.conv'", result.KeptFloat);
        Assert.Contains("'graph.gemm'", result.KeptFloat);
        Assert.DoesNotContain(result.Layers, l => l.Label is "r1" or "d");
        Assert.True(Verifier.Verify(function));
    }

    [Fact]
    public void AValueThatIsNotFiniteIsNamed()
    {
        Parse(out FuncOp reference);
        NdArray[] input = SeededInputs.Of(reference, 1);
        input[0].Write<float>()[3] = float.NaN;
        Profiler profiler = new(reference, 64);
        string message = Assert.Throws<EvaluationException>(() => profiler.Run(input)).Message;
        Assert.Contains("NaN", message, StringComparison.Ordinal);
        Assert.StartsWith("'", message, StringComparison.Ordinal);
    }

    private static ActivationProfile Observe(FuncOp function, int count, int first = 0, string preprocessing = "")
    {
        Profiler profiler = new(function, 512);
        for (int i = 0; i < count; i++) profiler.Run(SeededInputs.Of(function, (ulong)(first + i)));
        return profiler.Finish(preprocessing);
    }

    private static NdArray Run(FuncOp function, NdArray[] input) => new ArrayInterpreter().Run(function, input)[0];

    // The function, and the same once more.
    private static FuncOp Parse(out FuncOp reference, int seed = 1)
    {
        string text = Network;
        Random random = new(seed);
        for (int i = 0; i < weightCounts.Length; i++)
        {
            StringBuilder hex = new("\"0x");
            for (int k = 0; k < weightCounts[i]; k++) hex.Append(Convert.ToHexString(BitConverter.GetBytes((float)((random.NextDouble() - 0.5) * (i == 1 ? 3.8 : 1)))));
            text = text.Replace($"WEIGHTS{i + 1}", hex.Append('"').ToString(), StringComparison.Ordinal);
        }
        return QuantizationRig.Parse(text, out reference);
    }
}
