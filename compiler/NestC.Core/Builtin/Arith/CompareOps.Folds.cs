using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class CmpIOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // cmpi(x, x)
        if (Lhs == Rhs && Constants.Splat(Output.Type, Predicates.HoldsForEqual(Predicate) ? 1 : 0) is { } known) return known;
        // ext(x : i1) != 0 -> x
        if (Predicate == CmpIPredicate.NotEqual && Lhs.DefiningOp is (ExtSIOp or ExtUIOp) && IsBit(Lhs.DefiningOp.Operand(0).Type) && Constants.IsZero(inputs[1]))
            return Lhs.DefiningOp.Operand(0);
        // cmpi(c, x) -> cmpi(x, c)
        if (inputs[0] is not null && inputs[1] is null)
        {
            Value lhs = Lhs;
            CmpIPredicate swapped = Predicates.Swapped(Predicate);
            if (swapped != Predicate) SetPredicate(inputs.Builder, swapped);
            inputs.Builder.SetOperands(this, [Rhs, lhs]);
            return FoldResult.InPlace;
        }
        return Predicates.Apply(Predicate, inputs[0], inputs[1], Output.Type);
    }

    private static bool IsBit(IrType type) => (type is VectorType vector ? vector.ElementType : type).IsSignlessInteger(1);
}

public sealed partial class CmpFOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        FloatAttr? lhs = inputs[0] as FloatAttr, rhs = inputs[1] as FloatAttr;
        // One NaN decides.
        if (lhs is not null && FloatConstants.IsNaN(lhs)) rhs = lhs;
        if (rhs is not null && FloatConstants.IsNaN(rhs)) lhs = rhs;
        return lhs is null || rhs is null ? FoldResult.None : BoolAttr.Get(Context, Predicates.Apply(Predicate, lhs, rhs));
    }
}

public sealed partial class SelectOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        Value whenTrue = TrueValue, whenFalse = FalseValue;
        // select(c, x, x) -> x;  select(true, x, y) -> x;  select(false, x, y) -> y
        if (whenTrue == whenFalse || Constants.IsOne(inputs[0])) return whenTrue;
        if (Constants.IsZero(inputs[0])) return whenFalse;
        // select(c, true, false) -> c
        if (Output.Type.IsSignlessInteger(1) && Constants.IsOne(inputs[1]) && Constants.IsZero(inputs[2])) return Condition;
        // select(x == y, x, y) -> y;  select(x != y, x, y) -> x
        if (Condition.DefiningOp is CmpIOp { Predicate: CmpIPredicate.Equal or CmpIPredicate.NotEqual } compare
            && ((compare.Lhs == whenTrue && compare.Rhs == whenFalse) || (compare.Rhs == whenTrue && compare.Lhs == whenFalse)))
            return compare.Predicate == CmpIPredicate.NotEqual ? whenTrue : whenFalse;
        return inputs[0] is DenseElementsAttr condition && inputs[1] is DenseElementsAttr x && inputs[2] is DenseElementsAttr y
            && x.ElementType is not ComplexType ? Choose(condition, x, y) : FoldResult.None;
    }

    private static DenseElementsAttr Choose(DenseElementsAttr condition, DenseElementsAttr x, DenseElementsAttr y)
    {
        int size = x.ElementSize;
        byte[] bytes = new byte[checked((int)x.NumElements * size)];
        for (int i = 0; i < x.NumElements; i++)
            (condition.GetInteger(i) != 0 ? x : y).ElementData(i).CopyTo(bytes.AsSpan(i * size, size));
        return DenseElementsAttr.FromElements(x.ShapedType, bytes);
    }
}

/// <summary>What the predicates of comparisons mean.</summary>
internal static class Predicates
{
    public static bool HoldsForEqual(CmpIPredicate predicate) => predicate is CmpIPredicate.Equal or CmpIPredicate.SignedLessEqual
        or CmpIPredicate.SignedGreaterEqual or CmpIPredicate.UnsignedLessEqual or CmpIPredicate.UnsignedGreaterEqual;

    /// <summary>The predicate that says the same of exchanged operands.</summary>
    public static CmpIPredicate Swapped(CmpIPredicate predicate) => predicate switch
    {
        CmpIPredicate.SignedLess => CmpIPredicate.SignedGreater,
        CmpIPredicate.SignedLessEqual => CmpIPredicate.SignedGreaterEqual,
        CmpIPredicate.SignedGreater => CmpIPredicate.SignedLess,
        CmpIPredicate.SignedGreaterEqual => CmpIPredicate.SignedLessEqual,
        CmpIPredicate.UnsignedLess => CmpIPredicate.UnsignedGreater,
        CmpIPredicate.UnsignedLessEqual => CmpIPredicate.UnsignedGreaterEqual,
        CmpIPredicate.UnsignedGreater => CmpIPredicate.UnsignedLess,
        CmpIPredicate.UnsignedGreaterEqual => CmpIPredicate.UnsignedLessEqual,
        _ => predicate,
    };

    /// <summary>The predicate that says the contrary.</summary>
    public static CmpIPredicate Inverted(CmpIPredicate predicate) => predicate switch
    {
        CmpIPredicate.Equal => CmpIPredicate.NotEqual,
        CmpIPredicate.NotEqual => CmpIPredicate.Equal,
        CmpIPredicate.SignedLess => CmpIPredicate.SignedGreaterEqual,
        CmpIPredicate.SignedLessEqual => CmpIPredicate.SignedGreater,
        CmpIPredicate.SignedGreater => CmpIPredicate.SignedLessEqual,
        CmpIPredicate.SignedGreaterEqual => CmpIPredicate.SignedLess,
        CmpIPredicate.UnsignedLess => CmpIPredicate.UnsignedGreaterEqual,
        CmpIPredicate.UnsignedLessEqual => CmpIPredicate.UnsignedGreater,
        CmpIPredicate.UnsignedGreater => CmpIPredicate.UnsignedLessEqual,
        _ => CmpIPredicate.UnsignedLess,
    };

    /// <summary>Compares integer constants; null when one is missing.</summary>
    public static Attr? Apply(CmpIPredicate predicate, Attr? lhs, Attr? rhs, IrType resultType) => predicate switch
    {
        CmpIPredicate.Equal => IntegerFold.Binary(IntegerOperation.Equal, lhs, rhs, resultType),
        CmpIPredicate.NotEqual => IntegerFold.Binary(IntegerOperation.NotEqual, lhs, rhs, resultType),
        CmpIPredicate.SignedLess => IntegerFold.Binary(IntegerOperation.LessS, lhs, rhs, resultType),
        CmpIPredicate.SignedLessEqual => IntegerFold.Binary(IntegerOperation.LessEqualS, lhs, rhs, resultType),
        CmpIPredicate.SignedGreater => IntegerFold.Binary(IntegerOperation.LessS, rhs, lhs, resultType),
        CmpIPredicate.SignedGreaterEqual => IntegerFold.Binary(IntegerOperation.LessEqualS, rhs, lhs, resultType),
        CmpIPredicate.UnsignedLess => IntegerFold.Binary(IntegerOperation.LessU, lhs, rhs, resultType),
        CmpIPredicate.UnsignedLessEqual => IntegerFold.Binary(IntegerOperation.LessEqualU, lhs, rhs, resultType),
        CmpIPredicate.UnsignedGreater => IntegerFold.Binary(IntegerOperation.LessU, rhs, lhs, resultType),
        _ => IntegerFold.Binary(IntegerOperation.LessEqualU, rhs, lhs, resultType),
    };

    /// <summary>Compares floats.</summary>
    public static bool Apply(CmpFPredicate predicate, FloatAttr lhs, FloatAttr rhs)
    {
        int outcome = FloatConstants.Compare(lhs, rhs) switch
        {
            null => 8,
            0 => 1,
            > 0 => 2,
            _ => 4,
        };
        // Ordered predicates are masks of equal, greater and less; the unordered ones follow in the same order.
        int mask = predicate switch
        {
            CmpFPredicate.AlwaysTrue => 15,
            CmpFPredicate.Unordered => 8,
            >= CmpFPredicate.UnorderedEqual => 8 | (predicate - CmpFPredicate.UnorderedEqual + 1),
            _ => (int)predicate,
        };
        return (mask & outcome) != 0;
    }
}
