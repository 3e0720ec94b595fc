using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.Onnx;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Tools.Tests.Onnx;

/// <summary>Trained networks on pictures whose class is known.</summary>
public class PictureTests(ITestOutputHelper log)
{
    [Theory]
    [InlineData("dog_207", 207, 1)]
    [InlineData("zebra_340", 340, 1)]
    [InlineData("cat_285", 285, 2)]
    public void Int8MobileNetPutsThePictureAmongItsFirst(string picture, long label, int within)
    {
        if (Models() is not { } root) return;
        // Pixels less 128 as i8, N C H W.
        var pixels = Moves.Slice(Png.Read(Path.Combine(root, "images", "imagenet", picture + ".png")), [0], [3], [2], []);
        var centered = Binary.Apply(BinaryKind.Sub, Cast.To(pixels, ElementKind.I32), NdArray.Scalar(128));
        var input = Moves.Unsqueeze(Moves.Transpose(Cast.To(centered, ElementKind.I8), [2, 0, 1]), [0]);
        var scores = Run(Path.Combine(root, "real", "mobilenet_v2_int8_224.onnx"), input);
        var top = Ordering.TopK(scores, 5, -1, true).Indices.ToInt64s();
        log.WriteLine(string.Join(' ', top));
        Assert.Contains(label, top[..within]);
    }

    [Fact]
    public void MnistReadsAllTenDigits()
    {
        if (Models() is not { } root) return;
        int right = 0;
        foreach (string path in Directory.GetFiles(Path.Combine(root, "images", "mnist"), "*.png").Order(StringComparer.Ordinal))
        {
            var gray = Png.Read(path);
            var input = Cast.To(gray.Reshape([1, 1, 28, 28]), ElementKind.F32);
            var scores = Run(Path.Combine(root, "real", "mnist-8.onnx"), input);
            long said = Ordering.ArgExtreme(scores, 1, false, true, false).GetInt64(0);
            log.WriteLine($"{Path.GetFileName(path)}: {said}");
            if (said == Path.GetFileName(path)[0] - '0') right++;
        }
        Assert.Equal(10, right);
    }

    private string? Models()
    {
        if (ModelTests.Models is { } root) return root;
        log.WriteLine("skipped: the test models are missing (NEST_TEST_DATA)");
        return null;
    }

    private static NdArray Run(string path, NdArray input)
    {
        var model = ImportedModel.Load(path, out string errors);
        Assert.True(model != null, errors);
        return model.Run(input)[0];
    }
}
