using NestC.Support;

namespace NestC.Syntax;

/// <summary>Numbers the names of a source by their text: open addressing over spans of the source, nothing is copied.</summary>
internal unsafe struct NameTable
{
    private struct Slot
    {
        public byte* Text;
        public int Length;
        public int Hash;
        public int Id;
    }

    private Slot[]? slots;
    private int count;

    public readonly int Count => count;

    /// <summary>The number of a name, a new one when it was not seen before.</summary>
    public int IdOf(byte* text, int length)
    {
        int hash = Hash.OfBytes(new ReadOnlySpan<byte>(text, length));
        slots ??= new Slot[64];
        if (count * 2 >= slots.Length) Grow();
        int mask = slots.Length - 1;
        for (int i = hash & mask; ; i = (i + 1) & mask)
        {
            ref Slot slot = ref slots[i];
            if (slot.Text == null)
            {
                slot = new Slot { Text = text, Length = length, Hash = hash, Id = count };
                return count++;
            }
            if (slot.Hash == hash && slot.Length == length
                && new ReadOnlySpan<byte>(slot.Text, length).SequenceEqual(new ReadOnlySpan<byte>(text, length)))
                return slot.Id;
        }
    }

    private void Grow()
    {
        Slot[] old = slots!;
        Slot[] bigger = new Slot[old.Length * 2];
        int mask = bigger.Length - 1;
        for (int j = 0; j < old.Length; j++)
        {
            if (old[j].Text == null) continue;
            int i = old[j].Hash & mask;
            while (bigger[i].Text != null) i = (i + 1) & mask;
            bigger[i] = old[j];
        }
        slots = bigger;
    }
}
