using NestC.Evaluation;

namespace NestC.Dialects.Tensor;

/// <summary>Places of elements in row-major order.</summary>
internal static class Places
{
    /// <summary>The place of an index.</summary>
    /// <exception cref="EvaluationException">It lies outside.</exception>
    public static long Of(ReadOnlySpan<long> shape, ReadOnlySpan<long> index)
    {
        long place = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if ((ulong)index[i] >= (ulong)shape[i]) throw new EvaluationException($"index {index[i]} is outside {shape[i]} elements");
            place = place * shape[i] + index[i];
        }
        return place;
    }

    /// <summary>The places of a slice's elements, in the slice's row-major order.</summary>
    /// <exception cref="EvaluationException">The slice goes beyond.</exception>
    public static long[] OfSlice(long[] shape, long[] offsets, long[] sizes, long[] steps)
    {
        long count = NdArray.CountOf(sizes);
        long[] places = new long[count];
        if (count == 0) return places;
        for (int i = 0; i < shape.Length; i++)
        {
            long last = offsets[i] + (sizes[i] - 1) * steps[i];
            if (offsets[i] < 0 || offsets[i] >= shape[i] || last < 0 || last >= shape[i])
                throw new EvaluationException($"a slice from {offsets[i]} to {last} is outside {shape[i]} elements");
        }
        long[] strides = Shapes.Strides(shape), index = new long[sizes.Length];
        for (int i = 0; i < places.Length; i++)
        {
            long place = 0;
            for (int j = 0; j < shape.Length; j++) place += (offsets[j] + index[j] * steps[j]) * strides[j];
            places[i] = place;
            Shapes.Next(index, sizes);
        }
        return places;
    }

    /// <summary>A shape without some dimensions.</summary>
    public static long[] Reduce(long[] shape, bool[] dropped)
    {
        Support.Vec<long> kept = default;
        for (int i = 0; i < shape.Length; i++)
            if (!dropped[i]) kept.Add(shape[i]);
        return kept.ToArray();
    }

    /// <summary>The shape that a gather yields.</summary>
    public static long[] Gathered(long[] source, long[] indices, long[] dims, bool reduced)
    {
        Support.Vec<long> shape = default;
        shape.AddRange(indices.AsSpan(0, indices.Length - 1));
        for (int i = 0; i < source.Length; i++)
        {
            if (Array.IndexOf(dims, i) < 0) shape.Add(source[i]);
            else if (!reduced) shape.Add(1);
        }
        return shape.ToArray();
    }

    /// <summary>For each coordinate, the places of the slice at it.</summary>
    public static List<long[]> OfCoordinates(MoveInputs x, int operand, long[] shape, long[] dims)
    {
        List<long[]> all = [];
        long count = 1;
        long[] indices = x.Shape(operand);
        for (int i = 0; i < indices.Length - 1; i++) count *= indices[i];
        long[] offsets = new long[shape.Length], sizes = (long[])shape.Clone(), ones = new long[shape.Length];
        Array.Fill(ones, 1);
        foreach (long dim in dims) sizes[dim] = 1;
        for (long i = 0; i < count; i++)
        {
            for (int j = 0; j < dims.Length; j++) offsets[dims[j]] = x.Element(operand, i * dims.Length + j);
            all.Add(OfSlice(shape, offsets, sizes, ones));
        }
        return all;
    }

    /// <summary>The place in the plain tensor of an index of the packed one; -1 in the padding.</summary>
    public static long InPlain(long[] index, long[] plain, long[] strides, long[] tiles, ITiledLayout layout)
    {
        Span<long> at = stackalloc long[plain.Length];
        long[] order = layout.OuterPermutation;
        for (int i = 0; i < plain.Length; i++) at[order.Length == 0 ? i : (int)order[i]] = index[i];
        for (int i = 0; i < tiles.Length; i++)
        {
            int dim = (int)layout.InnerDimsPos[i];
            at[dim] = at[dim] * tiles[i] + index[plain.Length + i];
        }
        long place = 0;
        for (int i = 0; i < plain.Length; i++)
        {
            if (at[i] >= plain[i]) return -1;
            place += at[i] * strides[i];
        }
        return place;
    }
}
