using System.Numerics;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Evaluation;

/// <summary>
/// Memory while a program is interpreted, or a strided part of it: what a memref stands for. Parts share the memory of the whole.
/// </summary>
public sealed class EvalBuffer
{
    private sealed class Memory(BigInteger[] cells)
    {
        public readonly BigInteger[] Cells = cells;
        public bool Freed;
    }

    private readonly Memory memory;
    private readonly long[] sizes, strides;

    private EvalBuffer(Memory memory, long offset, long[] sizes, long[] strides) => (this.memory, Offset, this.sizes, this.strides) = (memory, offset, sizes, strides);

    /// <summary>Place of the first element in the memory.</summary>
    public long Offset { get; }

    public ReadOnlySpan<long> Sizes => sizes;

    /// <summary>In elements.</summary>
    public ReadOnlySpan<long> Strides => strides;

    /// <summary>Whether the memory was freed.</summary>
    public bool IsFreed => memory.Freed;

    /// <summary>The number of elements.</summary>
    public long Count => ShapedType.Product(sizes);

    /// <summary>New memory whose elements are poison, row-major; null when there are more than <see cref="EvalValue.MaxLanes"/>.</summary>
    public static EvalBuffer? Allocate(ReadOnlySpan<long> sizes)
    {
        long count = ShapedType.Product(sizes);
        if (count > EvalValue.MaxLanes) return null;
        BigInteger[] cells = new BigInteger[count];
        Array.Fill(cells, EvalValue.Poison);
        long[] strides = new long[sizes.Length];
        long stride = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= sizes[i];
        }
        return new EvalBuffer(new Memory(cells), 0, sizes.ToArray(), strides);
    }

    public void Free() => memory.Freed = true;

    /// <summary>Whether both are parts of one memory.</summary>
    public bool SharesMemoryWith(EvalBuffer other) => memory == other.memory;

    /// <summary>The part that offsets, sizes and strides (of this buffer's dimensions) describe, as a buffer with some dimensions left out; null when it goes beyond.</summary>
    public EvalBuffer? View(ReadOnlySpan<long> offsets, ReadOnlySpan<long> extents, ReadOnlySpan<long> steps, ReadOnlySpan<bool> dropped = default)
    {
        long offset = Offset;
        Support.Vec<long> newSizes = default, newStrides = default;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (extents[i] < 0 || offsets[i] < 0 || (extents[i] > 0 && (offsets[i] >= sizes[i] || offsets[i] + (extents[i] - 1) * steps[i] is var last && (last < 0 || last >= sizes[i])))) return null;
            offset += offsets[i] * strides[i];
            if (!dropped.IsEmpty && dropped[i]) continue;
            newSizes.Add(extents[i]);
            newStrides.Add(strides[i] * steps[i]);
        }
        return new EvalBuffer(memory, offset, newSizes.ToArray(), newStrides.ToArray());
    }

    /// <summary>The same memory under other sizes and strides, which must lie in it.</summary>
    public EvalBuffer? Restride(long offset, ReadOnlySpan<long> newSizes, ReadOnlySpan<long> newStrides)
    {
        long least = offset, most = offset;
        for (int i = 0; i < newSizes.Length; i++)
        {
            if (newSizes[i] == 0) return new EvalBuffer(memory, offset, newSizes.ToArray(), newStrides.ToArray());
            long reach = (newSizes[i] - 1) * newStrides[i];
            if (reach < 0) least += reach;
            else most += reach;
        }
        return least >= 0 && most < memory.Cells.Length ? new EvalBuffer(memory, offset, newSizes.ToArray(), newStrides.ToArray()) : null;
    }

    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long stride = 1;
            for (int i = sizes.Length - 1; i >= 0; i--)
            {
                if (sizes[i] != 1 && strides[i] != stride) return false;
                stride *= sizes[i];
            }
            return true;
        }
    }

    /// <summary>The element at an index for each dimension; a reference to poison's place is never given: false when the index is outside, or the memory was freed.</summary>
    public bool TryLoad(ReadOnlySpan<long> index, out BigInteger value)
    {
        value = EvalValue.Poison;
        if (PlaceOf(index) is not { } place) return false;
        value = memory.Cells[place];
        return true;
    }

    /// <summary>Sets an element; false when the index is outside, or the memory was freed.</summary>
    public bool TryStore(ReadOnlySpan<long> index, BigInteger value)
    {
        if (PlaceOf(index) is not { } place) return false;
        memory.Cells[place] = value;
        return true;
    }

    private long? PlaceOf(ReadOnlySpan<long> index)
    {
        if (memory.Freed || index.Length != sizes.Length) return null;
        long place = Offset;
        for (int i = 0; i < sizes.Length; i++)
        {
            if ((ulong)index[i] >= (ulong)sizes[i]) return null;
            place += index[i] * strides[i];
        }
        return place;
    }

    /// <summary>A copy of all elements in row-major order.</summary>
    public BigInteger[] ToLanes()
    {
        BigInteger[] lanes = new BigInteger[Count];
        if (lanes.Length == 0) return lanes;
        long[] index = new long[sizes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            TryLoad(index, out lanes[i]);
            Advance(index);
        }
        return lanes;
    }

    /// <summary>Sets all elements from row-major order.</summary>
    public void SetLanes(ReadOnlySpan<BigInteger> lanes)
    {
        long[] index = new long[sizes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            TryStore(index, lanes[i]);
            Advance(index);
        }
    }

    private void Advance(long[] index)
    {
        for (int i = index.Length - 1; i >= 0; i--)
        {
            if (++index[i] < sizes[i]) return;
            index[i] = 0;
        }
    }
}
