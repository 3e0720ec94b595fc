using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>The one way in which elements are moved: a copy between two strided views. Transpose, slice, expand, tile, concat, pad and
/// space-to-depth are each one call of it, for every element kind.</summary>
public static class Strided
{
    /// <summary>Copies <paramref name="shape"/> elements; strides and offsets count elements and may be zero or negative.</summary>
    public static void Copy(
        NdArray source, long sourceOffset, ReadOnlySpan<long> sourceStrides,
        NdArray target, long targetOffset, ReadOnlySpan<long> targetStrides, ReadOnlySpan<long> shape)
    {
        if (source.Kind != target.Kind) throw new EvaluationException($"{source.Kind.Name()} elements cannot be copied to {target.Kind.Name()}");
        var plan = Plan.Make(sourceStrides, targetStrides, shape);
        if (plan == null) return;
        CheckBounds(source, sourceOffset, plan.Source, plan.Shape);
        CheckBounds(target, targetOffset, plan.Target, plan.Shape);
        switch (source.Kind)
        {
            case ElementKind.String: Run<string>(source, sourceOffset, target, targetOffset, plan); break;
            case ElementKind.I4 or ElementKind.U4: throw new EvaluationException("packed four-bit elements must be converted before they are moved");
            default:
                switch (source.Kind.Bytes())
                {
                    case 1: Run<byte>(source, sourceOffset, target, targetOffset, plan); break;
                    case 2: Run<ushort>(source, sourceOffset, target, targetOffset, plan); break;
                    case 4: Run<uint>(source, sourceOffset, target, targetOffset, plan); break;
                    case 8: Run<ulong>(source, sourceOffset, target, targetOffset, plan); break;
                    default: Run<UInt128>(source, sourceOffset, target, targetOffset, plan); break;
                }
                break;
        }
    }

    /// <summary>A dense array with the elements of a strided view.</summary>
    public static NdArray Gather(NdArray source, long offset, ReadOnlySpan<long> strides, ReadOnlySpan<long> shape)
    {
        var result = NdArray.CreateUninitialized(source.Kind, shape);
        Copy(source, offset, strides, result, 0, Shapes.Strides(shape), shape);
        return result;
    }

    private static void CheckBounds(NdArray array, long offset, long[] strides, long[] shape)
    {
        long least = offset, greatest = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            long reach = strides[i] * (shape[i] - 1);
            if (reach < 0) least += reach;
            else greatest += reach;
        }
        if (least < 0 || greatest >= array.Count) throw new EvaluationException($"a view of elements {least}..{greatest} is outside {array}");
    }

    private static void Run<T>(NdArray source, long sourceOffset, NdArray target, long targetOffset, Plan plan)
    {
        var from = source.Read<T>();
        var to = target.Write<T>();
        int rank = plan.Shape.Length;
        long inner = plan.Shape[rank - 1], sourceStep = plan.Source[rank - 1], targetStep = plan.Target[rank - 1];
        var index = new long[rank];
        var outer = plan.Shape.AsSpan(0, rank - 1);
        long s = sourceOffset, t = targetOffset;
        while (true)
        {
            if (rank >= 2 && sourceStep != 1 && targetStep == 1 && plan.Source[rank - 2] == 1 && inner >= 8)
            {
                // A transposition of the last two dimensions: blocks keep both sides in cache.
                TransposeBlocks(from, s, sourceStep, to, t, plan.Target[rank - 2], plan.Shape[rank - 2], inner);
                int skip = rank - 2;
                if (!Advance(index, plan, ref s, ref t, skip)) return;
                continue;
            }
            if (sourceStep == 1 && targetStep == 1)
            {
                from.Slice((int)s, (int)inner).CopyTo(to.Slice((int)t, (int)inner));
            }
            else if (sourceStep == 0 && targetStep == 1)
            {
                to.Slice((int)t, (int)inner).Fill(from[(int)s]);
            }
            else
            {
                for (long i = 0, a = s, b = t; i < inner; i++, a += sourceStep, b += targetStep) to[(int)b] = from[(int)a];
            }
            if (!Advance(index, plan, ref s, ref t, rank - 1)) return;
        }
    }

    private static bool Advance(long[] index, Plan plan, ref long s, ref long t, int dims)
    {
        for (int d = dims - 1; d >= 0; d--)
        {
            s += plan.Source[d];
            t += plan.Target[d];
            if (++index[d] < plan.Shape[d]) return true;
            s -= plan.Source[d] * plan.Shape[d];
            t -= plan.Target[d] * plan.Shape[d];
            index[d] = 0;
        }
        return false;
    }

    private static void TransposeBlocks<T>(
        ReadOnlySpan<T> from, long s, long sourceStep, Span<T> to, long t, long targetStride, long rows, long columns)
    {
        const int Block = 16;
        for (long r0 = 0; r0 < rows; r0 += Block)
        {
            long r1 = Math.Min(rows, r0 + Block);
            for (long c0 = 0; c0 < columns; c0 += Block)
            {
                long c1 = Math.Min(columns, c0 + Block);
                for (long r = r0; r < r1; r++)
                {
                    int a = (int)(s + r + c0 * sourceStep), b = (int)(t + r * targetStride + c0);
                    for (long c = c0; c < c1; c++, a += (int)sourceStep, b++) to[b] = from[a];
                }
            }
        }
    }

    // Strides and extents with dimensions of extent 1 dropped and neighbours merged where both sides run on.
    private sealed record Plan(long[] Source, long[] Target, long[] Shape)
    {
        public static Plan? Make(ReadOnlySpan<long> source, ReadOnlySpan<long> target, ReadOnlySpan<long> shape)
        {
            var s = new long[shape.Length + 1];
            var t = new long[shape.Length + 1];
            var n = new long[shape.Length + 1];
            int rank = 0;
            for (int i = 0; i < shape.Length; i++)
            {
                if (shape[i] == 0) return null;
                if (shape[i] == 1) continue;
                if (rank > 0 && s[rank - 1] == source[i] * shape[i] && t[rank - 1] == target[i] * shape[i])
                {
                    s[rank - 1] = source[i];
                    t[rank - 1] = target[i];
                    n[rank - 1] *= shape[i];
                    continue;
                }
                (s[rank], t[rank], n[rank]) = (source[i], target[i], shape[i]);
                rank++;
            }
            if (rank == 0) (s[0], t[0], n[0], rank) = (1, 1, 1, 1);
            return new(s[..rank], t[..rank], n[..rank]);
        }
    }
}
