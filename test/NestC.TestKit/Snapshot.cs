using System.Runtime.CompilerServices;
using System.Text;
using Xunit.Sdk;

namespace NestC.TestKit;

/// <summary>Compares a text with the one that a person accepted before, in Verify's file convention: `Class.Method.verified.txt` beside the test, `.received.txt` where they differ.</summary>
public static class Snapshot
{
    /// <summary>The variable of the environment that accepts every text as it is, when set to 1.</summary>
    public const string AcceptVariable = "NEST_ACCEPT";

    private const int ContextLines = 3;

    /// <summary>Fails when <paramref name="text"/> is not the accepted one. Line ends do not matter; <paramref name="name"/> tells apart several texts of one test.</summary>
    public static void Match(string text, string? name = null, [CallerFilePath] string testFile = "", [CallerMemberName] string member = "")
    {
        string stem = Path.Combine(Path.GetDirectoryName(testFile)!, Path.GetFileNameWithoutExtension(testFile) + "." + member + (name == null ? "" : "_" + name));
        Match(text, stem, Environment.GetEnvironmentVariable(AcceptVariable) == "1");
    }

    internal static void Match(string text, string stem, bool accept)
    {
        string verifiedFile = stem + ".verified.txt", receivedFile = stem + ".received.txt";
        string received = Normalize(text);
        string? verified = File.Exists(verifiedFile) ? Normalize(File.ReadAllText(verifiedFile)) : null;
        if (received == verified || accept)
        {
            if (received != verified) Write(verifiedFile, received);
            File.Delete(receivedFile);
            return;
        }
        Write(receivedFile, received);
        string what = verified == null ? $"{verifiedFile} does not exist; the text is:\n{received}" : Difference(verified, received);
        throw new XunitException(
            $"The text differs from the accepted one.\n{what}\nReceived: {receivedFile}\nAccepted: {verifiedFile}\n" +
            $"Rename the first to the second, or run again with {AcceptVariable}=1, to accept it.");
    }

    private static void Write(string file, string text) => File.WriteAllText(file, text, new UTF8Encoding(false));

    private static string Normalize(string text) => text.Replace("\r\n", "\n").TrimEnd('\n') + "\n";

    /// <summary>The first lines that differ, with the lines before them.</summary>
    public static string Difference(string expected, string actual)
    {
        string[] e = expected.Split('\n'), a = actual.Split('\n');
        int line = 0;
        while (line < e.Length && line < a.Length && e[line] == a[line]) line++;
        var text = new StringBuilder($"First difference at line {line + 1}:\n");
        for (int i = Math.Max(0, line - ContextLines); i < line; i++) text.Append("    ").Append(e[i]).Append('\n');
        for (int i = line; i < Math.Min(e.Length, line + ContextLines); i++) text.Append("  - ").Append(e[i]).Append('\n');
        for (int i = line; i < Math.Min(a.Length, line + ContextLines); i++) text.Append("  + ").Append(a[i]).Append('\n');
        return text.ToString().TrimEnd('\n');
    }
}
