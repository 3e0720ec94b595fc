namespace NestC.IR;

/// <summary>
/// The table of interned objects: reads take no lock, writers are serialized, nothing is ever removed. It grows a segment at a time
/// (extendible hashing): a full one gives half of its objects to a new one, so nothing is left behind and nothing is copied twice.
/// </summary>
internal sealed class InternTable
{
    // A struct, so that storing into an array of them asks for no check of the element type. A hash of 0 says that the slot is free.
    private struct Slot
    {
        public Interned? Object;
        public int Hash;
        public int Depth;       // in the first slot of a segment: how many of the hash's upper bits its objects share
    }

    private const int SegmentSize = 1024;

    private Slot[][] directory = [new Slot[SegmentSize]];    // by the upper bits of the hash
    private int depth;                                       // how many of them
    private int count;
    private int[] counts = new int[1];                       // objects in the segment, at the first place in the directory that leads to it
    private int writing;

    public int Count => count;

    /// <summary>The one instance of the candidate's structure.</summary>
    public T Intern<T>(NestContext context, T candidate) where T : Interned
    {
        int seen = Volatile.Read(ref count);
        return (T)(Find(candidate) ?? Add(context, candidate, seen));
    }

    /// <summary>The object that <paramref name="key"/> describes; it is only made when it is new.</summary>
    public Interned GetOrAdd<TKey>(NestContext context, scoped in TKey key) where TKey : struct, IInternKey, allows ref struct
    {
        int seen = Volatile.Read(ref count);
        int hash = Mark(key.Hash);
        Slot[] segment = SegmentOf(hash);
        int mask = segment.Length - 1;
        for (int i = hash & mask, at; (at = Volatile.Read(ref segment[i].Hash)) != 0; i = (i + 1) & mask)
            if (at == hash && segment[i].Object is { } known && key.Matches(known)) return known;
        return Add(context, key.Make(), seen);
    }

    private Interned? Find(Interned candidate)
    {
        int hash = Mark(candidate.StructureHash);
        Slot[] segment = SegmentOf(hash);
        int mask = segment.Length - 1;
        for (int i = hash & mask, at; (at = Volatile.Read(ref segment[i].Hash)) != 0; i = (i + 1) & mask)
            if (at == hash && segment[i].Object is { } known && known.GetType() == candidate.GetType() && known.SameStructure(candidate)) return known;
        return null;
    }

    // A reader may be sent to a segment that is being divided. What it finds there is compared with what it looks for, and what it
    // misses it looks for again under the lock, since the count has changed.
    private Slot[] SegmentOf(int hash)
    {
        Slot[][] segments = Volatile.Read(ref directory);
        return segments[(int)((ulong)(uint)hash * (uint)segments.Length >> 32)];
    }

    private static int Mark(int hash) => hash == 0 ? 1 : hash;

    // Adds a candidate that was not found while the table had `seen` objects.
    private Interned Add(NestContext context, Interned candidate, int seen)
    {
        if (Interlocked.CompareExchange(ref writing, 1, 0) != 0) WaitForTurn();
        try
        {
            if (count != seen && Find(candidate) is { } known) return known;
            candidate.Context = context;
            if ((candidate.Flags & InternFlags.MayAlias) != 0) context.NoteAliasable(candidate);
            int hash = Mark(candidate.StructureHash);
            int place = (int)((ulong)(uint)hash * (uint)directory.Length >> 32);
            place = FirstPlace(place);
            if (counts[place] + (counts[place] >> 2) >= directory[place].Length)
            {
                Divide(place);
                place = FirstPlace((int)((ulong)(uint)hash * (uint)directory.Length >> 32));
            }
            Insert(directory[place], candidate, hash);
            counts[place]++;
            Volatile.Write(ref count, count + 1);
            return candidate;
        }
        finally
        {
            Volatile.Write(ref writing, 0);
        }
    }

    private void WaitForTurn()
    {
        SpinWait wait = default;
        do wait.SpinOnce();
        while (Interlocked.CompareExchange(ref writing, 1, 0) != 0);
    }

    // Several places lead to a segment whose objects share fewer bits than the directory looks at; the first of them has its count.
    private int FirstPlace(int place) => place >> (depth - directory[place][0].Depth) << (depth - directory[place][0].Depth);

    // The hash last: who sees it sees the object.
    private static void Insert(Slot[] segment, Interned added, int hash)
    {
        int mask = segment.Length - 1;
        int i = hash & mask;
        while (segment[i].Hash != 0) i = (i + 1) & mask;
        segment[i].Object = added;
        Volatile.Write(ref segment[i].Hash, hash);
    }

    // Gives the objects with the next bit set to a new segment.
    private void Divide(int place)
    {
        Slot[] old = directory[place];
        int shared = old[0].Depth;
        // Hashes that are alike in their upper bits would only make the directory large.
        if (shared == depth && (directory.Length > count >> 5 || depth == 24))
        {
            Enlarge(place, old, shared);
            return;
        }
        if (shared == depth)
        {
            DoubleDirectory();
            place <<= 1;
        }
        Slot[] upper = new Slot[old.Length];
        old[0].Depth = upper[0].Depth = shared + 1;
        int bit = 31 - shared, mask = old.Length - 1, moved = 0;
        for (int i = 0; i < old.Length; i++)
        {
            if (old[i].Hash == 0 || (old[i].Hash >>> bit & 1) == 0) continue;
            Insert(upper, old[i].Object!, old[i].Hash);
            moved++;
        }
        // The new segment can be found before objects vanish from the old one.
        int places = 1 << depth - shared;
        for (int p = place + places / 2; p < place + places; p++) Volatile.Write(ref directory[p], upper);
        counts[place + places / 2] = moved;
        counts[place] -= moved;
        Compact(old, bit, mask);
    }

    // Drops the objects with the bit set, and closes the gaps: from the first free slot on, each object is put in anew.
    private static void Compact(Slot[] segment, int bit, int mask)
    {
        int start = 0;
        while (segment[start].Hash != 0) start++;
        for (int step = 1; step <= mask; step++)
        {
            int i = (start + step) & mask;
            int hash = segment[i].Hash;
            if (hash == 0) continue;
            Interned known = segment[i].Object!;
            Volatile.Write(ref segment[i].Hash, 0);
            segment[i].Object = null;
            if ((hash >>> bit & 1) == 0) Insert(segment, known, hash);
        }
    }

    private void Enlarge(int place, Slot[] old, int shared)
    {
        Slot[] bigger = new Slot[old.Length * 2];
        bigger[0].Depth = shared;
        for (int i = 0; i < old.Length; i++)
            if (old[i].Hash != 0) Insert(bigger, old[i].Object!, old[i].Hash);
        Volatile.Write(ref directory[place], bigger);
    }

    private void DoubleDirectory()
    {
        Slot[][] bigger = new Slot[directory.Length * 2][];
        int[] biggerCounts = new int[bigger.Length];
        for (int i = 0; i < directory.Length; i++)
        {
            bigger[2 * i] = bigger[2 * i + 1] = directory[i];
            biggerCounts[2 * i] = counts[i];
        }
        counts = biggerCounts;
        depth++;
        Volatile.Write(ref directory, bigger);
    }
}
