namespace NestC.IR;

/// <summary>Numbers of interned objects, by reference. Smaller than a dictionary of the framework, and compiled ahead of time.</summary>
internal sealed class InternedMap
{
    private struct Slot
    {
        public Interned? Key;
        public int Value;
    }

    private Slot[] slots = new Slot[64];

    public int Count { get; private set; }

    /// <summary>The number of an object, or -1.</summary>
    public int Find(Interned key)
    {
        int mask = slots.Length - 1;
        for (int i = key.StructureHash & mask; slots[i].Key is { } at; i = (i + 1) & mask)
            if (ReferenceEquals(at, key)) return slots[i].Value;
        return -1;
    }

    /// <summary>Gives a number, at least 0, to an object that has none.</summary>
    public void Add(Interned key, int value)
    {
        if (Count + (Count >> 1) >= slots.Length) Grow();
        Insert(slots, key, value);
        Count++;
    }

    private static void Insert(Slot[] slots, Interned key, int value)
    {
        int mask = slots.Length - 1;
        int i = key.StructureHash & mask;
        while (slots[i].Key is not null) i = (i + 1) & mask;
        slots[i].Key = key;
        slots[i].Value = value;
    }

    private void Grow()
    {
        Slot[] bigger = new Slot[slots.Length * 2];
        for (int i = 0; i < slots.Length; i++)
            if (slots[i].Key is { } key) Insert(bigger, key, slots[i].Value);
        slots = bigger;
    }
}
