using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>A reference to memory, ranked or not.</summary>
public abstract class BaseMemRefType : ShapedType
{
    private protected BaseMemRefType(IrType elementType, long[]? shape, Attr? memorySpace, int hash) : base(elementType, shape, hash)
    {
        MemorySpace = memorySpace;
        if (memorySpace is not null) Flags |= memorySpace.Inherited;
    }

    /// <summary>Where the memory is, in terms of the target; null for the default space (0).</summary>
    public Attr? MemorySpace { get; }

    /// <summary>Whether a memref may have such elements.</summary>
    public static bool IsValidElementType(IrType type) =>
        type is IntegerType or IndexType or FloatType or ComplexType or BaseMemRefType or VectorType or IMemRefElementType
        || (type is OpaqueType opaque && Upstream.IsMemRefElement(opaque));

    private protected static string? Verify(IrType elementType, Attr? memorySpace)
    {
        if (!IsValidElementType(elementType)) return "invalid memref element type";
        return memorySpace is null or IntegerAttr or StringAttr or DictionaryAttr || memorySpace is not IBuiltinObject
            || memorySpace is OpaqueAttr opaque && Upstream.HasDialect(opaque.DialectName.Utf8)
            ? null
            : "unsupported memory space Attribute";
    }

    // Space 0 is the default one, so it is not kept.
    private protected static Attr? DropDefault(Attr? memorySpace) =>
        memorySpace is IntegerAttr { IsWide: false, Value: 0 } ? null : memorySpace;

    private protected void PrintMemorySpace(AsmPrinter printer)
    {
        if (MemorySpace is null) return;
        printer.Out.Write(", "u8);
        printer.Write(MemorySpace, TypeElision.May);
    }
}

/// <summary>`memref&lt;4x?xf32, layout, space&gt;`.</summary>
public sealed class MemRefType : BaseMemRefType, IBuiltinObject
{
    private readonly Attr? layout;

    private MemRefType(long[] shape, IrType elementType, Attr? layout, Attr? memorySpace, int hash)
        : base(elementType, shape, memorySpace, hash)
    {
        this.layout = layout;
        if (layout is not null) Flags |= layout.Inherited;
    }

    /// <summary>The layout; the identity map when the type is written without one.</summary>
    public Attr Layout => layout ?? AffineMapAttr.Get(AffineMap.MultiDimIdentity(Context, Rank));

    /// <summary>Whether the layout is the default one, row-major without gaps.</summary>
    public bool HasIdentityLayout => layout is null;

    /// <exception cref="ArgumentException">See <see cref="TryGet"/>.</exception>
    public static MemRefType Get(ReadOnlySpan<long> shape, IrType elementType, Attr? layout = null, Attr? memorySpace = null) =>
        TryGet(shape, elementType, layout, memorySpace, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The type, or null and why there is none. An identity map as layout and space 0 are left out.</summary>
    public static MemRefType? TryGet(ReadOnlySpan<long> shape, IrType elementType, Attr? layout, Attr? memorySpace, out string? error)
    {
        error = Verify(elementType, memorySpace);
        foreach (long size in shape)
            if (size < 0 && size != Dynamic) error ??= "invalid memref size";
        if (layout is not null) error ??= layout is IMemRefLayout l ? l.VerifyFor(shape) : "invalid memref layout";
        if (error is not null) return null;
        if (layout is AffineMapAttr { IsIdentity: true }) layout = null;
        return elementType.Context.InternType<MemRefType, Key>(new Key(shape, elementType, layout, DropDefault(memorySpace)));
    }

    protected internal override bool SameStructure(Interned other) =>
        other is MemRefType o && o.ElementType == ElementType && o.layout == layout && o.MemorySpace == MemorySpace
        && o.Shape.SequenceEqual(Shape);

    public override void VisitParts(IPartVisitor visitor)
    {
        visitor.Visit(ElementType);
        if (layout is not null) visitor.Visit(layout);
        if (MemorySpace is not null) visitor.Visit(MemorySpace);
    }

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("memref<"u8);
        PrintShape(printer);
        printer.Write(ElementType);
        if (layout is not null)
        {
            printer.Out.Write(", "u8);
            printer.Write(layout, TypeElision.May);
        }
        PrintMemorySpace(printer);
        printer.Out.Write('>');
    }

    private readonly ref struct Key(ReadOnlySpan<long> shape, IrType elementType, Attr? layout, Attr? memorySpace) : IInternKey
    {
        private readonly ReadOnlySpan<long> shape = shape;

        public int Hash => Support.Hash.Combine(HashOf(112, shape, elementType), layout?.Identity ?? 0, memorySpace?.Identity ?? 0);

        public bool Matches(Interned c) =>
            c is MemRefType t && t.ElementType == elementType && t.layout == layout && t.MemorySpace == memorySpace
            && t.Shape.SequenceEqual(shape);

        public Interned Make() => new MemRefType(shape.ToArray(), elementType, layout, memorySpace, Hash);
    }
}

/// <summary>`memref&lt;*xf32, space&gt;`.</summary>
public sealed class UnrankedMemRefType : BaseMemRefType, IBuiltinObject
{
    private UnrankedMemRefType(IrType elementType, Attr? memorySpace, int hash) : base(elementType, null, memorySpace, hash) { }

    /// <exception cref="ArgumentException">See <see cref="TryGet"/>.</exception>
    public static UnrankedMemRefType Get(IrType elementType, Attr? memorySpace = null) =>
        TryGet(elementType, memorySpace, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The type, or null and why there is none.</summary>
    public static UnrankedMemRefType? TryGet(IrType elementType, Attr? memorySpace, out string? error)
    {
        error = Verify(elementType, memorySpace);
        return error is null
            ? elementType.Context.InternType<UnrankedMemRefType, Key>(new Key(elementType, DropDefault(memorySpace)))
            : null;
    }

    protected internal override bool SameStructure(Interned other) =>
        other is UnrankedMemRefType o && o.ElementType == ElementType && o.MemorySpace == MemorySpace;

    public override void VisitParts(IPartVisitor visitor)
    {
        visitor.Visit(ElementType);
        if (MemorySpace is not null) visitor.Visit(MemorySpace);
    }

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("memref<*x"u8);
        printer.Write(ElementType);
        PrintMemorySpace(printer);
        printer.Out.Write('>');
    }

    private readonly struct Key(IrType elementType, Attr? memorySpace) : IInternKey
    {
        public int Hash => Support.Hash.Combine(113, elementType.Identity, memorySpace?.Identity ?? 0);

        public bool Matches(Interned c) => c is UnrankedMemRefType t && t.ElementType == elementType && t.MemorySpace == memorySpace;

        public Interned Make() => new UnrankedMemRefType(elementType, memorySpace, Hash);
    }
}
