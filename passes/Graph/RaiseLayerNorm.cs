using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Normalization over the last dimensions, from means and a root.</summary>
public sealed class RaiseLayerNorm() : Pattern<DivOp>("raise-layer-norm")
{
    // d = x - mean(x); d / sqrt(mean(d^2) + e) -> layer_normalization(x, ones, e)
    public override bool Rewrite(DivOp op, Rewriter rw)
    {
        if (op.Lhs.DefiningOp is not SubOp sub || op.Rhs.DefiningOp is not SqrtOp root || root.Input.DefiningOp is not AddOp add) return rw.NoMatch(op, "it is no quotient of a difference and a root of a sum");
        if (sub.Rhs.DefiningOp is not ReduceMeanOp mean || mean.Input != sub.Lhs) return rw.NoMatch(op, "the mean is not taken away");
        if (GraphConstants.Splat(add.Rhs) is not { } epsilon || add.Lhs.DefiningOp is not ReduceMeanOp variance) return rw.NoMatch(op, "the root is not of a mean and a number");
        if (!IsSquareOf(variance.Input, sub)) return rw.NoMatch(op, "it is not the mean of the squared difference");
        Value x = sub.Lhs;
        if (GraphRewrite.Extents(x) is not { } shape || x.Type != op.Output.Type || GraphTypes.Element(x) is not FloatType element) return rw.NoMatch(op, "the shape is not known, or changes");
        if (FirstAxis(mean, shape.Length) is not { } axis || FirstAxis(variance, shape.Length) != axis) return rw.NoMatch(op, "the means are not over the last dimensions, kept");
        long[] rest = shape[(int)axis..];
        foreach (long extent in rest)
            if (ShapedType.IsDynamic(extent)) return rw.NoMatch(op, "an extent is not known");
        Value ones = GraphConstants.MakeSplat(rw, GraphTypes.Tensor((ReadOnlySpan<long>)rest, element), 1);
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.layer_normalization", [x, ones], op.Output.Type,
            ("axis", GraphRewrite.Int(rw, axis - shape.Length)), ("epsilon", GraphRewrite.Float(rw, epsilon))));
    }

    // d^2 or d * d of the same difference, which may have been computed twice.
    private static bool IsSquareOf(Value value, SubOp difference)
    {
        Value factor = value.DefiningOp switch
        {
            PowOp pow when GraphConstants.Is(pow.Rhs, 2) => pow.Lhs,
            MulOp mul when mul.Lhs == mul.Rhs => mul.Lhs,
            _ => default,
        };
        return !factor.IsNull && (factor == difference.Output
            || (factor.DefiningOp is SubOp again && again.Lhs == difference.Lhs && again.Rhs.DefiningOp is ReduceMeanOp mean && mean.Input == difference.Lhs));
    }

    // The first of the axes, when they are all from it on.
    private static long? FirstAxis(ReduceMeanOp op, int rank)
    {
        if (op.Keepdims == 0 || GraphConstants.Ints(op, 1) is not { Length: > 0 } given) return null;
        long[] axes = (long[])given.Clone();
        if (!GraphRewrite.Normalize(axes, rank)) return null;
        Array.Sort(axes);
        for (int i = 0; i < axes.Length; i++)
            if (axes[i] != rank - axes.Length + i) return null;
        return axes[0];
    }
}

/// <summary>A factor of a normalization is its scale.</summary>
public sealed class ScaleIntoLayerNorm() : Pattern<MulOp>("scale-into-layer-norm")
{
    // layer_normalization(x, ones) * c -> layer_normalization(x, c)
    public override bool Rewrite(MulOp op, Rewriter rw)
    {
        if (LayerNorm.Match(op, out Value factor) is not { Bias: null } norm) return rw.NoMatch(op, "no factor is a normalization of one use without bias");
        if (!GraphConstants.Is(norm.Scale, 1)) return rw.NoMatch(op, "it is scaled already");
        if (LayerNorm.Fit(rw, norm, factor) is not { } scale) return rw.NoMatch(op, "the other factor is no constant of the normalized dimensions");
        return rw.Replace(op, GraphRewrite.Like(rw, norm, [norm.Input, scale], op.Output.Type));
    }
}

/// <summary>What is added to a normalization is its bias.</summary>
public sealed class BiasIntoLayerNorm() : Pattern<AddOp>("bias-into-layer-norm")
{
    // layer_normalization(x, s) + c -> layer_normalization(x, s, c)
    public override bool Rewrite(AddOp op, Rewriter rw)
    {
        if (LayerNorm.Match(op, out Value added) is not { Bias: null } norm) return rw.NoMatch(op, "no operand is a normalization of one use without bias");
        if (LayerNorm.Fit(rw, norm, added) is not { } bias) return rw.NoMatch(op, "the other operand is no constant of the normalized dimensions");
        return rw.Replace(op, GraphRewrite.Like(rw, norm, [norm.Input, norm.Scale, bias], op.Output.Type));
    }
}

internal static class LayerNorm
{
    /// <summary>The normalization among two operands that has no other use, and the other operand.</summary>
    public static LayerNormalizationOp? Match(BinaryOp op, out Value other)
    {
        for (int i = 0; i < 2; i++)
        {
            other = op.Operand(1 - i);
            if (op.Operand(i).DefiningOp is LayerNormalizationOp norm && op.Operand(i).HasOneUse && op.Operand(i).Type == op.Result(0).Type) return norm;
        }
        other = default;
        return null;
    }

    /// <summary>A constant in the shape of the normalization's scale; null where it has another one.</summary>
    public static Value? Fit(OpBuilder builder, LayerNormalizationOp norm, Value constant)
    {
        if (constant.DefiningOp is not ConstantOp || GraphConstants.ArrayOf(constant) is not { } array) return null;
        if (GraphRewrite.Shape(norm.Scale) is not { } wanted || array.Kind != GraphTypes.KindOf(norm.Scale.Type)) return null;
        if (array.Shape.SequenceEqual(wanted)) return constant;
        int more = array.Rank - wanted.Length;
        if (more <= 0 || !array.Shape[more..].SequenceEqual(wanted)) return null;
        foreach (long extent in array.Shape[..more])
            if (extent != 1) return null;
        return GraphConstants.Make(builder, array.Reshape(wanted), GraphConstants.Stem(constant));
    }
}
