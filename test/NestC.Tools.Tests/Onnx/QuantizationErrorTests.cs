using System.Text;
using System.Text.Json.Nodes;
using NestC.TestKit;
using Xunit;

namespace NestC.Tools.Tests.Onnx;

/// <summary>What does not fit a profile is an error that says so, and exit code 1.</summary>
public sealed class QuantizationErrorTests : IDisposable
{
    private const string Network = """
        func.func @main(%x: tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> {
          %w = graph.constant dense<[[[[0.5]], [[-0.25]]], [[[1.0]], [[0.75]]]]> : tensor<2x2x1x1xf32>
          %0 = graph.conv %x, %w : (tensor<1x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<1x2x4x4xf32> loc("first")
          %1 = graph.relu %0 : (tensor<1x2x4x4xf32>) -> tensor<1x2x4x4xf32> loc("second")
          return %1 : tensor<1x2x4x4xf32>
        }

        """;

    private readonly TemporaryFolder work = new();
    private readonly string model, profile;

    public QuantizationErrorTests()
    {
        (model, profile) = (Path.Combine(work.Path, "m.mlir"), Path.Combine(work.Path, "p.json"));
        File.WriteAllText(model, Network);
        Assert.Equal((0, ""), Run("--profile", profile, model, "--inputs", "random:4"));
    }

    public void Dispose() => work.Dispose();

    [Fact]
    public void TheProfileOfAnotherModel()
    {
        File.WriteAllText(model, Network.Replace("0.75", "0.625", StringComparison.Ordinal));
        Fails("NEST4250", "'first' ('graph.conv') is computed from other operands, weights or properties", "");
        PassesFail("NEST4250", "'first' ('graph.conv') is computed from other operands, weights or properties", "");
    }

    [Fact]
    public void AValueOfWhichTheProfileHasNoRange()
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(profile))!;
        JsonArray values = root["values"]!.AsArray();
        for (int i = values.Count - 1; i >= 0; i--)
            if ((string?)values[i]!["id"] == "second") values.RemoveAt(i);
        File.WriteAllText(profile, root.ToJsonString());
        Fails("NEST4252", "no range is known for 1 value: 'second'", "");
        PassesFail("NEST4252", "no range is known for 1 value: 'second'", "");
    }

    [Fact]
    public void OtherPreprocessing()
    {
        Fails("NEST4251", "are prepared as 'scale=2'", "", "--preprocess", "scale=2");
        PassesFail("NEST4251", "are prepared as 'scale=2'", " preprocessing=scale=2");
    }

    [Fact]
    public void AFileWithANameOfNoLayer()
    {
        string list = Path.Combine(work.Path, "floats.txt");
        File.WriteAllText(list, "# first\nsecond\n");
        Assert.Equal((0, ""), Report("npu,mixed-precision=" + list));
        File.WriteAllText(list, "second\nsecnd\n");
        const string message = "'secnd', which is to stay in floats, is the name of no layer; did you mean 'second'?";
        Fails("NEST4254", message, "npu,mixed-precision=" + list);
        PassesFail("NEST4254", message, " mixed-precision=" + list);
        File.Delete(list);
        Fails("NEST4253", "cannot be read", "npu,mixed-precision=" + list);
        PassesFail("NEST4253", "cannot be read", " mixed-precision=" + list);
    }

    [Theory]
    [InlineData("keep-float=secnd", "'secnd', which is to stay in floats, is the name of no layer; did you mean 'second'?")]
    [InlineData("keep-wide=secnd", "'secnd', which is to have 16 bits, is the name of no layer; did you mean 'second'?")]
    public void ANameOfNoLayer(string configuration, string message) => Fails("NEST4254", message, configuration);

    [Fact]
    public void WhatFitsIsNoError() => Assert.Equal((0, ""), Report("int8,keep-float=second"));

    private void Fails(string code, string message, string configuration, params string[] more)
    {
        var (exit, error) = Report(configuration, more);
        Assert.Equal(1, exit);
        Assert.Contains("error[" + code + "]", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    // The same with nest-opt, by either pass; nothing is written.
    private void PassesFail(string code, string message, string more)
    {
        foreach (string pass in (ReadOnlySpan<string>)["graph-quantize", "quantize-for-npu"])
        {
            using MemoryStream output = new(), error = new();
            int exit = new OptTool(Registry.RegisterDialects).Run([$"--{pass}=profile={profile}{more}", model], Stream.Null, output, error);
            string text = Encoding.UTF8.GetString(error.ToArray());
            Assert.Equal((1, 0), (exit, (int)output.Length));
            Assert.Contains(message, text, StringComparison.Ordinal);
            Assert.Contains(code, text, StringComparison.Ordinal);
        }
    }

    private (int Code, string Error) Report(string configuration, params string[] more) =>
        Run(["--quantization-report", Path.Combine(work.Path, "r"), model, "--profile-data", profile, "--inputs", "random:2", "--quantize", configuration, .. more]);

    private static (int Code, string Error) Run(params string[] arguments)
    {
        using MemoryStream output = new(), error = new();
        int code = ToolEntries.Run(arguments, Stream.Null, output, error);
        return (code, Encoding.UTF8.GetString(error.ToArray()));
    }
}
