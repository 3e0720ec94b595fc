using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Export;
using NestC.Passes;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Whole networks before and after `graph-optimize`.</summary>
public class GraphOptimizeTests(ITestOutputHelper log)
{
    /// <summary>The outputs stay what is expected, and there are at most as many operations as ONNX Runtime 1.30's basic optimiser leaves nodes (test/NestC.Bench/graph-models.mjs tells).</summary>
    [Theory]
    [InlineData("real/mnist-8", "real/mnist-8", 8)]
    [InlineData("real/superres-10", "real/superres-10", 10)]
    [InlineData("real/resnet20_cifar10", "real/resnet20_cifar10", 56)]
    [InlineData("real/ic_resnet8_fp32", "real/ic_resnet8_fp32", 23)]
    [InlineData("real/ic_resnet8_int8", "real/ic_resnet8_int8", 72)]
    [InlineData("seeded/lenet5", "topology/expected/lenet5", 12)]
    [InlineData("seeded/squeezenet1_1", "topology/expected/squeezenet1_1", 65)]
    [InlineData("seeded/mobilenet_v2", "topology/expected/mobilenet_v2", 100)]
    [InlineData("topology/bert_tiny", "topology/expected/bert_tiny", 72)]
    [InlineData("topology/mobilenet_v3_large", "topology/expected/mobilenet_v3_large", 161)]
    [InlineData("topology/shufflenet_v2_x1_0", "topology/expected/shufflenet_v2_x1_0", 186)]
    public void OutputsStayAndNodesGo(string name, string data, int most)
    {
        if (Find(name) is not { } path) return;
        ModuleOp module = Import(path);
        Optimize(module);
        Assert.InRange(Count(module), 1, most);
        string root = Path.GetDirectoryName(Path.GetDirectoryName(path))!, input = Path.Combine(root, data + ".input_0.pb");
        NdArray given = OnnxModel.ReadTensor(File.Exists(input) ? input : Path.Combine(root, "input_224.pb"));
        NdArray expected = OnnxModel.ReadTensor(Path.Combine(root, data + ".output_0.pb"));
        AssertAgree(expected, Run(module, given));
        AssertAgree(expected, Run(WriteAndRead(module), given));
    }

    /// <summary>Quantized padding needs no rounding of its own, and becomes the convolutions': 18 paddings and as many pairs go.</summary>
    [Fact]
    public void PaddingOfAQuantizedNetworkGoesIntoItsConvolutions()
    {
        if (Find("real/mobilenet_v2_int8_224") is not { } path) return;
        ModuleOp before = Import(path), after = Import(path);
        Optimize(after);
        Assert.Equal(0, Count(after, "graph.pad"));
        Assert.True(Count(after) <= Count(before) - 3 * Count(before, "graph.pad"), $"{Count(before)} operations before, {Count(after)} after");
        NdArray input = Dialects.Graph.Kernels.Cast.To(SeededWeights.Uniform("input", [1, 3, 224, 224], -128, 127), ElementKind.I8);
        AssertAgree(Run(before, input), Run(after, input));
    }

    /// <summary>A second time finds nothing to do.</summary>
    [Theory]
    [InlineData("real/resnet20_cifar10")]
    [InlineData("topology/bert_tiny")]
    [InlineData("topology/convnext_tiny")]
    public void TwiceIsAsOnce(string name)
    {
        if (Find(name) is not { } path) return;
        ModuleOp module = Import(path);
        Optimize(module);
        int once = Count(module);
        Optimize(module);
        Assert.Equal(once, Count(module));
    }

    private string? Find(string name)
    {
        string? path = TestData.Find($"models/{name}.onnx");
        if (path is null) log.WriteLine($"skipped: the test models are missing ({TestData.Variable})");
        return path;
    }

    private static ModuleOp Import(string path)
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        var model = OnnxModel.Load(path, out var errors);
        Assert.True(model is not null, string.Join('\n', errors));
        ModuleOp? module = OnnxImporter.Import(context, model, new ImportOptions { Replaced = SeededWeights.Make(model) }, out errors, out _);
        Assert.True(module is not null, string.Join('\n', errors));
        return module;
    }

    private static void Optimize(ModuleOp module)
    {
        List<string> said = [];
        using (module.Context.Diagnostics.PushHandler(d => said.Add(d.Message)))
            Assert.True(new PassManager(PipelineParser.Parse(Registry.Passes(), module.Context, "builtin.module(graph-optimize{report=false})")!).Run(module), string.Join('\n', said));
    }

    private static ModuleOp WriteAndRead(ModuleOp module)
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "m.onnx");
        using (FileStream stream = File.Create(path)) OnnxExporter.Export((FuncOp)module.Body.First!)!.Write(stream);
        return Import(path);
    }

    private static NdArray Run(ModuleOp module, NdArray input) => new ArrayInterpreter().Run((FuncOp)module.Body.First!, [input])[0];

    private static void AssertAgree(NdArray expected, NdArray actual)
    {
        var comparison = NdComparison.Compare(actual, expected, 1e-3, 1e-4);
        Assert.True(comparison.Passed, comparison.ToString());
    }

    private static int Count(ModuleOp module, string? name = null)
    {
        int count = 0;
        for (Operation? op = ((FuncOp)module.Body.First!).Entry.First; op is not null; op = op.Next)
            if (op is not ReturnOp && !op.Has(OpTraits.ConstantLike) && (name is null || op.Name == name)) count++;
        return count;
    }
}
