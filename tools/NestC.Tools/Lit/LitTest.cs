using System.Text;

namespace NestC.Tools.Lit;

/// <summary>One line to run, with the line of the file it started on.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Text">Without the keyword; lines that end in a backslash are joined.</param>
/// <param name="Definitions">The substitutions that DEFINE and REDEFINE lines above it make, the last first.</param>
public readonly record struct RunLine(int Line, string Text, (string Key, string Value)[] Definitions);

/// <summary>A test file: what it runs and under which conditions.</summary>
public sealed class LitTest
{
    /// <summary>The suite it belongs to.</summary>
    public required LitConfig Config { get; init; }

    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Path from the suite's top, with forward slashes.</summary>
    public required string RelativePath { get; init; }

    /// <summary>Name in reports: `suite :: path`.</summary>
    public string Name => $"{Config.Name} :: {RelativePath}";

    public List<RunLine> RunLines { get; } = [];
    public List<string> Requires { get; } = [];
    public List<string> Unsupported { get; } = [];
    public List<string> XFail { get; } = [];

    /// <summary>What is wrong with the test file itself, or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Finds the tests below a path, sorted by name; a file named directly is a test whatever its suffix.</summary>
    public static List<LitTest> Discover(LitConfig config, string path)
    {
        var tests = new List<LitTest>();
        string full = System.IO.Path.GetFullPath(path);
        if (File.Exists(full)) tests.Add(Create(config, full));
        else if (Directory.Exists(full)) Walk(config, full, tests);
        tests.Sort(static (a, b) => string.CompareOrdinal(a.RelativePath, b.RelativePath));
        return tests;
    }

    private static LitTest Create(LitConfig config, string path) => new()
    {
        Config = config,
        Path = path,
        RelativePath = System.IO.Path.GetRelativePath(config.SourceRoot, path).Replace('\\', '/'),
    };

    private static void Walk(LitConfig config, string folder, List<LitTest> tests)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            string name = System.IO.Path.GetFileName(file);
            if (name.StartsWith('.') || config.Excludes.Contains(name)) continue;
            foreach (string suffix in config.Suffixes)
            {
                if (!name.EndsWith(suffix, StringComparison.Ordinal)) continue;
                tests.Add(Create(config, file));
                break;
            }
        }
        foreach (string child in Directory.GetDirectories(folder))
        {
            string name = System.IO.Path.GetFileName(child);
            if (!name.StartsWith('.') && name != "Output" && !config.Excludes.Contains(name)) Walk(config, child, tests);
        }
    }

    private static readonly string[] s_keywords = ["RUN:", "REQUIRES:", "UNSUPPORTED:", "XFAIL:", "DEFINE:", "REDEFINE:", "END."];

    /// <summary>Reads the keywords of the file.</summary>
    public void Parse()
    {
        string[] lines = Encoding.UTF8.GetString(File.ReadAllBytes(Path)).Split('\n');
        var pending = new StringBuilder();
        int pendingLine = 0;
        string pendingKeyword = "";
        (string Key, string Value)[] definitions = [];
        for (int i = 0; i < lines.Length && Error is null; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (!FindKeyword(line, out string keyword, out string text)) continue;
            if (keyword == "END.") break;
            text = text.Trim();
            if (keyword is "REQUIRES:" or "XFAIL:" or "UNSUPPORTED:")
            {
                List<string> list = keyword == "REQUIRES:" ? Requires : keyword == "XFAIL:" ? XFail : Unsupported;
                foreach (string item in text.Split(',')) list.Add(item.Trim());
                continue;
            }
            text = ExpandLineNumbers(text, i + 1);
            if (pending.Length == 0) (pendingLine, pendingKeyword) = (i + 1, keyword);
            else if (keyword != pendingKeyword)
            {
                Error = $"line {i + 1}: the {pendingKeyword} line of line {pendingLine} goes on, but this is a {keyword} line";
                break;
            }
            if (text.EndsWith('\\'))
            {
                pending.Append(text, 0, text.Length - 1);
                if (pending.Length == 0) pending.Append(' ');
                continue;
            }
            pending.Append(text);
            if (keyword == "RUN:") RunLines.Add(new RunLine(pendingLine, pending.ToString(), definitions));
            else Define(pending.ToString(), keyword == "REDEFINE:", pendingLine, ref definitions);
            pending.Clear();
        }
        if (Error is not null) return;
        if (pending.Length > 0) Error = $"line {pendingLine}: the {pendingKeyword[..^1]} line is not ended: a backslash stands at the end of its last line";
        else if (RunLines.Count == 0) Error = "the test has no RUN line";
    }

    // `%{name} = value`
    private void Define(string text, bool again, int line, ref (string Key, string Value)[] definitions)
    {
        int equals = text.IndexOf('=');
        string name = equals < 0 ? "" : text[..equals].Trim();
        if (name.Length < 4 || !name.StartsWith("%{", StringComparison.Ordinal) || name[^1] != '}' || !(char.IsAsciiLetter(name[2]) || name[2] == '_'))
        {
            Error = $"line {line}: a definition is '%{{name}} = value', not '{text}'";
            return;
        }
        bool known = Array.Exists(definitions, d => d.Key == name);
        if (known != again)
            Error = again ? $"line {line}: {name} is not defined: DEFINE comes before REDEFINE" : $"line {line}: {name} is defined already: REDEFINE changes it";
        definitions = [(name, text[(equals + 1)..].Trim()), .. Array.FindAll(definitions, d => d.Key != name)];
    }

    private static bool FindKeyword(string line, out string keyword, out string text)
    {
        keyword = text = "";
        int best = int.MaxValue;
        foreach (string candidate in s_keywords)
        {
            int at = line.IndexOf(candidate, StringComparison.Ordinal);
            if (at < 0 || at >= best || at > 0 && (char.IsAsciiLetterOrDigit(line[at - 1]) || line[at - 1] is '-' or '_')) continue;
            if (candidate == "END." && line[(at + 4)..].Trim().Length > 0) continue;
            best = at;
            keyword = candidate;
            text = line[(at + candidate.Length)..];
        }
        return best != int.MaxValue;
    }

    private static string ExpandLineNumbers(string text, int line)
    {
        int at;
        while ((at = text.IndexOf("%(line", StringComparison.Ordinal)) >= 0)
        {
            int end = text.IndexOf(')', at);
            if (end < 0) break;
            string offset = text[(at + 6)..end].Replace(" ", "");
            if (offset.Length > 0 && !int.TryParse(offset, out _)) break;
            int value = line + (offset.Length > 0 ? int.Parse(offset) : 0);
            text = text[..at] + value + text[(end + 1)..];
        }
        return text;
    }
}
