using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Normalizations. Statistics are taken in f64; f16 and bf16 are computed in f32 and rounded once.</summary>
public static class Normalization
{
    /// <summary>ONNX BatchNormalization in inference: scale (x - mean) / sqrt(variance + epsilon) + bias for each channel.</summary>
    public static NdArray Batch(NdArray x, NdArray scale, NdArray bias, NdArray mean, NdArray variance, float epsilon)
    {
        Shapes.Require(x.Rank >= 2, "batch normalization needs channels");
        long channels = x.Shape[1];
        Shapes.Require(
            scale.Count == channels && bias.Count == channels && mean.Count == channels && variance.Count == channels, "the statistics do not fit the channels");
        if (x.Kind == ElementKind.F64)
        {
            var y = NdArray.CreateUninitialized(x.Kind, x.Shape);
            var source = x.Read<double>();
            var target = y.Write<double>();
            long plane = Shapes.Product(x.Shape[2..]);
            for (int i = 0; i < source.Length; i++)
            {
                long c = i / plane % channels;
                target[i] = scale.GetDouble(c) * (source[i] - mean.GetDouble(c)) / Math.Sqrt(variance.GetDouble(c) + epsilon) + bias.GetDouble(c);
            }
            return y;
        }
        var wide = Cast.To(x, ElementKind.F32);
        var result = NdArray.CreateUninitialized(ElementKind.F32, x.Shape);
        var from = wide.Read<float>();
        var to = result.Write<float>();
        int length = (int)Shapes.Product(x.Shape[2..]);
        for (int start = 0, c = 0; start < from.Length; start += length, c = c + 1 == channels ? 0 : c + 1)
        {
            double factor = scale.GetDouble(c) / Math.Sqrt(variance.GetDouble(c) + epsilon);
            Affine(from.Slice(start, length), to.Slice(start, length), (float)factor, (float)(bias.GetDouble(c) - mean.GetDouble(c) * factor));
        }
        GC.KeepAlive(x);
        return Cast.To(result, x.Kind);
    }

    /// <summary>ONNX BatchNormalization in training: normalizes by the batch's own (population) statistics and returns the running ones,
    /// running * momentum + own * (1 - momentum).</summary>
    public static (NdArray Value, NdArray Mean, NdArray Variance) BatchTraining(
        NdArray x, NdArray scale, NdArray bias, NdArray mean, NdArray variance, float epsilon, float momentum)
    {
        var wide = Cast.To(x, ElementKind.F64);
        var axes = new List<long> { 0 };
        for (int i = 2; i < x.Rank; i++) axes.Add(i);
        var own = Reduce.Apply(ReduceKind.Mean, wide, axes.ToArray(), keepDims: true);
        var centered = Binary.Apply(BinaryKind.Sub, wide, own);
        var spread = Reduce.Apply(ReduceKind.Mean, Binary.Apply(BinaryKind.Mul, centered, centered), axes.ToArray(), keepDims: true);
        var y = Batch(x, scale, bias, own.Reshape([own.Count]), spread.Reshape([spread.Count]), epsilon);
        return (y, Running(mean, own, momentum), Running(variance, spread, momentum));
    }

    /// <summary>ONNX InstanceNormalization: each channel of each instance by its own statistics.</summary>
    public static NdArray Instance(NdArray x, NdArray scale, NdArray bias, float epsilon)
    {
        Shapes.Require(x.Rank >= 3 && scale.Count == x.Shape[1] && bias.Count == x.Shape[1], "scale and bias do not fit the channels");
        return Grouped(x, x.Shape[1], scale, bias, epsilon);
    }

    /// <summary>ONNX GroupNormalization (opset 21): groups of channels by their own statistics, scale and bias for each channel.</summary>
    public static NdArray Group(NdArray x, long groups, NdArray scale, NdArray bias, float epsilon)
    {
        Shapes.Require(
            x.Rank >= 2 && groups > 0 && x.Shape[1] % groups == 0 && scale.Count == x.Shape[1] && bias.Count == x.Shape[1], "groups, scale and bias do not fit the channels");
        return Grouped(x, groups, scale, bias, epsilon);
    }

    /// <summary>ONNX LayerNormalization over all dimensions from the axis on; returns value, mean and inverse standard deviation.</summary>
    public static (NdArray Value, NdArray Mean, NdArray InvStdDev) Layer(NdArray x, NdArray scale, NdArray? bias, long axis, float epsilon)
    {
        int at = Shapes.Axis(axis, x.Rank);
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        var y = NdArray.CreateUninitialized(ElementKind.F32, x.Shape);
        var to = y.Write<float>();
        var statistics = x.Shape.ToArray();
        for (int i = at; i < x.Rank; i++) statistics[i] = 1;
        var mean = NdArray.CreateUninitialized(ElementKind.F32, statistics);
        var inverse = NdArray.CreateUninitialized(ElementKind.F32, statistics);
        int length = (int)Shapes.Product(x.Shape[at..]);
        var factor = Moves.Expand(Cast.To(scale, ElementKind.F32), x.Shape[at..]);
        var offset = bias == null ? NdArray.Create(ElementKind.F32, x.Shape[at..]) : Moves.Expand(Cast.To(bias, ElementKind.F32), x.Shape[at..]);
        var s = factor.Read<float>();
        var b = offset.Read<float>();
        Shapes.Require(s.Length == length && b.Length == length, "scale and bias do not fit the normalized dimensions");
        for (int start = 0, row = 0; start < from.Length; start += length, row++)
        {
            var run = from.Slice(start, length);
            var (m, v) = Statistics(run);
            float center = (float)m, inv = (float)(1 / Math.Sqrt(v + epsilon));
            mean.Write<float>()[row] = center;
            inverse.Write<float>()[row] = inv;
            var target = to.Slice(start, length);
            for (int i = 0; i < length; i++) target[i] = (run[i] - center) * inv * s[i] + b[i];
        }
        GC.KeepAlive(scale);
        GC.KeepAlive(bias);
        return (Cast.To(y, x.Kind), mean, inverse);
    }

    /// <summary>ONNX MeanVarianceNormalization: (x - mean) / (standard deviation + 1e-9) over the axes.</summary>
    public static NdArray MeanVariance(NdArray x, ReadOnlySpan<long> axes)
    {
        var wide = Cast.To(x, ElementKind.F64);
        var centered = Binary.Apply(BinaryKind.Sub, wide, Reduce.Apply(ReduceKind.Mean, wide, axes, keepDims: true));
        var variance = Reduce.Apply(ReduceKind.Mean, Binary.Apply(BinaryKind.Mul, centered, centered), axes, keepDims: true);
        var deviation = Binary.Apply(BinaryKind.Add, Unary.Apply(new UnaryFunction(UnaryKind.Sqrt), variance), NdArray.Scalar(1e-9));
        return Cast.To(Binary.Apply(BinaryKind.Div, centered, deviation), x.Kind);
    }

    /// <summary>ONNX LpNormalization: x over its norm of order 1 or 2 along an axis.</summary>
    public static NdArray Lp(NdArray x, long axis, long p)
    {
        Shapes.Require(p is 1 or 2, "the order of a norm must be 1 or 2");
        var wide = Cast.Widen(x);
        var norm = Reduce.Apply(p == 1 ? ReduceKind.L1 : ReduceKind.L2, wide, [axis], keepDims: true);
        return Cast.To(Binary.Apply(BinaryKind.Div, wide, norm), x.Kind);
    }

    /// <summary>ONNX LRN: x / (bias + alpha / size * sum of squares over a window of channels) ^ beta.</summary>
    public static NdArray Lrn(NdArray x, long size, float alpha, float beta, float bias)
    {
        Shapes.Require(x.Rank >= 2 && size > 0, "LRN needs channels and a positive size");
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        var y = NdArray.CreateUninitialized(ElementKind.F32, x.Shape);
        var to = y.Write<float>();
        int channels = (int)x.Shape[1], plane = (int)Shapes.Product(x.Shape[2..]);
        int before = (int)Math.Min((size - 1) / 2, channels), after = (int)Math.Min(size - 1 - (size - 1) / 2, channels);
        var sum = new float[plane];
        var log = new UnaryFunction(UnaryKind.Exp);
        float scale = alpha / size;
        for (int n = 0; n < x.Shape[0]; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                Array.Clear(sum);
                for (int k = Math.Max(0, c - before); k <= Math.Min(channels - 1, c + after); k++) AddSquares(from.Slice((n * channels + k) * plane, plane), sum);
                // (bias + scale sum)^-beta as a vectorised exponential of a logarithm.
                var source = from.Slice((n * channels + c) * plane, plane);
                var target = to.Slice((n * channels + c) * plane, plane);
                NegativeLogPower(sum, scale, bias, beta);
                Unary.Apply(log, sum, sum);
                for (int i = 0; i < plane; i++) target[i] = source[i] * sum[i];
            }
        }
        GC.KeepAlive(x);
        return Cast.To(y, x.Kind);
    }

    private static void NegativeLogPower(Span<float> sum, float scale, float bias, float beta)
    {
        int i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var v = new Vector<float>(sum[i..]) * scale + new Vector<float>(bias);
            (Vector.Log(v) * -beta).CopyTo(sum[i..]);
        }
        for (; i < sum.Length; i++) sum[i] = MathF.Log(sum[i] * scale + bias) * -beta;
    }

    private static void AddSquares(ReadOnlySpan<float> x, Span<float> sum)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var v = new Vector<float>(x[i..]);
            (new Vector<float>(sum[i..]) + v * v).CopyTo(sum[i..]);
        }
        for (; i < x.Length; i++) sum[i] += x[i] * x[i];
    }

    private static void Affine(ReadOnlySpan<float> x, Span<float> y, float factor, float offset)
    {
        int i = 0;
        var f = new Vector<float>(factor);
        var o = new Vector<float>(offset);
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count) (new Vector<float>(x[i..]) * f + o).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] = x[i] * factor + offset;
    }

    private static NdArray Running(NdArray running, NdArray own, float momentum)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F64, running.Shape);
        var to = y.Write<double>();
        for (int i = 0; i < to.Length; i++) to[i] = running.GetDouble(i) * momentum + own.GetDouble(i) * (1 - (double)momentum);
        return Cast.To(y, running.Kind);
    }

    private static NdArray Grouped(NdArray x, long groups, NdArray scale, NdArray bias, float epsilon)
    {
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        var y = NdArray.CreateUninitialized(ElementKind.F32, x.Shape);
        var to = y.Write<float>();
        int plane = (int)Shapes.Product(x.Shape[2..]), each = (int)(x.Shape[1] / groups), length = each * plane;
        for (int start = 0, g = 0; start < from.Length; start += length, g = g + 1 == groups ? 0 : g + 1)
        {
            var (mean, variance) = Statistics(from.Slice(start, length));
            double inverse = 1 / Math.Sqrt(variance + epsilon);
            for (int c = 0; c < each; c++)
            {
                double factor = scale.GetDouble(g * each + c) * inverse;
                Affine(from.Slice(start + c * plane, plane), to.Slice(start + c * plane, plane), (float)factor, (float)(bias.GetDouble(g * each + c) - mean * factor));
            }
        }
        GC.KeepAlive(x);
        return Cast.To(y, x.Kind);
    }

    private static (double Mean, double Variance) Statistics(ReadOnlySpan<float> run)
    {
        double sum = 0, squares = 0;
        foreach (float v in run) sum += v;
        double mean = sum / run.Length;
        foreach (float v in run) squares += (v - mean) * (v - mean);
        return (mean, squares / run.Length);
    }
}
