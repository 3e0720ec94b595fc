using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>scale (x - mean) / sqrt(variance + epsilon) + bias, by channel.</summary>
[Op("graph.batch_normalization", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class BatchNormalizationOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value Bias { get; }

    [Operand<AnyTensor>] public partial Value Mean { get; }

    [Operand<AnyTensor>] public partial Value Variance { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1e-5f)] public partial float Epsilon { get; }

    [Prop(Default = 0.9f)] public partial float Momentum { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Normalization.Batch(x[0], x[1], x[2], x[3], x[4], Epsilon)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Normalizes by the batch's own statistics. Results: the values, and the running mean and variance with this batch's part in them.</summary>
[Op("graph.batch_normalization_training", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class BatchNormalizationTrainingOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value Bias { get; }

    [Operand<AnyTensor>] public partial Value Mean { get; }

    [Operand<AnyTensor>] public partial Value Variance { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Result<AnyTensor>] public partial Value RunningMean { get; }

    [Result<AnyTensor>] public partial Value RunningVariance { get; }

    [Prop(Default = 1e-5f)] public partial float Epsilon { get; }

    [Prop(Default = 0.9f)] public partial float Momentum { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var trained = Normalization.BatchTraining(x[0], x[1], x[2], x[3], x[4], Epsilon, Momentum);
        return [trained.Value, trained.Mean, trained.Variance];
    }

    public override long[]?[] InferAll(ShapeArguments s) => [s.Shape(0), s.Shape(3), s.Shape(4)];

    public override IrType? ElementType(int result) => GraphTypes.Element(result == 0 ? Input : result == 1 ? Mean : Variance);
}

/// <summary>Normalizes each group of channels of each sample by its own mean and variance; scale and bias are by channel.</summary>
[Op("graph.group_normalization", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GroupNormalizationOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value Bias { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long NumGroups { get; }

    [Prop(Default = 1e-5f)] public partial float Epsilon { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Normalization.Group(x[0], NumGroups, x[1], x[2], Epsilon)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Normalizes each channel of each sample by its own mean and variance.</summary>
[Op("graph.instance_normalization", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class InstanceNormalizationOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value Bias { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1e-5f)] public partial float Epsilon { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Normalization.Instance(x[0], x[1], x[2], Epsilon)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Normalizes over the dimensions from the axis on; then scale and bias. More results are the means and the reciprocals of the standard deviations.</summary>
[Op("graph.layer_normalization", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there is one result, or three")]
public sealed partial class LayerNormalizationOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value? Bias { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    /// <summary>Means and reciprocals of standard deviations, or nothing.</summary>
    [Results<AnyTensor>] public partial ResultRange Statistics { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    [Prop(Default = 1e-5f)] public partial float Epsilon { get; }

    [Prop(Default = 1L)] public partial long StashType { get; }

    protected override bool VerifyRules(Diag d) => d.Require(ResultCount is 1 or 3, "C1", $"there are {ResultCount} results");

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var layer = Normalization.Layer(x[0], x[1], x.Length > 2 ? x[2] : null, Axis, Epsilon);
        return ResultCount == 1 ? [layer.Value] : [layer.Value, layer.Mean, layer.InvStdDev];
    }

    public override long[]?[] InferAll(ShapeArguments s)
    {
        if (s.Shape(0) is not { } a) return new long[]?[ResultCount];
        long[] statistics = [.. a];
        for (int i = Shapes.Axis(Axis, a.Length); i < statistics.Length; i++) statistics[i] = 1;
        return [a, statistics, statistics];
    }

    public override IrType? ElementType(int result) => result == 0 ? GraphTypes.Element(Input) : Context.Common.F32;
}

/// <summary>(x - mean) / sqrt(variance) over the axes.</summary>
[Op("graph.mean_variance_normalization", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MeanVarianceNormalizationOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? Axes { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Normalization.MeanVariance(x[0], Axes ?? [0, 2, 3])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>x divided by its p-norm along the axis.</summary>
[Op("graph.lp_normalization", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LpNormalizationOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    [Prop(Default = 2L)] public partial long P { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Normalization.Lp(x[0], Axis, P)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Local response normalization over size neighbouring channels.</summary>
[Op("graph.lrn", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LRNOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long Size { get; }

    [Prop(Default = 0.0001f)] public partial float Alpha { get; }

    [Prop(Default = 0.75f)] public partial float Beta { get; }

    [Prop(Default = 1f)] public partial float Bias { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Normalization.Lrn(x[0], Size, Alpha, Beta, Bias)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>exp(x) over its sum along the axis.</summary>
[Op("graph.softmax", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SoftmaxOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Softmax.Apply(x[0], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>The logarithm of the softmax along the axis.</summary>
[Op("graph.log_softmax", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LogSoftmaxOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Softmax.Log(x[0], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>1 at the first greatest element along the axis, 0 elsewhere.</summary>
[Op("graph.hardmax", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class HardmaxOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = -1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Ordering.Hardmax(x[0], Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Combines the elements along the axes, or all, as Sum says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_sum", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceSumOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.Sum;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as Mean says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_mean", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceMeanOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.Mean;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as Prod says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_prod", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceProdOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.Prod;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as Max says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_max", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceMaxOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.Max;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as Min says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_min", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceMinOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.Min;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as L1 says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_l1", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceL1Op : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.L1;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as L2 says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_l2", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceL2Op : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.L2;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as SumSquare says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_sum_square", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceSumSquareOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.SumSquare;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as LogSum says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_log_sum", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceLogSumOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.LogSum;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}

/// <summary>Combines the elements along the axes, or all, as LogSumExp says; without axes and with noop_with_empty_axes nothing is done.</summary>
[Op("graph.reduce_log_sum_exp", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReduceLogSumExpOp : ReduceOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value? Axes { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Keepdims { get; }

    [Prop(Default = 0L)] public partial long NoopWithEmptyAxes { get; }

    protected override ReduceKind Kind => ReduceKind.LogSumExp;

    protected override bool KeepDims => Keepdims != 0;

    protected override bool Noop => NoopWithEmptyAxes != 0;
}
