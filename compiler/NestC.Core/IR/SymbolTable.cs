using System.Text;
using NestC.Builtin;
using NestC.Support;

namespace NestC.IR;

/// <summary>The symbols of an operation with the symbol-table trait, by name. Kept up to date by those who insert and erase.</summary>
public sealed class SymbolTable
{
    private readonly Dictionary<Identifier, Operation> symbols = [];

    public SymbolTable(Operation table)
    {
        Table = table;
        foreach (Region region in table.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation op in block.Operations)
                    if (NameOf(op) is { } name) symbols.TryAdd(table.Context.Identifier(name.Utf8), op);
    }

    /// <summary>The operation whose region holds the symbols.</summary>
    public Operation Table { get; }

    public Operation? Find(Identifier name) => symbols.GetValueOrDefault(name);

    public Operation? Find(string name) => Find(Table.Context.Identifier(name));

    /// <summary>Adds an operation; its name is made unique by a suffix `_0`, `_1`, ... when it is taken.</summary>
    public string Insert(Operation op, OpBuilder builder)
    {
        StringAttr wanted = NameOf(op) ?? throw new ArgumentException($"'{op.Name}' op has no symbol name");
        Identifier name = Table.Context.Identifier(wanted.Utf8);
        for (int i = 0; symbols.TryGetValue(name, out Operation? other) && other != op; i++)
            name = Table.Context.Identifier($"{wanted.Value}_{i}");
        if (!name.Utf8.SequenceEqual(wanted.Utf8)) builder.SetAttribute(op, "sym_name", StringAttr.Get(Table.Context, name.Utf8));
        symbols[name] = op;
        return name;
    }

    public void Remove(Operation op)
    {
        if (NameOf(op) is { } name && Find(Table.Context.Identifier(name.Utf8)) == op) symbols.Remove(Table.Context.Identifier(name.Utf8));
    }

    /// <summary>The value of `sym_name`, or null.</summary>
    public static StringAttr? NameOf(Operation op)
    {
        if (op is ISymbol) return op.Inherent("sym_name"u8) as StringAttr;
        return op.AttributesOrNull?.Find(op.Context.Common.SymName) as StringAttr ?? (op.Info.IsRegistered ? op.Inherent("sym_name"u8) as StringAttr : null);
    }

    /// <summary>`public` unless `sym_visibility` says otherwise.</summary>
    public static SymbolVisibility VisibilityOf(Operation op)
    {
        Attr? attr = op.Inherent("sym_visibility"u8) ?? op.AttributesOrNull?.Find("sym_visibility"u8);
        return attr is not StringAttr text ? SymbolVisibility.Public
            : text.Value == "private" ? SymbolVisibility.Private
            : text.Value == "nested" ? SymbolVisibility.Nested : SymbolVisibility.Public;
    }

    /// <summary>The nearest operation at or above <paramref name="from"/> that is a symbol table; null when there is none, or when one of an unknown dialect could be one.</summary>
    public static Operation? Nearest(Operation from)
    {
        for (Operation? op = from; op is not null; op = op.ParentOp)
        {
            if (op.Has(OpTraits.SymbolTable)) return op;
            if (op.RegionCount == 1 && op.Info.Dialect is null && !Builtin.Upstream.HasDialect(op.Info.Name.DialectPrefix)) return null;
        }
        return null;
    }

    /// <summary>The operation of this name directly in a symbol table, by a linear search.</summary>
    public static Operation? Lookup(Operation table, ReadOnlySpan<byte> name)
    {
        if (table.RegionCount == 0 || table.Region(0).IsEmpty) return null;
        foreach (Operation op in table.Region(0).First!.Operations)
            if (NameOf(op) is { } own && own.Utf8.SequenceEqual(name)) return op;
        return null;
    }
}

/// <summary>Symbol tables of several operations, made when first asked for.</summary>
public sealed class SymbolTableCollection
{
    private readonly Dictionary<Operation, SymbolTable> tables = [];

    public SymbolTable Of(Operation table)
    {
        if (!tables.TryGetValue(table, out SymbolTable? found)) tables.Add(table, found = new SymbolTable(table));
        return found;
    }

    /// <summary>What a reference names, from the nearest symbol table at or above <paramref name="from"/> on; null when nothing does.</summary>
    public Operation? Resolve(Operation from, SymbolRefAttr reference)
    {
        if (SymbolTable.Nearest(from) is not { } table) return null;
        Operation? found = Of(table).Find(reference.Root);
        foreach (Identifier nested in reference.Nested)
        {
            if (found is null || !found.Has(OpTraits.SymbolTable)) return null;
            found = Of(found).Find(nested);
        }
        return found;
    }
}
