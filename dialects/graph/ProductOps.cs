using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>The matrix product of the last two dimensions, with numpy's broadcasting of the others.</summary>
[Op("graph.matmul", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MatMulOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override int SameElements => 3;

    public override NdArray[] Evaluate(NdArray[] x) => [MatMul.Apply(x[0], x[1])];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? MatMul.InferShape(a, b) : null;
}

/// <summary>alpha A B + beta C, with A and B transposed where asked.</summary>
[Op("graph.gemm", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GemmOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value A { get; }

    [Operand<AnyTensor>] public partial Value B { get; }

    [Operand<AnyTensor>] public partial Value? C { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1f)] public partial float Alpha { get; }

    [Prop(Default = 1f)] public partial float Beta { get; }

    [Prop("transA", Default = 0L)] public partial long TransA { get; }

    [Prop("transB", Default = 0L)] public partial long TransB { get; }

    protected override int SameElements => 3;

    public override NdArray[] Evaluate(NdArray[] x) => [MatMul.Gemm(x[0], x[1], x.Length > 2 ? x[2] : null, new(Alpha, Beta, TransA != 0, TransB != 0))];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) && a.Length == 2 && b.Length == 2 ? [a[TransA != 0 ? 1 : 0], b[TransB != 0 ? 0 : 1]] : null;
}

/// <summary>A convolution, N x C x spatial by M x C / group x kernel: correlation, as ONNX's Conv.</summary>
[Op("graph.conv", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConvOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Weight { get; }

    [Operand<AnyTensor>] public partial Value? Bias { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 1L)] public partial long Group { get; }

    protected override int SameElements => 3;

    public override NdArray[] Evaluate(NdArray[] x) => [Conv.Apply(x[0], x[1], x.Length > 2 ? x[2] : null, Windows.Of(Strides, Dilations, Pads, AutoPad), Group)];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? Conv.InferShape(a, b, Windows.Of(Strides, Dilations, Pads, AutoPad), Group) : null;
}

/// <summary>The transpose (gradient) of a convolution.</summary>
[Op("graph.conv_transpose", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConvTransposeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Weight { get; }

    [Operand<AnyTensor>] public partial Value? Bias { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 1L)] public partial long Group { get; }

    [Prop] public partial long[]? OutputPadding { get; }

    [Prop] public partial long[]? OutputShape { get; }

    protected override int SameElements => 3;

    public override NdArray[] Evaluate(NdArray[] x) => [Conv.Transposed(x[0], x[1], x.Length > 2 ? x[2] : null, Windows.Of(Strides, Dilations, Pads, AutoPad), Group, OutputPadding ?? [], OutputShape ?? [])];

    public override long[]? Infer(ShapeArguments s)
    {
        if (!s.Both(out var a, out var b)) return null;
        if (a.AsSpan().IndexOf(Shapes.Unknown) >= 0 || b.AsSpan().IndexOf(Shapes.Unknown) >= 0) return s.AnyOfRank(a.Length);
        return Conv.InferTransposedShape(a, b, Windows.Of(Strides, Dilations, Pads, AutoPad), Group, OutputPadding ?? [], OutputShape ?? []);
    }
}

/// <summary>The matrix product of 8-bit integers less their zero points, in i32.</summary>
[Op("graph.matmul_integer", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MatMulIntegerOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Operands<AnyTensor>(Min = 0)] public partial OperandRange ZeroPoints { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [MatMul.Integer(x[0], x[1], x.Length > 2 ? x[2] : null, x.Length > 3 ? x[3] : null)];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? MatMul.InferShape(a, b) : null;

    public override IrType? ElementType(int result) => Context.Common.I32;
}

/// <summary>A convolution of 8-bit integers less their zero points, in i32.</summary>
[Op("graph.conv_integer", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ConvIntegerOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Weight { get; }

    [Operands<AnyTensor>(Min = 0)] public partial OperandRange ZeroPoints { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 1L)] public partial long Group { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Conv.Integer(x[0], x[1], x.Length > 2 ? x[2] : null, x.Length > 3 ? x[3] : null, Windows.Of(Strides, Dilations, Pads, AutoPad), Group)];

    public override long[]? Infer(ShapeArguments s) => s.Both(out var a, out var b) ? Conv.InferShape(a, b, Windows.Of(Strides, Dilations, Pads, AutoPad), Group) : null;

    public override IrType? ElementType(int result) => Context.Common.I32;
}

/// <summary>A convolution of quantized tensors: input, scale, zero point; weight, scale, zero point; the result's scale and zero point; bias.</summary>
[Op("graph.qlinear_conv", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class QLinearConvOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 8)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial long[]? KernelShape { get; }

    [Prop] public partial long[]? Strides { get; }

    [Prop] public partial long[]? Dilations { get; }

    [Prop] public partial long[]? Pads { get; }

    [Prop(Default = "NOTSET")] public partial string AutoPad { get; }

    [Prop(Default = 1L)] public partial long Group { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Conv.QLinear(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x.Length > 8 ? x[8] : null, Windows.Of(Strides, Dilations, Pads, AutoPad), Group)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.Shape(3) is { } b ? Conv.InferShape(a, b, Windows.Of(Strides, Dilations, Pads, AutoPad), Group) : null;

    public override IrType? ElementType(int result) => GraphTypes.Element(Inputs[7]);
}

/// <summary>The matrix product of quantized tensors: a, scale, zero point; b, scale, zero point; the result's scale and zero point.</summary>
[Op("graph.qlinear_matmul", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there are eight operands")]
public sealed partial class QLinearMatMulOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 8)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override bool VerifyRules(Diag d) => d.Require(Inputs.Count == 8, "C1", $"there are {Inputs.Count} operands");

    public override NdArray[] Evaluate(NdArray[] x)
    {
        double scale = x[1].GetDouble(0) * x[4].GetDouble(0) / x[6].GetDouble(0);
        return [Quantize.Requantize(MatMul.Integer(x[0], x[3], x[2], x[5]), [scale], x[7], x[7].Kind, 0)];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { } a && s.Shape(3) is { } b ? MatMul.InferShape(a, b) : null;

    public override IrType? ElementType(int result) => GraphTypes.Element(Inputs[7]);
}

/// <summary>The determinants of the matrices in the last two dimensions.</summary>
[Op("graph.det", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DetOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Signal.Determinant(x[0])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { Length: >= 2 } a ? a[..^2] : null;
}
