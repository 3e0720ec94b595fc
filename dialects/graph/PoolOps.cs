using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The greatest element of each window.</summary>
[Op("graph.max_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MaxPoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 0L)] public partial long CeilMode { get; }

    [Prop(Default = 0L)] public partial long StorageOrder { get; }

    private WindowParams Window => Windows.Of(Strides, Dilations, Pads, AutoPad) with { CeilMode = CeilMode != 0 };

    public override NdArray[] Evaluate(NdArray[] x) => [Pool.Max(x[0], KernelShape ?? [], Window, false, false).Value];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && KernelShape is { } k ? Pool.InferShape(a, k, Window) : null;
}

/// <summary>The mean of each window; padding counts where asked.</summary>
[Op("graph.average_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AveragePoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 0L)] public partial long CeilMode { get; }

    [Prop(Default = 0L)] public partial long CountIncludePad { get; }

    private WindowParams Window => Windows.Of(Strides, Dilations, Pads, AutoPad) with { CeilMode = CeilMode != 0 };

    public override NdArray[] Evaluate(NdArray[] x) => [Pool.Average(x[0], KernelShape ?? [], Window, CountIncludePad != 0)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && KernelShape is { } k ? Pool.InferShape(a, k, Window) : null;
}

/// <summary>The p-norm of each window.</summary>
[Op("graph.lp_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LpPoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 0L)] public partial long CeilMode { get; }

    [Prop(Default = 2L)] public partial long P { get; }

    private WindowParams Window => Windows.Of(Strides, Dilations, Pads, AutoPad) with { CeilMode = CeilMode != 0 };

    public override NdArray[] Evaluate(NdArray[] x) => [Pool.Lp(x[0], KernelShape ?? [], Window, P)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && KernelShape is { } k ? Pool.InferShape(a, k, Window) : null;
}

/// <summary>The mean of the elements of each channel; spatial extents become 1.</summary>
[Op("graph.global_average_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GlobalAveragePoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Pool.GlobalAverage(x[0])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { Length: > 2 } a ? [a[0], a[1], .. Enumerable.Repeat(1L, a.Length - 2)] : null;
}

/// <summary>The greatest of the elements of each channel; spatial extents become 1.</summary>
[Op("graph.global_max_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GlobalMaxPoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Pool.GlobalMax(x[0])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { Length: > 2 } a ? [a[0], a[1], .. Enumerable.Repeat(1L, a.Length - 2)] : null;
}

/// <summary>The p-norm of the elements of each channel; spatial extents become 1.</summary>
[Op("graph.global_lp_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GlobalLpPoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 2L)] public partial long P { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Pool.GlobalLp(x[0], P)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { Length: > 2 } a ? [a[0], a[1], .. Enumerable.Repeat(1L, a.Length - 2)] : null;
}
