using NestC.IR;

namespace NestC.Builtin;

public sealed partial class AffineMap
{
    /// <summary>Whether the map is `(d0, ..., dn) -> (d0, ..., dn)`; as upstream, symbols that are not used do not count.</summary>
    public bool IsIdentity
    {
        get
        {
            if (NumDims != results.Length) return false;
            for (int i = 0; i < results.Length; i++)
                if (results[i].Kind != AffineExprKind.Dim || results[i].Position != i) return false;
            return true;
        }
    }

    /// <summary>Whether the results are the last dimensions, in order.</summary>
    public bool IsMinorIdentity
    {
        get
        {
            if (NumSymbols != 0 || NumDims < results.Length) return false;
            for (int i = 0; i < results.Length; i++)
                if (results[i].Kind != AffineExprKind.Dim || results[i].Position != NumDims - results.Length + i) return false;
            return true;
        }
    }

    /// <summary>Whether each result is a different dimension.</summary>
    public bool IsProjectedPermutation
    {
        get
        {
            if (NumSymbols != 0) return false;
            bool[] seen = new bool[NumDims];
            foreach (AffineExpr result in results)
            {
                if (result.Kind != AffineExprKind.Dim || seen[result.Position]) return false;
                seen[result.Position] = true;
            }
            return true;
        }
    }

    /// <summary>Whether the results are all dimensions, each once.</summary>
    public bool IsPermutation => NumDims == results.Length && IsProjectedPermutation;

    public bool IsEmpty => NumDims == 0 && NumSymbols == 0 && results.Length == 0;

    public bool IsSingleConstant => results.Length == 1 && results[0].IsConstant;

    public bool IsConstant
    {
        get
        {
            foreach (AffineExpr result in results)
                if (!result.IsConstant) return false;
            return true;
        }
    }

    /// <summary>The values of the results for these values of dimensions, then symbols; null where one divides by zero or overflows.</summary>
    public long[]? Evaluate(ReadOnlySpan<long> inputs)
    {
        long[] values = new long[results.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (results[i].Evaluate(inputs[..NumDims], inputs[NumDims..]) is not { } value) return null;
            values[i] = value;
        }
        return values;
    }

    /// <summary>The map that applies <paramref name="inner"/> first, then this one: dimensions and symbols of this come before its own symbols.</summary>
    public AffineMap Compose(AffineMap inner)
    {
        if (NumDims != inner.NumResults) throw new ArgumentException("the inner map has another number of results than this has dimensions");
        AffineExpr[] symbols = new AffineExpr[NumSymbols];
        for (int i = 0; i < symbols.Length; i++) symbols[i] = AffineExpr.Symbol(Context, i);
        AffineExpr[] dims = new AffineExpr[inner.NumResults];
        AffineExpr[] shifted = new AffineExpr[inner.NumSymbols];
        for (int i = 0; i < shifted.Length; i++) shifted[i] = AffineExpr.Symbol(Context, NumSymbols + i);
        for (int i = 0; i < dims.Length; i++) dims[i] = inner.results[i].Replace(default, shifted);
        return Replace(dims, symbols, inner.NumDims, NumSymbols + inner.NumSymbols);
    }

    /// <summary>The map with dimensions and symbols replaced by expressions.</summary>
    public AffineMap Replace(ReadOnlySpan<AffineExpr> dims, ReadOnlySpan<AffineExpr> symbols, int newDims, int newSymbols)
    {
        AffineExpr[] replaced = new AffineExpr[results.Length];
        for (int i = 0; i < replaced.Length; i++) replaced[i] = results[i].Replace(dims, symbols);
        return Get(Context, newDims, newSymbols, replaced);
    }

    /// <summary>The inverse of a permutation, also one with results besides; null when some dimension is no result.</summary>
    public AffineMap? InversePermutation()
    {
        AffineExpr?[] found = new AffineExpr?[NumDims];
        for (int i = 0; i < results.Length; i++)
            if (results[i].Kind == AffineExprKind.Dim) found[results[i].Position] ??= AffineExpr.Dim(Context, i);
        AffineExpr[] inverse = new AffineExpr[NumDims];
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] is not { } dim) return null;
            inverse[i] = dim;
        }
        return Get(Context, results.Length, 0, inverse);
    }

    /// <summary>The map with only these results.</summary>
    public AffineMap SubMap(ReadOnlySpan<int> positions)
    {
        AffineExpr[] chosen = new AffineExpr[positions.Length];
        for (int i = 0; i < chosen.Length; i++) chosen[i] = results[positions[i]];
        return Get(Context, NumDims, NumSymbols, chosen);
    }

    /// <summary>The map with each result in sum-of-products form: see <see cref="AffineExpr.SimplifyTerms"/>.</summary>
    public AffineMap Simplify()
    {
        AffineExpr[] simple = new AffineExpr[results.Length];
        for (int i = 0; i < simple.Length; i++) simple[i] = results[i].SimplifyTerms(NumDims, NumSymbols);
        return Get(Context, NumDims, NumSymbols, simple);
    }

    /// <summary>Dimension i of the identity goes to place <paramref name="order"/>[i].</summary>
    public static AffineMap Permutation(NestContext context, ReadOnlySpan<int> order)
    {
        AffineExpr[] results = new AffineExpr[order.Length];
        for (int i = 0; i < results.Length; i++) results[i] = AffineExpr.Dim(context, order[i]);
        return Get(context, order.Length, 0, results);
    }
}
