using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>A step of an optimizer: the rate, the count of steps, then the tensors, their gradients and the states, each as many.</summary>
public abstract class OptimizerOp : GraphOp
{
    /// <summary>Tensors, gradients and states for each tensor that is trained.</summary>
    protected abstract int Parts { get; }

    protected bool VerifyParts(Diag d) => d.Require(
        OperandCount >= 2 && (OperandCount - 2) % Parts == 0 && ResultCount == (OperandCount - 2) / Parts * (Parts - 1), "C1",
        $"{OperandCount} operands and {ResultCount} results are not those of tensors with {Parts - 1} values each");

    protected sealed override bool VerifyRules(Diag d) => VerifyParts(d);

    public sealed override NdArray[] Evaluate(NdArray[] x)
    {
        int count = (x.Length - 2) / Parts;
        var all = new NdArray[count * (Parts - 1)];
        for (int i = 0; i < count; i++)
        {
            var own = new NdArray[Parts];
            for (int p = 0; p < Parts; p++) own[p] = x[2 + p * count + i];
            NdArray[] next = Step(x[0].GetDouble(0), x[1].GetInt64(0), own);
            for (int p = 0; p < next.Length; p++) all[p * count + i] = next[p];
        }
        return all;
    }

    protected abstract NdArray[] Step(double rate, long step, NdArray[] x);

    public sealed override long[]?[] InferAll(ShapeArguments s)
    {
        int count = (OperandCount - 2) / Parts;
        var shapes = new long[]?[ResultCount];
        for (int i = 0; i < shapes.Length; i++) shapes[i] = s.Shape(2 + i % count);
        return shapes;
    }

    public sealed override IrType? ElementType(int result) => GraphTypes.Element(Operand(2 + result % ((OperandCount - 2) / Parts)));
}

/// <summary>A step of Adagrad (Duchi et al. 2011).</summary>
[Op("graph.adagrad", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there are as many gradients and sums of squares as tensors, and a tensor and a sum for each result")]
public sealed partial class AdagradOp : OptimizerOp, IPure
{
    [Operands<AnyTensor>(Min = 2)] public partial OperandRange Inputs { get; }

    [Results<AnyTensor>] public partial ResultRange Outputs { get; }

    [Prop(Default = 0f)] public partial float DecayFactor { get; }

    [Prop(Default = 1e-6f)] public partial float Epsilon { get; }

    [Prop(Default = 0f)] public partial float NormCoefficient { get; }

    protected override int Parts => 3;

    protected override NdArray[] Step(double rate, long step, NdArray[] x)
    {
        var a = Training.Adagrad(rate, step, x[0], x[1], x[2], DecayFactor, Epsilon, NormCoefficient);
        return [a.X, a.H];
    }
}

/// <summary>A step of Adam (Kingma and Ba 2015).</summary>
[Op("graph.adam", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there are as many gradients and moments as tensors, and a tensor and two moments for each result")]
public sealed partial class AdamOp : OptimizerOp, IPure
{
    [Operands<AnyTensor>(Min = 2)] public partial OperandRange Inputs { get; }

    [Results<AnyTensor>] public partial ResultRange Outputs { get; }

    [Prop(Default = 0.9f)] public partial float Alpha { get; }

    [Prop(Default = 0.999f)] public partial float Beta { get; }

    [Prop(Default = 1e-6f)] public partial float Epsilon { get; }

    [Prop(Default = 0f)] public partial float NormCoefficient { get; }

    [Prop(Default = 0f)] public partial float NormCoefficientPost { get; }

    protected override int Parts => 4;

    protected override NdArray[] Step(double rate, long step, NdArray[] x)
    {
        var a = Training.Adam(rate, step, x[0], x[1], x[2], x[3], Alpha, Beta, Epsilon, NormCoefficient, NormCoefficientPost);
        return [a.X, a.V, a.H];
    }
}

/// <summary>A step of gradient descent with momentum, Nesterov's where the mode says so.</summary>
[Op("graph.momentum", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there are as many gradients and momenta as tensors, and a tensor and a momentum for each result")]
public sealed partial class MomentumOp : OptimizerOp, IPure
{
    [Operands<AnyTensor>(Min = 2)] public partial OperandRange Inputs { get; }

    [Results<AnyTensor>] public partial ResultRange Outputs { get; }

    [Prop] public partial float Alpha { get; }

    [Prop] public partial float Beta { get; }

    [Prop] public partial string Mode { get; }

    [Prop] public partial float NormCoefficient { get; }

    protected override int Parts => 3;

    protected override NdArray[] Step(double rate, long step, NdArray[] x)
    {
        var m = Training.Momentum(rate, step, x[0], x[1], x[2], Alpha, Beta, NormCoefficient, Mode == "nesterov");
        return [m.X, m.V];
    }
}
