using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>Two clips are one.</summary>
public sealed class MergeClips() : Pattern<ClipOp>("merge-clips")
{
    // clip(clip(x, a, b), c, d) -> clip(x, clip(a, c, d), clip(b, c, d))
    public override bool Rewrite(ClipOp op, Rewriter rw)
    {
        if (GraphConstants.Splat(op.Low) is not { } low || GraphConstants.Splat(op.High) is not { } high || low > high) return rw.NoMatch(op, "the limits are not constant");
        Value source;
        double from, to;
        switch (op.Input.DefiningOp)
        {
            case ClipOp inner when GraphConstants.Splat(inner.Low) is { } a && GraphConstants.Splat(inner.High) is { } b && a <= b:
                (source, from, to) = (inner.Input, a, b);
                break;
            // clip(relu(x), c, d) -> clip(x, max(c, 0), d)
            case ReluOp inner: (source, from, to) = (inner.Input, 0, double.PositiveInfinity); break;
            default: return rw.NoMatch(op, "its operand is no clip with constant limits, and no relu");
        }
        if (source.Type != op.Input.Type) return rw.NoMatch(op, "the types differ");
        return rw.Replace(op, Limits.Clip(rw, source, Math.Clamp(from, low, high), Math.Clamp(to, low, high), op.Output.Type));
    }
}

/// <summary>A relu of a clip is a clip.</summary>
public sealed class ReluOfClip() : Pattern<ReluOp>("relu-of-clip")
{
    // relu(clip(x, a, b)) -> clip(x, max(a, 0), max(b, 0))
    public override bool Rewrite(ReluOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not ClipOp inner || !op.Input.HasOneUse) return rw.NoMatch(op, "its operand is no clip of one use");
        if (GraphConstants.Splat(inner.Low) is not { } low || GraphConstants.Splat(inner.High) is not { } high || low > high) return rw.NoMatch(op, "the limits are not constant");
        return rw.Replace(op, Limits.Clip(rw, inner.Input, Math.Max(low, 0), Math.Max(high, 0), op.Output.Type));
    }
}

/// <summary>A clip at 0 alone is a relu.</summary>
public sealed class ClipToRelu() : Pattern<ClipOp>("clip-to-relu")
{
    // clip(x, 0, inf) -> relu(x)
    public override bool Rewrite(ClipOp op, Rewriter rw)
    {
        if (GraphTypes.Element(op.Input) is not FloatType) return rw.NoMatch(op, "it is not of floats");
        if (!GraphConstants.Is(op.Low, 0) || !GraphConstants.Is(op.High, double.PositiveInfinity)) return rw.NoMatch(op, "the limits are not 0 and infinity");
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.relu", [op.Input], op.Output.Type));
    }
}

/// <summary>The lesser of two limits and the greater: a clip.</summary>
public sealed class MinMaxToClip() : Pattern<GraphOp>("min-max-to-clip")
{
    // min(max(x, c), d) -> clip(x, c, d);  max(x, c) -> clip(x, c, inf);  min(x, d) -> clip(x, -inf, d)
    public override bool Rewrite(GraphOp op, Rewriter rw)
    {
        if (op is not (MaxOp or MinOp) || op.OperandCount != 2) return rw.NoMatch(op, "it is no min or max of two");
        if (GraphTypes.Element(op.Result(0)) is not FloatType) return rw.NoMatch(op, "it is not of floats");
        for (int i = 0; i < 2; i++)
        {
            Value other = op.Operand(1 - i);
            if (GraphConstants.Splat(op.Operand(i)) is not { } limit || other.Type != op.Result(0).Type || double.IsNaN(limit)) continue;
            bool low = op is MaxOp;
            return rw.Replace(op, Limits.Clip(rw, other, low ? limit : double.NegativeInfinity, low ? double.PositiveInfinity : limit, op.Result(0).Type));
        }
        return rw.NoMatch(op, "no operand is a number");
    }
}

internal static class Limits
{
    public static Value Clip(OpBuilder builder, Value source, double low, double high, IrType type)
    {
        ElementKind kind = GraphTypes.KindOf(type);
        if (low == 0 && double.IsPositiveInfinity(high) && kind.IsFloat()) return GraphRewrite.MakeTyped(builder, "graph.relu", [source], type);
        return GraphRewrite.MakeTyped(builder, "graph.clip", [source, Limit(builder, kind, low, true), Limit(builder, kind, high, false)], type);
    }

    private static Value Limit(OpBuilder builder, ElementKind kind, double value, bool low)
    {
        NdArray limit = kind.IsFloat() || !double.IsInfinity(value) ? Kernels.Cast.To(NdArray.Scalar(value), kind) : Kernels.Cast.To(NdArray.Scalar(low ? kind.MinValue() : kind.MaxValue()), kind);
        return GraphConstants.Make(builder, limit, "limit");
    }
}
