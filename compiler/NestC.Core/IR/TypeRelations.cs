using NestC.Builtin;

namespace NestC.IR;

/// <summary>Relations between types that traits check.</summary>
public static class TypeRelations
{
    /// <summary>The element type of a shaped type, or the type itself.</summary>
    public static IrType ElementType(IrType type) => type is ShapedType shaped ? shaped.ElementType : type;

    /// <summary>Whether two types may be the same at run time: equal, or shaped alike where both dimensions are static.</summary>
    public static bool Compatible(IrType a, IrType b)
    {
        if (a == b) return true;
        if (a is not ShapedType || b is not ShapedType || a.GetType() != b.GetType() && !(IsTensor(a) && IsTensor(b))) return false;
        return ElementType(a) == ElementType(b) && ShapesCompatible(a, b);
    }

    /// <summary>Whether two shapes may be the same at run time; a scalar only fits a scalar.</summary>
    public static bool ShapesCompatible(IrType a, IrType b)
    {
        if (a is not ShapedType sa || b is not ShapedType sb) return a is not ShapedType && b is not ShapedType;
        if (!sa.HasRank || !sb.HasRank) return true;
        if (sa.Rank != sb.Rank) return false;
        VectorType? va = sa as VectorType, vb = sb as VectorType;
        if (va is { IsScalable: true } || vb is { IsScalable: true })
        {
            for (int i = 0; i < sa.Rank; i++)
                if ((va is not null && va.IsScalableDim(i)) != (vb is not null && vb.IsScalableDim(i))) return false;
        }
        for (int i = 0; i < sa.Rank; i++)
            if (sa.Shape[i] != sb.Shape[i] && !ShapedType.IsDynamic(sa.Shape[i]) && !ShapedType.IsDynamic(sb.Shape[i])) return false;
        return true;
    }

    private static bool IsTensor(IrType type) => type is RankedTensorType or UnrankedTensorType;
}
