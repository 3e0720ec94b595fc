using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Tensor;

/// <summary>The part of a tensor that offsets, sizes and strides describe; the result may leave out dimensions of size 1.</summary>
[Op("tensor.extract_slice", Format = "$source `` custom<IndexList>($offsets, $static_offsets) custom<IndexList>($sizes, $static_sizes) "
    + "custom<IndexList>($strides, $static_strides) attr-dict `:` type($source) `to` type($result)")]
public sealed partial class ExtractSliceOp : MovingOp, IPure, IAsmNames, ISlicing
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operands<AnyIndex>] public partial OperandRange Offsets { get; }

    [Operands<AnyIndex>] public partial OperandRange Sizes { get; }

    [Operands<AnyIndex>] public partial OperandRange Strides { get; }

    [Prop] public partial long[] StaticOffsets { get; }

    [Prop] public partial long[] StaticSizes { get; }

    [Prop] public partial long[] StaticStrides { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public RankedTensorType SourceType => (RankedTensorType)Source.Type;

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    /// <summary>The result's type before dimensions are left out.</summary>
    public RankedTensorType FullType => Slicing.SliceType(SourceType, StaticSizes);

    /// <summary>The dimensions that the result leaves out.</summary>
    public bool[] DroppedDims => Shapes.DroppedDims(StaticSizes, Type.Shape) ?? new bool[StaticSizes.Length];

    /// <summary>A slice; its type follows from the sizes unless a type with fewer dimensions is given.</summary>
    public static ExtractSliceOp Create(OpBuilder builder, Value source, ReadOnlySpan<MixedIndex> offsets, ReadOnlySpan<MixedIndex> sizes,
        ReadOnlySpan<MixedIndex> strides, RankedTensorType? type = null)
    {
        Vec<Value> o = default, z = default, t = default;
        long[] so = MixedIndex.Split(offsets, ref o), sz = MixedIndex.Split(sizes, ref z), st = MixedIndex.Split(strides, ref t);
        return Build(builder, source, o.Span, z.Span, t.Span, so, sz, st, type ?? Slicing.SliceType((RankedTensorType)source.Type, sz));
    }

    public void NameResults(ValueNames names) => names.Name(Output, "extracted_slice"u8);

    protected override bool VerifyOp(Diag d) => Slicing.VerifyLists(d, this, SourceType.Rank) && Slicing.VerifyReduced(d, FullType, Type);
}

/// <summary>A tensor with the part that offsets, sizes and strides describe replaced; the source may leave out dimensions of size 1.</summary>
[Op("tensor.insert_slice", Format = "$source `into` $dest `` custom<IndexList>($offsets, $static_offsets) custom<IndexList>($sizes, $static_sizes) "
    + "custom<IndexList>($strides, $static_strides) attr-dict `:` type($source) `into` type($dest)")]
public sealed partial class InsertSliceOp : MovingOp, IPure, IAsmNames, ISlicing, IDestinationStyle
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operand<RankedTensor>] public partial Value Dest { get; }

    [Operands<AnyIndex>] public partial OperandRange Offsets { get; }

    [Operands<AnyIndex>] public partial OperandRange Sizes { get; }

    [Operands<AnyIndex>] public partial OperandRange Strides { get; }

    [Prop] public partial long[] StaticOffsets { get; }

    [Prop] public partial long[] StaticSizes { get; }

    [Prop] public partial long[] StaticStrides { get; }

    [Result<RankedTensor>("result"), TypeFrom("dest", nameof(Same), "expected result type to match dest type")] public partial Value Output { get; }

    private static IrType? Same(IrType type) => type;

    public RankedTensorType SourceType => (RankedTensorType)Source.Type;

    public RankedTensorType Type => (RankedTensorType)Dest.Type;

    /// <summary>The dimensions that the source leaves out.</summary>
    public bool[] DroppedDims => Shapes.DroppedDims(StaticSizes, SourceType.Shape) ?? new bool[StaticSizes.Length];

    public static InsertSliceOp Create(OpBuilder builder, Value source, Value dest, ReadOnlySpan<MixedIndex> offsets, ReadOnlySpan<MixedIndex> sizes,
        ReadOnlySpan<MixedIndex> strides)
    {
        Vec<Value> o = default, z = default, t = default;
        long[] so = MixedIndex.Split(offsets, ref o), sz = MixedIndex.Split(sizes, ref z), st = MixedIndex.Split(strides, ref t);
        return Build(builder, source, dest, o.Span, z.Span, t.Span, so, sz, st);
    }

    public void NameResults(ValueNames names) => names.Name(Output, "inserted_slice"u8);

    public OperandRange Inits => new(this, 1, 1);

    protected override bool VerifyOp(Diag d) =>
        Slicing.VerifyLists(d, this, Type.Rank) && Slicing.VerifyReduced(d, Slicing.SliceType(Type, StaticSizes), SourceType);
}

/// <summary>As insert_slice, for the threads of a parallel loop that compute parts of one tensor: the loop, not this operation, yields the result.</summary>
[Op("tensor.parallel_insert_slice", Format = "$source `into` $dest `` custom<IndexList>($offsets, $static_offsets) custom<IndexList>($sizes, $static_sizes) "
    + "custom<IndexList>($strides, $static_strides) attr-dict `:` type($source) `into` type($dest)")]
public sealed partial class ParallelInsertSliceOp : TensorOp, ISlicing
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operand<RankedTensor>] public partial Value Dest { get; }

    [Operands<AnyIndex>] public partial OperandRange Offsets { get; }

    [Operands<AnyIndex>] public partial OperandRange Sizes { get; }

    [Operands<AnyIndex>] public partial OperandRange Strides { get; }

    [Prop] public partial long[] StaticOffsets { get; }

    [Prop] public partial long[] StaticSizes { get; }

    [Prop] public partial long[] StaticStrides { get; }

    protected override bool VerifyOp(Diag d)
    {
        if (ParentOp is { Info.IsRegistered: true }) return Plain(d, "expected ParallelCombiningOpInterface parent, got:");
        RankedTensorType dest = (RankedTensorType)Dest.Type;
        return Slicing.VerifyLists(d, this, dest.Rank) && Slicing.VerifyReduced(d, Slicing.SliceType(dest, StaticSizes), (RankedTensorType)Source.Type);
    }
}
