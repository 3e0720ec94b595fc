using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The same elements in another shape: 0 keeps an extent (unless allowzero), -1 is what remains.</summary>
[Op("graph.reshape", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReshapeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Extents { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Allowzero { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Reshape(x[0], x[1].ToInt64s(), Allowzero != 0)];

    public override long[]? Infer(ShapeArguments s) => s.List(1) is { } wanted && s.Shape(0) is { } a ? Moves.InferReshape(a, wanted, Allowzero != 0) : s.Unknown(1);
}

/// <summary>A matrix: the dimensions before the axis, and those from it on.</summary>
[Op("graph.flatten", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class FlattenOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Flatten(x[0], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Moves.InferFlatten(a, Axis) : null;
}

/// <summary>Drops dimensions of extent 1: those named, or all.</summary>
[Op("graph.squeeze", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SqueezeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Squeeze(x[0], x.Length > 1 ? x[1].ToInt64s() : [], x.Length == 1)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && (OperandCount == 1 || s.List(1) is not null) ? Moves.InferSqueeze(a, s.List(1) ?? [], OperandCount == 1) : null;
}

/// <summary>Adds dimensions of extent 1 at the axes of the result.</summary>
[Op("graph.unsqueeze", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class UnsqueezeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Unsqueeze(x[0], x[1].ToInt64s())];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.List(1) is { } axes ? Moves.InferUnsqueeze(a, axes) : null;
}

/// <summary>Permutes the dimensions: result dimension i is input dimension perm[i]; reversed without perm.</summary>
[Op("graph.transpose", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class TransposeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? Perm { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Transpose(x[0], Perm ?? [])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Moves.InferTranspose(a, Perm ?? []) : null;
}

/// <summary>Joins tensors along one axis.</summary>
[Op("graph.concat", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConcatOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long Axis { get; }

    protected override int SameElements => int.MaxValue;

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Concat(x, Axis)];

    public override long[]? Infer(ShapeArguments s) => s.All() is { } all ? Moves.InferConcat(all, Axis) : null;
}

/// <summary>From starts to ends (exclusive) by steps, along the axes; negative numbers count from the back. The operands after ends are axes and steps.</summary>
[Op("graph.slice", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SliceOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Starts { get; }

    [Operand<AnyTensor>] public partial Value Ends { get; }

    [Operands<AnyTensor>(Min = 0)] public partial OperandRange AxesAndSteps { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
        [Moves.Slice(x[0], x[1].ToInt64s(), x[2].ToInt64s(), x.Length > 3 ? x[3].ToInt64s() : [], x.Length > 4 ? x[4].ToInt64s() : [])];

    public override long[]? Infer(ShapeArguments s)
    {
        if (s.Shape(0) is not { } a) return null;
        for (int i = 1; i < OperandCount; i++)
            if (s.List(i) is null) return s.AnyOfRank(a.Length);
        return Moves.ResolveSlice(a, s.List(1)!, s.List(2)!, OperandCount > 3 ? s.List(3)! : [], OperandCount > 4 ? s.List(4)! : []).Shape;
    }
}

/// <summary>Repeats to a shape by broadcasting.</summary>
[Op("graph.expand", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ExpandOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Extents { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Expand(x[0], x[1].ToInt64s())];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.List(1) is { } b ? Shapes.Broadcast(a, b) : null;
}

/// <summary>Repeats the tensor along each dimension.</summary>
[Op("graph.tile", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class TileOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Repeats { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Tile(x[0], x[1].ToInt64s())];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.List(1) is { } b ? Moves.InferTile(a, b) : null;
}

/// <summary>Moves blocks of channels into space; mode DCR or CRD.</summary>
[Op("graph.depth_to_space", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DepthToSpaceOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long Blocksize { get; }

    [Prop(Default = "DCR")] public partial string Mode { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.DepthToSpace(x[0], Blocksize, Mode == "CRD")];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Moves.InferDepthToSpace(a, Blocksize) : null;
}

/// <summary>Moves blocks of space into channels.</summary>
[Op("graph.space_to_depth", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SpaceToDepthOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long Blocksize { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.SpaceToDepth(x[0], Blocksize)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Moves.InferSpaceToDepth(a, Blocksize) : null;
}

/// <summary>The upper or lower triangle from the k-th diagonal.</summary>
[Op("graph.trilu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class TriluOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? K { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Upper { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.Trilu(x[0], x.Length > 1 ? x[1].GetInt64(0) : 0, Upper != 0)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Adds elements around: all starts, then all ends; negative numbers remove.</summary>
[Op("graph.pad", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class PadOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Pads { get; }

    [Operand<AnyTensor>] public partial Value? Value { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = "constant")] public partial string Mode { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        PadMode mode = Mode switch { "reflect" => PadMode.Reflect, "edge" => PadMode.Edge, "wrap" => PadMode.Wrap, _ => PadMode.Constant };
        return [Padding.Apply(x[0], x[1].ToInt64s(), mode, x.Length > 2 ? x[2] : null)];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.List(1) is { } pads ? Padding.InferShape(a, pads) : null;
}

/// <summary>Cuts along the axis into parts: of the given extents, or equal.</summary>
[Op("graph.split", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SplitOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Sizes { get; }

    [Results<AnyTensor>(Min = 1)] public partial ResultRange Outputs { get; }

    [Prop(Default = 0L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
        Moves.Split(x[0], Axis, Moves.SplitSizes(x[0].Shape[Shapes.Axis(Axis, x[0].Rank)], x.Length > 1 ? x[1].ToInt64s() : [], ResultCount));

    public override long[]?[] InferAll(ShapeArguments s)
    {
        var shapes = new long[]?[ResultCount];
        if (s.Shape(0) is not { } a || (OperandCount > 1 && s.List(1) is null)) return shapes;
        int at = Shapes.Axis(Axis, a.Length);
        long[] sizes = a[at] == Shapes.Unknown ? new long[ResultCount] : Moves.SplitSizes(a[at], s.List(1) ?? [], ResultCount);
        for (int i = 0; i < shapes.Length; i++) shapes[i] = Shapes.With(a, at, a[at] == Shapes.Unknown ? Shapes.Unknown : sizes[i]);
        return shapes;
    }
}

/// <summary>Reverses the first elements of each sequence.</summary>
[Op("graph.reverse_sequence", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReverseSequenceOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Lengths { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long BatchAxis { get; }

    [Prop(Default = 0L)] public partial long TimeAxis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Moves.ReverseSequence(x[0], x[1].ToInt64s(), BatchAxis, TimeAxis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}
