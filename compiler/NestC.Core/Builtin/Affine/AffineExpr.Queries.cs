using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

public sealed partial class AffineExpr
{
    /// <summary>Whether products, quotients and remainders have a constant right operand.</summary>
    public bool IsPureAffine
    {
        get
        {
            if (!IsBinary) return true;
            if (Kind != AffineExprKind.Add && !Rhs!.IsConstant && !(Kind == AffineExprKind.Mul && Lhs!.IsConstant)) return false;
            return Deep(this, static e => e.Lhs!.IsPureAffine && e.Rhs!.IsPureAffine);
        }
    }

    /// <summary>Whether every value is known to be a multiple of a factor.</summary>
    public bool IsMultipleOf(long factor) => factor == -1 || (factor != 0 && unchecked((long)LargestKnownDivisor) % factor == 0);

    public bool IsFunctionOfDim(int position) =>
        Kind == AffineExprKind.Dim ? Position == position
        : IsBinary && Deep((this, position), static a => a.Item1.Lhs!.IsFunctionOfDim(a.position) || a.Item1.Rhs!.IsFunctionOfDim(a.position));

    public bool IsFunctionOfSymbol(int position) =>
        Kind == AffineExprKind.Symbol ? Position == position
        : IsBinary && Deep((this, position), static a => a.Item1.Lhs!.IsFunctionOfSymbol(a.position) || a.Item1.Rhs!.IsFunctionOfSymbol(a.position));

    /// <summary>The value; null when it divides by zero, takes a remainder by what is not positive, or overflows 64 bits.</summary>
    public long? Evaluate(ReadOnlySpan<long> dims, ReadOnlySpan<long> symbols)
    {
        if (Kind == AffineExprKind.Constant) return value;
        if (Kind == AffineExprKind.Dim) return dims[(int)value];
        if (Kind == AffineExprKind.Symbol) return symbols[(int)value];
        if (AsmParser.StackIsShort) return EvaluateOnFreshStack(dims.ToArray(), symbols.ToArray());
        if (Lhs!.Evaluate(dims, symbols) is not { } a || Rhs!.Evaluate(dims, symbols) is not { } b) return null;
        Int128 exact = Kind switch
        {
            AffineExprKind.Add => (Int128)a + b,
            AffineExprKind.Mul => (Int128)a * b,
            AffineExprKind.Mod => b < 1 ? Int128.MaxValue : AffineSimplifier.Modulo(a, b),
            _ when b == 0 || (a == long.MinValue && b == -1) => Int128.MaxValue,
            AffineExprKind.FloorDiv => AffineSimplifier.Floor(a, b),
            _ => AffineSimplifier.Ceil(a, b),
        };
        return exact >= long.MinValue && exact <= long.MaxValue ? (long)exact : null;
    }

    private long? EvaluateOnFreshStack(long[] dims, long[] symbols)
    {
        long? result = null;
        AsmParser.OnFreshStack(() =>
        {
            result = Evaluate(dims, symbols);
            return true;
        });
        return result;
    }

    /// <summary>The expression with dimensions and symbols replaced; those beyond the lists stay.</summary>
    public AffineExpr Replace(ReadOnlySpan<AffineExpr> dims, ReadOnlySpan<AffineExpr> symbols)
    {
        switch (Kind)
        {
            case AffineExprKind.Constant: return this;
            case AffineExprKind.Dim: return value < dims.Length ? dims[(int)value] : this;
            case AffineExprKind.Symbol: return value < symbols.Length ? symbols[(int)value] : this;
        }
        if (AsmParser.StackIsShort) return ReplaceOnFreshStack(dims.ToArray(), symbols.ToArray());
        AffineExpr left = Lhs!.Replace(dims, symbols), right = Rhs!.Replace(dims, symbols);
        return left == Lhs && right == Rhs ? this : Binary(Kind, left, right);
    }

    private AffineExpr ReplaceOnFreshStack(AffineExpr[] dims, AffineExpr[] symbols)
    {
        AffineExpr result = this;
        AsmParser.OnFreshStack(() =>
        {
            result = Replace(dims, symbols);
            return true;
        });
        return result;
    }

    private static bool Deep<TState>(TState state, Func<TState, bool> question) =>
        AsmParser.StackIsShort ? AsmParser.OnFreshStack(() => question(state)) : question(state);

    /// <summary>
    /// The expression as a sum of multiples of dimensions, symbols and quotients, terms of one kind gathered; unchanged when
    /// it is not pure affine. Remainders become `e - (e floordiv c) * c` for this, and turn back where they are whole.
    /// </summary>
    public AffineExpr SimplifyTerms(int numDims, int numSymbols) =>
        IsPureAffine ? new AffineTerms(Context, numDims, numSymbols).Simplify(this) : this;
}
