using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The greatest element of each window; and where it stands, counted over the whole tensor, where that is asked for.</summary>
[Op("graph.max_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MaxPoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Result<IndexTensor>] public partial Value? Indices { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 0L)] public partial long CeilMode { get; }

    [Prop(Default = 0L)] public partial long StorageOrder { get; }

    private WindowParams Window => Windows.Of(Strides, Dilations, Pads, AutoPad) with { CeilMode = CeilMode != 0 };

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var (value, indices) = Pool.Max(x[0], KernelShape ?? [], Window, ResultCount > 1, StorageOrder != 0);
        return ResultCount > 1 ? [value, indices!] : [value];
    }

    public override long[]?[] InferAll(ShapeArguments s)
    {
        long[]? shape = s.Shape(0) is { } a && KernelShape is { } k ? Pool.InferShape(a, k, Window) : null;
        return [shape, shape];
    }

    public override IrType? ElementType(int result) => result == 0 ? GraphTypes.Element(Input) : Context.Common.I64;
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

/// <summary>Puts each element where its index says, and zeros elsewhere: what max_pool took away.</summary>
[Op("graph.max_unpool", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MaxUnpoolOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<IndexTensor>] public partial Value Indices { get; }

    [Operand<IndexTensor>] public partial Value? Extents { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[] KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Pads { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
        [Pool.MaxUnpool(x[0], x[1], KernelShape, Windows.Of(Strides, null, Pads, "NOTSET"), x.Length > 2 ? x[2].ToInt64s() : [])];

    public override long[]? Infer(ShapeArguments s)
    {
        if (s.Shape(0) is not { } a || Extents is not null) return s.List(2) ?? (Extents is not null ? s.Unknown(2) : null);
        for (int i = 2; i < a.Length; i++)
        {
            int k = i - 2, rank = a.Length - 2;
            if (a[i] >= 0) a[i] = (a[i] - 1) * (Strides?[k] ?? 1) + KernelShape[k] - (Pads is null ? 0 : Pads[k] + Pads[k + rank]);
        }
        return a;
    }
}
