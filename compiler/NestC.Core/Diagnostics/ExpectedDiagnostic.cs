using System.Text;
using System.Text.RegularExpressions;
using NestC.Syntax;

namespace NestC.Diagnostics;

/// <summary>One `expected-*` directive.</summary>
internal sealed class ExpectedDiagnostic(Severity severity, string text, int offset, int length)
{
    public Severity Severity { get; } = severity;

    /// <summary>What stands between the braces.</summary>
    public string Text { get; } = text;

    /// <summary>Where the directive starts, in bytes, and how many it has.</summary>
    public int Offset { get; } = offset;

    public int Length { get; } = length;

    /// <summary>The line that the diagnostic must be on; 0 for a place without a file.</summary>
    public int Line { get; set; }

    /// <summary>How many diagnostics must match, or 0 when any number above none will do.</summary>
    public int Count { get; init; }

    public int Matched { get; set; }

    private Regex? regex;

    public bool Matches(string message) => regex is null ? message.Contains(Text, StringComparison.Ordinal) : regex.IsMatch(message);

    /// <summary>Makes the text an expression: as it stands outside of `{{...}}`, a POSIX expression inside. Null, or what is wrong.</summary>
    public string? CompileRegex()
    {
        StringBuilder whole = new();
        ReadOnlySpan<char> rest = Text;
        bool backReference = false;
        while (!rest.IsEmpty)
        {
            int open = rest.IndexOf("{{");
            whole.Append(Regex.Escape((open < 0 ? rest : rest[..open]).ToString()));
            if (open < 0) break;
            rest = rest[(open + 2)..];
            int close = rest.IndexOf("}}");
            if (close < 0) return "found start of regex with no end '}}'";
            string? inner = PosixPattern.Translate(rest[..close].ToString(), out string error);
            if (inner is null) return $"invalid regex: {error}";
            backReference |= inner.Contains("(?:\\", StringComparison.Ordinal);
            whole.Append('(').Append(inner).Append(')');
            rest = rest[(close + 2)..];
        }
        try
        {
            // Without back references matching takes linear time, whatever the expression.
            RegexOptions options = RegexOptions.Singleline | RegexOptions.CultureInvariant;
            regex = new Regex(whole.ToString(), backReference ? options : options | RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"invalid regex: {e.Message}";
        }
    }
}

/// <summary>Finds the directives of a source.</summary>
internal static class ExpectedDiagnosticScanner
{
    /// <summary>
    /// Scans the source. As mlir-opt reads them, the closing braces of a directive are the last thing on its line; more
    /// directives may follow on the same line, which mlir-opt would take for a part of the first one's text.
    /// </summary>
    /// <param name="found">Gets the directives in the order of the source, those at `@unknown` with line 0.</param>
    /// <param name="problem">Told of a directive (offset, length) that is not valid, or that looks like one and is not (then as a warning).</param>
    public static void Scan(SourceFile source, List<ExpectedDiagnostic> found, Action<int, int, Severity, string> problem)
    {
        ReadOnlySpan<byte> all = source.Bytes;
        if (all.IndexOf("expected-"u8) < 0) return;
        int lastOther = 0, line = 0, at = 0;
        List<ExpectedDiagnostic> below = [];
        while (at <= all.Length)
        {
            line++;
            int newline = all[at..].IndexOf((byte)'\n');
            int end = newline < 0 ? all.Length : at + newline;
            ReadOnlySpan<byte> text = all[at..end].TrimEnd(" \t\r\v\f"u8);
            int designated = 0;
            for (int from = 0; TryFind(text, ref from, at, problem, out Directive directive);)
            {
                ExpectedDiagnostic expected = new(directive.Severity, Encoding.UTF8.GetString(text[directive.TextStart..directive.TextEnd]),
                    at + directive.Start, directive.TextEnd + 2 - directive.Start)
                {
                    Count = directive.Count,
                    Line = line,
                };
                designated++;
                if (directive.IsRegex && expected.CompileRegex() is { } wrong)
                {
                    problem(expected.Offset, expected.Length, Severity.Error, wrong);
                    continue;
                }
                switch (directive.Where)
                {
                    case Where.Offset:
                        expected.Line = (int)Math.Clamp(line + directive.Offset, -1, int.MaxValue);
                        if (expected.Line == 0) expected.Line = -1;
                        break;
                    case Where.Above:
                        expected.Line = lastOther;
                        break;
                    case Where.Below:
                        below.Add(expected);
                        expected.Line = -1;
                        break;
                    case Where.Unknown:
                        expected.Line = 0;
                        break;
                }
                found.Add(expected);
            }
            if (designated == 0)
            {
                foreach (ExpectedDiagnostic expected in below) expected.Line = line;
                below.Clear();
                lastOther = line;
            }
            at = end + 1;
        }
    }

    private enum Where : byte { Here, Offset, Above, Below, Unknown }

    private struct Directive
    {
        public Severity Severity;
        public bool IsRegex;
        public Where Where;
        public long Offset;
        public int Count, Start, TextStart, TextEnd;
    }

    /// <summary>The first directive in a line from <paramref name="from"/> on, which is moved behind it.</summary>
    private static bool TryFind(ReadOnlySpan<byte> line, ref int from, int lineOffset, Action<int, int, Severity, string> problem, out Directive directive)
    {
        directive = default;
        while (true)
        {
            int start = from > line.Length ? -1 : line[from..].IndexOf("expected-"u8);
            if (start < 0) return false;
            start += from;
            from = start + 1;
            if (!TryHead(line, start, out directive, out int at, out bool looksMeant)) goto miss;
            directive.Start = start;
            directive.TextStart = at;
            int last = line.EndsWith("}}"u8) && line.Length - 2 >= at ? line.Length - 2 : -1;
            int end = at;
            // The text ends where another directive follows, or at the end of the line.
            while (true)
            {
                int close = line[end..].IndexOf("}}"u8);
                if (close < 0) break;
                close += end;
                int next = close + 2;
                while (next < line.Length && line[next] is (byte)' ' or (byte)'\t' or (byte)'/' or (byte)',') next++;
                if (line[next..].StartsWith("expected-"u8) && TryHead(line, next, out _, out _, out _))
                {
                    last = close;
                    break;
                }
                end = close + 1;
            }
            if (last >= 0)
            {
                directive.TextEnd = last;
                from = last + 2;
                return true;
            }
        miss:
            if (looksMeant)
                problem(lineOffset + start, line.Length - start, Severity.Warning, "this is not a complete expected-* directive, and is ignored");
        }
    }

    /// <summary>Reads `expected-KIND[-re] [@PLACE] [COUNT] {{`.</summary>
    private static bool TryHead(ReadOnlySpan<byte> line, int start, out Directive directive, out int at, out bool looksMeant)
    {
        directive = default;
        looksMeant = false;
        at = start + "expected-".Length;
        if (Take(line, ref at, "error"u8)) directive.Severity = Severity.Error;
        else if (Take(line, ref at, "warning"u8)) directive.Severity = Severity.Warning;
        else if (Take(line, ref at, "remark"u8)) directive.Severity = Severity.Remark;
        else if (Take(line, ref at, "note"u8)) directive.Severity = Severity.Note;
        else return false;
        directive.IsRegex = Take(line, ref at, "-re"u8);
        Blanks(line, ref at);
        looksMeant = at < line.Length && line[at] is (byte)'@' or (byte)'{';
        if (Take(line, ref at, "@"u8))
        {
            if (Take(line, ref at, "above"u8)) directive.Where = Where.Above;
            else if (Take(line, ref at, "below"u8)) directive.Where = Where.Below;
            else if (Take(line, ref at, "unknown"u8)) directive.Where = Where.Unknown;
            else
            {
                if (at >= line.Length || line[at] is not ((byte)'+' or (byte)'-')) return false;
                bool minus = line[at++] == '-';
                if (!Number(line, ref at, out long offset)) return false;
                directive.Where = Where.Offset;
                directive.Offset = minus ? -offset : offset;
            }
            Blanks(line, ref at);
        }
        if (Number(line, ref at, out long count))
        {
            if (count is 0 or > int.MaxValue) return false;
            directive.Count = (int)count;
            Blanks(line, ref at);
        }
        return Take(line, ref at, "{{"u8);
    }

    private static bool Take(ReadOnlySpan<byte> line, ref int at, ReadOnlySpan<byte> word)
    {
        if (at > line.Length || !line[at..].StartsWith(word)) return false;
        at += word.Length;
        return true;
    }

    private static void Blanks(ReadOnlySpan<byte> line, ref int at)
    {
        while (at < line.Length && line[at] == ' ') at++;
    }

    /// <summary>Digits; a number beyond all lines is cut at 2^40.</summary>
    private static bool Number(ReadOnlySpan<byte> line, ref int at, out long value)
    {
        int start = at;
        value = 0;
        while (at < line.Length && line[at] is >= (byte)'0' and <= (byte)'9')
        {
            value = Math.Min(value * 10 + (line[at] - '0'), 1L << 40);
            at++;
        }
        return at > start;
    }
}
