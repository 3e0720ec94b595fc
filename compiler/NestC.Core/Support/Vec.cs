using System.Runtime.CompilerServices;

namespace NestC.Support;

/// <summary>
/// A growable array. BCL generics over our own structs are not precompiled by ReadyToRun (they are compiled at start-up,
/// 8 to 10 ms for a parser); a container of this assembly is.
/// </summary>
public struct Vec<T>
{
    private T[]? items;
    private int count;

    public Vec(int capacity) { items = capacity == 0 ? null : new T[capacity]; count = 0; }

    public readonly int Count => count;

    public readonly bool IsEmpty => count == 0;

    public readonly ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)count) throw new ArgumentOutOfRangeException(nameof(index));
            return ref items![index];
        }
    }

    public readonly Span<T> Span => new(items, 0, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (items is null || count == items.Length) Grow(count + 1);
        items![count++] = item;
    }

    public void AddRange(ReadOnlySpan<T> range)
    {
        if (items is null || count + range.Length > items.Length) Grow(count + range.Length);
        range.CopyTo(items.AsSpan(count));
        count += range.Length;
    }

    public T Pop()
    {
        T item = this[count - 1];
        items![--count] = default!;
        return item;
    }

    /// <summary>Keeps the first <paramref name="size"/> items.</summary>
    public void Truncate(int size)
    {
        if (size == count) return;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) Array.Clear(items!, size, count - size);
        count = size;
    }

    public void Clear() => Truncate(0);

    public readonly T[] ToArray()
    {
        T[] copy = new T[count];
        if (count > 0) Array.Copy(items!, copy, count);
        return copy;
    }

    /// <summary>The array behind, of which the first <see cref="Count"/> items count; null while nothing was added.</summary>
    internal readonly T[]? Items => items;

    private void Grow(int needed)
    {
        T[] bigger = new T[Math.Max(needed, Math.Max(4, count * 2))];
        if (count > 0) Array.Copy(items!, bigger, count);
        items = bigger;
    }
}
