using NestC.Tools.Lit;

namespace NestC.Tools.FileCheck;

/// <summary>Something in a test that checks less than it seems to.</summary>
public readonly record struct LintFinding(int Line, string Rule, string Message);

/// <summary>Finds tests that check nothing: RUN lines without a check, directives that no RUN line reads, only CHECK-NOT, misspelt directives.</summary>
public static class CheckLint
{
    private static readonly string[] s_suffixes = ["NEXT", "SAME", "NOT", "DAG", "LABEL", "EMPTY"];
    private static readonly string[] s_keywords = ["RUN", "COM", "REQUIRES", "UNSUPPORTED", "XFAIL", "END", "TODO", "FIXME", "NOTE", "DEFINE", "REDEFINE"];
    private static readonly string[] s_checkers = ["diff", "cmp", "count", "grep", "not", "test"];
    private static readonly string[] s_preparations =
        ["rm", "mkdir", "cp", "mv", "split-file", "touch", "cd", "export", "echo", "true", "false", ":", "cat", "env", "sed"];

    private readonly record struct Directive(int Line, string Word, string Prefix, string Suffix);

    /// <summary>Examines the text of a test.</summary>
    public static List<LintFinding> Run(string text)
    {
        var findings = new List<LintFinding>();
        string[] lines = text.Split('\n');
        var calls = new List<CheckCall>();
        bool hasRun = ReadRuns(lines, calls, findings, out int lastChecked);
        var used = new SortedSet<string>(StringComparer.Ordinal);
        foreach (CheckCall call in calls) used.UnionWith(call.Prefixes);
        var directives = new List<Directive>();
        ReadDirectives(lines, used, lastChecked, directives, findings);
        if (!hasRun)
        {
            int line = directives.Count > 0 ? directives[0].Line : 1;
            findings.Add(new LintFinding(line, "no-run", "the test has no RUN line"));
        }
        foreach (CheckCall call in calls)
            if (call.ReadsTest) CheckPrefixes(call, directives, findings);
        var reported = new HashSet<string>(StringComparer.Ordinal);
        foreach (Directive d in directives)
            if (hasRun && !used.Contains(d.Prefix) && d.Line <= lastChecked && reported.Add(d.Prefix))
                findings.Add(new LintFinding(d.Line, "unused-prefix", $"no RUN line reads directives with the prefix '{d.Prefix}'"));
        findings.Sort(static (a, b) => a.Line != b.Line ? a.Line.CompareTo(b.Line) : string.CompareOrdinal(a.Rule, b.Rule));
        return findings;
    }

    /// <summary>Reads the RUN lines; after a line that splits off another file, or END., the text is no longer the test's own.</summary>
    private static bool ReadRuns(string[] lines, List<CheckCall> calls, List<LintFinding> findings, out int lastChecked)
    {
        bool hasRun = false, splits = false;
        lastChecked = lines.Length;
        string pending = "";
        int start = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd();
            string content = Content(line);
            if (content == "END." || splits && (line.StartsWith("//--- ", StringComparison.Ordinal) || line.Length > 5 && line[1..].StartsWith("--- ", StringComparison.Ordinal)))
            {
                lastChecked = i;
                break;
            }
            if (!content.StartsWith("RUN:", StringComparison.Ordinal)) continue;
            hasRun = true;
            if (pending.Length == 0) start = i + 1;
            pending += content[4..].Trim();
            if (pending.EndsWith('\\'))
            {
                pending = pending[..^1] + " ";
                continue;
            }
            splits |= pending.Contains("split-file");
            ExamineRun(pending, start, calls, findings);
            pending = "";
        }
        return hasRun;
    }

    private static void ExamineRun(string run, int line, List<CheckCall> calls, List<LintFinding> findings)
    {
        List<ShellPipeline> pipelines;
        try
        {
            pipelines = ShellParser.Parse(run);
        }
        catch (FormatException e)
        {
            findings.Add(new LintFinding(line, "bad-run", e.Message));
            return;
        }
        List<CheckCall> found = CheckCall.Find(pipelines, line, "%s");
        calls.AddRange(found);
        if (found.Count > 0) return;
        foreach (ShellPipeline pipeline in pipelines)
            if (ChecksNothing(pipeline))
            {
                findings.Add(new LintFinding(line, "run-without-check", "nothing checks what this RUN line prints"));
                return;
            }
    }

    private static bool ChecksNothing(ShellPipeline pipeline)
    {
        foreach (ShellCommand command in pipeline.Commands)
        {
            if (Array.IndexOf(s_checkers, command.Words[0]) >= 0) return false;
            foreach (string word in command.Words)
                if (word is "-o" or "--verify-diagnostics" or "-verify-diagnostics" or "--verify-roundtrip" or "-verify-roundtrip" ||
                    word.StartsWith("-o=", StringComparison.Ordinal) || word.StartsWith("--verify-diagnostics=", StringComparison.Ordinal)) return false;
        }
        ShellCommand last = pipeline.Commands[^1];
        foreach (Redirect redirect in last.Redirects)
            if (redirect.Kind is RedirectKind.Output or RedirectKind.Append or RedirectKind.Both && redirect.Target != "/dev/null") return false;
        return Array.IndexOf(s_preparations, last.Words[0]) < 0 || pipeline.Commands.Count > 1;
    }

    /// <summary>The text of a line behind the sign of a comment.</summary>
    private static string Content(string line) => line.TrimStart().TrimStart('/', '#', ';', '*', '-').Trim();

    private static void ReadDirectives(string[] lines, SortedSet<string> used, int lastChecked, List<Directive> directives, List<LintFinding> findings)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            string trimmed = lines[i].TrimStart(), content = Content(lines[i]);
            bool comment = trimmed.Length > 0 && trimmed[0] is '/' or '#' or ';' || content == trimmed;
            int end = 0;
            while (end < content.Length && (char.IsAsciiLetterUpper(content[end]) || char.IsAsciiDigit(content[end]) || content[end] is '-' or '_')) end++;
            if (end == 0 || !comment || !char.IsAsciiLetterUpper(content[0])) continue;
            string word = content[..end];
            if (end < 3 && !used.Contains(word)) continue;
            if (Array.IndexOf(s_keywords, word) >= 0) continue;
            string rest = content[end..];
            bool colon = rest.StartsWith(':') || rest.StartsWith('{') && rest.Contains("}:");
            (string prefix, string suffix) = SplitWord(word, used);
            bool known = used.Contains(prefix);
            string? meant = known || i >= lastChecked ? null : Meant(word, rest, colon, used);
            if (meant == null && colon && (known || suffix.Length > 0 || prefix.EndsWith("CHECK", StringComparison.Ordinal)) && IsSuffix(suffix))
            {
                directives.Add(new Directive(i + 1, word, prefix, suffix));
                continue;
            }
            if (i >= lastChecked) continue;
            if (known) meant = Meant(word, rest, colon, used);
            if (meant != null) findings.Add(new LintFinding(i + 1, "misspelt", $"'{word}' is no directive: {meant}"));
        }
    }

    private static bool IsSuffix(string suffix) => suffix.Length == 0 || Array.IndexOf(s_suffixes, suffix) >= 0 ||
        suffix.StartsWith("COUNT-", StringComparison.Ordinal) && int.TryParse(suffix[6..], out _);

    private static (string Prefix, string Suffix) SplitWord(string word, SortedSet<string> used)
    {
        if (used.Contains(word)) return (word, "");
        int count = word.LastIndexOf("-COUNT-", StringComparison.Ordinal);
        if (count > 0) return (word[..count], word[(count + 1)..]);
        int dash = word.LastIndexOf('-');
        if (dash > 0 && (Array.IndexOf(s_suffixes, word[(dash + 1)..]) >= 0 || used.Contains(word[..dash]))) return (word[..dash], word[(dash + 1)..]);
        return (word, "");
    }

    /// <summary>What a word that is no directive was meant to be, or null when it resembles none.</summary>
    private static string? Meant(string word, string rest, bool colon, SortedSet<string> used)
    {
        foreach (string prefix in used)
        {
            if (prefix.Length < 4) continue;
            if (word == prefix || word.StartsWith(prefix + "-", StringComparison.Ordinal) && IsSuffix(word[(prefix.Length + 1)..]))
                return rest.Length == 0 || rest[0] is ' ' or '\t' ? "a colon is missing" : null;
            if (!colon && !rest.StartsWith(" :", StringComparison.Ordinal)) continue;
            string best = "";
            int bestDistance = 3;
            Consider(word, prefix, ref best, ref bestDistance);
            foreach (string suffix in s_suffixes) Consider(word, $"{prefix}-{suffix}", ref best, ref bestDistance);
            if (best.Length > 0) return $"did you mean '{best}'?";
            if (word.StartsWith(prefix + "-", StringComparison.Ordinal)) return $"'{word[(prefix.Length + 1)..]}' is no suffix of '{prefix}'";
        }
        return null;
    }

    private static void Consider(string word, string candidate, ref string best, ref int bestDistance)
    {
        int distance = Distance(word, candidate);
        if (distance >= bestDistance) return;
        best = candidate;
        bestDistance = distance;
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

    private static void CheckPrefixes(CheckCall call, List<Directive> directives, List<LintFinding> findings)
    {
        int positive = 0, negative = 0;
        foreach (string prefix in call.Prefixes)
        {
            int count = 0;
            foreach (Directive d in directives)
            {
                if (d.Prefix != prefix) continue;
                count++;
                if (d.Suffix == "NOT") negative++;
                else positive++;
            }
            if (count == 0) findings.Add(new LintFinding(call.Line, "empty-prefix", $"the test has no directive with the prefix '{prefix}'"));
        }
        bool implicitNot = call.Options.Exists(static o => o.Contains("implicit-check-not"));
        if (positive == 0 && negative > 0 && !implicitNot)
            findings.Add(new LintFinding(call.Line, "only-not", "only CHECK-NOT directives are read: output of any other kind passes"));
    }
}
