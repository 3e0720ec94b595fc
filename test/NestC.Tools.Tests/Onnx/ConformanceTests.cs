using System.Text;
using NestC.Evaluation;
using NestC.Onnx;
using NestC.Onnx.Proto;
using Xunit;

namespace NestC.Tools.Tests.Onnx;

/// <summary>ONNX's own conformance data (Debian's libonnx-testdata): each folder is a model, inputs and expected outputs.</summary>
public class ConformanceTests
{
    private const string Root = "/usr/share/libonnx-testdata/data";

    /// <summary>Runs one folder; null when every output agrees, else the cause.</summary>
    internal static string? RunFolder(string folder)
    {
        try
        {
            var model = OnnxModel.Load(Path.Combine(folder, "model.onnx"), out var errors);
            if (model == null) return $"load: {errors[0]}";
            foreach (string set in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
            {
                var inputs = ReadAll(set, "input", model.Graph.Input);
                var expected = ReadAll(set, "output", model.Graph.Output);
                var actual = new OnnxReference(model).Run(inputs);
                for (int i = 0; i < expected.Length; i++)
                    if (Difference(actual[i], expected[i]) is { } difference) return $"differs: output {i}: {difference}";
            }
            return null;
        }
        catch (UnsupportedException e)
        {
            return $"unsupported: {e.Message}";
        }
        catch (Exception e) when (e is EvaluationException or OnnxException)
        {
            return $"error: {e.Message}";
        }
        catch (Exception e)
        {
            return $"crash: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n')[0]}";
        }
    }

    [Theory]
    [InlineData("node", 0)]
    [InlineData("pytorch-converted", 0)]
    [InlineData("pytorch-operator", 0)]
    [InlineData("simple", 0)]
    public void FoldersAgree(string group, int least)
    {
        string root = Path.Combine(Root, group);
        if (!Directory.Exists(root))
        {
            Console.WriteLine($"skipped: {root} is missing (Debian package libonnx-testdata)");
            return;
        }
        var failures = new StringBuilder();
        int passed = 0, total = 0;
        foreach (string folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            total++;
            if (RunFolder(folder) is { } cause) failures.AppendLine($"{Path.GetFileName(folder)}: {cause}");
            else passed++;
        }
        Assert.True(passed >= least && failures.Length == 0, $"{passed} of {total} passed\n{failures}");
    }

    private static object?[] ReadAll(string set, string prefix, Google.Protobuf.Collections.RepeatedField<ValueInfoProto> infos)
    {
        var values = new List<object?>();
        for (int i = 0; File.Exists(Path.Combine(set, $"{prefix}_{i}.pb")); i++)
        {
            string path = Path.Combine(set, $"{prefix}_{i}.pb");
            switch (infos[i].Type.ValueCase)
            {
                case TypeProto.ValueOneofCase.SequenceType:
                    values.Add(OnnxModel.ReadSequence(path).Cast<object?>().ToList());
                    break;
                case TypeProto.ValueOneofCase.OptionalType:
                    var optional = OnnxModel.ReadOptional(path);
                    values.Add(optional.Sequence != null ? optional.Sequence.Cast<object?>().ToList() : optional.Tensor);
                    break;
                default:
                    values.Add(OnnxModel.ReadTensor(path));
                    break;
            }
        }
        return values.ToArray();
    }

    private static string? Difference(object? actual, object? expected)
    {
        if (expected is List<object?> list)
        {
            if (actual is not List<object?> own || own.Count != list.Count) return "the sequence has another length";
            for (int i = 0; i < list.Count; i++)
                if (Difference(own[i], list[i]) is { } inner) return $"element {i}: {inner}";
            return null;
        }
        if (expected is not NdArray e) return actual == null ? null : "a value where none is expected";
        if (actual is not NdArray a) return "no array";
        var comparison = NdComparison.Compare(a, e, 1e-3, 1e-6);
        return comparison.Passed ? null : comparison.ToString();
    }
}
