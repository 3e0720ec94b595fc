using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Dialects.Loop;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Loop;

/// <summary>Simplifies index arithmetic by the bounds of loops: `min(64 - %i, 16)` is 16 where %i is 0, 16, 32 or 48.</summary>
[Pass("loop-simplify-indices", "Simplify index arithmetic by the bounds of loops")]
public sealed class SimplifyIndicesPass : Pass<FuncOp>
{
    public override ReadOnlySpan<string> DependentDialects => new string[] { "arith" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        PatternSet patterns = new();
        patterns.Add(new IndexToConstant()).Add(new PickByRange()).Add(new CompareByRange()).Add(new DivideMultiple());
        if (!ctx.ApplyGreedily(function, patterns).Changed && !ctx.HasFailed) ctx.PreserveAll();
    }

    /// <summary>An index that can be one number only -> that number.</summary>
    private sealed class IndexToConstant : Pattern
    {
        public override bool RewriteOp(Operation op, Rewriter rw)
        {
            if (op.ResultCount != 1 || op.Result(0).Type is not IndexType || op is IConstantLike || op.OperandCount != 2) return rw.NoMatch(op, "not index arithmetic");
            IndexRange range = IndexRanges.Of(op.Result(0));
            return range.IsPoint ? rw.Replace(op, Bounds.Index(rw, range.Least)) : rw.NoMatch(op, "more than one number is possible");
        }
    }

    /// <summary>min(a, b) -> a where a is never above b, and so on; a mod n -> a where a is below n.</summary>
    private sealed class PickByRange : Pattern
    {
        public override bool RewriteOp(Operation op, Rewriter rw)
        {
            if (op is not (MinSIOp or MaxSIOp or MinUIOp or MaxUIOp or RemSIOp or RemUIOp) || op.Result(0).Type is not IndexType) return rw.NoMatch(op, "no minimum, maximum or remainder");
            IndexRange a = IndexRanges.Of(op.Operand(0)), b = IndexRanges.Of(op.Operand(1));
            bool isUnsigned = op is MinUIOp or MaxUIOp or RemUIOp;
            if (isUnsigned && (a.Least < 0 || b.Least < 0)) return rw.NoMatch(op, "a negative number is possible");
            if (op is RemSIOp or RemUIOp)
            {
                bool divides = b.IsPoint && b.Least > 0 && IndexRanges.Divisor(op.Operand(0)) % b.Least == 0;
                if (divides) return rw.Replace(op, Bounds.Index(rw, 0));
                return a.Least >= 0 && a.Most < b.Least ? rw.Replace(op, op.Operand(0)) : rw.NoMatch(op, "the number may reach the divisor");
            }
            bool isMin = op is MinSIOp or MinUIOp;
            if (a.Most <= b.Least) return rw.Replace(op, op.Operand(isMin ? 0 : 1));
            return b.Most <= a.Least ? rw.Replace(op, op.Operand(isMin ? 1 : 0)) : rw.NoMatch(op, "either may be the smaller one");
        }
    }

    /// <summary>Comparisons that the ranges decide -> true or false.</summary>
    private sealed class CompareByRange : Pattern<CmpIOp>
    {
        public override bool Rewrite(CmpIOp op, Rewriter rw)
        {
            if (op.Lhs.Type is not IndexType) return rw.NoMatch(op, "not of indices");
            IndexRange a = IndexRanges.Of(op.Lhs), b = IndexRanges.Of(op.Rhs);
            bool natural = a.Least >= 0 && b.Least >= 0;
            bool? answer = op.Predicate switch
            {
                CmpIPredicate.SignedLess => Less(a, b),
                CmpIPredicate.SignedGreaterEqual => !Less(a, b),
                CmpIPredicate.SignedGreater => Less(b, a),
                CmpIPredicate.SignedLessEqual => !Less(b, a),
                CmpIPredicate.UnsignedLess when natural => Less(a, b),
                CmpIPredicate.UnsignedGreaterEqual when natural => !Less(a, b),
                CmpIPredicate.UnsignedGreater when natural => Less(b, a),
                CmpIPredicate.UnsignedLessEqual when natural => !Less(b, a),
                CmpIPredicate.Equal => a.Most < b.Least || b.Most < a.Least ? false : null,
                CmpIPredicate.NotEqual => a.Most < b.Least || b.Most < a.Least ? true : null,
                _ => null,
            };
            return answer is { } known ? rw.Replace(op, Builtin.Arith.ConstantOp.Integer(rw, op.Output.Type, known ? 1 : 0)) : rw.NoMatch(op, "the ranges do not decide it");
        }

        private static bool? Less(IndexRange a, IndexRange b) => a.Most < b.Least ? true : a.Least >= b.Most ? false : null;
    }

    /// <summary>(a * n) / n -> a, where nothing overflows.</summary>
    private sealed class DivideMultiple : Pattern
    {
        public override bool RewriteOp(Operation op, Rewriter rw)
        {
            if (op is not (DivSIOp or DivUIOp or FloorDivSIOp or CeilDivSIOp or CeilDivUIOp) || op.Operand(0).DefiningOp is not MulIOp product || op.Result(0).Type is not IndexType)
                return rw.NoMatch(op, "no quotient of a product");
            if (Bounds.Constant(op.Operand(1)) is not { } divisor || divisor <= 0) return rw.NoMatch(op, "the divisor is not a positive constant");
            IndexRange range = IndexRanges.Of(product.Output);
            if (range == IndexRange.All || range.Least < 0) return rw.NoMatch(op, "the product may overflow");
            if (Bounds.Constant(product.Rhs) == divisor) return rw.Replace(op, product.Lhs);
            return Bounds.Constant(product.Lhs) == divisor ? rw.Replace(op, product.Rhs) : rw.NoMatch(op, "the factors are other numbers");
        }
    }
}
