using NestC.IR;
using NestC.Rewriting;

namespace NestC.Builtin.Arith;

public sealed partial class AndIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // ext(x) & ext(y) -> ext(x & y)
        patterns.Add<AndIOp>("and-of-extui", static (op, rw) => op.Lhs.DefiningOp is ExtUIOp x && op.Rhs.DefiningOp is ExtUIOp y && x.In.Type == y.In.Type
            ? rw.Replace(op, ExtUIOp.Create(rw, Create(rw, x.In, y.In).Output, op.Output.Type))
            : rw.NoMatch(op, "not the and of two extended values of one type"));
        patterns.Add<AndIOp>("and-of-extsi", static (op, rw) => op.Lhs.DefiningOp is ExtSIOp x && op.Rhs.DefiningOp is ExtSIOp y && x.In.Type == y.In.Type
            ? rw.Replace(op, ExtSIOp.Create(rw, Create(rw, x.In, y.In).Output, op.Output.Type))
            : rw.NoMatch(op, "not the and of two extended values of one type"));
    }
}

public sealed partial class OrIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // ext(x) | ext(y) -> ext(x | y)
        patterns.Add<OrIOp>("or-of-extui", static (op, rw) => op.Lhs.DefiningOp is ExtUIOp x && op.Rhs.DefiningOp is ExtUIOp y && x.In.Type == y.In.Type
            ? rw.Replace(op, ExtUIOp.Create(rw, Create(rw, x.In, y.In).Output, op.Output.Type))
            : rw.NoMatch(op, "not the or of two extended values of one type"));
        patterns.Add<OrIOp>("or-of-extsi", static (op, rw) => op.Lhs.DefiningOp is ExtSIOp x && op.Rhs.DefiningOp is ExtSIOp y && x.In.Type == y.In.Type
            ? rw.Replace(op, ExtSIOp.Create(rw, Create(rw, x.In, y.In).Output, op.Output.Type))
            : rw.NoMatch(op, "not the or of two extended values of one type"));
    }
}

public sealed partial class XOrIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // cmpi(p, a, b) ^ true -> cmpi(not p, a, b)
        patterns.Add<XOrIOp>("not-of-cmpi", static (op, rw) => op.Lhs.DefiningOp is CmpIOp compare && Scalars.IsTrue(op.Rhs)
            ? rw.Replace(op, CmpIOp.Create(rw, compare.Lhs, compare.Rhs, Predicates.Inverted(compare.Predicate)))
            : rw.NoMatch(op, "not the negation of a comparison"));
        // ext(x) ^ ext(y) -> ext(x ^ y)
        patterns.Add<XOrIOp>("xor-of-extui", static (op, rw) => op.Lhs.DefiningOp is ExtUIOp x && op.Rhs.DefiningOp is ExtUIOp y && x.In.Type == y.In.Type
            ? rw.Replace(op, ExtUIOp.Create(rw, Create(rw, x.In, y.In).Output, op.Output.Type))
            : rw.NoMatch(op, "not the exclusive or of two extended values of one type"));
        patterns.Add<XOrIOp>("xor-of-extsi", static (op, rw) => op.Lhs.DefiningOp is ExtSIOp x && op.Rhs.DefiningOp is ExtSIOp y && x.In.Type == y.In.Type
            ? rw.Replace(op, ExtSIOp.Create(rw, Create(rw, x.In, y.In).Output, op.Output.Type))
            : rw.NoMatch(op, "not the exclusive or of two extended values of one type"));
    }
}
