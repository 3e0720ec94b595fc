using NestC.IR;
using NestC.Support;

namespace NestC.Builtin;

/// <summary>`(d0)[s0] : (d0 - s0 >= 0, d0 mod 2 == 0)`: the integers for which affine expressions are zero or not negative.</summary>
public sealed class IntegerSet : Interned
{
    private readonly AffineExpr[] constraints;
    private readonly bool[] equalities;

    private IntegerSet(int dims, int symbols, AffineExpr[] constraints, bool[] equalities, int hash) : base(hash) =>
        (NumDims, NumSymbols, this.constraints, this.equalities) = (dims, symbols, constraints, equalities);

    public int NumDims { get; }

    public int NumSymbols { get; }

    public ReadOnlySpan<AffineExpr> Constraints => constraints;

    /// <summary>For each constraint, whether it must be zero; if not, it must not be negative.</summary>
    public ReadOnlySpan<bool> Equalities => equalities;

    public static IntegerSet Get(NestContext context, int dims, int symbols, ReadOnlySpan<AffineExpr> constraints, ReadOnlySpan<bool> equalities) =>
        context.InternAttr<IntegerSet, Key>(new Key(dims, symbols, constraints, equalities));

    /// <summary>Whether a point is in the set; null where a constraint cannot be evaluated.</summary>
    public bool? Contains(ReadOnlySpan<long> dims, ReadOnlySpan<long> symbols)
    {
        for (int i = 0; i < constraints.Length; i++)
        {
            if (constraints[i].Evaluate(dims, symbols) is not { } value) return null;
            if (equalities[i] ? value != 0 : value < 0) return false;
        }
        return true;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is IntegerSet o && o.NumDims == NumDims && o.NumSymbols == NumSymbols
        && AffineMap.Same(o.constraints, constraints) && o.Equalities.SequenceEqual(equalities);

    public override string ToString()
    {
        Utf8Writer writer = new();
        Print(writer);
        return writer.ToString();
    }

    internal void Print(Utf8Writer output)
    {
        AffineText.PrintSpace(output, NumDims, NumSymbols);
        output.Write(" : ("u8);
        for (int i = 0; i < constraints.Length; i++)
        {
            if (i > 0) output.Write(", "u8);
            AffineText.Print(output, constraints[i]);
            output.Write(equalities[i] ? " == 0"u8 : " >= 0"u8);
        }
        output.Write(')');
    }

    private readonly ref struct Key(int dims, int symbols, ReadOnlySpan<AffineExpr> constraints, ReadOnlySpan<bool> equalities) : IInternKey
    {
        private readonly ReadOnlySpan<AffineExpr> constraints = constraints;
        private readonly ReadOnlySpan<bool> equalities = equalities;

        public int Hash
        {
            get
            {
                int hash = AffineMap.HashOf(304, dims, symbols, constraints);
                foreach (bool equality in equalities) hash = Support.Hash.Combine(hash, equality ? 1 : 2);
                return hash;
            }
        }

        public bool Matches(Interned c) =>
            c is IntegerSet s && s.NumDims == dims && s.NumSymbols == symbols && AffineMap.Same(s.constraints, constraints)
            && s.Equalities.SequenceEqual(equalities);

        public Interned Make() => new IntegerSet(dims, symbols, constraints.ToArray(), equalities.ToArray(), Hash);
    }
}
