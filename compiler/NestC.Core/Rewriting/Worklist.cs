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

    private Operation?[] queue = new Operation?[256];
    private int head, queued;
    private Operation?[] items = new Operation?[256];
    private int count;
    private bool queueing;

    /// <summary>Entries, with those that were removed from the middle.</summary>
    public int Count => count + queued - head;

    public bool IsEmpty
    {
        get
        {
            while (count > 0 && items[count - 1] is null) count--;
            if (count > 0) return false;
            while (head < queued && queue[head] is null) head++;
            return head == queued;
        }
    }

    // An index that another driver left never passes for membership: the entry is compared too.
    public bool Contains(Operation op)
    {
        int place = op.WorklistIndex;
        return place >= 0 ? (uint)place < (uint)queue.Length && queue[place] == op : (uint)~place < (uint)items.Length && items[~place] == op;
    }

    /// <summary>Puts an operation on top, or at the end of the queue while that is filled.</summary>
    public void Push(Operation op)
    {
        if (Contains(op)) return;
        if (queueing)
        {
            if (queued == queue.Length) Array.Resize(ref queue, queued * 2);
            op.WorklistIndex = queued;
            queue[queued++] = op;
            return;
        }
        if (count == items.Length) Array.Resize(ref items, count * 2);
        op.WorklistIndex = ~count;
        items[count++] = op;
    }

    /// <summary>From now on operations are appended to the queue; or, again, pushed on the stack.</summary>
    public void Queue(bool on) => queueing = on;

    /// <summary>Takes the entry pushed last, or the first of the queue; the list must not be empty.</summary>
    public Operation Pop()
    {
        while (count > 0)
        {
            Operation? top = items[--count];
            items[count] = null;
            if (top is not null) return top;
        }
        while (queue[head] is null) head++;
        if (head + Ahead < queued) Fetch(ref queue[head + Ahead]);
        Operation op = queue[head]!;
        queue[head++] = null;
        return op;
    }

    private static unsafe void Fetch(ref Operation? op)
    {
        if (!Sse.IsSupported) return;
        // Only a hint: it does no harm when the collector has just moved the object.
        Operation? local = op;
        byte* at = (byte*)Unsafe.As<Operation?, nint>(ref local);
        Sse.Prefetch0(at);
        Sse.Prefetch0(at + 64);
        Sse.Prefetch0(at + 128);
    }

    public void Remove(Operation op)
    {
        if (!Contains(op)) return;
        int place = op.WorklistIndex;
        if (place >= 0) queue[place] = null;
        else items[~place] = null;
    }

    public void Clear()
    {
        Array.Clear(items, 0, count);
        Array.Clear(queue, head, queued - head);
        count = head = queued = 0;
    }
}
