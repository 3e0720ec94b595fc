using NestC.IR;

namespace NestC.Analysis;

/// <summary>Orders of the blocks of a region; none recurses, so long chains of blocks are no danger.</summary>
public static class BlockOrder
{
    /// <summary>The blocks that can be reached from the entry, each after its successors (but for cycles).</summary>
    public static List<Block> PostOrder(Region region)
    {
        List<Block> order = [];
        if (region.First is not { } entry) return order;
        if (region.HasOneBlock) order.Add(entry);
        else Visit(entry, [], order);
        return order;
    }

    /// <summary>As <see cref="PostOrder"/>, then the same from the first block not reached so far, until none is left.</summary>
    public static List<Block> PostOrderOfAll(Region region)
    {
        List<Block> order = [];
        HashSet<Block> seen = [];
        for (Block? block = region.First; block is not null; block = block.Next)
            if (!seen.Contains(block)) Visit(block, seen, order);
        return order;
    }

    /// <summary>The blocks that can be reached from the entry, each before its successors (but for cycles).</summary>
    public static List<Block> ReversePostOrder(Region region)
    {
        List<Block> order = PostOrder(region);
        order.Reverse();
        return order;
    }

    private static void Visit(Block from, HashSet<Block> seen, List<Block> order)
    {
        List<Block> path = [from];
        List<int> upcoming = [0];
        seen.Add(from);
        while (path.Count > 0)
        {
            Block block = path[^1];
            int next = upcoming[^1];
            if (next < block.SuccessorCount)
            {
                upcoming[^1] = next + 1;
                Block successor = block.Successor(next);
                if (!seen.Add(successor)) continue;
                path.Add(successor);
                upcoming.Add(0);
                continue;
            }
            order.Add(block);
            path.RemoveAt(path.Count - 1);
            upcoming.RemoveAt(upcoming.Count - 1);
        }
    }
}
