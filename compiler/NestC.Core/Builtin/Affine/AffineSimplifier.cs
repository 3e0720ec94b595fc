using NestC.IR;

namespace NestC.Builtin;

/// <summary>
/// The simplifications that affine expressions undergo when they are built. They are those of MLIR 19, in its order, because
/// the printed text depends on them. Arithmetic wraps at 64 bits.
/// </summary>
internal static class AffineSimplifier
{
    /// <summary>What the expression simplifies to, or null.</summary>
    public static AffineExpr? Simplify(AffineExprKind kind, AffineExpr left, AffineExpr right) => kind switch
    {
        AffineExprKind.Add => Add(left, right),
        AffineExprKind.Mul => Mul(left, right),
        AffineExprKind.Mod => Mod(left, right),
        AffineExprKind.FloorDiv => FloorDiv(left, right),
        _ => CeilDiv(left, right),
    };

    private static bool ConstantRhs(AffineExpr e, AffineExprKind kind, out long value)
    {
        bool matches = e.Kind == kind && e.Rhs!.IsConstant;
        value = matches ? e.Rhs!.Value : 0;
        return matches;
    }

    private static AffineExpr? Add(AffineExpr left, AffineExpr right)
    {
        NestContext context = left.Context;
        if (left.IsConstant && right.IsConstant) return AffineExpr.Constant(context, unchecked(left.Value + right.Value));
        // 4 + d0 -> d0 + 4; what is symbolic goes to the right.
        if (left.IsConstant || (left.IsSymbolicOrConstant && !right.IsSymbolicOrConstant)) return right + left;
        if (right.IsConstantOf(0)) return left;
        // (d0 + 2) + 3 -> d0 + 5
        if (right.IsConstant && ConstantRhs(left, AffineExprKind.Add, out long inner))
            return left.Lhs! + unchecked(inner + right.Value);
        // e * c1 + e * c2 -> e * (c1 + c2)
        AffineExpr first = left, second = right;
        long firstFactor = 1, secondFactor = 1;
        if (ConstantRhs(left, AffineExprKind.Mul, out long factor)) (first, firstFactor) = (left.Lhs!, factor);
        if (ConstantRhs(right, AffineExprKind.Mul, out factor)) (second, secondFactor) = (right.Lhs!, factor);
        if (first == second) return first * unchecked(firstFactor + secondFactor);
        // (d0 + 2) + d1 -> (d0 + d1) + 2
        if (ConstantRhs(left, AffineExprKind.Add, out _)) return left.Lhs! + right + left.Rhs!;
        return Remainder(left, right);
    }

    // e - (e floordiv q) * q -> e mod q
    private static AffineExpr? Remainder(AffineExpr left, AffineExpr right)
    {
        if (!right.IsBinary) return null;
        AffineExpr product = right.Lhs!, factor = right.Rhs!;
        if (factor.IsConstantOf(-1) && product.Kind == AffineExprKind.Mul)
        {
            if (product.Lhs!.Kind != AffineExprKind.FloorDiv) return null;
            if (product.Lhs.Rhs == product.Rhs && left == product.Lhs.Lhs) return left % product.Rhs!;
        }
        if (product.Kind != AffineExprKind.FloorDiv) return null;
        return left == product.Lhs && product.Rhs == -factor ? left % product.Rhs! : null;
    }

    private static AffineExpr? Mul(AffineExpr left, AffineExpr right)
    {
        if (left.IsConstant && right.IsConstant) return AffineExpr.Constant(left.Context, unchecked(left.Value * right.Value));
        // The constant or symbolic operand goes to the right.
        if (left.IsConstant || (!right.IsSymbolicOrConstant && left.IsSymbolicOrConstant)) return right * left;
        if (right.IsConstantOf(1)) return left;
        if (right.IsConstantOf(0)) return right;
        if (!ConstantRhs(left, AffineExprKind.Mul, out long inner)) return null;
        // (d0 * 2) * 3 -> d0 * 6, and (d0 * 2) * s0 -> (d0 * s0) * 2
        return right.IsConstant ? left.Lhs! * unchecked(inner * right.Value) : left.Lhs! * right * left.Rhs!;
    }

    private static AffineExpr? FloorDiv(AffineExpr left, AffineExpr right)
    {
        if (!right.IsConstant || right.Value == 0) return null;
        long divisor = right.Value;
        if (left.IsConstant)
            return left.Value == long.MinValue && divisor == -1 ? null : AffineExpr.Constant(left.Context, Floor(left.Value, divisor));
        if (divisor == 1) return left;
        if (Exact(left, divisor) is { } exact) return exact;
        // (a + b) floordiv c -> a floordiv c + b floordiv c, where c divides a or b
        if (left.Kind == AffineExprKind.Add && (Divides(divisor, left.Lhs!) || Divides(divisor, left.Rhs!)))
            return left.Lhs!.FloorDiv(right) + left.Rhs!.FloorDiv(right);
        return null;
    }

    private static AffineExpr? CeilDiv(AffineExpr left, AffineExpr right)
    {
        if (!right.IsConstant || right.Value == 0) return null;
        long divisor = right.Value;
        if (left.IsConstant)
            return left.Value == long.MinValue && divisor == -1 ? null : AffineExpr.Constant(left.Context, Ceil(left.Value, divisor));
        return divisor == 1 ? left : Exact(left, divisor);
    }

    // (a * c1) / c2 -> a * (c1 / c2), where c2 divides c1
    private static AffineExpr? Exact(AffineExpr left, long divisor) =>
        ConstantRhs(left, AffineExprKind.Mul, out long factor) && !(divisor == -1 && factor == long.MinValue) && factor % divisor == 0
            ? left.Lhs! * (factor / divisor)
            : null;

    private static bool Divides(long divisor, AffineExpr e) =>
        divisor == -1 || unchecked((long)e.LargestKnownDivisor) % divisor == 0;

    private static AffineExpr? Mod(AffineExpr left, AffineExpr right)
    {
        if (!right.IsConstant || right.Value < 1) return null;
        long divisor = right.Value;
        if (left.IsConstant) return AffineExpr.Constant(left.Context, Modulo(left.Value, divisor));
        if (Divides(divisor, left)) return AffineExpr.Constant(left.Context, 0);
        if (left.Kind == AffineExprKind.Add)
        {
            if (Divides(divisor, left.Lhs!)) return left.Rhs! % right;
            if (Divides(divisor, left.Rhs!)) return left.Lhs! % right;
        }
        // (e mod a) mod b -> e mod b, where b divides a
        return ConstantRhs(left, AffineExprKind.Mod, out long inner) && inner >= 1 && Modulo(inner, divisor) == 0 ? left.Lhs! % right : null;
    }

    internal static long Floor(long a, long b)
    {
        long q = a / b;
        return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
    }

    internal static long Ceil(long a, long b)
    {
        long q = a / b;
        return a % b != 0 && (a < 0) == (b < 0) ? q + 1 : q;
    }

    internal static long Modulo(long a, long b)
    {
        long rest = a % b;
        return rest < 0 ? rest + b : rest;
    }
}
