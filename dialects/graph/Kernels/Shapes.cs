using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Arithmetic on shapes; an extent may be <see cref="Unknown"/> while types are inferred, never when a kernel runs.</summary>
public static class Shapes
{
    /// <summary>An extent that is not known yet (MLIR's <c>?</c>).</summary>
    public const long Unknown = long.MinValue;

    /// <summary>numpy's rule: shapes are aligned at the right, and extents agree or one of them is 1.</summary>
    public static long[] Broadcast(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        var result = new long[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            long x = i <= a.Length ? a[^i] : 1, y = i <= b.Length ? b[^i] : 1;
            if (x == y || y == 1) result[^i] = x;
            else if (x == 1) result[^i] = y;
            else if (x == Unknown) result[^i] = y;
            else if (y == Unknown) result[^i] = x;
            else throw new EvaluationException($"shapes {NdArray.Format(a)} and {NdArray.Format(b)} cannot be broadcast together");
        }
        return result;
    }

    /// <summary>An axis counted from the front; throws where it is outside -rank..rank-1.</summary>
    public static int Axis(long axis, int rank)
    {
        if (axis < -rank || axis >= rank) throw new EvaluationException($"axis {axis} is out of range for rank {rank}");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    /// <summary>Axes counted from the front, ascending; throws on one that is out of range or named twice.</summary>
    public static int[] Axes(ReadOnlySpan<long> axes, int rank)
    {
        var result = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++) result[i] = Axis(axes[i], rank);
        Array.Sort(result);
        for (int i = 1; i < result.Length; i++)
            if (result[i] == result[i - 1]) throw new EvaluationException($"axis {result[i]} is named twice");
        return result;
    }

    /// <summary>Product of the extents of a range of dimensions.</summary>
    public static long Product(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long d in shape) product = d == Unknown || product == Unknown ? Unknown : checked(product * d);
        return product;
    }

    /// <summary>Row-major strides, in elements.</summary>
    public static long[] Strides(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= Math.Max(shape[i], 1);
        }
        return strides;
    }

    /// <summary>Strides with which an array of shape <paramref name="shape"/> is read as if broadcast to rank <paramref name="rank"/>: 0 where it repeats.</summary>
    public static long[] BroadcastStrides(ReadOnlySpan<long> shape, int rank)
    {
        var own = Strides(shape);
        var result = new long[rank];
        for (int i = 1; i <= shape.Length; i++) result[^i] = shape[^i] == 1 ? 0 : own[^i];
        return result;
    }

    /// <summary>The same list with one entry replaced.</summary>
    public static long[] With(ReadOnlySpan<long> shape, int axis, long extent)
    {
        var result = shape.ToArray();
        result[axis] = extent;
        return result;
    }

    /// <summary>The shape without the given dimensions, or with extent 1 in their place.</summary>
    public static long[] Reduced(ReadOnlySpan<long> shape, ReadOnlySpan<int> axes, bool keepDims)
    {
        var result = new List<long>(shape.Length);
        for (int i = 0; i < shape.Length; i++)
        {
            if (axes.IndexOf(i) < 0) result.Add(shape[i]);
            else if (keepDims) result.Add(1);
        }
        return result.ToArray();
    }

    /// <summary>Throws where the two shapes differ.</summary>
    public static void RequireSame(ReadOnlySpan<long> a, ReadOnlySpan<long> b, string what)
    {
        if (!a.SequenceEqual(b)) throw new EvaluationException($"{what}: shape {NdArray.Format(a)} does not match {NdArray.Format(b)}");
    }

    /// <summary>Throws where the condition does not hold.</summary>
    public static void Require(bool condition, string message)
    {
        if (!condition) throw new EvaluationException(message);
    }

    /// <summary>Moves a multi-index to the next element in row-major order; false after the last.</summary>
    public static bool Next(Span<long> index, ReadOnlySpan<long> shape)
    {
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            if (++index[i] < shape[i]) return true;
            index[i] = 0;
        }
        return false;
    }
}
