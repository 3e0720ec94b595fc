using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>What a conversion target says of an operation.</summary>
public enum Legality : byte
{
    /// <summary>Nothing: a partial conversion leaves it when no pattern converts it, a full one must convert it.</summary>
    Unknown,

    Legal,

    Illegal,
}

/// <summary>The answer for one operation, with the reason for a no.</summary>
/// <param name="CoversRegions">Whether a yes includes everything in its regions.</param>
public readonly record struct OpLegality(Legality Legality, Verdict Verdict, bool CoversRegions = false);

/// <summary>
/// Says which operations may be left after a conversion: by class, by name, by interface, by dialect, and for the rest. The more specific
/// rule decides. Complete before a conversion starts; one target then serves many threads.
/// </summary>
public sealed class ConversionTarget
{
    private sealed class Rule(Legality legality, Func<Operation, Verdict>? decide)
    {
        public readonly Legality Legality = legality;
        public readonly Func<Operation, Verdict>? Decide = decide;
        public bool CoversRegions;
    }

    private readonly Dictionary<Type, Rule> classes = [];
    private readonly Dictionary<string, Rule> names = [];
    private readonly List<(Type Interface, Rule Rule)> interfaces = [];
    private readonly Dictionary<string, Rule> dialects = [];
    private Rule? rest;

    public ConversionTarget Legal<TOp>() where TOp : class => Set<TOp>(new Rule(Legality.Legal, null));

    public ConversionTarget Illegal<TOp>() where TOp : class => Set<TOp>(new Rule(Legality.Illegal, null));

    /// <summary>Legal where the function says yes; its verdict is quoted where it says no.</summary>
    public ConversionTarget Dynamic<TOp>(Func<TOp, Verdict> decide) where TOp : class =>
        Set<TOp>(new Rule(Legality.Unknown, op => decide((TOp)(object)op)));

    /// <summary>Everything in the regions of operations of this class is legal too, whenever the operation is.</summary>
    public ConversionTarget LegalWithRegions<TOp>() where TOp : class => Set<TOp>(new Rule(Legality.Legal, null) { CoversRegions = true });

    private ConversionTarget Set<TOp>(Rule rule)
    {
        if (typeof(TOp).IsInterface) interfaces.Add((typeof(TOp), rule));
        else classes[typeof(TOp)] = rule;
        return this;
    }

    /// <summary>By full name, for operations that have no class of their own.</summary>
    public ConversionTarget LegalOp(params ReadOnlySpan<string> opNames) => Set(names, opNames, new Rule(Legality.Legal, null));

    public ConversionTarget IllegalOp(params ReadOnlySpan<string> opNames) => Set(names, opNames, new Rule(Legality.Illegal, null));

    public ConversionTarget LegalDialect(params ReadOnlySpan<string> dialectNames) => Set(dialects, dialectNames, new Rule(Legality.Legal, null));

    public ConversionTarget IllegalDialect(params ReadOnlySpan<string> dialectNames) => Set(dialects, dialectNames, new Rule(Legality.Illegal, null));

    public ConversionTarget DynamicDialect(string name, Func<Operation, Verdict> decide) => Set(dialects, [name], new Rule(Legality.Unknown, decide));

    /// <summary>Decides for operations that no other rule covers.</summary>
    public ConversionTarget Rest(Func<Operation, Verdict> decide)
    {
        rest = new Rule(Legality.Unknown, decide);
        return this;
    }

    private ConversionTarget Set(Dictionary<string, Rule> into, ReadOnlySpan<string> keys, Rule rule)
    {
        foreach (string key in keys) into[key] = rule;
        return this;
    }

    public OpLegality Of(Operation op)
    {
        if (Find(op) is not { } rule) return new OpLegality(Legality.Unknown, Verdict.Yes);
        if (rule.Decide is null) return new OpLegality(rule.Legality, Verdict.Yes, rule.CoversRegions && rule.Legality == Legality.Legal);
        Verdict verdict = rule.Decide(op);
        return new OpLegality(verdict.IsYes ? Legality.Legal : Legality.Illegal, verdict, rule.CoversRegions && verdict.IsYes);
    }

    private Rule? Find(Operation op)
    {
        if (classes.TryGetValue(op.GetType(), out Rule? rule) || names.TryGetValue(op.Name, out rule)) return rule;
        foreach ((Type type, Rule one) in interfaces)
            if (type.IsInstanceOfType(op)) return one;
        int dot = op.Name.IndexOf('.');
        if (dot > 0 && dialects.TryGetValue(op.Name[..dot], out rule)) return rule;
        return rest;
    }
}
