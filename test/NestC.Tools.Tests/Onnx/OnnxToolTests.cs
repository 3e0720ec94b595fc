using System.Text;
using NestC.Evaluation;
using NestC.Onnx;
using NestC.TestKit;
using Xunit;

namespace NestC.Tools.Tests.Onnx;

/// <summary>nest-translate --onnx-to-graph and nest-run as their users call them.</summary>
public sealed class OnnxToolTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Digits => Path.Combine(TestData.Checkout, "docs", "examples", "digits");

    private static (int Exit, string Output, string Error) Run(Func<string[], Stream, Stream, Stream, int> tool, params string[] arguments)
    {
        using MemoryStream output = new(), error = new();
        int exit = tool(arguments, Stream.Null, output, error);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    private static (int Exit, string Output, string Error) Translate(params string[] arguments) => Run(ToolEntries.Translate, arguments);

    private static (int Exit, string Output, string Error) Execute(params string[] arguments) => Run(ToolEntries.Run, arguments);

    private string In(string name) => Path.Combine(folder.Path, name);

    [Fact]
    public void WeightsStayInTheModelAndAreChecked()
    {
        File.Copy(Path.Combine(Digits, "digits.onnx"), In("digits.onnx"));
        var written = Translate("--onnx-to-graph", In("digits.onnx"), "-o", In("digits.mlir"));
        Assert.Equal((0, "", ""), written);
        string text = File.ReadAllText(In("digits.mlir"));
        Assert.Contains("external_resources", text);
        Assert.Contains("digits.onnx:", text);
        Assert.True(text.Length < 20_000, "weights are no text");
        Assert.False(File.Exists(In("digits.safetensors")));
        Npy.Write(In("x.npy"), NdArray.Create(ElementKind.F32, [1, 1, 28, 28]));
        var fromModel = Execute(In("digits.onnx"), "--input", In("x.npy"));
        Assert.Equal(0, fromModel.Exit);
        Assert.Equal(fromModel, Execute(In("digits.mlir"), "--input", In("x.npy")));

        byte[] bytes = File.ReadAllBytes(In("digits.onnx"));
        var reference = System.Text.RegularExpressions.Regex.Match(text, @"digits\.onnx:(\d+):(\d+):[0-9a-f]{64}");
        bytes[int.Parse(reference.Groups[1].Value) + 5] ^= 1;
        File.WriteAllBytes(In("digits.onnx"), bytes);
        var changed = Execute(In("digits.mlir"), "--input", In("x.npy"));
        Assert.Equal(1, changed.Exit);
        Assert.Contains("NEST4009", changed.Error);
        Assert.Contains("are not those that the module was written with", changed.Error);
    }

    [Fact]
    public void MlirOptReadsModulesWithReferencesAndInlineWeights()
    {
        if (Peer.Find("mlir-opt-19") is not { } peer) return;
        foreach (string mode in new[] { "--mlir-print-op-generic", "--inline-weights" })
        {
            Assert.Equal(0, Translate("--onnx-to-graph", Path.Combine(Digits, "digits.onnx"), "-o", In("digits.mlir"), "--mlir-print-op-generic", mode).Exit);
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(peer, ["--allow-unregistered-dialect", "--mlir-print-op-generic", In("digits.mlir")]) { RedirectStandardOutput = true })!;
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            // What weights refer to comes back to the letter.
            int section = text.IndexOf("{-#", StringComparison.Ordinal);
            Assert.True(section > 0);
            string own = File.ReadAllText(In("digits.mlir"));
            Assert.Equal(own[own.IndexOf("{-#", StringComparison.Ordinal)..].Trim(), text[section..].Trim());
        }
    }

    [Fact]
    public void WeightsThatAreInNoFileGoToSafetensors()
    {
        if (ModelTests.Models is not { } models) return;
        string model = Path.Combine(models, "topology", "lenet5.onnx");
        Assert.Equal(0, Translate("--onnx-to-graph", model, "--seed-weights", "-o", In("lenet5.mlir")).Exit);
        Assert.True(File.Exists(In("lenet5.safetensors")));
        string expected = Path.Combine(models, "topology", "expected", "lenet5.");
        var run = Execute(In("lenet5.mlir"), "--input", expected + "input_0.pb", "--expect", expected + "output_0.pb");
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("equal within tolerance", run.Output);
        Assert.Equal(0, Execute(model, "--seed-weights", "--input", expected + "input_0.pb", "--expect", expected + "output_0.pb").Exit);
    }

    [Fact]
    public void ADataSetGivesItsAccuracyAndWhatWasWrong()
    {
        var run = Execute(Path.Combine(Digits, "digits.onnx"), "--dataset", Path.Combine(Digits, "test-images.npz"));
        Assert.Equal(0, run.Exit);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("395 of 400 right (98.75 %)", lines[^1]);
        Assert.Equal(6, lines.Length);
        Assert.Matches(@"^\d+: (\d) taken for (\d), scores \d: .*; \1 is number \d+$", lines[0]);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public void PicturesAreTransformedAsStated()
    {
        if (ModelTests.Models is not { } models) return;
        var run = Execute(Path.Combine(models, "real", "mobilenet_v2_int8_224.onnx"), "--input", Path.Combine(models, "images", "imagenet", "zebra_340.png"), "--pixels", "mean=128", "--top", "1");
        Assert.True(run.Exit == 0, run.Error);
        Assert.Contains("row 0: 340 ", run.Output);
        Assert.Contains("224 x 224 pixels, red, green, blue, N C H W, (pixel 1 - 128) / 1", run.Error);
    }

    [Fact]
    public void TimesAreToldByOperationAndInSum()
    {
        Npy.Write(In("x.npy"), NdArray.Create(ElementKind.F32, [1, 1, 28, 28]));
        var run = Execute(Path.Combine(Digits, "digits.onnx"), "--input", In("x.npy"), "--time", "--repeat", "2", "--output", In("out"));
        Assert.Equal(0, run.Exit);
        Assert.Matches(@"ms +[0-9.]+ % +\d+ x graph\.conv", run.Output);
        Assert.Contains("ms  in all", run.Output);
        Assert.Equal([1, 10], Npy.Read(Path.Combine(In("out"), "output_0.npy")).Shape.ToArray());
    }

    [Theory]
    [InlineData("takes 1 inputs (tensor<", "MODEL")]
    [InlineData("error[NEST4011]: 'main_graph', argument 0: it has type", "MODEL", "--input", "WRONG")]
    [InlineData("inputs are .npy, .npz, .pb, .png or random", "MODEL", "--input", "x.txt")]
    [InlineData("there is no such file", "absent.onnx", "--input", "random")]
    [InlineData("has no function 'other' to run", "MODEL", "--entry", "other")]
    [InlineData("no input has a dimension named 'Z'", "MODEL", "--dim", "Z=1")]
    public void WhatIsWrongIsSaid(string expected, params string[] arguments)
    {
        Npy.Write(In("wrong.npy"), NdArray.Create(ElementKind.F32, [3]));
        var run = Execute([.. arguments.Select(a => a == "MODEL" ? Path.Combine(Digits, "digits.onnx") : a == "WRONG" ? In("wrong.npy") : a)]);
        Assert.Equal(1, run.Exit);
        Assert.Contains(expected, run.Error);
        Assert.DoesNotContain("Exception", run.Error);
    }

    [Theory]
    [InlineData("--tpo", "1")]
    [InlineData("--top", "many")]
    [InlineData("--input")]
    public void CommandLinesThatAreWrongAreUsageErrors(params string[] arguments) => Assert.Equal(2, Execute([Path.Combine(Digits, "digits.onnx"), .. arguments]).Exit);

    [Fact]
    public void AllUnsupportedOperatorsAreListedAtOnce()
    {
        var model = new NestC.Onnx.Proto.ModelProto { IrVersion = 8, Graph = new NestC.Onnx.Proto.GraphProto { Name = "g" } };
        model.OpsetImport.Add(new NestC.Onnx.Proto.OperatorSetIdProto { Domain = "", Version = 13 });
        string last = "x";
        model.Graph.Input.Add(new NestC.Onnx.Proto.ValueInfoProto { Name = "x", Type = new() { TensorType = new() { ElemType = 1 } } });
        foreach (string type in new[] { "DeformConv", "Relu", "DeformConv", "Col2Im" })
        {
            string next = $"v{model.Graph.Node.Count}";
            model.Graph.Node.Add(new NestC.Onnx.Proto.NodeProto { OpType = type, Name = $"n{model.Graph.Node.Count}", Input = { last }, Output = { next } });
            if (type == "Relu") last = "x";
        }
        model.Graph.Output.Add(new NestC.Onnx.Proto.ValueInfoProto { Name = "v1" });
        using (var stream = File.Create(In("m.onnx"))) Google.Protobuf.MessageExtensions.WriteTo(model, stream);
        var run = Translate("--onnx-to-graph", In("m.onnx"));
        Assert.Equal(1, run.Exit);
        Assert.Contains("error[NEST4006]: DeformConv (opset 13) is not supported: 2 nodes ('n0', 'n2')", run.Error);
        Assert.Contains("error[NEST4006]: Col2Im (opset 13) is not supported: 1 node ('n3')", run.Error);
    }

    [Fact]
    public void ListOpsTellsOfTestsPassed()
    {
        var run = Translate("--list-ops");
        Assert.Equal(0, run.Exit);
        Assert.Matches(@"(?m)^LSTM +graph\.lstm +1,7,14 +4 of 4$", run.Output);
        Assert.True(run.Output.Split('\n').Length > 180, run.Output);
    }
}
