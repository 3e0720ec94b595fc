using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>What patterns ask of constant operands. Weights are looked at where they lie, and only small ones element by element.</summary>
public static class GraphConstants
{
    /// <summary>Elements up to which a constant is compared with a number.</summary>
    private const long MostCompared = 1 << 16;

    /// <summary>The elements of a constant; null where the value is none, or its resource has no data.</summary>
    public static NdArray? ArrayOf(Value value)
    {
        if (value.DefiningOp is not ConstantOp constant) return null;
        try
        {
            return GraphTypes.ArrayOf(constant.Value);
        }
        catch (EvaluationException)
        {
            return null;
        }
    }

    /// <summary>The number that every element of a constant is; null where they differ, or the value is no constant.</summary>
    public static double? Splat(Value value)
    {
        if (value.DefiningOp is not ConstantOp constant || value.Type is not RankedTensorType { HasStaticShape: true } type) return null;
        if (type.NumElements is 0 or > MostCompared && constant.Value is not DenseElementsAttr { IsSplat: true }) return null;
        if (constant.Value is DenseElementsAttr { IsSplat: true } splat && type.ElementType is FloatType { Width: 32 or 64 }) return splat.GetDouble(0);
        if (ArrayOf(value) is not { } array || !(array.Kind.IsFloat() || array.Kind.IsInteger() || array.Kind == ElementKind.I1)) return null;
        double first = array.GetDouble(0);
        for (long i = 1; i < array.Count; i++)
            if (!array.GetDouble(i).Equals(first)) return null;
        return first;
    }

    /// <summary>Whether every element of a constant is this number, up to the rounding of its type.</summary>
    public static bool IsNear(Value value, double number) =>
        Splat(value) is { } all && Math.Abs(all - number) <= Math.Abs(number) * 1e-3 * (GraphTypes.Element(value) is FloatType { Width: 16 } ? 1 : 1e-3);

    /// <summary>Whether every element of a constant is exactly this number.</summary>
    public static bool Is(Value value, double number) => Splat(value) is { } all && all == number;

    /// <summary>The elements of a small integer constant, or null.</summary>
    public static long[]? Ints(Value value) =>
        ArrayOf(value) is { } array && array.Kind.IsInteger() && array.Count <= MostCompared ? array.ToInt64s() : null;

    /// <summary>The same for an optional operand: an empty list where it is absent.</summary>
    public static long[]? Ints(Operation op, int operand) => operand < op.OperandCount ? Ints(op.Operand(operand)) : [];

    /// <summary>Whether two values are the same, or constants of the same elements.</summary>
    public static bool Same(Value a, Value b)
    {
        if (a == b) return true;
        if (a.DefiningOp is not ConstantOp x || b.DefiningOp is not ConstantOp y || a.Type != b.Type) return false;
        return x.Value == y.Value || (ArrayOf(a) is { } left && ArrayOf(b) is { } right && left.ContentEquals(right));
    }

    /// <summary>Bytes of a tensor type's elements; long.MaxValue where that is not known.</summary>
    public static long Bytes(IrType type)
    {
        if (type is not RankedTensorType { HasStaticShape: true } tensor) return long.MaxValue;
        try
        {
            return NdArray.BytesFor(GraphTypes.KindOf(tensor), NdArray.CountOf(tensor.Shape));
        }
        catch (EvaluationException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>A constant of an array; what is too long for text becomes a resource whose name starts as <paramref name="stem"/> says.</summary>
    public static Value Make(OpBuilder builder, NdArray array, string stem) => ConstantOp.Create(builder, GraphTypes.AttrOf(builder.Context, array, stem)).Output;

    public static Value MakeInts(OpBuilder builder, ReadOnlySpan<long> values) => Make(builder, NdArray.Vector(values), "extents");

    /// <summary>A constant of this shape and element type, all of whose elements are one number.</summary>
    public static Value MakeSplat(OpBuilder builder, IrType type, double value)
    {
        NdArray one = Kernels.Cast.To(NdArray.Scalar(value), GraphTypes.KindOf(type));
        NdArray all = Kernels.Moves.Expand(one, ((RankedTensorType)type).Shape);
        return ConstantOp.Create(builder, GraphTypes.AttrOf(builder.Context, all, "splat", int.MaxValue)).Output;
    }

    /// <summary>What a constant that is made from this one may be called.</summary>
    public static string Stem(Value value) => value.DefiningOp is ConstantOp { Value: DenseResourceElementsAttr { Handle: { } handle } } ? handle.Key : "folded";
}
