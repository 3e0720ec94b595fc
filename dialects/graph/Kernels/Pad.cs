using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>What padding contains: a constant, the mirrored elements without the edge, the edge itself, or the opposite end.</summary>
public enum PadMode { Constant, Reflect, Edge, Wrap }

/// <summary>ONNX Pad; negative pads cut.</summary>
public static class Padding
{
    /// <summary>The padded shape; pads are all starts, then all ends.</summary>
    public static long[] InferShape(ReadOnlySpan<long> shape, ReadOnlySpan<long> pads)
    {
        Shapes.Require(pads.Length == 2 * shape.Length, $"{pads.Length} pads do not fit rank {shape.Length}");
        var result = new long[shape.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = shape[i] == Shapes.Unknown ? Shapes.Unknown : checked(shape[i] + pads[i] + pads[i + result.Length]);
            Shapes.Require(result[i] >= 0 || result[i] == Shapes.Unknown, "negative pads cut more than there is");
        }
        return result;
    }

    /// <summary>The padded array; the value (a scalar of the array's kind) is 0 or "" when missing.</summary>
    public static NdArray Apply(NdArray x, ReadOnlySpan<long> pads, PadMode mode, NdArray? value)
    {
        var shape = InferShape(x.Shape, pads);
        // What is cut is cut first: mirrored elements come from what remains.
        int rank = x.Rank;
        var starts = new long[rank];
        var ends = new long[rank];
        var before = new long[rank];
        bool cut = false;
        for (int i = 0; i < rank; i++)
        {
            starts[i] = Math.Max(0, -pads[i]);
            ends[i] = x.Shape[i] - Math.Max(0, -pads[i + rank]);
            before[i] = Math.Max(0, pads[i]);
            cut |= starts[i] > 0 || ends[i] < x.Shape[i];
        }
        if (cut) x = Moves.Slice(x, starts, ends, [], []);
        NdArray y;
        if (value == null) y = NdArray.Create(x.Kind, shape);
        else if (mode == PadMode.Constant)
        {
            Shapes.Require(value.Kind == x.Kind && value.Count == 1, "the padding value must be a scalar of the input's kind");
            y = Moves.Expand(value.Reshape([]), shape);
            if (ReferenceEquals(y, value) || y.Count <= 1) y = y.Clone();
        }
        else y = NdArray.CreateUninitialized(x.Kind, shape);
        var strides = Shapes.Strides(shape);
        long origin = 0;
        for (int i = 0; i < rank; i++) origin += before[i] * strides[i];
        Strided.Copy(x, 0, Shapes.Strides(x.Shape), y, origin, strides, x.Shape);
        if (mode == PadMode.Constant) return y;

        // One dimension after another, each from what the earlier ones have completed.
        var done = x.Shape.ToArray();
        for (int d = 0; d < rank; d++)
        {
            long extent = x.Shape[d];
            if (shape[d] == extent) continue;
            Shapes.Require(extent > 0, "an empty dimension has no elements to pad with");
            var row = Shapes.With(done, d, 1);
            long start = 0;
            for (int i = d + 1; i < rank; i++) start += before[i] * strides[i];
            for (long p = 0; p < shape[d]; p++)
            {
                long from = Source(p - before[d], extent, mode);
                if (from == p - before[d]) continue;
                Strided.Copy(y, start + (before[d] + from) * strides[d], strides, y, start + p * strides[d], strides, row);
            }
            done[d] = shape[d];
        }
        return y;
    }

    // Which element stands at a position outside 0..extent-1.
    private static long Source(long position, long extent, PadMode mode)
    {
        if (position >= 0 && position < extent) return position;
        if (mode == PadMode.Edge || extent == 1) return Math.Clamp(position, 0, extent - 1);
        if (mode == PadMode.Wrap) return (position % extent + extent) % extent;
        long period = 2 * (extent - 1), at = (position % period + period) % period;
        return at < extent ? at : period - at;
    }
}
