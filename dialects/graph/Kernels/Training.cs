using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>One step of the optimizers of ai.onnx.preview.training, on one tensor.</summary>
public static class Training
{
    /// <summary>Adagrad: new weights and accumulated squared gradient.</summary>
    public static (NdArray X, NdArray H) Adagrad(double rate, long step, NdArray x, NdArray gradient, NdArray h, float decay, float epsilon, float norm)
    {
        double r = rate / (1 + step * (double)decay);
        var (newX, newH) = (Like(x), Like(x));
        for (int i = 0; i < x.Count; i++)
        {
            double g = norm * x.GetDouble(i) + gradient.GetDouble(i), square = h.GetDouble(i) + g * g;
            newH.Write<double>()[i] = square;
            newX.Write<double>()[i] = x.GetDouble(i) - r * g / (Math.Sqrt(square) + epsilon);
        }
        return (Cast.To(newX, x.Kind), Cast.To(newH, x.Kind));
    }

    /// <summary>Adam: new weights and the two running moments.</summary>
    public static (NdArray X, NdArray V, NdArray H) Adam(
        double rate, long step, NdArray x, NdArray gradient, NdArray v, NdArray h, float alpha, float beta, float epsilon, float norm, float normPost)
    {
        double r = step > 0 ? rate * Math.Sqrt(1 - Math.Pow(beta, step)) / (1 - Math.Pow(alpha, step)) : rate;
        var (newX, newV, newH) = (Like(x), Like(x), Like(x));
        for (int i = 0; i < x.Count; i++)
        {
            double g = norm * x.GetDouble(i) + gradient.GetDouble(i);
            double first = alpha * v.GetDouble(i) + (1 - (double)alpha) * g, second = beta * h.GetDouble(i) + (1 - (double)beta) * g * g;
            newV.Write<double>()[i] = first;
            newH.Write<double>()[i] = second;
            newX.Write<double>()[i] = (1 - (double)normPost) * (x.GetDouble(i) - r * first / (Math.Sqrt(second) + epsilon));
        }
        return (Cast.To(newX, x.Kind), Cast.To(newV, x.Kind), Cast.To(newH, x.Kind));
    }

    /// <summary>Momentum, plain or Nesterov's: new weights and velocity.</summary>
    public static (NdArray X, NdArray V) Momentum(double rate, long step, NdArray x, NdArray gradient, NdArray v, float alpha, float beta, float norm, bool nesterov)
    {
        double adjusted = step > 0 ? beta : 1;
        var (newX, newV) = (Like(x), Like(x));
        for (int i = 0; i < x.Count; i++)
        {
            double g = norm * x.GetDouble(i) + gradient.GetDouble(i), velocity = alpha * v.GetDouble(i) + adjusted * g;
            newV.Write<double>()[i] = velocity;
            newX.Write<double>()[i] = x.GetDouble(i) - rate * (nesterov ? g + alpha * velocity : velocity);
        }
        return (Cast.To(newX, x.Kind), Cast.To(newV, x.Kind));
    }

    private static NdArray Like(NdArray x) => NdArray.CreateUninitialized(ElementKind.F64, x.Shape);
}
