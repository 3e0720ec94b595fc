using System.Globalization;
using System.Text.Json;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>The table of docs/quantization.md: how often quantized networks name the class that the floats name. A part of the inputs by default, with a share that may be
/// missed for want of numbers; all of them, and the goals themselves, under NEST_FULL=1.</summary>
public sealed class QuantizationTableTests(ITestOutputHelper log)
{
    private const int Sample = 24, All = 256, LeastClasses = 5;

    private static bool IsFull => Environment.GetEnvironmentVariable("NEST_FULL") == "1";

    // Model, what is done to inputs, configuration, seed, least agreement in percent, least SQNR of the outputs in dB. No choice was made
    // on the seeds 271828 and 77777; another such set, 314159, is one where int8 and powers of two miss their goals (docs/quantization.md).
    [DataTheory("models/real/ic_resnet8_fp32.onnx", "models/real/resnet20_cifar10.onnx")]
    [InlineData("ic_resnet8_fp32.onnx", "scale=127.5,mean=-127.5", "int8", 1, 98, 28)]
    [InlineData("ic_resnet8_fp32.onnx", "scale=127.5,mean=-127.5", "int8", 77777, 98, 28)]
    [InlineData("ic_resnet8_fp32.onnx", "scale=127.5,mean=-127.5", "int16x8", 271828, 98, 31)]
    [InlineData("ic_resnet8_fp32.onnx", "scale=127.5,mean=-127.5", "npu", 1, 95, 20)]
    [InlineData("resnet20_cifar10.onnx", "scale=4", "int8", 1, 98, 36)]
    [InlineData("resnet20_cifar10.onnx", "scale=4", "int8", 271828, 98, 36)]
    [InlineData("resnet20_cifar10.onnx", "scale=4", "npu", 1, 95, 27)]
    public void TheFirstClassAgreesWithTheFloats(string model, string preprocess, string configuration, int seed, double agreement, double ratio)
    {
        int count = IsFull ? All : Sample;
        string inputs = string.Create(CultureInfo.InvariantCulture, $"random:{count}:{seed}");
        Check("models/real/" + model, preprocess, "random:64:5000", inputs, configuration, count, IsFull ? agreement : agreement - 10, IsFull ? ratio : ratio - 2);
    }

    [FullFact]
    public void TheFirstClassOfASeededMobileNetAgreesWithTheFloats()
    {
        const string model = "models/seeded/mobilenet_v2.onnx";
        if (TestData.Find(model) is null) return;
        string seeds = "tiles:@" + Path.Combine(TestData.Checkout, "docs", "examples", "mobilenet-v2-seeds.txt");
        Check(model, "scale=100", "tiles:64:1000000", seeds, "int8", All, 98, 32);
        Check(model, "scale=100", "tiles:64:1000000", seeds, "npu", All, 95, 29);
    }

    private void Check(string model, string preprocess, string calibration, string inputs, string configuration, int count, double agreement, double ratio)
    {
        using TemporaryFolder work = new();
        string path = TestData.PathOf(model), profile = Path.Combine(work.Path, "p.json"), report = Path.Combine(work.Path, "r");
        Run("--profile", profile, path, "--inputs", calibration, "--preprocess", preprocess);
        Run("--quantization-report", report, path, "--profile-data", profile, "--quantize", configuration, "--inputs", inputs, "--preprocess", preprocess, "--sensitivity-inputs", "0");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(report + ".json"));
        JsonElement outputs = json.RootElement.GetProperty("outputs");
        int agreeing = outputs.GetProperty("agreeing").GetInt32(), classes = outputs.GetProperty("classes").GetInt32();
        double sqnr = outputs.GetProperty("sqnr_db").GetDouble();
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model} {configuration}: {agreeing} of {count} ({100.0 * agreeing / count:F1} %), {classes} classes, {sqnr:F1} dB"));
        Assert.Equal(count, json.RootElement.GetProperty("inputs").GetInt32());
        Assert.True(sqnr >= ratio, $"{sqnr} dB");
        Assert.True(agreeing * 100 >= count * agreement, $"{agreeing} of {count} agree");
        Assert.True(count < All || classes >= LeastClasses, $"{classes} classes");
        Assert.Empty(json.RootElement.GetProperty("kept_float").EnumerateArray());
    }

    private static void Run(params string[] arguments)
    {
        using MemoryStream output = new(), error = new();
        int code = ToolEntries.Run(arguments, Stream.Null, output, error);
        Assert.True(code == 0, System.Text.Encoding.UTF8.GetString(error.ToArray()));
    }
}
