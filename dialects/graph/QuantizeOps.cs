using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>saturate(round(x / scale) + zero point), ties to even; by tensor, or along the axis. The result has the zero point's type, or ui8.</summary>
[Op("graph.quantize_linear", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class QuantizeLinearOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value? ZeroPoint { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Quantize.Linear(x[0], x[1], x.Length > 2 ? x[2] : null, Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => ZeroPoint is { } zero ? GraphTypes.Element(zero) : GraphTypes.TypeOf(Context, ElementKind.U8);
}

/// <summary>(x - zero point) scale; by tensor, or along the axis. The result has the scale's type.</summary>
[Op("graph.dequantize_linear", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DequantizeLinearOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Scale { get; }

    [Operand<AnyTensor>] public partial Value? ZeroPoint { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long Axis { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Quantize.Dequantize(x[0], x[1], x.Length > 2 ? x[2] : null, Axis)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => GraphTypes.Element(Scale);
}

/// <summary>Quantizes to ui8 by the range of the values: the values, the scale and the zero point.</summary>
[Op("graph.dynamic_quantize_linear", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DynamicQuantizeLinearOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Result<AnyTensor>] public partial Value Scale { get; }

    [Result<AnyTensor>] public partial Value ZeroPoint { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var q = Quantize.Dynamic(x[0]);
        return [q.Value, q.Scale, q.Zero];
    }

    public override long[]?[] InferAll(ShapeArguments s) => [s.Shape(0), [], []];

    public override IrType? ElementType(int result) => GraphTypes.TypeOf(Context, result == 1 ? ElementKind.F32 : ElementKind.U8);
}
