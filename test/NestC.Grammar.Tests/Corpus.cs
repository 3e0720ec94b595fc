using Xunit;

namespace NestC.Grammar.Tests;

/// <summary>The MLIR corpus: <c>NEST_TEST_DATA</c>, or <c>../shared/data</c> beside the checkout.</summary>
internal static class Corpus
{
    public static readonly string Root = Repository.Path("");

    public static readonly string? Mlir = Find();

    private static string? Find()
    {
        string data = Environment.GetEnvironmentVariable("NEST_TEST_DATA") is { Length: > 0 } set ? set : System.IO.Path.Combine(Root, "..", "shared", "data");
        string mlir = System.IO.Path.Combine(data, "mlir");
        return Directory.Exists(mlir) ? mlir : null;
    }

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

/// <summary>A test over the corpus; skipped where it is missing.</summary>
internal sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (Corpus.Mlir is null) Skip = "no corpus: set NEST_TEST_DATA to the folder that holds mlir/";
    }
}

/// <summary>Files of this repository, from wherever the tests run.</summary>
internal static class Repository
{
    public static string Path(string relative)
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(d.FullName, "NestC.sln"))) return System.IO.Path.Combine(d.FullName, relative);
        }
        throw new DirectoryNotFoundException("the tests run outside of the repository");
    }

    public static string Read(string relative) => File.ReadAllText(Path(relative));
}
