using System.Text;

namespace NestC.Tools.Lit;

/// <summary>Expands `%s`, `%t`, `%if` and the suite's own substitutions in a RUN line.</summary>
internal sealed class LitSubstitution
{
    private readonly List<(string Key, string Value)> _values = [];
    private readonly IReadOnlySet<string> _features;
    private (string Key, string Value)[] _defined = [];

    /// <summary>Folder for the test's temporary files, which %T names.</summary>
    public string TemporaryFolder { get; }

    /// <summary>The working directory of the test.</summary>
    public string WorkingDirectory { get; }

    public LitSubstitution(LitTest test)
    {
        _features = test.Config.Features;
        string sourceFolder = Path.GetDirectoryName(test.Path)!;
        WorkingDirectory = Path.Combine(test.Config.OutputRoot, Path.GetDirectoryName(test.RelativePath) ?? "");
        TemporaryFolder = Path.Combine(WorkingDirectory, "Output");
        string name = Path.GetFileName(test.Path), temporary = Path.Combine(TemporaryFolder, name + ".tmp");
        foreach ((string key, string value) in test.Config.Substitutions) _values.Add((key, value));
        _values.Add(("%s", test.Path));
        _values.Add(("%S", sourceFolder));
        _values.Add(("%p", sourceFolder));
        _values.Add(("%t", temporary));
        _values.Add(("%T", TemporaryFolder));
        _values.Add(("%basename_t", name));
        _values.Add(("%{s:basename}", name));
        _values.Add(("%{s:stem}", Path.GetFileNameWithoutExtension(name)));
        _values.Add(("%{t:stem}", Path.Combine(TemporaryFolder, name)));
        _values.Add(("%{pathsep}", Path.PathSeparator.ToString()));
        _values.Add(("%{fs-sep}", Path.DirectorySeparatorChar.ToString()));
        _values.Add(("%/s", test.Path.Replace('\\', '/')));
        _values.Add(("%/S", sourceFolder.Replace('\\', '/')));
        _values.Add(("%/p", sourceFolder.Replace('\\', '/')));
        _values.Add(("%/t", temporary.Replace('\\', '/')));
        _values.Add(("%/T", TemporaryFolder.Replace('\\', '/')));
        // The longest key wins where several fit.
        _values.Sort(static (a, b) => a.Key.Length != b.Key.Length ? b.Key.Length - a.Key.Length : string.CompareOrdinal(a.Key, b.Key));
    }

    /// <summary>Expands a line; values are expanded again, so that one substitution may use another.</summary>
    public string Expand(in RunLine run)
    {
        _defined = run.Definitions;
        return ExpandValues(ExpandConditions(run.Text), 0);
    }

    private bool FindValue(string line, int at, out string key, out string value)
    {
        foreach ((string candidate, string text) in _defined)
        {
            if (!Looking(line, at, candidate)) continue;
            (key, value) = (candidate, text);
            return true;
        }
        foreach ((string candidate, string text) in _values)
        {
            if (!Looking(line, at, candidate)) continue;
            (key, value) = (candidate, text);
            return true;
        }
        key = value = "";
        return false;
    }

    private string ExpandValues(string line, int depth)
    {
        if (line.IndexOf('%') < 0) return line;
        var text = new StringBuilder();
        for (int i = 0; i < line.Length;)
        {
            if (line[i] != '%')
            {
                text.Append(line[i++]);
                continue;
            }
            if (i + 1 < line.Length && line[i + 1] == '%')
            {
                text.Append('%');
                i += 2;
                continue;
            }
            if (!FindValue(line, i, out string key, out string value))
            {
                text.Append(line[i++]);
                continue;
            }
            text.Append(depth < 8 ? ExpandValues(value, depth + 1) : value);
            i += key.Length;
        }
        return text.ToString();
    }

    /// <summary>Replaces `%if condition %{ text %} %else %{ text %}` by the text that holds.</summary>
    private string ExpandConditions(string line)
    {
        int at = 0;
        string result = Conditions(line, ref at, false);
        return result;
    }

    private string Conditions(string line, ref int at, bool nested)
    {
        var text = new StringBuilder();
        while (at < line.Length)
        {
            if (nested && Looking(line, at, "%}")) break;
            if (Looking(line, at, "%%"))
            {
                text.Append("%%");
                at += 2;
            }
            else if (Looking(line, at, "%if "))
            {
                at += 4;
                int open = line.IndexOf("%{", at, StringComparison.Ordinal);
                if (open < 0) throw new FormatException("'%{' is missing after '%if'");
                bool holds = BooleanExpression.Evaluate(line[at..open].Trim(), _features);
                string then = Branch(line, ref open);
                string otherwise = "";
                int next = open;
                while (next < line.Length && line[next] == ' ') next++;
                if (Looking(line, next, "%else"))
                {
                    next = line.IndexOf("%{", next, StringComparison.Ordinal);
                    if (next < 0) throw new FormatException("'%{' is missing after '%else'");
                    otherwise = Branch(line, ref next);
                    open = next;
                }
                at = open;
                text.Append(holds ? then : otherwise);
            }
            else text.Append(line[at++]);
        }
        return text.ToString();
    }

    private string Branch(string line, ref int open)
    {
        int at = open + 2;
        string text = Conditions(line, ref at, true);
        if (at >= line.Length) throw new FormatException("'%}' is missing");
        open = at + 2;
        return text.Trim();
    }

    private static bool Looking(string line, int at, string text) => string.CompareOrdinal(line, at, text, 0, text.Length) == 0;
}
