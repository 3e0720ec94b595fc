using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;
using NestC.TestKit;
using Xunit;

namespace NestC.Tools.Tests.Docs;

/// <summary>The code of docs/tutorial compiles, and does what the pages say. Their commands are run by <see cref="DocsCommandsTests"/>.</summary>
public sealed class TutorialTests
{
    private static readonly NestContext s_context = NewContext();

    [Fact]
    public void TheFirstChapterShowsThisCode()
    {
        string code = File.ReadAllText(Path.Combine(TestData.Checkout, "test/NestC.Tools.Tests/Docs/TutorialGraph.cs"));
        string body = code[code.IndexOf("    /// <summary>relu", StringComparison.Ordinal)..code.LastIndexOf("\n}", StringComparison.Ordinal)];
        string shown = string.Join('\n', body.Split('\n').Select(line => line.StartsWith("    ", StringComparison.Ordinal) ? line[4..] : line)).TrimEnd();
        Assert.Contains($"```csharp\n{shown}\n```", Page("1-a-graph-by-hand.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void ItPrintsWhatThePageShows()
    {
        ModuleOp module = TutorialGraph.Build(s_context);
        Assert.True(Verifier.Verify(module));
        Support.Utf8Writer writer = new();
        AsmPrinter.Print(module, writer, PrintOptions.Default);
        Assert.Contains($"```mlir\n{System.Text.Encoding.UTF8.GetString(writer.Written).TrimEnd()}\n```", Page("1-a-graph-by-hand.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void ItRuns()
    {
        FuncOp main = (FuncOp)TutorialGraph.Build(s_context).Body.First!;
        var picture = new float[64];
        for (int i = 0; i < 64; i++) picture[i] = i % 8 < 4 ? 0 : 1;
        NdArray result = new ArrayInterpreter().Run(main, [NdArray.From(picture, 1, 1, 8, 8)])[0];
        // The mean of a bright neighbourhood, and the edge between the columns 3 and 4.
        Assert.Equal(1.125, result.GetDouble(3 * 8 + 6));
        Assert.Equal(3, result.GetDouble(64 + 3 * 8 + 3));
        Assert.Equal(0, result.GetDouble(64 + 3 * 8 + 6));
    }

    private static NestContext NewContext()
    {
        NestContext context = new();
        Registry.RegisterDialects(context);
        return context;
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(TestData.Checkout, "docs", "tutorial", name)).Replace("\r\n", "\n");
}
