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
    private readonly Lock dialectGate = new();

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
}
