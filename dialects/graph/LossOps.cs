using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Names of reductions of losses.</summary>
internal static class LossReductions
{
    public static LossReduction Of(string name) => name switch { "none" => LossReduction.None, "sum" => LossReduction.Sum, _ => LossReduction.Mean };

    public static bool Verify(string name, Diag d) => d.Require(name is "none" or "sum" or "mean", "C1", $"the reduction '{name}' is not none, sum or mean");

    /// <summary>A loss for each target, or one in all.</summary>
    public static long[]? Shape(string name, long[]? target) => name == "none" ? target : [];
}

/// <summary>The negative log-likelihood of the targets, weighted by class.</summary>
[Op("graph.negative_log_likelihood_loss", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the reduction is none, sum or mean")]
public sealed partial class NegativeLogLikelihoodLossOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Input { get; }

    [Operand<IndexTensor>] public partial Value Target { get; }

    [Operand<FloatTensor>] public partial Value? Weight { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Prop(Default = "mean")] public partial string Reduction { get; }

    [Prop] public partial long? IgnoreIndex { get; }

    protected override bool VerifyRules(Diag d) => LossReductions.Verify(Reduction, d);

    public override NdArray[] Evaluate(NdArray[] x) =>
        [Losses.NegativeLogLikelihood(x[0], x[1], x.Length > 2 ? x[2] : null, IgnoreIndex, LossReductions.Of(Reduction))];

    public override long[]? Infer(ShapeArguments s) => LossReductions.Shape(Reduction, s.Shape(1));
}

/// <summary>The cross entropy of the softmax of the scores and the targets. Results: the loss, and the logarithms of the probabilities.</summary>
[Op("graph.softmax_cross_entropy_loss", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "the reduction is none, sum or mean")]
public sealed partial class SoftmaxCrossEntropyLossOp : GraphOp, IPure
{
    [Operand<FloatTensor>] public partial Value Scores { get; }

    [Operand<IndexTensor>] public partial Value Target { get; }

    [Operand<FloatTensor>] public partial Value? Weight { get; }

    [Result<FloatTensor>] public partial Value Output { get; }

    [Result<FloatTensor>] public partial Value LogProbabilities { get; }

    [Prop(Default = "mean")] public partial string Reduction { get; }

    [Prop] public partial long? IgnoreIndex { get; }

    protected override bool VerifyRules(Diag d) => LossReductions.Verify(Reduction, d);

    public override NdArray[] Evaluate(NdArray[] x)
    {
        var loss = Losses.SoftmaxCrossEntropy(x[0], x[1], x.Length > 2 ? x[2] : null, IgnoreIndex, LossReductions.Of(Reduction));
        return [loss.Loss, loss.LogProbabilities];
    }

    public override long[]?[] InferAll(ShapeArguments s) => [LossReductions.Shape(Reduction, s.Shape(1)), s.Shape(0)];
}
