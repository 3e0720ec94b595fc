namespace NestC.Tools.FileCheck;

/// <summary>Prints the input with the records of a run below the lines they belong to.</summary>
internal sealed class InputDump(SourceText input, SourceText checkFile, CheckPattern[] implicitPatterns, ReportWriter report)
{
    private const int MaxEllipsisLines = 3;

    private sealed class Annotation
    {
        public int Line, StartColumn, EndColumn, Index;
        public bool IsFirst, IsError;
        public char Lead;
        public string Label = "", Note = "";
    }

    private static string Abbreviation(CheckPattern pattern) => pattern.Kind switch
    {
        CheckKind.Plain => pattern.Count > 1 ? "count" : "check",
        CheckKind.Next => "next",
        CheckKind.Same => "same",
        CheckKind.Not => "not",
        CheckKind.Dag => "dag",
        CheckKind.Label => "label",
        CheckKind.Empty => "empty",
        _ => "eof",
    };

    private static (char Lead, string Note, bool IsError) Marker(MatchOutcome outcome) => outcome switch
    {
        MatchOutcome.Found => ('^', "", false),
        MatchOutcome.FoundButExcluded => ('!', "error: no match expected", true),
        MatchOutcome.FoundOnWrongLine => ('!', "error: match on wrong line", true),
        MatchOutcome.Discarded => ('!', "discard: overlaps earlier match", false),
        MatchOutcome.NotFoundAsWanted => ('X', "", false),
        MatchOutcome.NotFound => ('X', "error: no match found", true),
        MatchOutcome.InvalidPattern => ('X', "error: match failed for invalid pattern", true),
        _ => ('?', "possible intended match", true),
    };

    private List<Annotation> Build(List<MatchRecord> records, out int labelWidth)
    {
        var totals = new Dictionary<CheckPattern, int>();
        foreach (MatchRecord record in records) totals[record.Pattern] = totals.GetValueOrDefault(record.Pattern) + 1;
        var seen = new Dictionary<CheckPattern, int>();
        var annotations = new List<Annotation>();
        labelWidth = 0;
        for (int i = 0; i < records.Count; i++)
        {
            MatchRecord record = records[i];
            CheckPattern pattern = record.Pattern;
            string label = Abbreviation(pattern) + ":";
            if (pattern.Source == checkFile) label += checkFile.Position(pattern.Offset).Line;
            else label += "imp" + (Array.IndexOf(implicitPatterns, pattern) + 1);
            if (totals[pattern] > 1)
            {
                int nth = seen.GetValueOrDefault(pattern);
                label += "'" + nth;
                seen[pattern] = nth + 1;
            }
            labelWidth = Math.Max(labelWidth, label.Length);
            AddLines(annotations, record, i, label);
        }
        annotations.Sort(static (a, b) =>
            a.Line != b.Line ? a.Line.CompareTo(b.Line) : a.Index.CompareTo(b.Index));
        return annotations;
    }

    private void AddLines(List<Annotation> annotations, MatchRecord record, int index, string label)
    {
        (char lead, string note, bool isError) = Marker(record.Outcome);
        if (record.Note.Length > 0)
        {
            note = record.Note;
            // A note without a range of its own would mark a place that means nothing.
            if (record.Start == record.End) lead = ' ';
        }
        (int startLine, int startColumn) = input.Position(record.Start);
        (int endLine, int endColumn) = input.Position(record.End);
        bool oneLine = startLine == endLine;
        annotations.Add(new Annotation
        {
            Line = startLine,
            StartColumn = startColumn,
            Index = index,
            IsFirst = true,
            IsError = isError,
            Lead = lead,
            Label = label,
            Note = note,
            EndColumn = oneLine ? Math.Max(startColumn + 1, endColumn) : int.MaxValue,
        });
        for (int line = startLine + 1; line <= endLine; line++)
        {
            if (line == endLine && endColumn == 1) break;
            annotations.Add(new Annotation
            {
                Line = line,
                StartColumn = 1,
                Index = index,
                IsError = isError,
                Lead = '~',
                Label = label,
                EndColumn = line == endLine ? endColumn : int.MaxValue,
            });
        }
    }

    /// <summary>Writes the dump: the lines the filter chooses and <paramref name="context"/> lines around each.</summary>
    public void Write(List<MatchRecord> records, DumpInputFilter filter, uint context)
    {
        List<Annotation> annotations = Build(records, out int labelWidth);
        byte[] text = input.Bytes;
        int lineCount = text.Length == 0 || text[^1] == '\n' ? input.LineCount - 1 : input.LineCount;
        int numberWidth = lineCount > 0 ? lineCount.ToString().Length : 1;
        labelWidth = Math.Max(labelWidth, numberWidth) + 3;

        report.Write("Input was:\n<<<<<<\n");
        int next = 0, previousShown = 0, nextShown = 0, at = 0;
        var elided = new List<(int Line, int Annotation)>();
        int elidedLines = 0;
        for (int line = 1; at < text.Length || next < annotations.Count; line++)
        {
            if (nextShown < line) nextShown = NextShown(annotations, next, filter, line);
            if (nextShown == line) previousShown = line;
            bool elide = (previousShown == 0 || previousShown + (long)context < line) &&
                (nextShown == int.MaxValue || line + (long)context < nextShown);
            int first = next;
            while (next < annotations.Count && annotations[next].Line == line) next++;
            at = line < input.LineCount ? input.LineStart(line + 1) : text.Length;
            if (elide)
            {
                if (elidedLines <= MaxEllipsisLines) elided.Add((line, first));
                elidedLines += 1 + next - first;
                continue;
            }
            WriteElided(annotations, elided, ref elidedLines, labelWidth);
            WriteLine(annotations, line, first, labelWidth);
        }
        WriteElided(annotations, elided, ref elidedLines, labelWidth);
        report.Write(">>>>>>\n");
    }

    private static int NextShown(List<Annotation> annotations, int next, DumpInputFilter filter, int line)
    {
        if (filter == DumpInputFilter.All) return line;
        for (int i = next; i < annotations.Count; i++)
        {
            Annotation a = annotations[i];
            if (filter == DumpInputFilter.AnnotationFull || a.IsFirst && (filter == DumpInputFilter.Annotation || a.IsError)) return a.Line;
        }
        return int.MaxValue;
    }

    /// <summary>Writes the lines held back, or an ellipsis when that is shorter.</summary>
    private void WriteElided(List<Annotation> annotations, List<(int Line, int Annotation)> elided, ref int elidedLines, int labelWidth)
    {
        if (elidedLines > MaxEllipsisLines)
        {
            for (int i = 0; i < MaxEllipsisLines; i++)
            {
                report.Write(' ', labelWidth - 1);
                report.Write(".\n");
            }
        }
        else
        {
            foreach ((int line, int annotation) in elided) WriteLine(annotations, line, annotation, labelWidth);
        }
        elided.Clear();
        elidedLines = 0;
    }

    private void WriteLine(List<Annotation> annotations, int line, int next, int labelWidth)
    {
        report.Write(line.ToString().PadLeft(labelWidth));
        report.Write(": ");
        int width = 0;
        if (line <= input.LineCount)
        {
            ReadOnlySpan<byte> content = input.Line(line);
            report.Write(content);
            width = content.Length;
            if (line < input.LineCount)
            {
                report.Write(' ');
                width++;
            }
        }
        report.Write('\n');
        for (; next < annotations.Count && annotations[next].Line == line; next++)
        {
            Annotation a = annotations[next];
            report.Write(a.Label.PadRight(labelWidth + 2));
            report.Write(' ', a.StartColumn - 1);
            report.Write(a.Lead);
            int column = a.StartColumn + 1;
            for (; column < a.EndColumn && column <= width; column++) report.Write('~');
            if (a.Note.Length > 0)
            {
                if (column <= width) report.Write(' ', width - column + 1);
                report.Write(' ');
                report.Write(a.Note);
            }
            report.Write('\n');
        }
    }
}
