using System.Collections.Concurrent;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>Makes one value of a type from others, with new operations at the builder's place; no value when it cannot.</summary>
public delegate Value Materialization(OpBuilder builder, IrType type, ReadOnlySpan<Value> inputs);

/// <summary>
/// Says which types stand for a type after a conversion: one, several, or none. Rules added later are tried first. Complete before a
/// conversion starts; answers are kept, and one converter serves many threads.
/// </summary>
public sealed class TypeConverter
{
    private readonly List<Func<IrType, IrType[]?>> rules = [];
    private readonly ConcurrentDictionary<IrType, IrType[]?> answers = new();
    private readonly List<Materialization> sources = [], targets = [], arguments = [];

    /// <summary>Whether casts that nothing resolves may stay, for a later conversion to fold away; otherwise they are errors.</summary>
    public bool CastsMayStay { get; init; }

    /// <summary>Converts a class of types to one type each; null where the rule does not apply.</summary>
    public TypeConverter Add<TType>(Func<TType, IrType?> convert) where TType : IrType
    {
        rules.Add(type => type is TType match && convert(match) is { } to ? [to] : null);
        return this;
    }

    /// <summary>Converts a class of types to any number of types each; null where the rule does not apply.</summary>
    public TypeConverter AddMany<TType>(Func<TType, IrType[]?> convert) where TType : IrType
    {
        rules.Add(type => type is TType match ? convert(match) : null);
        return this;
    }

    /// <summary>Types that no other rule covers stay what they are.</summary>
    public TypeConverter KeepOthers()
    {
        rules.Insert(0, static type => [type]);
        return this;
    }

    /// <summary>How a value of the old type is made from converted ones, for users that are not converted.</summary>
    public TypeConverter AddSourceMaterialization(Materialization make)
    {
        sources.Add(make);
        return this;
    }

    /// <summary>How a value of the new type is made from an old one, for users that are converted before the definition is.</summary>
    public TypeConverter AddTargetMaterialization(Materialization make)
    {
        targets.Add(make);
        return this;
    }

    /// <summary>How the old block argument is made from the new ones; the source materializations are asked next.</summary>
    public TypeConverter AddArgumentMaterialization(Materialization make)
    {
        arguments.Add(make);
        return this;
    }

    /// <summary>The types that stand for a type (possibly none); null when it cannot be converted.</summary>
    public IrType[]? ConvertMany(IrType type)
    {
        if (answers.TryGetValue(type, out IrType[]? known)) return known;
        IrType[]? answer = null;
        for (int i = rules.Count - 1; i >= 0 && answer is null; i--) answer = rules[i](type);
        answers[type] = answer;
        return answer;
    }

    /// <summary>The one type that stands for a type; null when there is none or more than one.</summary>
    public IrType? Convert(IrType type) => ConvertMany(type) is [var one] ? one : null;

    /// <summary>Converts a list of types; null when one cannot be converted.</summary>
    public IrType[]? ConvertAll(ReadOnlySpan<IrType> types)
    {
        List<IrType> all = [];
        foreach (IrType type in types)
        {
            if (ConvertMany(type) is not { } converted) return null;
            all.AddRange(converted);
        }
        return [.. all];
    }

    /// <summary>Whether the type stands for itself.</summary>
    public bool IsLegal(IrType type) => Convert(type) == type;

    /// <summary>Whether all operand and result types stand for themselves; the verdict names the first that does not.</summary>
    public Verdict Check(Operation op)
    {
        for (int i = 0; i < op.OperandCount; i++)
            if (!IsLegal(op.Operand(i).Type)) return No($"type of operand #{i}", op.Operand(i).Type);
        for (int i = 0; i < op.ResultCount; i++)
            if (!IsLegal(op.Result(i).Type)) return No($"type of result #{i}", op.Result(i).Type);
        return Verdict.Yes;
    }

    /// <summary>Whether the types of a signature and of the arguments of a region's blocks stand for themselves.</summary>
    public Verdict CheckSignature(FunctionType signature, Region? body)
    {
        foreach (IrType type in signature.Inputs)
            if (!IsLegal(type)) return No("an argument type", type);
        foreach (IrType type in signature.Results)
            if (!IsLegal(type)) return No("a result type", type);
        if (body is null) return Verdict.Yes;
        foreach (Block block in body.Blocks)
            for (int i = 0; i < block.ArgumentCount; i++)
                if (!IsLegal(block.ArgumentAt(i).Type)) return No("the type of a block argument", block.ArgumentAt(i).Type);
        return Verdict.Yes;
    }

    private Verdict No(string what, IrType type)
    {
        IrType[]? to = ConvertMany(type);
        string? help = to is null ? "no conversion is known for the type" : "it converts to " + (to.Length == 0 ? "nothing" : string.Join<IrType>(", ", to));
        return Verdict.No("NEST3203", $"{what} is legal", type.ToString() ?? "", "", help);
    }

    internal Value MaterializeSource(OpBuilder builder, IrType type, ReadOnlySpan<Value> inputs, bool forArgument)
    {
        Value made = forArgument ? First(arguments, builder, type, inputs) : default;
        return made.IsNull ? First(sources, builder, type, inputs) : made;
    }

    internal Value MaterializeTarget(OpBuilder builder, IrType type, ReadOnlySpan<Value> inputs) => First(targets, builder, type, inputs);

    private static Value First(List<Materialization> all, OpBuilder builder, IrType type, ReadOnlySpan<Value> inputs)
    {
        for (int i = all.Count - 1; i >= 0; i--)
        {
            Value made = all[i](builder, type, inputs);
            if (!made.IsNull) return made;
        }
        return default;
    }
}
