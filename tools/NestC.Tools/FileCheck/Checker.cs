namespace NestC.Tools.FileCheck;

/// <summary>Matches directives against an input: the order, the regions between labels and the rules of NEXT, SAME, EMPTY, DAG and NOT.</summary>
internal sealed class Checker(FileCheckOptions options, VariableTable variables, SourceText input, MatchReporter reporter)
{
    private readonly PatternMatcher _matcher = new(options, variables, input.Bytes);

    private struct Region(int start, int end)
    {
        public int Start = start, End = end;
    }

    /// <summary>Runs all directives; true when every one is satisfied.</summary>
    public bool Run(List<CheckDirective> directives)
    {
        bool ok = true;
        int first = 0, last = 0, at = 0;
        while (true)
        {
            var region = new Region(at, input.Bytes.Length);
            if (last < directives.Count)
            {
                CheckPattern label = directives[last].Pattern;
                if (label.Kind != CheckKind.Label)
                {
                    last++;
                    continue;
                }
                // Labels are placed first, so that a failure inside one block does not spoil the next.
                if (!MatchCounted(label, region, out int start, out int end)) return false;
                region.End = end;
                at = end;
                last++;
            }
            if (first != 0 && options.EnableVarScope) variables.ClearLocals();
            for (; first != last; first++)
            {
                if (Check(directives[first], ref region)) continue;
                ok = false;
                first = last;
                break;
            }
            if (last == directives.Count) break;
        }
        return ok;
    }

    private bool MatchCounted(CheckPattern pattern, Region region, out int start, out int end)
    {
        start = end = region.Start;
        for (int i = 1; i <= pattern.Count; i++)
        {
            bool found = _matcher.Match(pattern, end, region.End);
            if (!reporter.Report(true, pattern, i, _matcher, end, region.End)) return false;
            if (!found) return false;
            if (i == 1) start = _matcher.Start;
            end = _matcher.End;
        }
        return true;
    }

    /// <summary>Checks one directive from the start of the region, and moves the region's start behind it.</summary>
    private bool Check(CheckDirective directive, ref Region region)
    {
        CheckPattern pattern = directive.Pattern;
        if (!CheckBefore(directive.Before, region, out int from, out int firstNot)) return false;
        if (!MatchCounted(pattern, new Region(from, region.End), out int start, out int end)) return false;
        if (!CheckPlace(pattern, from, start, end)) return false;
        if (!CheckNot(directive.Before, firstNot, directive.Before.Length, from, start)) return false;
        region.Start = end;
        return true;
    }

    private bool CheckPlace(CheckPattern pattern, int from, int start, int end)
    {
        if (pattern.Kind is not (CheckKind.Next or CheckKind.Empty or CheckKind.Same)) return true;
        int lines = CountNewlines(from, start, out int firstLine);
        bool wrong = pattern.Kind == CheckKind.Same ? lines != 0 : lines != 1;
        if (wrong) reporter.WrongLine(pattern, lines, from, start, end, firstLine);
        return !wrong;
    }

    private int CountNewlines(int from, int to, out int firstLine)
    {
        byte[] text = input.Bytes;
        int lines = 0;
        firstLine = -1;
        while (true)
        {
            int found = text.AsSpan(from, to - from).IndexOfAny((byte)'\n', (byte)'\r');
            if (found < 0) return lines;
            from += found;
            lines++;
            // A pair of \r and \n, in either order, is one line end.
            if (from + 1 < text.Length && text[from + 1] is (byte)'\n' or (byte)'\r' && text[from] != text[from + 1] && from + 1 < to) from++;
            from++;
            if (lines == 1) firstLine = from;
        }
    }

    private bool CheckNot(CheckPattern[] patterns, int first, int last, int from, int to)
    {
        bool ok = true;
        for (int i = first; i < last; i++)
        {
            if (patterns[i].Kind != CheckKind.Not) continue;
            _matcher.Match(patterns[i], from, to);
            ok &= reporter.Report(false, patterns[i], 1, _matcher, from, to);
        }
        return ok;
    }

    /// <summary>Matches the CHECK-DAG groups before a directive and the CHECK-NOTs between them; <paramref name="firstNot"/> is where the CHECK-NOTs start that lie between the last group and the directive.</summary>
    private bool CheckBefore(CheckPattern[] patterns, Region region, out int from, out int firstNot)
    {
        from = region.Start;
        firstNot = 0;
        List<int>? starts = null, ends = null;
        for (int p = 0; p < patterns.Length; p++)
        {
            CheckPattern pattern = patterns[p];
            if (pattern.Kind == CheckKind.Not) continue;
            starts ??= [];
            ends ??= [];
            if (!PlaceDag(pattern, from, region.End, starts, ends)) return false;
            bool lastOfGroup = p + 1 == patterns.Length || patterns[p + 1].Kind == CheckKind.Not;
            if (!lastOfGroup) continue;
            if (!CheckNot(patterns, firstNot, p, from, starts[0])) return false;
            firstNot = p + 1;
            from = ends[^1];
            starts.Clear();
            ends.Clear();
        }
        return true;
    }

    /// <summary>Finds the first match that overlaps no earlier match of its group.</summary>
    private bool PlaceDag(CheckPattern pattern, int from, int to, List<int> starts, List<int> ends)
    {
        int at = from, earlier = 0;
        while (true)
        {
            bool found = _matcher.Match(pattern, at, to);
            if (!found || options.VeryVerbose)
                if (!reporter.Report(true, pattern, 1, _matcher, at, to)) return false;
            if (!found) return false;
            int start = _matcher.Start, end = _matcher.End;
            if (options.AllowDeprecatedDagOverlap)
            {
                if (starts.Count == 0)
                {
                    starts.Add(start);
                    ends.Add(end);
                }
                else
                {
                    starts[0] = Math.Min(starts[0], start);
                    ends[0] = Math.Max(ends[0], end);
                }
                break;
            }
            while (earlier < starts.Count && start >= ends[earlier]) earlier++;
            if (earlier == starts.Count || starts[earlier] >= end)
            {
                starts.Insert(earlier, start);
                ends.Insert(earlier, end);
                break;
            }
            if (options.VeryVerbose) reporter.Discarded(pattern, starts[earlier], ends[earlier]);
            at = ends[earlier];
            earlier++;
        }
        if (!options.VeryVerbose) reporter.Report(true, pattern, 1, _matcher, at, to);
        return true;
    }
}
