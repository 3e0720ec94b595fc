using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>A convolution of stored integers: sum (x - zx)(w - zw) + bias + ((r - zr) &lt;&lt; residual_shift) in wrapping 32 bits, requantized and clipped.</summary>
[Op("graph.quantized_conv", Format = "$input `,` $weight (`bias` $bias^)? (`residual` $residual^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the bias has one i32 for each output channel")]
[Rule("C2", "shift, and multiplier where given, have one entry or one for each output channel; shifts are in 0..31, or 0..62 with a multiplier; multipliers in 0..2^31-1; rounding is up, or f32 with multipliers below 2^24")]
[Rule("C3", "the residual has the result's shape, and residual_shift is in 0..24")]
[Rule("C4", "clip_min <= clip_max, both within the result's storage")]
public sealed partial class QuantizedConvOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Operand<QuantizedWeight>] public partial Value Weight { get; }

    [Operand<AnyTensor>] public partial Value? Bias { get; }

    [Operand<QuantizedTensor>] public partial Value? Residual { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shift { get; }

    [Prop] public partial long[]? Multiplier { get; }

    [Prop(Default = 0L)] public partial long ResidualShift { get; }

    [Prop] public partial long? ClipMin { get; }

    [Prop] public partial long? ClipMax { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = 1L)] public partial long Group { get; }

    /// <summary>`up` for halves up, exactly; `f32` for the product with the factor as f32, halves to even (docs/dialects/quantized-arithmetic.md).</summary>
    [Prop(Default = "up")] public partial string Rounding { get; }

    /// <summary>Strides, dilations and pads, with their defaults.</summary>
    public WindowParams Window => Windows.Of(Strides, Dilations, Pads, "NOTSET");

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedConv.Apply(
            x[0], QuantizedTypes.ZeroOf(Input), x[1], QuantizedTypes.Of(Weight).ZeroPoints, Bias is null ? null : x[2],
            QuantizedRules.Residual(Residual, x, ResidualShift), Window, Group,
            QuantizedRules.Of(Output, Shift, Multiplier, ClipMin, ClipMax, Rounding), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? Conv.InferShape(a, b, Window, Group) : null;

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d)
    {
        long channels = QuantizedRules.Extent(Weight, 0);
        return QuantizedRules.Bias(d, "C1", Bias, channels) && QuantizedRules.Scaling(d, "C2", Shift, Multiplier, channels, Rounding)
            && QuantizedRules.Residual(d, "C3", Residual, Output, ResidualShift) && QuantizedRules.Clip(d, "C4", Output, ClipMin, ClipMax) && base.VerifyOp(d);
    }
}

/// <summary>x (N x K) times the transpose of weight (M x K) on stored integers, with bias, residual and requantization as <see cref="QuantizedConvOp"/>.</summary>
[Op("graph.quantized_gemm", Format = "$input `,` $weight (`bias` $bias^)? (`residual` $residual^)? attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the bias has one i32 for each output channel")]
[Rule("C2", "shift, and multiplier where given, have one entry or one for each output channel; shifts are in 0..31, or 0..62 with a multiplier; multipliers in 0..2^31-1; rounding is up, or f32 with multipliers below 2^24")]
[Rule("C3", "the residual has the result's shape, and residual_shift is in 0..24")]
[Rule("C4", "clip_min <= clip_max, both within the result's storage")]
public sealed partial class QuantizedGemmOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Input { get; }

    [Operand<QuantizedWeight>] public partial Value Weight { get; }

    [Operand<AnyTensor>] public partial Value? Bias { get; }

    [Operand<QuantizedTensor>] public partial Value? Residual { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shift { get; }

    [Prop] public partial long[]? Multiplier { get; }

    [Prop(Default = 0L)] public partial long ResidualShift { get; }

    [Prop] public partial long? ClipMin { get; }

    [Prop] public partial long? ClipMax { get; }

    /// <summary>`up` for halves up, exactly; `f32` for the product with the factor as f32, halves to even (docs/dialects/quantized-arithmetic.md).</summary>
    [Prop(Default = "up")] public partial string Rounding { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedConv.Gemm(
            x[0], QuantizedTypes.ZeroOf(Input), x[1], QuantizedTypes.Of(Weight).ZeroPoints, Bias is null ? null : x[2],
            QuantizedRules.Residual(Residual, x, ResidualShift), QuantizedRules.Of(Output, Shift, Multiplier, ClipMin, ClipMax, Rounding), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s)
    {
        if (!s.Both(out var a, out var b)) return null;
        Shapes.Require(a.Length == 2 && b.Length == 2 && (a[1] == b[1] || a[1] == Shapes.Unknown || b[1] == Shapes.Unknown),
            $"a product of {NdArray.Format(a)} and transposed {NdArray.Format(b)}");
        return [a[0], b[0]];
    }

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d)
    {
        long channels = QuantizedRules.Extent(Weight, 0);
        return QuantizedRules.Bias(d, "C1", Bias, channels) && QuantizedRules.Scaling(d, "C2", Shift, Multiplier, channels, Rounding)
            && QuantizedRules.Residual(d, "C3", Residual, Output, ResidualShift) && QuantizedRules.Clip(d, "C4", Output, ClipMin, ClipMax) && base.VerifyOp(d);
    }
}

/// <summary>The product of the last two dimensions of two quantized activations, the others broadcast, requantized.</summary>
[Op("graph.quantized_matmul", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "shift has one entry in 0..31, or 0..62 with a multiplier; multiplier has one in 0..2^31-1; rounding is up, or f32 with a multiplier below 2^24")]
[Rule("C2", "clip_min <= clip_max, both within the result's storage")]
public sealed partial class QuantizedMatMulOp : GraphOp, IPure
{
    [Operand<QuantizedTensor>] public partial Value Lhs { get; }

    [Operand<QuantizedTensor>] public partial Value Rhs { get; }

    [Result<QuantizedTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shift { get; }

    [Prop] public partial long[]? Multiplier { get; }

    [Prop] public partial long? ClipMin { get; }

    [Prop] public partial long? ClipMax { get; }

    /// <summary>`up` for halves up, exactly; `f32` for the product with the factor as f32, halves to even (docs/dialects/quantized-arithmetic.md).</summary>
    [Prop(Default = "up")] public partial string Rounding { get; }

    public override NdArray[] Evaluate(NdArray[] x) =>
    [
        QuantizedConv.MatMulOf(
            x[0], QuantizedTypes.ZeroOf(Lhs), x[1], QuantizedTypes.ZeroOf(Rhs), QuantizedRules.Of(Output, Shift, Multiplier, ClipMin, ClipMax, Rounding), GraphTypes.KindOf(Output.Type)),
    ];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? MatMul.InferShape(a, b) : null;

    public override IrType? ElementType(int result) => null;

    protected override bool VerifyOp(Diag d) =>
        QuantizedRules.Scaling(d, "C1", Shift, Multiplier, 1, Rounding) && QuantizedRules.Clip(d, "C2", Output, ClipMin, ClipMax) && base.VerifyOp(d);
}
