namespace NestC.Tools.FileCheck;

/// <summary>Parses POSIX extended regular expressions with the extensions and the limits of LLVM's library: backreferences \1 to \9, at most 255 repetitions, no empty alternatives.</summary>
internal sealed class EreParser
{
    private const int MaxRepeat = 255;
    private const int Unbounded = 256;
    private const int MaxDepth = 400;

    private enum Kind : byte { Empty, Byte, Set, NotNewline, LineStart, LineEnd, WordStart, WordEnd, Sequence, Choice, Group, Repeat, Backref }

    private Kind[] _kind = new Kind[64];
    private int[] _child = new int[64];
    private int[] _next = new int[64];
    private int[] _x = new int[64];
    private int[] _y = new int[64];
    private int _count;

    private byte[] _text = new byte[256];
    private int _length;
    private int _at;
    private int _depth;
    private bool _ignoreCase;
    private string? _error;
    private EreProgram _program = null!;
    private readonly int[] _groups = new int[10];

    /// <summary>Parses a pattern into a program; returns null, or the error.</summary>
    public string? Parse(ReadOnlySpan<byte> pattern, bool ignoreCase, EreProgram program)
    {
        if (pattern.Length > _text.Length) _text = new byte[pattern.Length * 2];
        pattern.CopyTo(_text);
        _length = pattern.Length;
        _at = 0;
        _count = 0;
        _depth = 0;
        _error = null;
        _ignoreCase = ignoreCase;
        _program = program;
        Array.Fill(_groups, -1);
        int root = ParseChoice(-1);
        if (_error == null) EmitNode(root);
        if (_error == null && program.IsTooLong) _error = "out of memory";
        return _error;
    }

    private bool More => _at < _length;

    private int Fail(string error)
    {
        _error ??= error;
        _at = _length;
        return Node(Kind.Empty);
    }

    private int Node(Kind kind, int child = -1, int x = 0, int y = 0)
    {
        if (_count == _kind.Length)
        {
            int size = _count * 2;
            Array.Resize(ref _kind, size);
            Array.Resize(ref _child, size);
            Array.Resize(ref _next, size);
            Array.Resize(ref _x, size);
            Array.Resize(ref _y, size);
        }
        _kind[_count] = kind;
        _child[_count] = child;
        _next[_count] = -1;
        _x[_count] = x;
        _y[_count] = y;
        return _count++;
    }

    private int ParseChoice(int stop)
    {
        int first = -1, last = -1, branches = 0;
        while (true)
        {
            int branch = ParseSequence(stop);
            branches++;
            if (first < 0) first = branch;
            else _next[last] = branch;
            last = branch;
            if (_error != null || !More || _text[_at] != '|') break;
            _at++;
        }
        return branches == 1 ? first : Node(Kind.Choice, first);
    }

    private int ParseSequence(int stop)
    {
        int first = -1, last = -1;
        while (More && _text[_at] != '|' && _text[_at] != stop)
        {
            int item = ParseRepeated();
            if (first < 0) first = item;
            else _next[last] = item;
            last = item;
        }
        if (first < 0) return Fail("empty (sub)expression");
        return Node(Kind.Sequence, first);
    }

    private bool AtRepetition
    {
        get
        {
            if (!More) return false;
            byte c = _text[_at];
            return c is (byte)'*' or (byte)'+' or (byte)'?' || c == '{' && _at + 1 < _length && char.IsAsciiDigit((char)_text[_at + 1]);
        }
    }

    private int ParseRepeated()
    {
        int atom = ParseAtom();
        if (_error != null || !AtRepetition) return atom;
        if (_kind[atom] == Kind.LineStart) return Fail("repetition-operator operand invalid");
        switch (_text[_at++])
        {
            case (byte)'*': atom = Node(Kind.Repeat, atom, 0, Unbounded); break;
            case (byte)'+': atom = Node(Kind.Repeat, atom, 1, Unbounded); break;
            case (byte)'?': atom = Node(Kind.Repeat, atom, 0, 1); break;
            default:
                int min = ParseCount(), max = min;
                if (More && _text[_at] == ',')
                {
                    _at++;
                    if (More && char.IsAsciiDigit((char)_text[_at]))
                    {
                        max = ParseCount();
                        if (_error == null && min > max) return Fail("invalid repetition count(s)");
                    }
                    else max = Unbounded;
                }
                if (_error != null) return atom;
                if (More && _text[_at] == '}') _at++;
                else
                {
                    while (More && _text[_at] != '}') _at++;
                    return Fail(More ? "invalid repetition count(s)" : "braces not balanced");
                }
                atom = Node(Kind.Repeat, atom, min, max);
                break;
        }
        return AtRepetition ? Fail("repetition-operator operand invalid") : atom;
    }

    private int ParseCount()
    {
        int count = 0, digits = 0;
        while (More && char.IsAsciiDigit((char)_text[_at]) && count <= MaxRepeat)
        {
            count = count * 10 + (_text[_at++] - '0');
            digits++;
        }
        if (digits == 0 || count > MaxRepeat) Fail("invalid repetition count(s)");
        return count;
    }

    private int ParseAtom()
    {
        byte c = _text[_at++];
        switch (c)
        {
            case (byte)'(':
                {
                    if (!More || ++_depth > MaxDepth) return Fail(More ? "out of memory" : "parentheses not balanced");
                    int group = ++_program.GroupCount;
                    int inner = _text[_at] == ')' ? Node(Kind.Empty) : ParseChoice(')');
                    if (_error != null) return inner;
                    if (!More) return Fail("parentheses not balanced");
                    _at++;
                    _depth--;
                    int node = Node(Kind.Group, inner, group);
                    if (group < 10) _groups[group] = node;
                    return node;
                }
            case (byte)')':
                return Fail("parentheses not balanced");
            case (byte)'^':
                return Node(Kind.LineStart);
            case (byte)'$':
                return Node(Kind.LineEnd);
            case (byte)'|':
                return Fail("empty (sub)expression");
            case (byte)'*' or (byte)'+' or (byte)'?':
                return Fail("repetition-operator operand invalid");
            case (byte)'.':
                return Node(Kind.NotNewline);
            case (byte)'[':
                return ParseBracket();
            case (byte)'\\':
                if (!More) return Fail("trailing backslash (\\)");
                c = _text[_at++];
                if (c is >= (byte)'1' and <= (byte)'9')
                {
                    int target = _groups[c - '0'];
                    if (target < 0) return Fail("invalid backreference number");
                    _program.HasBackrefs = true;
                    return Node(Kind.Backref, target, c - '0');
                }
                return Literal(c);
            case (byte)'{':
                if (More && char.IsAsciiDigit((char)_text[_at])) return Fail("repetition-operator operand invalid");
                return Literal(c);
            default:
                return Literal(c);
        }
    }

    private int Literal(byte c)
    {
        if (!_ignoreCase || !char.IsAsciiLetter((char)c)) return Node(Kind.Byte, -1, c);
        var set = new ByteSet();
        set.Add(c);
        set.Add((byte)(c ^ 0x20));
        return SetNode(set);
    }

    private int SetNode(in ByteSet set) => Node(Kind.Set, -1, _program.AddSet(set.S0, set.S1, set.S2, set.S3));

    private bool LookingAt(string text)
    {
        if (_at + text.Length > _length) return false;
        for (int i = 0; i < text.Length; i++)
            if (_text[_at + i] != text[i]) return false;
        return true;
    }

    private int ParseBracket()
    {
        if (LookingAt("[:<:]]"))
        {
            _at += 6;
            return Node(Kind.WordStart);
        }
        if (LookingAt("[:>:]]"))
        {
            _at += 6;
            return Node(Kind.WordEnd);
        }
        var set = new ByteSet();
        bool invert = false;
        if (More && _text[_at] == '^')
        {
            invert = true;
            _at++;
        }
        if (More && _text[_at] is (byte)']' or (byte)'-' && More) set.Add(_text[_at++]);
        while (_error == null && More && _text[_at] != ']' && !LookingAt("-]")) ParseBracketTerm(ref set);
        if (_error == null && More && _text[_at] == '-')
        {
            set.Add((byte)'-');
            _at++;
        }
        if (_error != null) return Node(Kind.Empty);
        if (!More || _text[_at] != ']') return Fail("brackets ([ ]) not balanced");
        _at++;
        if (_ignoreCase)
        {
            for (int c = 'a'; c <= 'z'; c++)
            {
                if (!set.Has((byte)c) && !set.Has((byte)(c - 32))) continue;
                set.Add((byte)c);
                set.Add((byte)(c - 32));
            }
        }
        if (invert)
        {
            set.Invert();
            set.Remove((byte)'\n');
        }
        return SetNode(set);
    }

    private void ParseBracketTerm(ref ByteSet set)
    {
        byte c = _text[_at];
        byte kind = c == '[' && _at + 1 < _length ? _text[_at + 1] : (byte)0;
        if (c == '-')
        {
            Fail("invalid character range");
            return;
        }
        if (kind == ':')
        {
            _at += 2;
            int start = _at;
            while (More && char.IsAsciiLetter((char)_text[_at])) _at++;
            string name = System.Text.Encoding.ASCII.GetString(_text, start, _at - start);
            if (!More) { Fail("brackets ([ ]) not balanced"); return; }
            if (_text[_at] is not ((byte)':' or (byte)']') || !AddClass(ref set, name)) { Fail("invalid character class"); return; }
            if (!LookingAt(":]")) { Fail("invalid character class"); return; }
            _at += 2;
            return;
        }
        if (kind == '=')
        {
            _at += 2;
            if (!More) { Fail("brackets ([ ]) not balanced"); return; }
            if (_text[_at] is (byte)'-' or (byte)']') { Fail("invalid collating element"); return; }
            set.Add(CollatingElement('='));
            if (_error == null && !LookingAt("=]")) { Fail("invalid collating element"); return; }
            _at += 2;
            return;
        }
        byte low = BracketSymbol();
        byte high = low;
        if (_error == null && More && _text[_at] == '-' && _at + 1 < _length && _text[_at + 1] != ']')
        {
            _at++;
            if (_text[_at] == '-')
            {
                _at++;
                high = (byte)'-';
            }
            else high = BracketSymbol();
        }
        if (_error != null) return;
        if (low > high)
        {
            Fail("invalid character range");
            return;
        }
        for (int b = low; b <= high; b++) set.Add((byte)b);
    }

    private byte BracketSymbol()
    {
        if (!More)
        {
            Fail("brackets ([ ]) not balanced");
            return 0;
        }
        if (!LookingAt("[.")) return _text[_at++];
        _at += 2;
        byte value = CollatingElement('.');
        if (_error == null && !LookingAt(".]")) Fail("invalid collating element");
        else _at += 2;
        return value;
    }

    private byte CollatingElement(char end)
    {
        int start = _at;
        while (More && !(_text[_at] == end && _at + 1 < _length && _text[_at + 1] == ']')) _at++;
        if (!More)
        {
            Fail("brackets ([ ]) not balanced");
            return 0;
        }
        if (_at - start == 1) return _text[start];
        string name = System.Text.Encoding.ASCII.GetString(_text, start, _at - start);
        switch (name)
        {
            case "tab": return (byte)'\t';
            case "newline": return (byte)'\n';
            case "space": return (byte)' ';
            case "hyphen" or "hyphen-minus": return (byte)'-';
            case "left-square-bracket": return (byte)'[';
            case "right-square-bracket": return (byte)']';
            case "period" or "full-stop": return (byte)'.';
            case "slash" or "solidus": return (byte)'/';
            case "backslash" or "reverse-solidus": return (byte)'\\';
            case "circumflex" or "circumflex-accent": return (byte)'^';
        }
        Fail("invalid collating element");
        return 0;
    }

    private static bool AddClass(ref ByteSet set, string name)
    {
        for (int i = 0; i < 128; i++)
        {
            char c = (char)i;
            bool member;
            switch (name)
            {
                case "alnum": member = char.IsAsciiLetterOrDigit(c); break;
                case "alpha": member = char.IsAsciiLetter(c); break;
                case "blank": member = c is ' ' or '\t'; break;
                case "cntrl": member = i < 32 || i == 127; break;
                case "digit": member = char.IsAsciiDigit(c); break;
                case "graph": member = i is > 32 and < 127; break;
                case "lower": member = char.IsAsciiLetterLower(c); break;
                case "print": member = i is >= 32 and < 127; break;
                case "punct": member = i is > 32 and < 127 && !char.IsAsciiLetterOrDigit(c); break;
                case "space": member = c is ' ' or '\t' or '\n' or '\v' or '\f' or '\r'; break;
                case "upper": member = char.IsAsciiLetterUpper(c); break;
                case "xdigit": member = char.IsAsciiHexDigit(c); break;
                default: return false;
            }
            if (member) set.Add((byte)i);
        }
        return true;
    }

    private void EmitNode(int node)
    {
        if (_program.IsTooLong) return;
        EreProgram p = _program;
        switch (_kind[node])
        {
            case Kind.Byte: p.Emit(EreOp.Byte, _x[node]); break;
            case Kind.Set: p.Emit(EreOp.Set, _x[node]); break;
            case Kind.NotNewline: p.Emit(EreOp.NotNewline); break;
            case Kind.LineStart: p.Emit(EreOp.LineStart); break;
            case Kind.LineEnd: p.Emit(EreOp.LineEnd); break;
            case Kind.WordStart: p.Emit(EreOp.WordStart); break;
            case Kind.WordEnd: p.Emit(EreOp.WordEnd); break;
            case Kind.Sequence:
                for (int item = _child[node]; item >= 0; item = _next[item]) EmitNode(item);
                break;
            case Kind.Choice:
                {
                    int last = p.Emit(EreOp.ChoiceStart), start = last;
                    for (int branch = _child[node]; branch >= 0; branch = _next[branch])
                    {
                        EmitNode(branch);
                        if (_next[branch] < 0) break;
                        int next = p.Emit(EreOp.ChoiceNext);
                        p.A[last] = next;
                        last = next;
                    }
                    CloseChoice(start, last);
                    break;
                }
            case Kind.Group:
                p.Emit(EreOp.GroupStart, _x[node]);
                EmitNode(_child[node]);
                p.Emit(EreOp.GroupEnd, _x[node]);
                break;
            case Kind.Backref:
                {
                    // The automaton lets the reference match whatever the group could match; the exact text is compared afterwards.
                    int start = p.Emit(EreOp.BackrefStart, 0, _x[node]);
                    EmitNode(_child[_child[node]]);
                    int end = p.Emit(EreOp.BackrefEnd);
                    p.A[start] = end;
                    break;
                }
            case Kind.Repeat:
                EmitRepeat(_child[node], _x[node], _y[node]);
                break;
        }
    }

    private void EmitRepeat(int child, int min, int max)
    {
        EreProgram p = _program;
        if (max == 0) return;
        if (min == 0 && max == Unbounded)
        {
            int optional = p.Emit(EreOp.OptionalStart);
            EmitRepeat(child, 1, Unbounded);
            // In two steps: emitting may put another array in the place of A.
            int closing = p.Emit(EreOp.OptionalEnd);
            p.A[optional] = closing;
            return;
        }
        if (min == 0)
        {
            int choice = p.Emit(EreOp.ChoiceStart);
            EmitRepeat(child, 1, max);
            int empty = p.Emit(EreOp.ChoiceNext);
            p.A[choice] = empty;
            CloseChoice(choice, empty);
            return;
        }
        for (; min > 1 && !p.IsTooLong; min--)
        {
            EmitNode(child);
            if (max != Unbounded) max--;
        }
        if (max == Unbounded)
        {
            int start = p.Emit(EreOp.RepeatStart);
            EmitNode(child);
            int end = p.Emit(EreOp.RepeatEnd, start);
            p.A[start] = end;
            return;
        }
        for (; max > 1 && !p.IsTooLong; max--)
        {
            int choice = p.Emit(EreOp.ChoiceStart);
            EmitNode(child);
            int empty = p.Emit(EreOp.ChoiceNext);
            p.A[choice] = empty;
            CloseChoice(choice, empty);
        }
        EmitNode(child);
    }

    private void CloseChoice(int start, int last)
    {
        EreProgram p = _program;
        int end = p.Emit(EreOp.ChoiceEnd);
        p.A[last] = end;
        for (int at = start; at != end; at = p.A[at]) p.B[at] = end;
    }

    private struct ByteSet
    {
        public ulong S0, S1, S2, S3;

        public readonly bool Has(byte c) => (Word(c >> 6) >> (c & 63) & 1) != 0;

        private readonly ulong Word(int i) => i switch { 0 => S0, 1 => S1, 2 => S2, _ => S3 };

        public void Add(byte c)
        {
            ulong bit = 1UL << (c & 63);
            switch (c >> 6)
            {
                case 0: S0 |= bit; break;
                case 1: S1 |= bit; break;
                case 2: S2 |= bit; break;
                default: S3 |= bit; break;
            }
        }

        public void Remove(byte c)
        {
            if (c < 64) S0 &= ~(1UL << c);
        }

        public void Invert()
        {
            S0 = ~S0;
            S1 = ~S1;
            S2 = ~S2;
            S3 = ~S3;
        }
    }
}
