using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Tensor;

/// <summary>The same elements in the shape that a tensor holds.</summary>
[Op("tensor.reshape", Format = "$source `(` $shape `)` attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReshapeOp : MovingOp, IPure, IAsmNames
{
    [Operand<AnyTensor>] public partial Value Source { get; }

    [Operand<ShapeTensor>] public partial Value Shape { get; }

    [Result<AnyTensor>("result")] public partial Value Output { get; }

    public void NameResults(ValueNames names) => names.Name(Output, "reshape"u8);

    protected override bool VerifyOp(Diag d)
    {
        TensorType from = (TensorType)Source.Type, to = (TensorType)Output.Type;
        if (from.ElementType != to.ElementType) return d.Error(Diag.RuleCode, "element types of source and destination tensor types should be the same");
        long length = ((RankedTensorType)Shape.Type).Shape[0];
        if (to is not RankedTensorType result) return true;
        if (from is RankedTensorType { HasStaticShape: true } && result.HasStaticShape && from.NumElements != result.NumElements)
            return d.Error(Diag.RuleCode, "source and destination tensor should have the same number of elements");
        if (Shapes.IsDynamic(length)) return d.Error(Diag.RuleCode, "cannot use shape operand with dynamic length to reshape to statically-ranked tensor type");
        return d.Require(length == result.Rank, null, "length of shape operand differs from the result's tensor rank");
    }
}

/// <summary>Joins groups of adjacent dimensions into one each.</summary>
[Op("tensor.collapse_shape", Format = "$src $reassociation attr-dict `:` type($src) `into` type($result)")]
public sealed partial class CollapseShapeOp : MovingOp, IPure, IAsmNames
{
    [Operand<AnyTensor>] public partial Value Src { get; }

    [Prop<ReassociationIndices>] public partial ArrayAttr Reassociation { get; }

    [Result<AnyTensor>("result")] public partial Value Output { get; }

    public RankedTensorType SourceType => (RankedTensorType)Src.Type;

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    /// <summary>The dimensions of the source that make up each one of the result.</summary>
    public int[][] Groups => Reassociations.Groups(Reassociation);

    /// <summary>Joins dimensions; the type follows.</summary>
    public static CollapseShapeOp Create(OpBuilder builder, Value source, int[][] groups) =>
        Build(builder, source, Reassociations.Attr(builder.Context, groups), Reassociations.Collapse((RankedTensorType)source.Type, groups));

    public void NameResults(ValueNames names) => names.Name(Output, "collapsed"u8);

    protected override bool VerifyOp(Diag d) =>
        Reassociations.Verify(d, Src.Type, Output.Type, Reassociation, isExpansion: false);
}

/// <summary>Splits each dimension into a group of adjacent ones.</summary>
[Op("tensor.expand_shape", Format = "$src $reassociation `output_shape` custom<IndexList>($output_shape, $static_output_shape) attr-dict `:` type($src) `into` type($result)")]
public sealed partial class ExpandShapeOp : MovingOp, IPure, IAsmNames
{
    [Operand<AnyTensor>] public partial Value Src { get; }

    [Operands<AnyIndex>] public partial OperandRange OutputShape { get; }

    [Prop<ReassociationIndices>] public partial ArrayAttr Reassociation { get; }

    [Prop] public partial long[] StaticOutputShape { get; }

    [Result<AnyTensor>("result")] public partial Value Output { get; }

    public RankedTensorType SourceType => (RankedTensorType)Src.Type;

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    /// <summary>The dimensions of the result into which each one of the source is split.</summary>
    public int[][] Groups => Reassociations.Groups(Reassociation);

    /// <summary>The sizes of the result.</summary>
    public MixedIndex[] MixedOutputShape => MixedIndex.Merge(StaticOutputShape, OutputShape);

    /// <summary>Splits dimensions into those of a shape.</summary>
    public static ExpandShapeOp Create(OpBuilder builder, Value source, int[][] groups, ReadOnlySpan<MixedIndex> shape)
    {
        Vec<Value> values = default;
        long[] numbers = MixedIndex.Split(shape, ref values);
        RankedTensorType from = (RankedTensorType)source.Type;
        return Build(builder, source, values.Span, Reassociations.Attr(builder.Context, groups), numbers, RankedTensorType.Get(numbers, from.ElementType, from.Encoding));
    }

    public void NameResults(ValueNames names) => names.Name(Output, "expanded"u8);

    protected override bool VerifyOp(Diag d)
    {
        if (Output.Type is RankedTensorType result)
        {
            if (StaticOutputShape.Length != result.Rank)
                return d.Error(Diag.RuleCode, $"expected number of static shape dims to be equal to the output rank ({result.Rank}) but found {StaticOutputShape.Length} inputs instead");
            int dynamic = 0;
            foreach (long size in StaticOutputShape)
                if (Shapes.IsDynamic(size)) dynamic++;
            if (dynamic != OutputShape.Count)
                return d.Error(Diag.RuleCode, $"mismatch in dynamic dims in output_shape and static_output_shape: static_output_shape has {dynamic} dynamic dims while output_shape has {OutputShape.Count} values");
        }
        return Reassociations.Verify(d, Src.Type, Output.Type, Reassociation, isExpansion: true);
    }
}
