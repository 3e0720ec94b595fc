using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>|x|, for each element.</summary>
[Op("graph.abs", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AbsOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Abs);
}

/// <summary>-x, for each element.</summary>
[Op("graph.neg", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class NegOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Neg);
}

/// <summary>-1, 0 or 1, for each element.</summary>
[Op("graph.sign", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SignOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Sign);
}

/// <summary>The greatest integer not above x, for each element.</summary>
[Op("graph.floor", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class FloorOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Floor);
}

/// <summary>The least integer not below x, for each element.</summary>
[Op("graph.ceil", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CeilOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Ceil);
}

/// <summary>The nearest integer, ties to even, for each element.</summary>
[Op("graph.round", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class RoundOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Round);
}

/// <summary>The square root, for each element.</summary>
[Op("graph.sqrt", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SqrtOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Sqrt);
}

/// <summary>1 / x, for each element.</summary>
[Op("graph.reciprocal", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReciprocalOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Reciprocal);
}

/// <summary>e to the power x, for each element.</summary>
[Op("graph.exp", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ExpOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Exp);
}

/// <summary>The natural logarithm, for each element.</summary>
[Op("graph.log", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LogOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Log);
}

/// <summary>The error function, for each element.</summary>
[Op("graph.erf", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ErfOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Erf);
}

/// <summary>The sine of radians, for each element.</summary>
[Op("graph.sin", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SinOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Sin);
}

/// <summary>The cosine of radians, for each element.</summary>
[Op("graph.cos", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CosOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Cos);
}

/// <summary>The tangent of radians, for each element.</summary>
[Op("graph.tan", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class TanOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Tan);
}

/// <summary>The arc sine, in radians, for each element.</summary>
[Op("graph.asin", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AsinOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Asin);
}

/// <summary>The arc cosine, in radians, for each element.</summary>
[Op("graph.acos", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AcosOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Acos);
}

/// <summary>The arc tangent, in radians, for each element.</summary>
[Op("graph.atan", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AtanOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Atan);
}

/// <summary>The hyperbolic sine, for each element.</summary>
[Op("graph.sinh", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SinhOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Sinh);
}

/// <summary>The hyperbolic cosine, for each element.</summary>
[Op("graph.cosh", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class CoshOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Cosh);
}

/// <summary>The hyperbolic tangent, for each element.</summary>
[Op("graph.tanh", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class TanhOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Tanh);
}

/// <summary>The inverse hyperbolic sine, for each element.</summary>
[Op("graph.asinh", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AsinhOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Asinh);
}

/// <summary>The inverse hyperbolic cosine, for each element.</summary>
[Op("graph.acosh", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AcoshOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Acosh);
}

/// <summary>The inverse hyperbolic tangent, for each element.</summary>
[Op("graph.atanh", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AtanhOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Atanh);
}

/// <summary>1 / (1 + exp(-x)), for each element.</summary>
[Op("graph.sigmoid", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SigmoidOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Sigmoid);
}

/// <summary>ln(exp(x) + 1), for each element.</summary>
[Op("graph.softplus", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SoftplusOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Softplus);
}

/// <summary>x / (1 + |x|), for each element.</summary>
[Op("graph.softsign", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SoftsignOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Softsign);
}

/// <summary>max(x, 0), for each element.</summary>
[Op("graph.relu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ReluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Relu);
}

/// <summary>x max(0, min(1, x / 6 + 1 / 2)), for each element.</summary>
[Op("graph.hard_swish", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class HardSwishOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.HardSwish);
}

/// <summary>x tanh(ln(1 + exp(x))), for each element.</summary>
[Op("graph.mish", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MishOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override UnaryFunction Function => new(UnaryKind.Mish);
}
