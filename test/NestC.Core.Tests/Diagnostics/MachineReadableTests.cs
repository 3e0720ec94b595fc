using System.Text;
using System.Text.Json;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;
using static NestC.Core.Tests.Diagnostics.Rendering;

namespace NestC.Core.Tests.Diagnostics;

public class MachineReadableTests
{
    private static string Render(NestContext context, DiagnosticFormat format, params Diagnostic[] diagnostics)
    {
        using MemoryStream stream = new();
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(format, context, stream, ColorMode.Never, "nest-opt");
        foreach (Diagnostic diagnostic in diagnostics) renderer.Render(diagnostic);
        renderer.Finish();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void JsonHasOneObjectALine()
    {
        NestContext context = With("f.mlir", "abc\n");
        Diagnostic first = new Diagnostic(Severity.Error, "NEST1001", context.At("f.mlir", 1, 2), "expected \"x\"\nand é") { Length = 2, IsSyntax = true }
            .WithHelp("write it").Note(Location.Unknown, "n");
        string[] lines = Render(context, DiagnosticFormat.Json, first, new Diagnostic(Severity.Remark, "", Location.Unknown, "r")).Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("", lines[2]);
        JsonElement error = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("error", error.GetProperty("severity").GetString());
        Assert.Equal("NEST1001", error.GetProperty("code").GetString());
        Assert.Equal("expected \"x\"\nand é", error.GetProperty("message").GetString());
        Assert.Equal("f.mlir", error.GetProperty("file").GetString());
        Assert.Equal(1, error.GetProperty("line").GetInt32());
        Assert.Equal(2, error.GetProperty("column").GetInt32());
        Assert.Equal(2, error.GetProperty("length").GetInt32());
        Assert.True(error.GetProperty("syntax").GetBoolean());
        Assert.Equal("write it", error.GetProperty("help").GetString());
        Assert.Equal("note", error.GetProperty("notes")[0].GetProperty("severity").GetString());
        Assert.Equal("""{"severity":"remark","message":"r"}""", lines[1]);
    }

    [Fact]
    public void ChunksAreMappedBackToTheirFile()
    {
        NestContext context = new();
        SplitInput split = SplitInput.At(SourceFile.FromText("dir/f.mlir", "a\n// -----\nb\nc\n"), SplitInput.DefaultMarker);
        SourceFile chunk = split.Chunk(1);
        context.Sources.Add(chunk);
        Diagnostic error = new(Severity.Error, "NEST1001", context.At(chunk.Name, 3, 1), "m");
        JsonElement json = JsonDocument.Parse(Render(context, DiagnosticFormat.Json, error)).RootElement;
        Assert.Equal("dir/f.mlir", json.GetProperty("file").GetString());
        Assert.Equal(4, json.GetProperty("line").GetInt32());
        Assert.Contains("\"uri\":\"dir/f.mlir\"", Render(context, DiagnosticFormat.Sarif, error));
    }

    [Fact]
    public void SarifHasRulesResultsAndRegions()
    {
        NestContext context = With("a b/é.mlir", "é漢xyz\n");
        Diagnostic error = new Diagnostic(Severity.Error, "NEST1004", context.At("a b/é.mlir", 1, 6), "bad") { Length = 2 }
            .Note(context.At("a b/é.mlir", 1, 1), "from here").WithHelp("remove it");
        JsonElement document = JsonDocument.Parse(Render(
            context, DiagnosticFormat.Sarif, error,
            new Diagnostic(Severity.Remark, "", Location.Unknown, "r"),
            new Diagnostic(Severity.Warning, "NEST1001", context.At("other.mlir", 7, 3), "w"))).RootElement;
        Assert.Equal("2.1.0", document.GetProperty("version").GetString());
        JsonElement run = Assert.Single(document.GetProperty("runs").EnumerateArray());
        JsonElement driver = run.GetProperty("tool").GetProperty("driver");
        Assert.Equal("nest-opt", driver.GetProperty("name").GetString());
        JsonElement[] rules = [.. driver.GetProperty("rules").EnumerateArray()];
        Assert.Equal(["NEST1001", "NEST1004"], rules.Select(r => r.GetProperty("id").GetString()));
        Assert.Equal("the text is not a token", rules[1].GetProperty("shortDescription").GetProperty("text").GetString());
        Assert.Equal("unicodeCodePoints", run.GetProperty("columnKind").GetString());

        JsonElement[] results = [.. run.GetProperty("results").EnumerateArray()];
        Assert.Equal(["error", "note", "warning"], results.Select(r => r.GetProperty("level").GetString()));
        foreach (JsonElement result in results)
        {
            if (result.TryGetProperty("ruleIndex", out JsonElement index))
                Assert.Equal(result.GetProperty("ruleId").GetString(), rules[index.GetInt32()].GetProperty("id").GetString());
        }
        Assert.Equal("bad\nhelp: remove it", results[0].GetProperty("message").GetProperty("text").GetString());
        JsonElement place = results[0].GetProperty("locations")[0].GetProperty("physicalLocation");
        Assert.Equal("a%20b/%C3%A9.mlir", place.GetProperty("artifactLocation").GetProperty("uri").GetString());
        JsonElement region = place.GetProperty("region");
        Assert.Equal((1, 3, 5), (region.GetProperty("startLine").GetInt32(), region.GetProperty("startColumn").GetInt32(), region.GetProperty("endColumn").GetInt32()));
        Assert.Equal("from here", results[0].GetProperty("relatedLocations")[0].GetProperty("message").GetProperty("text").GetString());
        Assert.False(results[1].TryGetProperty("locations", out _));
    }

    [Fact]
    public void SarifWithoutResultsIsADocumentToo()
    {
        JsonElement run = JsonDocument.Parse(Render(new NestContext(), DiagnosticFormat.Sarif)).RootElement.GetProperty("runs")[0];
        Assert.Equal(0, run.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("text", true)]
    [InlineData("json", true)]
    [InlineData("sarif", true)]
    [InlineData("JSON", false)]
    [InlineData("xml", false)]
    public void FormatNames(string name, bool known) => Assert.Equal(known, DiagnosticRenderer.TryParse(name, out DiagnosticFormat _));
}
