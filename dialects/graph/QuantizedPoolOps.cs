using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The mean of each window of stored integers: (sum (x - zx) m + rounding) >> shift, which m and shift make the mean.</summary>
[Op("graph.quantized_average_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "shift is in 0..62 and multiplier in 1..2^31-1")]
public sealed partial class QuantizedAveragePoolOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long Multiplier { get; }

    [Prop] public partial long Shift { get; }

    [Prop] public partial long[] KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = 0L)] public partial long CeilMode { get; }

    [Prop(Default = 0L)] public partial long CountIncludePad { get; }

    /// <summary>Strides, dilations and pads, with their defaults.</summary>
    public WindowParams Window => Windows.Of(Strides, Dilations, Pads, "NOTSET") with { CeilMode = CeilMode != 0 };

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedPool.Average(
            x[0], QuantizedTypes.ZeroOf(Input), KernelShape, Window, CountIncludePad != 0, Multiplier,
            QuantizedRules.Of(Output, [Shift], null, null, null), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a ? Pool.InferShape(a, KernelShape, Window) : null;

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        d.Require(Shift is >= 0 and <= 62 && Multiplier is >= 1 and <= int.MaxValue, "C1", $"shift {Shift} or multiplier {Multiplier} is out of range") && base.VerifyOp(d);
}

/// <summary>The mean over all spatial dimensions of stored integers: (sum (x - zx) m + rounding) >> shift.</summary>
[Op("graph.quantized_global_average_pool", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "shift is in 0..62 and multiplier in 1..2^31-1")]
public sealed partial class QuantizedGlobalAveragePoolOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long Multiplier { get; }

    [Prop] public partial long Shift { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedPool.GlobalAverage(
            x[0], QuantizedTypes.ZeroOf(Input), Multiplier, QuantizedRules.Of(Output, [Shift], null, null, null), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s)
    {
        if (s.Shape(0) is not { } shape) return null;
        Shapes.Require(shape.Length >= 3, "a pool needs N, C and spatial dimensions");
        Array.Fill(shape, 1, 2, shape.Length - 2);
        return shape;
    }

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        d.Require(Shift is >= 0 and <= 62 && Multiplier is >= 1 and <= int.MaxValue, "C1", $"shift {Shift} or multiplier {Multiplier} is out of range") && base.VerifyOp(d);
}
