using System.Text;

namespace NestC.Tools.FileCheck;

/// <summary>What a record of the input dump says.</summary>
internal enum MatchOutcome { Found, FoundButExcluded, FoundOnWrongLine, Discarded, NotFoundAsWanted, NotFound, InvalidPattern, Fuzzy }

/// <summary>One record of the input dump: a pattern, an outcome, a range of the input and a note.</summary>
internal sealed class MatchRecord(CheckPattern pattern, MatchOutcome outcome, int start, int end, string note = "")
{
    public CheckPattern Pattern { get; } = pattern;
    public MatchOutcome Outcome { get; set; } = outcome;
    public int Start { get; } = start;
    public int End { get; } = end;
    public string Note { get; } = note;
}

/// <summary>Turns match results into FileCheck's messages and into the records of the input dump.</summary>
internal sealed class MatchReporter(FileCheckOptions options, SourceText input, ReportWriter report, VariableTable variables)
{
    private readonly List<SubstitutionError> _ignored = [];

    private const int FuzzySearchLimit = 4096;
    private const double FuzzyQualityLimit = 50;

    /// <summary>The records for the dump; null when no dump can follow, in which case verbose messages are printed at once.</summary>
    public List<MatchRecord>? Records { get; } = options.DumpInput == DumpInput.Never ? null : [];

    /// <summary>Reports one match attempt over [from, to); false when it is an error.</summary>
    public bool Report(bool expected, CheckPattern pattern, int iteration, PatternMatcher match, int from, int to) =>
        match.Found ? ReportFound(expected, pattern, iteration, match) : ReportMissing(expected, pattern, iteration, match, from, to);

    private static string Counted(CheckPattern pattern, int iteration) => pattern.Count > 1 ? $" ({iteration} out of {pattern.Count})" : "";

    private bool ReportFound(bool expected, CheckPattern pattern, int iteration, PatternMatcher match)
    {
        if (expected && (!options.Verbose || pattern.Kind == CheckKind.EndOfFile && !options.VeryVerbose)) return true;
        MatchOutcome outcome = expected ? MatchOutcome.Found : MatchOutcome.FoundButExcluded;
        Records?.Add(new MatchRecord(pattern, outcome, match.Start, match.End));
        if (Records != null) Notes(pattern, match, outcome, match.Start, true, true);
        if (expected && Records != null) return true;
        report.Message(pattern.Source, pattern.Offset, expected ? "remark" : "error",
            $"{pattern.Description}: {(expected ? "expected" : "excluded")} string found in input{Counted(pattern, iteration)}");
        report.Message(input, match.Start, "note", "found here", match.Start, match.End);
        Notes(pattern, match, outcome, match.Start, true, false);
        return expected;
    }

    private bool ReportMissing(bool expected, CheckPattern pattern, int iteration, PatternMatcher match, int from, int to)
    {
        bool invalid = match.Errors.Count > 0, error = expected || invalid;
        foreach (SubstitutionError reason in match.Errors)
            report.Message(pattern.Source, reason.Offset, "error", reason.Message);
        if (!error && !options.VeryVerbose) return true;
        MatchOutcome outcome = invalid ? MatchOutcome.InvalidPattern : expected ? MatchOutcome.NotFound : MatchOutcome.NotFoundAsWanted;
        if (Records != null)
        {
            Records.Add(new MatchRecord(pattern, outcome, from, to));
            foreach (SubstitutionError reason in match.Errors) Records.Add(new MatchRecord(pattern, outcome, from, from, reason.Message));
            Notes(pattern, match, outcome, from, false, true);
        }
        if (!error && Records != null) return true;
        if (!invalid)
        {
            report.Message(pattern.Source, pattern.Offset, expected ? "error" : "remark",
                $"{pattern.Description}: {(expected ? "expected" : "excluded")} string not found in input{Counted(pattern, iteration)}");
            report.Message(input, from, "note", "scanning from here");
        }
        Notes(pattern, match, outcome, from, false, false);
        if (expected) ReportFuzzy(pattern, from, to);
        return !error;
    }

    /// <summary>Says which values were substituted and, after a match, what was captured.</summary>
    private void Notes(CheckPattern pattern, PatternMatcher match, MatchOutcome outcome, int at, bool captured, bool record)
    {
        for (int i = 0; i < pattern.Substitutions.Length; i++)
        {
            Substitution substitution = pattern.Substitutions[i];
            // A match may have redefined the variable: the value shown is the present one, as FileCheck shows it.
            byte[]? value = substitution.Evaluate(variables, _ignored);
            _ignored.Clear();
            if (value == null) continue;
            byte[] name = pattern.Source.Bytes[substitution.SourceStart..substitution.SourceEnd];
            string note = $"with \"{Escape(name, false)}\" equal to \"{Escape(value, true)}\"";
            if (record) Records!.Add(new MatchRecord(pattern, outcome, at, at, note));
            else report.Message(input, at, "note", note, at, at);
        }
        if (!captured) return;
        int[] order = new int[pattern.Captures.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (a, b) => match.CaptureStarts[a] != match.CaptureStarts[b]
            ? match.CaptureStarts[a].CompareTo(match.CaptureStarts[b])
            : string.CompareOrdinal(pattern.Captures[a].Name, pattern.Captures[b].Name));
        foreach (int i in order)
        {
            string note = $"captured var \"{pattern.Captures[i].Name}\"";
            int start = match.CaptureStarts[i], end = match.CaptureEnds[i];
            if (record) Records!.Add(new MatchRecord(pattern, outcome, start, end, note));
            else report.Message(input, start, "note", note, start, end);
        }
    }

    /// <summary>A string as C escapes it; the value of a string variable is shown as the regular expression that matches it.</summary>
    private static string Escape(byte[] bytes, bool asRegex)
    {
        var text = new StringBuilder();
        foreach (byte c in bytes)
        {
            if (asRegex && PatternParser.IsSpecial(c)) text.Append(@"\\");
            switch (c)
            {
                case (byte)'\\': text.Append(@"\\"); break;
                case (byte)'\t': text.Append(@"\t"); break;
                case (byte)'\n': text.Append(@"\n"); break;
                case (byte)'"': text.Append("\\\""); break;
                case >= 32 and < 127: text.Append((char)c); break;
                default: text.Append('\\').Append((char)('0' + (c >> 6))).Append((char)('0' + (c >> 3 & 7))).Append((char)('0' + (c & 7))); break;
            }
        }
        return text.ToString();
    }

    /// <summary>Reports a match that breaks the line rule of CHECK-NEXT, CHECK-SAME or CHECK-EMPTY.</summary>
    public void WrongLine(CheckPattern pattern, int lines, int from, int start, int end, int firstLine)
    {
        string what = pattern.Kind == CheckKind.Same ? "is not on the same line as the previous match"
            : lines == 0 ? "is on the same line as previous match"
            : "is not on the line after the previous match";
        report.Message(pattern.Source, pattern.Offset, "error", $"{pattern.Description}: {what}");
        report.Message(input, start, "note", "'next' match was here");
        report.Message(input, from, "note", "previous match ended here");
        if (pattern.Kind != CheckKind.Same && lines > 1) report.Message(input, firstLine, "note", "non-matching line after previous match is here");
        if (Records == null) return;
        if (options.Verbose) Relabel(pattern, MatchOutcome.FoundOnWrongLine);
        else Records.Add(new MatchRecord(pattern, MatchOutcome.FoundOnWrongLine, start, end));
    }

    /// <summary>Notes that the last match of a CHECK-DAG overlaps an earlier one.</summary>
    public void Discarded(CheckPattern pattern, int start, int end)
    {
        if (Records != null) Relabel(pattern, MatchOutcome.Discarded);
        else report.Message(input, start, "note", "match discarded, overlaps earlier DAG match here", start, end);
    }

    private void Relabel(CheckPattern pattern, MatchOutcome outcome)
    {
        for (int i = Records!.Count - 1; i >= 0 && Records[i].Pattern == pattern; i--) Records[i].Outcome = outcome;
    }

    /// <summary>Points at the place whose text is nearest to the pattern, by edit distance and lines skipped.</summary>
    private void ReportFuzzy(CheckPattern pattern, int from, int to)
    {
        byte[] example = pattern.Fixed ?? pattern.Regex;
        int end = Math.Min(to, from + FuzzySearchLimit);
        int lines = 0, best = -1;
        double bestQuality = 0;
        var row = new int[example.Length + 1];
        for (int i = from; i < end; i++)
        {
            byte c = input.Bytes[i];
            if (c == '\n') lines++;
            if (c is (byte)' ' or (byte)'\t') continue;
            ReadOnlySpan<byte> candidate = input.Bytes.AsSpan(i, Math.Min(example.Length, to - i));
            int newline = candidate.IndexOf((byte)'\n');
            if (newline >= 0) candidate = candidate[..newline];
            // Above this distance the place can neither win nor be shown.
            double penalty = lines / 100.0;
            int limit = best < 0 ? int.MaxValue : (int)Math.Ceiling(bestQuality - penalty);
            int distance = EditDistance(candidate, example, row, limit);
            if (distance == int.MaxValue) continue;
            double quality = distance + penalty;
            if (best >= 0 && quality >= bestQuality) continue;
            best = i;
            bestQuality = quality;
        }
        if (best <= from || bestQuality >= FuzzyQualityLimit) return;
        Records?.Add(new MatchRecord(pattern, MatchOutcome.Fuzzy, best, best));
        report.Message(input, best, "note", "possible intended match here");
    }

    private static int EditDistance(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int[] row, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit) return int.MaxValue;
        for (int j = 0; j <= b.Length; j++) row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0], least = i;
            row[0] = i;
            byte c = a[i - 1];
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int cost = c == b[j - 1] ? diagonal : 1 + Math.Min(diagonal, Math.Min(above, row[j - 1]));
                row[j] = cost;
                diagonal = above;
                if (cost < least) least = cost;
            }
            if (least > limit) return int.MaxValue;
        }
        return row[b.Length];
    }
}
