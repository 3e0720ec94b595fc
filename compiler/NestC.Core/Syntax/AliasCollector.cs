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
    private readonly InternedMap infos = new();         // indices into all
    private Vec<Alias> all;
    private readonly AliasNames names = new();
    private readonly PrintOptions options;
    private readonly AsmPrinter probe;
    private readonly NestContext context;
    private bool deferrable;
    private int deepest;
    private Alias? holder;

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
        if (context.HasAliasableTypes)
        {
            foreach (Value v in op.Operands) Visit(v.Type);
            foreach (Value v in op.Results) Visit(v.Type);
        }
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
        Attr? properties = op.Info.ShowsProperties ? op.PropertiesAttr : null;
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
        int index = infos.Find(what);
        Alias info;
        if (index >= 0)
        {
            info = all[index];
            if (!canBeDeferred) MarkUsedEarly(info);
        }
        else
        {
            string? name = AliasName(what);
            if (name is null && !options.DebugInfo && what is ArrayAttr array && HoldsLeaves(array))
            {
                VisitLeaves(array);
                return;
            }
            info = new Alias(what) { Deferrable = canBeDeferred };
            infos.Add(what, all.Count);
            all.Add(info);
            if (name is not null)
            {
                info.Name = names.IdOf(what, name);
                info.Depth = 1;
            }
            (bool outerDeferrable, int outerDeepest, Alias? outerHolder) = (deferrable, deepest, holder);
            (deferrable, deepest, holder) = (canBeDeferred, 0, info);
            if (AsmParser.StackIsShort) VisitPartsOnFreshStack(what);
            else what.VisitParts(this);
            if (deepest > 0) info.Depth = deepest + 1;
            (deferrable, deepest, holder) = (outerDeferrable, outerDeepest, outerHolder);
        }
        deepest = Math.Max(deepest, info.Depth);
        // Only locations can be deferred, and what they hold with them.
        if (options.DebugInfo) holder?.Children.Add(info);
    }

    // Whether each part is an alias itself or can be none: nothing needs to be remembered of such an array, of which there may be many.
    private static bool HoldsLeaves(ArrayAttr array)
    {
        foreach (Attr part in array.Elements)
            if ((part.Flags & (InternFlags.MayAlias | InternFlags.AliasesItself)) == InternFlags.MayAlias) return false;
        return true;
    }

    private void VisitLeaves(ArrayAttr array)
    {
        int outerDeepest = deepest;
        deepest = 0;
        foreach (Attr part in array.Elements) Visit(part);
        deepest = Math.Max(outerDeepest, deepest > 0 ? deepest + 1 : 0);
    }

    private void VisitPartsOnFreshStack(Interned what) => AsmParser.OnFreshStack(() =>
    {
        what.VisitParts(this);
        return true;
    });

    private static void MarkUsedEarly(Alias info)
    {
        if (!info.Deferrable) return;
        info.Deferrable = false;
        foreach (Alias child in info.Children.Span) MarkUsedEarly(child);
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

    // Depth, then types before attributes, then the name, then the order in which they were met, in one number each: modules
    // have tens of thousands of aliases but few names.
    private AliasTable? Name()
    {
        int count = 0;
        for (int i = 0; i < all.Count; i++)
            if (all[i].Name >= 0) count++;
        if (count == 0) return null;
        int[] ranks = names.Ranks();
        long[] keys = new long[count];
        for (int i = all.Count - 1; i >= 0; i--)
            if (all[i].Name >= 0) keys[--count] = (long)all[i].Depth << 44 | (long)ranks[all[i].Name] << 32 | (uint)i;
        Array.Sort(keys);
        int[] counts = new int[ranks.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            Alias alias = all[(int)keys[i]];
            alias.Number = counts[alias.Name]++;
        }
        return new AliasTable(infos, all, keys, names);
    }
}
