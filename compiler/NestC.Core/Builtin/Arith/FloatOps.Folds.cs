using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class NegFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // -(-x) -> x
        return Input.DefiningOp is NegFOp inner ? inner.Input : (FoldResult)FloatFold.Negate(inputs[0]);
    }
}

public sealed partial class AddFOp : IFoldable
{
    // x + -0 -> x
    public FoldResult Fold(FoldInputs inputs) => FloatConstants.IsZero(inputs[1], negative: true) ? Lhs : (FoldResult)FloatFold.Binary(inputs, FloatOperation.Add);
}

public sealed partial class SubFOp : IFoldable
{
    // x - +0 -> x
    public FoldResult Fold(FoldInputs inputs) => FloatConstants.IsZero(inputs[1], negative: false) ? Lhs : (FoldResult)FloatFold.Binary(inputs, FloatOperation.Subtract);
}

public sealed partial class MulFOp : IFoldable
{
    // x * 1 -> x
    public FoldResult Fold(FoldInputs inputs) => FloatConstants.IsOne(inputs[1]) ? Lhs : (FoldResult)FloatFold.Binary(inputs, FloatOperation.Multiply);
}

public sealed partial class DivFOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => FloatConstants.IsOne(inputs[1]) ? Lhs : (FoldResult)FloatFold.Binary(inputs, FloatOperation.Divide);
}

public sealed partial class RemFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => FloatFold.Binary(inputs, FloatOperation.Remainder);
}
