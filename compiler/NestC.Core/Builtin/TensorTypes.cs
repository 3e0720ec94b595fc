using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A tensor, ranked or not.</summary>
public abstract class TensorType : ShapedType
{
    private protected TensorType(IrType elementType, long[]? shape, int hash) : base(elementType, shape, hash) { }

    /// <summary>Whether a tensor may have such elements: numbers, vectors, and the types of other dialects.</summary>
    public static bool IsValidElementType(IrType type) =>
        type is ComplexType or FloatType or IntegerType or OpaqueType or VectorType or IndexType || type is not IBuiltinObject;
}

/// <summary>`tensor&lt;4x?xf32, encoding&gt;`.</summary>
public sealed class RankedTensorType : TensorType, IBuiltinObject
{
    private RankedTensorType(long[] shape, IrType elementType, Attr? encoding, int hash) : base(elementType, shape, hash)
    {
        Encoding = encoding;
        if (encoding is not null) Flags |= encoding.Inherited;
    }

    /// <summary>Says how the tensor is represented, in terms of some dialect; or null.</summary>
    public Attr? Encoding { get; }

    /// <exception cref="ArgumentException">See <see cref="TryGet"/>.</exception>
    public static RankedTensorType Get(ReadOnlySpan<long> shape, IrType elementType, Attr? encoding = null) =>
        TryGet(shape, elementType, encoding, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The type, or null and why there is none.</summary>
    public static RankedTensorType? TryGet(ReadOnlySpan<long> shape, IrType elementType, Attr? encoding, out string? error)
    {
        error = null;
        foreach (long size in shape)
            if (size < 0 && size != Dynamic) error = "invalid tensor dimension size";
        if (encoding is ITensorEncoding checks) error = checks.VerifyFor(shape, elementType);
        if (!IsValidElementType(elementType)) error = "invalid tensor element type: " + elementType;
        return error is null
            ? elementType.Context.InternType<RankedTensorType, Key>(new Key(shape, elementType, encoding))
            : null;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is RankedTensorType o && o.ElementType == ElementType && o.Encoding == Encoding && o.Shape.SequenceEqual(Shape);

    public override void VisitParts(IPartVisitor visitor)
    {
        visitor.Visit(ElementType);
        if (Encoding is not null) visitor.Visit(Encoding);
    }

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("tensor<"u8);
        PrintShape(printer);
        printer.Write(ElementType);
        if (Encoding is not null)
        {
            printer.Out.Write(", "u8);
            printer.Write(Encoding);
        }
        printer.Out.Write('>');
    }

    private readonly ref struct Key(ReadOnlySpan<long> shape, IrType elementType, Attr? encoding) : IInternKey
    {
        private readonly ReadOnlySpan<long> shape = shape;

        public int Hash => encoding is null ? HashOf(110, shape, elementType) : Support.Hash.Combine(HashOf(110, shape, elementType), encoding.Identity);

        public bool Matches(Interned c) =>
            c is RankedTensorType t && t.ElementType == elementType && t.Encoding == encoding && t.Shape.SequenceEqual(shape);

        public Interned Make() => new RankedTensorType(shape.ToArray(), elementType, encoding, Hash);
    }
}

/// <summary>`tensor&lt;*xf32&gt;`.</summary>
public sealed class UnrankedTensorType : TensorType, IBuiltinObject
{
    private UnrankedTensorType(IrType elementType) : base(elementType, null, HashOf(elementType)) { }

    /// <exception cref="ArgumentException">A tensor cannot have such elements.</exception>
    public static UnrankedTensorType Get(IrType elementType) =>
        IsValidElementType(elementType)
            ? elementType.Context.InternType<UnrankedTensorType, Key>(new Key(elementType))
            : throw new ArgumentException("invalid tensor element type: " + elementType);

    protected internal override bool SameStructure(Interned other) => other is UnrankedTensorType o && o.ElementType == ElementType;

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("tensor<*x"u8);
        printer.Write(ElementType);
        printer.Out.Write('>');
    }

    private static int HashOf(IrType elementType) => Hash.Combine(111, elementType.Identity);

    private readonly struct Key(IrType elementType) : IInternKey
    {
        public int Hash => HashOf(elementType);

        public bool Matches(Interned c) => c is UnrankedTensorType t && t.ElementType == elementType;

        public Interned Make() => new UnrankedTensorType(elementType);
    }
}
