using System.Runtime.CompilerServices;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// The operands of an operation as its conversion pattern gets them: the values that stand for them now, of the types that the pattern's
/// converter wants.
/// </summary>
public readonly ref struct ConvertedOperands
{
    private readonly Value[][] values;

    internal ConvertedOperands(Value[][] values) => this.values = values;

    /// <summary>The number of operands that the operation has.</summary>
    public int Count => values.Length;

    /// <summary>The one value that stands for an operand.</summary>
    /// <exception cref="InvalidOperationException">None or several values stand for it: ask <see cref="Many"/>.</exception>
    public Value this[int operand] => values[operand] is [var one] ? one
        : throw new InvalidOperationException($"operand #{operand} became {values[operand].Length} values");

    /// <summary>The values that stand for an operand.</summary>
    public ReadOnlySpan<Value> Many(int operand) => values[operand];

    /// <summary>The values that stand for a range of the operands, one after another.</summary>
    public Value[] Of(OperandRange range) => Flatten(values.AsSpan(range.Start, range.Count));

    /// <summary>The values that stand for all operands, one after another.</summary>
    public Value[] All => Flatten(values);

    private static Value[] Flatten(ReadOnlySpan<Value[]> lists)
    {
        int n = 0;
        foreach (Value[] list in lists) n += list.Length;
        Value[] all = new Value[n];
        n = 0;
        foreach (Value[] list in lists)
            foreach (Value value in list) all[n++] = value;
        return all;
    }
}

/// <summary>A pattern of a dialect conversion. It gets its operands converted; results are replaced by values of the converted types.</summary>
public abstract class ConversionPattern(TypeConverter? converter, string? name = null, int benefit = 1) : Pattern(name, benefit)
{
    /// <summary>What the operands' types are converted by; null: the operands come as they are by now.</summary>
    public TypeConverter? Converter { get; } = converter;

    /// <summary>Converts; true when it did, else <c>rw.NoMatch(op, reason)</c> (what was changed before is rolled back).</summary>
    public abstract bool ConvertOp(Operation op, ConvertedOperands operands, ConversionRewriter rw);

    public sealed override bool RewriteOp(Operation op, Rewriter rw)
    {
        if (rw is not ConversionRewriter conversion) return rw.NoMatch(op, "the pattern works in a dialect conversion only");
        if (!conversion.TryAdapt(op, Converter, out Value[][] operands, out string why)) return rw.NoMatch(op, why);
        conversion.CurrentConverter = Converter;
        return ConvertOp(op, new ConvertedOperands(operands), conversion);
    }
}

/// <summary>A conversion pattern whose root is of class <typeparamref name="TOp"/> (or implements that interface).</summary>
public abstract class ConversionPattern<TOp>(TypeConverter? converter, string? name = null, int benefit = 1) : ConversionPattern(converter, name, benefit)
    where TOp : class
{
    public sealed override Type RootType => typeof(TOp);

    public sealed override bool ConvertOp(Operation op, ConvertedOperands operands, ConversionRewriter rw) => Convert(Unsafe.As<TOp>(op), operands, rw);

    /// <summary>Converts; true when it did, else <c>rw.NoMatch(op, reason)</c>.</summary>
    public abstract bool Convert(TOp op, ConvertedOperands operands, ConversionRewriter rw);
}

/// <summary>What a function that converts an operation looks like.</summary>
public delegate bool ConvertFunction<in TOp>(TOp op, ConvertedOperands operands, ConversionRewriter rw);

public static class ConversionPatterns
{
    /// <summary>Adds a conversion pattern that a function implements.</summary>
    public static PatternSet AddConversion<TOp>(this PatternSet patterns, TypeConverter? converter, string name, ConvertFunction<TOp> convert, int benefit = 1)
        where TOp : class => patterns.Add(new FunctionConversion<TOp>(converter, name, convert, benefit));

    private sealed class FunctionConversion<TOp>(TypeConverter? converter, string name, ConvertFunction<TOp> convert, int benefit)
        : ConversionPattern<TOp>(converter, name, benefit) where TOp : class
    {
        public override bool Convert(TOp op, ConvertedOperands operands, ConversionRewriter rw) => convert(op, operands, rw);
    }
}
