namespace NestC.Tools.FileCheck;

/// <summary>Matches one pattern at a time and keeps what the report needs: where, what was captured, what could not be substituted.</summary>
internal sealed class PatternMatcher(FileCheckOptions options, VariableTable variables, byte[] text)
{
    private readonly EreMatcher _regex = new();
    private readonly EreProgram _scratch = new();
    private byte[] _composed = new byte[256];

    public bool Found { get; private set; }
    public int Start { get; private set; }
    public int End { get; private set; }

    /// <summary>For each of the pattern's captures, where its text lies.</summary>
    public int[] CaptureStarts { get; private set; } = new int[8];
    public int[] CaptureEnds { get; private set; } = new int[8];

    /// <summary>Why substitutions have no value; every offset is set.</summary>
    public List<SubstitutionError> Errors { get; } = [];

    /// <summary>Values of the pattern's substitutions at this match; null where there is none.</summary>
    public byte[]?[] Values { get; private set; } = new byte[]?[8];

    /// <summary>Searches [from, to) for the pattern; on success defines its variables.</summary>
    public bool Match(CheckPattern pattern, int from, int to)
    {
        Errors.Clear();
        Found = false;
        if (pattern.Kind == CheckKind.EndOfFile)
        {
            Start = End = to;
            return Found = true;
        }
        if (pattern.Fixed != null)
        {
            int at = Find(pattern.Fixed, from, to);
            if (at < 0) return false;
            Start = at;
            End = at + pattern.Fixed.Length;
            return Found = true;
        }
        EreProgram? program = Compile(pattern);
        if (program == null) return false;
        if (!_regex.Search(program, text, from, to, pattern.Captures.Length > 0)) return false;
        // An empty line's match starts after the newline that ends the line before.
        Start = _regex.Start + (pattern.Kind == CheckKind.Empty ? 1 : 0);
        End = _regex.End;
        Define(pattern);
        return Found = true;
    }

    private int Find(byte[] needle, int from, int to)
    {
        ReadOnlySpan<byte> hay = text.AsSpan(from, to - from);
        if (!options.IgnoreCase)
        {
            int found = hay.IndexOf(needle);
            return found < 0 ? -1 : from + found;
        }
        for (int i = 0; i + needle.Length <= hay.Length; i++)
        {
            int n = 0;
            while (n < needle.Length && Lower(hay[i + n]) == Lower(needle[n])) n++;
            if (n == needle.Length) return from + i;
        }
        return -1;
    }

    private static byte Lower(byte c) => c is >= (byte)'A' and <= (byte)'Z' ? (byte)(c + 32) : c;

    private EreProgram? Compile(CheckPattern pattern)
    {
        if (pattern.Compiled != null) return pattern.Compiled;
        byte[] regex = pattern.Regex;
        int length = regex.Length;
        int substitutions = pattern.Substitutions.Length;
        if (substitutions > 0)
        {
            if (!Evaluate(pattern)) return null;
            length = Compose(pattern);
            regex = _composed;
        }
        // Most patterns match once: only those that come back are worth keeping.
        bool keep = substitutions == 0 && pattern.Matches++ > 0;
        EreProgram program = keep ? new EreProgram() : _scratch;
        if (program.Compile(regex.AsSpan(0, length), options.IgnoreCase) != null) return null;
        if (keep) pattern.Compiled = program;
        return program;
    }

    private bool Evaluate(CheckPattern pattern)
    {
        int count = pattern.Substitutions.Length;
        if (Values.Length < count) Values = new byte[]?[count * 2];
        for (int i = 0; i < count; i++)
        {
            Values[i] = pattern.Substitutions[i].Evaluate(variables, Errors);
            for (int e = 0; e < Errors.Count; e++)
                if (Errors[e].Offset < 0) Errors[e] = Errors[e] with { Offset = pattern.Substitutions[i].SourceStart };
        }
        return Errors.Count == 0;
    }

    private int Compose(CheckPattern pattern)
    {
        byte[] regex = pattern.Regex;
        int length = 0, copied = 0;
        for (int i = 0; i <= pattern.Substitutions.Length; i++)
        {
            int upTo = i < pattern.Substitutions.Length ? pattern.SubstitutionOffsets[i] : regex.Length;
            byte[]? value = i < pattern.Substitutions.Length ? Values[i] : null;
            int need = length + upTo - copied + (value == null ? 0 : value.Length * 2);
            if (need > _composed.Length) Array.Resize(ref _composed, need * 2);
            regex.AsSpan(copied, upTo - copied).CopyTo(_composed.AsSpan(length));
            length += upTo - copied;
            copied = upTo;
            if (value == null) continue;
            foreach (byte c in value)
            {
                if (PatternParser.IsSpecial(c)) _composed[length++] = (byte)'\\';
                _composed[length++] = c;
            }
        }
        return length;
    }

    private void Define(CheckPattern pattern)
    {
        Capture[] captures = pattern.Captures;
        if (CaptureStarts.Length < captures.Length)
        {
            CaptureStarts = new int[captures.Length * 2];
            CaptureEnds = new int[captures.Length * 2];
        }
        for (int i = 0; i < captures.Length; i++)
        {
            Capture capture = captures[i];
            int start = _regex.Groups[2 * capture.Group], end = _regex.Groups[2 * capture.Group + 1];
            if (start < 0 || end < 0) start = end = Start;
            CaptureStarts[i] = start;
            CaptureEnds[i] = end;
            if (capture.Numeric == null) variables.SetString(capture.Name, text.AsSpan(start, end - start).ToArray());
            else capture.Numeric.Value = capture.Numeric.Format.Read(System.Text.Encoding.ASCII.GetString(text, start, end - start));
        }
    }
}
