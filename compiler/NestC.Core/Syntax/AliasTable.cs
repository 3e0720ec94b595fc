using System.Text;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>What is known of an object that is printed as an alias, or that holds one that may be.</summary>
internal sealed class Alias(Interned what)
{
    public readonly Interned What = what;
    public Vec<Alias> Children;
    public int Name = -1;       // -1: no alias itself
    public int Number;          // among those of the name
    public int Depth;
    public bool Deferrable;
}

/// <summary>The names of aliases without their numbers: `#map`, `!tuple`.</summary>
internal sealed class AliasNames
{
    private readonly Dictionary<string, int> ids = [];
    private readonly List<string> names = [];
    private Vec<byte[]> texts;
    private string? lastName;
    private bool lastIsType;
    private int lastId;

    public int IdOf(Interned what, string name)
    {
        bool isType = what is IrType;
        if (ReferenceEquals(name, lastName) && isType == lastIsType) return lastId;
        string full = (isType ? "!" : "#") + name;
        if (!ids.TryGetValue(full, out int id))
        {
            ids.Add(full, id = names.Count);
            names.Add(full);
            texts.Add(Encoding.UTF8.GetBytes(full));
        }
        (lastName, lastIsType, lastId) = (name, isType, id);
        return id;
    }

    public ReadOnlySpan<byte> Text(int id) => texts[id];

    /// <summary>The place of each name in the order of names.</summary>
    public int[] Ranks()
    {
        List<string> sorted = [.. names];
        sorted.Sort(string.CompareOrdinal);
        int[] ranks = new int[names.Count];
        for (int i = 0; i < sorted.Count; i++) ranks[ids[sorted[i]]] = i;
        return ranks;
    }
}

/// <summary>The aliases (`#map`, `!tuple`, `#loc3`) of the module that is being printed.</summary>
internal sealed class AliasTable(InternedMap indices, Vec<Alias> all, long[] order, AliasNames names)
{
    private readonly Vec<Alias> all = all;

    public Alias? Find(Interned what)
    {
        int index = indices.Find(what);
        return index >= 0 && all[index].Name >= 0 ? all[index] : null;
    }

    public void Write(Utf8Writer output, Alias alias)
    {
        output.Write(names.Text(alias.Name));
        if (alias.Number > 0) output.Write((long)alias.Number);
    }

    /// <summary>Writes the definitions that stand before the module, or those (of locations) that may stand after it.</summary>
    public void PrintDefinitions(AsmPrinter printer, bool deferred)
    {
        for (int i = 0; i < order.Length; i++)
        {
            Alias alias = all[(int)order[i]];
            if (alias.Deferrable != deferred) continue;
            Write(printer.Out, alias);
            printer.Out.Write(" = "u8);
            if (alias.What is IrType type) type.Print(printer);
            else ((Attr)alias.What).Print(printer, TypeElision.Never);
            printer.Out.Write('\n');
        }
    }
}

internal sealed class ReferenceComparer : IEqualityComparer<Interned>
{
    public static readonly ReferenceComparer Instance = new();

    public bool Equals(Interned? x, Interned? y) => ReferenceEquals(x, y);

    public int GetHashCode(Interned obj) => obj.StructureHash;
}
