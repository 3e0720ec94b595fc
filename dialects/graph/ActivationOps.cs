using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>x where it is not negative, alpha x elsewhere.</summary>
[Op("graph.leaky_relu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LeakyReluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0.01f)] public partial float Alpha { get; }

    protected override UnaryFunction Function => new(UnaryKind.LeakyRelu, Alpha);
}

/// <summary>x where it is not negative, alpha (exp(x) - 1) elsewhere.</summary>
[Op("graph.elu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class EluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1f)] public partial float Alpha { get; }

    protected override UnaryFunction Function => new(UnaryKind.Elu, Alpha);
}

/// <summary>max(0, x) + min(0, alpha (exp(x / alpha) - 1)).</summary>
[Op("graph.celu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CeluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1f)] public partial float Alpha { get; }

    protected override UnaryFunction Function => new(UnaryKind.Celu, Alpha);
}

/// <summary>gamma x where it is positive, gamma alpha (exp(x) - 1) elsewhere.</summary>
[Op("graph.selu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SeluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1.67326319217681884765625f)] public partial float Alpha { get; }

    [Prop(Default = 1.05070102214813232421875f)] public partial float Gamma { get; }

    protected override UnaryFunction Function => new(UnaryKind.Selu, Alpha, Gamma);
}

/// <summary>max(0, min(1, alpha x + beta)).</summary>
[Op("graph.hard_sigmoid", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class HardSigmoidOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0.2f)] public partial float Alpha { get; }

    [Prop(Default = 0.5f)] public partial float Beta { get; }

    protected override UnaryFunction Function => new(UnaryKind.HardSigmoid, Alpha, Beta);
}

/// <summary>x where it is above alpha, 0 elsewhere.</summary>
[Op("graph.thresholded_relu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ThresholdedReluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1f)] public partial float Alpha { get; }

    protected override UnaryFunction Function => new(UnaryKind.ThresholdedRelu, Alpha);
}

/// <summary>x moved towards 0 by bias where |x| is above lambd, 0 elsewhere.</summary>
[Op("graph.shrink", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ShrinkOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0.5f)] public partial float Lambd { get; }

    [Prop(Default = 0f)] public partial float Bias { get; }

    protected override UnaryFunction Function => new(UnaryKind.Shrink, Lambd, Bias);
}

/// <summary>Logical negation.</summary>
[Op("graph.not", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class NotOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Not(x[0])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>The operand itself.</summary>
[Op("graph.identity", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class IdentityOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [x[0]];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>The operand itself: nothing is dropped outside training.</summary>
[Op("graph.dropout", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DropoutOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [x[0]];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Dropout where the third operand may say that training is on. Evaluated only where nothing is dropped: numbers drawn at random have no one right value.</summary>
[Op("graph.dropout_training", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DropoutTrainingOp : GraphOp
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Ratio { get; }

    [Operand<TruthTensor>] public partial Value Training { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        if (x[2].GetInt64(0) != 0 && x[1].GetDouble(0) != 0) throw new EvaluationException("in training elements are dropped at random");
        return [x[0]];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>min(max(x, low), high), for each element; the limits are scalars.</summary>
[Op("graph.clip", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ClipOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Operand<AnyTensor>] public partial Value Low { get; }

    [Operand<AnyTensor>] public partial Value High { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Clip(x[0], x[1], x[2])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>The elements as those of another type, which is the result's; floats are rounded to nearest, and towards 0 to integers.</summary>
[Op("graph.cast", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CastOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Kernels.Cast.To(x[0], GraphTypes.KindOf(Output.Type))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => null;
}

/// <summary>Whether an element is not a number.</summary>
[Op("graph.is_nan", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class IsNaNOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.IsNaN(x[0])];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>Whether an element is infinite.</summary>
[Op("graph.is_inf", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class IsInfOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long DetectNegative { get; }

    [Prop(Default = 1L)] public partial long DetectPositive { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.IsInf(x[0], DetectNegative != 0, DetectPositive != 0)];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => Context.Common.I1;
}
