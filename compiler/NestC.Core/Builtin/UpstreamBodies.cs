using System.Text;
using NestC.Support;

namespace NestC.Builtin;

/// <summary>
/// The words by which an upstream dialect's types (`!`) or attributes (`#`) are known, from UpstreamBodies.tsv, which
/// test/NestC.Bench/upstream_bodies.py writes by asking mlir-opt.
/// </summary>
internal sealed class UpstreamBodies
{
    private static readonly Lazy<Utf8Map<UpstreamBodies>> table = new(static () =>
    {
        using Stream stream = typeof(UpstreamBodies).Assembly.GetManifestResourceStream("upstream-bodies")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        Utf8Map<UpstreamBodies> read = new();
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] fields = line.Split('\t');
            read.TryAdd(Encoding.UTF8.GetBytes(fields[0] + fields[1]), new UpstreamBodies(fields[2], fields[3]));
        }
        return read;
    });

    private readonly string unknown;
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

    private UpstreamBodies(string unknown, string facts)
    {
        this.unknown = unknown;
        foreach (string fact in facts.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int equal = fact.IndexOf('=');
            words.TryAdd(equal < 0 ? fact : fact[..equal], equal < 0 ? "" : fact[(equal + 1)..]);
        }
    }

    /// <summary>What is known of a dialect's types or attributes, or null.</summary>
    public static UpstreamBodies? Find(char sigil, ReadOnlySpan<byte> dialect)
    {
        if (dialect.Length > 30) return null;
        Span<byte> key = stackalloc byte[dialect.Length + 1];
        key[0] = (byte)sigil;
        dialect.CopyTo(key[1..]);
        return table.Value.Find(key);
    }

    public bool Knows(string word) => words.ContainsKey(word);

    /// <summary>What mlir-opt says of a word that the dialect does not have.</summary>
    public string Unknown(string word) => unknown.Replace("%", word);

    /// <summary>The name of the enumeration that a body is a word of, and its words; null for other bodies.</summary>
    public (string Name, string[] Words)? Enumeration(string word)
    {
        if (!words.TryGetValue(word, out string? fact) || fact.Length == 0) return null;
        int colon = fact.LastIndexOf(':');
        return (fact[..colon], fact[(colon + 1)..].Split('|'));
    }

    /// <summary>Whether a word is of the kind that was tried: lower case, digits and underscores.</summary>
    public static bool IsPlain(string word)
    {
        foreach (char c in word)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_') return false;
        return true;
    }
}
