using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public class SplitInputTests
{
    private static string[] Chunks(string text, string marker, NestContext? context = null)
    {
        SplitInput split = SplitInput.At(SourceFile.FromText("f.mlir", text), marker, context);
        List<string> chunks = [];
        for (int i = 0; i < split.Count; i++)
        {
            SourceFile chunk = split.Chunk(i);
            chunks.Add($"{chunk.Name}|{Encoding.UTF8.GetString(chunk.Bytes)}");
        }
        return [.. chunks];
    }

    [Fact]
    public void ChunksAreNamedByTheLineTheyStartOn() => Assert.Equal(
        ["within split at f.mlir:1 offset |a\n", "within split at f.mlir:2 offset | rest\nb\nc\n", "within split at f.mlir:5 offset |\n"],
        Chunks("a\n// ----- rest\nb\nc\n// -----\n", SplitInput.DefaultMarker));

    [Fact]
    public void WithoutAMarkerTheSourceKeepsItsName() => Assert.Equal(["f.mlir|a\n// -----\nb"], Chunks("a\n// -----\nb", ""));

    [Fact]
    public void CustomMarkersMayBeShort() => Assert.Equal(
        ["within split at f.mlir:1 offset |a", "within split at f.mlir:1 offset |b", "within split at f.mlir:1 offset |"], Chunks("a#b#", "#"));

    [Fact]
    public void NothingBeforeTheFirstMarkerIsNoChunk() =>
        Assert.Equal(["within split at f.mlir:1 offset |\na"], Chunks("// -----\na", SplitInput.DefaultMarker));

    [Fact]
    public void AnEmptyInputIsOneChunk() => Assert.Equal(["within split at f.mlir:1 offset |"], Chunks("", SplitInput.DefaultMarker));

    [Theory]
    [InlineData("a\n// ---x-\nb", "f.mlir:2:1")]
    [InlineData("a\n// ------\nb", "f.mlir:2:1")]
    [InlineData("a\n// ---", "f.mlir:2:1")]
    public void NearMissesAreWarnedOfAndDoNotSplit(string text, string place)
    {
        NestContext context = new();
        List<Diagnostic> said = [];
        using (context.Diagnostics.PushHandler(said.Add)) Assert.Single(Chunks(text, SplitInput.DefaultMarker, context));
        Assert.Equal($"{place}: warning: near miss with file split marker", Assert.Single(Rendering.Heads(context, said)));
        Assert.Equal(0, context.Diagnostics.ErrorCount);
    }

    [Theory]
    [InlineData("within split at a:b.mlir:12 offset ", 3, "a:b.mlir", 14)]
    [InlineData("within split at f:1 offset ", 1, "f", 1)]
    [InlineData("plain.mlir", 3, "plain.mlir", 3)]
    [InlineData("within split at f:x offset ", 3, "within split at f:x offset ", 3)]
    public void PlacesInTheWholeFile(string name, int line, string file, int whole) => Assert.Equal((file, whole), SplitInput.PlaceInWhole(name, line));
}
