using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>An operation on the part of a tensor (or buffer) that offsets, sizes and strides describe.</summary>
public interface ISlicing
{
    OperandRange Offsets { get; }

    OperandRange Sizes { get; }

    OperandRange Strides { get; }

    long[] StaticOffsets { get; }

    long[] StaticSizes { get; }

    long[] StaticStrides { get; }
}

/// <summary>What operations on slices share.</summary>
public static class Slicing
{
    public static MixedIndex[] MixedOffsets(this ISlicing op) => MixedIndex.Merge(op.StaticOffsets, op.Offsets);

    public static MixedIndex[] MixedSizes(this ISlicing op) => MixedIndex.Merge(op.StaticSizes, op.Sizes);

    public static MixedIndex[] MixedStrides(this ISlicing op) => MixedIndex.Merge(op.StaticStrides, op.Strides);

    /// <summary>Whether every stride is 1.</summary>
    public static bool HasUnitStrides(this ISlicing op)
    {
        foreach (long stride in op.StaticStrides)
            if (stride != 1) return false;
        return true;
    }

    /// <summary>Whether two operations describe the same slice.</summary>
    public static bool SameSlice(ISlicing a, ISlicing b) =>
        Same(a.MixedOffsets(), b.MixedOffsets()) && Same(a.MixedSizes(), b.MixedSizes()) && Same(a.MixedStrides(), b.MixedStrides());

    public static bool Same(ReadOnlySpan<MixedIndex> a, ReadOnlySpan<MixedIndex> b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
            if (!a[i].Equals(b[i])) return false;
        return true;
    }

    /// <summary>The rules about the lists themselves, in upstream's words.</summary>
    public static bool VerifyLists(Diag d, ISlicing op, int rank)
    {
        if (op.StaticOffsets.Length != op.StaticSizes.Length)
        {
            return TensorOp.Plain(d,
                $"expected mixed offsets rank to match mixed sizes rank ({op.StaticOffsets.Length} vs {op.StaticSizes.Length}) so the rank of the result type is well-formed.");
        }
        if (op.StaticSizes.Length != op.StaticStrides.Length)
        {
            return TensorOp.Plain(d,
                $"expected mixed sizes rank to match mixed strides rank ({op.StaticSizes.Length} vs {op.StaticStrides.Length}) so the rank of the result type is well-formed.");
        }
        return VerifyList(d, "offset", op.StaticOffsets, op.Offsets.Count, rank, negative: false)
            && VerifyList(d, "size", op.StaticSizes, op.Sizes.Count, rank, negative: false)
            && VerifyList(d, "stride", op.StaticStrides, op.Strides.Count, rank, negative: true);
    }

    private static bool VerifyList(Diag d, string what, long[] numbers, int values, int rank, bool negative)
    {
        if (numbers.Length != rank) return TensorOp.Plain(d, $"expected {rank} {what} values, got {numbers.Length}");
        int dynamic = 0;
        foreach (long number in numbers)
        {
            if (Shapes.IsDynamic(number)) dynamic++;
            else if (number < 0 && !negative) return TensorOp.Plain(d, $"expected {what}s to be non-negative, but got {number}");
        }
        return dynamic == values || TensorOp.Plain(d, $"expected {dynamic} dynamic {what} values");
    }

    /// <summary>Whether a type is the expected one, perhaps with dimensions of size 1 left out; upstream's words where it is not.</summary>
    public static bool VerifyReduced(Diag d, RankedTensorType expected, RankedTensorType got)
    {
        if (got.Rank > expected.Rank) return TensorOp.Plain(d, "expected rank to be smaller or equal to the other rank. ");
        if (Shapes.DroppedDims(expected.Shape, got.Shape) is null)
            return TensorOp.Plain(d, $"expected type to be '{expected}' or a rank-reduced version. (size mismatch) ");
        return got.ElementType == expected.ElementType || TensorOp.Plain(d, $"expected element type to be '{expected.ElementType}'");
    }

    /// <summary>The type of the slice of a tensor of these sizes.</summary>
    public static RankedTensorType SliceType(RankedTensorType source, ReadOnlySpan<long> sizes) =>
        RankedTensorType.Get(sizes, source.ElementType, source.Encoding);
}
