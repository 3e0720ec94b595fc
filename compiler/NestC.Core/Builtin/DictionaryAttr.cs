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
        foreach (ref readonly NamedAttr entry in entries.AsSpan()) Flags |= entry.Value.Inherited;
    }

    /// <summary>The entries, sorted by name.</summary>
    public ReadOnlySpan<NamedAttr> Entries => entries;

    public int Count => entries.Length;

    public bool IsEmpty => entries.Length == 0;

    public static DictionaryAttr Empty(NestContext context) => context.Common.EmptyDictionary;

    /// <summary>The dictionary of these entries, whose names differ.</summary>
    public static DictionaryAttr Get(NestContext context, ReadOnlySpan<NamedAttr> entries)
    {
        if (IsSorted(entries)) return context.InternAttr<DictionaryAttr, Key>(new Key(entries));
        NamedAttr[] sorted = entries.ToArray();
        Sort(sorted);
        return context.InternAttr<DictionaryAttr, Key>(new Key(sorted));
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
            return Context.InternAttr<DictionaryAttr, Key>(new Key(changed));
        }
        NamedAttr[] bigger = new NamedAttr[entries.Length + 1];
        entries.AsSpan(0, ~at).CopyTo(bigger);
        bigger[~at] = new NamedAttr(name, value);
        entries.AsSpan(~at).CopyTo(bigger.AsSpan(~at + 1));
        return Context.InternAttr<DictionaryAttr, Key>(new Key(bigger));
    }

    /// <summary>This dictionary without the entry of this name.</summary>
    public DictionaryAttr Without(Identifier name)
    {
        int at = IndexOf(name.Utf8);
        if (at < 0) return this;
        NamedAttr[] smaller = new NamedAttr[entries.Length - 1];
        entries.AsSpan(0, at).CopyTo(smaller);
        entries.AsSpan(at + 1).CopyTo(smaller.AsSpan(at));
        return Context.InternAttr<DictionaryAttr, Key>(new Key(smaller));
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

    private static bool IsSorted(ReadOnlySpan<NamedAttr> entries)
    {
        for (int i = 1; i < entries.Length; i++)
            if (Identifier.Compare(entries[i - 1].Name, entries[i].Name) > 0) return false;
        return true;
    }

    // Stable: insertion for short runs, merging above. The BCL's sort over this struct would be compiled at start-up.
    internal static void Sort(Span<NamedAttr> entries)
    {
        if (entries.Length <= 12)
        {
            for (int i = 1; i < entries.Length; i++)
            {
                NamedAttr entry = entries[i];
                int j = i;
                for (; j > 0 && Identifier.Compare(entries[j - 1].Name, entry.Name) > 0; j--) entries[j] = entries[j - 1];
                entries[j] = entry;
            }
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

    protected internal override bool SameStructure(Interned other) => other is DictionaryAttr o && Same(o.entries, entries);

    public override void VisitParts(IPartVisitor visitor)
    {
        foreach (ref readonly NamedAttr entry in entries.AsSpan()) visitor.Visit(entry.Value);
    }

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write('{');
        printer.WriteEntries(entries);
        printer.Out.Write('}');
    }

    private static bool Same(ReadOnlySpan<NamedAttr> a, ReadOnlySpan<NamedAttr> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i].Name, b[i].Name) || !ReferenceEquals(a[i].Value, b[i].Value)) return false;
        return true;
    }

    private readonly ref struct Key : IInternKey
    {
        private readonly ReadOnlySpan<NamedAttr> entries;

        public Key(ReadOnlySpan<NamedAttr> entries)
        {
            this.entries = entries;
            int hash = Support.Hash.Combine(209, entries.Length);
            foreach (ref readonly NamedAttr entry in entries)
                hash = Support.Hash.Combine(hash, entry.Name.HashCode, entry.Value.Identity);
            Hash = hash;
        }

        public int Hash { get; }

        public bool Matches(Interned c) => c is DictionaryAttr a && Same(a.entries, entries);

        public Interned Make() => new DictionaryAttr(entries.ToArray(), Hash);
    }
}
