using NestC.Support;

namespace NestC.IR;

/// <summary>
/// Which blocks dominate which. Trees are made for each region when first asked for (Cooper, Harvey and Kennedy, "A simple, fast
/// dominance algorithm", 2001); regions of one block need none.
/// </summary>
public sealed class DominanceInfo
{
    private Dictionary<Region, DominatorTree>? trees;
    private Region? lastRegion;
    private DominatorTree? lastTree;

    /// <summary>Forgets the tree of a region whose blocks or edges changed.</summary>
    public void Invalidate(Region region)
    {
        trees?.Remove(region);
        if (lastRegion == region) lastRegion = null;
    }

    public DominatorTree Tree(Region region)
    {
        if (lastRegion == region) return lastTree!;
        trees ??= new(ReferenceEqualityComparer.Instance);      // the default comparer is compiled at start-up
        if (!trees.TryGetValue(region, out DominatorTree? tree)) trees.Add(region, tree = new DominatorTree(region));
        (lastRegion, lastTree) = (region, tree);
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
    private int[]? enter, leave;        // made when first asked whether a block dominates another

    public DominatorTree(Region region)
    {
        ControlFlow flow = new(region);
        order = flow.Order;
        dominator = new int[order.Length];
        if (order.Length == 0) return;
        for (int i = 1; i < dominator.Length; i++) dominator[i] = -1;
        // Without edges back, the predecessors of a block come before it: one round does.
        while (Round(flow) && flow.HasEdgesBack)
        {
        }
    }

    private bool Round(ControlFlow flow)
    {
        bool changed = false;
        int[] first = flow.First, sources = flow.Sources;
        for (int i = 1; i < dominator.Length; i++)
        {
            int best = -1;
            for (int e = first[i]; e < first[i + 1]; e++)
            {
                int p = sources[e];
                if (dominator[p] < 0) continue;
                best = best < 0 ? p : Intersect(best, p);
            }
            if (dominator[i] == best) continue;
            dominator[i] = best;
            changed = true;
        }
        return changed;
    }

    /// <summary>Reachable blocks, each before those that it dominates.</summary>
    public ReadOnlySpan<Block> Order => order;

    public bool IsReachable(Block block) =>
        (uint)block.DominanceNumber < (uint)order.Length && order[block.DominanceNumber] == block;

    /// <summary>The closest block that dominates another; null for the entry and for unreachable ones.</summary>
    public Block? ImmediateDominator(Block block) =>
        IsReachable(block) && block.DominanceNumber > 0 ? order[dominator[block.DominanceNumber]] : null;

    /// <summary>The number in <see cref="Order"/> of the closest block that dominates the one of a number greater than 0.</summary>
    internal int DominatorOf(int number) => dominator[number];

    /// <summary>Whether <paramref name="a"/> dominates <paramref name="b"/>; an unreachable block is dominated by all.</summary>
    public bool Dominates(Block a, Block b)
    {
        if (a == b || !IsReachable(b)) return true;
        if (!IsReachable(a)) return false;
        int x = a.DominanceNumber, y = b.DominanceNumber;
        if (x == 0) return true;
        if (leave is null) NumberTree();
        return enter![x] <= enter[y] && leave![y] <= leave[x];
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
        enter = new int[n];
        int[] left = new int[n];
        int[] firstChild = new int[n], sibling = new int[n];     // 0: none, for the entry is no child
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
            if (child == 0)
            {
                left[at] = clock++;
                path.Pop();
                continue;
            }
            firstChild[at] = sibling[child];
            enter[child] = clock++;
            path.Add(child);
        }
        leave = left;
    }

    /// <summary>
    /// The reachable blocks of a region in reverse post-order, which is noted in them, and the edges between them as numbers: of many blocks each touch
    /// is a cache miss, so they are walked once.
    /// </summary>
    private readonly struct ControlFlow
    {
        public readonly Block[] Order;
        public readonly int[] First;        // where the sources of the edges to a block begin, and one number more at the end
        public readonly int[] Sources;
        public readonly bool HasEdgesBack;

        public ControlFlow(Region region)
        {
            Order = [];
            First = Sources = [];
            if (region.First is not { } entry) return;
            // Blocks are numbered as they are met. A number that an earlier tree left never passes for one of these: the block is compared too.
            Vec<Block> met = new(16);
            Vec<int> path = new(16), upcoming = new(16), post = new(16), from = new(16), to = new(16);
            entry.DominanceNumber = 0;
            met.Add(entry);
            path.Add(0);
            upcoming.Add(0);
            while (!path.IsEmpty)
            {
                int at = path[path.Count - 1];
                Operation? last = met[at].Last;
                ref int next = ref upcoming[upcoming.Count - 1];
                if (last is null || next == last.SuccessorCount)
                {
                    post.Add(at);
                    path.Pop();
                    upcoming.Pop();
                    continue;
                }
                Block successor = last.Successor(next++);
                if (successor.Parent != region) continue;
                int number = successor.DominanceNumber;
                bool isNew = (uint)number >= (uint)met.Count || met[number] != successor;
                if (isNew) successor.DominanceNumber = number = met.Count;
                from.Add(at);
                to.Add(number);
                if (!isNew) continue;
                met.Add(successor);
                path.Add(number);
                upcoming.Add(0);
            }
            int n = met.Count;
            Order = new Block[n];
            int[] place = new int[n];
            for (int i = 0; i < n; i++)
            {
                Block block = met[post[n - 1 - i]];
                block.DominanceNumber = place[post[n - 1 - i]] = i;
                Order[i] = block;
            }
            First = new int[n + 1];
            Sources = new int[to.Count];
            for (int e = 0; e < to.Count; e++) First[place[to[e]] + 1]++;
            for (int i = 0; i < n; i++) First[i + 1] += First[i];
            for (int e = 0; e < to.Count; e++)
            {
                int source = place[from[e]], target = place[to[e]];
                HasEdgesBack |= target <= source;
                Sources[First[target]++] = source;
            }
            // Filling has moved each start to the next one's.
            for (int i = n; i > 0; i--) First[i] = First[i - 1];
            First[0] = 0;
        }
    }
}
