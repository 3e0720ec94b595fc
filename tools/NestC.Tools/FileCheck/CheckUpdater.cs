using System.Text;
using System.Text.RegularExpressions;
using NestC.Tools.Lit;

namespace NestC.Tools.FileCheck;

/// <summary>Regenerates the directives of a lit test from what its tools print now: one block a function, SSA values captured by readable names.</summary>
public static partial class CheckUpdater
{
    [GeneratedRegex("""^\s*(?:\w+\.)?func\b[^@]*@([\w$.-]+|"[^"]*")""")]
    private static partial Regex FunctionLine();

    [GeneratedRegex("""^\s*"[\w.]*func"\(.*sym_name = "([^"]*)".*""")]
    private static partial Regex GenericFunctionLine();

    [GeneratedRegex(@"%[\w$.-]+")]
    private static partial Regex SsaName();

    [GeneratedRegex(@"""?[\w$]+\.([\w$.]+)""?")]
    private static partial Regex OperationName();

    private sealed class Block(string name)
    {
        public string Name { get; } = name;
        public List<string> Lines { get; } = [];
    }

    /// <summary>Returns the new text of a test; throws <see cref="FormatException"/> when a RUN line cannot be regenerated.</summary>
    public static string Update(LitTest test, IToolHost host)
    {
        test.Parse();
        if (test.Error != null) throw new FormatException(test.Error);
        string text = File.ReadAllText(test.Path);
        var substitution = new LitSubstitution(test);
        Directory.CreateDirectory(substitution.TemporaryFolder);
        var shell = new Shell(host, substitution.WorkingDirectory);
        var outputs = new List<(CheckCall Call, string Output)>();
        foreach (RunLine run in test.RunLines)
        {
            List<ShellPipeline> pipelines = ShellParser.Parse(substitution.Expand(run));
            List<CheckCall> calls = CheckCall.Find(pipelines, run.Line, test.Path);
            if (calls.Count == 0)
            {
                shell.Run(pipelines);
                continue;
            }
            foreach (CheckCall call in calls)
            {
                if (!call.ReadsTest) continue;
                if (call.Prefixes.Count != 1)
                    throw new FormatException($"line {run.Line}: a call of FileCheck with several prefixes cannot be regenerated");
                outputs.Add((call, Capture(call, shell)));
            }
        }
        if (outputs.Count == 0) throw new FormatException("no RUN line checks the test itself with FileCheck");

        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        List<string> lines = RemoveDirectives(text, outputs.ConvertAll(static o => o.Call.Prefixes[0]));
        int unplacedAt = EndOfRunLines(lines);
        foreach ((CheckCall call, string output) in outputs)
        {
            string prefix = call.Prefixes[0];
            if (seen.TryGetValue(prefix, out string? other))
            {
                if (other != output) throw new FormatException($"the RUN lines with the prefix '{prefix}' print different texts: give each its own prefix");
                continue;
            }
            seen.Add(prefix, output);
            Insert(lines, output, prefix, ref unplacedAt);
        }
        string updated = string.Join('\n', lines);
        foreach ((CheckCall call, string output) in outputs) Verify(test, call, output, updated);
        return updated;
    }

    private static string Capture(CheckCall call, Shell shell)
    {
        if (call.Index == 0) throw new FormatException($"line {call.Line}: FileCheck reads no pipe");
        var producer = new ShellPipeline { Joint = ";" };
        producer.Commands.AddRange(call.Pipeline.Commands.GetRange(0, call.Index));
        shell.Output.SetLength(0);
        shell.Error.SetLength(0);
        int code = shell.Run([producer]);
        if (code != 0)
            throw new FormatException($"line {call.Line}: the command exits with {code}\n{Encoding.UTF8.GetString(shell.Error.ToArray())}".TrimEnd());
        return Encoding.UTF8.GetString(shell.Output.ToArray()).Replace("\r\n", "\n");
    }

    private static void Verify(LitTest test, CheckCall call, string output, string updated)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, updated);
            using var input = new MemoryStream(Encoding.UTF8.GetBytes(output));
            using var error = new MemoryStream();
            string[] args = [.. call.Options, "--check-prefix=" + call.Prefixes[0], file];
            if (FileCheckCommand.Run(args, input, Stream.Null, error, Path.GetDirectoryName(test.Path)!) != 0)
                throw new FormatException($"line {call.Line}: the regenerated directives do not match\n{Encoding.UTF8.GetString(error.ToArray())}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<string> RemoveDirectives(string text, List<string> prefixes)
    {
        var directive = new Regex(@"^\s*(//|#|;)\s*(" + string.Join('|', prefixes.ConvertAll(Regex.Escape)) + @")(-[A-Z]+(-\d+)?)?(\{LITERAL\})?:");
        var lines = new List<string>();
        bool removed = false;
        foreach (string line in text.Replace("\r\n", "\n").Split('\n'))
        {
            if (directive.IsMatch(line))
            {
                removed = true;
                continue;
            }
            // A blank line on either side of a removed block is one too many.
            if (removed && line.Length == 0 && lines.Count > 0 && lines[^1].Length == 0) continue;
            removed = false;
            lines.Add(line);
        }
        return lines;
    }

    private static string? FunctionName(string line)
    {
        Match match = FunctionLine().Match(line);
        if (!match.Success) match = GenericFunctionLine().Match(line);
        return match.Success ? match.Groups[1].Value : null;
    }

    private static void Insert(List<string> lines, string output, string prefix, ref int unplacedAt)
    {
        var functions = new List<Block>();
        var other = new Block("");
        Split(output, functions, other);
        string comment = CommentSign(lines);
        var unplaced = new List<string>();
        if (functions.Count == 0) unplaced.AddRange(Directives(other, prefix, comment, "", isFunction: false));
        // Functions of one name appear in the order of the source: each goes to the next place that is free.
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Block function in functions)
        {
            int from = next.GetValueOrDefault(function.Name), place = -1;
            for (int i = from; i < lines.Count && place < 0; i++)
                if (!lines[i].TrimStart().StartsWith(comment, StringComparison.Ordinal) && FunctionName(lines[i]) == function.Name) place = i;
            if (place < 0)
            {
                unplaced.AddRange(Directives(function, prefix, comment, "", isFunction: true));
                continue;
            }
            string indent = lines[place][..(lines[place].Length - lines[place].TrimStart().Length)];
            List<string> block = Directives(function, prefix, comment, indent, isFunction: true);
            lines.InsertRange(place, block);
            next[function.Name] = place + block.Count + 1;
        }
        if (unplaced.Count == 0) return;
        unplaced.Insert(0, "");
        if (unplacedAt < lines.Count && lines[unplacedAt].Length > 0) unplaced.Add("");
        lines.InsertRange(unplacedAt, unplaced);
        unplacedAt += unplaced.Count;
    }

    private static int EndOfRunLines(List<string> lines)
    {
        int after = 0;
        for (int i = 0; i < lines.Count; i++)
            if (lines[i].Contains("RUN:")) after = i + 1;
        return after;
    }

    private static string CommentSign(List<string> lines)
    {
        foreach (string line in lines)
        {
            int run = line.IndexOf("RUN:", StringComparison.Ordinal);
            if (run >= 0) return line[..run].Trim();
        }
        return "//";
    }

    private static void Split(string output, List<Block> functions, Block other)
    {
        Block? current = null;
        int indent = 0;
        foreach (string line in output.Split('\n'))
        {
            if (line.Trim().Length == 0 || line.StartsWith("// -----", StringComparison.Ordinal)) continue;
            int depth = line.Length - line.TrimStart().Length;
            string? name = current == null ? FunctionName(line) : null;
            if (name != null)
            {
                current = new Block(name);
                indent = depth;
                functions.Add(current);
                current.Lines.Add(line);
                // A declaration has no body.
                if (!line.EndsWith('{')) current = null;
                continue;
            }
            (current ?? other).Lines.Add(line);
            if (current != null && depth <= indent && line.TrimStart().StartsWith('}')) current = null;
        }
    }

    private static List<string> Directives(Block block, string prefix, string comment, string indent, bool isFunction)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var result = new List<string>();
        int width = $"{prefix}-LABEL: ".Length;
        string start = (comment.Length > 0 ? comment + " " : "");
        void Add(string suffix, string text) => result.Add(indent + start + $"{prefix}{suffix}:".PadRight(width) + text);
        for (int i = 0; i < block.Lines.Count; i++)
        {
            string line = block.Lines[i];
            if (i > 0)
            {
                Add("-NEXT", Captured(line, names, taken));
                continue;
            }
            if (!isFunction)
            {
                Add("", Captured(line, names, taken));
                continue;
            }
            // A label may not capture: the arguments follow on the same line.
            int parenthesis = line.IndexOf('%');
            if (parenthesis < 0) Add("-LABEL", Escaped(line.TrimEnd()));
            else
            {
                Add("-LABEL", Escaped(line[..parenthesis].TrimEnd()));
                Add("-SAME", Captured(line[parenthesis..], names, taken));
            }
        }
        return result;
    }

    private static string Captured(string line, Dictionary<string, string> names, HashSet<string> taken)
    {
        var text = new StringBuilder();
        int at = 0;
        // Names of values inside strings are text.
        foreach (Match match in SsaName().Matches(line))
        {
            if (InString(line, match.Index)) continue;
            text.Append(Escaped(line[at..match.Index]));
            if (names.TryGetValue(match.Value, out string? name)) text.Append($"[[{name}]]");
            else
            {
                name = NewName(match.Value, line, match.Index + match.Length, taken);
                names.Add(match.Value, name);
                text.Append($"[[{name}:%.*]]");
            }
            at = match.Index + match.Length;
        }
        return text.Append(Escaped(line[at..])).ToString().TrimEnd();
    }

    private static string Escaped(string text)
    {
        if (!text.Contains("[[") && !text.Contains("{{")) return text;
        var result = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            int run = i;
            while (run < text.Length && text[run] == c) run++;
            if (c is '[' or '{' && run - i > 1)
            {
                result.Append("{{");
                for (; i < run; i++) result.Append('\\').Append(c);
                result.Append("}}");
            }
            else result.Append(text[i++]);
        }
        return result.ToString();
    }

    private static bool InString(string line, int index)
    {
        bool inside = false;
        for (int i = 0; i < index; i++)
        {
            if (line[i] == '\\') i++;
            else if (line[i] == '"') inside = !inside;
        }
        return inside;
    }

    /// <summary>A name for a value: its own when it has a telling one, else that of the operation that defines it.</summary>
    private static string NewName(string value, string line, int after, HashSet<string> taken)
    {
        string own = value[1..];
        bool numbered = true;
        foreach (char c in own) numbered &= char.IsAsciiDigit(c);
        string stem = own;
        if (numbered)
        {
            int equals = line.IndexOf(" = ", after, StringComparison.Ordinal);
            Match operation = equals < 0 ? Match.Empty : OperationName().Match(line, equals + 3);
            stem = operation.Success && operation.Index == equals + 3 ? operation.Groups[1].Value : "VAL";
        }
        var name = new StringBuilder();
        foreach (char c in stem) name.Append(char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_');
        if (char.IsAsciiDigit(name[0])) name.Insert(0, 'V');
        string unique = name.ToString();
        for (int i = 1; !taken.Add(unique); i++) unique = $"{name}_{i}";
        return unique;
    }
}
