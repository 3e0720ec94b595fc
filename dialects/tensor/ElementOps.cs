using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>The same bits as elements of another type of the same width.</summary>
[Op("tensor.bitcast", Format = "$source attr-dict `:` type($source) `to` type($dest)")]
public sealed partial class BitcastOp : TensorOp, IPure
{
    [Operand<TensorOfBits>] public partial Value Source { get; }

    [Result<TensorOfBits>] public partial Value Dest { get; }

    protected override bool VerifyOp(Diag d)
    {
        TensorType from = (TensorType)Source.Type, to = (TensorType)Dest.Type;
        bool fits = from.ElementType is not IndexType && to.ElementType is not IndexType && from.ElementType.BitWidth() == to.ElementType.BitWidth()
            && TypeRelations.ShapesCompatible(from, to);
        return d.Require(fits, $"operand type '{from}' and result type '{to}' are cast incompatible");
    }
}

/// <summary>The same tensor with more, or less, known of its shape.</summary>
[Op("tensor.cast", Format = "$source attr-dict `:` type($source) `to` type($dest)")]
public sealed partial class CastOp : TensorOp, IPure, IAsmNames
{
    [Operand<AnyTensor>] public partial Value Source { get; }

    [Result<AnyTensor>] public partial Value Dest { get; }

    public void NameResults(ValueNames names) => names.Name(Dest, "cast"u8);

    /// <summary>Whether a cast between two types is possible: the same elements and encoding, and no two known sizes that differ.</summary>
    public static bool AreCompatible(IrType from, IrType to) =>
        from is TensorType a && to is TensorType b && a.ElementType == b.ElementType && TypeRelations.ShapesCompatible(a, b)
        && (a as RankedTensorType)?.Encoding == (b as RankedTensorType)?.Encoding;

    protected override bool VerifyOp(Diag d) =>
        d.Require(AreCompatible(Source.Type, Dest.Type), $"operand type '{Source.Type}' and result type '{Dest.Type}' are cast incompatible");
}

/// <summary>The size of one dimension.</summary>
[Op("tensor.dim", Format = "attr-dict $source `,` $index `:` type($source)")]
public sealed partial class DimOp : TensorOp, IAsmNames, IMemoryEffects, IConditionallySpeculatable
{
    [Operand<NotScalarTensor>] public partial Value Source { get; }

    [Operand<AnyIndex>] public partial Value Index { get; }

    [Result<AnyIndex>("result")] public partial Value Output { get; }

    /// <summary>The dimension, where it is known.</summary>
    public long? ConstantIndex => MixedIndex.Of(Index) is { IsKnown: true } known ? known.Number : null;

    public void NameResults(ValueNames names) => names.Name(Output, "dim"u8);

    public void GetEffects(ref EffectList effects)
    {
    }

    // The behaviour is undefined when the tensor has no such dimension.
    public bool IsSpeculatable => ConstantIndex is { } index && Source.Type is RankedTensorType type && index >= 0 && index < type.Rank;

    public static DimOp Create(OpBuilder builder, Value source, long index) =>
        Build(builder, source, new MixedIndex(index).ToValue(builder));

    /// <summary>The size of a dimension of a tensor: a number where the type has it.</summary>
    public static MixedIndex SizeOf(OpBuilder builder, Value tensor, int dim)
    {
        RankedTensorType type = (RankedTensorType)tensor.Type;
        return type.IsDynamicDim(dim) ? Create(builder, tensor, dim).Output : type.Shape[dim];
    }

    /// <summary>The sizes of a tensor.</summary>
    public static MixedIndex[] SizesOf(OpBuilder builder, Value tensor)
    {
        MixedIndex[] sizes = new MixedIndex[((RankedTensorType)tensor.Type).Rank];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = SizeOf(builder, tensor, i);
        return sizes;
    }
}

/// <summary>The number of dimensions.</summary>
[Op("tensor.rank", Format = "$tensor attr-dict `:` type($tensor)")]
public sealed partial class RankOp : TensorOp, IPure, IAsmNames
{
    [Operand<AnyTensor>] public partial Value Tensor { get; }

    [Result<AnyIndex>("result")] public partial Value Output { get; }

    public void NameResults(ValueNames names) => names.Name(Output, "rank"u8);
}

/// <summary>One element of a tensor.</summary>
[Op("tensor.extract", Format = "$tensor `[` $indices `]` attr-dict `:` type($tensor)")]
public sealed partial class ExtractOp : MovingOp, IPure, IAsmNames
{
    [Operand<RankedTensor>] public partial Value Tensor { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Result<AnyType>("result"), TypeFrom<ElementOfTensor>("tensor")] public partial Value Output { get; }

    public void NameResults(ValueNames names) => names.Name(Output, "extracted"u8);

    protected override bool VerifyOp(Diag d) => d.Require(((RankedTensorType)Tensor.Type).Rank == Indices.Count, null, "incorrect number of indices for extract_element");
}

/// <summary>A tensor with one element replaced.</summary>
[Op("tensor.insert", Format = "$scalar `into` $dest `[` $indices `]` attr-dict `:` type($dest)")]
public sealed partial class InsertOp : MovingOp, IPure, IAsmNames, IDestinationStyle
{
    [Operand<AnyType>, TypeFrom("dest", nameof(ElementOf), "scalar type matches element type of dest")] public partial Value Scalar { get; }

    [Operand<RankedTensor>] public partial Value Dest { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Result<RankedTensor>("result"), TypeFrom("dest", nameof(Same), "result type matches type of dest")] public partial Value Output { get; }

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;

    private static IrType? Same(IrType type) => type;

    public void NameResults(ValueNames names) => names.Name(Output, "inserted"u8);

    public OperandRange Inits => new(this, 1, 1);

    protected override bool VerifyOp(Diag d) => d.Require(((RankedTensorType)Dest.Type).Rank == Indices.Count, null, "incorrect number of indices");
}
