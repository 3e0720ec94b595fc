using NestC.Builtin;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>Arithmetic on shapes of which some sizes may not be known.</summary>
public static class Shapes
{
    public static bool IsDynamic(long size) => size == ShapedType.Dynamic;

    /// <summary>How many sizes are not known.</summary>
    public static int DynamicDims(ShapedType type)
    {
        int count = 0;
        foreach (long size in type.Shape)
            if (IsDynamic(size)) count++;
        return count;
    }

    /// <summary>Which of the sizes that are not known the one of a dimension is.</summary>
    public static int DynamicIndex(ReadOnlySpan<long> shape, int dim)
    {
        int index = 0;
        for (int i = 0; i < dim; i++)
            if (IsDynamic(shape[i])) index++;
        return index;
    }

    /// <summary>The quotient rounded up, for a divisor above 0.</summary>
    public static long CeilDiv(long a, long b) => a >= 0 ? (a + b - 1) / b : -(-a / b);

    /// <summary>A shape as upstream writes one in messages: `4x?`.</summary>
    public static string Text(ReadOnlySpan<long> shape)
    {
        string text = "";
        for (int i = 0; i < shape.Length; i++)
            text += (i > 0 ? "x" : "") + (IsDynamic(shape[i]) ? "?" : shape[i].ToString(System.Globalization.CultureInfo.InvariantCulture));
        return text;
    }

    /// <summary>Which dimensions of a shape are left out in a reduced one: those of size 1 that have no counterpart, the first ones first; null where the reduced shape is none.</summary>
    public static bool[]? DroppedDims(ReadOnlySpan<long> shape, ReadOnlySpan<long> reduced)
    {
        bool[] dropped = new bool[shape.Length];
        int next = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (next < reduced.Length && shape[i] == reduced[next])
            {
                next++;
                continue;
            }
            if (shape[i] != 1) return null;
            dropped[i] = true;
        }
        return next == reduced.Length ? dropped : null;
    }

    /// <summary>Row-major strides, in elements.</summary>
    public static long[] Strides(ReadOnlySpan<long> shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }

    /// <summary>Moves an index on by one in row-major order; false after the last.</summary>
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
