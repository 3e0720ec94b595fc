using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// A stack of operations in which each is at most once. The place of an operation is kept in the operation itself, so that
/// membership and removal cost no lookup and nothing is allocated for an operation.
/// </summary>
internal sealed class Worklist
{
    private Operation?[] items = new Operation?[256];
    private int count;

    /// <summary>Entries, with those that were removed from the middle.</summary>
    public int Count => count;

    public bool IsEmpty
    {
        get
        {
            while (count > 0 && items[count - 1] is null) count--;
            return count == 0;
        }
    }

    // An index that another driver left never passes for membership: the entry is compared too.
    public bool Contains(Operation op) => (uint)op.WorklistIndex < (uint)count && items[op.WorklistIndex] == op;

    public void Push(Operation op)
    {
        if (Contains(op)) return;
        if (count == items.Length) Array.Resize(ref items, count * 2);
        op.WorklistIndex = count;
        items[count++] = op;
    }

    /// <summary>Takes the entry pushed last; the list must not be empty.</summary>
    public Operation Pop()
    {
        while (items[count - 1] is null) count--;
        Operation op = items[--count]!;
        items[count] = null;
        while (count > 0 && items[count - 1] is null) count--;
        return op;
    }

    public void Remove(Operation op)
    {
        if (Contains(op)) items[op.WorklistIndex] = null;
    }

    public void Clear()
    {
        Array.Clear(items, 0, count);
        count = 0;
    }

    public void Reverse()
    {
        Array.Reverse(items, 0, count);
        for (int i = 0; i < count; i++)
            if (items[i] is { } op) op.WorklistIndex = i;
    }
}
