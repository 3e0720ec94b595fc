using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>What an imported model says of the ranges of its values: by the types at which it rounds them, and by what follows from those.</summary>
internal sealed class ImportedRanges(QdqReader reader, Constants constants)
{
    private const int MaxDepth = 64;

    /// <summary>A value's range as a histogram that was seen: there is nothing else to know of an imported model. Null when nothing is known.</summary>
    public Histogram? Of(Value value) => Bounds(value, 0) is { } b && b.High > b.Low ? new Histogram(b.Low, b.High, [1]) : null;

    private (double Low, double High)? Bounds(Value value, int depth)
    {
        if (reader.TypeOf(value) is { } type) return Bounds(type.Storage.Min, type.Storage.Max, type.ZeroPoints[0], type.Scales[0]);
        if (depth > MaxDepth || value.DefiningOp is not { } op) return null;
        switch (op)
        {
            case DequantizeLinearOp d: return Bounds(d);
            case ReluOp: return Bounds(op.Operand(0), depth + 1) is { } r ? (Math.Max(r.Low, 0), Math.Max(r.High, 0)) : null;
            case ClipOp clip:
                if (Bounds(op.Operand(0), depth + 1) is not { } c || constants.Of(clip.Low) is not { Count: 1 } low || constants.Of(clip.High) is not { Count: 1 } high) return null;
                return (Math.Min(Math.Max(c.Low, low.GetDouble(0)), high.GetDouble(0)), Math.Min(Math.Max(c.High, low.GetDouble(0)), high.GetDouble(0)));
            case IdentityOp or DropoutOp or ReshapeOp or FlattenOp or SqueezeOp or UnsqueezeOp or TransposeOp or SliceOp or SplitOp or ExpandOp or TileOp or MaxPoolOp or GlobalMaxPoolOp
                or DepthToSpaceOp or SpaceToDepthOp or ResizeOp { Mode: "nearest" } or GlobalAveragePoolOp or ReduceMeanOp:
                return Bounds(op.Operand(0), depth + 1);
            case AveragePoolOp or PadOp: return Bounds(op.Operand(0), depth + 1) is { } p ? (Math.Min(p.Low, 0), Math.Max(p.High, 0)) : null;
            case ConcatOp or AddOp or SumOp: return Bounds(op, depth);
            default: return null;
        }
    }

    // Of operands that are joined, or added.
    private (double Low, double High)? Bounds(Operation op, int depth)
    {
        double low = 0, high = 0;
        for (int i = 0; i < op.OperandCount; i++)
        {
            (double Low, double High) part;
            if (Bounds(op.Operand(i), depth + 1) is { } known) part = known;
            else if (constants.Of(op.Operand(i)) is { Kind: Evaluation.ElementKind.F32 } constant) part = Planner.RangeOf(constant.Read<float>());
            else return null;
            (low, high) = op is ConcatOp ? (Math.Min(low, part.Low), Math.Max(high, part.High)) : (low + part.Low, high + part.High);
        }
        return (low, high);
    }

    private (double Low, double High)? Bounds(DequantizeLinearOp op)
    {
        if (constants.Of(op.Scale) is not { Count: 1 } scale || GraphTypes.KindOf(op.Input.Type) is not (Evaluation.ElementKind.I8 or Evaluation.ElementKind.U8) || constants.Of(op.Input) is not null) return null;
        bool signed = GraphTypes.KindOf(op.Input.Type) == Evaluation.ElementKind.I8;
        double zero = op.ZeroPoint is { } z ? constants.Of(z) is { Count: 1 } given ? given.GetInt64(0) : double.NaN : 0;
        return double.IsNaN(zero) ? null : Bounds(QuantStorage.DefaultMin(8, signed), QuantStorage.DefaultMax(8, signed), zero, scale.GetDouble(0));
    }

    private static (double Low, double High) Bounds(double least, double greatest, double zero, double scale) => ((least - zero) * scale, (greatest - zero) * scale);
}
