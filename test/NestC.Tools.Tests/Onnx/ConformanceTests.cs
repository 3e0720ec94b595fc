using System.Text;
using NestC.Evaluation;
using NestC.Onnx;
using NestC.Onnx.Proto;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>ONNX's own conformance data (Debian's libonnx-testdata): each folder is a model, inputs and expected outputs.</summary>
public class ConformanceTests(ITestOutputHelper log)
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

    /// <summary>The folders that are not expected to pass, and why.</summary>
    private static readonly (string Folder, string Cause)[] Excepted =
    [
        ("test_adam_multiple", "computed with an epsilon that the model does not have"),
        ("test_bernoulli", "random"),
        ("test_bernoulli_double", "random"),
        ("test_bernoulli_double_expanded", "random"),
        ("test_bernoulli_expanded", "random"),
        ("test_bernoulli_seed", "random"),
        ("test_bernoulli_seed_expanded", "random"),
        ("test_cast_FLOAT_to_BFLOAT16", "computed by truncation, where a conversion rounds to nearest even"),
        ("test_castlike_FLOAT_to_BFLOAT16", "computed by truncation, where a conversion rounds to nearest even"),
        ("test_castlike_FLOAT_to_BFLOAT16_expanded", "computed by truncation, where a conversion rounds to nearest even"),
        ("test_gradient_of_add", "Gradient is not an operator of inference"),
        ("test_gradient_of_add_and_mul", "Gradient is not an operator of inference"),
        ("test_resize_downsample_scales_cubic_align_corners", "computed with an extent that is not rounded down, as ONNX Runtime and PyTorch do"),
        ("test_resize_downsample_scales_linear_align_corners", "computed with an extent that is not rounded down, as ONNX Runtime and PyTorch do"),
        ("test_training_dropout", "random"),
        ("test_training_dropout_default", "random"),
        ("test_training_dropout_default_mask", "random"),
        ("test_training_dropout_mask", "random"),
    ];

    [Theory]
    [InlineData("node", 932)]
    [InlineData("pytorch-converted", 82)]
    [InlineData("pytorch-operator", 35)]
    [InlineData("simple", 23)]
    public void AllFoldersAgreeButTheExcepted(string group, int count)
    {
        string root = Path.Combine(Root, group);
        if (!Directory.Exists(root))
        {
            log.WriteLine($"skipped: {root} is missing (Debian package libonnx-testdata)");
            return;
        }
        var surprises = new StringBuilder();
        var folders = Directory.GetDirectories(root).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(count, folders.Length);
        int passed = 0;
        foreach (string folder in folders)
        {
            string name = Path.GetFileName(folder);
            string? cause = RunFolder(folder);
            bool excepted = Excepted.Any(e => e.Folder == name);
            if (cause == null) passed++;
            if (cause != null && !excepted) surprises.AppendLine($"{name}: {cause}");
            if (cause == null && excepted) surprises.AppendLine($"{name}: passes, and need not be excepted");
        }
        log.WriteLine($"{group}: {passed} of {count} agree");
        Assert.True(surprises.Length == 0, $"{passed} of {count} agree\n{surprises}");
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
