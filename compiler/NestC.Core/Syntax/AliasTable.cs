using NestC.IR;

namespace NestC.Syntax;

/// <summary>The aliases (`#map`, `!tuple`, `#loc3`) of the module that is being printed.</summary>
internal sealed class AliasTable
{
    private readonly Dictionary<Interned, byte[]> byObject = new(ReferenceComparer.Instance);
    private readonly List<Definition> all = [];

    private sealed class Definition(Interned what, byte[] alias, bool deferred)
    {
        public readonly Interned What = what;
        public readonly byte[] Alias = alias;
        public readonly bool Deferred = deferred;
    }

    public byte[]? Find(Interned what) => byObject.GetValueOrDefault(what);

    public void Add(Interned what, byte[] alias, bool deferred)
    {
        byObject.Add(what, alias);
        all.Add(new Definition(what, alias, deferred));
    }

    /// <summary>Writes the definitions that stand before the module, or those (of locations) that may stand after it.</summary>
    public void PrintDefinitions(AsmPrinter printer, bool deferred)
    {
        foreach (Definition definition in all)
        {
            if (definition.Deferred != deferred) continue;
            Interned what = definition.What;
            printer.Out.Write(definition.Alias);
            printer.Out.Write(" = "u8);
            if (what is IrType type) type.Print(printer);
            else ((Attr)what).Print(printer, TypeElision.Never);
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
