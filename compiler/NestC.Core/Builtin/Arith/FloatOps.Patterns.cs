using NestC.IR;
using NestC.Rewriting;

namespace NestC.Builtin.Arith;

public sealed partial class MulFOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // -x * -y -> x * y
        patterns.Add<MulFOp>("mul-of-negated", static (op, rw) => op.Lhs.DefiningOp is NegFOp x && op.Rhs.DefiningOp is NegFOp y
            ? rw.Replace(op, Create(rw, x.Input, y.Input, op.Fastmath))
            : rw.NoMatch(op, "not both factors are negated"));
}

public sealed partial class DivFOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // -x / -y -> x / y
        patterns.Add<DivFOp>("div-of-negated", static (op, rw) => op.Lhs.DefiningOp is NegFOp x && op.Rhs.DefiningOp is NegFOp y
            ? rw.Replace(op, Create(rw, x.Input, y.Input, op.Fastmath))
            : rw.NoMatch(op, "not both operands are negated"));
}
