using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>An operand as written: the value's name, a result number, and the place.</summary>
public readonly unsafe struct UnresolvedOperand
{
    internal readonly byte* Text;
    internal readonly int Length;

    internal UnresolvedOperand(byte* text, int length, int number, int position)
    {
        Text = text;
        Length = length;
        Number = number;
        Position = position;
    }

    /// <summary>The result number after `#`; 0 without one.</summary>
    public int Number { get; }

    public int Position { get; }

    /// <summary>The name, with its `%`.</summary>
    public ReadOnlySpan<byte> Name => new(Text, Length);
}

public sealed unsafe partial class AsmParser
{
    // What a name stands for now: values first, first + 1, ... of one operation or block; or uses before the definition.
    private struct NameEntry
    {
        public Value First;
        public int Count;
        public int Position;        // of the definition
        public int Forward;         // 1 + index of the first of the forward references of this name
        public bool Poisoned;       // its definition had an error: uses are not reported again
    }

    private struct ForwardReference
    {
        public int Number;
        public int Position;
        public Operation? Placeholder;  // null once the value is defined
        public int Next;                // 1 + index of the next one of the same name
    }

    // All names of one region that is isolated from above, with those of the regions nested in it.
    private sealed class NameScope
    {
        // Pages rather than one growing array: nothing is copied, and small inputs touch little memory.
        public NameEntry[]?[] Numbered = new NameEntry[]?[4];   // %12
        public NameEntry[]?[] Named = new NameEntry[]?[1];      // others, by their number in the table of names
        public Vec<int> Defined;                            // ids in order of definition, to be forgotten when a region ends
        public Vec<int> ForwardNames;                       // ids that have had forward references
    }

    private NameTable names;
    private NameScope scope = new();
    private Vec<NameScope> outerScopes;
    private Vec<NameScope> freeScopes;
    private Vec<ForwardReference> forward;
    private int openForward;
    private Vec<int> undeclared;        // places of uses whose scope has ended
    private OpInfo? placeholderInfo;

    // Names of values: even ids are numbers, odd ones index the table.
    private int NameId(byte* text, int length)
    {
        if (length <= 10 && AsciiChar.IsDigit(text[1]) && (text[1] != '0' || length == 2))
        {
            long number = 0;
            for (int i = 1; i < length; i++) number = number * 10 + (text[i] - '0');
            if (number <= source.Length && number < 1 << 28) return (int)number << 1;
        }
        return names.IdOf(text, length) << 1 | 1;
    }

    private const int PageBits = 8;

    private ref NameEntry Entry(int id)
    {
        int index = id >> 1;
        NameEntry[]?[] table = (id & 1) == 0 ? scope.Numbered : scope.Named;
        int page = index >> PageBits;
        if (page < table.Length && table[page] is { } entries) return ref entries[index & (1 << PageBits) - 1];
        return ref NewEntry(id);
    }

    private ref NameEntry NewEntry(int id)
    {
        int index = id >> 1;
        ref NameEntry[]?[] table = ref (id & 1) == 0 ? ref scope.Numbered : ref scope.Named;
        int page = index >> PageBits;
        if (page >= table.Length) Array.Resize(ref table, Math.Max(page + 1, table.Length * 2));
        return ref (table[page] ??= new NameEntry[1 << PageBits])[index & (1 << PageBits) - 1];
    }

    private readonly struct ScopeMark(int defined, bool isolated)
    {
        public readonly int Defined = defined;
        public readonly bool Isolated = isolated;
    }

    private ScopeMark PushNames(bool isolated)
    {
        if (!isolated) return new ScopeMark(scope.Defined.Count, false);
        outerScopes.Add(scope);
        scope = freeScopes.IsEmpty ? new NameScope() : freeScopes.Pop();
        return new ScopeMark(0, true);
    }

    private void PopNames(ScopeMark mark)
    {
        Span<int> defined = scope.Defined.Span;
        for (int i = mark.Defined; i < defined.Length; i++) Entry(defined[i]) = default;
        scope.Defined.Truncate(mark.Defined);
        if (!mark.Isolated) return;
        CollectUndeclared();
        freeScopes.Add(scope);
        scope = outerScopes.Pop();
    }

    // Uses in the scope that ends which never met a definition.
    private void CollectUndeclared()
    {
        foreach (int id in scope.ForwardNames.Span)
        {
            ref NameEntry entry = ref Entry(id);
            for (int f = entry.Forward; f != 0; f = forward[f - 1].Next)
            {
                ref ForwardReference reference = ref forward[f - 1];
                if (reference.Placeholder is null) continue;
                if (!entry.Poisoned) undeclared.Add(reference.Position);
            }
            entry = default;
        }
        scope.ForwardNames.Clear();
    }

    /// <summary>The value of an operand, checked to be of <paramref name="type"/>; no value after an error was reported.</summary>
    public Value ResolveOperand(UnresolvedOperand operand, IrType type)
    {
        int id = NameId(operand.Text, operand.Length);
        ref NameEntry entry = ref Entry(id);
        if (!entry.First.IsNull)
        {
            if ((uint)operand.Number >= (uint)entry.Count)
            {
                MeaningError(operand.Position, "NEST1201", "reference to invalid result number");
                return default;
            }
            Value value = entry.Count == 1 ? entry.First : Value.OfResult(entry.First.DefiningOp!, entry.First.Number + operand.Number);
            if (value.Type == type) return value;
            return PriorUse(operand, type, value.Type, entry.Position);
        }
        for (int f = entry.Forward; f != 0; f = forward[f - 1].Next)
        {
            ref ForwardReference reference = ref forward[f - 1];
            if (reference.Placeholder is null || reference.Number != operand.Number) continue;
            Value value = reference.Placeholder.Result(0);
            if (value.Type == type) return value;
            return PriorUse(operand, type, value.Type, reference.Position);
        }
        Operation placeholder = new UnregisteredOp();
        placeholder.Initialize(placeholderInfo ??= Context.OpInfo("builtin.unrealized_conversion_cast"u8), LocationAt(operand.Position));
        placeholder.SetResultType(type);
        forward.Add(new ForwardReference { Number = operand.Number, Position = operand.Position, Placeholder = placeholder, Next = entry.Forward });
        if (entry.Forward == 0) scope.ForwardNames.Add(id);
        entry.Forward = forward.Count;
        openForward++;
        return placeholder.Result(0);
    }

    private Value PriorUse(UnresolvedOperand operand, IrType type, IrType prior, int priorPosition)
    {
        Errors++;
        Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1202", LocationAt(operand.Position),
            $"use of value '{Encoding.UTF8.GetString(operand.Name)}' expects different type than prior uses: '{type}' vs '{prior}'")
        { Length = operand.Length }.Note(LocationAt(priorPosition), "prior use here"));
        return default;
    }

    // Gives a name to `count` values of one operation or block, from `first` on.
    private bool Define(byte* text, int length, int position, Value first, int count)
    {
        int id = NameId(text, length);
        ref NameEntry entry = ref Entry(id);
        if (!entry.First.IsNull)
        {
            Errors++;
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1203", LocationAt(position),
                $"redefinition of SSA value '{Text(text, length)}'")
            { Length = length }.Note(LocationAt(entry.Position), "previously defined here"));
            return false;
        }
        entry.First = first;
        entry.Count = count;
        entry.Position = position;
        scope.Defined.Add(id);
        return entry.Forward == 0 || BindForward(ref entry, text, length, position);
    }

    private bool BindForward(ref NameEntry entry, byte* text, int length, int position)
    {
        bool ok = true;
        for (int f = entry.Forward; f != 0; f = forward[f - 1].Next)
        {
            ref ForwardReference reference = ref forward[f - 1];
            if (reference.Placeholder is null || reference.Number >= entry.Count) continue;
            Value value = entry.Count == 1 ? entry.First : Value.OfResult(entry.First.DefiningOp!, entry.First.Number + reference.Number);
            Value placeholder = reference.Placeholder.Result(0);
            if (placeholder.Type != value.Type)
            {
                Errors++;
                Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1204", LocationAt(position),
                    $"definition of SSA value '{Text(text, length)}#{reference.Number}' has type '{value.Type}'")
                { Length = length }.Note(LocationAt(reference.Position), $"previously used here with type '{placeholder.Type}'"));
                ok = false;
            }
            ref ValueSlot slot = ref placeholder.Slot;
            while (slot.FirstUser is { } user) user.SetOperandValue(slot.FirstUse, value);
            reference.Placeholder = null;
            openForward--;
        }
        return ok;
    }

    // The results of an operation that had an error: later uses of them are not reported again.
    private void Poison(byte* text, int length)
    {
        int id = NameId(text, length);
        ref NameEntry entry = ref Entry(id);
        if (entry.Forward == 0) scope.ForwardNames.Add(id);
        entry.Poisoned = true;
    }

    private static string Text(byte* text, int length) => Encoding.UTF8.GetString(text, length);

    // Blocks ------------------------------------------------------------------------------------------------------------

    private struct BlockEntry
    {
        public Block? Block;
        public int Position;
        public bool IsDefined;
        public int NameId;
        public int Outer;           // 1 + index of the entry of the same name in an enclosing region
    }

    private NameTable blockNames;
    private Vec<BlockEntry> blockEntries;       // of all open regions, innermost last
    private int[] blockByName = new int[16];    // 1 + index of the innermost entry of a name
    private int blocksOfRegion;                 // where the innermost region's entries start

    private ref BlockEntry BlockNamed(byte* text, int length, int position)
    {
        int id = blockNames.IdOf(text, length);
        if (id >= blockByName.Length) Array.Resize(ref blockByName, Math.Max(id + 1, blockByName.Length * 2));
        int index = blockByName[id] - 1;
        if (index < blocksOfRegion)
        {
            blockEntries.Add(new BlockEntry { Position = position, NameId = id, Outer = index + 1 });
            blockByName[id] = blockEntries.Count;
            index = blockEntries.Count - 1;
        }
        return ref blockEntries[index];
    }

    private int PushBlocks()
    {
        int outer = blocksOfRegion;
        blocksOfRegion = blockEntries.Count;
        return outer;
    }

    // Reports the blocks that were named but never defined, in order of their first use.
    private bool PopBlocks(int outer, bool report)
    {
        bool ok = true;
        for (int i = blocksOfRegion; i < blockEntries.Count; i++)
        {
            ref BlockEntry entry = ref blockEntries[i];
            blockByName[entry.NameId] = entry.Outer;
            if (entry.IsDefined) continue;
            if (report) MeaningError(entry.Position, "NEST1205", "reference to an undefined block");
            ok = false;
        }
        blockEntries.Truncate(blocksOfRegion);
        blocksOfRegion = outer;
        return ok;
    }

    /// <summary>A block by its name, defined already or later in the region.</summary>
    public bool ParseSuccessor(out Block block)
    {
        block = null!;
        if (kind != TokenKind.CaretIdentifier) return ExpectedError("NEST1206", "expected block name");
        ref BlockEntry entry = ref BlockNamed(tokenStart, (int)(next - tokenStart), Position);
        block = entry.Block ??= new Block();
        Advance();
        return true;
    }

    /// <summary>`[^bb1, ^bb2]`.</summary>
    public bool ParseSuccessorList(ref Vec<Block> into)
    {
        if (!Parse(TokenKind.LSquare)) return false;
        do
        {
            if (!ParseSuccessor(out Block block)) return false;
            into.Add(block);
        }
        while (TryParseComma());
        return Parse(TokenKind.RSquare);
    }
}
