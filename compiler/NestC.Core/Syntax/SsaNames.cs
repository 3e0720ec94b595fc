using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>
/// Numbers and names the values and blocks of a region as mlir-opt does: all values of a region first, in order; the regions
/// nested in it go on from there, each sibling from the same number. Numbers live in the operations' scratch fields.
/// </summary>
internal sealed class SsaNames(PrintOptions options) : ValueNames
{
    private sealed class UsedName(byte[] text)
    {
        public readonly byte[] Text = text;
        public bool IsUsed;
    }

    internal struct State
    {
        public int Value, Argument, Conflict, Used;
    }

    private const int Unnumbered = int.MinValue;
    private State state;
    private readonly Utf8Map<UsedName> names = new();
    private Vec<UsedName> used;
    private Vec<UsedName> byScratch;                    // names of first results and first arguments: scratch is -2 - index
    private ValueMap<UsedName>? others;                 // names of further results and arguments
    private ValueMap<int[]>? groups;                    // starts of result groups, for operations with several

    // In generic form, and when asked, numbers are never used twice: all regions are numbered beforehand, the last one first
    // (upstream keeps the regions that wait on a stack).
    private readonly bool unique = options.Generic || options.UniqueSsaIds;
    private Vec<Pending> pending;

    private struct Pending
    {
        public Region Region;
        public int Used;
    }

    public State Enter() => state;

    /// <summary>Numbers a region that is about to be printed, unless that was done beforehand.</summary>
    public void EnterRegion(Region region)
    {
        if (!unique) NumberRegion(region);
    }

    public void Leave(State outer)
    {
        if (unique) return;
        Release(outer.Used);
        state = outer;
    }

    private void Release(int mark)
    {
        for (int i = mark; i < used.Count; i++) used[i].IsUsed = false;
        used.Truncate(mark);
        state.Used = mark;
    }

    /// <summary>Numbers the operation that is printed at the top, and what is in it where numbers are unique.</summary>
    public void NumberTop(Operation op)
    {
        // Unless numbers are unique, those of the regions start again from the first.
        int first = state.Value;
        Number(op);
        if (unique) NumberNested(op);
        else state.Value = first;
        if (options.ValueUsers && !unique) NumberAhead(op);
    }

    // Comments name users that are printed later: every region gets the numbers now that it will get again when it is printed.
    private void NumberAhead(Operation op)
    {
        if (AsmParser.StackIsShort)
        {
            NumberAheadOnFreshStack(op);
            return;
        }
        foreach (Region region in op.Regions)
        {
            State outer = Enter();
            EnterRegion(region);
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next) NumberAhead(inner);
            Leave(outer);
        }
    }

    private void NumberAheadOnFreshStack(Operation op) => AsmParser.OnFreshStack(() =>
    {
        NumberAhead(op);
        return true;
    });

    /// <summary>Numbers all regions below an operation.</summary>
    public void NumberNested(Operation op)
    {
        if (!unique) return;
        foreach (Region region in op.Regions) pending.Add(new Pending { Region = region });
        while (!pending.IsEmpty)
        {
            Pending at = pending.Pop();
            Release(at.Used);
            int first = pending.Count;
            NumberRegion(at.Region);
            for (int i = first; i < pending.Count; i++) pending[i].Used = used.Count;
        }
    }

    public void NumberRegion(Region region)
    {
        bool named = !options.Generic;
        if (named && region.Parent is IAsmNames parent)
        {
            foreach (Block block in region.Blocks) block.ArgumentScratch = Unnumbered;
            parent.NameBlockArguments(region, this);
        }
        int nextBlock = 0;
        foreach (Block block in region.Blocks)
        {
            block.Scratch = nextBlock++;
            NumberArguments(block, named, region.First == block);
            for (Operation? op = block.First; op is not null; op = op.Next)
            {
                Number(op);
                if (!unique || op.RegionCount == 0) continue;
                foreach (Region nested in op.Regions) pending.Add(new Pending { Region = nested });
            }
        }
        state.Used = used.Count;
    }

    private void NumberArguments(Block block, bool named, bool isEntry)
    {
        int count = block.ArgumentCount;
        if (count == 0) return;
        if (!named)
        {
            // Generic form: %argN never conflicts with anything, so a number is enough.
            if (isEntry)
            {
                block.ArgumentScratch = -2 - state.Argument;
                state.Argument += count;
            }
            else
            {
                block.ArgumentScratch = state.Value;
                state.Value += count;
            }
            return;
        }
        bool anyNamed = false;
        if (others is not null && block.ArgumentScratch == Unnumbered)
            for (int i = 0; i < count && !anyNamed; i++) anyNamed = others.TryGet(block.ArgumentAt(i), out _);
        if (!isEntry && !anyNamed)
        {
            block.ArgumentScratch = state.Value;
            state.Value += count;
            return;
        }
        block.ArgumentScratch = Unnumbered;
        others ??= new ValueMap<UsedName>();
        for (int i = 0; i < count; i++)
        {
            Value argument = block.ArgumentAt(i);
            if (anyNamed && others.TryGet(argument, out _)) continue;
            UsedName name = isEntry ? Unique(ArgumentName(state.Argument++)) : Numbered(state.Value++);
            others.Set(argument, name);
        }
    }

    private readonly Utf8Writer scratch = new();
    private readonly Utf8Writer clean = new();

    private ReadOnlySpan<byte> ArgumentName(int number)
    {
        scratch.Clear();
        scratch.Write("arg"u8);
        scratch.Write((long)number);
        return scratch.Written;
    }

    private UsedName Numbered(int number)
    {
        scratch.Clear();
        scratch.Write((long)number);
        return new UsedName(scratch.Written.ToArray());
    }

    private void Number(Operation op)
    {
        int results = op.ResultCount;
        if (options.Generic)
        {
            if (results > 0 || options.ValueUsers) op.Scratch = state.Value++;
            return;
        }
        op.Scratch = Unnumbered;
        if (op.Info.IsNamed) ((IAsmNames)op).NameResults(this);
        if (results == 0)
        {
            if (options.ValueUsers) op.Scratch = state.Value++;
            return;
        }
        if (op.Scratch == Unnumbered) op.Scratch = state.Value++;
    }

    /// <summary>Names a result (starting a result group when it is not the first) or an argument.</summary>
    public override void Name(Value value, ReadOnlySpan<byte> name)
    {
        if (value.IsBlockArgument)
        {
            (others ??= new ValueMap<UsedName>()).Set(value, name.IsEmpty ? Numbered(state.Value++) : Unique(name));
            return;
        }
        Operation op = value.DefiningOp!;
        if (value.Number == 0)
        {
            if (name.IsEmpty) op.Scratch = state.Value++;
            else
            {
                op.Scratch = -2 - byScratch.Count;
                byScratch.Add(Unique(name));
            }
            return;
        }
        if (op.Scratch == Unnumbered) op.Scratch = state.Value++;
        (others ??= new ValueMap<UsedName>()).Set(value, name.IsEmpty ? Numbered(state.Value++) : Unique(name));
        groups ??= new ValueMap<int[]>();
        Value first = op.Result(0);
        int[] starts = groups.TryGet(first, out int[]? known) ? [.. known!, value.Number] : [0, value.Number];
        groups.Set(first, starts);
    }

    private UsedName Unique(ReadOnlySpan<byte> wanted)
    {
        clean.Clear();
        Sanitize(wanted, clean);
        UsedName name = Known(clean.Written);
        if (name.IsUsed)
        {
            clean.Write('_');
            int length = clean.Position;
            do
            {
                clean.Truncate(length);
                clean.Write((long)state.Conflict++);
                name = Known(clean.Written);
            }
            while (name.IsUsed);
        }
        name.IsUsed = true;
        used.Add(name);
        return name;
    }

    private UsedName Known(ReadOnlySpan<byte> text) => names.GetOrAdd(text, 0, static (key, _) => new UsedName(key));

    // A name as the parser reads it back: what is not a letter, digit or one of `$._-` becomes `_`, and a leading digit gets one.
    private static void Sanitize(ReadOnlySpan<byte> name, Utf8Writer into)
    {
        if (AsciiChar.IsDigit(name[0]))
        {
            into.Write('_');
        }
        foreach (byte c in name)
        {
            if (AsciiChar.IsSuffixBody(c)) into.Write(c);
            else if (c == ' ') into.Write('_');
            else into.WriteHex2(c);
        }
        if (AsciiChar.IsDigit(name[^1]) && !AsciiChar.IsNameStart(name[0])) into.Write('_');
    }

    /// <summary>Writes `%5`, `%arg0`, `%c0_i32`, and `#1` for a further result when asked.</summary>
    public void Write(Utf8Writer output, Value value, bool withNumber)
    {
        if (value.IsNull)
        {
            output.Write("<<NULL VALUE>>"u8);
            return;
        }
        output.Write('%');
        if (value.IsBlockArgument)
        {
            int first = value.ArgumentBlock!.ArgumentScratch;
            if (first == Unnumbered) output.Write(others is not null && others.TryGet(value, out UsedName? name) ? name!.Text : "<<UNKNOWN SSA VALUE>>"u8);
            else if (first < 0)
            {
                output.Write("arg"u8);
                output.Write((long)(-2 - first + value.Number));
            }
            else output.Write((long)(first + value.Number));
            return;
        }
        Operation op = value.DefiningOp!;
        int groupStart = 0, groupEnd = op.ResultCount;
        if (groups is not null && groups.TryGet(op.Result(0), out int[]? starts))
        {
            foreach (int start in starts!)
                if (start <= value.Number) groupStart = start;
                else
                {
                    groupEnd = start;
                    break;
                }
        }
        if (groupStart > 0) output.Write(others!.TryGet(op.Result(groupStart), out UsedName? name) ? name!.Text : default);
        else if (op.Scratch >= 0) output.Write((long)op.Scratch);
        else if (op.Scratch != Unnumbered) output.Write(byScratch[-2 - op.Scratch].Text);
        else output.Write("<<UNKNOWN SSA VALUE>>"u8);
        if (withNumber && groupEnd - groupStart > 1)
        {
            output.Write('#');
            output.Write((long)(value.Number - groupStart));
        }
    }

    /// <summary>Starts of the result groups of an operation (0 first); null when all results are one group.</summary>
    public int[]? Groups(Operation op) => groups is not null && groups.TryGet(op.Result(0), out int[]? starts) ? starts : null;
}
