using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Softmax and its logarithm along one axis. Opsets below 13 flatten all dimensions from the axis on; the importer writes that as a
/// reshape.</summary>
public static class Softmax
{
    /// <summary>exp(x - max) / sum, along an axis.</summary>
    public static NdArray Apply(NdArray x, long axis) => Run(x, axis, log: false);

    /// <summary>x - max - log(sum(exp(x - max))), along an axis.</summary>
    public static NdArray Log(NdArray x, long axis) => Run(x, axis, log: true);

    private static NdArray Run(NdArray x, long axis, bool log)
    {
        if (x.Kind.IsNarrowFloat()) return Cast.To(Run(Cast.To(x, ElementKind.F32), axis, log), x.Kind);
        if (x.Kind == ElementKind.F64) return RunDouble(x, axis, log);
        int at = Shapes.Axis(axis, x.Rank);
        if (Shapes.Product(x.Shape[(at + 1)..]) != 1)
        {
            // The axis is moved to the end, computed there, and moved back.
            var order = new long[x.Rank];
            for (int i = 0; i < order.Length; i++) order[i] = i;
            (order[at], order[^1]) = (order[^1], order[at]);
            return Moves.Transpose(Run(Moves.Transpose(x, order), -1, log), order);
        }
        var y = NdArray.CreateUninitialized(x.Kind, x.Shape);
        var from = x.Read<float>();
        var to = y.Write<float>();
        int n = (int)x.Shape[at];
        for (int start = 0; start < from.Length; start += n)
        {
            var run = from.Slice(start, n);
            var target = to.Slice(start, n);
            float max = float.NegativeInfinity;
            foreach (float v in run) max = MathF.Max(max, v);
            for (int i = 0; i < n; i++) target[i] = run[i] - max;
            if (log)
            {
                double total = 0;
                foreach (float v in target) total += Math.Exp(v);
                float shift = (float)Math.Log(total);
                for (int i = 0; i < n; i++) target[i] -= shift;
                continue;
            }
            Unary.Apply(new UnaryFunction(UnaryKind.Exp), target, target);
            double sum = 0;
            foreach (float v in target) sum += v;
            float scale = (float)(1 / sum);
            for (int i = 0; i < n; i++) target[i] *= scale;
        }
        GC.KeepAlive(x);
        return y;
    }

    private static NdArray RunDouble(NdArray x, long axis, bool log)
    {
        var y = NdArray.CreateUninitialized(x.Kind, x.Shape);
        var from = x.Read<double>();
        var to = y.Write<double>();
        var (outer, n, inner) = Ordering.Lines(x.Shape, Shapes.Axis(axis, x.Rank));
        for (long o = 0; o < outer; o++)
        {
            for (long p = 0; p < inner; p++)
            {
                int start = (int)(o * n * inner + p);
                double max = double.NegativeInfinity, sum = 0;
                for (long i = 0; i < n; i++) max = Math.Max(max, from[start + (int)(i * inner)]);
                for (long i = 0; i < n; i++) sum += Math.Exp(from[start + (int)(i * inner)] - max);
                double shift = Math.Log(sum);
                for (long i = 0; i < n; i++)
                {
                    int at = start + (int)(i * inner);
                    to[at] = log ? from[at] - max - shift : Math.Exp(from[at] - max) / sum;
                }
            }
        }
        return y;
    }
}
