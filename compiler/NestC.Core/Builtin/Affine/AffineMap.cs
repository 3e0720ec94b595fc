using NestC.IR;
using NestC.Support;

namespace NestC.Builtin;

/// <summary>`(d0, d1)[s0] -> (d0 + s0, d1)`: expressions of dimensions and symbols.</summary>
public sealed partial class AffineMap : Interned
{
    private readonly AffineExpr[] results;

    private AffineMap(int dims, int symbols, AffineExpr[] results, int hash) : base(hash) =>
        (NumDims, NumSymbols, this.results) = (dims, symbols, results);

    public int NumDims { get; }

    public int NumSymbols { get; }

    public int NumInputs => NumDims + NumSymbols;

    public ReadOnlySpan<AffineExpr> Results => results;

    public int NumResults => results.Length;

    public static AffineMap Get(NestContext context, int dims, int symbols, ReadOnlySpan<AffineExpr> results) =>
        context.InternAttr<AffineMap, Key>(new Key(dims, symbols, results));

    /// <summary>`(d0, ..., dn) -> (d0, ..., dn)`.</summary>
    public static AffineMap MultiDimIdentity(NestContext context, int dims)
    {
        AffineExpr[] results = new AffineExpr[dims];
        for (int i = 0; i < dims; i++) results[i] = AffineExpr.Dim(context, i);
        return Get(context, dims, 0, results);
    }

    /// <summary>`() -> (value)`.</summary>
    public static AffineMap Constant(NestContext context, long value) => Get(context, 0, 0, [AffineExpr.Constant(context, value)]);

    protected internal override bool SameStructure(Interned other) =>
        other is AffineMap o && o.NumDims == NumDims && o.NumSymbols == NumSymbols && Same(o.results, results);

    public override string ToString()
    {
        Utf8Writer writer = new();
        Print(writer);
        return writer.ToString();
    }

    internal void Print(Utf8Writer output)
    {
        AffineText.PrintSpace(output, NumDims, NumSymbols);
        output.Write(" -> ("u8);
        for (int i = 0; i < results.Length; i++)
        {
            if (i > 0) output.Write(", "u8);
            AffineText.Print(output, results[i]);
        }
        output.Write(')');
    }

    internal static bool Same(ReadOnlySpan<AffineExpr> a, ReadOnlySpan<AffineExpr> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!ReferenceEquals(a[i], b[i])) return false;
        return true;
    }

    internal static int HashOf(int seed, int dims, int symbols, ReadOnlySpan<AffineExpr> parts)
    {
        int hash = Hash.Combine(seed, dims, symbols);
        foreach (AffineExpr part in parts) hash = Hash.Combine(hash, part.Identity);
        return hash;
    }

    private readonly ref struct Key(int dims, int symbols, ReadOnlySpan<AffineExpr> results) : IInternKey
    {
        private readonly ReadOnlySpan<AffineExpr> results = results;

        public int Hash => HashOf(303, dims, symbols, results);

        public bool Matches(Interned c) => c is AffineMap m && m.NumDims == dims && m.NumSymbols == symbols && Same(m.results, results);

        public Interned Make() => new AffineMap(dims, symbols, results.ToArray(), Hash);
    }
}
