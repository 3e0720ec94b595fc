using System.Text;

namespace NestC.Tools.Lit;

/// <summary>`diff` for RUN lines: 0 same, 1 different, 2 trouble; the difference is one unified hunk.</summary>
internal static class ShellDiff
{
    private const int Context = 3;

    public static int Run(string[] args, Stream input, Stream output, Stream error, string folder)
    {
        bool ignoreAmount = false, ignoreAll = false, ignoreEmpty = false, brief = false, stripCr = false;
        var names = new List<string>();
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            if (arg == "--strip-trailing-cr") stripCr = true;
            else if (arg is "-U" or "--unified") i++;
            else if (arg.Length > 1 && arg[0] == '-' && arg[1] != '-')
            {
                ignoreAmount |= arg.Contains('b');
                ignoreAll |= arg.Contains('w');
                ignoreEmpty |= arg.Contains('B');
                brief |= arg.Contains('q');
            }
            else names.Add(arg);
        }
        if (names.Count != 2)
        {
            Shell.WriteLine(error, "diff: two files are needed");
            return 2;
        }
        var texts = new string[2];
        for (int i = 0; i < 2; i++)
        {
            string path = Path.Combine(folder, names[i]);
            if (names[i] == "-")
            {
                using var memory = new MemoryStream();
                input.CopyTo(memory);
                texts[i] = Encoding.Latin1.GetString(memory.ToArray());
            }
            else if (File.Exists(path)) texts[i] = Encoding.Latin1.GetString(File.ReadAllBytes(path));
            else
            {
                Shell.WriteLine(error, $"diff: {names[i]}: No such file or directory");
                return 2;
            }
        }
        string[] a = Lines(texts[0]), b = Lines(texts[1]);
        string Key(string line)
        {
            if (stripCr) line = line.TrimEnd('\n').TrimEnd('\r');
            if (!ignoreAmount && !ignoreAll) return line;
            string joined = string.Join(ignoreAll ? "" : " ", line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            return !ignoreAll && line.Length > 0 && char.IsWhiteSpace(line[0]) && joined.Length > 0 ? " " + joined : joined;
        }
        string[] keysA = Array.ConvertAll(a, Key), keysB = Array.ConvertAll(b, Key);
        if (ignoreEmpty)
        {
            Keep(ref a, ref keysA);
            Keep(ref b, ref keysB);
        }
        int prefix = 0;
        while (prefix < a.Length && prefix < b.Length && keysA[prefix] == keysB[prefix]) prefix++;
        if (prefix == a.Length && prefix == b.Length) return 0;
        if (brief)
        {
            Shell.WriteLine(output, $"Files {names[0]} and {names[1]} differ");
            return 1;
        }
        int suffix = 0;
        while (suffix < Math.Min(a.Length, b.Length) - prefix && keysA[a.Length - 1 - suffix] == keysB[b.Length - 1 - suffix]) suffix++;
        int start = Math.Max(0, prefix - Context), endA = Math.Min(a.Length, a.Length - suffix + Context), endB = Math.Min(b.Length, b.Length - suffix + Context);
        var text = new StringBuilder($"--- {names[0]}\n+++ {names[1]}\n@@ -{start + 1},{endA - start} +{start + 1},{endB - start} @@\n");
        for (int i = start; i < prefix; i++) Add(text, ' ', a[i]);
        for (int i = prefix; i < a.Length - suffix; i++) Add(text, '-', a[i]);
        for (int i = prefix; i < b.Length - suffix; i++) Add(text, '+', b[i]);
        for (int i = a.Length - suffix; i < endA; i++) Add(text, ' ', a[i]);
        output.Write(Encoding.Latin1.GetBytes(text.ToString()));
        return 1;
    }

    private static void Keep(ref string[] lines, ref string[] keys)
    {
        var keptLines = new List<string>();
        var keptKeys = new List<string>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Trim().Length == 0) continue;
            keptLines.Add(lines[i]);
            keptKeys.Add(keys[i]);
        }
        lines = keptLines.ToArray();
        keys = keptKeys.ToArray();
    }

    private static void Add(StringBuilder text, char sign, string line)
    {
        text.Append(sign).Append(line);
        if (!line.EndsWith('\n')) text.Append("\n\\ No newline at end of file\n");
    }

    private static string[] Lines(string text)
    {
        var lines = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            int end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[at..end]);
            at = end;
        }
        return lines.ToArray();
    }
}
