using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NestC.Evaluation;

/// <summary>Evaluation cannot go on because of the values or shapes given; the message is fit for a diagnostic.</summary>
public sealed class EvaluationException(string message) : Exception(message);

/// <summary>The runtime value of executable semantics: a dense, row-major array of any rank, over memory that does not move.</summary>
/// <remarks>Weights are views of memory-mapped files, so reading and writing are separate: <see cref="Read{T}"/> always works,
/// <see cref="Write{T}"/> refuses a read-only view.</remarks>
public sealed unsafe class NdArray
{
    private const int Alignment = 64;
    private readonly long[] shape;
    private readonly string[]? strings;
    private readonly NdArray[]? items;
    private byte* data;

    // Keeps the memory behind `data` alive: a pinned array, a native block or a mapped file.
    private object? owner;

    private NdArray(ElementKind kind, long[] shape, long count, byte* data, string[]? strings, object? owner, bool readOnly)
    {
        Kind = kind;
        this.shape = shape;
        Count = count;
        this.data = data;
        this.strings = strings;
        this.owner = owner;
        IsReadOnly = readOnly;
    }

    private NdArray(NdArray[] items)
        : this(ElementKind.Array, [items.Length], items.Length, null, null, null, readOnly: true) => this.items = items;

    /// <summary>Bytes that one array may take, by default a quarter of the machine's memory: what asks for more is taken for a mistake, or an
    /// attack, and throws <see cref="EvaluationException"/>. Views are not limited.</summary>
    public static long MaxBytes { get; set; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    public ElementKind Kind { get; }

    /// <summary>Extent of each dimension, outermost first.</summary>
    public ReadOnlySpan<long> Shape => shape;

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    public int Rank => shape.Length;

    /// <summary>True for a view of memory that must not be written, such as a mapped file.</summary>
    public bool IsReadOnly { get; }

    /// <summary>Bytes of storage; 0 for strings.</summary>
    public long ByteLength => BytesFor(Kind, Count);

    /// <summary>First byte of the elements; null for strings. Callers keep the array reachable (GC.KeepAlive) while they use it.</summary>
    public byte* Data => data;

    /// <summary>Number of elements of a shape; throws <see cref="EvaluationException"/> for negative extents or more than 2^63 - 1 elements.</summary>
    public static long CountOf(ReadOnlySpan<long> shape)
    {
        long count = 1;
        bool empty = false;
        foreach (long d in shape)
        {
            if (d < 0) throw new EvaluationException($"shape {Format(shape)} has the negative extent {d}");
            empty |= d == 0;
        }
        if (empty) return 0;
        foreach (long d in shape)
        {
            if (count > long.MaxValue / d) throw new EvaluationException($"shape {Format(shape)} has more than 2^63 elements");
            count *= d;
        }
        return count;
    }

    /// <summary>Bytes that <paramref name="count"/> elements take; throws <see cref="EvaluationException"/> on overflow.</summary>
    public static long BytesFor(ElementKind kind, long count)
    {
        if (kind is ElementKind.I4 or ElementKind.U4) return (count >> 1) + (count & 1);
        int size = kind.Bytes();
        if (size != 0 && count > long.MaxValue / size) throw new EvaluationException($"{count} elements of {kind.Name()} do not fit in memory");
        return count * size;
    }

    /// <summary>A new array of zeros (empty strings).</summary>
    public static NdArray Create(ElementKind kind, ReadOnlySpan<long> shape) => Allocate(kind, shape.ToArray(), clear: true);

    /// <summary>A new array whose elements are not initialized.</summary>
    public static NdArray CreateUninitialized(ElementKind kind, ReadOnlySpan<long> shape) => Allocate(kind, shape.ToArray(), clear: false);

    /// <summary>A new array with a copy of the given elements.</summary>
    public static NdArray From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
    {
        var result = CreateUninitialized(ElementKinds.Of<T>(), shape);
        if (result.Count != values.Length) throw new EvaluationException($"{values.Length} values do not fill shape {Format(shape)}");
        values.CopyTo(result.Elements<T>());
        return result;
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public static NdArray From<T>(T[] values, params ReadOnlySpan<long> shape) => From((ReadOnlySpan<T>)values, shape);

    /// <summary>A sequence: a one-dimensional array whose elements are arrays. It shares them.</summary>
    public static NdArray Sequence(params ReadOnlySpan<NdArray> items) => new(items.ToArray());

    /// <summary>The elements of a sequence.</summary>
    /// <exception cref="EvaluationException">The array is no sequence.</exception>
    public ReadOnlySpan<NdArray> Items => items ?? throw new EvaluationException($"{ToString()} is no sequence");

    /// <summary>A one-dimensional array with a copy of the given elements.</summary>
    public static NdArray Vector<T>(params ReadOnlySpan<T> values) => From(values, values.Length);

    /// <summary>An array of rank 0.</summary>
    public static NdArray Scalar<T>(T value) => From([value], []);

    /// <summary>A view of memory that <paramref name="owner"/> keeps alive, without copying.</summary>
    public static NdArray Wrap(ElementKind kind, ReadOnlySpan<long> shape, byte* data, object owner, bool readOnly)
    {
        if (kind >= ElementKind.String) throw new EvaluationException($"{kind.Name()} elements cannot be a view of raw memory");
        return new(kind, shape.ToArray(), CountOf(shape), data, null, owner, readOnly);
    }

    /// <summary>The same elements under another shape, without copying.</summary>
    public NdArray Reshape(ReadOnlySpan<long> newShape)
    {
        if (CountOf(newShape) != Count) throw new EvaluationException($"shape {Format(shape)} cannot be viewed as {Format(newShape)}");
        return new(Kind, newShape.ToArray(), Count, data, strings, owner, IsReadOnly);
    }

    /// <summary>The same bits as elements of another kind of the same width, without copying.</summary>
    public NdArray Reinterpret(ElementKind kind)
    {
        if (kind.Bits() != Kind.Bits() || kind.Bits() == 0) throw new EvaluationException($"{Kind.Name()} cannot be viewed as {kind.Name()}");
        return new(kind, shape, Count, data, strings, owner, IsReadOnly);
    }

    /// <summary>A writable copy.</summary>
    public NdArray Clone()
    {
        var copy = CreateUninitialized(Kind, shape);
        CopyTo(0, copy, 0, Count);
        return copy;
    }

    /// <summary>All elements for reading; <typeparamref name="T"/> is any type of the element's width, or string. A view of mapped
    /// memory must stay reachable while the span is used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> Read<T>() => Elements<T>();

    /// <summary>All elements for writing; throws <see cref="EvaluationException"/> on a read-only view.</summary>
    public Span<T> Write<T>()
    {
        if (IsReadOnly) throw new EvaluationException("the array is a read-only view");
        return Elements<T>();
    }

    /// <summary>Copies a run of elements to an array of the same kind; runs count in elements and may not be of a packed kind unless whole.</summary>
    public void CopyTo(long start, NdArray target, long targetStart, long count)
    {
        if (target.Kind != Kind) throw new EvaluationException($"{Kind.Name()} elements cannot be copied to {target.Kind.Name()}");
        if (target.IsReadOnly) throw new EvaluationException("the array is a read-only view");
        if (start < 0 || targetStart < 0 || count < 0 || start > Count - count || targetStart > target.Count - count)
            throw new EvaluationException($"elements {start}..{start + count} are outside {Count} or {targetStart}..{targetStart + count} outside {target.Count}");
        if (strings != null)
        {
            Array.Copy(strings, start, target.strings!, targetStart, count);
            return;
        }
        if (Kind.Bits() == 4)
        {
            if (((start | targetStart) & 1) != 0 || ((count & 1) != 0 && targetStart + count != target.Count))
                throw new EvaluationException("a run of four-bit elements must start and end on a byte");
            Buffer.MemoryCopy(data + (start >> 1), target.data + (targetStart >> 1), target.ByteLength - (targetStart >> 1), BytesFor(Kind, count));
            return;
        }
        int size = Kind.Bytes();
        Buffer.MemoryCopy(data + start * size, target.data + targetStart * size, (target.Count - targetStart) * size, count * size);
    }

    /// <summary>Element <paramref name="index"/> as a double (i1 as 0 or 1); throws for complex and string elements.</summary>
    public double GetDouble(long index)
    {
        if ((ulong)index >= (ulong)Count) throw new EvaluationException($"index {index} is outside {Count} elements");
        return Kind switch
        {
            ElementKind.F32 => ((float*)data)[index],
            ElementKind.F64 => ((double*)data)[index],
            ElementKind.F16 => (double)((Half*)data)[index],
            ElementKind.BF16 => ElementKinds.BFloat16ToSingle(((ushort*)data)[index]),
            ElementKind.F8E4M3FN or ElementKind.F8E4M3FNUZ or ElementKind.F8E5M2 or ElementKind.F8E5M2FNUZ =>
                ElementKinds.Float8ToSingle(data[index], Kind),
            ElementKind.U64 => ((ulong*)data)[index],
            _ => GetInt64(index),
        };
    }

    /// <summary>Element <paramref name="index"/> of an integer or i1 array.</summary>
    public long GetInt64(long index)
    {
        if ((ulong)index >= (ulong)Count) throw new EvaluationException($"index {index} is outside {Count} elements");
        return Kind switch
        {
            ElementKind.I1 => data[index] != 0 ? 1 : 0,
            ElementKind.I4 => (sbyte)(data[index >> 1] << (4 - (int)((index & 1) << 2))) >> 4,
            ElementKind.U4 => (data[index >> 1] >> (int)((index & 1) << 2)) & 15,
            ElementKind.I8 => (sbyte)data[index],
            ElementKind.U8 => data[index],
            ElementKind.I16 => ((short*)data)[index],
            ElementKind.U16 => ((ushort*)data)[index],
            ElementKind.I32 => ((int*)data)[index],
            ElementKind.U32 => ((uint*)data)[index],
            ElementKind.I64 => ((long*)data)[index],
            ElementKind.U64 => unchecked((long)((ulong*)data)[index]),
            _ => throw new EvaluationException($"{Kind.Name()} elements are not integers"),
        };
    }

    /// <summary>The elements of a small integer array, for use as a shape, axes or pads.</summary>
    public long[] ToInt64s()
    {
        if (Count > 1 << 20) throw new EvaluationException($"{Count} elements are too many for a list of integers");
        var values = new long[Count];
        for (int i = 0; i < values.Length; i++) values[i] = GetInt64(i);
        return values;
    }

    /// <summary>The elements of a small numeric array, for use as scales.</summary>
    public double[] ToDoubles()
    {
        if (Count > 1 << 20) throw new EvaluationException($"{Count} elements are too many for a list of numbers");
        var values = new double[Count];
        for (int i = 0; i < values.Length; i++) values[i] = GetDouble(i);
        return values;
    }

    /// <summary>True when writing to one array could change the other.</summary>
    public bool SharesStorageWith(NdArray other)
    {
        if ((owner != null && ReferenceEquals(owner, other.owner)) || ReferenceEquals(this, other)) return true;
        if (other.items != null && items == null) return other.SharesStorageWith(this);
        foreach (NdArray item in items ?? [])
            if (item.SharesStorageWith(other)) return true;
        return false;
    }

    /// <summary>Gives the memory back for later arrays, which spares the system's clearing of fresh pages. Neither this array nor one that shares
    /// its storage, nor a span of either, may be used afterwards; reading this one throws. Never needed: the collector frees as well.</summary>
    public void Release()
    {
        if (owner is not byte[] pinned || IsReadOnly) return;
        owner = null;
        data = null;
        NdRecycler.Give(pinned);
    }

    /// <summary>True when kind, shape and every bit agree.</summary>
    public bool ContentEquals(NdArray other)
    {
        if (Kind != other.Kind || !Shape.SequenceEqual(other.Shape)) return false;
        if (strings != null) return strings.AsSpan().SequenceEqual(other.strings);
        for (int i = 0; i < (items?.Length ?? 0); i++)
            if (!items![i].ContentEquals(other.items![i])) return false;
        for (long at = 0, bytes = ByteLength; at < bytes; at += 1 << 30)
        {
            int run = (int)Math.Min(bytes - at, 1 << 30);
            if (!new ReadOnlySpan<byte>(data + at, run).SequenceEqual(new ReadOnlySpan<byte>(other.data + at, run))) return false;
        }
        return true;
    }

    public override string ToString() => $"{Format(shape)} {Kind.Name()}";

    /// <summary>A shape as text: <c>2x3x4</c>, or <c>scalar</c>.</summary>
    public static string Format(ReadOnlySpan<long> shape)
    {
        if (shape.Length == 0) return "scalar";
        var text = new System.Text.StringBuilder();
        foreach (long d in shape)
        {
            if (text.Length > 0) text.Append('x');
            if (d == long.MinValue) text.Append('?');
            else text.Append(d);
        }
        return text.ToString();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<T> Elements<T>()
    {
        if (typeof(T) == typeof(string))
        {
            if (strings == null) ThrowWidth(typeof(T));
            return MemoryMarshal.CreateSpan(ref Unsafe.As<string, T>(ref MemoryMarshal.GetArrayDataReference(strings!)), strings!.Length);
        }
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>() || Unsafe.SizeOf<T>() != Kind.Bytes() || Count > int.MaxValue) ThrowWidth(typeof(T));

        // A span made from the managed array keeps it alive; one made from a pointer would not.
        if (owner is byte[] pinned)
        {
            ref byte first = ref MemoryMarshal.GetArrayDataReference(pinned);
            nint offset = (nint)data - (nint)Unsafe.AsPointer(ref first);
            return MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref first, offset)), (int)Count);
        }
        if (data == null && Count > 0) throw new EvaluationException("the array was released");
        return new Span<T>(data, (int)Count);
    }

    private void ThrowWidth(Type type) => throw new EvaluationException(Count > int.MaxValue
        ? $"an array of {Count} elements is too large for one span"
        : $"{Kind.Name()} elements cannot be read as {type.Name}");

    private static NdArray Allocate(ElementKind kind, long[] shape, bool clear)
    {
        long count = CountOf(shape);
        if (kind == ElementKind.Array) throw new EvaluationException("a sequence is made of its elements");
        if (kind == ElementKind.String)
        {
            if (count > 1 << 27) throw new EvaluationException($"{count} strings do not fit in memory");
            var text = new string[count];
            Array.Fill(text, "");
            return new(kind, shape, count, null, text, null, false);
        }
        long bytes = BytesFor(kind, count);
        if (bytes > MaxBytes - Alignment)
            throw new EvaluationException($"an array of shape {Format(shape)} takes {bytes} bytes, more than the limit of {MaxBytes}");
        if (bytes <= Array.MaxLength - Alignment)
        {
            byte[]? pinned = NdRecycler.Take(bytes + Alignment);
            if (pinned != null && clear) Array.Clear(pinned);
            try
            {
                pinned ??= clear
                    ? GC.AllocateArray<byte>((int)bytes + Alignment, pinned: true)
                    : GC.AllocateUninitializedArray<byte>((int)bytes + Alignment, pinned: true);
            }
            catch (OutOfMemoryException)
            {
                throw new EvaluationException($"an array of shape {Format(shape)} takes {bytes} bytes, more than is free");
            }
            byte* start = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
            return new(kind, shape, count, start + (-(nint)start & (Alignment - 1)), null, pinned, false);
        }
        var block = new NativeBlock((nuint)bytes, clear);
        return new(kind, shape, count, block.Data, null, block, false);
    }

    // Arrays beyond what a managed array can hold.
    private sealed class NativeBlock
    {
        public NativeBlock(nuint bytes, bool clear)
        {
            Data = (byte*)NativeMemory.AlignedAlloc(bytes, Alignment);
            if (clear) NativeMemory.Clear(Data, bytes);
            GC.AddMemoryPressure((long)bytes);
            Size = (long)bytes;
        }

        public byte* Data { get; }

        private long Size { get; }

        ~NativeBlock()
        {
            NativeMemory.AlignedFree(Data);
            GC.RemoveMemoryPressure(Size);
        }
    }
}
