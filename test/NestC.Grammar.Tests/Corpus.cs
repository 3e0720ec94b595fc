using NestC.TestKit;

namespace NestC.Grammar.Tests;

/// <summary>The MLIR corpus of the test data.</summary>
internal static class Corpus
{
    public static readonly string? Mlir = TestData.Find("mlir");

    /// <summary>The .mlir files of one folder of the corpus, in order.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.GetFiles(System.IO.Path.Combine(Mlir!, folder), "*.mlir").Order(StringComparer.Ordinal);

    /// <summary>The rows of <c>index-NAME.tsv</c> by column.</summary>
    public static List<Dictionary<string, string>> Index(string name)
    {
        string[] lines = File.ReadAllLines(System.IO.Path.Combine(Mlir!, $"index-{name}.tsv"));
        string[] columns = lines[0].Split('\t');
        return lines.Skip(1).Where(l => l.Length > 0).Select(l => columns.Zip(l.Split('\t')).ToDictionary(p => p.First, p => p.Second)).ToList();
    }
}

/// <summary>Files of this repository.</summary>
internal static class Repository
{
    public static string Path(string relative) => System.IO.Path.Combine(TestData.Checkout, relative);

    public static string Read(string relative) => File.ReadAllText(Path(relative));
}
