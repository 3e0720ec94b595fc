using NestC.IR;
using NestC.Rewriting;

namespace NestC.Builtin.Arith;

public sealed partial class AddIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // (x + c0) + c1 -> x + (c0 + c1)
        patterns.Add<AddIOp>("add-of-add-constant", static (op, rw) =>
            op.Lhs.DefiningOp is AddIOp inner && Scalars.Of(inner.Rhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, inner.Lhs, Scalars.Make(rw, IntegerOperation.Add, c0, c1), inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a sum with a constant plus a constant"));
        // (x - c0) + c1 -> x + (c1 - c0)
        patterns.Add<AddIOp>("add-of-sub-constant", static (op, rw) =>
            op.Lhs.DefiningOp is SubIOp inner && Scalars.Of(inner.Rhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, inner.Lhs, Scalars.Make(rw, IntegerOperation.Sub, c1, c0), inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a difference with a constant plus a constant"));
        // (c0 - x) + c1 -> (c0 + c1) - x
        patterns.Add<AddIOp>("add-of-constant-sub", static (op, rw) =>
            op.Lhs.DefiningOp is SubIOp inner && Scalars.Of(inner.Lhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, SubIOp.Create(rw, Scalars.Make(rw, IntegerOperation.Add, c0, c1), inner.Rhs, inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a difference from a constant plus a constant"));
        // x + y * -1 -> x - y
        patterns.Add<AddIOp>("add-of-negated-rhs", static (op, rw) => Negated(op.Rhs, out MulIOp? product)
            ? rw.Replace(op, SubIOp.Create(rw, op.Lhs, product!.Lhs, product.OverflowFlags & op.OverflowFlags))
            : rw.NoMatch(op, "the right operand is not multiplied by -1"));
        // x * -1 + y -> y - x
        patterns.Add<AddIOp>("add-of-negated-lhs", static (op, rw) => Negated(op.Lhs, out MulIOp? product)
            ? rw.Replace(op, SubIOp.Create(rw, op.Rhs, product!.Lhs, product.OverflowFlags & op.OverflowFlags))
            : rw.NoMatch(op, "the left operand is not multiplied by -1"));
    }

    private static bool Negated(Value value, out MulIOp? product)
    {
        product = value.DefiningOp as MulIOp;
        return product is not null && Constants.IsAllOnes(Constants.Of(product.Rhs));
    }
}

public sealed partial class SubIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // (x + c0) - c1 -> x + (c0 - c1)
        patterns.Add<SubIOp>("sub-of-add-constant", static (op, rw) =>
            op.Lhs.DefiningOp is AddIOp inner && Scalars.Of(inner.Rhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, AddIOp.Create(rw, inner.Lhs, Scalars.Make(rw, IntegerOperation.Sub, c0, c1), inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a sum with a constant minus a constant"));
        // c1 - (x + c0) -> (c1 - c0) - x
        patterns.Add<SubIOp>("constant-sub-of-add-constant", static (op, rw) =>
            op.Rhs.DefiningOp is AddIOp inner && Scalars.Of(inner.Rhs, op.Lhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, Scalars.Make(rw, IntegerOperation.Sub, c1, c0), inner.Lhs, inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a constant minus a sum with a constant"));
        // (x - c0) - c1 -> x - (c0 + c1)
        patterns.Add<SubIOp>("sub-of-sub-constant", static (op, rw) =>
            op.Lhs.DefiningOp is SubIOp inner && Scalars.Of(inner.Rhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, inner.Lhs, Scalars.Make(rw, IntegerOperation.Add, c0, c1), inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a difference with a constant minus a constant"));
        // (c0 - x) - c1 -> (c0 - c1) - x
        patterns.Add<SubIOp>("sub-of-constant-sub", static (op, rw) =>
            op.Lhs.DefiningOp is SubIOp inner && Scalars.Of(inner.Lhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, Scalars.Make(rw, IntegerOperation.Sub, c0, c1), inner.Rhs, inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a difference from a constant minus a constant"));
        // c1 - (x - c0) -> (c0 + c1) - x
        patterns.Add<SubIOp>("constant-sub-of-sub-constant", static (op, rw) =>
            op.Rhs.DefiningOp is SubIOp inner && Scalars.Of(inner.Rhs, op.Lhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, Scalars.Make(rw, IntegerOperation.Add, c0, c1), inner.Lhs, inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a constant minus a difference with a constant"));
        // c1 - (c0 - x) -> x + (c1 - c0)
        patterns.Add<SubIOp>("constant-sub-of-constant-sub", static (op, rw) =>
            op.Rhs.DefiningOp is SubIOp inner && Scalars.Of(inner.Lhs, op.Lhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, AddIOp.Create(rw, inner.Rhs, Scalars.Make(rw, IntegerOperation.Sub, c1, c0), inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a constant minus a difference from a constant"));
        // (a - b) - a -> 0 - b
        patterns.Add<SubIOp>("sub-of-own-sub", static (op, rw) =>
            op.Lhs.DefiningOp is SubIOp inner && inner.Lhs == op.Rhs && Constants.Splat(op.Output.Type, 0) is { } zero
                ? rw.Replace(op, Create(rw, ConstantOp.Create(rw, (ITypedAttr)zero, op.Output.Type).Output, inner.Rhs, inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a difference minus what it starts from"));
    }
}

public sealed partial class MulIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // (x * c0) * c1 -> x * (c0 * c1)
        patterns.Add<MulIOp>("mul-of-mul-constant", static (op, rw) =>
            op.Lhs.DefiningOp is MulIOp inner && Scalars.Of(inner.Rhs, op.Rhs, out IntegerAttr c0, out IntegerAttr c1)
                ? rw.Replace(op, Create(rw, inner.Lhs, Scalars.Make(rw, IntegerOperation.Mul, c0, c1), inner.OverflowFlags & op.OverflowFlags))
                : rw.NoMatch(op, "not a product with a constant times a constant"));
}

public sealed partial class AddUIExtendedOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // the overflow is not used -> addi
        patterns.Add<AddUIExtendedOp>("add-without-overflow", static (op, rw) =>
        {
            if (op.Overflow.HasUses) return rw.NoMatch(op, "the overflow is used");
            rw.ReplaceAllUses(op.Sum, AddIOp.Create(rw, op.Lhs, op.Rhs).Output);
            return rw.Erase(op);
        });
}

public sealed partial class MulSIExtendedOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // the high half is not used -> muli
        patterns.Add<MulSIExtendedOp>("mul-without-high", static (op, rw) =>
        {
            if (op.High.HasUses) return rw.NoMatch(op, "the high half is used");
            rw.ReplaceAllUses(op.Low, MulIOp.Create(rw, op.Lhs, op.Rhs).Output);
            return rw.Erase(op);
        });
        // x * 1 -> x, x < 0 ? -1 : 0
        patterns.Add<MulSIExtendedOp>("mul-extended-by-one", static (op, rw) =>
        {
            if (!Constants.IsOne(Constants.Of(op.Rhs)) || TypeRelations.ElementType(op.Lhs.Type).IsSignlessInteger(1)) return rw.NoMatch(op, "not multiplied by one");
            if (Constants.Splat(op.Lhs.Type, 0) is not { } zero) return rw.NoMatch(op, "no constant has this shape");
            Value zeros = ConstantOp.Create(rw, (ITypedAttr)zero, op.Lhs.Type).Output;
            Value negative = CmpIOp.Create(rw, op.Lhs, zeros, CmpIPredicate.SignedLess).Output;
            return rw.Replace(op, op.Lhs, ExtSIOp.Create(rw, negative, op.High.Type).Out);
        });
    }
}

public sealed partial class MulUIExtendedOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // the high half is not used -> muli
        patterns.Add<MulUIExtendedOp>("mul-without-high", static (op, rw) =>
        {
            if (op.High.HasUses) return rw.NoMatch(op, "the high half is used");
            rw.ReplaceAllUses(op.Low, MulIOp.Create(rw, op.Lhs, op.Rhs).Output);
            return rw.Erase(op);
        });
}

/// <summary>Constants of scalar integers in patterns; as upstream, vectors are left alone.</summary>
internal static class Scalars
{
    /// <summary>Whether both values are constants.</summary>
    public static bool Of(Value first, Value second, out IntegerAttr a, out IntegerAttr b)
    {
        a = b = null!;
        if (Constants.Of(first) is not IntegerAttr x || Constants.Of(second) is not IntegerAttr y) return false;
        (a, b) = (x, y);
        return true;
    }

    /// <summary>Whether a value is the constant true of type i1.</summary>
    public static bool IsTrue(Value value) => Constants.Of(value) is IntegerAttr attr && attr.Type.IsSignlessInteger(1) && attr.Value == 1;

    /// <summary>Makes the constant that an operation yields for two others.</summary>
    public static Value Make(Rewriter rw, IntegerOperation operation, IntegerAttr a, IntegerAttr b) =>
        ConstantOp.Create(rw, (ITypedAttr)IntegerFold.Binary(operation, a, b)!, a.Type).Output;
}
