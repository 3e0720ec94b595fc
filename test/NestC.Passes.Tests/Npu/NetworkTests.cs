using System.Text;
using System.Text.RegularExpressions;
using NestC.Builtin;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Passes.Npu.Scheduling;
using NestC.Syntax;
using NestC.TestKit;
using NestC.Tools;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Passes.Tests.Npu;

/// <summary>Whole networks on the NPU: what the programs compute, and whether the tilings of their layers are the best that chance finds.</summary>
public sealed partial class NetworkTests(ITestOutputHelper log)
{
    private const string Digits = "docs/examples/digits/digits.onnx";

    // Of the test data, but the first; topologies have no weights of their own.
    private static string[] Small => [Digits, "models/real/mnist-8.onnx", "models/real/resnet20_cifar10.onnx", "models/real/ic_resnet8_int8.onnx"];

    private static string[] Large => ["models/topology/squeezenet1_1.onnx", "models/topology/resnet18.onnx", "models/topology/mobilenet_v2.onnx"];

    [DataTheory("models/real/mnist-8.onnx", "models/real/resnet20_cifar10.onnx", "models/real/ic_resnet8_int8.onnx")]
    [InlineData(Digits, 99)]
    [InlineData("models/real/mnist-8.onnx", 99)]
    [InlineData("models/real/resnet20_cifar10.onnx", 99)]
    [InlineData("models/real/ic_resnet8_int8.onnx", 99)]
    public void The_programs_of_a_small_network_compute_what_its_quantized_graph_means(string model, double share) => Compare(model, 5, share);

    [FullFact]
    public void The_programs_of_large_networks_compute_what_their_quantized_graphs_mean()
    {
        foreach (string model in Large)
        {
            if (TestData.Find(model) is not null) Compare(model, 4, share: model.Contains("mobilenet", StringComparison.Ordinal) ? 0 : 99);
        }
    }

    /// <summary>Every layer of every network, 200 random tilings each, half of them with parts that are not equal.</summary>
    [FullFact]
    public void On_no_layer_is_a_random_tiling_better_and_the_model_is_close()
    {
        var search = new TileSearch(VtaDevice.Default);
        var timer = new ScheduleTimer(VtaDevice.Default, search.Loops);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var errors = new List<double>();
        var worse = new List<string>();
        foreach (string model in (string[])[.. Small, .. Large])
        {
            if (model != Digits && TestData.Find(model) is null) continue;
            foreach (Operation op in PackedOps(model))
            {
                string name = $"{model}, {op.Name} {op.Result(0).Type}";
                if (op is PackedMaxPoolOp pool)
                {
                    MaxPoolKernel kernel = KernelOf.MaxPool(pool);
                    if (!seen.Add(kernel.ToString())) continue;
                    Assert.True(search.Find(kernel, out TileSchedule best, out ScheduleCost cost).IsYes);
                    Judge(name, best, cost, RandomTilings.Of(kernel, 200).ConvertAll(l => (l.Schedule, timer.CyclesOf(l))));
                }
                else
                {
                    AccumulationKernel kernel = KernelOf.Accumulation(op)!;
                    if (!seen.Add(kernel + string.Join(';', (object[])kernel.Terms))) continue;
                    Assert.True(search.Find(kernel, out TileSchedule best, out ScheduleCost cost).IsYes);
                    Judge(name, best, cost, RandomTilings.Of(kernel, 200).ConvertAll(l => (l.Schedule, timer.CyclesOf(l))));
                }
            }
        }
        errors.Sort();
        log.WriteLine($"{errors.Count} layers; the model is {errors[errors.Count / 2]:P2} off in the median, {errors[^1]:P1} at the worst");
        Assert.Empty(worse);
        Assert.True(errors.Count > 20 && errors[errors.Count / 2] <= 0.05 && errors[^1] <= 0.15, $"median {errors[errors.Count / 2]:P1}, worst {errors[^1]:P1}");

        void Judge(string name, TileSchedule best, ScheduleCost cost, List<(TileSchedule Schedule, long Cycles)> random)
        {
            errors.Add(Math.Abs(cost.Cycles - cost.Simulated) / (double)cost.Simulated);
            random.Sort(static (a, b) => a.Cycles.CompareTo(b.Cycles));
            log.WriteLine($"{name}: {best}: {cost.Simulated} cycles, {cost.Cycles} expected; the best of {random.Count} random ones {random[0].Cycles}");
            if (random[0].Cycles < cost.Simulated) worse.Add($"{name}: {best} takes {cost.Simulated} cycles, {random[0].Schedule} {random[0].Cycles}");
        }
    }

    private void Compare(string model, int inputs, double share)
    {
        using MemoryStream output = new(), error = new();
        string[] command = [PathOf(model), "--target", "npu", "--dataset", $"random:{inputs}", "--compare", $"{inputs}", .. Seeded(model)];
        int exit = ToolEntries.Run(command, Stream.Null, output, error);
        string text = Encoding.UTF8.GetString(output.ToArray()), said = Encoding.UTF8.GetString(error.ToArray());
        log.WriteLine(text + said);
        Assert.True(exit == 0, said);
        // A race, an undefined read, a token left over or a portability warning would be said.
        Assert.DoesNotMatch(Finding(), said);
        Assert.Contains($"the first {inputs} results are the quantized graph's bit for bit", text);
        Match placed = Share().Match(text);
        Assert.True(placed.Success && double.Parse(placed.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) >= share, text);
    }

    // The codes of the npu dialect, its checker and its simulators.
    [GeneratedRegex("NEST5[0-9]{3}|error:")]
    private static partial Regex Finding();

    [GeneratedRegex(@"ops, ([0-9.]+) % of the multiply-accumulates")]
    private static partial Regex Share();

    // The network on its way to the NPU, where layers have no tiling yet.
    private static List<Operation> PackedOps(string model)
    {
        string folder = Directory.CreateTempSubdirectory("nest-networks").FullName;
        try
        {
            string graph = Path.Combine(folder, "graph.mlir"), packed = Path.Combine(folder, "packed.mlir");
            using MemoryStream error = new();
            Assert.True(ToolEntries.Translate(["--onnx-to-graph", PathOf(model), "-o", graph, .. Seeded(model)], Stream.Null, Stream.Null, error) == 0, Encoding.UTF8.GetString(error.ToArray()));
            string steps = "builtin.module(graph-optimize{report=false merge-matmuls=false},func.func(npu-calibrate-on-seeds,quantize-for-npu{only-imported=true},npu-place,convert-graph-to-tensor))";
            Assert.True(new OptTool(Registry.RegisterDialects).Run([graph, $"--pass-pipeline={steps}", "-o", packed], Stream.Null, Stream.Null, error) == 0, Encoding.UTF8.GetString(error.ToArray()));
            var context = new NestContext();
            Registry.RegisterDialects(context);
            var module = (ModuleOp)AsmParser.Parse(context, SourceFile.Read(packed))!;
            var ops = new List<Operation>();
            foreach (Operation function in module.Body.Operations)
            {
                if (function is not FuncOp { IsDeclaration: false } f) continue;
                foreach (Operation op in f.Entry.Operations)
                {
                    if (op is IPackedOp and not PackedConcatOp { IsAligned: true }) ops.Add(op);
                }
            }
            Assert.NotEmpty(ops);
            return ops;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string PathOf(string model) => model == Digits ? Path.Combine(TestData.Checkout, model) : TestData.PathOf(model);

    private static string[] Seeded(string model) => model.StartsWith("models/topology", StringComparison.Ordinal) ? ["--seed-weights"] : [];
}
