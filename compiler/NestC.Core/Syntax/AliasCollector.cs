using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>
/// Finds the attributes, types and locations that a module prints as aliases, in the order in which mlir-opt meets them, and
/// names them: by depth (what an alias uses comes first), types before attributes, then by name.
/// </summary>
internal sealed class AliasCollector : IPartVisitor
{
    private sealed class Info(Interned what, int index)
    {
        public readonly Interned What = what;
        public readonly int Index = index;
        public string? Name;
        public int Depth;
        public bool Deferrable;
        public Vec<Info> Children;
    }

    private readonly Dictionary<Interned, Info> infos = new(ReferenceComparer.Instance);
    private readonly List<Info> all = [];
    private readonly PrintOptions options;
    private readonly AsmPrinter probe;
    private readonly NestContext context;
    private bool deferrable;
    private int deepest;
    private Info? holder;

    private AliasCollector(NestContext context, PrintOptions options)
    {
        this.context = context;
        this.options = options;
        probe = new AsmPrinter(new Utf8Writer(), options, this);
    }

    /// <summary>The aliases of a module; null when it has none.</summary>
    public static AliasTable? Collect(Operation op, PrintOptions options)
    {
        // Nothing that was ever made in this context can be an alias: no need to look.
        if (!options.DebugInfo && !op.Context.HasAliasable) return null;
        AliasCollector collector = new(op.Context, options);
        collector.VisitOp(op);
        return collector.Name();
    }

    private void VisitOp(Operation op)
    {
        if (AsmParser.StackIsShort)
        {
            VisitOpOnFreshStack(op);
            return;
        }
        if (options.DebugInfo) Visit(context.Resolve(op.Location), canBeDeferred: true);
        if (!options.Generic && op.Info.Definition is { HasCustomSyntax: true } definition)
        {
            probe.Out.Clear();
            definition.Print(op, probe);
            return;
        }
        if (!options.SkipRegions)
            foreach (Region region in op.Regions) VisitRegion(region, true, true);
        foreach (Value v in op.Operands) Visit(v.Type);
        foreach (Value v in op.Results) Visit(v.Type);
        VisitAttributes(op);
    }

    private void VisitOpOnFreshStack(Operation op) => AsmParser.OnFreshStack(() =>
    {
        VisitOp(op);
        return true;
    });

    // Inherent and discardable attributes together, sorted by name.
    private void VisitAttributes(Operation op)
    {
        // Upstream keeps the properties of an operation that it does not know apart from its attributes, and does not look there.
        Attr? properties = op.Info.IsRegistered || Upstream.HasDialect(op.Info.Name.DialectPrefix) ? op.PropertiesAttr : null;
        if (properties is null)
        {
            if (op.AttributesOrNull is { } d && (d.Flags & InternFlags.MayAlias) != 0)
                foreach (NamedAttr entry in d.Entries) Visit(entry.Value);
            return;
        }
        if (properties is not DictionaryAttr inherent)
        {
            Visit(properties);
            foreach (NamedAttr entry in op.Attributes.Entries) Visit(entry.Value);
            return;
        }
        ReadOnlySpan<NamedAttr> a = inherent.Entries, b = op.Attributes.Entries;
        int i = 0, j = 0;
        while (i < a.Length || j < b.Length)
            Visit(j >= b.Length || (i < a.Length && Identifier.Compare(a[i].Name, b[j].Name) <= 0) ? a[i++].Value : b[j++].Value);
    }

    internal void VisitRegion(Region region, bool printEntryArguments, bool printTerminators)
    {
        if (options.SkipRegions) return;
        for (Block? block = region.First; block is not null; block = block.Next)
        {
            if (printEntryArguments || block != region.First)
                for (int i = 0; i < block.ArgumentCount; i++)
                {
                    Visit(block.ArgumentAt(i).Type);
                    VisitLocation(block, i);
                }
            bool all = printTerminators || block != region.First;
            for (Operation? op = block.First; op is not null; op = op.Next)
                if (all || op.Next is not null || !op.IsTerminatorLike) VisitOp(op);
        }
    }

    internal void VisitLocation(Block block, int argument)
    {
        if (options.DebugInfo) Visit(context.Resolve(block.ArgumentLocation(argument)), canBeDeferred: false);
    }

    public void Visit(IrType type) => Visit(type, deferrable);

    public void Visit(Attr attr) => Visit(attr, deferrable);

    private void Visit(Interned what, bool canBeDeferred)
    {
        if ((what.Flags & InternFlags.MayAlias) == 0) return;
        if (infos.TryGetValue(what, out Info? info))
        {
            if (!canBeDeferred) MarkUsedEarly(info);
        }
        else
        {
            info = new Info(what, all.Count) { Deferrable = canBeDeferred };
            infos.Add(what, info);
            all.Add(info);
            info.Name = AliasName(what);
            if (info.Name is not null) info.Depth = 1;
            (bool outerDeferrable, int outerDeepest, Info? outerHolder) = (deferrable, deepest, holder);
            (deferrable, deepest, holder) = (canBeDeferred, 0, info);
            if (AsmParser.StackIsShort) VisitPartsOnFreshStack(what);
            else what.VisitParts(this);
            if (deepest > 0) info.Depth = deepest + 1;
            (deferrable, deepest, holder) = (outerDeferrable, outerDeepest, outerHolder);
        }
        deepest = Math.Max(deepest, info.Depth);
        holder?.Children.Add(info);
    }

    private void VisitPartsOnFreshStack(Interned what) => AsmParser.OnFreshStack(() =>
    {
        what.VisitParts(this);
        return true;
    });

    private static void MarkUsedEarly(Info info)
    {
        if (!info.Deferrable) return;
        info.Deferrable = false;
        foreach (Info child in info.Children.Span) MarkUsedEarly(child);
    }

    private string? AliasName(Interned what)
    {
        string? name = context.AliasNameOf(what);
        if (name is not null) return Sanitized(name);
        if (what is OpaqueAttr opaque && Upstream.AliasOf(opaque) is { } upstream) return upstream;
        if ((what.Flags & InternFlags.AliasesItself) == 0) return null;
        return what switch
        {
            AffineMapAttr => "map",
            IntegerSetAttr => "set",
            LocationAttr => "loc",
            DistinctAttr => "distinct",
            TupleType => "tuple",
            _ => null,
        };
    }

    // An alias name must not end in a digit, which would clash with the numbers that are appended.
    private static string Sanitized(string name)
    {
        StringBuilder clean = new(name.Length);
        foreach (char c in name) clean.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '$' or '-' ? c : '_');
        if (char.IsAsciiDigit(name[^1])) clean.Append('_');
        return clean.ToString();
    }

    private AliasTable? Name()
    {
        List<Info> named = all.FindAll(static info => info.Name is not null);
        if (named.Count == 0) return null;
        Info[] sorted = [.. named];
        Array keys = SortKeys(sorted);
        Array.Sort(keys, sorted);
        AliasTable table = new();
        Dictionary<string, int> counts = [];
        foreach (Info info in sorted)
        {
            counts.TryGetValue(info.Name!, out int number);
            counts[info.Name!] = number + 1;
            string text = (info.What is IrType ? "!" : "#") + info.Name + (number == 0 ? "" : number);
            table.Add(info.What, Encoding.UTF8.GetBytes(text), info.Deferrable);
        }
        return table;
    }

    // Depth, then types before attributes, then the name, then the order in which they were met, in one number each: modules
    // have tens of thousands of aliases but few names.
    private static long[] SortKeys(Info[] infos)
    {
        List<string> names = [];
        Dictionary<string, int> ranks = [];
        foreach (Info info in infos)
            if (ranks.TryAdd(RankName(info), 0)) names.Add(RankName(info));
        names.Sort(string.CompareOrdinal);
        for (int i = 0; i < names.Count; i++) ranks[names[i]] = i;
        long[] keys = new long[infos.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = (long)infos[i].Depth << 44 | (long)ranks[RankName(infos[i])] << 32 | (uint)infos[i].Index;
        return keys;
    }

    private static string RankName(Info info) => info.What is IrType ? "!" + info.Name : "#" + info.Name;
}
