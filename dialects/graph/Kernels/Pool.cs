using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Pools over N, C and any number of spatial dimensions.</summary>
public static class Pool
{
    /// <summary>N, C and the number of windows.</summary>
    public static long[] InferShape(ReadOnlySpan<long> input, ReadOnlySpan<long> kernel, WindowParams window)
    {
        Shapes.Require(input.Length >= 3, "a pool needs N, C and spatial dimensions");
        return [input[0], input[1], .. WindowGeometry.Resolve(input[2..], kernel, window).Output];
    }

    /// <summary>ONNX MaxPool; indices (i64) count into the whole input, row-major or, when asked for, column-major in the plane.</summary>
    public static (NdArray Value, NdArray? Indices) Max(NdArray x, ReadOnlySpan<long> kernel, WindowParams window, bool withIndices, bool columnMajor)
    {
        if (x.Kind.IsNarrowFloat())
        {
            var wide = Max(Cast.To(x, ElementKind.F32), kernel, window, withIndices, columnMajor);
            return (Cast.To(wide.Value, x.Kind), wide.Indices);
        }
        var y = NdArray.CreateUninitialized(x.Kind, InferShape(x.Shape, kernel, window));
        var indices = withIndices ? NdArray.CreateUninitialized(ElementKind.I64, y.Shape) : null;
        var geometry = WindowGeometry.Resolve(x.Shape[2..], kernel, window);
        if (x.Kind == ElementKind.F32 && !withIndices && geometry.Input.Length == 2 && y.Count > 0)
        {
            MaxOfRows(x, y, geometry);
            return (y, null);
        }
        var work = new MaxWork(x, y, indices, geometry, columnMajor);
        NumericDispatch.Run(x.Kind, ref work, "MaxPool");
        return (y, indices);
    }

    /// <summary>ONNX AveragePool; the divisor counts the padding when asked for, but never what lies beyond it.</summary>
    public static NdArray Average(NdArray x, ReadOnlySpan<long> kernel, WindowParams window, bool countPadding) =>
        Accumulate(x, kernel, window, new Accumulation(AccumulationKind.Average, 0, countPadding));

    /// <summary>ONNX LpPool: (sum |x|^p)^(1/p) over each window.</summary>
    public static NdArray Lp(NdArray x, ReadOnlySpan<long> kernel, WindowParams window, long p) =>
        Accumulate(x, kernel, window, new Accumulation(AccumulationKind.Lp, p, false));

    /// <summary>ONNX GlobalAveragePool.</summary>
    public static NdArray GlobalAverage(NdArray x) => Reduce.Apply(ReduceKind.Mean, x, SpatialAxes(x), keepDims: true);

    /// <summary>ONNX GlobalMaxPool.</summary>
    public static NdArray GlobalMax(NdArray x) => Reduce.Apply(ReduceKind.Max, x, SpatialAxes(x), keepDims: true);

    /// <summary>ONNX GlobalLpPool.</summary>
    public static NdArray GlobalLp(NdArray x, long p) => Lp(x, x.Shape[2..], new WindowParams(), p).Reshape(Reduce.InferShape(x.Shape, SpatialAxes(x), keepDims: true));

    /// <summary>ONNX MaxUnpool: puts each value at its index of an array of zeros, whose shape the window implies. With an explicit output shape
    /// the indices still count in the implied one.</summary>
    public static NdArray MaxUnpool(NdArray x, NdArray indices, ReadOnlySpan<long> kernel, WindowParams window, ReadOnlySpan<long> outputShape)
    {
        int rank = x.Rank - 2;
        Shapes.Require(rank >= 1 && kernel.Length == rank, "the kernel does not fit the spatial dimensions");
        Shapes.RequireSame(x.Shape, indices.Shape, "MaxUnpool");
        var shape = x.Shape.ToArray();
        for (int i = 0; i < rank; i++)
        {
            long stride = window.Strides.Length > 0 ? window.Strides[i] : 1;
            long pads = window.Pads.Length > 0 ? window.Pads[i] + window.Pads[i + rank] : 0;
            shape[i + 2] = (x.Shape[i + 2] - 1) * stride + kernel[i] - pads;
        }
        var y = NdArray.Create(x.Kind, shape);
        for (long i = 0; i < x.Count; i++)
        {
            long at = indices.GetInt64(i);
            Shapes.Require(at >= 0 && at < y.Count, $"index {at} of MaxUnpool is outside {y}");
            x.CopyTo(i, y, at, 1);
        }
        if (outputShape.Length == 0 || outputShape.SequenceEqual(shape)) return y;
        var larger = NdArray.Create(x.Kind, outputShape);
        Shapes.Require(outputShape.Length == shape.Length, "the output shape of MaxUnpool has the wrong rank");
        for (int i = 0; i < shape.Length; i++) Shapes.Require(outputShape[i] >= shape[i], "the output shape of MaxUnpool is too small");
        Strided.Copy(y, 0, Shapes.Strides(shape), larger, 0, Shapes.Strides(outputShape), shape);
        return larger;
    }

    // The common case: first the greatest of the window's rows for every column, in vectors, then the greatest of its columns.
    private static void MaxOfRows(NdArray x, NdArray y, WindowGeometry g)
    {
        var from = x.Read<float>();
        var to = y.Write<float>();
        int rows = (int)g.Input[0], columns = (int)g.Input[1], outRows = (int)g.Output[0], outColumns = (int)g.Output[1];
        int left = (int)g.PadStart[1], step = (int)g.Strides[1], dilation = (int)g.Dilations[1], kernel = (int)g.Kernel[1];
        // The row of greatest elements stands between padding that never wins.
        int reach = (outColumns - 1) * step + (kernel - 1) * dilation + 1;
        var best = new float[Math.Max(reach, left + columns)];
        int planes = to.Length / (outRows * outColumns), at = 0;
        for (int p = 0; p < planes; p++)
        {
            var image = from.Slice(p * rows * columns, rows * columns);
            for (int i = 0; i < outRows; i++)
            {
                best.AsSpan().Fill(float.NegativeInfinity);
                for (long k = 0; k < g.Kernel[0]; k++)
                {
                    long row = i * g.Strides[0] - g.PadStart[0] + k * g.Dilations[0];
                    if (row >= 0 && row < rows) Greater(image.Slice((int)row * columns, columns), best.AsSpan(left, columns));
                }
                for (int j = 0; j < outColumns; j++)
                {
                    float greatest = best[j * step];
                    for (int k = 1; k < kernel; k++)
                    {
                        float v = best[j * step + k * dilation];
                        if (v > greatest || float.IsNaN(v)) greatest = v;
                    }
                    to[at++] = greatest;
                }
            }
        }
        GC.KeepAlive(x);
    }

    private static void Greater(ReadOnlySpan<float> x, Span<float> best)
    {
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var v = new Vector<float>(x[i..]);
            var b = new Vector<float>(best[i..]);
            // A NaN on either side stays.
            Vector.ConditionalSelect(Vector.GreaterThan(v, b) | ~Vector.Equals(v, v), v, b).CopyTo(best[i..]);
        }
        for (; i < x.Length; i++)
            if (x[i] > best[i] || float.IsNaN(x[i])) best[i] = x[i];
    }

    private static long[] SpatialAxes(NdArray x)
    {
        Shapes.Require(x.Rank >= 3, "a pool needs N, C and spatial dimensions");
        var axes = new long[x.Rank - 2];
        for (int i = 0; i < axes.Length; i++) axes[i] = i + 2;
        return axes;
    }

    private static NdArray Accumulate(NdArray x, ReadOnlySpan<long> kernel, WindowParams window, Accumulation accumulation)
    {
        if (x.Kind.IsNarrowFloat()) return Cast.To(Accumulate(Cast.To(x, ElementKind.F32), kernel, window, accumulation), x.Kind);
        var y = NdArray.CreateUninitialized(x.Kind, InferShape(x.Shape, kernel, window));
        var work = new AccumulateWork(x, y, WindowGeometry.Resolve(x.Shape[2..], kernel, window), accumulation);
        NumericDispatch.Run(x.Kind, ref work, "a pool");
        return y;
    }

    private enum AccumulationKind { Average, Lp }

    private readonly record struct Accumulation(AccumulationKind Kind, long P, bool CountPadding);

    // The part of a window that lies inside the input, per dimension: the first input index and the number of elements, a dilation apart.
    private readonly ref struct Clipped
    {
        public readonly Span<long> First, Count, Covered;

        public Clipped(Span<long> buffer, int rank)
        {
            First = buffer[..rank];
            Count = buffer.Slice(rank, rank);
            Covered = buffer.Slice(2 * rank, rank);
        }

        public void Place(WindowGeometry g, ReadOnlySpan<long> window)
        {
            for (int d = 0; d < window.Length; d++)
            {
                long start = window[d] * g.Strides[d] - g.PadStart[d], dilation = g.Dilations[d];
                long skip = start < 0 ? (-start + dilation - 1) / dilation : 0;
                long last = (g.Input[d] - 1 - start) / dilation;
                First[d] = start + skip * dilation;
                Count[d] = start > g.Input[d] - 1 ? 0 : Math.Max(0, Math.Min(last, g.Kernel[d] - 1) - skip + 1);
                // Elements of the window up to the end of the padding, which bounds what an average may count.
                Covered[d] = Math.Min(g.Kernel[d], (g.Input[d] + g.PadEnd[d] - 1 - start) / dilation + 1);
            }
        }
    }

    private readonly struct MaxWork(NdArray x, NdArray y, NdArray? indices, WindowGeometry g, bool columnMajor) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = y.Write<T>();
            var where = indices == null ? default : indices.Write<long>();
            int rank = g.Input.Length;
            var clipped = new Clipped(stackalloc long[3 * rank], rank);
            Span<long> window = stackalloc long[rank], tap = stackalloc long[rank];
            int plane = (int)Shapes.Product(g.Input), windows = (int)Shapes.Product(g.Output);
            int planes = windows == 0 ? 0 : to.Length / windows;
            var strides = Shapes.Strides(g.Input);
            bool real = typeof(T) == typeof(float) || typeof(T) == typeof(double);
            // The window is placed once and used for every plane.
            for (int w = 0; w < windows; w++, Shapes.Next(window, g.Output))
            {
                clipped.Place(g, window);
                long taps = 1, origin = 0;
                for (int d = 0; d < rank; d++)
                {
                    taps *= clipped.Count[d];
                    origin += clipped.First[d] * strides[d];
                }
                int width = (int)clipped.Count[rank - 1], step = (int)g.Dilations[rank - 1];
                for (int p = 0; p < planes; p++)
                {
                    T best = real ? T.CreateSaturating(double.NegativeInfinity) : T.MinValue;
                    long bestAt = -1;
                    if (taps > 0)
                    {
                        tap.Clear();
                        do
                        {
                            long at = p * (long)plane + origin;
                            for (int d = 0; d < rank - 1; d++) at += tap[d] * g.Dilations[d] * strides[d];
                            for (int i = 0; i < width; i++, at += step)
                            {
                                T v = from[(int)at];
                                if (v > best || bestAt < 0 || T.IsNaN(v)) (best, bestAt) = (v, at);
                            }
                        }
                        while (rank > 1 && Shapes.Next(tap[..(rank - 1)], clipped.Count[..(rank - 1)]));
                    }
                    int o = p * windows + w;
                    to[o] = best;
                    if (indices != null) where[o] = columnMajor && bestAt >= 0 ? ColumnMajor(bestAt, plane) : bestAt;
                }
            }
            GC.KeepAlive(x);
        }

        private long ColumnMajor(long at, int plane)
        {
            long rest = at % plane, result = 0, scale = 1;
            var strides = Shapes.Strides(g.Input);
            for (int d = 0; d < strides.Length; d++)
            {
                result += rest / strides[d] * scale;
                rest %= strides[d];
                scale *= g.Input[d];
            }
            return at - at % plane + result;
        }
    }

    private readonly struct AccumulateWork(NdArray x, NdArray y, WindowGeometry g, Accumulation accumulation) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = y.Write<T>();
            int rank = g.Input.Length;
            var clipped = new Clipped(stackalloc long[3 * rank], rank);
            Span<long> window = stackalloc long[rank], tap = stackalloc long[rank];
            int plane = (int)Shapes.Product(g.Input), windows = (int)Shapes.Product(g.Output);
            int planes = windows == 0 ? 0 : to.Length / windows;
            var strides = Shapes.Strides(g.Input);
            for (int w = 0; w < windows; w++, Shapes.Next(window, g.Output))
            {
                clipped.Place(g, window);
                long taps = 1, covered = 1, origin = 0;
                for (int d = 0; d < rank; d++)
                {
                    taps *= clipped.Count[d];
                    covered *= clipped.Covered[d];
                    origin += clipped.First[d] * strides[d];
                }
                int width = (int)clipped.Count[rank - 1], step = (int)g.Dilations[rank - 1];
                double divisor = accumulation.CountPadding ? covered : taps;
                for (int p = 0; p < planes; p++)
                {
                    double sum = 0;
                    if (taps > 0)
                    {
                        tap.Clear();
                        do
                        {
                            long at = p * (long)plane + origin;
                            for (int d = 0; d < rank - 1; d++) at += tap[d] * g.Dilations[d] * strides[d];
                            for (int i = 0; i < width; i++, at += step)
                            {
                                double v = double.CreateTruncating(from[(int)at]);
                                if (accumulation.Kind == AccumulationKind.Lp)
                                    v = accumulation.P == 2 ? v * v : accumulation.P == 1 ? Math.Abs(v) : Math.Pow(Math.Abs(v), accumulation.P);
                                sum += v;
                            }
                        }
                        while (rank > 1 && Shapes.Next(tap[..(rank - 1)], clipped.Count[..(rank - 1)]));
                    }
                    double result = accumulation.Kind == AccumulationKind.Average ? sum / divisor
                        : accumulation.P == 1 ? sum : accumulation.P == 2 ? Math.Sqrt(sum) : Math.Pow(sum, 1.0 / accumulation.P);
                    to[p * windows + w] = T.CreateSaturating(result);
                }
            }
            GC.KeepAlive(x);
        }
    }
}
