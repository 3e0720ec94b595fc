using System.Globalization;
using System.Text;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;
using NestC.Onnx.Proto;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools.Tests.Onnx;

/// <summary>What became of one folder of conformance data.</summary>
/// <param name="Group">node, pytorch-converted, ...</param>
/// <param name="Name">The folder.</param>
/// <param name="Operators">Operators of the model, those of its subgraphs too.</param>
/// <param name="Cause">Why it did not pass; null when it did.</param>
internal sealed record ConformanceResult(string Group, string Name, string[] Operators, string? Cause);

/// <summary>
/// ONNX's own conformance data (Debian's libonnx-testdata) through the whole path: the file is read, imported, verified, printed, read back as
/// text, and evaluated on the inputs that lie beside it.
/// </summary>
internal static class Conformance
{
    public const string Root = "/usr/share/libonnx-testdata/data";

    public static readonly string[] Groups = ["node", "pytorch-converted", "pytorch-operator", "simple"];

    public static ConformanceResult[] Run(string group)
    {
        string[] folders = Directory.GetDirectories(Path.Combine(Root, group));
        Array.Sort(folders, StringComparer.Ordinal);
        var results = new ConformanceResult[folders.Length];
        for (int i = 0; i < folders.Length; i++) results[i] = RunFolder(group, folders[i]);
        return results;
    }

    private static ConformanceResult RunFolder(string group, string folder)
    {
        string name = Path.GetFileName(folder);
        SortedSet<string> operators = new(StringComparer.Ordinal);
        string? cause;
        try
        {
            cause = Run(folder, operators);
        }
        catch (Exception e) when (e is EvaluationException or OnnxException)
        {
            cause = $"error: {e.Message}";
        }
        return new ConformanceResult(group, name, [.. operators], cause);
    }

    private static string? Run(string folder, SortedSet<string> operators)
    {
        var model = OnnxModel.Load(Path.Combine(folder, "model.onnx"), out var errors);
        if (model is null) return $"load: {errors[0]}";
        Collect(model.Graph, operators);
        NestContext context = new();
        Registry.RegisterDialects(context);
        ModuleOp? module = OnnxImporter.Import(context, model, new ImportOptions(), out errors, out _);
        if (module is null) return errors[0].Code == OnnxError.Unsupported ? $"unsupported: {errors[0]}" : $"import: {errors[0]}";
        if (Reread(module) is not { } reread) return "text: the printed module is not read back";
        foreach (string set in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var inputs = ReadAll(set, "input", model.Graph.Input);
            var expected = ReadAll(set, "output", model.Graph.Output);
            var actual = new ArrayInterpreter().Run((FuncOp)reread.Body.First!, inputs);
            for (int i = 0; i < expected.Length; i++)
            {
                var comparison = NdComparison.Compare(actual[i], expected[i], 1e-3, 1e-6);
                if (!comparison.Passed) return $"differs: output {i}: {comparison}";
            }
        }
        return null;
    }

    // Another context reads what this one prints, and prints the same.
    private static ModuleOp? Reread(ModuleOp module)
    {
        string text = Text(module);
        NestContext context = new();
        Registry.RegisterDialects(context);
        List<string> said = [];
        using var handler = context.Diagnostics.PushHandler(d => said.Add(d.Message));
        if (AsmParser.Parse(context, text) is not ModuleOp copy || !Verifier.Verify(copy)) throw new EvaluationException($"the printed module is refused: {string.Join("; ", said)}\n{text}");
        string again = Text(copy);
        return again == text ? copy : throw new EvaluationException($"the module prints differently once it was read:\n{text}\n{again}");
    }

    private static string Text(ModuleOp module)
    {
        Utf8Writer writer = new();
        AsmPrinter.Print(module, writer, PrintOptions.Default);
        return writer.ToString();
    }

    private static void Collect(GraphProto graph, SortedSet<string> operators)
    {
        foreach (var node in graph.Node)
        {
            operators.Add(node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}:{node.OpType}");
            foreach (var a in node.Attribute)
                if (a.G is not null) Collect(a.G, operators);
        }
    }

    private static NdArray[] ReadAll(string set, string prefix, Google.Protobuf.Collections.RepeatedField<ValueInfoProto> infos)
    {
        List<NdArray> values = [];
        for (int i = 0; File.Exists(Path.Combine(set, $"{prefix}_{i}.pb")); i++)
        {
            string path = Path.Combine(set, $"{prefix}_{i}.pb");
            switch (infos[i].Type.ValueCase)
            {
                case TypeProto.ValueOneofCase.SequenceType:
                    values.Add(NdArray.Sequence(OnnxModel.ReadSequence(path)));
                    break;
                case TypeProto.ValueOneofCase.OptionalType:
                    var optional = OnnxModel.ReadOptional(path);
                    values.Add(optional.Sequence is { } items ? NdArray.Sequence(NdArray.Sequence(items)) : optional.Tensor is { } tensor ? NdArray.Sequence(tensor) : NdArray.Sequence());
                    break;
                default:
                    var array = OnnxModel.ReadTensor(path);
                    // Some of the data files hold bf16 values as their bits.
                    if (array.Kind == ElementKind.U16 && infos[i].Type.TensorType.ElemType == (int)TensorProto.Types.DataType.Bfloat16)
                        array = array.Reinterpret(ElementKind.BF16);
                    values.Add(array);
                    break;
            }
        }
        return values.ToArray();
    }

    /// <summary>The page of results, with `\n` line ends.</summary>
    public static string Page(ConformanceResult[] all, Func<string, string> why)
    {
        StringBuilder text = new("""
            # Status

            Written by the conformance tests; `NEST_ACCEPT=1 dotnet test test/NestC.Tools.Tests` brings it up to date. The data are ONNX's own
            (Debian's libonnx-testdata, opsets 1 to 17). Each model is read, imported, verified, printed, read back as text and evaluated.

            ## ONNX conformance

            | group | pass | of |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (string group in Groups)
            text.Append(CultureInfo.InvariantCulture, $"| {group} | {all.Count(r => r.Group == group && r.Cause is null)} | {all.Count(r => r.Group == group)} |\n");
        text.Append("\n## What does not pass, by cause\n");
        foreach (var cause in all.Where(r => r.Cause is not null).GroupBy(r => why(r.Name)).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {cause.Key}\n\n");
            foreach (var r in cause) text.Append(CultureInfo.InvariantCulture, $"- {r.Group}/{r.Name}\n");
        }
        text.Append("\n## Operators\n\nForms: the opsets that changed inputs, outputs or attributes; all are imported. Tests: node tests with the operator that pass, of those that there are.\n\n");
        text.Append("| operator | operation | forms | tests |\n|---|---|---|---|\n");
        NestContext context = new();
        Registry.RegisterDialects(context);
        foreach ((string name, string operation, string opsets) in SupportTable.Rows(context))
        {
            int there = all.Count(r => r.Group == "node" && r.Operators.Contains(name)), pass = all.Count(r => r.Group == "node" && r.Cause is null && r.Operators.Contains(name));
            text.Append(CultureInfo.InvariantCulture, $"| {name} | `{operation}` | {opsets} | {pass} of {there} |\n");
        }
        return text.ToString();
    }
}
