namespace NestC.IR;

/// <summary>A list of blocks that an operation holds.</summary>
public sealed class Region
{
    internal Region(Operation? parent, int number)
    {
        Parent = parent;
        Number = number;
    }

    /// <summary>A region that no operation holds yet.</summary>
    public Region()
    {
    }

    public Operation? Parent { get; private set; }

    /// <summary>The number among the regions of the parent.</summary>
    public int Number { get; private set; }

    public Block? First { get; private set; }

    public Block? Last { get; private set; }

    public bool IsEmpty => First is null;

    public bool HasOneBlock => First is not null && First == Last;

    public BlockRange Blocks => new(this);

    internal void Attach(Operation parent, int number)
    {
        Parent = parent;
        Number = number;
    }

    public Block AddBlock() => Append(new Block());

    /// <summary>Inserts a block that is in no region before another, or at the end.</summary>
    public Block Append(Block block, Block? before = null)
    {
        if (block.Parent is not null) throw new InvalidOperationException("the block is in a region already");
        Block? previous = before is null ? Last : before.Previous;
        block.Parent = this;
        block.Previous = previous;
        block.Next = before;
        if (previous is null) First = block;
        else previous.Next = block;
        if (before is null) Last = block;
        else before.Previous = block;
        return block;
    }

    internal void Remove(Block block)
    {
        if (block.Previous is { } previous) previous.Next = block.Next;
        else First = block.Next;
        if (block.Next is { } following) following.Previous = block.Previous;
        else Last = block.Previous;
        block.Parent = null;
        block.Previous = block.Next = null;
    }

    /// <summary>Moves all blocks of this region to another one, before <paramref name="before"/> or at its end.</summary>
    internal void TakeInto(Region target, Block? before = null)
    {
        while (First is { } block)
        {
            Remove(block);
            target.Append(block, before);
        }
    }

    internal void DropAllReferences()
    {
        for (Block? b = First; b is not null; b = b.Next) b.DropAllReferences();
    }

    /// <summary>Whether this region is the other one or holds it, at any depth.</summary>
    public bool IsAncestorOf(Region? other)
    {
        for (; other is not null; other = other.Parent?.ParentRegion)
            if (other == this) return true;
        return false;
    }
}

/// <summary>The blocks of a region; enumerates without allocating, and the block just handed out may be removed.</summary>
public readonly struct BlockRange(Region region)
{
    public Enumerator GetEnumerator() => new(region.First);

    public struct Enumerator(Block? first)
    {
        private Block? upcoming = first;

        public Block Current { get; private set; } = null!;

        public bool MoveNext()
        {
            if (upcoming is null) return false;
            Current = upcoming;
            upcoming = upcoming.Next;
            return true;
        }
    }
}
