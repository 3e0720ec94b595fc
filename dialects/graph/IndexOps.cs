using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Takes slices along the axis by their indices.</summary>
[Op("graph.gather", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GatherOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Data { get; }

    [Operand<AnyTensor>] public partial Value Indices { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.Gather(x[0], x[1], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? Indexing.InferGather(a, b, Axis) : null;
}

/// <summary>Takes elements by their indices along the axis.</summary>
[Op("graph.gather_elements", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GatherElementsOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Data { get; }

    [Operand<AnyTensor>] public partial Value Indices { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.GatherElements(x[0], x[1], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(1);
}

/// <summary>Takes slices by index vectors.</summary>
[Op("graph.gather_nd", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GatherNDOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Data { get; }

    [Operand<AnyTensor>] public partial Value Indices { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long BatchDims { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.GatherNd(x[0], x[1], BatchDims)];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) && b[^1] >= 0 ? Indexing.InferGatherNd(a, b, BatchDims) : null;
}

/// <summary>Replaces elements by their indices along the axis, or combines them.</summary>
[Op("graph.scatter_elements", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ScatterElementsOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Data { get; }

    [Operand<AnyTensor>] public partial Value Indices { get; }

    [Operand<AnyTensor>] public partial Value Updates { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    [Prop(Default = "none")] public partial string Reduction { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.ScatterElements(x[0], x[1], x[2], Axis, Windows.Scatter(Reduction))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Replaces slices by index vectors, or combines them.</summary>
[Op("graph.scatter_nd", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ScatterNDOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Data { get; }

    [Operand<AnyTensor>] public partial Value Indices { get; }

    [Operand<AnyTensor>] public partial Value Updates { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = "none")] public partial string Reduction { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.ScatterNd(x[0], x[1], x[2], Windows.Scatter(Reduction))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>The indices of the elements that are not 0, a row a dimension.</summary>
[Op("graph.non_zero", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class NonZeroOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.NonZero(x[0])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? [a.Length, Shapes.Unknown] : null;

    public override IrType? ElementType(int result) => Context.Common.I64;
}

/// <summary>Vectors with the second value at the index and the first elsewhere.</summary>
[Op("graph.one_hot", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class OneHotOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Indices { get; }

    [Operand<AnyTensor>] public partial Value Depth { get; }

    [Operand<AnyTensor>] public partial Value Values { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.OneHot(x[0], (long)x[1].GetDouble(0), x[2], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.List(1) is { } d ? Indexing.InferOneHot(a, d[0], Axis) : null;

    public override IrType? ElementType(int result) => GraphTypes.Element(Values);
}

/// <summary>The index of the greatest element along the axis.</summary>
[Op("graph.arg_max", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ArgMaxOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long SelectLastIndex { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Ordering.ArgExtreme(x[0], Axis, Keepdims != 0, true, SelectLastIndex != 0)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Reduce.InferShape(a, [Axis], Keepdims != 0) : null;

    public override IrType? ElementType(int result) => Context.Common.I64;
}

/// <summary>The index of the least element along the axis.</summary>
[Op("graph.arg_min", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ArgMinOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long SelectLastIndex { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Ordering.ArgExtreme(x[0], Axis, Keepdims != 0, false, SelectLastIndex != 0)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Reduce.InferShape(a, [Axis], Keepdims != 0) : null;

    public override IrType? ElementType(int result) => Context.Common.I64;
}

/// <summary>The k greatest (or least) elements along the axis, and their indices.</summary>
[Op("graph.top_k", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class TopKOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value K { get; }

    [Result<AnyTensor>] public partial Value Values { get; }

    [Result<AnyTensor>] public partial Value Indices { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    [Prop(Default = 1L)] public partial long Largest { get; }

    [Prop(Default = 1L)] public partial long Sorted { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var top = Ordering.TopK(x[0], x[1].GetInt64(0), Axis, Largest != 0);
        return [top.Values, top.Indices];
    }

    public override long[]?[] InferAll(ShapeArguments s)
    {
        long[]? shape = s.Shape(0) is { } a ? Shapes.With(a, Shapes.Axis(Axis, a.Length), s.List(1) is { } k ? k[0] : Shapes.Unknown) : null;
        return [shape, shape];
    }

    public override IrType? ElementType(int result) => result == 0 ? GraphTypes.Element(Input) : Context.Common.I64;
}

/// <summary>Running sums along the axis.</summary>
[Op("graph.cum_sum", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CumSumOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Axis { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Exclusive { get; }

    [Prop(Default = 0L)] public partial long Reverse { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Ordering.CumSum(x[0], x[1].GetInt64(0), Exclusive != 0, Reverse != 0)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>The extents of the dimensions from start to end.</summary>
[Op("graph.shape", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ShapeOfOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Start { get; }

    [Prop] public partial long? End { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Vector<long>(Part(x[0].Shape))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? [Part(a).Length] : null;

    public override IrType? ElementType(int result) => Context.Common.I64;

    private ReadOnlySpan<long> Part(ReadOnlySpan<long> shape)
    {
        int rank = shape.Length;
        long start = Math.Clamp(Start < 0 ? Start + rank : Start, 0, rank), end = End ?? rank;
        end = Math.Clamp(end < 0 ? end + rank : end, start, rank);
        return shape[(int)start..(int)end];
    }
}

/// <summary>The number of elements.</summary>
[Op("graph.size", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SizeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [NdArray.Scalar(x[0].Count)];

    public override long[]? Infer(ShapeArguments s) => [];

    public override IrType? ElementType(int result) => Context.Common.I64;
}

/// <summary>A tensor of one value.</summary>
[Op("graph.constant_of_shape", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConstantOfShapeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Extents { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial ElementsAttr Value { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Fill(x[0].ToInt64s(), GraphTypes.ArrayOf(Value))];

    public override long[]? Infer(ShapeArguments s) => s.List(0) ?? s.Unknown(0);

    public override IrType? ElementType(int result) => Value.ElementType;
}

/// <summary>start, start + delta, ... up to limit, which is not included.</summary>
[Op("graph.range", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class RangeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Start { get; }

    [Operand<AnyTensor>] public partial Value Limit { get; }

    [Operand<AnyTensor>] public partial Value Delta { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Range(x[0], x[1], x[2])];

    public override long[]? Infer(ShapeArguments s) => [Shapes.Unknown];
}

/// <summary>The sum of products that the equation names.</summary>
[Op("graph.einsum", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class EinsumOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial string Equation { get; }

    protected override int SameElements => int.MaxValue;

    public override NdArray[] Evaluate(NdArray[] x) => [Einsum.Apply(Equation, x)];

    public override long[]? Infer(ShapeArguments s) => s.All() is { } all ? Einsum.InferShape(Equation, all) : null;
}

/// <summary>The slices along an axis, or the elements, for which the condition is true.</summary>
[Op("graph.compress", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CompressOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<TruthTensor>] public partial Value Condition { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long? Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Indexing.Compress(x[0], x[1], Axis)];

    public override long[]? Infer(ShapeArguments s) =>
        Axis is not { } axis ? [Shapes.Unknown] : s.Shape(0) is { } a ? Shapes.With(a, Shapes.Axis(axis, a.Length), Shapes.Unknown) : null;
}

/// <summary>The different elements, or slices along an axis: themselves, their first places, the place of each in them, and their counts.</summary>
[Op("graph.unique", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class UniqueOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Result<IndexTensor>] public partial Value First { get; }

    [Result<IndexTensor>] public partial Value Inverse { get; }

    [Result<IndexTensor>] public partial Value Counts { get; }

    [Prop] public partial long? Axis { get; }

    [Prop(Default = 1L)] public partial long Sorted { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var unique = Ordering.Unique(x[0], Axis, Sorted != 0);
        return [unique.Values, unique.First, unique.Inverse, unique.Counts];
    }

    public override long[]?[] InferAll(ShapeArguments s)
    {
        long[]? values = Axis is not { } axis ? [Shapes.Unknown] : s.Shape(0) is { } a ? Shapes.With(a, Shapes.Axis(axis, a.Length), Shapes.Unknown) : null;
        return [values, [Shapes.Unknown], [Shapes.Unknown], [Shapes.Unknown]];
    }

    public override IrType? ElementType(int result) => result == 0 ? GraphTypes.Element(Input) : Context.Common.I64;
}
