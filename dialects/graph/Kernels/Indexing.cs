using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>What a scatter does where it meets an element.</summary>
public enum ScatterReduction { None, Add, Mul, Max, Min }

/// <summary>Gathers, scatters and the other operators that are driven by indices. Negative indices count from the back; one that is out of range
/// is reported.</summary>
public static class Indexing
{
    /// <summary>The shape of ONNX Gather: the axis is replaced by the shape of the indices.</summary>
    public static long[] InferGather(ReadOnlySpan<long> data, ReadOnlySpan<long> indices, long axis)
    {
        int at = Shapes.Axis(axis, data.Length);
        return [.. data[..at], .. indices, .. data[(at + 1)..]];
    }

    /// <summary>ONNX Gather: slices along an axis.</summary>
    public static NdArray Gather(NdArray data, NdArray indices, long axis)
    {
        var y = NdArray.CreateUninitialized(data.Kind, InferGather(data.Shape, indices.Shape, axis));
        var (outer, extent, inner) = Ordering.Lines(data.Shape, Shapes.Axis(axis, data.Rank));
        long to = 0;
        for (long o = 0; o < outer; o++)
            for (long i = 0; i < indices.Count; i++, to += inner) data.CopyTo((o * extent + Index(indices, i, extent)) * inner, y, to, inner);
        return y;
    }

    /// <summary>ONNX GatherElements: one element for each index, which replaces the position along the axis.</summary>
    public static NdArray GatherElements(NdArray data, NdArray indices, long axis)
    {
        int at = Shapes.Axis(axis, data.Rank);
        RequireInside(indices.Shape, data.Shape, at);
        var y = NdArray.CreateUninitialized(data.Kind, indices.Shape);
        var strides = Shapes.Strides(data.Shape);
        Span<long> position = stackalloc long[data.Rank];
        for (long i = 0; i < indices.Count; i++, Shapes.Next(position, indices.Shape))
            data.CopyTo(Offset(position, strides, at, Index(indices, i, data.Shape[at])), y, i, 1);
        return y;
    }

    /// <summary>The shape of ONNX GatherND: batch dimensions, the indices without their last dimension, and what they leave of the data.</summary>
    public static long[] InferGatherNd(ReadOnlySpan<long> data, ReadOnlySpan<long> indices, long batchDims)
    {
        Shapes.Require(
            indices.Length > 0 && batchDims >= 0 && batchDims < Math.Min(data.Length, indices.Length) && indices[^1] >= 0
            && indices[^1] <= data.Length - batchDims,
            $"indices {NdArray.Format(indices)} with {batchDims} batch dimensions do not fit {NdArray.Format(data)}");
        Shapes.Require(data[..(int)batchDims].SequenceEqual(indices[..(int)batchDims]), "the batch dimensions of data and indices differ");
        return [.. indices[..^1], .. data[(int)(batchDims + indices[^1])..]];
    }

    /// <summary>ONNX GatherND.</summary>
    public static NdArray GatherNd(NdArray data, NdArray indices, long batchDims)
    {
        var y = NdArray.CreateUninitialized(data.Kind, InferGatherNd(data.Shape, indices.Shape, batchDims));
        int batch = (int)batchDims, tuple = (int)indices.Shape[^1];
        var indexed = data.Shape[batch..(batch + tuple)];
        long inner = Shapes.Product(data.Shape[(batch + tuple)..]), batches = Shapes.Product(data.Shape[..batch]);
        long each = batches == 0 ? 0 : Shapes.Product(indices.Shape[..^1]) / batches, span = Shapes.Product(data.Shape[batch..]);
        for (long b = 0, i = 0; b < batches; b++)
            for (long n = 0; n < each; n++, i++) data.CopyTo(b * span + Tuple(indices, i * tuple, indexed) * inner, y, i * inner, inner);
        return y;
    }

    /// <summary>ONNX ScatterElements.</summary>
    public static NdArray ScatterElements(NdArray data, NdArray indices, NdArray updates, long axis, ScatterReduction reduction)
    {
        int at = Shapes.Axis(axis, data.Rank);
        Shapes.RequireSame(indices.Shape, updates.Shape, "the updates of a scatter");
        RequireInside(indices.Shape, data.Shape, at);
        var y = data.Clone();
        var strides = Shapes.Strides(data.Shape);
        var targets = new long[indices.Count];
        Span<long> position = stackalloc long[data.Rank];
        for (long i = 0; i < targets.Length; i++, Shapes.Next(position, indices.Shape))
            targets[i] = Offset(position, strides, at, Index(indices, i, data.Shape[at]));
        Store(y, targets, updates, 1, reduction);
        return y;
    }

    /// <summary>ONNX ScatterND.</summary>
    public static NdArray ScatterNd(NdArray data, NdArray indices, NdArray updates, ScatterReduction reduction)
    {
        Shapes.Require(indices.Rank > 0 && indices.Shape[^1] <= data.Rank, $"indices {indices} do not fit {data}");
        int tuple = (int)indices.Shape[^1];
        long[] expected = [.. indices.Shape[..^1], .. data.Shape[tuple..]];
        Shapes.RequireSame(expected, updates.Shape, "the updates of a scatter");
        var y = data.Clone();
        long inner = Shapes.Product(data.Shape[tuple..]);
        var targets = new long[Shapes.Product(indices.Shape[..^1])];
        for (long i = 0; i < targets.Length; i++) targets[i] = Tuple(indices, i * tuple, data.Shape[..tuple]) * inner;
        Store(y, targets, updates, inner, reduction);
        return y;
    }

    /// <summary>Positions (i64, rank x count) of all elements that are not zero.</summary>
    public static NdArray NonZero(NdArray x)
    {
        var bits = Cast.To(x, ElementKind.I1).Read<byte>();
        int count = 0;
        foreach (byte b in bits) count += b;
        var y = NdArray.CreateUninitialized(ElementKind.I64, [x.Rank, count]);
        var to = y.Write<long>();
        Span<long> position = stackalloc long[x.Rank];
        for (int i = 0, n = 0; i < bits.Length; i++, Shapes.Next(position, x.Shape))
        {
            if (bits[i] == 0) continue;
            for (int d = 0; d < position.Length; d++) to[d * count + n] = position[d];
            n++;
        }
        return y;
    }

    /// <summary>Slices along an axis (or elements of the flat array) at which the condition holds; a short condition leaves out the rest.</summary>
    public static NdArray Compress(NdArray x, NdArray condition, long? axis)
    {
        var flat = axis == null ? x.Reshape([x.Count]) : x;
        int at = axis is { } given ? Shapes.Axis(given, x.Rank) : 0;
        Shapes.Require(condition.Rank == 1 && condition.Count <= flat.Shape[at], "the condition of Compress is longer than the axis");
        var chosen = new List<long>();
        for (long i = 0; i < condition.Count; i++)
            if (condition.GetInt64(i) != 0) chosen.Add(i);
        return Gather(flat, NdArray.Vector<long>(chosen.ToArray()), at);
    }

    /// <summary>The shape of ONNX OneHot: the indices' with the depth as a new dimension.</summary>
    public static long[] InferOneHot(ReadOnlySpan<long> indices, long depth, long axis)
    {
        int at = Shapes.Axis(axis, indices.Length + 1);
        return [.. indices[..at], depth, .. indices[at..]];
    }

    /// <summary>ONNX OneHot: a new dimension of the given depth, in which the index gets the second of <paramref name="values"/> and all others the
    /// first; an index out of range gets the first everywhere.</summary>
    public static NdArray OneHot(NdArray indices, long depth, NdArray values, long axis)
    {
        Shapes.Require(values.Count == 2 && depth >= 0, "OneHot needs two values and a depth");
        int at = Shapes.Axis(axis, indices.Rank + 1);
        var shape = InferOneHot(indices.Shape, depth, axis);
        var y = Moves.Expand(Moves.Slice(values.Reshape([2]), [0], [1], [], []).Reshape([]), shape).Clone();
        long inner = Shapes.Product(indices.Shape[at..]);
        for (long i = 0; i < indices.Count; i++)
        {
            long index = (long)indices.GetDouble(i);
            if (index < -depth || index >= depth) continue;
            if (index < 0) index += depth;
            values.CopyTo(1, y, (i / inner * depth + index) * inner + i % inner, 1);
        }
        return y;
    }

    private static long Index(NdArray indices, long at, long extent)
    {
        long index = indices.GetInt64(at);
        if (index < -extent || index >= extent) throw new EvaluationException($"index {index} is out of range for a dimension of {extent}");
        return index < 0 ? index + extent : index;
    }

    private static long Tuple(NdArray indices, long start, ReadOnlySpan<long> extents)
    {
        long offset = 0;
        for (int d = 0; d < extents.Length; d++) offset = offset * extents[d] + Index(indices, start + d, extents[d]);
        return offset;
    }

    private static long Offset(ReadOnlySpan<long> position, long[] strides, int axis, long index)
    {
        long offset = 0;
        for (int d = 0; d < position.Length; d++) offset += (d == axis ? index : position[d]) * strides[d];
        return offset;
    }

    private static void RequireInside(ReadOnlySpan<long> indices, ReadOnlySpan<long> data, int axis)
    {
        Shapes.Require(indices.Length == data.Length, "the ranks of data and indices differ");
        for (int d = 0; d < data.Length; d++)
            Shapes.Require(d == axis || indices[d] <= data[d], $"indices {NdArray.Format(indices)} reach beyond {NdArray.Format(data)}");
    }

    private static void Store(NdArray y, long[] targets, NdArray updates, long inner, ScatterReduction reduction)
    {
        if (reduction == ScatterReduction.None)
        {
            for (long i = 0; i < targets.Length; i++) updates.CopyTo(i * inner, y, targets[i], inner);
            return;
        }
        if (y.Kind == ElementKind.BF16)
        {
            var wide = Cast.To(y, ElementKind.F32);
            Store(wide, targets, Cast.To(updates, ElementKind.F32), inner, reduction);
            Cast.To(wide, y.Kind).CopyTo(0, y, 0, y.Count);
            return;
        }
        var work = new StoreWork(y, targets, updates, inner, reduction);
        NumericDispatch.Run(y.Kind, ref work, "a scatter");
    }

    private readonly struct StoreWork(NdArray y, long[] targets, NdArray updates, long inner, ScatterReduction reduction) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var to = y.Write<T>();
            var from = updates.Read<T>();
            for (int i = 0, at = 0; i < targets.Length; i++)
            {
                for (int n = 0; n < inner; n++, at++)
                {
                    ref T target = ref to[(int)targets[i] + n];
                    target = reduction switch
                    {
                        ScatterReduction.Add => target + from[at],
                        ScatterReduction.Mul => target * from[at],
                        ScatterReduction.Max => T.Max(target, from[at]),
                        _ => T.Min(target, from[at]),
                    };
                }
            }
        }
    }
}
