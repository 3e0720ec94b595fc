using System.Text;

namespace NestC.Tools.Lit;

/// <summary>Where a stream of a command goes or comes from.</summary>
internal enum RedirectKind { Input, Output, Append, Error, ErrorAppend, ErrorToOutput, OutputToError, Both, BothAppend }

internal readonly record struct Redirect(RedirectKind Kind, string Target);

/// <summary>A command with its redirections.</summary>
internal sealed class ShellCommand
{
    public List<string> Words { get; } = [];

    /// <summary>For each word, whether it was quoted anywhere, which keeps it from being a file name pattern.</summary>
    public List<bool> Quoted { get; } = [];
    public List<Redirect> Redirects { get; } = [];
}

/// <summary>Commands whose output feeds the next one.</summary>
internal sealed class ShellPipeline
{
    public List<ShellCommand> Commands { get; } = [];
    public bool Negated { get; set; }

    /// <summary>How it is joined to the one before: `;`, `&amp;&amp;` or `||`.</summary>
    public string Joint { get; set; } = ";";
}

/// <summary>Parses a RUN line: words with shell quoting, pipes, redirections and lists.</summary>
internal static class ShellParser
{
    private static readonly string[] s_operators = ["&>>", "2>&1", "1>&2", "2>>", "&&", "||", ">>", ">&", "2>", "1>", "&>", "|", ";", "<", ">", "&"];

    /// <summary>Parses a line; throws <see cref="FormatException"/>.</summary>
    public static List<ShellPipeline> Parse(string line)
    {
        var list = new List<ShellPipeline>();
        var pipeline = new ShellPipeline();
        var command = new ShellCommand();
        int at = 0;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t' or '\r') at++;
            if (at == line.Length || line[at] == '#') break;
            string? op = Operator(line, at);
            if (op == null)
            {
                string word = Word(line, ref at, out bool quoted);
                if (word == "!" && !quoted && command.Words.Count == 0 && pipeline.Commands.Count == 0)
                {
                    pipeline.Negated = !pipeline.Negated;
                    continue;
                }
                command.Words.Add(word);
                command.Quoted.Add(quoted);
                continue;
            }
            at += op.Length;
            switch (op)
            {
                case "|":
                    AddCommand(pipeline, ref command, line);
                    break;
                case ";" or "&&" or "||":
                    AddCommand(pipeline, ref command, line);
                    list.Add(pipeline);
                    pipeline = new ShellPipeline { Joint = op };
                    break;
                case "&":
                    throw new FormatException("background commands ('&') are not supported");
                case "2>&1":
                    command.Redirects.Add(new Redirect(RedirectKind.ErrorToOutput, ""));
                    break;
                case "1>&2":
                    command.Redirects.Add(new Redirect(RedirectKind.OutputToError, ""));
                    break;
                default:
                    while (at < line.Length && line[at] is ' ' or '\t') at++;
                    string target = at < line.Length && Operator(line, at) == null ? Word(line, ref at, out _) : "";
                    if (target.Length == 0) throw new FormatException($"a file name is missing after '{op}'");
                    if (op == ">&" && target == "2") command.Redirects.Add(new Redirect(RedirectKind.OutputToError, ""));
                    else command.Redirects.Add(new Redirect(KindOf(op), target));
                    break;
            }
        }
        if (command.Words.Count > 0 || command.Redirects.Count > 0 || pipeline.Commands.Count > 0) AddCommand(pipeline, ref command, line);
        if (pipeline.Commands.Count > 0) list.Add(pipeline);
        else if (list.Count > 0 && pipeline.Joint != ";") throw new FormatException($"a command is missing after '{pipeline.Joint}'");
        return list;
    }

    private static RedirectKind KindOf(string op) => op switch
    {
        "<" => RedirectKind.Input,
        ">" or "1>" => RedirectKind.Output,
        ">>" => RedirectKind.Append,
        "2>" => RedirectKind.Error,
        "2>>" => RedirectKind.ErrorAppend,
        "&>>" => RedirectKind.BothAppend,
        _ => RedirectKind.Both,
    };

    private static void AddCommand(ShellPipeline pipeline, ref ShellCommand command, string line)
    {
        if (command.Words.Count == 0) throw new FormatException($"a command is missing in '{line}'");
        pipeline.Commands.Add(command);
        command = new ShellCommand();
    }

    private static string? Operator(string line, int at)
    {
        foreach (string op in s_operators)
        {
            if (string.CompareOrdinal(line, at, op, 0, op.Length) != 0) continue;
            // A digit belongs to an operator only at the start of a word.
            if (char.IsAsciiDigit(op[0]) && at > 0 && line[at - 1] is not (' ' or '\t' or '|' or ';' or '&')) continue;
            return op;
        }
        return null;
    }

    private static string Word(string line, ref int at, out bool quoted)
    {
        var word = new StringBuilder();
        quoted = false;
        while (at < line.Length)
        {
            char c = line[at];
            if (c is ' ' or '\t' or '\r' or '|' or ';' or '<' or '>' or '&') break;
            at++;
            switch (c)
            {
                case '\'':
                    {
                        quoted = true;
                        int end = line.IndexOf('\'', at);
                        if (end < 0) throw new FormatException("a single quote is not closed");
                        word.Append(line, at, end - at);
                        at = end + 1;
                        break;
                    }
                case '"':
                    quoted = true;
                    while (true)
                    {
                        if (at == line.Length) throw new FormatException("a double quote is not closed");
                        c = line[at++];
                        if (c == '"') break;
                        // Inside double quotes a backslash escapes only a quote or another backslash.
                        if (c == '\\' && at < line.Length && line[at] is '"' or '\\') c = line[at++];
                        word.Append(c);
                    }
                    break;
                case '\\':
                    quoted = true;
                    if (at < line.Length) word.Append(line[at++]);
                    break;
                default:
                    word.Append(c);
                    break;
            }
        }
        return word.ToString();
    }
}
