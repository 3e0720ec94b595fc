using NestC.IR;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>Limits of values that follow from what computes them. NaN is not thought of: every operation that is removed by them keeps it.</summary>
public static class ValueRanges
{
    private const int Deepest = 8;

    public static bool IsNotNegative(Value value) => Of(value).From >= 0;

    /// <summary>Numbers between which every element lies.</summary>
    public static (double From, double To) Of(Value value, int depth = 0)
    {
        const double most = double.PositiveInfinity, least = double.NegativeInfinity;
        if (depth == Deepest || value.DefiningOp is not { } op) return (least, most);
        switch (op)
        {
            case SigmoidOp or SoftmaxOp or HardSigmoidOp: return (0, 1);
            case TanhOp or ErfOp: return (-1, 1);
            case ExpOp or AbsOp or SqrtOp: return (0, most);
            case ReluOp:
                (double from, double to) = Of(op.Operand(0), depth + 1);
                return (Math.Max(from, 0), Math.Max(to, 0));
            case ClipOp clip:
                double low = GraphConstants.Splat(clip.Low) ?? least, high = GraphConstants.Splat(clip.High) ?? most;
                (from, to) = Of(clip.Input, depth + 1);
                return low <= high ? (Math.Clamp(from, low, high), Math.Clamp(to, low, high)) : (high, high);
            case ReshapeOp or FlattenOp or SqueezeOp or UnsqueezeOp or TransposeOp or SliceOp or IdentityOp or ExpandOp or GlobalAveragePoolOp or GlobalMaxPoolOp:
                return Of(op.Operand(0), depth + 1);
            default: return (least, most);
        }
    }
}
