using System.Numerics;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Builtin.Arith;

public sealed partial class CmpIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // ext(x) == ext(y) -> x == y;  the same for !=
        patterns.Add<CmpIOp>("cmpi-of-extsi", static (op, rw) =>
            IsEquality(op.Predicate) && op.Lhs.DefiningOp is ExtSIOp x && op.Rhs.DefiningOp is ExtSIOp y && x.In.Type == y.In.Type
                ? rw.Replace(op, Create(rw, x.In, y.In, op.Predicate))
                : rw.NoMatch(op, "not the equality of two sign-extended values of one type"));
        patterns.Add<CmpIOp>("cmpi-of-extui", static (op, rw) =>
            IsEquality(op.Predicate) && op.Lhs.DefiningOp is ExtUIOp x && op.Rhs.DefiningOp is ExtUIOp y && x.In.Type == y.In.Type
                ? rw.Replace(op, Create(rw, x.In, y.In, op.Predicate))
                : rw.NoMatch(op, "not the equality of two zero-extended values of one type"));
    }

    private static bool IsEquality(CmpIPredicate predicate) => predicate is CmpIPredicate.Equal or CmpIPredicate.NotEqual;
}

public sealed partial class SelectOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // select(c, x, select(c, y, z)) -> select(c, x, z)
        patterns.Add<SelectOp>("select-false-of-same-select", static (op, rw) => op.FalseValue.DefiningOp is SelectOp inner && inner.Condition == op.Condition
            ? rw.Replace(op, Create(rw, op.Condition, op.TrueValue, inner.FalseValue))
            : rw.NoMatch(op, "the false value is not chosen by the same condition"));
        // select(c, select(c, x, y), z) -> select(c, x, z)
        patterns.Add<SelectOp>("select-true-of-same-select", static (op, rw) => op.TrueValue.DefiningOp is SelectOp inner && inner.Condition == op.Condition
            ? rw.Replace(op, Create(rw, op.Condition, inner.TrueValue, op.FalseValue))
            : rw.NoMatch(op, "the true value is not chosen by the same condition"));
        // select(not c, x, y) -> select(c, y, x)
        patterns.Add<SelectOp>("select-of-not", static (op, rw) => op.Condition.DefiningOp is XOrIOp not && Scalars.IsTrue(not.Rhs)
            ? rw.Replace(op, Create(rw, not.Lhs, op.FalseValue, op.TrueValue))
            : rw.NoMatch(op, "the condition is not negated"));
        // select(c, false, true) -> not c
        patterns.Add<SelectOp>("select-to-not", static (op, rw) =>
            op.Output.Type.IsSignlessInteger(1) && Constants.IsZero(Constants.Of(op.TrueValue)) && Scalars.IsTrue(op.FalseValue)
                ? rw.Replace(op, XOrIOp.Create(rw, op.Condition, op.FalseValue))
                : rw.NoMatch(op, "not a choice of false and true"));
        // select(c, 1, 0) -> extui(c);  select(c, 0, 1) -> extui(not c)
        patterns.Add<SelectOp>("select-to-extui", static (op, rw) =>
        {
            if (op.Output.Type is not IntegerType { Width: > 1 }) return rw.NoMatch(op, "not a choice of integers wider than a bit");
            Attr? whenTrue = Constants.Of(op.TrueValue), whenFalse = Constants.Of(op.FalseValue);
            if (Constants.IsOne(whenTrue) && Constants.IsZero(whenFalse)) return rw.Replace(op, ExtUIOp.Create(rw, op.Condition, op.Output.Type));
            if (!Constants.IsZero(whenTrue) || !Constants.IsOne(whenFalse)) return rw.NoMatch(op, "not a choice of one and zero");
            Value one = ConstantOp.Create(rw, op.Context.Common.True, op.Condition.Type).Output;
            return rw.Replace(op, ExtUIOp.Create(rw, XOrIOp.Create(rw, op.Condition, one).Output, op.Output.Type));
        });
    }
}

public sealed partial class CmpFOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) => patterns.Add(new CompareIntegerWithFloatConstant());

    // cmpf(p, itofp(x), c) -> cmpi(q, x, d), where the conversion cannot change the outcome
    private sealed class CompareIntegerWithFloatConstant() : Pattern<CmpFOp>("cmpf-of-converted-integer")
    {
        public override bool Rewrite(CmpFOp op, Rewriter rw)
        {
            if (Constants.Of(op.Rhs) is not FloatAttr constant || FloatConstants.IsNaN(constant)) return rw.NoMatch(op, "not a comparison with a number");
            if (op.Lhs.DefiningOp is not (SIToFPOp or UIToFPOp)) return rw.NoMatch(op, "the left operand is not a converted integer");
            bool unsigned = op.Lhs.DefiningOp is UIToFPOp;
            Value integer = op.Lhs.DefiningOp.Operand(0);
            int width = integer.Type.BitWidth(), valueBits = unsigned ? width : width - 1;
            FloatSemantics format = constant.FloatType.Semantics;
            bool isInfinite = FloatConstants.IsInfinity(constant, negative: false) || FloatConstants.IsInfinity(constant, negative: true);
            if (width > format.Precision)
            {
                int exponent = isInfinite ? 0 : ExponentOf(format, constant.Bits);
                if (isInfinite ? format.MaxExponent < valueBits : format.Precision <= exponent && exponent <= valueBits)
                    return rw.NoMatch(op, "rounding the integer may change the outcome");
            }
            if (op.Predicate is CmpFPredicate.AlwaysFalse or CmpFPredicate.Unordered) return Answer(op, rw, false);
            if (op.Predicate is CmpFPredicate.AlwaysTrue or CmpFPredicate.Ordered) return Answer(op, rw, true);
            Relation relation = RelationOf(op.Predicate);
            bool negative = (constant.Bits >> (format.Width - 1) & 1) != 0;
            BigInteger least = unsigned ? BigInteger.Zero : -(BigInteger.One << (width - 1)), most = (BigInteger.One << valueBits) - 1;
            if (isInfinite) return Answer(op, rw, relation == Relation.NotEqual || (relation is Relation.Less or Relation.LessEqual) != negative);
            if (FloatArithmetic.Compare(format, Nearest(format, most), constant.Bits) < 0)
                return Answer(op, rw, relation is Relation.NotEqual or Relation.Less or Relation.LessEqual);
            if (FloatArithmetic.Compare(format, Nearest(format, least), constant.Bits) > 0)
                return Answer(op, rw, relation is Relation.NotEqual or Relation.Greater or Relation.GreaterEqual);
            BigInteger truncated = FloatArithmetic.Truncate(format, constant.Bits)!.Value;
            if (truncated < least || truncated > most) return rw.NoMatch(op, "the constant is no value of the integer's type");
            if (FloatArithmetic.Compare(format, Nearest(format, truncated), constant.Bits) != 0)
            {
                // A fraction lies between its truncation and the next number away from zero.
                if (relation is Relation.Equal or Relation.NotEqual) return Answer(op, rw, relation == Relation.NotEqual);
                bool less = relation is Relation.Less or Relation.LessEqual;
                relation = less ? negative ? Relation.Less : Relation.LessEqual : negative ? Relation.GreaterEqual : Relation.Greater;
            }
            Value bound = ConstantOp.Create(rw, IntegerAttr.Get(integer.Type, truncated), integer.Type).Output;
            return rw.Replace(op, CmpIOp.Create(rw, integer, bound, PredicateOf(relation, unsigned)));
        }

        private enum Relation : byte { Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual }

        // Integers are never NaN: ordered and unordered predicates say the same.
        private static Relation RelationOf(CmpFPredicate predicate) =>
            (Relation)((int)predicate - (int)(predicate >= CmpFPredicate.UnorderedEqual ? CmpFPredicate.UnorderedEqual : CmpFPredicate.OrderedEqual));

        private static CmpIPredicate PredicateOf(Relation relation, bool unsigned) => relation switch
        {
            Relation.Equal => CmpIPredicate.Equal,
            Relation.NotEqual => CmpIPredicate.NotEqual,
            Relation.Greater => unsigned ? CmpIPredicate.UnsignedGreater : CmpIPredicate.SignedGreater,
            Relation.GreaterEqual => unsigned ? CmpIPredicate.UnsignedGreaterEqual : CmpIPredicate.SignedGreaterEqual,
            Relation.Less => unsigned ? CmpIPredicate.UnsignedLess : CmpIPredicate.SignedLess,
            _ => unsigned ? CmpIPredicate.UnsignedLessEqual : CmpIPredicate.SignedLessEqual,
        };

        private static bool Answer(CmpFOp op, Rewriter rw, bool value) =>
            rw.Replace(op, ConstantOp.Create(rw, BoolAttr.Get(op.Context, value), op.Context.Common.I1));

        private static UInt128 Nearest(FloatSemantics format, BigInteger value) => FloatArithmetic.Round(format, value.Sign < 0, BigInteger.Abs(value), 0);

        // The exponent of the leading bit; far below any for zero.
        private static int ExponentOf(FloatSemantics format, UInt128 bits)
        {
            FloatArithmetic.Decode(format, bits, out _, out UInt128 significand, out int exponent);
            return significand == 0 ? int.MinValue : exponent + 127 - (int)UInt128.LeadingZeroCount(significand);
        }
    }
}
