using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Analysis;

/// <summary>The symbols that operations refer to, in attributes and properties at any depth.</summary>
public static class SymbolUses
{
    private sealed class Collector(Action<SymbolRefAttr> found) : IPartVisitor
    {
        public void Visit(IrType type) => type.VisitParts(this);

        public void Visit(Attr attr)
        {
            if (attr is SymbolRefAttr reference) found(reference);
            else attr.VisitParts(this);
        }
    }

    /// <summary>Shows the references of an operation itself.</summary>
    public static void OfOp(Operation op, Action<SymbolRefAttr> found)
    {
        Collector collector = new(found);
        if (!op.Attributes.IsEmpty) op.Attributes.VisitParts(collector);
        if (op is ICall { Callee: { } callee } && op.Info.Definition!.InherentNames.Length == 1) found(callee);
        else if (!op.Info.IsRegistered || op.Info.Definition!.InherentNames.Length > 0) op.PropertiesAttr?.VisitParts(collector);
    }

    /// <summary>
    /// Shows the references of an operation and of those in its regions, but not those inside of symbol tables, which mean other symbols.
    /// The result is false when a region may be a symbol table that nobody knows.
    /// </summary>
    public static bool Walk(Operation op, Action<SymbolRefAttr, Operation> found)
    {
        if (op.RegionCount == 1 && op.Info.Dialect is null) return false;
        OfOp(op, reference => found(reference, op));
        if (op.Has(OpTraits.SymbolTable) || op.RegionCount == 0) return true;
        return DeepStack.IsShort ? DeepStack.Run((op, found), static s => WalkNested(s.op, s.found)) : WalkNested(op, found);
    }

    private static bool WalkNested(Operation op, Action<SymbolRefAttr, Operation> found)
    {
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                    if (!Walk(inner, found)) return false;
        return true;
    }

    /// <summary>Every operation on the way that a reference takes from a symbol table; nothing when a part is unknown.</summary>
    public static List<Operation> Resolve(SymbolTableCollection tables, Operation table, SymbolRefAttr reference)
    {
        List<Operation> path = [];
        if (tables.Of(table).Find(reference.Root) is not { } at) return path;
        path.Add(at);
        foreach (Identifier nested in reference.Nested)
        {
            if (!at.Has(OpTraits.SymbolTable) || tables.Of(at).Find(nested) is not { } next) return [];
            path.Add(at = next);
        }
        return path;
    }
}
