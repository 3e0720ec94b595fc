using System.Runtime.CompilerServices;
using Xunit;

namespace NestC.TestKit;

/// <summary>Finds the test data: the folder that NEST_TEST_DATA names, or `../shared/data` beside the checkout.</summary>
public static class TestData
{
    /// <summary>The variable of the environment that names the folder.</summary>
    public const string Variable = "NEST_TEST_DATA";

    /// <summary>The folder, or null when there is none.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>The top folder of the checkout.</summary>
    public static string Checkout { get; } = FindCheckout();

    /// <summary>The full path of a file or folder of the test data; throws when it is absent, which <see cref="DataFactAttribute"/> prevents.</summary>
    public static string PathOf(string name) =>
        Find(name) ?? throw new FileNotFoundException($"{name} is not in the test data: set {Variable}");

    /// <summary>The full path of a file or folder of the test data, or null.</summary>
    public static string? Find(string name)
    {
        if (Root == null) return null;
        string path = Path.Combine(Root, name);
        return Path.Exists(path) ? path : null;
    }

    internal static string? ReasonToSkip(string[] names)
    {
        foreach (string name in names)
            if (Find(name) == null) return $"needs {name} of the test data (set {Variable}, or place it in ../shared/data)";
        return names.Length == 0 && Root == null ? $"needs the test data (set {Variable}, or place it in ../shared/data)" : null;
    }

    private static string? FindRoot()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        string path = string.IsNullOrEmpty(named) ? Path.Combine(FindCheckout(), "..", "shared", "data") : named;
        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }

    private static string FindCheckout([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}

/// <summary>A test that needs files of the test data, and is skipped with a message without them.</summary>
public sealed class DataFactAttribute : FactAttribute
{
    public DataFactAttribute(params string[] names) => Skip = TestData.ReasonToSkip(names);
}

/// <summary>A theory that needs files of the test data, and is skipped with a message without them.</summary>
public sealed class DataTheoryAttribute : TheoryAttribute
{
    public DataTheoryAttribute(params string[] names) => Skip = TestData.ReasonToSkip(names);
}

/// <summary>A test of more than a few seconds, which only NEST_FULL=1 runs.</summary>
public sealed class FullFactAttribute : FactAttribute
{
    public FullFactAttribute() => Skip = Environment.GetEnvironmentVariable("NEST_FULL") == "1" ? null : "takes long: set NEST_FULL=1";
}

/// <summary>A test that compares with a program of this machine, and is skipped with a message when it is not installed.</summary>
public sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(string program) => Skip = Peer.Find(program) == null ? $"needs {program} in PATH" : null;
}

/// <summary>Looks for the programs that results are compared with.</summary>
public static class Peer
{
    /// <summary>The full path of a program in PATH, or null.</summary>
    public static string? Find(string program)
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            if (folder.Length == 0) continue;
            string path = Path.Combine(folder, program);
            if (File.Exists(path)) return path;
        }
        return null;
    }
}
