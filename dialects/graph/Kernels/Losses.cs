using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

public enum LossReduction { None, Sum, Mean }

/// <summary>Losses over N x C x d1 x ... scores and N x d1 x ... class indices.</summary>
public static class Losses
{
    /// <summary>ONNX NegativeLogLikelihoodLoss; the mean is weighted, and ignored targets count neither above nor below.</summary>
    public static NdArray NegativeLogLikelihood(NdArray logProbabilities, NdArray target, NdArray? weight, long? ignoreIndex, LossReduction reduction)
    {
        var x = logProbabilities;
        Shapes.Require(x.Rank >= 2 && target.Rank == x.Rank - 1 && target.Shape[0] == x.Shape[0] && target.Shape[1..].SequenceEqual(x.Shape[2..]), $"targets {target} do not fit scores {x}");
        Shapes.Require(weight == null || weight.Count == x.Shape[1], "the weights do not fit the classes");
        long classes = x.Shape[1], plane = Shapes.Product(x.Shape[2..]);
        var losses = NdArray.CreateUninitialized(ElementKind.F64, target.Shape);
        var to = losses.Write<double>();
        double sum = 0, weights = 0;
        for (int i = 0; i < to.Length; i++)
        {
            long c = target.GetInt64(i);
            to[i] = 0;
            if (c == ignoreIndex) continue;
            Shapes.Require(c >= 0 && c < classes, $"class {c} is out of range for {classes} classes");
            double w = weight == null ? 1 : weight.GetDouble(c);
            to[i] = -w * x.GetDouble((i / plane * classes + c) * plane + i % plane);
            sum += to[i];
            weights += w;
        }
        if (reduction == LossReduction.None) return Cast.To(losses, x.Kind);
        return Cast.To(NdArray.Scalar(reduction == LossReduction.Sum ? sum : sum / weights), x.Kind);
    }

    /// <summary>ONNX SoftmaxCrossEntropyLoss: the loss, and the logarithms of the probabilities.</summary>
    public static (NdArray Loss, NdArray LogProbabilities) SoftmaxCrossEntropy(
        NdArray scores, NdArray target, NdArray? weight, long? ignoreIndex, LossReduction reduction)
    {
        var log = Softmax.Log(scores, 1);
        return (NegativeLogLikelihood(log, target, weight, ignoreIndex, reduction), log);
    }
}
