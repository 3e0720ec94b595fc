using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class MaxSIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x
        if (Lhs == Rhs) return Lhs;
        if (Constants.Integer(inputs[1]) is { } constant)
        {
            // the constant wins over every value, or none
            if (Constants.IsMaxSigned(constant)) return Rhs;
            if (Constants.IsMinSigned(constant)) return Lhs;
        }
        return IntegerFold.Binary(IntegerOperation.MaxS, inputs);
    }
}

public sealed partial class MinSIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x
        if (Lhs == Rhs) return Lhs;
        if (Constants.Integer(inputs[1]) is { } constant)
        {
            // the constant wins over every value, or none
            if (Constants.IsMinSigned(constant)) return Rhs;
            if (Constants.IsMaxSigned(constant)) return Lhs;
        }
        return IntegerFold.Binary(IntegerOperation.MinS, inputs);
    }
}

public sealed partial class MaxUIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x
        if (Lhs == Rhs) return Lhs;
        if (Constants.Integer(inputs[1]) is { } constant)
        {
            // the constant wins over every value, or none
            if (Constants.IsMaxUnsigned(constant)) return Rhs;
            if (Constants.IsZero(constant)) return Lhs;
        }
        return IntegerFold.Binary(IntegerOperation.MaxU, inputs);
    }
}

public sealed partial class MinUIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x
        if (Lhs == Rhs) return Lhs;
        if (Constants.Integer(inputs[1]) is { } constant)
        {
            // the constant wins over every value, or none
            if (Constants.IsZero(constant)) return Rhs;
            if (Constants.IsMaxUnsigned(constant)) return Lhs;
        }
        return IntegerFold.Binary(IntegerOperation.MinU, inputs);
    }
}

public sealed partial class MaximumFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x;  op(x, -inf) -> x
        if (Lhs == Rhs || FloatConstants.IsInfinity(inputs[1], negative: true)) return Lhs;
        return FloatFold.Binary(inputs, FloatOperation.Maximum);
    }
}

public sealed partial class MinimumFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x;  op(x, +inf) -> x
        if (Lhs == Rhs || FloatConstants.IsInfinity(inputs[1], negative: false)) return Lhs;
        return FloatFold.Binary(inputs, FloatOperation.Minimum);
    }
}

public sealed partial class MaxNumFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x;  op(x, nan) -> x
        if (Lhs == Rhs || FloatConstants.IsNaN(inputs[1])) return Lhs;
        return FloatFold.Binary(inputs, FloatOperation.MaxNum);
    }
}

public sealed partial class MinNumFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // op(x, x) -> x;  op(x, nan) -> x
        if (Lhs == Rhs || FloatConstants.IsNaN(inputs[1])) return Lhs;
        return FloatFold.Binary(inputs, FloatOperation.MinNum);
    }
}
