using NestC.TestKit;

namespace NestC.Core.Tests.Corpus;

/// <summary>Files of the corpus that need what is not built yet: `open.txt` lists them, with the reason above each group.</summary>
internal static class OpenCases
{
    private static readonly HashSet<string> s_files = Load();

    /// <summary>Whether a file, by its path within the corpus, may fail.</summary>
    public static bool Has(string path) => s_files.Contains(path);

    private static HashSet<string> Load()
    {
        HashSet<string> files = new(StringComparer.Ordinal);
        foreach (string line in File.ReadAllLines(Path.Combine(TestData.Checkout, "test", "NestC.Core.Tests", "Corpus", "open.txt")))
            if (line.Length > 0 && line[0] != '#') files.Add(line);
        return files;
    }
}
