using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>a + b, with broadcasting.</summary>
[Op("graph.add", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AddOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.Add, x[0], x[1])];
}

/// <summary>a - b, with broadcasting.</summary>
[Op("graph.sub", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SubOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.Sub, x[0], x[1])];
}

/// <summary>a b, with broadcasting.</summary>
[Op("graph.mul", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MulOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.Mul, x[0], x[1])];
}

/// <summary>a / b; integers are divided towards 0, with broadcasting.</summary>
[Op("graph.div", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class DivOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.Div, x[0], x[1])];
}

/// <summary>Logical and, with broadcasting.</summary>
[Op("graph.and", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class AndOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.And, x[0], x[1])];
}

/// <summary>Logical or, with broadcasting.</summary>
[Op("graph.or", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class OrOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.Or, x[0], x[1])];
}

/// <summary>Logical exclusive or, with broadcasting.</summary>
[Op("graph.xor", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class XorOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.Xor, x[0], x[1])];
}

/// <summary>a where it is not negative, a b elsewhere, with broadcasting.</summary>
[Op("graph.prelu", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class PReluOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(BinaryKind.PRelu, x[0], x[1])];
}

/// <summary>a to the power b, with broadcasting; the result has the element type of a.</summary>
[Op("graph.pow", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class PowOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override int SameElements => 0;

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Pow(x[0], x[1])];
}

/// <summary>The remainder of a / b: with the sign of b, or with fmod that of a.</summary>
[Op("graph.mod", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class ModOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long Fmod { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(Fmod != 0 ? BinaryKind.FMod : BinaryKind.Mod, x[0], x[1])];
}

/// <summary>The bits of a moved by b places to the left or right.</summary>
[Op("graph.bit_shift", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class BitShiftOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial string Direction { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Apply(Direction == "LEFT" ? BinaryKind.ShiftLeft : BinaryKind.ShiftRight, x[0], x[1])];
}

/// <summary>Whether a is equal to b, with broadcasting.</summary>
[Op("graph.equal", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class EqualOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Compare(CompareKind.Equal, x[0], x[1])];

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>Whether a is less than b, with broadcasting.</summary>
[Op("graph.less", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LessOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Compare(CompareKind.Less, x[0], x[1])];

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>Whether a is at most b, with broadcasting.</summary>
[Op("graph.less_or_equal", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class LessOrEqualOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Compare(CompareKind.LessOrEqual, x[0], x[1])];

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>Whether a is greater than b, with broadcasting.</summary>
[Op("graph.greater", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GreaterOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Compare(CompareKind.Greater, x[0], x[1])];

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>Whether a is at least b, with broadcasting.</summary>
[Op("graph.greater_or_equal", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class GreaterOrEqualOp : BinaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Compare(CompareKind.GreaterOrEqual, x[0], x[1])];

    public override IrType? ElementType(int result) => Context.Common.I1;
}

/// <summary>a where the condition holds, b elsewhere, with broadcasting.</summary>
[Op("graph.where", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class WhereOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Condition { get; }

    [Operand<AnyTensor>] public partial Value Lhs { get; }

    [Operand<AnyTensor>] public partial Value Rhs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Where(x[0], x[1], x[2])];

    public override long[]? Infer(ShapeArguments s) => s.Broadcast(3);

    public override IrType? ElementType(int result) => GraphTypes.Element(Lhs);
}

/// <summary>The sum of all operands, element by element, with broadcasting.</summary>
[Op("graph.sum", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class SumOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override int SameElements => int.MaxValue;

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Fold(BinaryKind.Add, x)];

    public override long[]? Infer(ShapeArguments s) => s.Broadcast(OperandCount);
}

/// <summary>The greatest of all operands, element by element, with broadcasting.</summary>
[Op("graph.max", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MaxOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override int SameElements => int.MaxValue;

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Fold(BinaryKind.Max, x)];

    public override long[]? Infer(ShapeArguments s) => s.Broadcast(OperandCount);
}

/// <summary>The least of all operands, element by element, with broadcasting.</summary>
[Op("graph.min", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MinOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override int SameElements => int.MaxValue;

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Fold(BinaryKind.Min, x)];

    public override long[]? Infer(ShapeArguments s) => s.Broadcast(OperandCount);
}

/// <summary>The mean of all operands, element by element, with broadcasting.</summary>
[Op("graph.mean", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MeanOp : GraphOp, IPure
{
    [Operands<AnyTensor>(Min = 1)] public partial OperandRange Inputs { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    protected override int SameElements => int.MaxValue;

    public override NdArray[] Evaluate(NdArray[] x) => [Binary.Mean(x)];

    public override long[]? Infer(ShapeArguments s) => s.Broadcast(OperandCount);
}
