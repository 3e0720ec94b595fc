using NestC.Support;

namespace NestC.IR;

/// <summary>
/// Which blocks dominate which. Trees are made for each region when first asked for (Cooper, Harvey and Kennedy, "A simple, fast
/// dominance algorithm", 2001); regions of one block need none.
/// </summary>
public sealed class DominanceInfo
{
    private readonly Dictionary<Region, DominatorTree> trees = new(ReferenceEqualityComparer.Instance);     // the default comparer is compiled at start-up

    /// <summary>Forgets the tree of a region whose blocks or edges changed.</summary>
    public void Invalidate(Region region) => trees.Remove(region);

    public DominatorTree Tree(Region region)
    {
        if (!trees.TryGetValue(region, out DominatorTree? tree)) trees.Add(region, tree = new DominatorTree(region));
        return tree;
    }

    /// <summary>Whether control can reach the block from the entry of its region.</summary>
    public bool IsReachable(Block block) =>
        block.Parent is not { } region || region.First == block || (!region.HasOneBlock && Tree(region).IsReachable(block));

    /// <summary>Whether every path from the entry to <paramref name="b"/> passes <paramref name="a"/>; both in one region.</summary>
    public bool Dominates(Block a, Block b) => a == b || Tree(a.Parent!).Dominates(a, b);

    /// <summary>
    /// Whether a value may be used by an operation: its definition comes before on every path, in this or an enclosing region. In
    /// graph regions (and regions of unregistered operations) the order within a block means nothing.
    /// </summary>
    public bool ProperlyDominates(Value value, Operation user)
    {
        Block? definedIn = value.Block;
        Operation? at = user;
        if (definedIn is null) return false;
        if (at.Block != definedIn)
        {
            Region? region = definedIn.Parent;
            while (at is not null && at.ParentRegion != region) at = at.ParentOp;
            if (at?.Block is not { } usedIn) return false;
            if (usedIn != definedIn) return Dominates(definedIn, usedIn);
        }
        if (value.DefiningOp is not { } definition) return true;
        if (!HasSsaDominance(definedIn.Parent)) return definition != at || at == user;
        return definition != at && definition.IsBeforeInBlock(at!);
    }

    /// <summary>Whether an operation comes before another on every path to it.</summary>
    public bool ProperlyDominates(Operation a, Operation b)
    {
        if (a == b || a.Block is not { } block) return false;
        Operation? at = b;
        while (at is not null && at.ParentRegion != a.ParentRegion) at = at.ParentOp;
        if (at?.Block is not { } other || at == a) return false;
        return other == block ? a.IsBeforeInBlock(at) : Dominates(block, other);
    }

    /// <summary>Whether the order of operations in the blocks of a region means anything.</summary>
    public static bool HasSsaDominance(Region? region) =>
        region?.Parent is not { } parent
        || (parent.Info.IsRegistered ? !parent.Has(OpTraits.GraphRegion) : parent.Info.Upstream is { MayHaveGraphRegions: false });
}

/// <summary>The dominator tree of the blocks of one region.</summary>
public sealed class DominatorTree
{
    private readonly Block[] order;     // reachable blocks in reverse post-order
    private readonly int[] dominator;   // of each, as an index; the entry's is itself
    private readonly int[] enter, leave;

    public DominatorTree(Region region)
    {
        order = ReversePostOrder(region);
        dominator = new int[order.Length];
        enter = new int[order.Length];
        leave = new int[order.Length];
        for (int i = 0; i < dominator.Length; i++) dominator[i] = -1;
        if (order.Length == 0) return;
        dominator[0] = 0;
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = 1; i < order.Length; i++)
            {
                int best = -1;
                foreach (Block p in order[i].Predecessors)
                {
                    if (!IsReachable(p) || dominator[p.DominanceNumber] < 0) continue;
                    best = best < 0 ? p.DominanceNumber : Intersect(best, p.DominanceNumber);
                }
                if (dominator[i] == best) continue;
                dominator[i] = best;
                changed = true;
            }
        }
        NumberTree();
    }

    /// <summary>Reachable blocks, each before those that it dominates.</summary>
    public ReadOnlySpan<Block> Order => order;

    public bool IsReachable(Block block) =>
        (uint)block.DominanceNumber < (uint)order.Length && order[block.DominanceNumber] == block;

    /// <summary>The closest block that dominates another; null for the entry and for unreachable ones.</summary>
    public Block? ImmediateDominator(Block block) =>
        IsReachable(block) && block.DominanceNumber > 0 ? order[dominator[block.DominanceNumber]] : null;

    /// <summary>Whether <paramref name="a"/> dominates <paramref name="b"/>; an unreachable block is dominated by all.</summary>
    public bool Dominates(Block a, Block b)
    {
        if (a == b || !IsReachable(b)) return true;
        if (!IsReachable(a)) return false;
        int x = a.DominanceNumber, y = b.DominanceNumber;
        return enter[x] <= enter[y] && leave[y] <= leave[x];
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

    // Intervals of a depth-first walk of the tree, so that a query takes constant time.
    private void NumberTree()
    {
        int n = order.Length;
        int[] firstChild = new int[n], sibling = new int[n];
        for (int i = 0; i < n; i++) firstChild[i] = sibling[i] = -1;
        for (int i = n - 1; i > 0; i--)
        {
            sibling[i] = firstChild[dominator[i]];
            firstChild[dominator[i]] = i;
        }
        int clock = 0;
        Vec<int> path = new(16);
        path.Add(0);
        enter[0] = clock++;
        while (!path.IsEmpty)
        {
            int at = path[path.Count - 1];
            int child = firstChild[at];
            if (child < 0)
            {
                leave[at] = clock++;
                path.Pop();
                continue;
            }
            firstChild[at] = sibling[child];
            enter[child] = clock++;
            path.Add(child);
        }
    }

    private static Block[] ReversePostOrder(Region region)
    {
        if (region.First is not { } entry) return [];
        foreach (Block block in region.Blocks) block.DominanceNumber = -1;
        Vec<Block> post = default;
        Vec<Block> path = default;
        Vec<int> nextSuccessor = default;
        path.Add(entry);
        nextSuccessor.Add(0);
        entry.DominanceNumber = 0;
        while (!path.IsEmpty)
        {
            Block at = path[path.Count - 1];
            ref int number = ref nextSuccessor[nextSuccessor.Count - 1];
            if (number < at.SuccessorCount)
            {
                Block successor = at.Successor(number++);
                if (successor.DominanceNumber >= 0 || successor.Parent != region) continue;
                successor.DominanceNumber = 0;
                path.Add(successor);
                nextSuccessor.Add(0);
                continue;
            }
            post.Add(at);
            path.Pop();
            nextSuccessor.Pop();
        }
        Block[] order = post.ToArray();
        Array.Reverse(order);
        for (int i = 0; i < order.Length; i++) order[i].DominanceNumber = i;
        return order;
    }
}
