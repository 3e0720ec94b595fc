using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`strided&lt;[4, 1], offset: ?&gt;`: element (i, j) stands at offset + 4 i + j.</summary>
public sealed class StridedLayoutAttr : Attr, IMemRefLayout, IBuiltinObject
{
    private readonly long[] strides;

    private StridedLayoutAttr(long offset, long[] strides, int hash) : base(hash) => (Offset, this.strides) = (offset, strides);

    /// <summary>In elements; <see cref="ShapedType.Dynamic"/> when not known.</summary>
    public long Offset { get; }

    /// <summary>In elements, one for each dimension; <see cref="ShapedType.Dynamic"/> when not known.</summary>
    public ReadOnlySpan<long> Strides => strides;

    public bool IsIdentity => false;

    /// <summary>The layout as a map, with a symbol for the offset and each stride that is not known.</summary>
    public AffineMap Map
    {
        get
        {
            int symbols = 0;
            AffineExpr e = Offset == ShapedType.Dynamic ? AffineExpr.Symbol(Context, symbols++) : AffineExpr.Constant(Context, Offset);
            for (int i = 0; i < strides.Length; i++)
            {
                AffineExpr stride = strides[i] == ShapedType.Dynamic
                    ? AffineExpr.Symbol(Context, symbols++)
                    : AffineExpr.Constant(Context, strides[i]);
                e += AffineExpr.Dim(Context, i) * stride;
            }
            return AffineMap.Get(Context, strides.Length, symbols, [e]);
        }
    }

    /// <exception cref="ArgumentException">A stride is zero.</exception>
    public static StridedLayoutAttr Get(NestContext context, long offset, ReadOnlySpan<long> strides) =>
        TryGet(context, offset, strides, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The attribute, or null and why there is none.</summary>
    public static StridedLayoutAttr? TryGet(NestContext context, long offset, ReadOnlySpan<long> strides, out string? error)
    {
        error = null;
        foreach (long stride in strides)
            if (stride == 0) error = "strides must not be zero";
        return error is null ? context.InternAttr<StridedLayoutAttr, Key>(new Key(offset, strides)) : null;
    }

    public string? VerifyFor(ReadOnlySpan<long> shape) =>
        shape.Length == strides.Length ? null : "expected the number of strides to match the rank";

    protected internal override bool SameStructure(Interned other) =>
        other is StridedLayoutAttr o && o.Offset == Offset && o.Strides.SequenceEqual(strides);

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        Utf8Writer output = printer.Out;
        output.Write("strided<["u8);
        for (int i = 0; i < strides.Length; i++)
        {
            if (i > 0) output.Write(", "u8);
            PrintNumber(output, strides[i]);
        }
        output.Write(']');
        if (Offset != 0)
        {
            output.Write(", offset: "u8);
            PrintNumber(output, Offset);
        }
        output.Write('>');
    }

    private static void PrintNumber(Utf8Writer output, long number)
    {
        if (number == ShapedType.Dynamic) output.Write('?');
        else output.Write(number);
    }

    private readonly ref struct Key(long offset, ReadOnlySpan<long> strides) : IInternKey
    {
        private readonly ReadOnlySpan<long> strides = strides;

        public int Hash
        {
            get
            {
                int hash = Support.Hash.Combine(212, Support.Hash.Of(offset));
                foreach (long stride in strides) hash = Support.Hash.Combine(hash, Support.Hash.Of(stride));
                return hash;
            }
        }

        public bool Matches(Interned c) => c is StridedLayoutAttr a && a.Offset == offset && a.Strides.SequenceEqual(strides);

        public Interned Make() => new StridedLayoutAttr(offset, strides.ToArray(), Hash);
    }
}
