using NestC.Builtin;

namespace NestC.IR;

/// <summary>Any vector, tensor or memref.</summary>
public readonly struct Shaped : ITypeConstraint
{
    public static bool Matches(IrType type) => type is ShapedType;

    public static string Describe => "shaped of any type values";
}

public readonly struct Vector : ITypeConstraint
{
    public static bool Matches(IrType type) => type is VectorType;

    public static string Describe => "vector of any type values";
}

/// <summary>A vector whose elements fit a constraint.</summary>
public readonly struct VectorOf<TElement> : ITypeConstraint where TElement : ITypeConstraint
{
    public static bool Matches(IrType type) => type is VectorType v && TElement.Matches(v.ElementType);

    public static string Describe => $"vector of {TElement.Describe} values";
}

/// <summary>A tensor with or without rank.</summary>
public readonly struct AnyTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is TensorType;

    public static string Describe => "tensor of any type values";
}

/// <summary>A tensor, with or without rank, whose elements fit a constraint.</summary>
public readonly struct TensorOf<TElement> : ITypeConstraint where TElement : ITypeConstraint
{
    public static bool Matches(IrType type) => type is TensorType t && TElement.Matches(t.ElementType);

    public static string Describe => $"tensor of {TElement.Describe} values";
}

public readonly struct RankedTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is RankedTensorType;

    public static string Describe => "ranked tensor of any type values";
}

/// <summary>A ranked tensor whose elements fit a constraint.</summary>
public readonly struct RankedTensorOf<TElement> : ITypeConstraint where TElement : ITypeConstraint
{
    public static bool Matches(IrType type) => type is RankedTensorType t && TElement.Matches(t.ElementType);

    public static string Describe => $"ranked tensor of {TElement.Describe} values";
}

/// <summary>A ranked tensor whose sizes are all known.</summary>
public readonly struct StaticTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is RankedTensorType { HasStaticShape: true };

    public static string Describe => "statically shaped tensor of any type values";
}

/// <summary>A memref with rank.</summary>
public readonly struct AnyMemRef : ITypeConstraint
{
    public static bool Matches(IrType type) => type is MemRefType;

    public static string Describe => "memref of any type values";
}

/// <summary>A memref with rank whose elements fit a constraint.</summary>
public readonly struct MemRefOf<TElement> : ITypeConstraint where TElement : ITypeConstraint
{
    public static bool Matches(IrType type) => type is MemRefType t && TElement.Matches(t.ElementType);

    public static string Describe => $"memref of {TElement.Describe} values";
}

/// <summary>A memref with or without rank.</summary>
public readonly struct RankedOrUnrankedMemRef : ITypeConstraint
{
    public static bool Matches(IrType type) => type is BaseMemRefType;

    public static string Describe => "ranked or unranked memref of any type values";
}

/// <summary>A scalar that fits a constraint, or a vector or tensor of such.</summary>
internal static class OrContainer
{
    public static bool Matches<TElement>(IrType type) where TElement : ITypeConstraint =>
        TElement.Matches(type) || (type is VectorType or TensorType && TElement.Matches(((ShapedType)type).ElementType));
}

/// <summary>A signless integer or index, or a vector or tensor of such.</summary>
public readonly struct SignlessIntegerLike : ITypeConstraint
{
    public static bool Matches(IrType type) => OrContainer.Matches<SignlessIntegerOrIndex>(type);

    public static string Describe => "signless-integer-like";
}

/// <summary>A signless integer, or a vector or tensor of such.</summary>
public readonly struct SignlessFixedWidthIntegerLike : ITypeConstraint
{
    public static bool Matches(IrType type) => OrContainer.Matches<SignlessInteger>(type);

    public static string Describe => "signless-fixed-width-integer-like";
}

/// <summary>A float, or a vector or tensor of such.</summary>
public readonly struct FloatLike : ITypeConstraint
{
    public static bool Matches(IrType type) => OrContainer.Matches<Float>(type);

    public static string Describe => "floating-point-like";
}

/// <summary>`i1`, or a vector or tensor of such.</summary>
public readonly struct BoolLike : ITypeConstraint
{
    public static bool Matches(IrType type) => OrContainer.Matches<I1>(type);

    public static string Describe => "bool-like";
}

/// <summary>`index`, or a vector or tensor of such.</summary>
public readonly struct IndexLike : ITypeConstraint
{
    public static bool Matches(IrType type) => OrContainer.Matches<AnyIndex>(type);

    public static string Describe => "index-like";
}

/// <summary>A signless integer, index or float, or a vector or tensor of such.</summary>
public readonly struct SignlessIntegerOrFloatLike : ITypeConstraint
{
    public static bool Matches(IrType type) => SignlessIntegerLike.Matches(type) || FloatLike.Matches(type);

    public static string Describe => "signless-integer-like or floating-point-like";
}

/// <summary>What fits either constraint; nest it, or use the longer ones, for more.</summary>
public readonly struct OneOf<T1, T2> : ITypeConstraint where T1 : ITypeConstraint where T2 : ITypeConstraint
{
    public static bool Matches(IrType type) => T1.Matches(type) || T2.Matches(type);

    public static string Describe => $"{T1.Describe} or {T2.Describe}";
}

/// <summary>What fits one of three constraints.</summary>
public readonly struct OneOf<T1, T2, T3> : ITypeConstraint where T1 : ITypeConstraint where T2 : ITypeConstraint where T3 : ITypeConstraint
{
    public static bool Matches(IrType type) => T1.Matches(type) || T2.Matches(type) || T3.Matches(type);

    public static string Describe => $"{T1.Describe} or {T2.Describe} or {T3.Describe}";
}

/// <summary>What fits one of four constraints.</summary>
public readonly struct OneOf<T1, T2, T3, T4> : ITypeConstraint
    where T1 : ITypeConstraint where T2 : ITypeConstraint where T3 : ITypeConstraint where T4 : ITypeConstraint
{
    public static bool Matches(IrType type) => T1.Matches(type) || T2.Matches(type) || T3.Matches(type) || T4.Matches(type);

    public static string Describe => $"{T1.Describe} or {T2.Describe} or {T3.Describe} or {T4.Describe}";
}
