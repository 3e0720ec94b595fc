using System.Diagnostics;
using System.Text;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Export;
using NestC.Syntax;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>What is written as ONNX: valid by ONNX's own checker, and the same graph when it is read again.</summary>
public class ExportTests(ITestOutputHelper log)
{
    private const string Python = "/usr/bin/python3", Conformance = "/usr/share/libonnx-testdata/data";

    private const string Gelu = """
        func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
          %0 = graph.gelu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
          %1 = graph.gelu %0 {approximate = "tanh"} : (tensor<2x3xf32>) -> tensor<2x3xf32>
          %2 = graph.mish %1 : (tensor<2x3xf32>) -> tensor<2x3xf32>
          return %2 : tensor<2x3xf32>
        }
        """;

    [Theory]
    [InlineData("real/mnist-8")]
    [InlineData("real/superres-10")]
    [InlineData("real/resnet20_cifar10")]
    [InlineData("real/ic_resnet8_fp32")]
    [InlineData("real/ic_resnet8_int8")]
    [InlineData("real/mobilenet_v2_int8_224")]
    [InlineData("topology/bert_tiny")]
    [InlineData("topology/mobilenet_v3_large")]
    [InlineData("topology/shufflenet_v2_x1_0")]
    [InlineData("topology/convnext_tiny")]
    public void ReadingBackGivesTheSameGraph(string name)
    {
        if (TestData.Find($"models/{name}.onnx") is not { } path)
        {
            log.WriteLine($"skipped: the test models are missing ({TestData.Variable})");
            return;
        }
        using TemporaryFolder folder = new();
        string once = Path.Combine(folder.Path, "once.onnx"), twice = Path.Combine(folder.Path, "twice.onnx");
        ModuleOp first = Import(path, seeded: true)!;
        Write(first, once);
        ModuleOp second = Import(once, seeded: false)!;
        Assert.Equal(Canonical(first, names: false), Canonical(second, names: false));
        // Names are unique after the first time, so everything is the same from then on.
        Write(second, twice);
        Assert.Equal(Canonical(second, names: true), Canonical(Import(twice, seeded: false)!, names: true));
        Assert.Equal(File.ReadAllBytes(once).Length, File.ReadAllBytes(twice).Length);
    }

    [Fact]
    public void InputsAndOutputsKeepTheirNames()
    {
        if (TestData.Find("models/real/resnet20_cifar10.onnx") is not { } path)
        {
            log.WriteLine($"skipped: the test models are missing ({TestData.Variable})");
            return;
        }
        var original = OnnxModel.Load(path, out _)!;
        var exported = OnnxExporter.Export((FuncOp)Import(path, seeded: false)!.Body.First!)!;
        var computed = original.Graph.Input.Where(i => original.Graph.Initializer.All(t => t.Name != i.Name));
        Assert.Equal(computed.Select(i => i.Name), exported.Proto.Graph.Input.Select(i => i.Name));
        Assert.Equal(original.Graph.Output.Select(o => o.Name), exported.Proto.Graph.Output.Select(o => o.Name));
    }

    [Fact]
    public void OperationsWithoutAnOperatorAreWrittenAsWhatTheyStandFor()
    {
        using TemporaryFolder folder = new();
        ModuleOp module = Parse(Gelu);
        string path = Path.Combine(folder.Path, "gelu.onnx");
        Write(module, path);
        var input = NdArray.From<float>([-3, -1, -0.25f, 0, 0.5f, 2], 2, 3);
        NdArray expected = new ArrayInterpreter().Run((FuncOp)module.Body.First!, [input])[0];
        NdArray actual = new ArrayInterpreter().Run((FuncOp)Import(path, seeded: false)!.Body.First!, [input])[0];
        var comparison = NdComparison.Compare(actual, expected, 1e-6, 1e-6);
        Assert.True(comparison.Passed, comparison.ToString());
    }

    [Fact]
    public void WeightsCanStandInAFileOfTheirOwn()
    {
        if (TestData.Find("models/real/ic_resnet8_fp32.onnx") is not { } source)
        {
            log.WriteLine($"skipped: the test models are missing ({TestData.Variable})");
            return;
        }
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "m.onnx"), data = Path.Combine(folder.Path, "m.data");
        ModuleOp module = Import(source, seeded: false)!;
        using (FileStream message = File.Create(path))
        using (FileStream weights = File.Create(data)) OnnxExporter.Export((FuncOp)module.Body.First!)!.WriteExternal(message, weights, "m.data");
        Assert.True(new FileInfo(data).Length > 4 * new FileInfo(path).Length);
        Assert.Equal(Canonical(module, names: false), Canonical(Import(path, seeded: false)!, names: false));
    }

    [Fact]
    public void WhatOnnxDoesNotHaveIsRefused()
    {
        ModuleOp module = Parse("""
            func.func @main(%x: i32) -> i32 {
              %0 = arith.addi %x, %x : i32
              %1 = arith.muli %0, %x : i32
              return %1 : i32
            }
            """);
        List<string> said = [];
        using (module.Context.Diagnostics.PushHandler(d => said.Add($"{d.Code} {d.Message}"))) Assert.Null(OnnxExporter.Export((FuncOp)module.Body.First!));
        Assert.Contains(said, s => s.StartsWith("NEST4150 'arith.addi' op", StringComparison.Ordinal));
        Assert.Contains(said, s => s.StartsWith("NEST4150 'arith.muli' op", StringComparison.Ordinal));
    }

    /// <summary>Everything of the conformance data that can be imported is written, read again as the same graph, and valid by onnx.checker.</summary>
    [Fact]
    public void ConformanceModelsAreValidWhenWritten()
    {
        if (!Directory.Exists(Conformance))
        {
            log.WriteLine($"skipped: {Conformance} is missing (Debian package libonnx-testdata)");
            return;
        }
        using TemporaryFolder folder = new();
        StringBuilder differ = new();
        int written = 0, refused = 0;
        foreach (string group in new[] { "node", "pytorch-converted", "pytorch-operator", "simple" })
            foreach (string from in Directory.GetDirectories(Path.Combine(Conformance, group)).Order(StringComparer.Ordinal))
            {
                string name = group + "." + Path.GetFileName(from), path = Path.Combine(folder.Path, name + ".onnx");
                if (Import(Path.Combine(from, "model.onnx"), seeded: false) is not { } module) continue;
                using (module.Context.Diagnostics.PushHandler(d => log.WriteLine($"{name}: {d.Message}")))
                    if (OnnxExporter.Export((FuncOp)module.Body.First!) is { } model)
                    {
                        using FileStream stream = File.Create(path);
                        model.Write(stream);
                        written++;
                    }
                    else
                    {
                        refused++;
                        continue;
                    }
                ModuleOp? again = Import(path, seeded: false, m => differ.AppendLine($"{name}: {m}"));
                if (again is null) differ.AppendLine($"{name}: is not read");
                // The shape in an optional sequence of tensors is not kept.
                else if (name != "node.test_loop16_seq_none" && Canonical(again, names: false) is var text && text != Canonical(module, names: false)) differ.AppendLine($"{name}: {Snapshot.Difference(Canonical(module, names: false), text)}");
            }
        log.WriteLine($"{written} written, {refused} refused");
        Assert.True(differ.Length == 0, differ.ToString());
        Assert.True(written > 500, $"{written} written");
        if (CheckerAnswers(folder.Path) is not { } answers)
        {
            log.WriteLine($"not checked by onnx.checker: {Python} has no package onnx");
            return;
        }
        Assert.True(answers.Length == 0, answers);
    }

    // What onnx.checker says about the models of a folder: nothing when all are valid, null when it is not installed.
    private static string? CheckerAnswers(string folder)
    {
        if (!File.Exists(Python)) return null;
        const string script = """
            import sys, glob, os
            try: import onnx
            except ImportError: sys.exit(7)
            for f in sorted(glob.glob(sys.argv[1] + '/*.onnx')):
                m = onnx.load(f)
                if m.opset_import[0].version > onnx.defs.onnx_opset_version(): continue
                try: onnx.checker.check_model(m, full_check=True)
                except Exception as e: print(os.path.basename(f) + ': ' + str(e)[:300])
            """;
        ProcessStartInfo start = new(Python) { RedirectStandardOutput = true, ArgumentList = { "-c", script, folder } };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 7) return null;
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static ModuleOp Parse(string text)
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        return AsmParser.Parse(context, SourceFile.FromText("test.mlir", text)) is ModuleOp module && Verifier.Verify(module) ? module : throw new ArgumentException("the test's input is not valid");
    }

    private static ModuleOp? Import(string path, bool seeded, Action<string>? wrong = null)
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        if (OnnxModel.Load(path, out var errors) is not { } model)
        {
            wrong?.Invoke(string.Join("; ", errors));
            return null;
        }
        ImportOptions options = new() { Replaced = seeded ? SeededWeights.Make(model) : new Dictionary<string, NdArray>() };
        ModuleOp? module = OnnxImporter.Import(context, model, options, out errors, out _);
        if (module is null) wrong?.Invoke(string.Join("; ", errors));
        return module;
    }

    private static void Write(ModuleOp module, string path)
    {
        using FileStream stream = File.Create(path);
        OnnxExporter.Export((FuncOp)module.Body.First!)!.Write(stream);
    }

    // The text of a graph, with each constant before its first use, where the importer puts what was an initializer, and without the names
    // that are made unique on the way.
    private static string Canonical(ModuleOp module, bool names)
    {
        Arrange(((FuncOp)module.Body.First!).Entry, new OpBuilder(module.Context));
        string text = AsmPrinter.ToText(module, new PrintOptions { DebugInfo = names, ElideResourceStringsLargerThan = 1 });
        return names ? text : System.Text.RegularExpressions.Regex.Replace(text, "dense_resource<[^>]*>", "dense_resource<>");
    }

    private static void Arrange(Block block, OpBuilder builder)
    {
        List<Operation> order = [];
        for (Operation? op = block.First; op is not null; op = op.Next) order.Add(op);
        HashSet<Operation> placed = [];
        foreach (Operation op in order)
        {
            if (op.Has(OpTraits.ConstantLike)) continue;
            op.Walk(inner =>
            {
                for (int i = 0; i < inner.OperandCount; i++)
                    if (inner.Operand(i).DefiningOp is { } constant && constant.Has(OpTraits.ConstantLike) && constant.Block == block && placed.Add(constant)) builder.MoveBefore(constant, op);
                return WalkResult.Advance;
            });
            foreach (Region region in op.Regions)
                foreach (Block nested in region.Blocks) Arrange(nested, builder);
        }
        foreach (Operation op in order)
        {
            // A constant that is an output has a node of its own in ONNX.
            if (op.Name == "graph.identity" && op.Operand(0).DefiningOp is { } source && source.Has(OpTraits.ConstantLike) && op.Next is { } end && end.Has(OpTraits.Terminator))
            {
                builder.ReplaceAllUses(op.Result(0), op.Operand(0));
                if (source.Block == block) builder.MoveBefore(source, end);
                builder.Erase(op);
            }
            else if (op.Has(OpTraits.ConstantLike) && op.HasNoUses) builder.Erase(op);
            // Of opset 6, where it had a meaning.
            else if (op.Attribute("broadcast") is not null) builder.RemoveAttribute(op, "broadcast");
        }
    }
}
