using System.Text;

namespace NestC.Tools.FileCheck;

/// <summary>The command line of FileCheck.</summary>
public static class FileCheckCommand
{
    private static readonly string[] s_valueOptions =
        ["check-prefix", "check-prefixes", "comment-prefixes", "input-file", "implicit-check-not", "dump-input", "dump-input-context", "dump-input-filter"];

    private static readonly string[] s_flags =
    [
        "allow-empty", "allow-unused-prefixes", "allow-deprecated-dag-overlap", "match-full-lines", "strict-whitespace",
        "enable-var-scope", "ignore-case", "v", "vv", "color", "help", "version",
    ];

    private const string Usage = """
        USAGE: nest-check [options] <check-file>
               nest-check --lint <test-file>...
               nest-check --update <test-file>...

        Checks that the input matches the directives of a check file, as LLVM's FileCheck does.

          -D <VAR=VALUE>, -D#<FORMAT,VAR=EXPR>  define a variable
          --allow-empty                  accept an empty input
          --allow-unused-prefixes        accept prefixes that the check file does not use
          --allow-deprecated-dag-overlap let matches of a CHECK-DAG group overlap
          --check-prefix=<P>, --check-prefixes=<P,...>   prefixes of directives (CHECK)
          --comment-prefixes=<P,...>     prefixes of comments (COM,RUN)
          --dump-input=<help|always|fail|never>          annotated dump of the input (fail)
          --dump-input-context=<N>       lines of context in the dump (5)
          --dump-input-filter=<all|annotation-full|annotation|error>
          --enable-var-scope             forget variables without `$` at each CHECK-LABEL
          --ignore-case                  match letters in either case
          --implicit-check-not=<pattern> forbid a pattern between directives
          --input-file=<file>            the input (standard input)
          --match-full-lines             a match must be a whole line
          --strict-whitespace            do not treat runs of blanks as one
          -v, -vv                        show matches, show everything
          --lint                         report tests that check nothing
          --update                       rewrite the CHECK lines from the tools' present output

        Options are also read from the environment variable FILECHECK_OPTS.

        """;

    private const string DumpHelp = """
        The dump of the input is printed on a failure, or as --dump-input says.
          --dump-input-filter chooses the lines, --dump-input-context the lines around them, -v and -vv add annotations.
        Options can also stand in FILECHECK_OPTS, for example: FILECHECK_OPTS='--dump-input-filter=all -vv'

        Annotations:
          L:     line L of the input; a blank after the line stands for its newline
          T:L    the only result of the pattern of kind T on line L of the check file;
                 L is `impI` for the I-th --implicit-check-not
          T:L'N  the N-th result of that pattern
          ^~~    a good match (-v)
          !~~    a bad match: excluded, on the wrong line, or discarded since it overlaps (-vv)
          X~~    where a search found nothing: an error, or as wanted by CHECK-NOT (-vv)
          ?      the place most like the pattern that was not found
          ...    lines left out

        """;

    /// <summary>Runs FileCheck; relative file names start from <paramref name="workingDirectory"/>, `-` is <paramref name="stdin"/>.</summary>
    public static int Run(
        string[] args, Stream stdin, Stream stdout, Stream stderr, string workingDirectory, string? environmentOptions = null, string program = "FileCheck")
    {
        var options = new FileCheckOptions();
        var state = new ParseState();
        var all = new List<string>();
        if (!string.IsNullOrEmpty(environmentOptions)) Tokenize(environmentOptions, all);
        all.AddRange(args);
        string? error = Parse(all, options, state);
        if (error != null)
        {
            Print(stderr, $"{program}: {error}\n");
            return 1;
        }
        if (state.Help)
        {
            Print(stdout, Usage);
            return 0;
        }
        if (state.Version)
        {
            Print(stdout, "NestC FileCheck, compatible with LLVM 19\n");
            return 0;
        }
        if (options.DumpInput == DumpInput.Help)
        {
            Print(stdout, DumpHelp);
            return 0;
        }
        foreach (string define in options.Defines)
        {
            int equals = define.IndexOf('=');
            if (equals > 0) continue;
            string what = equals < 0 ? "Missing equal sign" : "Missing variable name";
            Print(stderr, $"{what} in command-line definition '-D{define}'\n");
            state.BadDefine = true;
        }
        if (state.BadDefine) return 2;
        if (state.CheckFile == null)
        {
            Print(stderr, "<check-file> not specified\n");
            return 2;
        }
        byte[] check;
        try
        {
            check = ReadAll(state.CheckFile, stdin, workingDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Print(stderr, $"Could not open check file '{state.CheckFile}': {FileCheckRunner.Reason(e)}\n");
            return 2;
        }
        string inputName = state.InputFile is null or "-" ? "<stdin>" : state.InputFile;
        FileCheckResult result = FileCheckRunner.Run(options, state.CheckFile == "-" ? "<stdin>" : state.CheckFile, check, inputName,
            () => ReadAll(state.InputFile ?? "-", stdin, workingDirectory), program + " " + string.Join(" ", args));
        stderr.Write(result.Report);
        stderr.Flush();
        return result.ExitCode;
    }

    private sealed class ParseState
    {
        public string? CheckFile, InputFile;
        public bool Help, Version, BadDefine, HasDump, HasContext;
    }

    private static void Print(Stream stream, string text)
    {
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush();
    }

    private static byte[] ReadAll(string name, Stream stdin, string workingDirectory)
    {
        if (name != "-") return File.ReadAllBytes(Path.Combine(workingDirectory, name));
        using var memory = new MemoryStream();
        stdin.CopyTo(memory);
        return memory.ToArray();
    }

    private static string? Parse(List<string> args, FileCheckOptions options, ParseState state)
    {
        bool onlyFiles = false;
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            if (onlyFiles || arg.Length < 2 || arg[0] != '-')
            {
                if (state.CheckFile != null) return "Too many positional arguments specified!";
                state.CheckFile = arg;
                continue;
            }
            if (arg == "--")
            {
                onlyFiles = true;
                continue;
            }
            if (arg[1] == 'D')
            {
                if (arg.Length == 2 && i + 1 == args.Count) return "for the -D option: requires a value!";
                options.Defines.Add(arg.Length == 2 ? args[++i] : arg[2..]);
                continue;
            }
            string name = arg.TrimStart('-');
            string? value = null;
            int equals = name.IndexOf('=');
            if (equals >= 0)
            {
                value = name[(equals + 1)..];
                name = name[..equals];
            }
            if (Array.IndexOf(s_flags, name) >= 0)
            {
                bool on = value is null or "true" or "TRUE" or "True" or "1" or "";
                if (!on && value is not ("false" or "FALSE" or "False" or "0"))
                    return $"for the --{name} option: '{value}' is invalid value for boolean argument! Try 0 or 1";
                SetFlag(name, on, options, state);
                continue;
            }
            if (Array.IndexOf(s_valueOptions, name) < 0)
                return $"Unknown command line argument '{arg}'.  Try: 'nest-check --help'" + DidYouMean(name);
            if (value == null)
            {
                if (i + 1 == args.Count) return $"for the --{name} option: requires a value!";
                value = args[++i];
            }
            string? error = SetValue(name, value, options, state);
            if (error != null) return $"for the --{name} option: {error}";
        }
        return null;
    }

    private static void SetFlag(string name, bool on, FileCheckOptions options, ParseState state)
    {
        switch (name)
        {
            case "allow-empty": options.AllowEmptyInput = on; break;
            case "allow-unused-prefixes": options.AllowUnusedPrefixes = on; break;
            case "allow-deprecated-dag-overlap": options.AllowDeprecatedDagOverlap = on; break;
            case "match-full-lines": options.MatchFullLines = on; break;
            case "strict-whitespace": options.StrictWhitespace = on; break;
            case "enable-var-scope": options.EnableVarScope = on; break;
            case "ignore-case": options.IgnoreCase = on; break;
            case "v": options.Verbose |= on; break;
            case "vv":
                options.VeryVerbose = on;
                options.Verbose |= on;
                break;
            case "help": state.Help = on; break;
            case "version": state.Version = on; break;
        }
    }

    private static string? SetValue(string name, string value, FileCheckOptions options, ParseState state)
    {
        switch (name)
        {
            case "check-prefix" or "check-prefixes":
                options.CheckPrefixes.AddRange(value.Split(','));
                return null;
            case "comment-prefixes":
                options.CommentPrefixes.AddRange(value.Split(','));
                return null;
            case "input-file":
                state.InputFile = value;
                return null;
            case "implicit-check-not":
                options.ImplicitCheckNot.Add(value);
                return null;
            case "dump-input-context":
                if (!uint.TryParse(value, out uint context)) return $"'{value}' value invalid for uint argument!";
                options.DumpInputContext = state.HasContext ? Math.Max(context, options.DumpInputContext) : context;
                state.HasContext = true;
                return null;
            case "dump-input":
                int dump = Array.IndexOf(["help", "always", "fail", "never"], value);
                if (dump < 0) return $"Cannot find option named '{value}'!";
                // Of several values the one that dumps most counts.
                if (!state.HasDump || dump < (int)options.DumpInput) options.DumpInput = (DumpInput)dump;
                state.HasDump = true;
                return null;
            default:
                int filter = Array.IndexOf(["all", "annotation-full", "annotation", "error"], value);
                if (filter < 0) return $"Cannot find option named '{value}'!";
                if (options.DumpInputFilter == null || filter < (int)options.DumpInputFilter) options.DumpInputFilter = (DumpInputFilter)filter;
                return null;
        }
    }

    private static string DidYouMean(string name)
    {
        string? best = null;
        int bestDistance = 4;
        foreach (string[] names in new[] { s_valueOptions, s_flags })
        {
            foreach (string candidate in names)
            {
                int distance = Distance(name, candidate);
                if (distance >= bestDistance) continue;
                best = candidate;
                bestDistance = distance;
            }
        }
        return best == null ? "" : $"\nDid you mean '--{best}'?";
    }

    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(diagonal + (a[i - 1] == b[j - 1] ? 0 : 1), 1 + Math.Min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[b.Length];
    }

    /// <summary>Splits the text of FILECHECK_OPTS at blanks, with single and double quotes and backslashes as in a shell.</summary>
    private static void Tokenize(string text, List<string> words)
    {
        var word = new StringBuilder();
        bool inWord = false;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                word.Append(text[++i]);
                inWord = true;
            }
            else if (quote != '\0')
            {
                if (c == quote) quote = '\0';
                else word.Append(c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                inWord = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (inWord) words.Add(word.ToString());
    }
}
