using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Builtin.Arith;

internal enum CastRule : byte { WiderInteger, NarrowerInteger, WiderFloat, NarrowerFloat, IntegerToFloat, FloatToInteger, Index, SameWidth }

/// <summary>Which types may be cast to which.</summary>
internal static class Casts
{
    public static bool Verify(Diag d, IrType from, IrType to, CastRule rule) =>
        AreCompatible(from, to, rule) || d.Error(Diag.RuleCode, $"operand type '{from}' and result type '{to}' are cast incompatible");

    private static bool AreCompatible(IrType from, IrType to, CastRule rule)
    {
        if (!TypeRelations.ShapesCompatible(from, to)) return false;
        if (from is RankedTensorType fromTensor && to is RankedTensorType toTensor && fromTensor.Encoding != toTensor.Encoding) return false;
        switch (rule)
        {
            case CastRule.WiderInteger:
                return Scalar(from, false) is IntegerType narrow && Scalar(to, false) is IntegerType wide && narrow.Width < wide.Width;
            case CastRule.NarrowerInteger:
                return Scalar(from, false) is IntegerType source && Scalar(to, false) is IntegerType target && source.Width > target.Width;
            case CastRule.WiderFloat:
                return Scalar(from, false) is FloatType low && Scalar(to, false) is FloatType high && low.Width < high.Width;
            case CastRule.NarrowerFloat:
                return Scalar(from, false) is FloatType more && Scalar(to, false) is FloatType less && more.Width > less.Width;
            case CastRule.IntegerToFloat:
                return Scalar(from, false) is IntegerType && Scalar(to, false) is FloatType;
            case CastRule.FloatToInteger:
                return Scalar(from, false) is FloatType && Scalar(to, false) is IntegerType;
            case CastRule.Index:
                IrType? a = Scalar(from, true), b = Scalar(to, true);
                return (a is IndexType && b is IntegerType { IsSignless: true }) || (a is IntegerType { IsSignless: true } && b is IndexType);
            default:
                IrType? x = Scalar(from, true), y = Scalar(to, true);
                return x is IntegerType or FloatType && y is IntegerType or FloatType && x.BitWidth() == y.BitWidth();
        }
    }

    // The type of one value of a scalar, vector or tensor, and of a memref where that is allowed.
    private static IrType? Scalar(IrType type, bool allowMemRef) => type switch
    {
        VectorType or TensorType => ((ShapedType)type).ElementType,
        MemRefType memref => allowMemRef ? memref.ElementType : null,
        ShapedType => null,
        _ => type,
    };
}

/// <summary>A tensor becomes a tensor of exactly its sizes: stricter than shapes that are compatible, and never met by unranked ones.</summary>
public interface ISameTensorDims
{
    static bool VerifyTrait(Operation op, Diag d)
    {
        IrType from = op.Operand(0).Type, to = op.Result(0).Type;
        if (from is not TensorType && to is not TensorType) return true;
        return (from is TensorType a && to is TensorType b && a.HasRank && b.HasRank && a.Shape.SequenceEqual(b.Shape))
            || d.Error("NEST2030", "failed to verify that input and output have the same tensor dimensions");
    }
}

/// <summary>What `index_cast` takes.</summary>
public readonly struct IndexCastLike : ITypeConstraint
{
    public static bool Matches(IrType type) => SignlessIntegerLike.Matches(type) || MemRefOf<SignlessIntegerOrIndex>.Matches(type);

    public static string Describe => "signless-integer-like or memref of signless-integer";
}

/// <summary>What `bitcast` takes.</summary>
public readonly struct BitcastLike : ITypeConstraint
{
    public static bool Matches(IrType type) =>
        SignlessIntegerOrFloatLike.Matches(type) || MemRefOf<OneOf<SignlessIntegerOrIndex, Float>>.Matches(type);

    public static string Describe => "signless-integer-or-float-like or memref of signless-integer or float";
}
