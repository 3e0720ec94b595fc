using NestC.IR;
using NestC.Rewriting;

namespace NestC.Builtin.Arith;

public sealed partial class ExtSIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // extsi(extui(x)) -> extui(x)
        patterns.Add<ExtSIOp>("extsi-of-extui", static (op, rw) => op.In.DefiningOp is ExtUIOp inner
            ? rw.Replace(op, ExtUIOp.Create(rw, inner.In, op.Out.Type))
            : rw.NoMatch(op, "the input is not zero-extended"));
}

public sealed partial class TruncIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // trunci(ext(x)) -> ext(x), where x is narrower than the result
        patterns.Add<TruncIOp>("trunci-of-extsi", static (op, rw) => op.In.DefiningOp is ExtSIOp inner && Width(op.Out) > Width(inner.In)
            ? rw.Replace(op, ExtSIOp.Create(rw, inner.In, op.Out.Type))
            : rw.NoMatch(op, "the input is not sign-extended from a narrower type"));
        patterns.Add<TruncIOp>("trunci-of-extui", static (op, rw) => op.In.DefiningOp is ExtUIOp inner && Width(op.Out) > Width(inner.In)
            ? rw.Replace(op, ExtUIOp.Create(rw, inner.In, op.Out.Type))
            : rw.NoMatch(op, "the input is not zero-extended from a narrower type"));
        // trunci(shrsi(x, c)) -> trunci(shrui(x, c)), where the filled bits are cut off
        patterns.Add<TruncIOp>("trunci-of-shrsi", static (op, rw) => op.In.DefiningOp is ShRSIOp shift && Leaves(shift.Rhs, Width(shift.Lhs), Width(op.Out))
            ? rw.Replace(op, Create(rw, ShRUIOp.Create(rw, shift.Lhs, shift.Rhs).Output, op.Out.Type))
            : rw.NoMatch(op, "not the high bits of an arithmetic shift"));
        // trunci(shrui(ext(x) * ext(y), width)) -> the high half of x * y
        patterns.Add<TruncIOp>("high-half-of-product", static (op, rw) =>
        {
            if (op.In.DefiningOp is not ShRUIOp { Lhs.DefiningOp: MulIOp product } shift) return rw.NoMatch(op, "not the high bits of a product");
            if (product.Lhs.DefiningOp is not (ExtSIOp or ExtUIOp) || product.Rhs.DefiningOp is not { } right || right.Info != product.Lhs.DefiningOp.Info)
                return rw.NoMatch(op, "the factors are not extended alike");
            Value x = product.Lhs.DefiningOp.Operand(0), y = right.Operand(0);
            if (x.Type != y.Type || x.Type != op.Out.Type || !Leaves(shift.Rhs, Width(product.Output), Width(x)))
                return rw.NoMatch(op, "the result is not one half");
            return rw.Replace(op, right is ExtSIOp ? MulSIExtendedOp.Create(rw, x, y).High : MulUIExtendedOp.Create(rw, x, y).High);
        });
    }

    private static int Width(Value value) => TypeRelations.ElementType(value.Type).BitWidth();

    // Whether a constant shift amount leaves just the narrow width of the wide one.
    private static bool Leaves(Value amount, int wide, int narrow) =>
        Constants.Integer(Constants.Of(amount)) is { IsWide: false } constant && wide > narrow && constant.Value == wide - narrow;
}

public sealed partial class IndexCastOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // index_cast(index_cast(x)) -> x, where nothing is cut off between
        patterns.Add<IndexCastOp>("index-cast-back", static (op, rw) =>
            op.In.DefiningOp is IndexCastOp inner && inner.In.Type == op.Out.Type && IndexCasts.Keeps(inner.In, inner.Out)
                ? rw.Replace(op, inner.In)
                : rw.NoMatch(op, "not the cast back of an index cast that keeps all bits"));
        // index_cast(extsi(x)) -> index_cast(x)
        patterns.Add<IndexCastOp>("index-cast-of-extsi", static (op, rw) => op.In.DefiningOp is ExtSIOp inner
            ? rw.Replace(op, Create(rw, inner.In, op.Out.Type))
            : rw.NoMatch(op, "the input is not sign-extended"));
    }
}

public sealed partial class IndexCastUIOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // index_castui(index_castui(x)) -> x, where nothing is cut off between
        patterns.Add<IndexCastUIOp>("index-cast-back", static (op, rw) =>
            op.In.DefiningOp is IndexCastUIOp inner && inner.In.Type == op.Out.Type && IndexCasts.Keeps(inner.In, inner.Out)
                ? rw.Replace(op, inner.In)
                : rw.NoMatch(op, "not the cast back of an index cast that keeps all bits"));
        // index_castui(extui(x)) -> index_castui(x)
        patterns.Add<IndexCastUIOp>("index-cast-of-extui", static (op, rw) => op.In.DefiningOp is ExtUIOp inner
            ? rw.Replace(op, Create(rw, inner.In, op.Out.Type))
            : rw.NoMatch(op, "the input is not zero-extended"));
    }
}

internal static class IndexCasts
{
    // Upstream does without this check, and changes the values of index -> i8 -> index.
    public static bool Keeps(Value from, Value to) => ElementOf(from.Type).BitWidth() <= ElementOf(to.Type).BitWidth();

    private static IrType ElementOf(IrType type) => TypeRelations.ElementType(type);
}

public sealed partial class BitcastOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // bitcast(bitcast(x)) -> x
        patterns.Add<BitcastOp>("bitcast-back", static (op, rw) => op.In.DefiningOp is BitcastOp inner && inner.In.Type == op.Out.Type
            ? rw.Replace(op, inner.In)
            : rw.NoMatch(op, "not a cast back"));
}
