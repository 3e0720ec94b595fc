using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class AndIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // x & 0 -> 0;  x & -1 -> x
        if (Constants.IsZero(inputs[1])) return Rhs;
        if (Constants.IsAllOnes(inputs[1])) return Lhs;
        // x & ~x -> 0;  ~x & x -> 0
        if ((Constants.IsNotOf(Rhs, Lhs) || Constants.IsNotOf(Lhs, Rhs)) && Constants.Splat(Output.Type, 0) is { } zero) return zero;
        // (a & b) & a -> a & b
        if (Lhs.DefiningOp is AndIOp left && (Rhs == left.Lhs || Rhs == left.Rhs)) return Lhs;
        if (Rhs.DefiningOp is AndIOp right && (Lhs == right.Lhs || Lhs == right.Rhs)) return Rhs;
        return IntegerFold.Binary(IntegerOperation.And, inputs);
    }
}

public sealed partial class OrIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // x | 0 -> x;  x | -1 -> -1
        if (Constants.IsZero(inputs[1])) return Lhs;
        if (Constants.IsAllOnes(inputs[1])) return inputs[1];
        // x | ~x -> -1;  ~x | x -> -1
        if (Constants.IsNotOf(Rhs, Lhs)) return ((XOrIOp)Rhs.DefiningOp!).Rhs;
        if (Constants.IsNotOf(Lhs, Rhs)) return ((XOrIOp)Lhs.DefiningOp!).Rhs;
        return IntegerFold.Binary(IntegerOperation.Or, inputs);
    }
}

public sealed partial class XOrIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // x ^ 0 -> x;  x ^ x -> 0
        if (Constants.IsZero(inputs[1])) return Lhs;
        if (Lhs == Rhs && Constants.Splat(Output.Type, 0) is { } zero) return zero;
        // (x ^ a) ^ a -> x, in all orders
        if (Lhs.DefiningOp is XOrIOp left)
        {
            if (left.Rhs == Rhs) return left.Lhs;
            if (left.Lhs == Rhs) return left.Rhs;
        }
        if (Rhs.DefiningOp is XOrIOp right)
        {
            if (right.Rhs == Lhs) return right.Lhs;
            if (right.Lhs == Lhs) return right.Rhs;
        }
        return IntegerFold.Binary(IntegerOperation.XOr, inputs);
    }
}

public sealed partial class ShLIOp : IFoldable
{
    // x << 0 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsZero(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.ShL, inputs);
}

public sealed partial class ShRUIOp : IFoldable
{
    // x >> 0 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsZero(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.ShRU, inputs);
}

public sealed partial class ShRSIOp : IFoldable
{
    // x >> 0 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsZero(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.ShRS, inputs);
}
