using System.Text;
using Google.Protobuf;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Proto;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Whatever bytes it is given, the importer answers with a module or with diagnostics, soon and in little memory.</summary>
public sealed class HostileModelTests(ITestOutputHelper log)
{
    private const int Few = 600, Many = 20_000;

    // A file of some kilobytes may not cost more than this.
    private const long MaxBytes = 64 << 20;

    [Fact]
    public void AFewHundredFilesAreAnswered() => Answer(Few);

    [FullFact]
    public void TwentyThousandFilesAreAnswered() => Answer(Many);

    private void Answer(int count)
    {
        using TemporaryFolder folder = new();
        byte[][] models = Sources();
        string path = Path.Combine(folder.Path, "model.onnx");
        StringBuilder faults = new();
        int imported = 0, placed = 0, refused = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = new HostileModels((ulong)i).Make(models);
            File.WriteAllBytes(path, bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                if (Import(path) is not { } errors)
                {
                    imported++;
                    continue;
                }
                refused++;
                if (errors.Count == 0) faults.Append($"seed {i}: refused without a word\n");
                foreach (OnnxError e in errors)
                {
                    if (e.Code.Length != 8 || e.Message.Length == 0) faults.Append($"seed {i}: an error says nothing\n");
                    if (e.Node is not null || e.Field is not null || e.Code is OnnxError.File or OnnxError.Unsupported) placed++;
                    else faults.Append($"seed {i}: an error names neither node nor field: {e}\n");
                }
            }
            catch (Exception e)
            {
                faults.Append($"seed {i}: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0]}\n");
            }
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            if (taken > MaxBytes) faults.Append($"seed {i}: {taken} bytes for a file of {bytes.Length}\n");
            if (faults.Length > 10_000) break;
        }
        log.WriteLine($"{count} files: {imported} imported, {refused} refused with {placed} errors");
        Assert.True(faults.Length == 0, faults.ToString());
        Assert.InRange(refused, count / 3, count);
        Assert.NotEqual(0, imported);
    }

    // Null where the file is imported.
    private static IReadOnlyList<OnnxError>? Import(string path)
    {
        var model = OnnxModel.Load(path, out var errors);
        if (model is null) return errors;
        NestContext context = new();
        Registry.RegisterDialects(context);
        using var handler = context.Diagnostics.PushHandler(static _ => { });
        return OnnxImporter.Import(context, model, new ImportOptions(), out errors, out _) is null ? errors : null;
    }

    // A convolutional network, one with a loop, one with a function and one with recurrent layers, in a few hundred bytes each.
    private static byte[][] Sources()
    {
        List<byte[]> sources = [Small().ToByteArray()];
        foreach (string name in new[] { "test_loop11", "test_lstm_defaults", "test_scan9_sum", "test_if", "test_resize_upsample_sizes_nearest", "test_sequence_insert_at_front", "test_slice" })
        {
            string path = Path.Combine(Conformance.Root, "node", name, "model.onnx");
            if (File.Exists(path)) sources.Add(File.ReadAllBytes(path));
        }
        return [.. sources];
    }

    private static ModelProto Small()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "small" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        var type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = new TensorShapeProto() } };
        foreach (long d in new long[] { 1, 2, 5, 5 }) type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = d });
        model.Graph.Input.Add(new ValueInfoProto { Name = "x", Type = type });
        model.Graph.Initializer.Add(Weight("w", 3, 2, 3, 3));
        model.Graph.Initializer.Add(Weight("b", 3));
        var conv = new NodeProto { Name = "conv", OpType = "Conv", Input = { "x", "w", "b" }, Output = { "y" } };
        conv.Attribute.Add(new AttributeProto { Name = "pads", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 1, 1, 1, 1 } });
        model.Graph.Node.Add(conv);
        model.Graph.Node.Add(new NodeProto { Name = "relu", OpType = "Relu", Input = { "y" }, Output = { "z" } });
        var flatten = new NodeProto { Name = "flat", OpType = "Flatten", Input = { "z" }, Output = { "f" } };
        flatten.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        model.Graph.Node.Add(flatten);
        model.Graph.Output.Add(new ValueInfoProto { Name = "f" });
        return model;
    }

    private static TensorProto Weight(string name, params long[] dims)
    {
        var tensor = new TensorProto { Name = name, DataType = 1 };
        tensor.Dims.AddRange(dims);
        long count = 1;
        foreach (long d in dims) count *= d;
        for (long i = 0; i < count; i++) tensor.FloatData.Add(i * 0.1f);
        return tensor;
    }

    /// <summary>What must never be believed: the node or tensor, the field and the page's code are named.</summary>
    [Theory]
    [InlineData("elements", OnnxError.Tensor, "w", "dims")]
    [InlineData("cycle", OnnxError.Graph, "relu", "input 0")]
    [InlineData("twice", OnnxError.Graph, "relu", "output 0")]
    [InlineData("missing", OnnxError.Graph, "conv", "input 1")]
    [InlineData("escape", OnnxError.External, "w", "external_data")]
    [InlineData("attribute", OnnxError.Attribute, "conv", "attribute 'pads'")]
    [InlineData("unknown", OnnxError.Attribute, "conv", "attribute 'padding'")]
    [InlineData("rank", OnnxError.Inputs, "conv", null)]
    [InlineData("arity", OnnxError.Inputs, "relu", "input")]
    [InlineData("recursion", OnnxError.Graph, "call", "op_type")]
    [InlineData("future", OnnxError.OperatorSet, null, "opset_import")]
    [InlineData("past", OnnxError.OperatorSet, "norm", "op_type")]
    public void EachIsToldWithNodeAndField(string what, string code, string? node, string? field)
    {
        ModelProto model = Small();
        NodeProto conv = model.Graph.Node[0], relu = model.Graph.Node[1];
        TensorProto weight = model.Graph.Initializer[0];
        switch (what)
        {
            case "elements": weight.Dims[0] = 1L << 60; break;
            case "cycle": relu.Input[0] = "f"; break;
            case "twice": relu.Output[0] = "y"; break;
            case "missing": conv.Input[1] = "nowhere"; break;
            case "escape":
                weight.FloatData.Clear();
                weight.DataLocation = TensorProto.Types.DataLocation.External;
                weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
                break;
            case "attribute": conv.Attribute[0].Type = AttributeProto.Types.AttributeType.Float; break;
            case "unknown": conv.Attribute[0].Name = "padding"; break;
            case "rank": conv.Input[1] = "b"; break;
            case "arity": relu.Input.Add("x"); break;
            case "recursion":
                model.Functions.Add(new FunctionProto { Name = "F", Domain = "local", Input = { "a" }, Output = { "b" }, Node = { new NodeProto { Name = "call", OpType = "F", Domain = "local", Input = { "a" }, Output = { "b" } } } });
                model.Graph.Node.Add(new NodeProto { Name = "call", OpType = "F", Domain = "local", Input = { "x" }, Output = { "u" } });
                break;
            case "future": model.OpsetImport[0].Version = 99; break;
            case "past": model.Graph.Node.Add(new NodeProto { Name = "norm", OpType = "LayerNormalization", Input = { "x", "b" }, Output = { "u" } }); break;
        }
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        IReadOnlyList<OnnxError>? errors = Import(path);
        Assert.NotNull(errors);
        Assert.Contains(errors, e => e.Code == code && e.Node == node && e.Field == field);
        Assert.All(errors, e => Assert.NotNull(DiagnosticCatalog.Find(e.Code)));
    }
}
