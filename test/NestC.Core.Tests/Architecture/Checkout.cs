using NestC.TestKit;

namespace NestC.Core.Tests.Architecture;

/// <summary>The files of the checkout, without what builds leave behind. Paths are relative, with `/`.</summary>
internal static class Checkout
{
    // What .gitignore names.
    private static readonly HashSet<string> left = ["bin", "obj", ".git", "TestResults", "BenchmarkDotNet.Artifacts", ".vs", ".idea", "node_modules", "publish"];

    public static string PathOf(string relative) => Path.Combine(TestData.Checkout, relative);

    public static string Relative(string path) => Path.GetRelativePath(TestData.Checkout, path).Replace('\\', '/');

    /// <summary>Files below a folder whose names match, in ordinal order.</summary>
    public static List<string> Files(string pattern, string under = ".")
    {
        List<string> files = [];
        Collect(Path.GetFullPath(PathOf(under)), pattern, files);
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>Names at the top, without what is left behind.</summary>
    public static List<string> Top()
    {
        List<string> names = [];
        foreach (string path in Directory.EnumerateFileSystemEntries(TestData.Checkout))
            if (!left.Contains(Path.GetFileName(path))) names.Add(Path.GetFileName(path));
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private static void Collect(string folder, string pattern, List<string> files)
    {
        foreach (string file in Directory.EnumerateFiles(folder, pattern)) files.Add(Relative(file));
        foreach (string sub in Directory.EnumerateDirectories(folder))
            if (!left.Contains(Path.GetFileName(sub))) Collect(sub, pattern, files);
    }
}
