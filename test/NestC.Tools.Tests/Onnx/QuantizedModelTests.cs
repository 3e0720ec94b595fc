using System.Text.Json;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Quantization;
using NestC.Passes.Quantization;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Quantized networks: accuracy of our own, and imported ones in integers throughout.</summary>
public sealed class QuantizedModelTests(ITestOutputHelper log)
{
    // Percent of the 400 test images that each configuration may lose against the floats.
    [Theory]
    [InlineData("", 0.5)]
    [InlineData("calibration=mse,granularity=channel", 0.5)]
    [InlineData("int8", 0.5)]
    [InlineData("npu", 1.5)]
    public void OurOwnNetworkKeepsItsAccuracy(string configuration, double loss)
    {
        string folder = Path.Combine(TestData.Checkout, "docs", "examples", "digits"), work = Directory.CreateTempSubdirectory("nest-quantization").FullName;
        try
        {
            string model = Path.Combine(folder, "digits.onnx"), profile = Path.Combine(work, "p.json"), report = Path.Combine(work, "r");
            Run("--profile", profile, model, "--inputs", Path.Combine(folder, "calibration-images.npz"));
            Run("--quantization-report", report, model, "--profile-data", profile, "--quantize", configuration, "--dataset", Path.Combine(folder, "test-images.npz"),
                "--sensitivity-inputs", "0");
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report + ".json"));
            JsonElement accuracy = json.RootElement.GetProperty("accuracy");
            double real = Percent(accuracy, "float"), quantized = Percent(accuracy, "quantized");
            log.WriteLine($"float {real} %, quantized {quantized} %");
            Assert.Equal(400, accuracy.GetProperty("labelled").GetInt32());
            Assert.True(real >= 98 && quantized >= real - loss, $"float {real} %, quantized {quantized} %");
            Assert.Empty(json.RootElement.GetProperty("kept_float").EnumerateArray());
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    [DataTheory("models/real/mnist-8.onnx")]
    [InlineData("int8")]
    [InlineData("npu")]
    public void AQuantizedMnistReadsAllTenDigits(string configuration)
    {
        string root = TestData.PathOf("models");
        FuncOp function = Load(Path.Combine(root, "real", "mnist-8.onnx")).Entry;
        List<(long Digit, NdArray Picture)> digits = [];
        foreach (string path in Directory.GetFiles(Path.Combine(root, "images", "mnist"), "*.png").Order(StringComparer.Ordinal))
            digits.Add((Path.GetFileName(path)[0] - '0', Cast.To(Png.Read(path).Reshape([1, 1, 28, 28]), ElementKind.F32)));
        Profiler profiler = new(function, 2048);
        foreach (var (_, picture) in digits) profiler.Run([picture]);
        QuantizationResult result = new Quantizer(function, QuantizationConfigText.Parse(configuration)) { Profile = profiler.Finish("") }.Run();
        Assert.Empty(result.KeptFloat);
        Assert.Equal(10, digits.Count);
        foreach (var (digit, picture) in digits)
            Assert.Equal(digit, Ordering.ArgExtreme(new ArrayInterpreter().Run(function, [picture])[0], 1, false, true, false).GetInt64(0));
    }

    [DataFact("models/real/ic_resnet8_int8.onnx")]
    public void AnImportedResidualNetworkAgreesWithOnnxRuntime()
    {
        string root = TestData.PathOf("models");
        FuncOp function = Integers(Path.Combine(root, "real", "ic_resnet8_int8.onnx"));
        NdArray actual = new ArrayInterpreter().Run(function, [OnnxModel.ReadTensor(Path.Combine(root, "real", "ic_resnet8_int8.input_0.pb"))])[0];
        NdArray expected = OnnxModel.ReadTensor(Path.Combine(root, "real", "ic_resnet8_int8.output_0.pb"));
        // One step of the output's type is 1 / 256; no element is off by one.
        for (long i = 0; i < expected.Count; i++) Assert.InRange(actual.GetDouble(i), expected.GetDouble(i) - 1e-6, expected.GetDouble(i) + 1e-6);
    }

    [DataTheory("models/real/mobilenet_v2_int8_224.onnx")]
    [InlineData("cat_285", 285, 2)]
    [InlineData("dog_207", 207, 1)]
    [InlineData("zebra_340", 340, 1)]
    public void AnImportedMobileNetClassifiesThePictures(string picture, int label, int within)
    {
        NdArray logits = Logits(picture, new QuantizationConfig(), out _);
        int above = 0;
        for (long i = 0; i < logits.Count; i++)
            if (logits.GetDouble(i) > logits.GetDouble(label)) above++;
        Assert.True(above < within, $"{above} classes are above {label}");
    }

    // What ONNX Runtime computes in integers throughout (Expected/README.md), bit for bit.
    [DataTheory("models/real/mobilenet_v2_int8_224.onnx")]
    [InlineData("cat_285", 0)]
    [InlineData("dog_207", 1)]
    [InlineData("zebra_340", 2)]
    public void AnImportedMobileNetGivesTheIntegersOfOnnxRuntime(string picture, int row)
    {
        NdArray logits = Logits(picture, new QuantizationConfig(), out double scale);
        NdArray expected = Npy.Read(Path.Combine(TestData.Checkout, "test", "NestC.Tools.Tests", "Onnx", "Expected", "mobilenet_v2_int8_224_integers.npy"));
        int equal = 0;
        for (int i = 0; i < 1000; i++)
        {
            // The zero point of the logits is that of which the real is 0.
            long steps = (long)Math.Round(logits.GetDouble(i) / scale) - (long)Math.Round(logits.GetDouble(0) / scale);
            if (steps == expected.GetInt64(row * 1000 + i) - expected.GetInt64(row * 1000)) equal++;
        }
        Assert.Equal(1000, equal);
    }

    private static NdArray Logits(string picture, QuantizationConfig config, out double scale)
    {
        string root = TestData.PathOf("models");
        FuncOp function = Integers(Path.Combine(root, "real", "mobilenet_v2_int8_224.onnx"), config);
        scale = 0;
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            if (op is DequantizeOp last) scale = QuantizedTypes.ScaleOf(last.Operand(0));
        NdArray image = Png.Read(Path.Combine(root, "images", "imagenet", picture + ".png"));
        NdArray planes = Moves.Transpose(image, [2, 0, 1]);
        var input = NdArray.CreateUninitialized(ElementKind.I8, [1, 3, 224, 224]);
        for (int i = 0; i < input.Count; i++) input.Write<sbyte>()[i] = (sbyte)(planes.GetInt64(i) - 128);
        return new ArrayInterpreter().Run(function, [input])[0];
    }

    // The model with integer operations alone: only the last step gives floats.
    private static FuncOp Integers(string path, QuantizationConfig? config = null)
    {
        ModelFile file = Load(path);
        QuantizationResult result = new Quantizer(file.Entry, config ?? new QuantizationConfig()).Run();
        Assert.Empty(result.KeptFloat);
        int floats = 0;
        for (Operation? op = file.Entry.Entry.First; op is not null; op = op.Next)
            if (op is DequantizeOp or QuantizeOp) floats++;
        Assert.Equal(1, floats);
        Assert.True(Verifier.Verify(file.Module));
        return file.Entry;
    }

    private static ModelFile Load(string path)
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        StringWriter error = new();
        return ModelFile.Read(context, path, null, false, error) ?? throw new InvalidDataException(error.ToString());
    }

    private static double Percent(JsonElement accuracy, string name) => 100.0 * accuracy.GetProperty(name).GetInt32() / accuracy.GetProperty("labelled").GetInt32();

    private static void Run(params string[] arguments)
    {
        using MemoryStream output = new(), error = new();
        int code = ToolEntries.Run(arguments, Stream.Null, output, error);
        Assert.True(code == 0, System.Text.Encoding.UTF8.GetString(error.ToArray()));
    }
}
