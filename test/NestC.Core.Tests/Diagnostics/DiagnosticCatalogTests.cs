using System.Text.RegularExpressions;
using NestC.Diagnostics;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public partial class DiagnosticCatalogTests
{
    [GeneratedRegex("\"(NEST[0-9]{4})\"")]
    private static partial Regex CodeLiteral();

    /// <summary>All codes that occur as literals in the product's sources.</summary>
    private static SortedSet<string> CodesInSources()
    {
        SortedSet<string> codes = new(StringComparer.Ordinal);
        foreach (string folder in (string[])["compiler", "dialects", "passes", "tools", "grammar"])
        {
            string root = Repository.PathOf(folder);
            if (!Directory.Exists(root)) continue;
            foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
            {
                string relative = Path.GetRelativePath(root, file).Replace('\\', '/');
                if (relative.Contains("/obj/", StringComparison.Ordinal) || relative.Contains("/bin/", StringComparison.Ordinal)) continue;
                foreach (Match match in CodeLiteral().Matches(File.ReadAllText(file))) codes.Add(match.Groups[1].Value);
            }
        }
        return codes;
    }

    [Fact]
    public void EveryCodeInTheSourcesHasAPage()
    {
        SortedSet<string> codes = CodesInSources();
        Assert.Contains("NEST1001", codes);
        codes.ExceptWith(DiagnosticCatalog.Codes());
        Assert.True(codes.Count == 0, $"codes without a page in docs/diagnostics: {string.Join(", ", codes)}");
    }

    [Fact]
    public void EveryPageOfTheFolderIsInTheAssembly() => Assert.Equal(
        Directory.GetFiles(Repository.PathOf("docs", "diagnostics"), "NEST*.md").Select(p => Path.GetFileNameWithoutExtension(p)!).Order(StringComparer.Ordinal),
        DiagnosticCatalog.Codes());

    public static TheoryData<string> Codes() => [.. DiagnosticCatalog.Codes()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void PagesAreComplete(string code)
    {
        DiagnosticPage page = DiagnosticCatalog.Find(code)!;
        Assert.NotNull(DiagnosticCatalog.RangeOf(code));
        Assert.StartsWith($"# {code}: {page.Title}\n", page.Text);
        Assert.NotEmpty(page.Title);
        Assert.NotEmpty(page.Explanation);
        // Only what no input can show may lack examples.
        if (code[4] == '9') return;
        Assert.NotNull(page.Wrong);
        Assert.NotNull(page.Right);
        Assert.NotEqual(page.Wrong, page.Right);
        Assert.Contains(page.WrongLanguage, new[] { "mlir", "sh", "csharp", "text" });
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void TheWrongExampleProducesItsCodeAndTheRightOneNone(string code)
    {
        DiagnosticPage page = DiagnosticCatalog.Find(code)!;
        if (page.WrongLanguage != "mlir") return;
        Assert.Contains(code, DiagnosticExamples.CodesOf(page.Wrong!));
        Assert.Empty(DiagnosticExamples.CodesOf(page.Right!));
    }

    [Fact]
    public void CodesMayBeWrittenCarelessly()
    {
        string page = DiagnosticCatalog.Explain("NEST1003")!;
        Assert.Equal(page, DiagnosticCatalog.Explain("nest1003"));
        Assert.Equal(page, DiagnosticCatalog.Explain(" 1003 "));
        Assert.Null(DiagnosticCatalog.Explain("NEST1999"));
        Assert.Null(DiagnosticCatalog.Explain("../secret"));
        Assert.Null(DiagnosticCatalog.Explain(""));
    }
}
