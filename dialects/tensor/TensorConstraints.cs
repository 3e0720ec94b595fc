using NestC.Builtin;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>A tensor that has at least one dimension, or no rank.</summary>
public readonly struct NotScalarTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is UnrankedTensorType or RankedTensorType { Rank: > 0 };

    public static string Describe => "non-0-ranked or unranked tensor";
}

/// <summary>A tensor of integers of any signedness, or of floats.</summary>
public readonly struct TensorOfBits : ITypeConstraint
{
    public static bool Matches(IrType type) => type is TensorType { ElementType: IntegerType or FloatType or IndexType };

    public static string Describe => "tensor of signless integer or unsigned integer or signed integer or floating-point values";
}

/// <summary>A tensor of one dimension that holds sizes.</summary>
public readonly struct ShapeTensor : ITypeConstraint
{
    public static bool Matches(IrType type) => type is RankedTensorType { Rank: 1, ElementType: IndexType or IntegerType { IsSignless: true } };

    public static string Describe => "1D tensor of signless integer or index values";
}

/// <summary>A signless integer, index or float, the element of a splat.</summary>
public readonly struct SplatElement : ITypeConstraint
{
    public static bool Matches(IrType type) => type is IndexType or FloatType or IntegerType { IsSignless: true };

    public static string Describe => "integer/index/float type";
}

/// <summary>An array of arrays of dimensions: `[[0, 1], [2]]`.</summary>
public readonly struct ReassociationIndices : IAttrConstraint
{
    public static bool Matches(Attr attr)
    {
        if (attr is not ArrayAttr groups) return false;
        foreach (Attr group in groups.Elements)
        {
            if (group is not ArrayAttr dims) return false;
            foreach (Attr dim in dims.Elements)
                if (dim is not IntegerAttr i || !i.Type.IsSignlessInteger(64)) return false;
        }
        return true;
    }

    public static string Describe => "Array of 64-bit integer array attributes";
}

/// <summary>The element type of a tensor.</summary>
public readonly struct ElementOfTensor : ITypeRule
{
    public static IrType? Apply(IrType other) => (other as ShapedType)?.ElementType;

    public static string Text => "result type matches element type of tensor";
}
