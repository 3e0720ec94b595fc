using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Batch normalizations and constant arithmetic become part of the weights of the convolution before them, or of each other.</summary>
[Pass("graph-fold-batch-norm", "Fold batch normalization and constant arithmetic into convolutions")]
public sealed class FoldBatchNormPass : GraphPatternPass
{
    protected override void AddPatterns(PatternSet patterns) => patterns
        .Add(new FoldBatchNormIntoConv())
        .Add(new FoldArithmeticIntoConv())
        .Add(new FoldArithmeticIntoBatchNorm())
        .Add(new FoldBatchNormOfSum());
}

/// <summary>The affine map that a normalization with known statistics is.</summary>
internal static class BatchNorm
{
    /// <summary>scale and shift by channel; null where an operand is not constant.</summary>
    public static (double[] Scale, double[] Shift)? Affine(BatchNormalizationOp op, long channels)
    {
        if (ChannelFactors.Vector(op.Scale, channels) is not { } gamma || ChannelFactors.Vector(op.Bias, channels) is not { } beta) return null;
        if (ChannelFactors.Vector(op.Mean, channels) is not { } mean || ChannelFactors.Vector(op.Variance, channels) is not { } variance) return null;
        var scale = new double[channels];
        var shift = new double[channels];
        for (int i = 0; i < scale.Length; i++)
        {
            scale[i] = gamma[i] / Math.Sqrt(variance[i] + op.Epsilon);
            shift[i] = beta[i] - mean[i] * scale[i];
        }
        return (scale, shift);
    }
}

/// <summary>A normalization of a convolution is a convolution.</summary>
public sealed class FoldBatchNormIntoConv() : Pattern<BatchNormalizationOp>("fold-batch-norm-into-conv")
{
    // batch_normalization(conv(x, w, b)) -> conv(x, w * s, b * s + t)
    public override bool Rewrite(BatchNormalizationOp op, Rewriter rw)
    {
        if (ConvAffine.Source(op, op.Input, rw) is not { } conv) return false;
        if (BatchNorm.Affine(op, ConvAffine.Channels(conv)) is not { } affine) return rw.NoMatch(op, "its parameters are not constant");
        return ConvAffine.Replace(op, conv, affine.Scale, affine.Shift, rw);
    }
}

/// <summary>Constant arithmetic by channel, after a convolution.</summary>
public sealed class FoldArithmeticIntoConv() : Pattern<BinaryOp>("fold-arithmetic-into-conv")
{
    // conv(x, w, b) * c -> conv(x, w * c, b * c);  conv(x, w, b) + c -> conv(x, w, b + c);  also - and /
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (Arithmetic.Of(op) is not { } arithmetic) return rw.NoMatch(op, "it is not x + c, x - c, c - x, x * c or x / c");
        if (ConvAffine.Source(op, arithmetic.Source, rw) is not { } conv) return false;
        if (!GraphTypes.Compatible(op.Result(0).Type, conv.Result(0).Type)) return rw.NoMatch(op, "the shape changes");
        if (GraphRewrite.Extents(conv.Result(0)) is not { } shape) return rw.NoMatch(op, "the rank is not known");
        if (arithmetic.Affine(shape.Length, ConvAffine.Channels(conv)) is not { } affine) return rw.NoMatch(op, "the constant is not one number a channel");
        return ConvAffine.Replace(op, conv, affine.Scale, affine.Shift, rw);
    }
}

/// <summary>Constant arithmetic by channel, after a normalization.</summary>
public sealed class FoldArithmeticIntoBatchNorm() : Pattern<BinaryOp>("fold-arithmetic-into-batch-norm")
{
    // batch_normalization(x, g, b, m, v) * c -> batch_normalization(x, g * c, b * c, m, v);  also +, - and /
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (Arithmetic.Of(op) is not { } arithmetic) return rw.NoMatch(op, "it is not x + c, x - c, c - x, x * c or x / c");
        if (arithmetic.Source.DefiningOp is not BatchNormalizationOp norm || !arithmetic.Source.HasOneUse) return rw.NoMatch(op, "the operand is no normalization of one use");
        if (norm.Scale.Type is not RankedTensorType { Rank: 1, HasStaticShape: true } vector || GraphRewrite.Extents(norm.Output) is not { } shape || norm.Output.Type != op.Result(0).Type)
            return rw.NoMatch(op, "the shape is not known, or changes");
        long channels = vector.Shape[0];
        if (ChannelFactors.Vector(norm.Scale, channels) is not { } gamma || ChannelFactors.Vector(norm.Bias, channels) is not { } beta) return rw.NoMatch(op, "scale and bias are not constant");
        if (arithmetic.Affine(shape.Length, channels) is not { } affine) return rw.NoMatch(op, "the constant is not one number a channel");
        for (int i = 0; i < gamma.Length; i++)
        {
            gamma[i] *= affine.Scale[i];
            beta[i] = beta[i] * affine.Scale[i] + affine.Shift[i];
        }
        var kind = GraphTypes.KindOf(vector);
        Value scale = GraphConstants.Make(rw, ChannelFactors.Array(gamma, kind), GraphConstants.Stem(norm.Scale));
        Value bias = GraphConstants.Make(rw, ChannelFactors.Array(beta, kind), GraphConstants.Stem(norm.Bias));
        return rw.Replace(op, GraphRewrite.Like(rw, norm, [norm.Input, scale, bias, norm.Mean, norm.Variance], norm.Output.Type));
    }
}

/// <summary>A constant that is added before a normalization moves the mean.</summary>
public sealed class FoldBatchNormOfSum() : Pattern<BatchNormalizationOp>("fold-batch-norm-of-sum")
{
    // batch_normalization(x + c, g, b, m, v) -> batch_normalization(x, g, b, m - c, v)
    public override bool Rewrite(BatchNormalizationOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not AddOp add || !op.Input.HasOneUse || Arithmetic.Of(add) is not { } arithmetic || arithmetic.Source.Type != op.Input.Type)
            return rw.NoMatch(op, "the operand is no sum with a constant");
        if (op.Mean.Type is not RankedTensorType { Rank: 1, HasStaticShape: true } vector || GraphRewrite.Extents(op.Input) is not { } shape) return rw.NoMatch(op, "the shape is not known");
        if (ChannelFactors.Vector(op.Mean, vector.Shape[0]) is not { } mean || arithmetic.Affine(shape.Length, vector.Shape[0]) is not { } affine)
            return rw.NoMatch(op, "the constant is not one number a channel");
        for (int i = 0; i < mean.Length; i++) mean[i] -= affine.Shift[i];
        Value moved = GraphConstants.Make(rw, ChannelFactors.Array(mean, GraphTypes.KindOf(vector)), GraphConstants.Stem(op.Mean));
        return rw.Replace(op, GraphRewrite.Like(rw, op, [arithmetic.Source, op.Scale, op.Bias, moved, op.Variance], op.Output.Type));
    }
}

/// <summary>An operation of a value and a constant, as x -> scale x + shift.</summary>
internal readonly record struct Arithmetic(BinaryOp Op, Value Source, Value Constant, bool Reversed)
{
    public static Arithmetic? Of(BinaryOp op)
    {
        if (op is not (AddOp or SubOp or MulOp or DivOp)) return null;
        Value a = op.Operand(0), b = op.Operand(1);
        if (b.DefiningOp is ConstantOp && a.DefiningOp is not ConstantOp) return new Arithmetic(op, a, b, false);
        return a.DefiningOp is ConstantOp && b.DefiningOp is not ConstantOp && op is not DivOp ? new Arithmetic(op, b, a, true) : null;
    }

    public (double[] Scale, double[] Shift)? Affine(int rank, long channels)
    {
        if (ChannelFactors.Of(Constant, rank, channels) is not { } c) return null;
        var scale = new double[channels];
        var shift = new double[channels];
        for (int i = 0; i < c.Length; i++)
            (scale[i], shift[i]) = One(c[i]);
        return (scale, shift);
    }

    private (double Scale, double Shift) One(double c) => Op switch
    {
        AddOp => (1, c),
        SubOp => Reversed ? (-1, c) : (1, -c),
        MulOp => (c, 0),
        _ => (1 / c, 0),
    };
}
