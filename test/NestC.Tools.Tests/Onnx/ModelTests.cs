using NestC.Evaluation;
using NestC.Onnx;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Whole networks against the outputs of their publishers and of ONNX Runtime.</summary>
public class ModelTests(ITestOutputHelper log)
{
    /// <summary>The folder of test models, or null where there is none.</summary>
    internal static string? Models
    {
        get
        {
            string? data = Environment.GetEnvironmentVariable("NEST_TEST_DATA");
            if (data == null)
            {
                // Beside the checkout, which is the first folder above with a solution.
                var at = new DirectoryInfo(AppContext.BaseDirectory);
                while (at != null && !File.Exists(Path.Combine(at.FullName, "NestC.sln"))) at = at.Parent;
                data = at?.Parent == null ? null : Path.Combine(at.Parent.FullName, "shared", "data");
            }
            string? models = data == null ? null : Path.Combine(data, "models");
            return Directory.Exists(models) ? models : null;
        }
    }

    [Theory]
    [InlineData("real/mnist-8", "real/mnist-8", 0)]
    [InlineData("real/mnist-8", "real/mnist-8", 1)]
    [InlineData("real/mnist-8", "real/mnist-8", 2)]
    [InlineData("real/superres-10", "real/superres-10", 0)]
    [InlineData("real/resnet20_cifar10", "real/resnet20_cifar10", 0)]
    [InlineData("real/ic_resnet8_fp32", "real/ic_resnet8_fp32", 0)]
    [InlineData("real/ic_resnet8_int8", "real/ic_resnet8_int8", 0)]
    [InlineData("seeded/squeezenet1_1", "topology/expected/squeezenet1_1", 0)]
    [InlineData("seeded/lenet5", "topology/expected/lenet5", 0)]
    [InlineData("seeded/mobilenet_v2", "topology/expected/mobilenet_v2", 0)]
    [InlineData("topology/alexnet", "topology/expected/alexnet", 0)]
    [InlineData("topology/bert_mini", "topology/expected/bert_mini", 0)]
    [InlineData("topology/bert_tiny", "topology/expected/bert_tiny", 0)]
    [InlineData("topology/convnext_tiny", "topology/expected/convnext_tiny", 0)]
    [InlineData("topology/densenet121", "topology/expected/densenet121", 0)]
    [InlineData("topology/efficientnet_b0", "topology/expected/efficientnet_b0", 0)]
    [InlineData("topology/googlenet", "topology/expected/googlenet", 0)]
    [InlineData("topology/lenet5", "topology/expected/lenet5", 0)]
    [InlineData("topology/mobilenet_v2", "topology/expected/mobilenet_v2", 0)]
    [InlineData("topology/mobilenet_v3_large", "topology/expected/mobilenet_v3_large", 0)]
    [InlineData("topology/resnet18", "topology/expected/resnet18", 0)]
    [InlineData("topology/resnet50", "topology/expected/resnet50", 0)]
    [InlineData("topology/resnext50_32x4d", "topology/expected/resnext50_32x4d", 0)]
    [InlineData("topology/shufflenet_v2_x1_0", "topology/expected/shufflenet_v2_x1_0", 0)]
    [InlineData("topology/squeezenet1_1", "topology/expected/squeezenet1_1", 0)]
    [InlineData("topology/vgg16", "topology/expected/vgg16", 0)]
    [InlineData("topology/vit_b_16", "topology/expected/vit_b_16", 0)]
    public void OutputsAgree(string name, string data, int pair)
    {
        if (Models is not { } root)
        {
            log.WriteLine("skipped: the test models are missing (NEST_TEST_DATA)");
            return;
        }
        var model = ImportedModel.Load(Path.Combine(root, name + ".onnx"), out string errors, seeded: true);
        Assert.True(model != null, errors);
        string inputPath = Path.Combine(root, $"{data}.input_{pair}.pb");
        var input = OnnxModel.ReadTensor(File.Exists(inputPath) ? inputPath : Path.Combine(root, "input_224.pb"));
        var expected = OnnxModel.ReadTensor(Path.Combine(root, $"{data}.output_{pair}.pb"));
        var actual = model.Run(input)[0];
        var comparison = NdComparison.Compare(actual, expected, 1e-3, 1e-4);
        Assert.True(comparison.Passed, comparison.ToString());
    }
}
