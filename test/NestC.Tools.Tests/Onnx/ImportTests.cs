using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Whole networks through the importer and the operations' evaluation.</summary>
public class ImportTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("real/mnist-8", "real/mnist-8", 0)]
    [InlineData("real/mnist-8", "real/mnist-8", 1)]
    [InlineData("real/mnist-8", "real/mnist-8", 2)]
    [InlineData("real/superres-10", "real/superres-10", 0)]
    [InlineData("real/resnet20_cifar10", "real/resnet20_cifar10", 0)]
    [InlineData("real/ic_resnet8_fp32", "real/ic_resnet8_fp32", 0)]
    [InlineData("real/ic_resnet8_int8", "real/ic_resnet8_int8", 0)]
    [InlineData("seeded/squeezenet1_1", "topology/expected/squeezenet1_1", 0)]
    [InlineData("seeded/mobilenet_v2", "topology/expected/mobilenet_v2", 0)]
    [InlineData("topology/bert_tiny", "topology/expected/bert_tiny", 0)]
    [InlineData("topology/resnet18", "topology/expected/resnet18", 0)]
    [InlineData("topology/shufflenet_v2_x1_0", "topology/expected/shufflenet_v2_x1_0", 0)]
    public void ImportedModelsAgree(string name, string data, int pair)
    {
        if (ModelTests.Models is not { } root)
        {
            log.WriteLine("skipped: the test models are missing (NEST_TEST_DATA)");
            return;
        }
        var model = OnnxModel.Load(Path.Combine(root, name + ".onnx"), out var errors);
        Assert.True(model != null, string.Join('\n', errors));
        NestContext context = new();
        Registry.RegisterDialects(context);
        var module = OnnxImporter.Import(context, model, new ImportOptions { Replaced = SeededWeights.Make(model) }, out errors, out _);
        Assert.True(module != null, string.Join('\n', errors));
        Assert.True(Verifier.Verify(module));
        string input = Path.Combine(root, $"{data}.input_{pair}.pb");
        NdArray given = OnnxModel.ReadTensor(File.Exists(input) ? input : Path.Combine(root, "input_224.pb"));
        NdArray actual = new ArrayInterpreter().Run((FuncOp)module.Body.First!, [given])[0];
        var comparison = NdComparison.Compare(actual, OnnxModel.ReadTensor(Path.Combine(root, $"{data}.output_{pair}.pb")), 1e-3, 1e-4);
        Assert.True(comparison.Passed, comparison.ToString());
    }
}
