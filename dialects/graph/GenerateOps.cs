using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>A matrix of the operand's shape: 1 on the k-th diagonal, 0 elsewhere.</summary>
[Op("graph.eye_like", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the operand is a matrix")]
public sealed partial class EyeLikeOp : GraphOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = 0L)] public partial long K { get; }

    protected override bool VerifyRules(Diag d) => d.Require(Input.Type is not RankedTensorType type || type.Shape.Length == 2, "C1", $"'{Input.Type}' is no matrix");

    public override NdArray[] Evaluate(NdArray[] x)
    {
        Shapes.Require(x[0].Rank == 2, "the operand is no matrix");
        return [Generate.Eye(x[0].Shape[0], x[0].Shape[1], K, GraphTypes.KindOf(Output.Type))];
    }

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);

    public override IrType? ElementType(int result) => null;
}

/// <summary>Random numbers: the same for the same seed. Not pure, so that two without a seed are never one.</summary>
public abstract class RandomOp : GraphOp
{
    /// <summary>The generator's start for ONNX's float seed.</summary>
    protected static ulong SeedOf(float? seed) => BitConverter.SingleToUInt32Bits(seed ?? 0);

    public sealed override IrType? ElementType(int result) => null;
}

/// <summary>Uniform random numbers from low to high.</summary>
[Op("graph.random_uniform", Format = "attr-dict `:` type($output)")]
public sealed partial class RandomUniformOp : RandomOp
{
    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shape { get; }

    [Prop(Default = 0f)] public partial float Low { get; }

    [Prop(Default = 1f)] public partial float High { get; }

    [Prop] public partial float? Seed { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Uniform(Shape, GraphTypes.KindOf(Output.Type), Low, High, SeedOf(Seed))];

    public override long[]? Infer(ShapeArguments s) => Shape;
}

/// <summary>Uniform random numbers from low to high, in the operand's shape.</summary>
[Op("graph.random_uniform_like", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class RandomUniformLikeOp : RandomOp
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop(Default = 0f)] public partial float Low { get; }

    [Prop(Default = 1f)] public partial float High { get; }

    [Prop] public partial float? Seed { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Uniform(x[0].Shape, GraphTypes.KindOf(Output.Type), Low, High, SeedOf(Seed))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Normally distributed random numbers.</summary>
[Op("graph.random_normal", Format = "attr-dict `:` type($output)")]
public sealed partial class RandomNormalOp : RandomOp
{
    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop] public partial long[] Shape { get; }

    [Prop(Default = 0f)] public partial float Mean { get; }

    [Prop(Default = 1f)] public partial float Scale { get; }

    [Prop] public partial float? Seed { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Normal(Shape, GraphTypes.KindOf(Output.Type), Mean, Scale, SeedOf(Seed))];

    public override long[]? Infer(ShapeArguments s) => Shape;
}

/// <summary>Normally distributed random numbers, in the operand's shape.</summary>
[Op("graph.random_normal_like", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class RandomNormalLikeOp : RandomOp
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop(Default = 0f)] public partial float Mean { get; }

    [Prop(Default = 1f)] public partial float Scale { get; }

    [Prop] public partial float? Seed { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Normal(x[0].Shape, GraphTypes.KindOf(Output.Type), Mean, Scale, SeedOf(Seed))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>1 with the probability that the operand gives, 0 otherwise.</summary>
[Op("graph.bernoulli", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class BernoulliOp : RandomOp
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop] public partial float? Seed { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Bernoulli(x[0], GraphTypes.KindOf(Output.Type), SeedOf(Seed))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>Classes drawn by their logits, sample_size for each row.</summary>
[Op("graph.multinomial", Format = "operands attr-dict `:` functional-type(operands, results)")]
public sealed partial class MultinomialOp : RandomOp
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Result<IndexTensor>] public partial Value Output { get; }

    [Prop(Default = 1L)] public partial long SampleSize { get; }

    [Prop] public partial float? Seed { get; }

    public override NdArray[] Evaluate(NdArray[] x) => [Generate.Multinomial(x[0], SampleSize, GraphTypes.KindOf(Output.Type), SeedOf(Seed))];

    public override long[]? Infer(ShapeArguments s) => s.Shape(0) is { Length: 2 } a ? [a[0], SampleSize] : null;
}
