using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Dialects.Loop;

/// <summary>Arithmetic on the layouts of buffers.</summary>
public static class LoopBuffers
{
    /// <summary>Offset and strides of a buffer, in elements, <see cref="ShapedType.Dynamic"/> where not known; false when its layout has none.</summary>
    public static bool TryStrides(MemRefType type, out long offset, out long[] strides)
    {
        offset = 0;
        strides = new long[type.Rank];
        if (!type.HasIdentityLayout)
        {
            if (type.Layout is not StridedLayoutAttr layout) return false;
            offset = layout.Offset;
            strides = layout.Strides.ToArray();
            return true;
        }
        long stride = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = Multiply(stride, type.Shape[i]);
        }
        return true;
    }

    private static long Multiply(long a, long b) => a == ShapedType.Dynamic || b == ShapedType.Dynamic ? ShapedType.Dynamic : a * b;

    private static long Add(long a, long b) => a == ShapedType.Dynamic || b == ShapedType.Dynamic ? ShapedType.Dynamic : a + b;

    /// <summary>The type of a part of a buffer before dimensions are left out; null when the source's layout has no strides.</summary>
    public static MemRefType? SubviewType(MemRefType source, ReadOnlySpan<long> offsets, ReadOnlySpan<long> sizes, ReadOnlySpan<long> steps)
    {
        if (!TryStrides(source, out long offset, out long[] strides)) return null;
        for (int i = 0; i < strides.Length; i++)
        {
            offset = Add(offset, offsets[i] == 0 ? 0 : Multiply(offsets[i], strides[i]));
            strides[i] = Multiply(strides[i], steps[i]);
        }
        if (Array.IndexOf(strides, 0) >= 0) return null;
        return MemRefType.TryGet(sizes, source.ElementType, StridedLayoutAttr.Get(source.Context, offset, strides), source.MemorySpace, out _);
    }

    /// <summary>The type without some dimensions.</summary>
    public static MemRefType Drop(MemRefType type, ReadOnlySpan<bool> dropped)
    {
        TryStrides(type, out long offset, out long[] strides);
        Vec<long> shape = default, kept = default;
        for (int i = 0; i < type.Rank; i++)
        {
            if (dropped[i]) continue;
            shape.Add(type.Shape[i]);
            kept.Add(strides[i]);
        }
        return MemRefType.Get(shape.Span, type.ElementType, StridedLayoutAttr.Get(type.Context, offset, kept.Span), type.MemorySpace);
    }

    /// <summary>The dimensions of size 1 that a type leaves out of another one, by sizes and strides; null where that cannot be.</summary>
    public static bool[]? DroppedDims(MemRefType full, MemRefType reduced)
    {
        if (!TryStrides(full, out _, out long[] strides) || !TryStrides(reduced, out _, out long[] kept)) return null;
        bool[] dropped = new bool[full.Rank];
        int next = 0;
        for (int i = 0; i < full.Rank; i++)
        {
            // A dimension of size 1 goes unless all that remain are needed.
            bool fits = next < reduced.Rank && full.Shape[i] == reduced.Shape[next] && strides[i] == kept[next];
            if (fits && (full.Shape[i] != 1 || full.Rank - i == reduced.Rank - next || !LaterFits(full, strides, reduced, kept, i + 1, next)))
            {
                next++;
                continue;
            }
            if (full.Shape[i] != 1) return null;
            dropped[i] = true;
        }
        return next == reduced.Rank ? dropped : null;
    }

    private static bool LaterFits(MemRefType full, long[] strides, MemRefType reduced, long[] kept, int from, int next)
    {
        for (int i = from; i < full.Rank; i++)
        {
            if (next < reduced.Rank && full.Shape[i] == reduced.Shape[next] && strides[i] == kept[next]) next++;
            else if (full.Shape[i] != 1) return false;
        }
        return next == reduced.Rank;
    }

    /// <summary>Whether a cast between two types can hold.</summary>
    public static bool AreCastCompatible(MemRefType a, MemRefType b)
    {
        if (a.ElementType != b.ElementType || a.MemorySpace != b.MemorySpace || a.Rank != b.Rank || !TypeRelations.ShapesCompatible(a, b)) return false;
        if (!TryStrides(a, out long ao, out long[] sa) || !TryStrides(b, out long bo, out long[] sb)) return a.Layout == b.Layout;
        bool fits = Agree(ao, bo);
        for (int i = 0; i < sa.Length; i++) fits &= Agree(sa[i], sb[i]);
        return fits;
    }

    private static bool Agree(long a, long b) => a == b || a == ShapedType.Dynamic || b == ShapedType.Dynamic;

    /// <summary>A type like another one with strides and offset that are not known: what any buffer of the shape can be cast to.</summary>
    public static MemRefType WithOpenLayout(ReadOnlySpan<long> shape, IrType elementType, Attr? space)
    {
        long[] strides = new long[shape.Length];
        Array.Fill(strides, ShapedType.Dynamic);
        return MemRefType.Get(shape, elementType, StridedLayoutAttr.Get(elementType.Context, ShapedType.Dynamic, strides), space);
    }

    /// <summary>Bytes of a buffer without gaps, each element in whole bytes; null when a size is not known.</summary>
    public static long? ByteSize(MemRefType type)
    {
        if (!type.HasStaticShape) return null;
        int bits = type.ElementType is IndexType ? 64 : type.ElementType.IsIntOrFloat() ? type.ElementType.BitWidth() : 0;
        return bits == 0 ? null : type.NumElements * ((bits + 7) / 8);
    }

    internal static int Open(ReadOnlySpan<long> numbers)
    {
        int count = 0;
        foreach (long number in numbers)
            if (number == ShapedType.Dynamic) count++;
        return count;
    }

    internal static bool VerifyIndices(Diag d, Value memref, OperandRange indices)
    {
        int rank = ((MemRefType)memref.Type).Rank;
        return d.Require(indices.Count == rank, "C1", $"has {indices.Count} indices for {rank} dimensions");
    }
}
