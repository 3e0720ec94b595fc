using System.Security.Cryptography;
using NestC.Examples.Digits;
using NestC.TestKit;
using Xunit;

namespace NestC.Tools.Tests.Examples;

/// <summary>docs/examples/digits is what its programs write, to the bit.</summary>
public sealed class DigitsTests
{
    private static string Folder => Path.Combine(TestData.Checkout, "docs", "examples", "digits");

    [Theory]
    [InlineData("test-images.npz")]
    [InlineData("calibration-images.npz")]
    public void ImagesAreThoseOfTheProgram(string file)
    {
        using var folder = new TemporaryFolder();
        Training.WriteImages(folder.Path);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, file)), File.ReadAllBytes(Path.Combine(folder.Path, file)));
    }

    /// <summary>Training does not depend on the machine: the weights after its first steps.</summary>
    [Fact]
    public void FirstStepsGiveTheSameWeightsEverywhere() =>
        Assert.Equal("acdf0423d06f4114d98c0595097a4723", Convert.ToHexStringLower(SHA256.HashData(OnnxFile.Write(Training.Train(TextWriter.Null, last: 3))))[..32]);

    [FullFact]
    public void NetworkIsWhatTrainingGives() =>
        Assert.Equal(File.ReadAllBytes(Path.Combine(Folder, "digits.onnx")), OnnxFile.Write(Training.Train(TextWriter.Null)));
}
