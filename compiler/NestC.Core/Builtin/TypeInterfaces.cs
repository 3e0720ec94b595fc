namespace NestC.Builtin;

/// <summary>Marks the types and attributes of the builtin dialect, which containers treat differently from those of other dialects.</summary>
internal interface IBuiltinObject;

/// <summary>Marks a dialect's type that may be the element of a memref.</summary>
public interface IMemRefElementType;

/// <summary>An attribute that maps the indices of a memref to its storage.</summary>
public interface IMemRefLayout
{
    /// <summary>The layout as an affine map from indices to a place in storage.</summary>
    AffineMap Map { get; }

    /// <summary>Whether it is the default layout, which a memref type leaves out.</summary>
    bool IsIdentity { get; }

    /// <summary>Why the layout does not fit a memref of this shape, or null when it does.</summary>
    string? VerifyFor(ReadOnlySpan<long> shape);
}

/// <summary>An attribute of a dialect that checks the tensors whose encoding it is.</summary>
public interface ITensorEncoding
{
    /// <summary>Why the encoding does not fit a tensor of this shape and element type, or null when it does.</summary>
    string? VerifyFor(ReadOnlySpan<long> shape, IR.IrType elementType);
}
