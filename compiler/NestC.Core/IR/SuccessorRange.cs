namespace NestC.IR;

/// <summary>A run of successors of an operation; enumerates without allocating.</summary>
public readonly struct SuccessorRange(Operation op, int start, int count)
{
    public int Count => count;

    public Block this[int index] => (uint)index < (uint)count ? op.Successor(start + index) : throw new ArgumentOutOfRangeException(nameof(index));

    public Enumerator GetEnumerator() => new(op, start, count);

    public struct Enumerator(Operation op, int start, int count)
    {
        private int at = start - 1;

        public readonly Block Current => op.Successor(at);

        public bool MoveNext() => ++at < start + count;
    }
}
