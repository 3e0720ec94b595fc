using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Averages of stored integers: sums less the zero point, times a multiplier, shifted.</summary>
public static class QuantizedPool
{
    /// <summary>Each window's sum s becomes (s m + rounding) >> shift. A window that counts fewer elements than the kernel has takes
    /// m' = (m taps + count / 2) / count, in integers.</summary>
    public static NdArray Average(
        NdArray x, long zero, ReadOnlySpan<long> kernel, WindowParams window, bool countPadding, long multiplier, Requantization requantization, ElementKind kind)
    {
        var y = NdArray.CreateUninitialized(kind, Pool.InferShape(x.Shape, kernel, window));
        var g = WindowGeometry.Resolve(x.Shape[2..], kernel, window);
        var wide = StoredIntegers.Centered32(x, [zero]);
        var from = wide.Read<int>();
        int rank = kernel.Length, plane = (int)Shapes.Product(g.Input), windows = (int)Shapes.Product(g.Output);
        int planes = plane == 0 ? 0 : from.Length / plane;
        long taps = Shapes.Product(kernel);
        var strides = Shapes.Strides(g.Input);
        var at = new long[rank];
        var tap = new long[rank];
        var offsets = new int[taps];
        var results = new int[windows];
        for (int p = 0; p < planes; p++)
        {
            Array.Clear(at);
            for (int w = 0; w < windows; w++, Shapes.Next(at, g.Output))
            {
                // Offsets of the window's elements inside the input; how many the divisor counts.
                int inside = 0;
                long covered = 0;
                Array.Clear(tap);
                for (long t = 0; t < taps; t++, Shapes.Next(tap, kernel))
                {
                    bool isInside = true, isCovered = true;
                    long offset = 0;
                    for (int d = 0; d < rank; d++)
                    {
                        long position = at[d] * g.Strides[d] - g.PadStart[d] + tap[d] * g.Dilations[d];
                        isInside &= position >= 0 && position < g.Input[d];
                        isCovered &= position < g.Input[d] + g.PadEnd[d];
                        offset += position * strides[d];
                    }
                    if (isInside) offsets[inside++] = (int)offset;
                    if (isCovered) covered++;
                }
                long count = countPadding ? covered : inside;
                long m = count == taps || count == 0 ? multiplier : (multiplier * taps + count / 2) / count;
                long sum = 0;
                for (int i = 0; i < inside; i++) sum += from[p * plane + offsets[i]];
                results[w] = requantization.Wide(sum * m);
            }
            StoredIntegers.Store(results, y, (long)p * windows);
        }
        wide.Release();
        return y;
    }

    /// <summary>The average over all spatial dimensions.</summary>
    public static NdArray GlobalAverage(NdArray x, long zero, long multiplier, Requantization requantization, ElementKind kind)
    {
        Shapes.Require(x.Rank >= 3, "a pool needs N, C and spatial dimensions");
        var shape = x.Shape.ToArray();
        for (int i = 2; i < shape.Length; i++) shape[i] = 1;
        var y = NdArray.CreateUninitialized(kind, shape);
        var wide = StoredIntegers.Centered32(x, [zero]);
        var from = wide.Read<int>();
        int planes = (int)y.Count, plane = planes == 0 ? 0 : from.Length / planes;
        var results = new int[planes];
        for (int p = 0; p < planes; p++)
        {
            long sum = 0;
            foreach (int v in from.Slice(p * plane, plane)) sum += v;
            results[p] = requantization.Wide(sum * multiplier);
        }
        StoredIntegers.Store(results, y, 0);
        wide.Release();
        return y;
    }
}
