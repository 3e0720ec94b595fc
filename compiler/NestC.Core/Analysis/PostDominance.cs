using NestC.IR;

namespace NestC.Analysis;

/// <summary>
/// Which blocks every path from a block to the end of its region passes (Cooper, Harvey and Kennedy's algorithm on the reversed graph, with
/// one exit that all blocks without successors lead to). Trees are made for each region when first asked for.
/// </summary>
public sealed class PostDominanceInfo
{
    private readonly Dictionary<Region, Tree> trees = [];

    /// <summary>Forgets the tree of a region whose blocks or edges changed.</summary>
    public void Invalidate(Region region) => trees.Remove(region);

    /// <summary>Whether every path from <paramref name="b"/> to the end passes <paramref name="a"/>; both in one region. A block that cannot reach the end is post-dominated by itself alone.</summary>
    public bool PostDominates(Block a, Block b) => a == b || Of(a.Parent!).PostDominates(a, b);

    /// <summary>The closest other block that all paths to the end pass; null when there is none.</summary>
    public Block? ImmediatePostDominator(Block block) => Of(block.Parent!).Immediate(block);

    /// <summary>Whether an operation is executed after another whenever the region comes to its end from there.</summary>
    public bool PostDominates(Operation a, Operation b)
    {
        Operation? at = b;
        while (at is not null && at.ParentRegion != a.ParentRegion) at = at.ParentOp;
        if (at?.Block is not { } block || a.Block is not { } own) return false;
        if (at == a) return true;
        return own == block ? at.IsBeforeInBlock(a) : PostDominates(own, block);
    }

    private Tree Of(Region region)
    {
        if (!trees.TryGetValue(region, out Tree? tree)) trees.Add(region, tree = new Tree(region));
        return tree;
    }

    private sealed class Tree
    {
        private const int Exit = 0;
        private readonly Dictionary<Block, int> numbers = [];
        private readonly List<Block?> blocks = [null];      // reverse post-order of the reversed graph; the exit first
        private readonly int[] dominator;

        public Tree(Region region)
        {
            Number(region);
            dominator = new int[blocks.Count];
            Array.Fill(dominator, -1);
            dominator[Exit] = Exit;
            for (bool changed = true; changed;)
            {
                changed = false;
                for (int i = 1; i < blocks.Count; i++)
                {
                    Block block = blocks[i]!;
                    int best = block.SuccessorCount == 0 ? Exit : -1;
                    for (int s = 0; s < block.SuccessorCount; s++)
                        if (numbers.TryGetValue(block.Successor(s), out int successor) && dominator[successor] >= 0)
                            best = best < 0 ? successor : Intersect(best, successor);
                    if (best == dominator[i]) continue;
                    dominator[i] = best;
                    changed = true;
                }
            }
        }

        private void Number(Region region)
        {
            List<Block> order = [];
            HashSet<Block> seen = [];
            Stack<(Block Block, List<Block> Predecessors, int Next)> path = new();
            foreach (Block end in region.Blocks)
            {
                if (end.SuccessorCount > 0 || !seen.Add(end)) continue;
                path.Push((end, PredecessorsOf(end), 0));
                while (path.Count > 0)
                {
                    (Block block, List<Block> predecessors, int next) = path.Pop();
                    if (next == predecessors.Count)
                    {
                        order.Add(block);
                        continue;
                    }
                    path.Push((block, predecessors, next + 1));
                    if (seen.Add(predecessors[next])) path.Push((predecessors[next], PredecessorsOf(predecessors[next]), 0));
                }
            }
            for (int i = order.Count - 1; i >= 0; i--)
            {
                numbers.Add(order[i], blocks.Count);
                blocks.Add(order[i]);
            }
        }

        private static List<Block> PredecessorsOf(Block block)
        {
            List<Block> all = [];
            foreach (Block predecessor in block.Predecessors) all.Add(predecessor);
            return all;
        }

        private int Intersect(int a, int b)
        {
            while (a != b)
            {
                while (a > b) a = dominator[a];
                while (b > a) b = dominator[b];
            }
            return a;
        }

        public Block? Immediate(Block block) => numbers.TryGetValue(block, out int n) ? blocks[dominator[n]] : null;

        public bool PostDominates(Block a, Block b)
        {
            if (!numbers.TryGetValue(a, out int x) || !numbers.TryGetValue(b, out int y)) return false;
            while (y > x) y = dominator[y];
            return x == y;
        }
    }
}
