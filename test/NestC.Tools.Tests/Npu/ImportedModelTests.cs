using System.Text;
using NestC.TestKit;
using NestC.Tools.Run;
using Xunit;

namespace NestC.Tools.Tests.Npu;

/// <summary>Integer models of other tools: requantized for the NPU with a warning that says what was lost, lowered, and run in the simulator.</summary>
public sealed class ImportedModelTests
{
    [DataFact("models/real/ic_resnet8_int8.onnx")]
    public void A_residual_network_runs() => Runs("ic_resnet8_int8.onnx", "1 x graph.quantized_softmax");

    [DataFact("models/real/mobilenet_v2_int8_224.onnx")]
    public void A_network_of_channel_wise_convolutions_runs() => Runs("mobilenet_v2_int8_224.onnx", "1 x the zero point of the operand must be 0");

    private static void Runs(string model, string onTheHost)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        int exit = RunTargets.Run([Path.Combine(TestData.PathOf("models"), "real", model), "--target", "npu", "--dataset", "random:1"], RunTargets.All(), Stream.Null, output, error);
        string said = Encoding.UTF8.GetString(error.ToArray()), told = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(exit == 0, said);
        Assert.Contains("the model's scales were replaced by powers of two: over 4 seeded inputs the outputs have a signal to noise ratio of ", said, StringComparison.Ordinal);
        Assert.Contains("the first result is the quantized graph's bit for bit", told, StringComparison.Ordinal);
        Assert.Contains(" ops, 100.0 % of the multiply-accumulates", told, StringComparison.Ordinal);
        Assert.Contains(onTheHost, told, StringComparison.Ordinal);
    }
}
