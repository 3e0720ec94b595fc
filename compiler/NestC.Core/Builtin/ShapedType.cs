using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A vector, tensor or memref: elements of one type in a shape.</summary>
public abstract class ShapedType : IrType
{
    /// <summary>Stands for a dimension, stride or offset that is only known at run time (`?`).</summary>
    public const long Dynamic = long.MinValue;

    private readonly long[]? shape;

    private protected ShapedType(IrType elementType, long[]? shape, int hash) : base(hash)
    {
        ElementType = elementType;
        this.shape = shape;
        Flags = elementType.Inherited;
        if (shape is null) return;
        HasStaticShape = true;
        foreach (long dim in shape)
            if (dim == Dynamic) HasStaticShape = false;
    }

    public IrType ElementType { get; }

    /// <summary>Whether the number of dimensions is known.</summary>
    public bool HasRank => shape is not null;

    /// <summary>The number of dimensions; 0 when it is not known.</summary>
    public int Rank => shape is null ? 0 : shape.Length;

    /// <summary>Sizes of the dimensions, <see cref="Dynamic"/> where not known; empty without rank.</summary>
    public ReadOnlySpan<long> Shape => shape;

    /// <summary>Whether rank and all sizes are known.</summary>
    public bool HasStaticShape { get; }

    public static bool IsDynamic(long size) => size == Dynamic;

    public bool IsDynamicDim(int dim) => shape![dim] == Dynamic;

    /// <summary>The product of the sizes, at most <see cref="long.MaxValue"/>; <see cref="Dynamic"/> when it is not known.</summary>
    public long NumElements => HasStaticShape ? Product(shape) : Dynamic;

    internal static long Product(ReadOnlySpan<long> sizes)
    {
        ulong product = 1;
        bool overflow = false;
        foreach (long size in sizes)
        {
            if (size == 0) return 0;
            // Math.BigMul would make this a method that is compiled at start-up.
            if ((ulong)size > long.MaxValue / product) overflow = true;
            product = overflow ? 1 : product * (ulong)size;
        }
        return overflow ? long.MaxValue : (long)product;
    }

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ElementType);

    /// <summary>Writes the sizes, each followed by `x`.</summary>
    private protected void PrintShape(AsmPrinter printer)
    {
        foreach (long size in Shape)
        {
            if (size == Dynamic) printer.Out.Write('?');
            else printer.Out.Write(size);
            printer.Out.Write('x');
        }
    }

    private protected static int HashOf(int seed, ReadOnlySpan<long> shape, IrType elementType)
    {
        int hash = Hash.Combine(seed, shape.Length, elementType.Identity);
        foreach (long size in shape) hash = Hash.Combine(hash, Hash.Of(size));
        return hash;
    }
}

/// <summary>`vector&lt;4x[8]xf32&gt;`: a value of fixed or scalable size; sizes in brackets are multiplied by a factor of the target.</summary>
public sealed class VectorType : ShapedType, IBuiltinObject
{
    private readonly bool[]? scalable;

    private VectorType(long[] shape, IrType elementType, bool[]? scalable, int hash) : base(elementType, shape, hash) =>
        this.scalable = scalable;

    public bool IsScalable => scalable is not null;

    public bool IsScalableDim(int dim) => scalable is not null && scalable[dim];

    /// <exception cref="ArgumentException">See <see cref="TryGet"/>.</exception>
    public static VectorType Get(ReadOnlySpan<long> shape, IrType elementType, ReadOnlySpan<bool> scalable = default) =>
        TryGet(shape, elementType, scalable, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The type, or null and why there is none: sizes are positive, elements integers, index or floats.</summary>
    public static VectorType? TryGet(ReadOnlySpan<long> shape, IrType elementType, ReadOnlySpan<bool> scalable, out string? error)
    {
        error = null;
        if (!elementType.IsIntOrIndexOrFloat())
            error = "vector elements must be int/index/float type but got " + elementType;
        foreach (long size in shape)
            if (size <= 0) error = $"vector types must have positive constant sizes but got {string.Join(", ", shape.ToArray())}";
        if (!scalable.IsEmpty && scalable.Length != shape.Length)
            error = $"number of dims must match, got {scalable.Length} and {shape.Length}";
        if (error is not null) return null;
        bool any = false;
        foreach (bool one in scalable) any |= one;
        if (!any) scalable = default;
        return elementType.Context.InternType<VectorType, Key>(new Key(shape, elementType, scalable));
    }

    protected internal override bool SameStructure(Interned other) =>
        other is VectorType o && o.ElementType == ElementType && o.Shape.SequenceEqual(Shape)
        && o.scalable.AsSpan().SequenceEqual(scalable);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("vector<"u8);
        for (int i = 0; i < Rank; i++)
        {
            bool brackets = IsScalableDim(i);
            if (brackets) printer.Out.Write('[');
            printer.Out.Write(Shape[i]);
            if (brackets) printer.Out.Write(']');
            printer.Out.Write('x');
        }
        printer.Write(ElementType);
        printer.Out.Write('>');
    }

    private readonly ref struct Key(ReadOnlySpan<long> shape, IrType elementType, ReadOnlySpan<bool> scalable) : IInternKey
    {
        private readonly ReadOnlySpan<long> shape = shape;
        private readonly ReadOnlySpan<bool> scalable = scalable;

        public int Hash => HashOf(scalable.IsEmpty ? 108 : 109, shape, elementType);

        public bool Matches(Interned c) =>
            c is VectorType t && t.ElementType == elementType && t.Shape.SequenceEqual(shape) && t.scalable.AsSpan().SequenceEqual(scalable);

        public Interned Make() => new VectorType(shape.ToArray(), elementType, scalable.IsEmpty ? null : scalable.ToArray(), Hash);
    }
}
