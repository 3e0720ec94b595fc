using NestC.Support;

namespace NestC.Syntax;

/// <summary>
/// Remembers what a span of source text was parsed to, because operations repeat the same attributes and types over and over. It turns
/// itself off while it does not pay.
/// </summary>
internal unsafe struct TextMemo
{
    // Four to a line of the cache: the text as its distance from the first one, its length in the low bits of the hash.
    private struct Entry
    {
        public int Tag;
        public int Distance;
        public object? Value;
    }

    private const int MaxLength = 511, MaxEntries = 1 << 16;
    private Entry[]? entries;
    private byte* origin;
    private int count, asked, found;

    /// <summary>Whether a look-up is worth its cost now.</summary>
    public readonly bool Pays => asked < 1024 || found * 4 > asked;

    public object? Find(byte* text, int length, out int hash)
    {
        hash = 0;
        if (length > MaxLength) return null;
        if (++asked == 1 << 20) (asked, found) = (2048, (int)((long)found * 2048 >> 20));
        hash = Hash.OfBytes(new ReadOnlySpan<byte>(text, length));
        Entry[]? table = entries;
        if (table is null) return null;
        int mask = table.Length - 1, tag = Tag(hash, length);
        for (int i = hash >>> 9 & mask; table[i].Value is { } value; i = (i + 1) & mask)
        {
            if (table[i].Tag != tag || !Bytes.Same(origin + table[i].Distance, text, length)) continue;
            found++;
            return value;
        }
        return null;
    }

    private static int Tag(int hash, int length) => hash & ~MaxLength | length;

    public void Add(byte* text, int length, int hash, object value)
    {
        if (length > MaxLength || count >= MaxEntries) return;
        if (entries is null)
        {
            entries = new Entry[256];
            origin = text;
        }
        if (count * 2 >= entries.Length) Grow();
        Insert(entries, new Entry { Tag = Tag(hash, length), Distance = (int)(text - origin), Value = value });
        count++;
    }

    private static void Insert(Entry[] table, Entry added)
    {
        int mask = table.Length - 1;
        int i = added.Tag >>> 9 & mask;
        while (table[i].Value is not null) i = (i + 1) & mask;
        table[i] = added;
    }

    private void Grow()
    {
        Entry[] old = entries!;
        Entry[] bigger = new Entry[old.Length * 2];
        for (int j = 0; j < old.Length; j++)
            if (old[j].Value is not null) Insert(bigger, old[j]);
        entries = bigger;
    }
}

/// <summary>Comparison of short spans of a source, after whose end memory can be read.</summary>
internal static unsafe class Bytes
{
    public static bool Same(byte* a, byte* b, int length)
    {
        if (length < 8)
            return ((*(ulong*)a ^ *(ulong*)b) & (1UL << 8 * length) - 1) == 0;
        int last = length - 8;
        for (int i = 0; i < last; i += 8)
            if (*(ulong*)(a + i) != *(ulong*)(b + i)) return false;
        return *(ulong*)(a + last) == *(ulong*)(b + last);
    }
}
