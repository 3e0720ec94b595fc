using System.Text;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>ONNX's conformance data through the importer, the graph dialect and its evaluation; see <see cref="Conformance"/>.</summary>
public class ConformanceTests(ITestOutputHelper log)
{
    /// <summary>The folders that are not expected to pass, and why.</summary>
    private static readonly (string Folder, string Cause)[] excepted =
    [
        ("test_adam_multiple", "the expected values were computed with an epsilon that the model does not have"),
        ("test_bernoulli", "random numbers"),
        ("test_bernoulli_double", "random numbers"),
        ("test_bernoulli_double_expanded", "random numbers"),
        ("test_bernoulli_expanded", "random numbers"),
        ("test_bernoulli_seed", "random numbers"),
        ("test_bernoulli_seed_expanded", "random numbers"),
        ("test_cast_FLOAT_to_BFLOAT16", "the expected values are truncated, where a conversion rounds to nearest even"),
        ("test_castlike_FLOAT_to_BFLOAT16", "the expected values are truncated, where a conversion rounds to nearest even"),
        ("test_castlike_FLOAT_to_BFLOAT16_expanded", "the expected values are truncated, where a conversion rounds to nearest even"),
        ("test_gradient_of_add", "Gradient is not an operator of inference"),
        ("test_gradient_of_add_and_mul", "Gradient is not an operator of inference"),
        ("test_resize_downsample_scales_cubic_align_corners", "the expected values were computed with an extent that is not rounded down, as ONNX Runtime and PyTorch do"),
        ("test_resize_downsample_scales_linear_align_corners", "the expected values were computed with an extent that is not rounded down, as ONNX Runtime and PyTorch do"),
        ("test_training_dropout", "random numbers"),
        ("test_training_dropout_default", "random numbers"),
        ("test_training_dropout_default_mask", "random numbers"),
        ("test_training_dropout_mask", "random numbers"),
    ];

    [Fact]
    public void AllFoldersAgreeButTheExcepted()
    {
        if (!Directory.Exists(Conformance.Root))
        {
            log.WriteLine($"skipped: {Conformance.Root} is missing (Debian package libonnx-testdata)");
            return;
        }
        ConformanceResult[] all = [.. Conformance.Groups.SelectMany(Conformance.Run)];
        StringBuilder surprises = new();
        foreach (ConformanceResult r in all)
        {
            bool expected = Array.Exists(excepted, e => e.Folder == r.Name);
            if (r.Cause is not null && !expected) surprises.Append(r.Group).Append('/').Append(r.Name).Append(": ").Append(r.Cause).Append('\n');
            if (r.Cause is null && expected) surprises.Append(r.Group).Append('/').Append(r.Name).Append(": passes, and need not be excepted\n");
        }
        Assert.True(surprises.Length == 0, $"{all.Count(r => r.Cause is null)} of {all.Length} agree\n{surprises}");
        string page = Conformance.Page(all, name => Array.Find(excepted, e => e.Folder == name).Cause), path = Path.Combine(TestData.Checkout, "docs", "status.md");
        if (Environment.GetEnvironmentVariable(Snapshot.AcceptVariable) == "1") File.WriteAllText(path, page);
        Assert.Equal(page, File.ReadAllText(path));
    }
}
