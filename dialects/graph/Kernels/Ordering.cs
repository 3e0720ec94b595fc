using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Operators that work along one axis by comparing or accumulating: ArgMax, ArgMin, TopK, CumSum, Hardmax, Unique.</summary>
public static class Ordering
{
    /// <summary>Index (i64) of the greatest or least element along an axis; of equal ones the first, or the last when asked for.</summary>
    public static NdArray ArgExtreme(NdArray x, long axis, bool keepDims, bool greatest, bool selectLast)
    {
        x = Cast.Widen(x);
        int at = Shapes.Axis(axis, x.Rank);
        Shapes.Require(x.Shape[at] > 0, "the axis of ArgMax or ArgMin is empty");
        var y = NdArray.CreateUninitialized(ElementKind.I64, Shapes.Reduced(x.Shape, [at], keepDims));
        var work = new ArgWork(x, y, at, greatest, selectLast);
        NumericDispatch.Run(x.Kind, ref work, "ArgMax");
        return y;
    }

    /// <summary>The k greatest (or least) elements along an axis and their indices (i64), best first, equal ones in order of index.</summary>
    public static (NdArray Values, NdArray Indices) TopK(NdArray x, long k, long axis, bool largest)
    {
        if (x.Kind == ElementKind.BF16)
        {
            var wide = TopK(Cast.To(x, ElementKind.F32), k, axis, largest);
            return (Cast.To(wide.Values, x.Kind), wide.Indices);
        }
        int at = Shapes.Axis(axis, x.Rank);
        Shapes.Require(k >= 0 && k <= x.Shape[at], $"the {k} best of {x.Shape[at]} elements cannot be taken");
        var shape = Shapes.With(x.Shape, at, k);
        var values = NdArray.CreateUninitialized(x.Kind, shape);
        var indices = NdArray.CreateUninitialized(ElementKind.I64, shape);
        var work = new TopKWork(x, values, indices, at, largest);
        NumericDispatch.Run(x.Kind, ref work, "TopK");
        return (values, indices);
    }

    /// <summary>Running sums along an axis, from either end, with or without the element itself.</summary>
    public static NdArray CumSum(NdArray x, long axis, bool exclusive, bool reverse)
    {
        if (x.Kind.IsNarrowFloat()) return Cast.To(CumSum(Cast.To(x, ElementKind.F32), axis, exclusive, reverse), x.Kind);
        var y = NdArray.CreateUninitialized(x.Kind, x.Shape);
        var work = new CumSumWork(x, y, Shapes.Axis(axis, x.Rank), exclusive, reverse);
        NumericDispatch.Run(x.Kind, ref work, "CumSum");
        return y;
    }

    /// <summary>1 at the first greatest element along an axis, 0 elsewhere.</summary>
    public static NdArray Hardmax(NdArray x, long axis)
    {
        var best = ArgExtreme(x, axis, keepDims: true, greatest: true, selectLast: false).Read<long>();
        var y = NdArray.Create(x.Kind, x.Shape);
        var one = Cast.To(NdArray.Scalar(1f), x.Kind);
        var (outer, n, inner) = Lines(x.Shape, Shapes.Axis(axis, x.Rank));
        for (long o = 0, i = 0; o < outer; o++)
            for (long p = 0; p < inner; p++, i++) one.CopyTo(0, y, (o * n + best[(int)i]) * inner + p, 1);
        return y;
    }

    /// <summary>ONNX Unique: the distinct elements (or slices along an axis), their first positions, where each input element went, and counts.
    /// Sorted ascending, or in order of first appearance.</summary>
    public static (NdArray Values, NdArray First, NdArray Inverse, NdArray Counts) Unique(NdArray x, long? axis, bool sorted)
    {
        NdArray rows;
        long[] sliceShape;
        if (axis is not { } given)
        {
            rows = x.Reshape([x.Count, 1]);
            sliceShape = [];
        }
        else
        {
            int at = Shapes.Axis(given, x.Rank);
            var order = new List<long> { at };
            for (int i = 0; i < x.Rank; i++)
                if (i != at) order.Add(i);
            var moved = Moves.Transpose(x, order.ToArray());
            sliceShape = moved.Shape[1..].ToArray();
            rows = moved.Reshape([moved.Shape[0], Shapes.Product(sliceShape)]);
        }
        int count = (int)rows.Shape[0], width = (int)rows.Shape[1];
        var byValue = new int[count];
        for (int i = 0; i < count; i++) byValue[i] = i;
        Comparison<int> compare = (p, q) =>
        {
            for (int i = 0; i < width; i++)
            {
                int c = CompareElements(rows, (long)p * width + i, (long)q * width + i);
                if (c != 0) return c;
            }
            return 0;
        };
        Array.Sort(byValue, (p, q) => compare(p, q) is var c && c != 0 ? c : p.CompareTo(q));
        // Groups of equal rows; their first member is the first appearance.
        var groupOf = new int[count];
        var firsts = new List<int>();
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || compare(byValue[i - 1], byValue[i]) != 0) firsts.Add(byValue[i]);
            groupOf[byValue[i]] = firsts.Count - 1;
        }
        var rank = new int[firsts.Count];
        var output = new int[firsts.Count];
        for (int i = 0; i < output.Length; i++) output[i] = i;
        if (!sorted) Array.Sort(output, (p, q) => firsts[p].CompareTo(firsts[q]));
        for (int i = 0; i < output.Length; i++) rank[output[i]] = i;

        var values = NdArray.CreateUninitialized(x.Kind, [output.Length, width]);
        var first = new long[output.Length];
        var counts = new long[output.Length];
        var inverse = new long[count];
        for (int i = 0; i < output.Length; i++)
        {
            first[i] = firsts[output[i]];
            rows.CopyTo(first[i] * width, values, (long)i * width, width);
        }
        for (int i = 0; i < count; i++)
        {
            inverse[i] = rank[groupOf[i]];
            counts[inverse[i]]++;
        }
        if (axis is { } back)
        {
            int at = Shapes.Axis(back, x.Rank);
            var order = new long[x.Rank];
            for (int i = 0; i < x.Rank; i++) order[i] = i == at ? 0 : i < at ? i + 1 : i;
            values = Moves.Transpose(values.Reshape([output.Length, .. sliceShape]), order);
        }
        else values = values.Reshape([output.Length]);
        return (values, NdArray.Vector<long>(first), NdArray.Vector<long>(inverse), NdArray.Vector<long>(counts));
    }

    /// <summary>A shape seen along one axis: extent before, along and after it.</summary>
    internal static (long Outer, long Extent, long Inner) Lines(ReadOnlySpan<long> shape, int axis) =>
        (Shapes.Product(shape[..axis]), shape[axis], Shapes.Product(shape[(axis + 1)..]));

    private static int CompareElements(NdArray x, long p, long q) => x.Kind switch
    {
        ElementKind.String => string.CompareOrdinal(x.Read<string>()[(int)p], x.Read<string>()[(int)q]),
        ElementKind.U64 => unchecked((ulong)x.GetInt64(p)).CompareTo(unchecked((ulong)x.GetInt64(q))),
        _ when x.Kind.IsFloat() => x.GetDouble(p).CompareTo(x.GetDouble(q)),
        _ => x.GetInt64(p).CompareTo(x.GetInt64(q)),
    };

    private readonly struct ArgWork(NdArray x, NdArray y, int axis, bool greatest, bool last) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = y.Write<long>();
            var (outer, n, inner) = Lines(x.Shape, axis);
            int at = 0;
            for (long o = 0; o < outer; o++)
            {
                for (long p = 0; p < inner; p++)
                {
                    int start = (int)(o * n * inner + p);
                    long best = 0;
                    T value = from[start];
                    for (long i = 1; i < n; i++)
                    {
                        T v = from[start + (int)(i * inner)];
                        if (greatest ? v > value : v < value) (best, value) = (i, v);
                        else if (last && v == value) best = i;
                    }
                    to[at++] = best;
                }
            }
        }
    }

    private readonly struct TopKWork(NdArray x, NdArray values, NdArray indices, int axis, bool largest) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = values.Write<T>();
            var where = indices.Write<long>();
            var (outer, n, inner) = Lines(x.Shape, axis);
            int k = (int)values.Shape[axis];
            var keys = new T[n];
            var order = new int[n];
            int sign = largest ? -1 : 1;
            Comparison<int> compare = (p, q) => keys[p].CompareTo(keys[q]) is var c && c != 0 ? sign * c : p.CompareTo(q);
            for (long o = 0; o < outer; o++)
            {
                for (long p = 0; p < inner; p++)
                {
                    for (int i = 0; i < n; i++)
                    {
                        keys[i] = from[(int)((o * n + i) * inner + p)];
                        order[i] = i;
                    }
                    Array.Sort(order, compare);
                    for (int i = 0; i < k; i++)
                    {
                        int at = (int)((o * k + i) * inner + p);
                        to[at] = keys[order[i]];
                        where[at] = order[i];
                    }
                }
            }
        }
    }

    private readonly struct CumSumWork(NdArray x, NdArray y, int axis, bool exclusive, bool reverse) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = y.Write<T>();
            var (outer, n, inner) = Lines(x.Shape, axis);
            for (long o = 0; o < outer; o++)
            {
                for (long p = 0; p < inner; p++)
                {
                    T sum = T.Zero;
                    for (long i = 0; i < n; i++)
                    {
                        int at = (int)((o * n + (reverse ? n - 1 - i : i)) * inner + p);
                        T v = from[at];
                        to[at] = exclusive ? sum : sum + v;
                        sum += v;
                    }
                }
            }
        }
    }
}
