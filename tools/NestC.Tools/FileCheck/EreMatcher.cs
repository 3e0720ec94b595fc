using System.Runtime.CompilerServices;

namespace NestC.Tools.FileCheck;

/// <summary>Finds the leftmost, then longest match of an <see cref="EreProgram"/> in time linear in the text (patterns with backreferences excepted), and locates its groups.</summary>
internal sealed class EreMatcher
{
    private EreProgram _program = null!;
    private byte[] _text = [];
    private int _regionStart;
    private int _regionEnd;

    private int[] _current = new int[64];
    private int[] _currentOrigin = new int[64];
    private int[] _next = new int[64];
    private int[] _nextOrigin = new int[64];
    private int[] _seen = new int[64];
    private int[] _stack = new int[64];
    private int _generation;
    private int _count;
    private bool _accepted;

    private int[] _passes = [];
    private int[] _ends = new int[64];
    private int _endCount;
    private int _lastGroupEnd;

    /// <summary>Offsets of each group in the text: start at 2n, end at 2n + 1, -1 when it took no part.</summary>
    public int[] Groups = new int[32];

    /// <summary>Start of the last match.</summary>
    public int Start;

    /// <summary>End of the last match.</summary>
    public int End;

    /// <summary>Searches a region; line anchors also match at its two ends. Groups are located only when asked for.</summary>
    public bool Search(EreProgram program, byte[] text, int regionStart, int regionEnd, bool wantGroups)
    {
        _program = program;
        _text = text;
        _regionStart = regionStart;
        _regionEnd = regionEnd;
        int length = program.Length + 1;
        if (_seen.Length < length)
        {
            int size = Math.Max(length, _seen.Length * 2);
            _seen = new int[size];
            _generation = 0;
            _current = new int[size];
            _currentOrigin = new int[size];
            _next = new int[size];
            _nextOrigin = new int[size];
            _stack = new int[size * 2];
        }
        if (_stack.Length < length * 2) _stack = new int[length * 2];
        int groupSlots = 2 * (program.GroupCount + 1);
        if (Groups.Length < groupSlots) Groups = new int[groupSlots * 2];

        int from = regionStart;
        while (true)
        {
            if (!Find(from)) return false;
            if (!program.HasBackrefs)
            {
                if (wantGroups)
                {
                    Array.Fill(Groups, -1, 0, groupSlots);
                    _lastGroupEnd = length;
                    for (int pc = program.Length - 1; pc >= 0; pc--)
                    {
                        if (program.Op[pc] != EreOp.GroupEnd) continue;
                        _lastGroupEnd = pc;
                        break;
                    }
                    Locate(0, program.Length, Start, End);
                }
                return true;
            }
            if (FindWithBackrefs(groupSlots)) return true;
            from = Start + 1;
            if (from > regionEnd) return false;
        }
    }

    private bool FindWithBackrefs(int groupSlots)
    {
        int start = Start, endBase = _endCount;
        RunAll(0, _program.Length, start, _regionEnd);
        if (_passes.Length < _program.Length) _passes = new int[_program.Length];
        int endTop = _endCount;
        bool found = false;
        for (int i = endTop - 1; i >= endBase && !found; i--)
        {
            Array.Fill(Groups, -1, 0, groupSlots);
            Array.Fill(_passes, -1);
            if (!Backtrack(0, start, _ends[i])) continue;
            Start = start;
            End = _ends[i];
            found = true;
        }
        _endCount = endBase;
        return found;
    }

    private void NewGeneration()
    {
        if (++_generation == int.MaxValue)
        {
            Array.Clear(_seen);
            _generation = 1;
        }
    }

    private static bool IsWord(byte c) => c == '_' || char.IsAsciiLetterOrDigit((char)c);

    private bool Holds(EreOp op, int at)
    {
        switch (op)
        {
            case EreOp.LineStart:
                return at == _regionStart || _text[at - 1] == '\n';
            case EreOp.LineEnd:
                return at == _regionEnd || _text[at] == '\n';
            case EreOp.WordStart:
                return (at == _regionStart || !IsWord(_text[at - 1])) && at < _regionEnd && IsWord(_text[at]);
            default:
                return at > _regionStart && IsWord(_text[at - 1]) && (at == _regionEnd || !IsWord(_text[at]));
        }
    }

    /// <summary>Adds every consuming instruction reachable from <paramref name="pc"/> without input to the list; reaching <paramref name="end"/> sets the accepted flag.</summary>
    private void Add(int[] list, int[] origins, int pc, int end, int at, int origin)
    {
        EreProgram p = _program;
        int[] stack = _stack, seen = _seen;
        int top = 0;
        while (true)
        {
            if (pc == end)
            {
                if (seen[pc] != _generation)
                {
                    seen[pc] = _generation;
                    _accepted = true;
                }
            }
            else if (seen[pc] != _generation)
            {
                seen[pc] = _generation;
                switch (p.Op[pc])
                {
                    case EreOp.Byte or EreOp.Set or EreOp.NotNewline:
                        list[_count] = pc;
                        origins[_count++] = origin;
                        break;
                    case EreOp.LineStart or EreOp.LineEnd or EreOp.WordStart or EreOp.WordEnd:
                        if (!Holds(p.Op[pc], at)) break;
                        pc++;
                        continue;
                    case EreOp.OptionalStart:
                        stack[top++] = p.A[pc];
                        pc++;
                        continue;
                    case EreOp.RepeatEnd:
                        stack[top++] = pc + 1;
                        pc = p.A[pc] + 1;
                        continue;
                    case EreOp.ChoiceStart:
                        for (int branch = p.A[pc]; p.Op[branch] != EreOp.ChoiceEnd; branch = p.A[branch])
                            stack[top++] = branch + 1;
                        pc++;
                        continue;
                    case EreOp.ChoiceNext:
                        pc = p.B[pc];
                        continue;
                    default:
                        pc++;
                        continue;
                }
            }
            if (top == 0) return;
            pc = stack[--top];
        }
    }

    /// <summary>Finds the leftmost start and its longest end; backreferences may match too much here.</summary>
    private bool Find(int from)
    {
        EreProgram p = _program;
        byte[] text = _text;
        int regionEnd = _regionEnd, end = p.Length;
        int bestStart = -1, bestEnd = -1;
        int count = 0, previousCount = 0;
        int candidate = NextCandidate(from);
        if (candidate < 0) return false;
        int at = candidate;
        while (true)
        {
            // `_current` holds the threads alive at `at`, oldest origin first.
            NewGeneration();
            int[] next = _next, nextOrigin = _nextOrigin;
            int[] current = _current, currentOrigin = _currentOrigin;
            _count = 0;
            if (at > from && count > 0)
            {
                byte c = text[at - 1];
                for (int i = 0; i < count; i++)
                {
                    int origin = currentOrigin[i];
                    if (bestStart >= 0 && origin > bestStart) break;
                    int pc = current[i];
                    EreOp op = p.Op[pc];
                    if (op == EreOp.Byte ? p.A[pc] != c : !p.Accepts(pc, c)) continue;
                    if (++pc < end && p.Op[pc] <= EreOp.NotNewline)
                    {
                        if (_seen[pc] == _generation) continue;
                        _seen[pc] = _generation;
                        next[_count] = pc;
                        nextOrigin[_count++] = origin;
                        continue;
                    }
                    _accepted = false;
                    Add(next, nextOrigin, pc, end, at, origin);
                    if (!_accepted) continue;
                    bestStart = origin;
                    bestEnd = at;
                }
            }
            if (bestStart < 0 && at == candidate)
            {
                _accepted = false;
                Add(next, nextOrigin, 0, end, at, at);
                if (_accepted)
                {
                    bestStart = at;
                    bestEnd = at;
                }
                candidate = at < regionEnd ? NextCandidate(at + 1) : -1;
            }
            count = _count;
            _current = next;
            _currentOrigin = nextOrigin;
            _next = current;
            _nextOrigin = currentOrigin;
            if (count == 0)
            {
                if (bestStart >= 0) break;
                if (candidate < 0) return false;
                at = candidate;
                previousCount = 0;
                continue;
            }
            if (at == regionEnd) break;
            at++;
            if (count <= 4 && at < regionEnd && !p.HasAssertions && bestStart < 0 && count == previousCount)
                at = SkipAhead(at, candidate < 0 ? regionEnd : candidate, count);
            previousCount = count;
        }
        if (bestStart < 0) return false;
        Start = bestStart;
        End = bestEnd;
        return true;
    }

    /// <summary>When the last byte left the threads as they were, so will every byte that none of them looks for: returns the position of the next one that matters.</summary>
    private int SkipAhead(int at, int limit, int count)
    {
        // `_current` holds the threads after the byte at `at - 2`, `_next` those before it; the byte at `at - 1` comes next.
        EreProgram p = _program;
        byte consumed = _text[at - 2];
        byte first = (byte)'\n', second = (byte)'\n';
        int literals = 0;
        for (int i = 0; i < count; i++)
        {
            int pc = _current[i];
            if (pc != _next[i] || _currentOrigin[i] != _nextOrigin[i]) return at;
            if (p.Op[pc] == EreOp.NotNewline) continue;
            if (p.Op[pc] != EreOp.Byte || p.A[pc] == consumed) return at;
            if (literals++ == 0) first = (byte)p.A[pc];
            else if (literals == 2) second = (byte)p.A[pc];
            else return at;
        }
        if (consumed == '\n') return at;
        int length = limit - (at - 1);
        if (length <= 0) return at;
        int found = _text.AsSpan(at - 1, length).IndexOfAny(first, second, (byte)'\n');
        return found < 0 ? limit : at + found;
    }

    private int NextCandidate(int from)
    {
        EreProgram p = _program;
        if (p.PrefixLength > 0)
        {
            int found = _text.AsSpan(from, _regionEnd - from).IndexOf(p.Prefix.AsSpan(0, p.PrefixLength));
            return found < 0 ? -1 : from + found;
        }
        if (p.CanStartAnywhere) return from;
        ulong[] first = p.First;
        byte[] text = _text;
        for (int i = from; i < _regionEnd; i++)
            if ((first[text[i] >> 6] >> (text[i] & 63) & 1) != 0) return i;
        return -1;
    }

    /// <summary>Pushes every end at which the instructions [pc, end) can match from <paramref name="start"/>, in ascending order, onto the list of ends.</summary>
    private void RunAll(int pc, int end, int start, int stop)
    {
        NewGeneration();
        _count = 0;
        _accepted = false;
        Add(_current, _currentOrigin, pc, end, start, start);
        int count = _count;
        if (_accepted) PushEnd(start);
        for (int at = start; at < stop && count > 0; at++)
        {
            NewGeneration();
            _count = 0;
            _accepted = false;
            byte c = _text[at];
            for (int i = 0; i < count; i++)
            {
                int from = _current[i];
                if (!_program.Accepts(from, c)) continue;
                if (++from < end && _program.Op[from] <= EreOp.NotNewline)
                {
                    if (_seen[from] == _generation) continue;
                    _seen[from] = _generation;
                    _next[_count++] = from;
                }
                else Add(_next, _nextOrigin, from, end, at + 1, start);
            }
            count = _count;
            (_current, _next) = (_next, _current);
            if (_accepted) PushEnd(at + 1);
        }
    }

    private void PushEnd(int end)
    {
        if (_endCount == _ends.Length) Array.Resize(ref _ends, _ends.Length * 2);
        _ends[_endCount++] = end;
    }

    private bool MatchesExactly(int pc, int end, int start, int stop)
    {
        // A literal start decides most calls without the automaton.
        for (; pc < end; pc++)
        {
            EreOp op = _program.Op[pc];
            if (op == EreOp.Byte)
            {
                if (start == stop || _text[start] != _program.A[pc]) return false;
                start++;
            }
            else if (op is not (EreOp.GroupStart or EreOp.GroupEnd)) break;
        }
        if (pc == end) return start == stop;
        int saved = _endCount;
        RunAll(pc, end, start, stop);
        bool matches = _endCount > saved && _ends[_endCount - 1] == stop;
        _endCount = saved;
        return matches;
    }

    /// <summary>Locates the groups of the instructions [pc, end), which are known to match [at, stop): each element in turn takes as much as the rest allows.</summary>
    private void Locate(int pc, int end, int at, int stop)
    {
        EreProgram p = _program;
        while (pc < end)
        {
            int after = p.ElementEnd(pc);
            switch (p.Op[pc])
            {
                case EreOp.Byte or EreOp.Set or EreOp.NotNewline:
                    at++;
                    break;
                case EreOp.GroupStart:
                    Groups[2 * p.A[pc]] = at;
                    break;
                case EreOp.GroupEnd:
                    Groups[2 * p.A[pc] + 1] = at;
                    break;
                case EreOp.OptionalStart or EreOp.RepeatStart or EreOp.ChoiceStart:
                    {
                        int rest = LongestThatFits(pc, after, end, at, stop);
                        if (HasGroup(pc, after)) LocateInside(pc, at, rest);
                        at = rest;
                        break;
                    }
            }
            if (pc >= _lastGroupEnd) return;
            pc = after;
        }
    }

    private bool HasGroup(int pc, int end)
    {
        for (; pc < end; pc++)
            if (_program.Op[pc] == EreOp.GroupStart) return true;
        return false;
    }

    private int LongestThatFits(int pc, int after, int end, int at, int stop)
    {
        int saved = _endCount;
        if (SingleByteLoop(pc, out int body, out int least)) RunLoop(body, least, at, stop);
        else RunAll(pc, after, at, stop);
        int result = at;
        // What follows is mostly a literal: looking at one byte avoids most runs of the automaton.
        int peek = after;
        while (peek < end && _program.Op[peek] is EreOp.GroupStart or EreOp.GroupEnd) peek++;
        bool literal = peek < end && _program.Op[peek] is EreOp.Byte or EreOp.Set or EreOp.NotNewline;
        for (int i = _endCount - 1; i >= saved; i--)
        {
            int rest = _ends[i];
            if (literal && (rest >= stop || !_program.Accepts(peek, _text[rest]))) continue;
            if (peek == end ? rest != stop : !MatchesExactly(after, end, rest, stop)) continue;
            result = rest;
            break;
        }
        _endCount = saved;
        return result;
    }

    /// <summary>Recognizes the repetition of one byte: `x*` or `x+`.</summary>
    private bool SingleByteLoop(int pc, out int body, out int least)
    {
        EreProgram p = _program;
        least = 1;
        if (p.Op[pc] == EreOp.OptionalStart)
        {
            least = 0;
            pc++;
        }
        body = pc + 1;
        return p.Op[pc] == EreOp.RepeatStart && p.A[pc] == pc + 2 && p.Op[body] <= EreOp.NotNewline;
    }

    private void RunLoop(int body, int least, int at, int stop)
    {
        int end = at;
        if (_program.Op[body] == EreOp.NotNewline)
        {
            int newline = _text.AsSpan(at, stop - at).IndexOf((byte)'\n');
            end = newline < 0 ? stop : at + newline;
        }
        else
        {
            while (end < stop && _program.Accepts(body, _text[end])) end++;
        }
        for (int i = at + least; i <= end; i++) PushEnd(i);
    }

    private void LocateInside(int pc, int at, int rest)
    {
        EreProgram p = _program;
        switch (p.Op[pc])
        {
            case EreOp.OptionalStart:
                if (MatchesExactly(pc + 1, p.A[pc], at, rest)) Locate(pc + 1, p.A[pc], at, rest);
                break;
            case EreOp.RepeatStart:
                {
                    int previous = at, position = at;
                    while (true)
                    {
                        int saved = _endCount;
                        RunAll(pc + 1, p.A[pc], position, rest);
                        int longest = _endCount > saved ? _ends[_endCount - 1] : -1;
                        _endCount = saved;
                        if (longest == position) break;
                        if (longest < 0)
                        {
                            position = previous;
                            break;
                        }
                        previous = position;
                        position = longest;
                    }
                    if (position < rest || MatchesExactly(pc + 1, p.A[pc], position, rest)) Locate(pc + 1, p.A[pc], position, rest);
                    break;
                }
            default:
                for (int branch = pc; p.Op[branch] != EreOp.ChoiceEnd; branch = p.A[branch])
                {
                    if (!MatchesExactly(branch + 1, p.A[branch], at, rest)) continue;
                    Locate(branch + 1, p.A[branch], at, rest);
                    break;
                }
                break;
        }
    }

    /// <summary>Matches with backreferences by backtracking; the match must end exactly at <paramref name="stop"/>.</summary>
    private bool Backtrack(int pc, int at, int stop)
    {
        // A pattern that nests this deep is not one a test contains; giving up counts as no match.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) return false;
        EreProgram p = _program;
        while (pc < p.Length)
        {
            switch (p.Op[pc])
            {
                case EreOp.Byte or EreOp.Set or EreOp.NotNewline:
                    if (at == stop || !p.Accepts(pc, _text[at])) return false;
                    at++;
                    pc++;
                    break;
                case EreOp.LineStart or EreOp.LineEnd or EreOp.WordStart or EreOp.WordEnd:
                    if (!Holds(p.Op[pc], at)) return false;
                    pc++;
                    break;
                case EreOp.BackrefStart:
                    {
                        int start = Groups[2 * p.B[pc]], end = Groups[2 * p.B[pc] + 1];
                        int length = end - start;
                        if (end < 0 || length > stop - at) return false;
                        if (!_text.AsSpan(start, length).SequenceEqual(_text.AsSpan(at, length))) return false;
                        at += length;
                        pc = p.A[pc] + 1;
                        break;
                    }
                case EreOp.OptionalStart:
                    if (SingleByteLoop(pc, out int body, out _)) return BacktrackRun(body, 0, p.A[pc] + 1, at, stop);
                    if (Backtrack(pc + 1, at, stop)) return true;
                    pc = p.A[pc] + 1;
                    break;
                case EreOp.RepeatStart:
                    if (SingleByteLoop(pc, out int repeated, out _)) return BacktrackRun(repeated, 1, p.A[pc] + 1, at, stop);
                    return Pass(pc, at, stop);
                case EreOp.RepeatEnd:
                    // A pass that matched nothing ends the repetition.
                    if (at != _passes[p.A[pc]] && Pass(p.A[pc], at, stop)) return true;
                    pc++;
                    break;
                case EreOp.ChoiceStart:
                    for (int branch = pc; p.Op[branch] != EreOp.ChoiceEnd; branch = p.A[branch])
                        if (Backtrack(branch + 1, at, stop)) return true;
                    return false;
                case EreOp.ChoiceNext:
                    pc = p.B[pc];
                    break;
                case EreOp.GroupStart or EreOp.GroupEnd:
                    {
                        int slot = 2 * p.A[pc] + (p.Op[pc] == EreOp.GroupEnd ? 1 : 0), saved = Groups[slot];
                        Groups[slot] = at;
                        if (Backtrack(pc + 1, at, stop)) return true;
                        Groups[slot] = saved;
                        return false;
                    }
                default:
                    pc++;
                    break;
            }
        }
        return at == stop;
    }

    /// <summary>One more pass of the repetition that starts at <paramref name="pc"/>, remembering where it began.</summary>
    private bool Pass(int pc, int at, int stop)
    {
        int saved = _passes[pc];
        _passes[pc] = at;
        if (Backtrack(pc + 1, at, stop)) return true;
        _passes[pc] = saved;
        return false;
    }

    private bool BacktrackRun(int pc, int min, int after, int at, int stop)
    {
        int end = at;
        while (end < stop && _program.Accepts(pc, _text[end])) end++;
        for (; end - at >= min; end--)
            if (Backtrack(after, end, stop)) return true;
        return false;
    }
}
