using NestC.IR;
using NestC.Support;

namespace NestC.Builtin;

/// <summary>
/// Flattens a pure affine expression into coefficients of dimensions, symbols, quotients and the constant, and builds it again
/// from them (as MLIR's flattener does, for canonical sums).
/// </summary>
internal sealed class AffineTerms(NestContext context, int dims, int symbols)
{
    private readonly List<AffineExpr> quotients = [];

    // Coefficients: dims, symbols, the constant, then the quotients that were met so far.
    private int ConstantAt => dims + symbols;

    public AffineExpr Simplify(AffineExpr e) => Build(Flatten(e));

    private long[] FlattenOnFreshStack(AffineExpr e)
    {
        long[] result = [];
        Syntax.AsmParser.OnFreshStack(() =>
        {
            result = Flatten(e);
            return true;
        });
        return result;
    }

    private long[] Flatten(AffineExpr e)
    {
        if (Syntax.AsmParser.StackIsShort) return FlattenOnFreshStack(e);
        long[] terms;
        switch (e.Kind)
        {
            case AffineExprKind.Constant:
                terms = new long[ConstantAt + 1];
                terms[ConstantAt] = e.Value;
                return terms;
            case AffineExprKind.Dim:
                terms = new long[ConstantAt + 1];
                terms[e.Position] = 1;
                return terms;
            case AffineExprKind.Symbol:
                terms = new long[ConstantAt + 1];
                terms[dims + e.Position] = 1;
                return terms;
            case AffineExprKind.Add:
                return Sum(Flatten(e.Lhs!), Flatten(e.Rhs!), 1);
            case AffineExprKind.Mul:
                return Scale(Flatten(e.Lhs!), e.Rhs!.Value);
        }
        long[] dividend = Flatten(e.Lhs!);
        long divisor = e.Rhs!.Value;
        if (divisor <= 0) return Quotient(AffineExpr.Raw(e.Kind, Build(dividend), e.Rhs));
        if (e.Kind != AffineExprKind.Mod)
        {
            // Common factors of dividend and divisor cancel.
            ulong gcd = (ulong)divisor;
            foreach (long term in dividend) gcd = AffineExpr.Gcd(gcd, (ulong)Int128.Abs(term));
            for (int i = 0; i < dividend.Length; i++) dividend[i] /= (long)gcd;
            divisor /= (long)gcd;
            return divisor == 1 ? dividend : Quotient(AffineExpr.Binary(e.Kind, Build(dividend), AffineExpr.Constant(context, divisor)));
        }
        bool divides = true;
        foreach (long term in dividend) divides &= term % divisor == 0;
        if (divides) return new long[ConstantAt + 1];
        AffineExpr inner = Build(dividend);
        ulong common = (ulong)divisor;
        foreach (long term in dividend) common = AffineExpr.Gcd(common, (ulong)Int128.Abs(term));
        long[] reduced = (long[])dividend.Clone();
        for (int i = 0; i < reduced.Length; i++) reduced[i] /= (long)common;
        AffineExpr quotient = common == 1 ? inner.FloorDiv(divisor) : Build(reduced).FloorDiv(divisor / (long)common);
        return Sum(dividend, Quotient(quotient), unchecked(-divisor));
    }

    private static long[] Sum(long[] a, long[] b, long factor)
    {
        long[] sum = new long[Math.Max(a.Length, b.Length)];
        for (int i = 0; i < sum.Length; i++)
            sum[i] = unchecked((i < a.Length ? a[i] : 0) + (i < b.Length ? b[i] * factor : 0));
        return sum;
    }

    private static long[] Scale(long[] terms, long factor)
    {
        for (int i = 0; i < terms.Length; i++) terms[i] = unchecked(terms[i] * factor);
        return terms;
    }

    private long[] Quotient(AffineExpr e)
    {
        int at = quotients.IndexOf(e);
        if (at < 0)
        {
            at = quotients.Count;
            quotients.Add(e);
        }
        long[] terms = new long[ConstantAt + 2 + at];
        terms[^1] = 1;
        return terms;
    }

    private AffineExpr Build(long[] terms)
    {
        AffineExpr e = AffineExpr.Constant(context, 0);
        for (int i = 0; i < dims; i++)
            if (terms[i] != 0) e += AffineExpr.Dim(context, i) * terms[i];
        for (int i = 0; i < symbols; i++)
            if (terms[dims + i] != 0) e += AffineExpr.Symbol(context, i) * terms[dims + i];
        for (int i = ConstantAt + 1; i < terms.Length; i++)
            if (terms[i] != 0) e += quotients[i - ConstantAt - 1] * terms[i];
        return terms[ConstantAt] != 0 ? e + terms[ConstantAt] : e;
    }
}
