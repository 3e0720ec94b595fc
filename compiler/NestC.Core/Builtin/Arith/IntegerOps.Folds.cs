using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class AddIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // x + 0 -> x
        if (Constants.IsZero(inputs[1])) return Lhs;
        // (a - b) + b -> a;  b + (a - b) -> a
        if (Lhs.DefiningOp is SubIOp left && Rhs == left.Rhs) return left.Lhs;
        if (Rhs.DefiningOp is SubIOp right && Lhs == right.Rhs) return right.Lhs;
        return IntegerFold.Binary(IntegerOperation.Add, inputs);
    }
}

public sealed partial class SubIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // x - x -> 0
        if (Lhs == Rhs && Constants.Splat(Output.Type, 0) is { } zero) return zero;
        // x - 0 -> x
        if (Constants.IsZero(inputs[1])) return Lhs;
        if (Lhs.DefiningOp is AddIOp sum)
        {
            // (a + b) - b -> a;  (a + b) - a -> b
            if (Rhs == sum.Rhs) return sum.Lhs;
            if (Rhs == sum.Lhs) return sum.Rhs;
        }
        return IntegerFold.Binary(IntegerOperation.Sub, inputs);
    }
}

public sealed partial class MulIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // x * 0 -> 0;  x * 1 -> x
        if (Constants.IsZero(inputs[1])) return Rhs;
        return Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.Mul, inputs);
    }
}

public sealed partial class AddUIExtendedOp : IMultiFoldable
{
    public bool Fold(FoldInputs inputs, Span<FoldResult> results)
    {
        // x + 0 -> x, false
        if (Constants.IsZero(inputs[1]) && Constants.Splat(Overflow.Type, 0) is { } none)
        {
            (results[0], results[1]) = (Lhs, none);
            return true;
        }
        if (IntegerFold.Binary(IntegerOperation.Add, inputs) is not { } sum) return false;
        if (IntegerFold.Binary(IntegerOperation.Carry, sum, inputs[0], Overflow.Type) is not { } carry) return false;
        (results[0], results[1]) = (sum, carry);
        return true;
    }
}

public sealed partial class MulSIExtendedOp : IMultiFoldable
{
    public bool Fold(FoldInputs inputs, Span<FoldResult> results)
    {
        // x * 0 -> 0, 0
        if (Constants.IsZero(inputs[1]))
        {
            results[0] = results[1] = inputs[1];
            return true;
        }
        if (IntegerFold.Binary(IntegerOperation.Mul, inputs) is not { } low) return false;
        (results[0], results[1]) = (low, IntegerFold.Binary(IntegerOperation.MulHighSigned, inputs));
        return true;
    }
}

public sealed partial class MulUIExtendedOp : IMultiFoldable
{
    public bool Fold(FoldInputs inputs, Span<FoldResult> results)
    {
        // x * 0 -> 0, 0
        if (Constants.IsZero(inputs[1]))
        {
            results[0] = results[1] = inputs[1];
            return true;
        }
        // x * 1 -> x, 0
        if (Constants.IsOne(inputs[1]) && Constants.Splat(High.Type, 0) is { } none)
        {
            (results[0], results[1]) = (Lhs, none);
            return true;
        }
        if (IntegerFold.Binary(IntegerOperation.Mul, inputs) is not { } low) return false;
        (results[0], results[1]) = (low, IntegerFold.Binary(IntegerOperation.MulHighUnsigned, inputs));
        return true;
    }
}
