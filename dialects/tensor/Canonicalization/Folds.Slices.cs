using NestC.Builtin;
using NestC.IR;

namespace NestC.Dialects.Tensor;

// Folds of the operations on parts and shapes.

public sealed partial class ExtractSliceOp : IFoldable
{
    // the whole; a part of a splat; what was put there just before
    public FoldResult Fold(FoldInputs inputs)
    {
        if (inputs[0] is DenseElementsAttr { IsSplat: true } splat && Type.HasStaticShape) return DenseElementsAttr.Splat(Type, splat.GetElement(0));
        if (SourceType == Type && Folding.IsWhole(this, SourceType)) return Source;
        return Source.DefiningOp is InsertSliceOp insert && insert.SourceType == Type && Slicing.SameSlice(this, insert) ? insert.Source : FoldResult.None;
    }
}

public sealed partial class InsertSliceOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        // everything is replaced
        if (SourceType == Type && Type.HasStaticShape && Folding.IsWhole(this, Type)) return Source;
        // insert_slice(extract_slice(x), x) -> x
        if (Source.DefiningOp is ExtractSliceOp extract && extract.Source == Dest && Slicing.SameSlice(this, extract)) return Dest;
        // insert_slice(a, insert_slice(b, x)) of one slice -> insert_slice(a, x)
        if (Dest.DefiningOp is not InsertSliceOp before || before.SourceType != SourceType || !Slicing.SameSlice(this, before)) return FoldResult.None;
        inputs.Builder.SetOperand(this, 1, before.Dest);
        return FoldResult.InPlace;
    }
}

public sealed partial class CollapseShapeOp : IFoldable
{
    // collapse(expand(x)) with the same groups, and reshapes of constants
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Src.Type == Output.Type) return Src;
        if (Src.DefiningOp is ExpandShapeOp expand && expand.Src.Type == Output.Type && expand.Reassociation == Reassociation) return expand.Src;
        return Folding.Reshaped(inputs[0], Output.Type);
    }
}

public sealed partial class ExpandShapeOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Src.Type == Output.Type) return Src;
        if (Src.DefiningOp is CollapseShapeOp collapse && collapse.Src.Type == Output.Type && collapse.Reassociation == Reassociation && Shapes.DynamicDims(Type) <= 1) return collapse.Src;
        return Folding.Reshaped(inputs[0], Output.Type);
    }
}

public sealed partial class ReshapeOp : IFoldable
{
    // reshape(reshape(x, s), t) -> reshape(x, t), and to the type that it has
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Folding.Reshaped(inputs[0], Output.Type) is { IsNone: false } folded) return folded;
        if (Source.DefiningOp is ReshapeOp before)
        {
            inputs.Builder.SetOperand(this, 0, before.Source);
            return FoldResult.InPlace;
        }
        return Source.Type == Output.Type && Output.Type is RankedTensorType { HasStaticShape: true } ? Source : FoldResult.None;
    }
}

public sealed partial class ConcatOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => Inputs.Count == 1 && Inputs[0].Type == Output.Type ? Inputs[0] : FoldResult.None;
}

public sealed partial class PadOp : IFoldable
{
    // nothing is added
    public FoldResult Fold(FoldInputs inputs) =>
        !Nofold && Type.HasStaticShape && Type == SourceType && Array.TrueForAll(StaticLow, static n => n == 0) && Array.TrueForAll(StaticHigh, static n => n == 0)
            ? Source : FoldResult.None;
}

public sealed partial class PackOp : IFoldable
{
    // pack(unpack(x)) -> x where tiles are full; a splat stays one
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Source.DefiningOp is UnpackOp unpack && unpack.Source.Type == Output.Type && TiledLayouts.Same(this, unpack) && TiledLayouts.AreTilesFull(this)) return unpack.Source;
        return inputs[0] is DenseElementsAttr { IsSplat: true } splat && PackedType.HasStaticShape
            && (PaddingValue is null || inputs[2] == splat.GetElement(0)) ? DenseElementsAttr.Splat(PackedType, splat.GetElement(0)) : FoldResult.None;
    }
}

public sealed partial class UnpackOp : IFoldable
{
    // unpack(pack(x)) -> x
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Source.DefiningOp is PackOp pack && pack.Source.Type == Output.Type && TiledLayouts.Same(this, pack)) return pack.Source;
        return inputs[0] is DenseElementsAttr { IsSplat: true } splat && PlainType.HasStaticShape ? DenseElementsAttr.Splat(PlainType, splat.GetElement(0)) : FoldResult.None;
    }
}

/// <summary>What folds share.</summary>
internal static class Folding
{
    /// <summary>Whether a slice is the whole tensor.</summary>
    public static bool IsWhole(ISlicing slice, RankedTensorType type)
    {
        if (!type.HasStaticShape) return false;
        for (int i = 0; i < type.Rank; i++)
            if (slice.StaticOffsets[i] != 0 || slice.StaticSizes[i] != type.Shape[i] || slice.StaticStrides[i] != 1) return false;
        return true;
    }

    /// <summary>A constant in another shape.</summary>
    public static FoldResult Reshaped(Attr? constant, IrType type) =>
        constant is DenseElementsAttr dense && type is RankedTensorType { HasStaticShape: true } shape
            ? dense.IsSplat ? DenseElementsAttr.Splat(shape, dense.GetElement(0)) : DenseElementsAttr.FromElements(shape, Bytes(dense)) : FoldResult.None;

    private static byte[] Bytes(DenseElementsAttr dense)
    {
        int size = dense.ElementSize;
        byte[] bytes = new byte[size * dense.NumElements];
        for (int i = 0; i < dense.NumElements; i++) dense.ElementData(i).CopyTo(bytes.AsSpan(i * size, size));
        return bytes;
    }
}
