namespace NestC.IR;

/// <summary>A map keyed by values; open addressing, own code so that ReadyToRun precompiles it.</summary>
public sealed class ValueMap<T>
{
    private struct Slot
    {
        public Value Key;
        public T Item;
    }

    private Slot[] slots = new Slot[16];
    private int count;

    public int Count => count;

    public bool TryGet(Value key, out T? item)
    {
        int mask = slots.Length - 1;
        for (int i = key.GetHashCode() & mask; !slots[i].Key.IsNull; i = (i + 1) & mask)
        {
            if (slots[i].Key != key) continue;
            item = slots[i].Item;
            return true;
        }
        item = default;
        return false;
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(Value key, T item)
    {
        if ((count + 1) * 2 > slots.Length) Grow();
        int mask = slots.Length - 1;
        int i = key.GetHashCode() & mask;
        while (!slots[i].Key.IsNull && slots[i].Key != key) i = (i + 1) & mask;
        if (slots[i].Key.IsNull) count++;
        slots[i] = new Slot { Key = key, Item = item };
    }

    public bool Contains(Value key) => TryGet(key, out _);

    public void Clear()
    {
        Array.Clear(slots);
        count = 0;
    }

    private void Grow()
    {
        Slot[] old = slots;
        slots = new Slot[old.Length * 2];
        int mask = slots.Length - 1;
        for (int j = 0; j < old.Length; j++)
        {
            if (old[j].Key.IsNull) continue;
            int i = old[j].Key.GetHashCode() & mask;
            while (!slots[i].Key.IsNull) i = (i + 1) & mask;
            slots[i] = old[j];
        }
    }
}
