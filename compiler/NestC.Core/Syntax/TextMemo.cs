using NestC.Support;

namespace NestC.Syntax;

/// <summary>
/// Remembers what a span of source text was parsed to, because operations repeat the same attribute dictionaries and signatures
/// over and over. It turns itself off while it does not pay.
/// </summary>
internal unsafe struct TextMemo
{
    private struct Entry
    {
        public byte* Text;
        public int Length;
        public int Hash;
        public object? Value;
    }

    private const int MaxLength = 512, MaxEntries = 1 << 16;
    private Entry[]? entries;
    private int count, asked, found;

    /// <summary>Whether a look-up is worth its cost now.</summary>
    public readonly bool Pays => asked < 1024 || found * 4 > asked;

    public object? Find(byte* text, int length, out int hash)
    {
        hash = 0;
        if (length > MaxLength) return null;
        if (++asked == 1 << 20) (asked, found) = (2048, (int)((long)found * 2048 >> 20));
        hash = Hash.OfBytes(new ReadOnlySpan<byte>(text, length));
        if (entries is null) return null;
        int mask = entries.Length - 1;
        for (int i = hash & mask; entries[i].Text != null; i = (i + 1) & mask)
        {
            ref Entry e = ref entries[i];
            if (e.Hash != hash || e.Length != length
                || !new ReadOnlySpan<byte>(e.Text, length).SequenceEqual(new ReadOnlySpan<byte>(text, length))) continue;
            found++;
            return e.Value;
        }
        return null;
    }

    public void Add(byte* text, int length, int hash, object value)
    {
        if (length > MaxLength || count >= MaxEntries) return;
        entries ??= new Entry[256];
        if (count * 2 >= entries.Length) Grow();
        int mask = entries.Length - 1;
        int i = hash & mask;
        while (entries[i].Text != null) i = (i + 1) & mask;
        entries[i] = new Entry { Text = text, Length = length, Hash = hash, Value = value };
        count++;
    }

    private void Grow()
    {
        Entry[] old = entries!;
        Entry[] bigger = new Entry[old.Length * 2];
        int mask = bigger.Length - 1;
        for (int j = 0; j < old.Length; j++)
        {
            if (old[j].Text == null) continue;
            int i = old[j].Hash & mask;
            while (bigger[i].Text != null) i = (i + 1) & mask;
            bigger[i] = old[j];
        }
        entries = bigger;
    }
}
