using NestC.Builtin;
using NestC.IR;

namespace NestC.Dialects.Tensor;

// Folds of the operations on elements, sizes and types.

public sealed partial class DimOp : IFoldable
{
    // dim of a tensor whose size is known, or was given when it was made
    public FoldResult Fold(FoldInputs inputs)
    {
        if (inputs[1] is not IntegerAttr index || Source.Type is not RankedTensorType type || index.Value < 0 || index.Value >= type.Rank) return FoldResult.None;
        int dim = (int)index.Value;
        if (!type.IsDynamicDim(dim)) return IntegerAttr.Get(Output.Type, type.Shape[dim]);
        int dynamic = Shapes.DynamicIndex(type.Shape, dim);
        switch (Source.DefiningOp)
        {
            case EmptyOp empty: return empty.DynamicSizes[dynamic];
            case GenerateOp generate: return generate.DynamicExtents[dynamic];
            case SplatOp splat: return splat.DynamicSizes[dynamic];
            case ExtractSliceOp slice:
                bool[] dropped = slice.DroppedDims;
                int seen = 0;
                for (int i = 0; i < dropped.Length; i++)
                    if (!dropped[i] && seen++ == dim) return slice.MixedSizes()[i] is { IsKnown: false } size ? size.Value : FoldResult.None;
                return FoldResult.None;
            case ExpandShapeOp expand: return expand.MixedOutputShape[dim] is { IsKnown: false } extent ? extent.Value : FoldResult.None;
            default: return FoldResult.None;
        }
    }
}

public sealed partial class RankOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => Tensor.Type is RankedTensorType type ? IntegerAttr.Get(Output.Type, type.Rank) : FoldResult.None;
}

public sealed partial class CastOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) => Source.Type == Dest.Type ? Source : FoldResult.None;
}

public sealed partial class BitcastOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Source.Type == Dest.Type) return Source;
        // A splat's bytes are those of one element.
        return inputs[0] is DenseElementsAttr { IsSplat: true } dense && Dest.Type is RankedTensorType { HasStaticShape: true } type && DenseElementsAttr.IsValidElementType(type.ElementType)
            && DenseElementsAttr.SizeOf(type.ElementType) == dense.ElementSize && type.ElementType.BitWidth() >= 8
            ? DenseElementsAttr.FromElements(type, dense.ElementData(0).ToArray()) : FoldResult.None;
    }
}

public sealed partial class ExtractOp : IFoldable
{
    // an element of a constant, of a splat, or of listed elements
    public FoldResult Fold(FoldInputs inputs)
    {
        if (inputs[0] is DenseElementsAttr { IsSplat: true } splat) return splat.GetElement(0);
        if (Tensor.DefiningOp is SplatOp made) return made.Input;
        RankedTensorType type = (RankedTensorType)Tensor.Type;
        long place = 0;
        for (int i = 0; i < Indices.Count; i++)
        {
            if (inputs[i + 1] is not IntegerAttr index || type.IsDynamicDim(i) || index.Value < 0 || index.Value >= type.Shape[i]) return FoldResult.None;
            place = place * type.Shape[i] + index.Value;
        }
        if (Tensor.DefiningOp is FromElementsOp listed) return listed.Elements[(int)place];
        return inputs[0] is DenseElementsAttr dense ? dense.GetElement(place) : FoldResult.None;
    }
}

public sealed partial class InsertOp : IFoldable
{
    // a splat's element into the splat
    public FoldResult Fold(FoldInputs inputs) =>
        inputs[0] is { } scalar && inputs[1] is DenseElementsAttr { IsSplat: true } dense && dense.GetElement(0) == scalar ? Dest : FoldResult.None;
}

public sealed partial class SplatOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs) =>
        inputs[0] is IntegerAttr or FloatAttr && Type.HasStaticShape ? DenseElementsAttr.Splat(Type, inputs[0]!) : FoldResult.None;
}

public sealed partial class FromElementsOp : IFoldable
{
    // listed constants are a constant
    public FoldResult Fold(FoldInputs inputs)
    {
        RankedTensorType type = (RankedTensorType)Output.Type;
        if (!DenseElementsAttr.IsValidElementType(type.ElementType) || type.ElementType is ComplexType || Elements.Count == 0) return FoldResult.None;
        int size = DenseElementsAttr.SizeOf(type.ElementType);
        byte[] bytes = new byte[size * Elements.Count];
        for (int i = 0; i < Elements.Count; i++)
        {
            Span<byte> place = bytes.AsSpan(i * size, size);
            if (inputs[i] is IntegerAttr integer) integer.WriteBytes(place);
            else if (inputs[i] is FloatAttr real) DenseElementsAttr.Splat(RankedTensorType.Get([1], type.ElementType), real).ElementData(0).CopyTo(place);
            else return FoldResult.None;
        }
        return DenseElementsAttr.FromElements(type, bytes);
    }
}
