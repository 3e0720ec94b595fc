using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// A stack of operations in which each is at most once, above a queue of those that the driver starts with. The place of an operation is
/// kept in the operation itself, so that membership and removal cost no lookup and nothing is allocated for an operation.
/// </summary>
/// <remarks>
/// Upstream fills one stack and reverses it. A queue beside the stack gives the same order, and operations are not touched once more:
/// of a large module each touch is a cache miss. Places in the stack are complements.
/// </remarks>
internal sealed class Worklist
{
    // So far ahead of the next one are operations of the queue fetched: about as long as one is worked on.
    private const int Ahead = 6;
    private const int ChunkBits = 12, ChunkSize = 1 << ChunkBits;

    // A struct, so that storing does not check the class of the operation against that of the array.
    private struct Entry
    {
        public Operation? Op;
    }

    private Entry[][] queue = [new Entry[ChunkSize]];       // in chunks: millions of entries are never copied
    private int head, queued;
    private Entry[] stack = new Entry[256];
    private int count;
    private bool queueing;

    /// <summary>Entries, with those that were removed from the middle.</summary>
    public int Count => count + queued - head;

    public bool IsEmpty
    {
        get
        {
            while (count > 0 && stack[count - 1].Op is null) count--;
            if (count > 0) return false;
            while (head < queued && At(head) is null) head++;
            return head == queued;
        }
    }

    private ref Operation? At(int place) => ref queue[place >> ChunkBits][place & ChunkSize - 1].Op;

    // An index that another driver left never passes for membership: the entry is compared too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(Operation op)
    {
        int place = op.WorklistIndex;
        return place >= 0 ? place < queued && At(place) == op : ~place < count && stack[~place].Op == op;
    }

    /// <summary>Puts an operation on top, or at the end of the queue while that is filled.</summary>
    public void Push(Operation op)
    {
        if (Contains(op)) return;
        if (queueing)
        {
            if (queued >> ChunkBits == queue.Length) GrowQueue();
            op.WorklistIndex = queued;
            At(queued++) = op;
            return;
        }
        if (count == stack.Length) GrowStack();
        op.WorklistIndex = ~count;
        stack[count++].Op = op;
    }

    private void GrowQueue()
    {
        Entry[][] chunks = new Entry[queue.Length * 2][];
        for (int i = 0; i < chunks.Length; i++) chunks[i] = i < queue.Length ? queue[i] : new Entry[ChunkSize];
        queue = chunks;
    }

    private void GrowStack()
    {
        Entry[] bigger = new Entry[count * 2];
        Array.Copy(stack, bigger, count);
        stack = bigger;
    }

    /// <summary>From now on operations are appended to the queue; or, again, pushed on the stack.</summary>
    public void Queue(bool on) => queueing = on;

    /// <summary>Takes the entry pushed last, or the first of the queue; null when there is none.</summary>
    public Operation? Pop()
    {
        while (count > 0)
        {
            ref Entry top = ref stack[--count];
            if (top.Op is not { } op) continue;
            top.Op = null;
            return op;
        }
        while (head < queued && At(head) is null) head++;
        if (head == queued) return null;
        if (head + Ahead < queued && At(head + Ahead) is { } later) Cache.Fetch(later, 0);
        ref Operation? first = ref At(head++);
        Operation? next = first;
        first = null;
        return next;
    }

    public void Remove(Operation op)
    {
        if (!Contains(op)) return;
        int place = op.WorklistIndex;
        if (place >= 0) At(place) = null;
        else stack[~place].Op = null;
    }

    public void Clear()
    {
        Array.Clear(stack, 0, count);
        for (; head < queued; head++) At(head) = null;
        count = head = queued = 0;
    }
}

/// <summary>Hints to the processor.</summary>
internal static class Cache
{
    /// <summary>A distance of some forty operations with two operands: their users, whose lists are walked before they are reached, are mostly nearer.</summary>
    public const int Further = 8192;

    /// <summary>
    /// Fetches what stands some bytes behind the start of an object. The object itself (0) where it will be wanted soon; further on in a walk, since
    /// operations mostly lie in memory in the order of the program.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Fetch(object thing, int distance)
    {
        if (!Sse.IsSupported) return;
        // Only a hint: it does no harm when the collector has just moved the object, or when nothing is there.
        byte* at = (byte*)Unsafe.As<object, nint>(ref thing) + distance;
        Sse.Prefetch0(at);
        Sse.Prefetch0(at + 64);
        Sse.Prefetch0(at + 128);
        Sse.Prefetch0(at + 192);
    }
}
