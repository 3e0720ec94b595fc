using NestC.Support;

namespace NestC.IR;

public sealed partial class NestContext
{
    private sealed class DialectEntry(string name, Func<NestContext, Dialect> make)
    {
        public readonly string Name = name;
        public readonly Func<NestContext, Dialect> Make = make;
        public Dialect? Loaded;
    }

    private readonly Utf8Map<DialectEntry> dialects = new();
    private readonly List<DialectEntry> dialectOrder = [];
    private readonly object dialectGate = new();

    /// <summary>Makes a dialect known; it is built when its name is first met.</summary>
    public void Register(string name, Func<NestContext, Dialect> make)
    {
        DialectEntry entry = new(name, make);
        if (dialects.TryAdd(System.Text.Encoding.UTF8.GetBytes(name), entry)) dialectOrder.Add(entry);
    }

    /// <summary>Names of the registered dialects, sorted.</summary>
    public IReadOnlyList<string> DialectNames
    {
        get
        {
            List<string> names = dialectOrder.ConvertAll(static e => e.Name);
            names.Sort(string.CompareOrdinal);
            return names;
        }
    }

    /// <summary>The dialect of this name, loaded if need be; null when none is registered.</summary>
    public Dialect? Dialect(ReadOnlySpan<byte> name)
    {
        DialectEntry? entry = dialects.Find(name);
        if (entry is null) return null;
        if (entry.Loaded is { } loaded) return loaded;
        lock (dialectGate) return entry.Loaded ??= entry.Make(this);
    }

    public Dialect? Dialect(string name) => Dialect(System.Text.Encoding.UTF8.GetBytes(name));

    /// <summary>Resources of the inputs that belong to no dialect; printed back at the end of a module.</summary>
    public Builtin.ExternalResources? ExternalResources { get; set; }

    /// <summary>The dialects that are loaded by now, in the order in which they were registered.</summary>
    internal List<Dialect> LoadedDialects()
    {
        List<Dialect> loaded = [];
        foreach (DialectEntry entry in dialectOrder)
            if (entry.Loaded is { } dialect) loaded.Add(dialect);
        return loaded;
    }

    /// <summary>Whether an operation was met that checks the symbols it uses.</summary>
    internal bool HasSymbolUsers { get; set; }

    /// <summary>Whether anything that may be printed as an alias was ever made here.</summary>
    internal bool HasAliasable { get; private set; }

    /// <summary>Whether a type is among it.</summary>
    internal bool HasAliasableTypes { get; private set; }

    internal void NoteAliasable(Interned what)
    {
        if (what is IrType) HasAliasableTypes = true;
        HasAliasable |= what is not Builtin.LocationAttr;
    }

    /// <summary>The alias name that a loaded dialect gives to one of its attributes or types, or null.</summary>
    internal string? AliasNameOf(Interned what)
    {
        foreach (DialectEntry entry in dialectOrder)
            if (entry.Loaded?.AliasFor(what) is { } name) return name;
        return null;
    }

    private readonly Utf8Map<OpInfo> opInfos = new();
    private int opInfoCount;

    /// <summary>The kind of operation of a full name (`arith.addi`), known to a registered dialect or not.</summary>
    public OpInfo OpInfo(ReadOnlySpan<byte> name) => opInfos.GetOrAdd(name, this, static (key, context) =>
    {
        int dot = key.AsSpan().IndexOf((byte)'.');
        Dialect? dialect = dot < 0 ? null : context.Dialect(key.AsSpan(0, dot));
        return new OpInfo(context, context.Identifier(key), context.opInfoCount++, dialect, dialect?.FindOp(key));
    });

    public OpInfo OpInfo(string name) => OpInfo(System.Text.Encoding.UTF8.GetBytes(name));

    /// <summary>Operation kinds met so far; ids are smaller than this.</summary>
    public int OpInfoCount => opInfoCount;
}
