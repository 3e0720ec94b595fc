using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A name and the attribute that it has.</summary>
public readonly struct NamedAttr(Identifier name, Attr value)
{
    public readonly Identifier Name = name;
    public readonly Attr Value = value;
}

/// <summary>`{a = 1 : i64, b}`: attributes by name, sorted by the bytes of the names.</summary>
public sealed class DictionaryAttr : Attr, IBuiltinObject
{
    private readonly NamedAttr[] entries;

    private DictionaryAttr(NamedAttr[] entries, int hash) : base(hash)
    {
        this.entries = entries;
        foreach (NamedAttr entry in entries) Flags |= entry.Value.Inherited | (entry.Name.HasPrefix ? InternFlags.HasPrefixedNames : 0);
    }

    /// <summary>The entries, sorted by name.</summary>
    public ReadOnlySpan<NamedAttr> Entries => entries;

    public int Count => entries.Length;

    public bool IsEmpty => entries.Length == 0;

    public static DictionaryAttr Empty(NestContext context) => context.Common.EmptyDictionary;

    /// <summary>The dictionary of these entries, whose names differ.</summary>
    public static DictionaryAttr Get(NestContext context, ReadOnlySpan<NamedAttr> entries)
    {
        NamedAttr[] sorted = new NamedAttr[entries.Length];
        for (int i = 0; i < sorted.Length; i++) sorted[i] = entries[i];
        if (!IsSorted(sorted, 0, sorted.Length)) Sort(sorted);
        return context.InternAttr<DictionaryAttr, Key>(new Key(sorted, 0, sorted.Length));
    }

    internal static DictionaryAttr Make(NestContext context) => context.InternAttr<DictionaryAttr, Key>(new Key(new NamedAttr[0], 0, 0));

    /// <summary>The dictionary of the entries from one on, which are sorted in place.</summary>
    internal static DictionaryAttr Get(NestContext context, in Support.Vec<NamedAttr> entries, int first)
    {
        int count = entries.Count - first;
        if (count == 0) return context.Common.EmptyDictionary;
        NamedAttr[] items = entries.Items!;
        if (!IsSorted(items, first, count))
        {
            if (count > 12) return Get(context, entries.Span[first..]);
            InsertionSort(items, first, count);
        }
        return context.InternAttr<DictionaryAttr, Key>(new Key(items, first, count));
    }

    /// <summary>The dictionary, or null and the first name that two entries have.</summary>
    public static DictionaryAttr? TryGet(NestContext context, ReadOnlySpan<NamedAttr> entries, out Identifier? duplicate)
    {
        DictionaryAttr result = Get(context, entries);
        duplicate = null;
        for (int i = 1; i < result.entries.Length; i++)
            if (result.entries[i].Name == result.entries[i - 1].Name) duplicate ??= result.entries[i].Name;
        return duplicate is null ? result : null;
    }

    /// <summary>The attribute of this name, or null.</summary>
    public Attr? Find(Identifier name)
    {
        if (entries.Length > 16)
        {
            int at = IndexOf(name.Utf8);
            return at < 0 ? null : entries[at].Value;
        }
        foreach (ref readonly NamedAttr entry in entries.AsSpan())
            if (ReferenceEquals(entry.Name, name)) return entry.Value;
        return null;
    }

    /// <summary>The attribute of this name, or null.</summary>
    public Attr? Find(ReadOnlySpan<byte> name)
    {
        int at = IndexOf(name);
        return at < 0 ? null : entries[at].Value;
    }

    /// <summary>This dictionary with one entry added or replaced.</summary>
    public DictionaryAttr With(Identifier name, Attr value)
    {
        int at = IndexOf(name.Utf8);
        if (at >= 0)
        {
            if (ReferenceEquals(entries[at].Value, value)) return this;
            NamedAttr[] changed = entries.AsSpan().ToArray();
            changed[at] = new NamedAttr(name, value);
            return Context.InternAttr<DictionaryAttr, Key>(new Key(changed, 0, changed.Length));
        }
        NamedAttr[] bigger = new NamedAttr[entries.Length + 1];
        entries.AsSpan(0, ~at).CopyTo(bigger);
        bigger[~at] = new NamedAttr(name, value);
        entries.AsSpan(~at).CopyTo(bigger.AsSpan(~at + 1));
        return Context.InternAttr<DictionaryAttr, Key>(new Key(bigger, 0, bigger.Length));
    }

    /// <summary>This dictionary without the entry of this name.</summary>
    public DictionaryAttr Without(Identifier name)
    {
        int at = IndexOf(name.Utf8);
        if (at < 0) return this;
        NamedAttr[] smaller = new NamedAttr[entries.Length - 1];
        entries.AsSpan(0, at).CopyTo(smaller);
        entries.AsSpan(at + 1).CopyTo(smaller.AsSpan(at));
        return Context.InternAttr<DictionaryAttr, Key>(new Key(smaller, 0, smaller.Length));
    }

    // Index of the entry, or the complement of where it would stand.
    private int IndexOf(ReadOnlySpan<byte> name)
    {
        int low = 0, high = entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            int order = entries[middle].Name.Utf8.SequenceCompareTo(name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    private static bool IsSorted(NamedAttr[] entries, int first, int count)
    {
        for (int i = first + 1; i < first + count; i++)
            if (Identifier.Compare(entries[i - 1].Name, entries[i].Name) > 0) return false;
        return true;
    }

    // Stable: insertion for short runs, merging above. The BCL's sort over this struct would be compiled at start-up.
    internal static void Sort(Span<NamedAttr> entries)
    {
        if (entries.Length <= 12)
        {
            NamedAttr[] few = entries.ToArray();
            InsertionSort(few, 0, few.Length);
            few.CopyTo(entries);
            return;
        }
        int half = entries.Length / 2;
        Sort(entries[..half]);
        Sort(entries[half..]);
        NamedAttr[] left = entries[..half].ToArray();
        int a = 0, b = half;
        for (int i = 0; a < left.Length; i++)
            entries[i] = b < entries.Length && Identifier.Compare(left[a].Name, entries[b].Name) > 0 ? entries[b++] : left[a++];
    }

    private static void InsertionSort(NamedAttr[] entries, int first, int count)
    {
        for (int i = first + 1; i < first + count; i++)
        {
            NamedAttr entry = entries[i];
            int j = i;
            for (; j > first && Identifier.Compare(entries[j - 1].Name, entry.Name) > 0; j--) entries[j] = entries[j - 1];
            entries[j] = entry;
        }
    }

    protected internal override bool SameStructure(Interned other) => other is DictionaryAttr o && Same(o.entries, entries, 0, entries.Length);

    public override void VisitParts(IPartVisitor visitor)
    {
        foreach (NamedAttr entry in entries) visitor.Visit(entry.Value);
    }

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write('{');
        for (int i = 0; i < entries.Length; i++)
        {
            if (i > 0) printer.Out.Write(", "u8);
            printer.WriteNamed(entries[i]);
        }
        printer.Out.Write('}');
    }

    private static bool Same(NamedAttr[] a, NamedAttr[] b, int first, int count)
    {
        if (a.Length != count) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i].Name, b[first + i].Name) || !ReferenceEquals(a[i].Value, b[first + i].Value)) return false;
        return true;
    }

    // Arrays rather than spans: a span over a struct of ours would be compiled at start-up.
    private readonly struct Key : IInternKey
    {
        private readonly NamedAttr[] entries;
        private readonly int first, count;

        public Key(NamedAttr[] entries, int first, int count)
        {
            (this.entries, this.first, this.count) = (entries, first, count);
            int hash = Support.Hash.Combine(209, count);
            for (int i = first; i < first + count; i++) hash = Support.Hash.Combine(hash, entries[i].Name.HashCode, entries[i].Value.Identity);
            Hash = hash;
        }

        public int Hash { get; }

        public bool Matches(Interned c) => c is DictionaryAttr a && Same(a.entries, entries, first, count);

        public Interned Make()
        {
            NamedAttr[] copy = new NamedAttr[count];
            Array.Copy(entries, first, copy, 0, count);
            return new DictionaryAttr(copy, Hash);
        }
    }
}
