using System.Text;

namespace NestC.Tools.FileCheck;

/// <summary>A positive directive with the CHECK-DAG and CHECK-NOT patterns that stand before it.</summary>
internal sealed class CheckDirective(CheckPattern pattern, CheckPattern[] before)
{
    public CheckPattern Pattern { get; } = pattern;
    public CheckPattern[] Before { get; } = before;
}

/// <summary>Finds the directives of a check file.</summary>
internal sealed class CheckFileReader(FileCheckOptions options, VariableTable variables, ReportWriter report)
{
    private readonly PatternParser _patterns = new(options, variables);
    private byte[][] _prefixes = [];
    private int[] _nextAt = [];
    private int _checkPrefixCount;
    private byte[] _text = [];

    private enum Suffix { None, Check, Comment, Misspelled, BadNot, BadCount }

    /// <summary>The patterns of `--implicit-check-not`.</summary>
    public CheckPattern[] Implicit { get; private set; } = [];

    /// <summary>Parses the patterns of the command line and the directives of the file; null after an error, which has been reported.</summary>
    public List<CheckDirective>? Read(SourceText file, out int exitCode)
    {
        exitCode = 2;
        if (!DefineVariables()) return null;
        SourceText source = file;
        try
        {
            Implicit = new CheckPattern[options.ImplicitCheckNot.Count];
            for (int i = 0; i < Implicit.Length; i++)
            {
                const string Head = "-implicit-check-not='";
                string text = options.ImplicitCheckNot[i];
                source = new SourceText("command line", Encoding.UTF8.GetBytes(Head + text + "'"));
                Implicit[i] = new CheckPattern { Kind = CheckKind.Not, Prefix = "IMPLICIT-CHECK", Source = source, Offset = Head.Length };
                _patterns.Parse(Implicit[i], source.Bytes.Length - 1);
            }
            source = file;
            return ReadDirectives(file);
        }
        catch (CheckSyntaxError e)
        {
            report.Message(source, e.Offset, "error", e.Message);
            if (e.Spaced) report.WriteLine();
            exitCode = e.ExitCode;
            return null;
        }
    }

    private List<CheckDirective>? ReadDirectives(SourceText file)
    {
        _text = file.Bytes;
        CollectPrefixes();
        var used = new bool[_checkPrefixCount];
        var directives = new List<CheckDirective>();
        var before = new List<CheckPattern>(Implicit);
        int at = 0, lastEnd = 0;
        while (true)
        {
            int prefix = FindDirective(ref at, out Suffix suffix, out CheckKind kind, out int count, out bool literal, out int after);
            if (prefix < 0) break;
            string name = PrefixName(prefix);
            switch (suffix)
            {
                case Suffix.Misspelled:
                    throw new CheckSyntaxError(at, $"misspelled directive '{Encoding.UTF8.GetString(_text, at, after - at)}'", false);
                case Suffix.BadNot:
                    throw new CheckSyntaxError(after, $"unsupported -NOT combo on prefix '{name}'", false);
                case Suffix.BadCount:
                    throw new CheckSyntaxError(after, $"invalid count in -COUNT specification on prefix '{name}'", false);
            }
            // FileCheck takes what follows the prefix as the pattern when the file ends with the directive's colon.
            int start = after < _text.Length ? after : at + _prefixes[prefix].Length, prefixAt = at;
            if (!(options.StrictWhitespace && options.MatchFullLines))
                while (start < _text.Length && _text[start] is (byte)' ' or (byte)'\t') start++;
            int length = _text.AsSpan(start).IndexOfAny((byte)'\n', (byte)'\r');
            int end = length < 0 ? _text.Length : start + length;
            at = lastEnd = end;
            if (suffix == Suffix.Comment) continue;
            used[prefix] = true;
            var pattern = new CheckPattern
            {
                Kind = kind,
                Count = count,
                IsLiteral = literal,
                Prefix = name,
                Source = file,
                Offset = start,
                Line = file.Position(prefixAt).Line,
            };
            _patterns.Parse(pattern, end);
            if (kind == CheckKind.Label && pattern.HasVariables)
                throw new CheckSyntaxError(prefixAt, $"found '{name}-LABEL:' with variable definition or use", false);
            if (kind is CheckKind.Next or CheckKind.Same or CheckKind.Empty && directives.Count == 0)
            {
                string type = kind == CheckKind.Next ? "NEXT" : kind == CheckKind.Same ? "SAME" : "EMPTY";
                throw new CheckSyntaxError(prefixAt, $"found '{name}-{type}' without previous '{name}: line", false);
            }
            if (kind is CheckKind.Dag or CheckKind.Not)
            {
                before.Add(pattern);
                continue;
            }
            directives.Add(new CheckDirective(pattern, before.ToArray()));
            before.Clear();
            before.AddRange(Implicit);
        }
        if (!ReportUnusedPrefixes(used)) return null;
        if (before.Count > 0)
        {
            var end = new CheckPattern { Kind = CheckKind.EndOfFile, Prefix = PrefixName(0), Source = file, Offset = lastEnd };
            directives.Add(new CheckDirective(end, before.ToArray()));
        }
        return directives;
    }

    private string PrefixName(int prefix) => Encoding.UTF8.GetString(_prefixes[prefix]);

    private void CollectPrefixes()
    {
        var names = new List<string>(options.CheckPrefixes);
        if (names.Count == 0) names.Add("CHECK");
        _checkPrefixCount = names.Count;
        if (options.CommentPrefixes.Count > 0) names.AddRange(options.CommentPrefixes);
        else
        {
            names.Add("COM");
            names.Add("RUN");
        }
        _prefixes = new byte[names.Count][];
        _nextAt = new int[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            _prefixes[i] = Encoding.UTF8.GetBytes(names[i]);
            _nextAt[i] = -1;
        }
    }

    private bool ReportUnusedPrefixes(bool[] used)
    {
        var missing = new List<string>();
        for (int i = 0; i < used.Length; i++)
            if (!used[i]) missing.Add($"'{PrefixName(i)}:'");
        bool none = missing.Count == used.Length, some = !options.AllowUnusedPrefixes && missing.Count > 0;
        if (!none && !some || Implicit.Length > 0 && options.UsesDefaultPrefix) return true;
        missing.Sort(StringComparer.Ordinal);
        report.WriteLine($"error: no check strings found with prefix{(missing.Count > 1 ? "es" : "")} {string.Join(", ", missing)}");
        return false;
    }

    private static bool IsWordPart(byte c) => c == '-' || c == '_' || char.IsAsciiLetterOrDigit((char)c);

    private int FindDirective(ref int at, out Suffix suffix, out CheckKind kind, out int count, out bool literal, out int after)
    {
        suffix = Suffix.None;
        kind = CheckKind.Plain;
        count = 1;
        literal = false;
        after = 0;
        while (at < _text.Length)
        {
            int found = -1, from = at;
            for (int i = 0; i < _prefixes.Length; i++)
            {
                if (_nextAt[i] < at)
                {
                    int next = _text.AsSpan(at).IndexOf(_prefixes[i]);
                    _nextAt[i] = next < 0 ? int.MaxValue : at + next;
                }
                if (_nextAt[i] == int.MaxValue) continue;
                if (found < 0 || _nextAt[i] < _nextAt[found] ||
                    _nextAt[i] == _nextAt[found] && _prefixes[i].Length > _prefixes[found].Length)
                    found = i;
            }
            if (found < 0) return -1;
            at = _nextAt[found];
            after = at + _prefixes[found].Length;
            if (at == from || !IsWordPart(_text[at - 1]))
            {
                suffix = ClassifySuffix(found >= _checkPrefixCount, ref after, ref kind, ref count, ref literal);
                if (suffix != Suffix.None) return found;
                after = at + _prefixes[found].Length;
            }
            at = after;
            while (at < _text.Length && IsWordPart(_text[at])) at++;
        }
        return -1;
    }

    private bool Eat(ref int at, string text)
    {
        if (at + text.Length > _text.Length) return false;
        for (int i = 0; i < text.Length; i++)
            if (_text[at + i] != text[i]) return false;
        at += text.Length;
        return true;
    }

    private Suffix ClassifySuffix(bool comment, ref int at, ref CheckKind kind, ref int count, ref bool literal)
    {
        kind = CheckKind.Plain;
        count = 1;
        literal = false;
        if (at >= _text.Length) return Suffix.None;
        if (comment) return Eat(ref at, ":") ? Suffix.Comment : Suffix.None;
        if (_text[at] is (byte)':' or (byte)'{') return Modifiers(ref at, ref literal) ? Suffix.Check : Suffix.None;
        bool misspelled = Eat(ref at, "_");
        if (!misspelled && !Eat(ref at, "-")) return Suffix.None;
        Suffix good = misspelled ? Suffix.Misspelled : Suffix.Check;
        if (Eat(ref at, "COUNT-"))
        {
            long value = 0;
            int digits = at;
            while (at < _text.Length && char.IsAsciiDigit((char)_text[at]) && value <= int.MaxValue) value = value * 10 + _text[at++] - '0';
            if (at == digits || value is 0 or > int.MaxValue || at >= _text.Length || _text[at] is not ((byte)':' or (byte)'{'))
            {
                if (value > int.MaxValue)
                    while (at < _text.Length && char.IsAsciiDigit((char)_text[at])) at++;
                return misspelled ? Suffix.Misspelled : Suffix.BadCount;
            }
            count = (int)value;
            return Modifiers(ref at, ref literal) ? good : Suffix.None;
        }
        foreach (string combination in s_badCombinations)
        {
            int end = at;
            if (Eat(ref end, combination)) return misspelled ? Suffix.Misspelled : Suffix.BadNot;
        }
        if (Eat(ref at, "NEXT")) kind = CheckKind.Next;
        else if (Eat(ref at, "SAME")) kind = CheckKind.Same;
        else if (Eat(ref at, "NOT")) kind = CheckKind.Not;
        else if (Eat(ref at, "DAG")) kind = CheckKind.Dag;
        else if (Eat(ref at, "LABEL")) kind = CheckKind.Label;
        else if (Eat(ref at, "EMPTY")) kind = CheckKind.Empty;
        else return Suffix.None;
        return Modifiers(ref at, ref literal) ? good : Suffix.None;
    }

    private static readonly string[] s_badCombinations =
        ["DAG-NOT:", "NOT-DAG:", "NEXT-NOT:", "NOT-NEXT:", "SAME-NOT:", "NOT-SAME:", "EMPTY-NOT:", "NOT-EMPTY:"];

    /// <summary>Parses `:` or `{LITERAL}:`.</summary>
    private bool Modifiers(ref int at, ref bool literal)
    {
        if (Eat(ref at, ":")) return true;
        if (!Eat(ref at, "{")) return false;
        do
        {
            SkipSpace(ref at);
            if (!Eat(ref at, "LITERAL")) return false;
            literal = true;
            SkipSpace(ref at);
        }
        while (Eat(ref at, ","));
        return Eat(ref at, "}:");
    }

    private void SkipSpace(ref int at)
    {
        while (at < _text.Length && _text[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\v' or (byte)'\f' or (byte)'\r') at++;
    }

    /// <summary>Evaluates the definitions of the command line.</summary>
    private bool DefineVariables()
    {
        if (options.Defines.Count == 0) return true;
        var text = new StringBuilder();
        var starts = new int[options.Defines.Count];
        for (int i = 0; i < starts.Length; i++)
        {
            string define = options.Defines[i];
            text.Append($"Global define #{i + 1}: ");
            if (define[0] == '#')
            {
                text.Append(define).Append(" (parsed as: [[");
                starts[i] = text.Length;
                // The first `=` becomes the colon of a definition.
                int equals = define.IndexOf('=');
                text.Append(define, 0, equals).Append(':').Append(define, equals + 1, define.Length - equals - 1).Append("]])");
            }
            else
            {
                starts[i] = text.Length;
                text.Append(define);
            }
            text.Append('\n');
        }
        // Columns count bytes; definitions beyond ASCII only shift the column of a message.
        var source = new SourceText("Global defines", Encoding.Latin1.GetBytes(text.ToString()));
        bool ok = true;
        for (int i = 0; i < starts.Length; i++)
        {
            try
            {
                ok &= Define(options.Defines[i], source.Bytes, starts[i]);
            }
            catch (CheckSyntaxError e)
            {
                report.Message(source, e.Offset, "error", e.Message);
                ok = false;
            }
        }
        if (!ok) report.WriteLine();
        return ok;
    }

    private bool Define(string define, byte[] text, int start)
    {
        int equals = define.IndexOf('=');
        if (define[0] != '#')
        {
            int at = start, nameEnd = start + equals;
            string? error = NumericParser.ParseName(text, ref at, nameEnd, out string name, out bool pseudo);
            if (error != null) throw new CheckSyntaxError(at, error);
            if (pseudo || at != nameEnd)
                throw new CheckSyntaxError(start, $"invalid name in string variable definition '{define[..equals]}'");
            if (variables.IsNumericName(name)) throw new CheckSyntaxError(start, $"numeric variable with name '{name}' already exists");
            variables.DefineString(name, Encoding.UTF8.GetBytes(define[(equals + 1)..]));
            return true;
        }
        NumericBlock block = new NumericParser(text, start + 1, start + define.Length, 0, variables).ParseBlock(false);
        if (block.Defined == null || block.Value == null) throw new CheckSyntaxError(start + 1, "empty numeric definition on the command line");
        var errors = new List<SubstitutionError>();
        block.Defined.Value = block.Value.Evaluate(errors);
        foreach (SubstitutionError error in errors) report.WriteLine(error.Message);
        variables.DefineNumeric(block.Defined);
        return errors.Count == 0;
    }
}
