using NestC.TestKit;

namespace NestC.Core.Tests.Corpus;

/// <summary>The MLIR corpus of the test data.</summary>
internal static class CorpusFiles
{
    /// <summary>Set to 1, tests that are bounded by default take all that there is.</summary>
    public static bool Full { get; } = Environment.GetEnvironmentVariable("NEST_FULL") == "1";

    private static readonly HashSet<string> s_shared = ["builtin", "func", "arith", "cf"];

    /// <summary>The bytes of a file, by its path within the corpus.</summary>
    public static byte[] Bytes(string path) => File.ReadAllBytes(TestData.PathOf("mlir/" + path));

    /// <summary>The rows of `index-NAME.tsv`, by column.</summary>
    public static List<Dictionary<string, string>> Index(string name)
    {
        string[] lines = File.ReadAllLines(TestData.PathOf($"mlir/index-{name}.tsv"));
        string[] columns = lines[0].Split('\t');
        List<Dictionary<string, string>> rows = [];
        foreach (string line in lines.AsSpan(1))
        {
            if (line.Length > 0) rows.Add(columns.Zip(line.Split('\t')).ToDictionary(static p => p.First, static p => p.Second));
        }
        return rows;
    }

    /// <summary>Whether all dialects of a row are those that the core defines.</summary>
    public static bool HasOnlySharedDialects(Dictionary<string, string> row) => row["dialects"].Split(',').All(s_shared.Contains);

    /// <summary>Every n-th item from the first on, or all under NEST_FULL=1.</summary>
    public static IEnumerable<T> Sample<T>(IEnumerable<T> all, int every) => Full ? all : all.Where((_, i) => i % every == 0);

    /// <summary>Every input of the corpus by path, in order.</summary>
    public static IEnumerable<string> Inputs()
    {
        foreach (string folder in (string[])["generic", "generic-debuginfo", "synth", "pretty", "invalid", "invalid-verify", "passes"])
        {
            foreach (string file in Directory.GetFiles(TestData.PathOf("mlir/" + folder), "*.mlir").Order(StringComparer.Ordinal))
                yield return $"{folder}/{Path.GetFileName(file)}";
        }
    }
}
