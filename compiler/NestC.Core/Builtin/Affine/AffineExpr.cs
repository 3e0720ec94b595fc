using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>The forms of an affine expression.</summary>
public enum AffineExprKind : byte { Add, Mul, Mod, FloorDiv, CeilDiv, Constant, Dim, Symbol }

/// <summary>
/// A quasi-affine expression of dimensions (`d0`), symbols (`s0`) and constants. Interned, and simplified when it is built,
/// by the rules of <see cref="AffineSimplifier"/>.
/// </summary>
public sealed partial class AffineExpr : Interned
{
    private readonly long value;

    private AffineExpr(AffineExprKind kind, long value, int hash) : base(hash)
    {
        (Kind, this.value) = (kind, value);
        IsSymbolicOrConstant = kind != AffineExprKind.Dim;
        LargestKnownDivisor = kind == AffineExprKind.Constant ? unchecked((ulong)(value < 0 ? -value : value)) : 1;
    }

    private AffineExpr(AffineExprKind kind, AffineExpr left, AffineExpr right, int hash) : base(hash)
    {
        (Kind, Lhs, Rhs) = (kind, left, right);
        IsSymbolicOrConstant = left.IsSymbolicOrConstant && right.IsSymbolicOrConstant;
        LargestKnownDivisor = kind switch
        {
            AffineExprKind.Mul => unchecked(left.LargestKnownDivisor * right.LargestKnownDivisor),
            AffineExprKind.Add or AffineExprKind.Mod => Gcd(left.LargestKnownDivisor, right.LargestKnownDivisor),
            _ => DivisorOfQuotient(kind, left, right),
        };
    }

    public AffineExprKind Kind { get; }

    /// <summary>The left operand of a binary expression.</summary>
    public AffineExpr? Lhs { get; }

    /// <summary>The right operand of a binary expression.</summary>
    public AffineExpr? Rhs { get; }

    public bool IsBinary => Kind <= AffineExprKind.CeilDiv;

    public bool IsConstant => Kind == AffineExprKind.Constant;

    /// <summary>The value of a constant.</summary>
    public long Value => Kind == AffineExprKind.Constant ? value : throw new InvalidOperationException("not a constant");

    /// <summary>The index of a dimension or symbol.</summary>
    public int Position => Kind >= AffineExprKind.Dim ? (int)value : throw new InvalidOperationException("neither a dimension nor a symbol");

    /// <summary>Whether no dimension occurs in it.</summary>
    public bool IsSymbolicOrConstant { get; }

    /// <summary>The largest number that is known to divide every value; 0 for the constant 0.</summary>
    public ulong LargestKnownDivisor { get; }

    internal bool IsConstantOf(long expected) => Kind == AffineExprKind.Constant && value == expected;

    public static AffineExpr Constant(NestContext context, long value) => Leaf(context, AffineExprKind.Constant, value);

    public static AffineExpr Dim(NestContext context, int position) => Leaf(context, AffineExprKind.Dim, position);

    public static AffineExpr Symbol(NestContext context, int position) => Leaf(context, AffineExprKind.Symbol, position);

    private static AffineExpr Leaf(NestContext context, AffineExprKind kind, long value) =>
        context.InternAttr<AffineExpr, LeafKey>(new LeafKey(kind, value));

    /// <summary>The expression as it is, without simplification.</summary>
    internal static AffineExpr Raw(AffineExprKind kind, AffineExpr left, AffineExpr right) =>
        left.Context.InternAttr<AffineExpr, BinaryKey>(new BinaryKey(kind, left, right));

    /// <summary>The simplified binary expression.</summary>
    public static AffineExpr Binary(AffineExprKind kind, AffineExpr left, AffineExpr right) =>
        AffineSimplifier.Simplify(kind, left, right) ?? Raw(kind, left, right);

    public static AffineExpr operator +(AffineExpr left, AffineExpr right) => Binary(AffineExprKind.Add, left, right);

    public static AffineExpr operator +(AffineExpr left, long right) => left + Constant(left.Context, right);

    public static AffineExpr operator -(AffineExpr operand) => operand * -1;

    public static AffineExpr operator -(AffineExpr left, AffineExpr right) => left + -right;

    public static AffineExpr operator -(AffineExpr left, long right) => left + unchecked(-right);

    public static AffineExpr operator *(AffineExpr left, AffineExpr right) => Binary(AffineExprKind.Mul, left, right);

    public static AffineExpr operator *(AffineExpr left, long right) => left * Constant(left.Context, right);

    public static AffineExpr operator %(AffineExpr left, AffineExpr right) => Binary(AffineExprKind.Mod, left, right);

    public static AffineExpr operator %(AffineExpr left, long right) => left % Constant(left.Context, right);

    public AffineExpr FloorDiv(AffineExpr divisor) => Binary(AffineExprKind.FloorDiv, this, divisor);

    public AffineExpr FloorDiv(long divisor) => FloorDiv(Constant(Context, divisor));

    public AffineExpr CeilDiv(AffineExpr divisor) => Binary(AffineExprKind.CeilDiv, this, divisor);

    public AffineExpr CeilDiv(long divisor) => CeilDiv(Constant(Context, divisor));

    protected internal override bool SameStructure(Interned other) =>
        other is AffineExpr o && o.Kind == Kind && o.value == value && o.Lhs == Lhs && o.Rhs == Rhs;

    public override string ToString()
    {
        Utf8Writer writer = new();
        AffineText.Print(writer, this);
        return writer.ToString();
    }

    internal static ulong Gcd(ulong a, ulong b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    // A quotient by a constant that divides the dividend keeps the rest of the dividend's divisor.
    private static ulong DivisorOfQuotient(AffineExprKind kind, AffineExpr left, AffineExpr right)
    {
        if (kind is not (AffineExprKind.FloorDiv or AffineExprKind.CeilDiv) || !right.IsConstant || right.value == 0) return 1;
        ulong divisor = right.LargestKnownDivisor;
        return left.LargestKnownDivisor % divisor == 0 ? left.LargestKnownDivisor / divisor : 1;
    }

    private readonly struct LeafKey(AffineExprKind kind, long value) : IInternKey
    {
        public int Hash => Support.Hash.Combine(301, (int)kind, Support.Hash.Of(value));

        public bool Matches(Interned c) => c is AffineExpr e && e.Kind == kind && e.value == value && e.Lhs is null;

        public Interned Make() => new AffineExpr(kind, value, Hash);
    }

    private readonly struct BinaryKey(AffineExprKind kind, AffineExpr left, AffineExpr right) : IInternKey
    {
        public int Hash => Support.Hash.Combine(Support.Hash.Combine(302, (int)kind), left.Identity, right.Identity);

        public bool Matches(Interned c) => c is AffineExpr e && e.Kind == kind && e.Lhs == left && e.Rhs == right;

        public Interned Make() => new AffineExpr(kind, left, right, Hash);
    }
}
