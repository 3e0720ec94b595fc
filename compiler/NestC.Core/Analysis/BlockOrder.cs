using NestC.IR;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>Orders of the blocks of a region; none recurses, so long chains of blocks are no danger.</summary>
public static class BlockOrder
{
    /// <summary>The blocks that can be reached from the entry, each after its successors (but for cycles).</summary>
    public static List<Block> PostOrder(Region region)
    {
        List<Block> order = [];
        if (region.First is not { } entry) return order;
        if (region.HasOneBlock)
        {
            order.Add(entry);
            return order;
        }
        Vec<Block> seen = default;
        Visit(entry, ref seen, order);
        return order;
    }

    /// <summary>As <see cref="PostOrder"/>, then the same from the first block not reached so far, until none is left.</summary>
    public static List<Block> PostOrderOfAll(Region region)
    {
        List<Block> order = [];
        Vec<Block> seen = default;
        for (Block? block = region.First; block is not null; block = block.Next)
            if (!IsIn(seen, block)) Visit(block, ref seen, order);
        return order;
    }

    /// <summary>The blocks that can be reached from the entry, each before its successors (but for cycles).</summary>
    public static List<Block> ReversePostOrder(Region region)
    {
        List<Block> order = PostOrder(region);
        order.Reverse();
        return order;
    }

    /// <summary>The blocks that cannot be reached from the entry, in their order in the region; null when there are none.</summary>
    public static List<Block>? Unreachable(Region region)
    {
        if (region.First is not { } entry || region.HasOneBlock) return null;
        Vec<Block> seen = default;
        Visit(entry, ref seen, null);
        List<Block>? others = null;
        for (Block? block = entry.Next; block is not null; block = block.Next)
            if (!IsIn(seen, block)) (others ??= []).Add(block);
        return others;
    }

    // A block knows its place among those seen; a number that somebody left behind never passes for one.
    private static bool IsIn(in Vec<Block> seen, Block block) => (uint)block.Scratch < (uint)seen.Count && seen[block.Scratch] == block;

    private static bool Add(ref Vec<Block> seen, Block block)
    {
        if (IsIn(seen, block)) return false;
        block.Scratch = seen.Count;
        seen.Add(block);
        return true;
    }

    private static void Visit(Block from, ref Vec<Block> seen, List<Block>? order)
    {
        Vec<Block> path = new(16);
        Vec<int> upcoming = new(16);
        path.Add(from);
        upcoming.Add(0);
        Add(ref seen, from);
        while (!path.IsEmpty)
        {
            Block block = path[path.Count - 1];
            ref int next = ref upcoming[upcoming.Count - 1];
            if (block.Last is { } last && next < last.SuccessorCount)
            {
                Block successor = last.Successor(next++);
                if (!Add(ref seen, successor)) continue;
                path.Add(successor);
                upcoming.Add(0);
                continue;
            }
            order?.Add(block);
            path.Pop();
            upcoming.Pop();
        }
    }
}
