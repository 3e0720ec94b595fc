using System.Text;

namespace NestC.Tools.FileCheck;

/// <summary>What a directive asks for.</summary>
internal enum CheckKind { Plain, Next, Same, Not, Dag, Label, Empty, EndOfFile }

/// <summary>A use of a variable or expression inside a pattern.</summary>
internal sealed class Substitution
{
    /// <summary>The string variable, or null for an expression.</summary>
    public string? Variable { get; init; }
    public NumericBlock? Block { get; init; }

    /// <summary>Where the substituted text stands in the check file.</summary>
    public required int SourceStart { get; init; }
    public required int SourceEnd { get; init; }

    /// <summary>The value to match literally, or null with the reasons in <paramref name="errors"/>.</summary>
    public byte[]? Evaluate(VariableTable variables, List<SubstitutionError> errors)
    {
        if (Variable != null)
        {
            byte[]? value = variables.GetString(Variable);
            if (value == null) errors.Add(new SubstitutionError(SourceStart, "undefined variable: " + Variable));
            return value;
        }
        System.Numerics.BigInteger? number = Block!.Value!.Evaluate(errors);
        if (number == null) return null;
        string? text = Block.Format.Write(number.Value);
        if (text == null) errors.Add(new SubstitutionError(-1, NumericBlock.Overflow));
        return text == null ? null : Encoding.ASCII.GetBytes(text);
    }
}

/// <summary>A variable that a pattern defines and the group that captures it.</summary>
internal sealed class Capture(string name, int group, NumericVariable? numeric)
{
    public string Name { get; } = name;
    public int Group { get; set; } = group;
    public NumericVariable? Numeric { get; set; } = numeric;
}

/// <summary>One directive's pattern: a fixed text, or a regular expression with substitutions.</summary>
internal sealed class CheckPattern
{
    public required CheckKind Kind { get; init; }
    public int Count { get; init; } = 1;
    public bool IsLiteral { get; init; }

    /// <summary>The prefix by which the directive was found, such as `CHECK`.</summary>
    public required string Prefix { get; init; }
    public required SourceText Source { get; init; }

    /// <summary>Offset of the pattern in its source.</summary>
    public required int Offset { get; init; }

    /// <summary>Line of the directive; 0 for implicit patterns.</summary>
    public int Line { get; init; }

    /// <summary>The text to find, when the pattern has no regular expression.</summary>
    public byte[]? Fixed { get; set; }

    /// <summary>The regular expression without its substitutions.</summary>
    public byte[] Regex { get; set; } = [];

    public Substitution[] Substitutions { get; set; } = [];

    /// <summary>For each substitution, where in <see cref="Regex"/> its value goes.</summary>
    public int[] SubstitutionOffsets { get; set; } = [];

    public Capture[] Captures { get; set; } = [];

    public bool HasVariables => Substitutions.Length > 0 || Captures.Length > 0;

    /// <summary>The compiled form, kept once the pattern has been matched a second time.</summary>
    public EreProgram? Compiled { get; set; }
    public int Matches { get; set; }

    /// <summary>The directive's name as FileCheck prints it.</summary>
    public string Description
    {
        get
        {
            string name = Kind switch
            {
                CheckKind.Plain => Count > 1 ? Prefix + "-COUNT" : Prefix,
                CheckKind.Next => Prefix + "-NEXT",
                CheckKind.Same => Prefix + "-SAME",
                CheckKind.Not => Prefix + "-NOT",
                CheckKind.Dag => Prefix + "-DAG",
                CheckKind.Label => Prefix + "-LABEL",
                CheckKind.Empty => Prefix + "-EMPTY",
                _ => "implicit EOF",
            };
            return IsLiteral ? name + "{LITERAL}" : name;
        }
    }
}

/// <summary>Builds a <see cref="CheckPattern"/> from the text of a directive.</summary>
internal sealed class PatternParser(FileCheckOptions options, VariableTable variables)
{
    private readonly EreProgram _probe = new();
    private readonly List<byte> _regex = [];
    private readonly List<Substitution> _substitutions = [];
    private readonly List<int> _offsets = [];
    private readonly List<Capture> _captures = [];
    private int _groups;

    /// <summary>Parses [pattern.Offset, end) into the pattern; throws <see cref="CheckSyntaxError"/>.</summary>
    public void Parse(CheckPattern pattern, int end)
    {
        byte[] text = pattern.Source.Bytes;
        int at = pattern.Offset;
        bool fullLine = options.MatchFullLines && pattern.Kind != CheckKind.Not;
        if (!(options.StrictWhitespace && options.MatchFullLines))
            while (end > at && text[end - 1] is (byte)' ' or (byte)'\t') end--;

        if (pattern.Kind == CheckKind.Empty)
        {
            if (at < end)
                throw new CheckSyntaxError(at, $"found non-empty check string for empty check with prefix '{pattern.Prefix}:'", false);
            pattern.Regex = "(\n$)"u8.ToArray();
            return;
        }
        if (at == end) throw new CheckSyntaxError(at, $"found empty check string with prefix '{pattern.Prefix}:'", false);
        ReadOnlySpan<byte> span = text.AsSpan(at, end - at);
        if (pattern.IsLiteral || !fullLine && span.IndexOf("{{"u8) < 0 && span.IndexOf("[["u8) < 0)
        {
            pattern.Fixed = span.ToArray();
            return;
        }

        _regex.Clear();
        _substitutions.Clear();
        _offsets.Clear();
        _captures.Clear();
        _groups = 0;
        if (fullLine) Append(options.StrictWhitespace ? "^"u8 : "^ *"u8);
        while (at < end)
        {
            if (StartsWith(text, at, end, '{')) at = ParseRegex(text, at, end);
            else if (StartsWith(text, at, end, '[')) at = ParseSubstitutionBlock(pattern, text, at + 2, end);
            else
            {
                int stop = at + 1;
                while (stop < end && !StartsWith(text, stop, end, '{') && !StartsWith(text, stop, end, '[')) stop++;
                for (; at < stop; at++) AppendEscaped(text[at]);
            }
        }
        if (fullLine) Append(options.StrictWhitespace ? "$"u8 : " *$"u8);
        pattern.Regex = _regex.ToArray();
        pattern.Substitutions = _substitutions.ToArray();
        pattern.SubstitutionOffsets = _offsets.ToArray();
        pattern.Captures = _captures.ToArray();
    }

    private static bool StartsWith(byte[] text, int at, int end, char bracket) => at + 1 < end && text[at] == bracket && text[at + 1] == bracket;

    private void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) _regex.Add(b);
    }

    /// <summary>True for the bytes that a regular expression must escape to mean themselves.</summary>
    internal static bool IsSpecial(byte c) =>
        c is (byte)'(' or (byte)')' or (byte)'^' or (byte)'$' or (byte)'|' or (byte)'*' or (byte)'+' or (byte)'?' or (byte)'.'
            or (byte)'[' or (byte)']' or (byte)'\\' or (byte)'{' or (byte)'}';

    private void AppendEscaped(byte c)
    {
        if (IsSpecial(c)) _regex.Add((byte)'\\');
        _regex.Add(c);
    }

    private int ParseRegex(byte[] text, int at, int end)
    {
        int close = text.AsSpan(at, end - at).IndexOf("}}"u8);
        if (close < 0) throw new CheckSyntaxError(at, "found start of regex string with no end '}}'", false);
        close += at;
        // An alternation must not reach beyond its braces.
        bool enclose = text.AsSpan(at, end - at).Contains((byte)'|');
        if (enclose)
        {
            _regex.Add((byte)'(');
            _groups++;
        }
        AppendRegex(text, at + 2, close);
        if (enclose) _regex.Add((byte)')');
        return close + 2;
    }

    private void AppendRegex(byte[] text, int start, int end)
    {
        string? error = _probe.Compile(text.AsSpan(start, end - start), false);
        if (error != null) throw new CheckSyntaxError(start, "invalid regex: " + error, false);
        Append(text.AsSpan(start, end - start));
        _groups += _probe.GroupCount;
    }

    /// <summary>Finds the `]]` that closes a block; brackets of the regular expression inside nest.</summary>
    private static int FindBlockEnd(byte[] text, int at, int end)
    {
        int depth = 0;
        while (at < end)
        {
            byte c = text[at];
            if (depth == 0 && StartsWith(text, at, end, ']')) return at;
            if (c == '\\')
            {
                at = Math.Min(at + 2, end);
                continue;
            }
            if (c == '[') depth++;
            else if (c == ']' && --depth < 0) throw new CheckSyntaxError(at, "missing closing \"]\" for regex variable", false, 1);
            at++;
        }
        return -1;
    }

    private int ParseSubstitutionBlock(CheckPattern pattern, byte[] text, int at, int end)
    {
        int close = FindBlockEnd(text, at, end);
        bool numeric = at < end && text[at] == '#';
        if (close < 0) throw new CheckSyntaxError(at - 2, "Invalid substitution block, no ]] found", false);
        if (numeric) ParseNumeric(pattern, text, at + 1, close, false);
        else ParseString(pattern, text, at, close);
        return close + 2;
    }

    private void ParseString(CheckPattern pattern, byte[] text, int start, int end)
    {
        int colon = text.AsSpan(start, end - start).IndexOf((byte)':');
        int nameEnd = colon < 0 ? end : start + colon;
        for (int i = start; i < nameEnd; i++)
            if (text[i] is (byte)' ' or (byte)'\t') throw new CheckSyntaxError(i, "unexpected whitespace", false);
        int at = start;
        string? error = NumericParser.ParseName(text, ref at, end, out string name, out bool pseudo);
        if (error != null) throw new CheckSyntaxError(at, error);
        if (colon >= 0)
        {
            if (pseudo || at != nameEnd) throw new CheckSyntaxError(start, "invalid name in string variable definition", false);
            if (variables.IsNumericName(name))
                throw new CheckSyntaxError(start, $"numeric variable with name '{name}' already exists", false);
            _regex.Add((byte)'(');
            DefineCapture(name, ++_groups, null);
            variables.DeclareString(name);
            if (nameEnd + 1 < end) AppendRegex(text, nameEnd + 1, end);
            _regex.Add((byte)')');
            return;
        }
        if (pseudo)
        {
            ParseNumeric(pattern, text, start, end, true);
            return;
        }
        if (at != end) throw new CheckSyntaxError(start, "invalid name in string variable use", false);
        foreach (Capture capture in _captures)
        {
            if (capture.Name != name || capture.Numeric != null) continue;
            if (capture.Group > 9) throw new CheckSyntaxError(start, "Can't back-reference more than 9 variables", false);
            _regex.Add((byte)'\\');
            _regex.Add((byte)('0' + capture.Group));
            return;
        }
        Substitute(new Substitution { Variable = name, SourceStart = start, SourceEnd = end });
    }

    private void ParseNumeric(CheckPattern pattern, byte[] text, int start, int end, bool legacyLine)
    {
        NumericBlock block = new NumericParser(text, start, end, pattern.Line, variables).ParseBlock(legacyLine);
        if (block.Defined != null)
        {
            _regex.Add((byte)'(');
            DefineCapture(block.Defined.Name, ++_groups, block.Defined);
            variables.DefineNumeric(block.Defined);
        }
        if (block.Value == null)
        {
            string wildcard = block.Format.Wildcard;
            Append(Encoding.ASCII.GetBytes(wildcard));
            if (wildcard.Contains('(')) _groups++;
        }
        else Substitute(new Substitution { Block = block, SourceStart = start, SourceEnd = end });
        if (block.Defined != null) _regex.Add((byte)')');
    }

    private void Substitute(Substitution substitution)
    {
        _substitutions.Add(substitution);
        _offsets.Add(_regex.Count);
    }

    private void DefineCapture(string name, int group, NumericVariable? numeric)
    {
        foreach (Capture capture in _captures)
        {
            if (capture.Name != name || (capture.Numeric == null) != (numeric == null)) continue;
            capture.Group = group;
            capture.Numeric = numeric;
            return;
        }
        _captures.Add(new Capture(name, group, numeric));
    }
}
