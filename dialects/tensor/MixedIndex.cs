using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Tensor;

/// <summary>A number that is known, or the value of type index that holds it (upstream's OpFoldResult).</summary>
public readonly struct MixedIndex : IEquatable<MixedIndex>
{
    private readonly long known;

    public MixedIndex(long number) => known = number;

    public MixedIndex(Value value)
    {
        Value = value;
        known = ShapedType.Dynamic;
    }

    /// <summary>The value; null where the number is known.</summary>
    public Value Value { get; }

    public bool IsKnown => Value.IsNull;

    /// <summary>The number; <see cref="ShapedType.Dynamic"/> where it is a value.</summary>
    public long Number => known;

    public bool Is(long number) => IsKnown && known == number;

    public static implicit operator MixedIndex(long number) => new(number);

    public static implicit operator MixedIndex(Value value) => new(value);

    /// <summary>A number for a value that an index constant defines, else the value.</summary>
    public static MixedIndex Of(Value value) => value.DefiningOp is IConstantLike { ConstantValue: IntegerAttr constant } ? constant.Value : value;

    /// <summary>The number as a value; a constant is made where it is known.</summary>
    public Value ToValue(OpBuilder builder) => IsKnown ? ConstantOp.Integer(builder, builder.Context.Common.Index, known) : Value;

    /// <summary>Puts numbers in the place of the entries that are <see cref="ShapedType.Dynamic"/>, in order.</summary>
    public static MixedIndex[] Merge(ReadOnlySpan<long> numbers, OperandRange values)
    {
        MixedIndex[] mixed = new MixedIndex[numbers.Length];
        int next = 0;
        for (int i = 0; i < mixed.Length; i++) mixed[i] = numbers[i] == ShapedType.Dynamic && next < values.Count ? values[next++] : numbers[i];
        return mixed;
    }

    /// <summary>Undoes <see cref="Merge"/>: the numbers, and the values in the order of the entries that are not known.</summary>
    public static long[] Split(ReadOnlySpan<MixedIndex> mixed, ref Vec<Value> values)
    {
        long[] numbers = new long[mixed.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = mixed[i].Number;
            if (!mixed[i].IsKnown) values.Add(mixed[i].Value);
        }
        return numbers;
    }

    public bool Equals(MixedIndex other) => Value == other.Value && known == other.known;

    public override bool Equals(object? obj) => obj is MixedIndex other && Equals(other);

    public override int GetHashCode() => Hash.Combine(Value.GetHashCode(), Hash.Of(known));

    public override string ToString() => IsKnown ? known.ToString(System.Globalization.CultureInfo.InvariantCulture) : Value.ToString();
}
