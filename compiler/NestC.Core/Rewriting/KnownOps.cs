using System.Runtime.CompilerServices;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// A hash table of operations by what they compute, with scopes: what was added since a mark is taken out again in one step.
/// Chains run through an array of entries, the latest first, so adding allocates nothing and releasing is popping.
/// </summary>
internal sealed class KnownOps
{
    public struct Entry
    {
        public Operation Op;
        public int Hash;
        public int Next;
        public int Epoch;
    }

    private int[] heads = new int[FirstSize];        // 0: none, else the number of the entry plus one
    private Entry[] entries = new Entry[FirstSize];
    private int count;

    private const int FirstSize = 64, LargestReserve = 1 << 22;

    public int Capacity => entries.Length;

    public int Mark() => count;

    public void Release(int mark)
    {
        if (mark == 0)
        {
            // What is left behind is overwritten by the next operations.
            if (count > 0) Array.Clear(heads);
            count = 0;
            return;
        }
        while (count > mark)
        {
            ref Entry last = ref entries[--count];
            heads[last.Hash & (heads.Length - 1)] = last.Next;
            last.Op = null!;
        }
    }

    public void Add(Operation op, int hash, int epoch)
    {
        if (count == entries.Length) Grow();
        ref int head = ref heads[hash & (heads.Length - 1)];
        ref Entry entry = ref entries[count];
        entry.Op = op;
        entry.Hash = hash;
        entry.Next = head;
        entry.Epoch = epoch;
        head = ++count;
    }

    public ref Entry this[int index] => ref entries[index];

    /// <summary>The entry of the latest operation that computes the same, or -1.</summary>
    public int Find(Operation op, int hash)
    {
        Entry[] all = entries;
        for (int i = heads[hash & (heads.Length - 1)] - 1; i >= 0; i = all[i].Next - 1)
            if (all[i].Hash == hash && OpEquality.Same(all[i].Op, op)) return i;
        return -1;
    }

    /// <summary>Whether an operation equal to this one is in the table.</summary>
    public bool Holds(Operation op) => Find(op, HashOf(op)) >= 0;

    /// <summary>Makes room for so many operations in an empty table: growing step by step takes twice the memory.</summary>
    public void Reserve(int operations)
    {
        if (operations <= entries.Length) return;
        int size = entries.Length;
        while (size < operations && size < LargestReserve) size *= 2;
        entries = new Entry[size];
        heads = new int[size];
    }

    private void Grow()
    {
        Entry[] bigger = new Entry[entries.Length * 2];
        Array.Copy(entries, bigger, count);
        entries = bigger;
        heads = new int[bigger.Length];
        for (int i = 0; i < count; i++)
        {
            ref int head = ref heads[bigger[i].Hash & (heads.Length - 1)];
            bigger[i].Next = head;
            head = i + 1;
        }
    }

    /// <summary>
    /// A hash of name, attributes, properties, operands (by their numbers: see <see cref="CommonSubexpressions"/>) and result types; of
    /// commutative operands the order means nothing.
    /// </summary>
    public static int HashOf(Operation op)
    {
        int hash = Hash.Combine(op.Info.Id, op.PropertiesHash());
        if (op.AttributesOrNull is { } attributes) hash = Hash.Combine(hash, attributes.Identity);
        if (op.ResultCount > 0) hash = Hash.Combine(hash, op.ResultSlot(0).Type.Identity);
        OperandSlot[] operands = op.OperandSlots;
        if (op.Has(OpTraits.Commutative))
        {
            int sum = 0;
            for (int i = 0; i < operands.Length; i++) sum += Hash.Of(NumberOf(operands[i].Value));
            return Hash.Combine(hash, sum);
        }
        for (int i = 0; i < operands.Length; i++) hash = Hash.Combine(hash, NumberOf(operands[i].Value));
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int NumberOf(Value value) =>
        value.DefiningOp is { } op ? op.WorklistIndex + (value.Number << 24) : value.Slot.Mark;
}
