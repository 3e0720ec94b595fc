using NestC.Support;

namespace NestC.IR;

/// <summary>
/// An immutable object of which a context holds one instance for each structure, so that equality is reference equality.
/// A constructor makes a candidate; <see cref="NestContext.Intern{T}"/> returns the one instance.
/// </summary>
public abstract class Interned
{
    internal readonly int StructureHash;
    internal InternFlags Flags;
    private NestContext? context;

    /// <param name="hash">Hash of the structure; parts that are interned themselves give their <see cref="Identity"/>.</param>
    protected Interned(int hash) => StructureHash = hash;

    /// <summary>The context that owns this instance.</summary>
    public NestContext Context { get => context!; internal set => context = value; }

    /// <summary>Hash to use for this instance as a part of another interned object.</summary>
    public int Identity => StructureHash;

    /// <summary>Whether the other object, of the same .NET type, has equal parts (compare interned parts by reference).</summary>
    protected internal abstract bool SameStructure(Interned other);

    /// <summary>Shows the types and attributes that this one directly consists of, in the order in which they are printed.</summary>
    public virtual void VisitParts(IPartVisitor visitor) { }

    /// <summary>The flags that an object takes over from a part.</summary>
    internal InternFlags Inherited => Flags & (InternFlags.MayAlias | InternFlags.HasElements | InternFlags.NoTextCache);
}

/// <summary>Takes the immediate parts of a type or attribute.</summary>
public interface IPartVisitor
{
    void Visit(IrType type);

    void Visit(Attr attr);
}

/// <summary>What a lookup needs to find an interned object without making one; a struct on the stack, spans allowed.</summary>
internal interface IInternKey
{
    /// <summary>The structure hash of the object that is looked for.</summary>
    int Hash { get; }

    bool Matches(Interned candidate);

    Interned Make();
}

/// <summary>What printing needs to know of an interned object without walking it.</summary>
[Flags]
public enum InternFlags : byte
{
    None = 0,

    /// <summary>It, or a part of it, may be printed as an alias, so its text depends on the module that it is printed in.</summary>
    MayAlias = 1,

    /// <summary>It is printed as an alias itself wherever its dialect says so (affine maps, integer sets, distinct attributes).</summary>
    AliasesItself = 2,

    /// <summary>It holds elements that an elide option may shorten.</summary>
    HasElements = 4,

    /// <summary>It holds a distinct attribute, or an interned object of unbounded size: its text is not kept.</summary>
    NoTextCache = 8,

    /// <summary>A dictionary in which a name has a dialect's prefix.</summary>
    HasPrefixedNames = 16,

    /// <summary>It was printed before: its text is worth keeping. Set while printing; a lost update costs nothing.</summary>
    PrintedBefore = 32,
}

/// <summary>The table of interned objects: reads take no lock, writers are serialized, nothing is ever removed.</summary>
internal sealed class InternTable
{
    // Open addressing. The hashes stand apart, 0 for none: a search stays in one or two lines of the cache until it has very likely found the object.
    private sealed class Slots(int size)
    {
        public readonly int[] Hashes = new int[size];
        public readonly Interned[] Objects = new Interned[size];
    }

    private Slots slots = new(256);
    private int count;
    private readonly Lock gate = new();

    public T Intern<T>(NestContext context, T candidate) where T : Interned
    {
        Interned? found = Find(candidate);
        if (found is not null) return (T)found;
        lock (gate)
        {
            found = Find(candidate);
            if (found is not null) return (T)found;
            candidate.Context = context;
            if ((candidate.Flags & InternFlags.MayAlias) != 0 && candidate is not Builtin.LocationAttr) context.HasAliasable = true;
            if (count + (count >> 2) >= slots.Hashes.Length) Grow();
            Insert(slots, candidate, Mark(candidate.StructureHash));
            count++;
            return candidate;
        }
    }

    /// <summary>The object that <paramref name="key"/> describes; it is only made when it is new.</summary>
    public Interned GetOrAdd<TKey>(NestContext context, scoped in TKey key) where TKey : struct, IInternKey, allows ref struct
    {
        Slots table = Volatile.Read(ref slots);
        int[] hashes = table.Hashes;
        int hash = Mark(key.Hash), mask = hashes.Length - 1;
        for (int i = hash & mask, at; (at = Volatile.Read(ref hashes[i])) != 0; i = (i + 1) & mask)
            if (at == hash && key.Matches(table.Objects[i])) return table.Objects[i];
        return Intern(context, key.Make());
    }

    private Interned? Find(Interned candidate)
    {
        Slots table = Volatile.Read(ref slots);
        int[] hashes = table.Hashes;
        int hash = Mark(candidate.StructureHash), mask = hashes.Length - 1;
        for (int i = hash & mask, at; (at = Volatile.Read(ref hashes[i])) != 0; i = (i + 1) & mask)
        {
            if (at != hash) continue;
            Interned known = table.Objects[i];
            if (known.GetType() == candidate.GetType() && known.SameStructure(candidate)) return known;
        }
        return null;
    }

    private static int Mark(int hash) => hash == 0 ? 1 : hash;

    // The hash last: who sees it sees the object.
    private static void Insert(Slots table, Interned added, int hash)
    {
        int mask = table.Hashes.Length - 1;
        int i = hash & mask;
        while (table.Hashes[i] != 0) i = (i + 1) & mask;
        table.Objects[i] = added;
        Volatile.Write(ref table.Hashes[i], hash);
    }

    // Readers of the old table may miss what is added from now on; they look again under the lock.
    private void Grow()
    {
        Slots old = slots, bigger = new(old.Hashes.Length * 2);
        for (int i = 0; i < old.Hashes.Length; i++)
            if (old.Hashes[i] != 0) Insert(bigger, old.Objects[i], old.Hashes[i]);
        Volatile.Write(ref slots, bigger);
    }
}
