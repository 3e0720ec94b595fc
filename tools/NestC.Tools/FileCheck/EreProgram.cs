namespace NestC.Tools.FileCheck;

/// <summary>The instructions of a compiled POSIX extended regular expression; brackets of structure stay visible so that groups can be located.</summary>
internal enum EreOp : byte
{
    Byte, Set, NotNewline,
    LineStart, LineEnd, WordStart, WordEnd,
    GroupStart, GroupEnd,
    OptionalStart, OptionalEnd,
    RepeatStart, RepeatEnd,
    ChoiceStart, ChoiceNext, ChoiceEnd,
    BackrefStart, BackrefEnd,
}

/// <summary>A compiled POSIX extended regular expression over bytes, in the dialect of LLVM's regex library (newline mode); reusable storage.</summary>
internal sealed class EreProgram
{
    private const int MaxLength = 1 << 20;

    internal EreOp[] Op = new EreOp[64];
    internal int[] A = new int[64];
    internal int[] B = new int[64];
    internal ulong[] Sets = new ulong[16];
    internal int Length;
    internal int SetCount;
    internal int GroupCount;
    internal bool HasBackrefs;
    internal bool HasAssertions;

    /// <summary>The literal bytes that every match starts with, or none.</summary>
    internal byte[] Prefix = new byte[64];
    internal int PrefixLength;

    /// <summary>The bytes a match may start with, as a bit set; meaningless when <see cref="CanStartAnywhere"/> is set.</summary>
    internal readonly ulong[] First = new ulong[4];
    internal bool CanStartAnywhere;

    private readonly EreParser _parser = new();

    /// <summary>Compiles a pattern; returns null, or what is wrong with it in the words of the POSIX error table.</summary>
    public string? Compile(ReadOnlySpan<byte> pattern, bool ignoreCase)
    {
        Length = SetCount = GroupCount = PrefixLength = 0;
        HasBackrefs = HasAssertions = false;
        string? error = _parser.Parse(pattern, ignoreCase, this);
        if (error != null) return error;
        FindStart();
        return null;
    }

    internal int Emit(EreOp op, int a = 0, int b = 0)
    {
        if (Length == Op.Length)
        {
            Array.Resize(ref Op, Length * 2);
            Array.Resize(ref A, Length * 2);
            Array.Resize(ref B, Length * 2);
        }
        HasAssertions |= op is >= EreOp.LineStart and <= EreOp.WordEnd;
        Op[Length] = op;
        A[Length] = a;
        B[Length] = b;
        return Length++;
    }

    internal bool IsTooLong => Length > MaxLength;

    internal int AddSet(ulong s0, ulong s1, ulong s2, ulong s3)
    {
        if ((SetCount + 1) * 4 > Sets.Length) Array.Resize(ref Sets, Sets.Length * 2);
        int at = SetCount * 4;
        Sets[at] = s0;
        Sets[at + 1] = s1;
        Sets[at + 2] = s2;
        Sets[at + 3] = s3;
        return SetCount++;
    }

    /// <summary>The index just after the element that starts at an instruction: structures are stepped over whole.</summary>
    internal int ElementEnd(int pc) => Op[pc] switch
    {
        EreOp.OptionalStart or EreOp.RepeatStart or EreOp.BackrefStart => A[pc] + 1,
        EreOp.ChoiceStart => B[pc] + 1,
        _ => pc + 1,
    };

    /// <summary>Tests whether an instruction that consumes a byte accepts this one.</summary>
    internal bool Accepts(int pc, byte c) => Op[pc] switch
    {
        EreOp.Byte => A[pc] == c,
        EreOp.Set => (Sets[A[pc] * 4 + (c >> 6)] >> (c & 63) & 1) != 0,
        _ => c != (byte)'\n',
    };

    private void FindStart()
    {
        int pc = 0;
        while (pc < Length)
        {
            EreOp op = Op[pc];
            if (op == EreOp.Byte)
            {
                if (PrefixLength == Prefix.Length) Array.Resize(ref Prefix, Prefix.Length * 2);
                Prefix[PrefixLength++] = (byte)A[pc++];
            }
            else if (op is EreOp.GroupStart or EreOp.GroupEnd) pc++;
            else break;
        }
        Array.Clear(First);
        CanStartAnywhere = false;
        if (PrefixLength == 0) CanStartAnywhere = !CollectFirst(0, Length);
    }

    /// <summary>Adds the first bytes of the range to <see cref="First"/>; returns false when the range can match nothing at all.</summary>
    private bool CollectFirst(int pc, int end)
    {
        while (pc < end)
        {
            switch (Op[pc])
            {
                case EreOp.Byte:
                    First[A[pc] >> 6] |= 1UL << (A[pc] & 63);
                    return true;
                case EreOp.Set:
                    for (int i = 0; i < 4; i++) First[i] |= Sets[A[pc] * 4 + i];
                    return true;
                case EreOp.NotNewline:
                    for (int i = 0; i < 4; i++) First[i] = ulong.MaxValue;
                    return true;
                case EreOp.OptionalStart:
                    CollectFirst(pc + 1, A[pc]);
                    break;
                case EreOp.RepeatStart:
                    if (CollectFirst(pc + 1, A[pc])) return true;
                    break;
                case EreOp.ChoiceStart:
                    {
                        bool all = true;
                        int branch = pc;
                        while (Op[branch] != EreOp.ChoiceEnd)
                        {
                            int next = A[branch];
                            all &= CollectFirst(branch + 1, next);
                            branch = next;
                        }
                        if (all) return true;
                        break;
                    }
                case EreOp.LineStart or EreOp.LineEnd or EreOp.WordStart or EreOp.WordEnd:
                    return false;
                case EreOp.BackrefStart:
                    return false;
            }
            pc = ElementEnd(pc);
        }
        return false;
    }
}
