using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Algebra of quantize_linear and dequantize_linear.</summary>
[Pass("graph-simplify-quantization", "Simplify quantize and dequantize pairs")]
public sealed class SimplifyQuantizationPass : GraphPatternPass
{
    protected override void AddPatterns(PatternSet patterns) => patterns
        .Add(new QuantizeOfDequantize())
        .Add(new RequantizeOfPad())
        .Add(new QuantizeMoved())
        .Add(new QuantizeConcat())
        .Add(new QuantizeOfLimit());
}

/// <summary>Scale and zero point of one tensor.</summary>
internal static class QuantParams
{
    /// <summary>Whether both operations have the same scale, zero point (an absent one is 0 of ui8), and axis where there is one.</summary>
    public static bool Same(QuantizeLinearOp q, DequantizeLinearOp d)
    {
        if (GraphTypes.Element(q.Output) != GraphTypes.Element(d.Input)) return false;
        bool whole = q.Scale.Type is RankedTensorType { HasStaticShape: true, NumElements: 1 };
        return (whole || q.Axis == d.Axis) && GraphConstants.Same(q.Scale, d.Scale) && SameZero(q.ZeroPoint, d.ZeroPoint);
    }

    /// <summary>Whether two dequantizations mean the same.</summary>
    public static bool Same(DequantizeLinearOp a, DequantizeLinearOp b) =>
        GraphTypes.Element(a.Input) == GraphTypes.Element(b.Input) && a.Scale.Type == b.Scale.Type && GraphConstants.Same(a.Scale, b.Scale) && SameZero(a.ZeroPoint, b.ZeroPoint);

    /// <summary>Whether one scale and one zero point hold for the whole tensor.</summary>
    public static bool IsWhole(Value scale) => scale.Type is RankedTensorType { HasStaticShape: true, NumElements: 1 };

    private static bool SameZero(Value? a, Value? b)
    {
        if (a is { } x && b is { } y) return GraphConstants.Same(x, y);
        return (a is null || GraphConstants.Is(a.Value, 0)) && (b is null || GraphConstants.Is(b.Value, 0));
    }
}

/// <summary>Numbers that were quantized are quantized to themselves.</summary>
public sealed class QuantizeOfDequantize() : Pattern<QuantizeLinearOp>("quantize-of-dequantize")
{
    // quantize(dequantize(x, s, z), s, z) -> x
    public override bool Rewrite(QuantizeLinearOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not DequantizeLinearOp inner) return rw.NoMatch(op, "the operand is not dequantized");
        if (!QuantParams.Same(op, inner)) return rw.NoMatch(op, "scale, zero point or type differ");
        return GraphRewrite.CanReplace(op.Output, inner.Input) ? rw.Replace(op, inner.Input) : rw.NoMatch(op, "the types differ");
    }
}

/// <summary>Zeros are quantized exactly, so padding by them needs no rounding after it.</summary>
public sealed class RequantizeOfPad() : Pattern<DequantizeLinearOp>("requantize-of-pad", benefit: 3)
{
    // dequantize(quantize(pad(dequantize(x, s, z), 0), s, z), s, z) -> pad(dequantize(x, s, z), 0)
    public override bool Rewrite(DequantizeLinearOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not QuantizeLinearOp q || q.Input.DefiningOp is not PadOp { Mode: "constant" } pad) return rw.NoMatch(op, "it is no padding that is quantized");
        if (pad.Input.DefiningOp is not DequantizeLinearOp inner) return rw.NoMatch(op, "what is padded is not dequantized");
        if (!QuantParams.IsWhole(op.Scale) || !QuantParams.Same(q, op) || !QuantParams.Same(q, inner)) return rw.NoMatch(op, "scale, zero point or type differ");
        if (SpatialPad.Fill(pad) != 0) return rw.NoMatch(op, "the padding is not zero");
        return GraphRewrite.CanReplace(op.Output, pad.Output) ? rw.Replace(op, pad.Output) : rw.NoMatch(op, "the types differ");
    }
}

/// <summary>What only moves elements works on integers as well.</summary>
public sealed class QuantizeMoved() : Pattern<QuantizeLinearOp>("quantize-moved")
{
    // quantize(reshape(dequantize(x, s, z)), s, z) -> reshape(x);  also transpose, slice, max_pool and the like
    public override bool Rewrite(QuantizeLinearOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not { } move || move is not (ReshapeOp or FlattenOp or SqueezeOp or UnsqueezeOp or TransposeOp or SliceOp or MaxPoolOp or DepthToSpaceOp or SpaceToDepthOp))
            return rw.NoMatch(op, "the operand is not moved alone");
        if (move.Operand(0).DefiningOp is not DequantizeLinearOp inner) return rw.NoMatch(op, "what is moved is not dequantized");
        if (!move.Result(0).HasOneUse) return rw.NoMatch(op, "the moved elements have other uses");
        if (!QuantParams.IsWhole(op.Scale) || !QuantParams.Same(op, inner)) return rw.NoMatch(op, "scale, zero point or type differ");
        var operands = move.Operands.ToArray();
        operands[0] = inner.Input;
        return rw.Replace(op, GraphRewrite.Like(rw, move, operands, op.Output.Type));
    }
}

/// <summary>What is joined with one scale is joined as integers.</summary>
public sealed class QuantizeConcat() : Pattern<QuantizeLinearOp>("quantize-concat")
{
    // quantize(concat(dequantize(x, s, z), dequantize(y, s, z)), s, z) -> concat(x, y)
    public override bool Rewrite(QuantizeLinearOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not ConcatOp concat || !op.Input.HasOneUse) return rw.NoMatch(op, "the operand is no concatenation of one use");
        if (!QuantParams.IsWhole(op.Scale)) return rw.NoMatch(op, "the scale is by channel");
        var parts = new Value[concat.Inputs.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            if (concat.Inputs[i].DefiningOp is not DequantizeLinearOp part || !QuantParams.Same(op, part)) return rw.NoMatch(op, $"part {i} has another scale, or is not dequantized");
            parts[i] = part.Input;
        }
        return rw.Replace(op, GraphRewrite.Like(rw, concat, parts, op.Output.Type));
    }
}

/// <summary>Quantizing limits values already: a limit beyond the least and greatest number does nothing.</summary>
public sealed class QuantizeOfLimit() : Pattern<QuantizeLinearOp>("quantize-of-limit")
{
    // quantize(relu(x), s, z = least) -> quantize(x, s, z);  quantize(clip(x, low, high), s, z) -> quantize(x, s, z)
    public override bool Rewrite(QuantizeLinearOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not { } limit || limit is not (ReluOp or ClipOp)) return rw.NoMatch(op, "the operand is not limited");
        if (!QuantParams.IsWhole(op.Scale) || GraphConstants.Splat(op.Scale) is not { } scale || scale <= 0) return rw.NoMatch(op, "there is not one constant scale");
        double zero = 0;
        if (op.ZeroPoint is { } given)
        {
            if (GraphConstants.Splat(given) is not { } number) return rw.NoMatch(op, "the zero point is not constant");
            zero = number;
        }
        ElementKind kind = GraphTypes.KindOf(op.Output.Type);
        if (!kind.IsInteger() || kind.Bits() > 16) return rw.NoMatch(op, "it is not quantized to small integers");
        double least = (kind.MinValue() - zero) * scale, most = (kind.MaxValue() - zero) * scale;
        double low = 0, high = double.PositiveInfinity;
        if (limit is ClipOp clip)
        {
            if (GraphConstants.Splat(clip.Low) is not { } a || GraphConstants.Splat(clip.High) is not { } b) return rw.NoMatch(op, "the limits are not constant");
            (low, high) = (a, b);
        }
        if (low > least || high < most) return rw.NoMatch(op, $"numbers from {least} to {most} are quantized, {low} to {high} is a narrower range");
        Value source = limit.Operand(0);
        if (source.Type != op.Input.Type) return rw.NoMatch(op, "the types differ");
        var operands = op.Operands.ToArray();
        operands[0] = source;
        return rw.Replace(op, GraphRewrite.Like(rw, op, operands, op.Output.Type));
    }
}
