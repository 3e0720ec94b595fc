using NestC.Builtin;
using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;

namespace NestC.Dialects.Graph;

public sealed partial class AddOp : IFoldable
{
    // x + 0 -> x;  0 + x -> x
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Lhs.Type == Output.Type && GraphConstants.Is(Rhs, 0)) return Lhs;
        return Rhs.Type == Output.Type && GraphConstants.Is(Lhs, 0) ? Rhs : default(FoldResult);
    }
}

public sealed partial class SubOp : IFoldable
{
    // x - 0 -> x
    public FoldResult Fold(FoldInputs inputs) => Lhs.Type == Output.Type && GraphConstants.Is(Rhs, 0) ? Lhs : default(FoldResult);
}

public sealed partial class MulOp : IFoldable
{
    // x * 1 -> x;  1 * x -> x
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Lhs.Type == Output.Type && GraphConstants.Is(Rhs, 1)) return Lhs;
        return Rhs.Type == Output.Type && GraphConstants.Is(Lhs, 1) ? Rhs : default(FoldResult);
    }
}

public sealed partial class DivOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Lhs.Type == Output.Type && GraphConstants.Is(Rhs, 1) ? Lhs : default(FoldResult);
}

public sealed partial class PowOp : IFoldable
{
    // x ^ 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Lhs.Type == Output.Type && GraphConstants.Is(Rhs, 1) ? Lhs : default(FoldResult);
}

public sealed partial class SumOp : IFoldable
{
    // sum(x) -> x
    public FoldResult Fold(FoldInputs inputs) => SameShapeOne.Of(this);
}

public sealed partial class MaxOp : IFoldable
{
    // max(x) -> x
    public FoldResult Fold(FoldInputs inputs) => SameShapeOne.Of(this);
}

public sealed partial class MinOp : IFoldable
{
    // min(x) -> x
    public FoldResult Fold(FoldInputs inputs) => SameShapeOne.Of(this);
}

public sealed partial class MeanOp : IFoldable
{
    // mean(x) -> x
    public FoldResult Fold(FoldInputs inputs) => SameShapeOne.Of(this);
}

public sealed partial class ReluOp : IFoldable
{
    // relu(x) -> x, where x is known not to be negative
    public FoldResult Fold(FoldInputs inputs) => Input.Type == Output.Type && ValueRanges.IsNotNegative(Input) ? Input : default(FoldResult);
}

public sealed partial class AbsOp : IFoldable
{
    // abs(x) -> x, where x is known not to be negative
    public FoldResult Fold(FoldInputs inputs) => Input.Type == Output.Type && ValueRanges.IsNotNegative(Input) ? Input : default(FoldResult);
}

public sealed partial class NegOp : IFoldable
{
    // -(-x) -> x
    public FoldResult Fold(FoldInputs inputs) => Input.DefiningOp is NegOp inner && inner.Input.Type == Output.Type ? inner.Input : default(FoldResult);
}

public sealed partial class NotOp : IFoldable
{
    // not(not(x)) -> x
    public FoldResult Fold(FoldInputs inputs) => Input.DefiningOp is NotOp inner && inner.Input.Type == Output.Type ? inner.Input : default(FoldResult);
}

public sealed partial class ClipOp : IFoldable
{
    // clip(x, low, high) -> x, where x is known to be within the limits
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Input.Type != Output.Type || GraphConstants.Splat(Low) is not { } low || GraphConstants.Splat(High) is not { } high) return default;
        (double from, double to) = ValueRanges.Of(Input);
        return from >= low && to <= high ? Input : default(FoldResult);
    }
}

public sealed partial class WhereOp : IFoldable
{
    // where(true, a, b) -> a;  where(false, a, b) -> b;  where(c, a, a) -> a
    public FoldResult Fold(FoldInputs inputs)
    {
        Value chosen = Lhs == Rhs ? Lhs : GraphConstants.Splat(Condition) is { } all ? all != 0 ? Lhs : Rhs : default;
        return !chosen.IsNull && chosen.Type == Output.Type ? chosen : default(FoldResult);
    }
}

internal static class SameShapeOne
{
    public static FoldResult Of(Operation op) => op.OperandCount == 1 && op.Operand(0).Type == op.Result(0).Type ? op.Operand(0) : default(FoldResult);
}
