using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>How elements are combined; what they mean is ONNX's operator Reduce* of the same name.</summary>
public enum ReduceKind { Sum, Mean, Prod, Max, Min, L1, L2, SumSquare, LogSum, LogSumExp }

/// <summary>Reductions. Floats are summed in f64 and rounded once; integers wrap.</summary>
public static class Reduce
{
    /// <summary>The result's shape; no axes means all of them.</summary>
    public static long[] InferShape(ReadOnlySpan<long> shape, ReadOnlySpan<long> axes, bool keepDims) =>
        Shapes.Reduced(shape, AxesOrAll(axes, shape.Length), keepDims);

    /// <summary>Combines the elements along the axes; no axes means all of them. An empty sum is 0, an empty product 1, an empty maximum the least value.</summary>
    public static NdArray Apply(ReduceKind kind, NdArray x, ReadOnlySpan<long> axes, bool keepDims)
    {
        if (x.Kind.IsNarrowFloat()) return Cast.To(Apply(kind, Cast.To(x, ElementKind.F32), axes, keepDims), x.Kind);
        var reduced = AxesOrAll(axes, x.Rank);
        var y = NdArray.CreateUninitialized(x.Kind, Shapes.Reduced(x.Shape, reduced, keepDims));
        var work = new Work(kind, InnermostLast(x, reduced), y);
        NumericDispatch.Run(x.Kind, ref work, $"Reduce{kind}");
        return y;
    }

    private static int[] AxesOrAll(ReadOnlySpan<long> axes, int rank)
    {
        if (axes.Length > 0) return Shapes.Axes(axes, rank);
        var all = new int[rank];
        for (int i = 0; i < rank; i++) all[i] = i;
        return all;
    }

    // The array with the reduced dimensions moved to the end, so that each result comes from one run of memory.
    private static NdArray InnermostLast(NdArray x, int[] reduced)
    {
        bool trailing = true;
        for (int i = 0; i < reduced.Length; i++) trailing &= reduced[i] == x.Rank - reduced.Length + i;
        if (trailing) return x;
        var order = new List<long>(x.Rank);
        for (int i = 0; i < x.Rank; i++)
            if (reduced.AsSpan().IndexOf(i) < 0) order.Add(i);
        foreach (int axis in reduced) order.Add(axis);
        return Moves.Transpose(x, order.ToArray());
    }

    private readonly struct Work(ReduceKind kind, NdArray x, NdArray y) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = y.Write<T>();
            int length = to.Length == 0 ? 0 : from.Length / to.Length;
            bool real = typeof(T) == typeof(float) || typeof(T) == typeof(double);
            for (int i = 0; i < to.Length; i++)
            {
                var run = from.Slice(i * length, length);
                if (kind == ReduceKind.Max) to[i] = Max(run);
                else if (kind == ReduceKind.Min) to[i] = Min(run);
                else if (real) to[i] = T.CreateSaturating(Real(run));
                else to[i] = Integer(run);
            }
            GC.KeepAlive(x);
        }

        private static T Max<T>(ReadOnlySpan<T> run) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (run.Length == 0) return typeof(T) == typeof(float) || typeof(T) == typeof(double) ? T.CreateSaturating(double.NegativeInfinity) : T.MinValue;
            T best = run[0];
            foreach (T v in run) best = T.Max(best, v);
            return best;
        }

        private static T Min<T>(ReadOnlySpan<T> run) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (run.Length == 0) return typeof(T) == typeof(float) || typeof(T) == typeof(double) ? T.CreateSaturating(double.PositiveInfinity) : T.MaxValue;
            T best = run[0];
            foreach (T v in run) best = T.Min(best, v);
            return best;
        }

        private double Real<T>(ReadOnlySpan<T> run) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            switch (kind)
            {
                case ReduceKind.Sum: return Sum(run);
                case ReduceKind.Mean: return Sum(run) / run.Length;
                case ReduceKind.LogSum: return Math.Log(Sum(run));
                case ReduceKind.SumSquare: return Squares(run);
                case ReduceKind.L2: return Math.Sqrt(Squares(run));
                case ReduceKind.L1:
                    double l1 = 0;
                    foreach (T v in run) l1 += Math.Abs(double.CreateTruncating(v));
                    return l1;
                case ReduceKind.Prod:
                    double product = 1;
                    foreach (T v in run) product *= double.CreateTruncating(v);
                    return product;
                default:
                    // exp overflows unless the greatest value is taken out first.
                    double max = double.CreateTruncating(Max(run));
                    if (double.IsInfinity(max)) return max;
                    double sum = 0;
                    foreach (T v in run) sum += Math.Exp(double.CreateTruncating(v) - max);
                    return max + Math.Log(sum);
            }
        }

        private static double Sum<T>(ReadOnlySpan<T> run) where T : unmanaged, INumber<T>
        {
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            int i = 0;
            for (; i <= run.Length - 4; i += 4)
            {
                s0 += double.CreateTruncating(run[i]);
                s1 += double.CreateTruncating(run[i + 1]);
                s2 += double.CreateTruncating(run[i + 2]);
                s3 += double.CreateTruncating(run[i + 3]);
            }
            for (; i < run.Length; i++) s0 += double.CreateTruncating(run[i]);
            return s0 + s1 + (s2 + s3);
        }

        private static double Squares<T>(ReadOnlySpan<T> run) where T : unmanaged, INumber<T>
        {
            double sum = 0;
            foreach (T v in run) sum += double.CreateTruncating(v) * double.CreateTruncating(v);
            return sum;
        }

        private T Integer<T>(ReadOnlySpan<T> run) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            T total = kind == ReduceKind.Prod ? T.One : T.Zero;
            switch (kind)
            {
                case ReduceKind.Sum or ReduceKind.LogSum:
                    foreach (T v in run) total += v;
                    break;
                case ReduceKind.Prod:
                    foreach (T v in run) total *= v;
                    break;
                case ReduceKind.L1:
                    foreach (T v in run) total += T.IsNegative(v) ? T.Zero - v : v;
                    break;
                case ReduceKind.SumSquare:
                    foreach (T v in run) total += v * v;
                    break;
                default:
                    // The remaining ones leave the integers: f64, then truncation.
                    return T.CreateSaturating(Real(run));
            }
            return kind == ReduceKind.LogSum ? T.CreateSaturating(Math.Log(double.CreateTruncating(total))) : total;
        }
    }
}
