using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Operators that only move elements: every kind but the packed ones, strings included.</summary>
public static class Moves
{
    /// <summary>ONNX Reshape: 0 copies the extent of the input (unless <paramref name="allowZero"/>), -1 stands for what is left.</summary>
    public static long[] InferReshape(ReadOnlySpan<long> input, ReadOnlySpan<long> wanted, bool allowZero = false)
    {
        var result = wanted.ToArray();
        int free = -1;
        for (int i = 0; i < result.Length; i++)
        {
            if (result[i] == -1)
            {
                Shapes.Require(free < 0, "a shape may have one -1 only");
                free = i;
                result[i] = 1;
            }
            else if (result[i] == 0 && !allowZero)
            {
                Shapes.Require(i < input.Length, $"extent {i} of the new shape copies a dimension that the input does not have");
                result[i] = input[i];
            }
            else Shapes.Require(result[i] >= 0 || result[i] == Shapes.Unknown, $"the new shape has the extent {result[i]}");
        }
        long have = Shapes.Product(input), product = Shapes.Product(result);
        if (free >= 0)
        {
            if (have == Shapes.Unknown || product == Shapes.Unknown) result[free] = Shapes.Unknown;
            else
            {
                Shapes.Require(product != 0 && have % product == 0, $"{NdArray.Format(input)} cannot be reshaped to {NdArray.Format(wanted)}");
                result[free] = have / product;
            }
        }
        else if (have != Shapes.Unknown && product != Shapes.Unknown)
            Shapes.Require(have == product, $"{NdArray.Format(input)} cannot be reshaped to {NdArray.Format(wanted)}");
        return result;
    }

    /// <inheritdoc cref="InferReshape"/>
    public static NdArray Reshape(NdArray x, ReadOnlySpan<long> wanted, bool allowZero = false) =>
        x.Reshape(InferReshape(x.Shape, wanted, allowZero));

    /// <summary>All dimensions before <paramref name="axis"/> as one, and all others as another; the axis may equal the rank.</summary>
    public static long[] InferFlatten(ReadOnlySpan<long> shape, long axis)
    {
        int at = axis == shape.Length ? shape.Length : Shapes.Axis(axis, shape.Length);
        return [Shapes.Product(shape[..at]), Shapes.Product(shape[at..])];
    }

    /// <inheritdoc cref="InferFlatten"/>
    public static NdArray Flatten(NdArray x, long axis) => x.Reshape(InferFlatten(x.Shape, axis));

    /// <summary>Without the named dimensions of extent 1; without <paramref name="all"/> of them when asked for.</summary>
    public static long[] InferSqueeze(ReadOnlySpan<long> shape, ReadOnlySpan<long> axes, bool all)
    {
        var named = all ? [] : Shapes.Axes(axes, shape.Length);
        var result = new List<long>();
        for (int i = 0; i < shape.Length; i++)
        {
            Shapes.Require(!all || shape[i] != Shapes.Unknown, "which dimensions are 1 is not known");
            bool drop = all ? shape[i] == 1 : named.AsSpan().Contains(i);
            Shapes.Require(!drop || shape[i] is 1 or Shapes.Unknown, $"dimension {i} of {NdArray.Format(shape)} is not 1 and cannot be squeezed");
            if (!drop) result.Add(shape[i]);
        }
        return result.ToArray();
    }

    /// <inheritdoc cref="InferSqueeze"/>
    public static NdArray Squeeze(NdArray x, ReadOnlySpan<long> axes, bool all) => x.Reshape(InferSqueeze(x.Shape, axes, all));

    /// <summary>The shape with new dimensions of extent 1 at the given places of the result.</summary>
    public static long[] InferUnsqueeze(ReadOnlySpan<long> shape, ReadOnlySpan<long> axes)
    {
        var places = Shapes.Axes(axes, shape.Length + axes.Length);
        var result = new long[shape.Length + axes.Length];
        for (int i = 0, from = 0; i < result.Length; i++) result[i] = places.AsSpan().Contains(i) ? 1 : shape[from++];
        return result;
    }

    /// <inheritdoc cref="InferUnsqueeze"/>
    public static NdArray Unsqueeze(NdArray x, ReadOnlySpan<long> axes) => x.Reshape(InferUnsqueeze(x.Shape, axes));

    /// <summary>The shape whose dimension i is dimension perm[i] of the input; no permutation means reversal.</summary>
    public static long[] InferTranspose(ReadOnlySpan<long> shape, ReadOnlySpan<long> perm)
    {
        var order = Permutation(perm, shape.Length);
        var result = new long[shape.Length];
        for (int i = 0; i < result.Length; i++) result[i] = shape[order[i]];
        return result;
    }

    /// <inheritdoc cref="InferTranspose"/>
    public static NdArray Transpose(NdArray x, ReadOnlySpan<long> perm)
    {
        var order = Permutation(perm, x.Rank);
        var strides = Shapes.Strides(x.Shape);
        var from = new long[x.Rank];
        for (int i = 0; i < from.Length; i++) from[i] = strides[order[i]];
        return Strided.Gather(x, 0, from, InferTranspose(x.Shape, perm));
    }

    /// <summary>The shape of operands joined along an axis.</summary>
    public static long[] InferConcat(ReadOnlySpan<long[]> shapes, long axis)
    {
        Shapes.Require(shapes.Length > 0, "nothing to concatenate");
        int at = Shapes.Axis(axis, shapes[0].Length);
        var result = (long[])shapes[0].Clone();
        foreach (var shape in shapes[1..])
        {
            Shapes.Require(shape.Length == result.Length, $"ranks {result.Length} and {shape.Length} cannot be concatenated");
            for (int i = 0; i < result.Length; i++)
            {
                if (i == at) result[i] = result[i] == Shapes.Unknown || shape[i] == Shapes.Unknown ? Shapes.Unknown : result[i] + shape[i];
                else if (result[i] == Shapes.Unknown) result[i] = shape[i];
                else
                    Shapes.Require(
                        shape[i] == result[i] || shape[i] == Shapes.Unknown,
                        $"shapes {NdArray.Format(shapes[0])} and {NdArray.Format(shape)} cannot be concatenated along axis {at}");
            }
        }
        return result;
    }

    /// <summary>Joins operands of one kind along an axis.</summary>
    public static NdArray Concat(ReadOnlySpan<NdArray> operands, long axis)
    {
        var shapes = new long[operands.Length][];
        for (int i = 0; i < shapes.Length; i++) shapes[i] = operands[i].Shape.ToArray();
        var y = NdArray.CreateUninitialized(operands[0].Kind, InferConcat(shapes, axis));
        int at = Shapes.Axis(axis, y.Rank);
        var strides = Shapes.Strides(y.Shape);
        long offset = 0;
        foreach (var x in operands)
        {
            Strided.Copy(x, 0, Shapes.Strides(x.Shape), y, offset * strides[at], strides, x.Shape);
            offset += x.Shape[at];
        }
        return y;
    }

    /// <summary>Extents of the parts: those asked for, or <paramref name="count"/> equal ones of which the last may be smaller.</summary>
    public static long[] SplitSizes(long extent, ReadOnlySpan<long> split, int count)
    {
        if (split.Length > 0)
        {
            long sum = 0;
            foreach (long s in split)
            {
                Shapes.Require(s >= 0, "a part of a split has a negative extent");
                sum += s;
            }
            Shapes.Require(sum == extent, $"the parts of the split add up to {sum}, the dimension has {extent}");
            return split.ToArray();
        }
        Shapes.Require(count > 0, "a split needs a part");
        long size = (extent + count - 1) / count;
        var sizes = new long[count];
        for (int i = 0; i < count; i++, extent -= size) sizes[i] = Math.Clamp(extent, 0, size);
        return sizes;
    }

    /// <summary>Cuts an array along an axis into parts of the given extents.</summary>
    public static NdArray[] Split(NdArray x, long axis, ReadOnlySpan<long> sizes)
    {
        int at = Shapes.Axis(axis, x.Rank);
        var strides = Shapes.Strides(x.Shape);
        var parts = new NdArray[sizes.Length];
        long offset = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Strided.Gather(x, offset * strides[at], strides, Shapes.With(x.Shape, at, sizes[i]));
            offset += sizes[i];
        }
        return parts;
    }

    /// <summary>ONNX Slice: ends are exclusive, negative starts and ends count from the back and are clamped, steps may be negative.</summary>
    public static NdArray Slice(NdArray x, ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<long> axes, ReadOnlySpan<long> steps)
    {
        var (first, step, shape) = ResolveSlice(x.Shape, starts, ends, axes, steps);
        var strides = Shapes.Strides(x.Shape);
        long offset = 0;
        for (int i = 0; i < x.Rank; i++)
        {
            offset += first[i] * strides[i];
            strides[i] *= step[i];
        }
        return Strided.Gather(x, offset, strides, shape);
    }

    /// <summary>First index and step in every dimension, and the result's shape, of ONNX Slice; empty axes and steps mean the first ones and 1.</summary>
    public static (long[] First, long[] Step, long[] Shape) ResolveSlice(
        ReadOnlySpan<long> input, ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<long> axes, ReadOnlySpan<long> steps)
    {
        Shapes.Require(
            starts.Length == ends.Length && (axes.Length == 0 || axes.Length == starts.Length) && (steps.Length == 0 || steps.Length == starts.Length)
            && starts.Length <= input.Length,
            "starts, ends, axes and steps of a slice differ in length");
        var first = new long[input.Length];
        var step = new long[input.Length];
        Array.Fill(step, 1);
        var shape = input.ToArray();
        for (int i = 0; i < starts.Length; i++)
        {
            int at = Shapes.Axis(axes.Length > 0 ? axes[i] : i, input.Length);
            long extent = input[at], by = steps.Length > 0 ? steps[i] : 1;
            Shapes.Require(by != 0, "the step of a slice is 0");
            if (extent == Shapes.Unknown)
            {
                shape[at] = Shapes.Unknown;
                continue;
            }
            long start = starts[i] < 0 ? Math.Max(starts[i] + extent, -1) : starts[i];
            long end = ends[i] < 0 ? Math.Max(ends[i] + extent, -1) : ends[i];
            if (starts[i] < 0 && starts[i] + extent < 0) start = by > 0 ? 0 : -1;
            start = by > 0 ? Math.Clamp(start, 0, extent) : Math.Clamp(start, -1, extent - 1);
            end = by > 0 ? Math.Clamp(end, 0, extent) : Math.Clamp(end, -1, extent - 1);
            // The difference divided first: a step near the ends of the range must not overflow.
            long distance = by > 0 ? end - start : start - end;
            ulong stride = by > 0 ? (ulong)by : 0UL - (ulong)by;
            long length = distance <= 0 ? 0 : (long)((ulong)(distance - 1) / stride) + 1;
            (first[at], step[at], shape[at]) = (start, length <= 1 ? 1 : by, length);
            if (length == 0) first[at] = 0;
        }
        return (first, step, shape);
    }

    /// <summary>Repeats an array to a broadcast shape.</summary>
    public static NdArray Expand(NdArray x, ReadOnlySpan<long> shape)
    {
        var result = Shapes.Broadcast(x.Shape, shape);
        if (result.AsSpan().SequenceEqual(x.Shape)) return x;
        return Strided.Gather(x, 0, Shapes.BroadcastStrides(x.Shape, result.Length), result);
    }

    /// <summary>The shape of an array repeated along each dimension.</summary>
    public static long[] InferTile(ReadOnlySpan<long> shape, ReadOnlySpan<long> repeats)
    {
        Shapes.Require(repeats.Length == shape.Length, $"{repeats.Length} repeats do not fit rank {shape.Length}");
        var result = new long[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            Shapes.Require(repeats[i] >= 0 || repeats[i] == Shapes.Unknown, "a repeat count is negative");
            bool unknown = shape[i] == Shapes.Unknown || repeats[i] == Shapes.Unknown;
            result[i] = unknown ? Shapes.Unknown : NdArray.CountOf([shape[i], repeats[i]]);
        }
        return result;
    }

    /// <summary>Repeats an array whole along each dimension.</summary>
    public static NdArray Tile(NdArray x, ReadOnlySpan<long> repeats)
    {
        var result = InferTile(x.Shape, repeats);
        var own = Shapes.Strides(x.Shape);
        var strides = new long[2 * x.Rank];
        var shape = new long[2 * x.Rank];
        for (int i = 0; i < x.Rank; i++) (shape[2 * i], shape[2 * i + 1], strides[2 * i + 1]) = (repeats[i], x.Shape[i], own[i]);
        return Strided.Gather(x, 0, strides, shape).Reshape(result);
    }

    /// <summary>The shape of <see cref="DepthToSpace"/>.</summary>
    public static long[] InferDepthToSpace(ReadOnlySpan<long> shape, long block)
    {
        Shapes.Require(
            shape.Length == 4 && block is > 0 and < 1 << 20 && (shape[1] == Shapes.Unknown || shape[1] % (block * block) == 0),
            $"DepthToSpace by {block} does not fit {NdArray.Format(shape)}");
        return [shape[0], Scaled(shape[1], 1, block * block), Scaled(shape[2], block, 1), Scaled(shape[3], block, 1)];
    }

    /// <summary>The shape of <see cref="SpaceToDepth"/>.</summary>
    public static long[] InferSpaceToDepth(ReadOnlySpan<long> shape, long block)
    {
        Shapes.Require(
            shape.Length == 4 && block is > 0 and < 1 << 20 && (shape[2] == Shapes.Unknown || shape[2] % block == 0)
            && (shape[3] == Shapes.Unknown || shape[3] % block == 0),
            $"SpaceToDepth by {block} does not fit {NdArray.Format(shape)}");
        return [shape[0], Scaled(shape[1], block * block, 1), Scaled(shape[2], 1, block), Scaled(shape[3], 1, block)];
    }

    /// <summary>NCHW depth to space; the channel is split as (block, block, C) in mode DCR and as (C, block, block) in mode CRD.</summary>
    public static NdArray DepthToSpace(NdArray x, long block, bool columnRowDepth)
    {
        var shape = InferDepthToSpace(x.Shape, block);
        long n = x.Shape[0], c = x.Shape[1] / (block * block), h = x.Shape[2], w = x.Shape[3];
        var split = columnRowDepth
            ? Transpose(x.Reshape([n, c, block, block, h, w]), [0, 1, 4, 2, 5, 3])
            : Transpose(x.Reshape([n, block, block, c, h, w]), [0, 3, 4, 1, 5, 2]);
        return split.Reshape(shape);
    }

    /// <summary>NCHW space to depth.</summary>
    public static NdArray SpaceToDepth(NdArray x, long block)
    {
        var shape = InferSpaceToDepth(x.Shape, block);
        long n = x.Shape[0], c = x.Shape[1], h = x.Shape[2] / block, w = x.Shape[3] / block;
        return Transpose(x.Reshape([n, c, h, block, w, block]), [0, 3, 5, 1, 2, 4]).Reshape(shape);
    }

    /// <summary>The elements on and above (or below) the diagonal that is <paramref name="k"/> above the main one; zero elsewhere.</summary>
    public static NdArray Trilu(NdArray x, long k, bool upper)
    {
        Shapes.Require(x.Rank >= 2, "Trilu needs a matrix");
        var y = NdArray.Create(x.Kind, x.Shape);
        long rows = x.Shape[^2], columns = x.Shape[^1];
        k = Math.Clamp(k, -rows, columns);
        long matrices = rows * columns == 0 ? 0 : x.Count / (rows * columns);
        for (long m = 0; m < matrices; m++)
        {
            for (long r = 0; r < rows; r++)
            {
                long start = upper ? Math.Clamp(r + k, 0, columns) : 0;
                long end = upper ? columns : Math.Clamp(r + k + 1, 0, columns);
                long at = (m * rows + r) * columns;
                if (end > start) x.CopyTo(at + start, y, at + start, end - start);
            }
        }
        return y;
    }

    /// <summary>Reverses the first lengths[b] entries along the time axis for every entry b of the batch axis.</summary>
    public static NdArray ReverseSequence(NdArray x, ReadOnlySpan<long> lengths, long batchAxis, long timeAxis)
    {
        Shapes.Require(
            x.Rank >= 2 && batchAxis is 0 or 1 && timeAxis is 0 or 1 && batchAxis != timeAxis && lengths.Length == x.Shape[(int)batchAxis],
            "ReverseSequence: batch and time axes must be 0 and 1, with one length for each entry of the batch");
        var y = x.Clone();
        var strides = Shapes.Strides(x.Shape);
        long batchStride = strides[batchAxis], timeStride = strides[timeAxis];
        var shape = Shapes.With(x.Shape, (int)batchAxis, 1);
        for (int b = 0; b < lengths.Length; b++)
        {
            Shapes.Require(lengths[b] >= 0 && lengths[b] <= x.Shape[(int)timeAxis], $"sequence length {lengths[b]} is out of range");
            if (lengths[b] == 0) continue;
            shape[timeAxis] = lengths[b];
            var reversed = Shapes.With(strides, (int)timeAxis, -timeStride);
            Strided.Copy(x, b * batchStride + (lengths[b] - 1) * timeStride, reversed, y, b * batchStride, strides, shape);
        }
        return y;
    }

    private static long Scaled(long extent, long factor, long divisor) => extent == Shapes.Unknown ? extent : checked(extent * factor / divisor);

    private static int[] Permutation(ReadOnlySpan<long> perm, int rank)
    {
        var order = new int[rank];
        if (perm.Length == 0)
        {
            for (int i = 0; i < rank; i++) order[i] = rank - 1 - i;
            return order;
        }
        Shapes.Require(perm.Length == rank, $"a permutation of {perm.Length} dimensions does not fit rank {rank}");
        Shapes.Axes(perm, rank);
        for (int i = 0; i < rank; i++) order[i] = Shapes.Axis(perm[i], rank);
        return order;
    }
}
