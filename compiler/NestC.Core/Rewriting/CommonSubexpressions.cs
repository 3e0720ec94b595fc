using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// Replaces operations by equal ones that dominate them, and erases dead ones. Equal reads are merged when nothing between them, in the same
/// block, may write. One instance serves one operation at a time.
/// </summary>
/// <remarks>
/// Values are numbered where they are defined, in bytes of theirs that nothing else uses meanwhile, so that hashing an operation asks
/// neither the runtime for identities nor allocates.
/// </remarks>
public sealed class CommonSubexpressions(DominanceInfo dominance, NestContext context)
{
    private const int LargestKept = 4096;

    private readonly OpBuilder builder = new(context);
    private DominanceInfo dominance = dominance;
    private KnownOps known = new();
    private Vec<KnownOps> spare;
    private Vec<Operation> erased;
    private int epoch;      // how often something that may write was passed
    private int values;     // how many operations and arguments are numbered

    /// <summary>Takes the isolated operations that are done; null: nobody asks.</summary>
    public EarlyVerification? Verification { get; private set; }

    public NestContext Context => builder.Context;

    /// <summary>How many operations were merged with equal ones.</summary>
    public long Merged { get; private set; }

    /// <summary>How many dead operations were erased.</summary>
    public long Dead { get; private set; }

    public bool Changed => Merged + Dead > 0;

    /// <summary>Begins with another operation of the same context; room is used again.</summary>
    public void Enter(DominanceInfo tree, EarlyVerification? verification)
    {
        (dominance, Verification) = (tree, verification);
        verification?.BlocksStayAsIn(tree);
        (Merged, Dead) = (0, 0);
        (epoch, values) = (0, 0);
    }

    /// <summary>Whether so little room is taken that it is worth keeping for the next operation.</summary>
    public bool IsSmall => known.Capacity <= LargestKept;

    /// <summary>Works on everything in the regions of an operation.</summary>
    public void RunOn(Operation root)
    {
        foreach (Region region in root.Regions) RunOn(region);
        EraseFrom(0);
    }

    private void RunOn(Region region)
    {
        if (region.First is not { } entry) return;
        if (DeepStack.IsShort)
        {
            DeepStack.Run((this, region), static s => s.Item1.RunOn(s.region));
            return;
        }
        bool ordered = DominanceInfo.HasSsaDominance(region);
        if (region.HasOneBlock)
        {
            // Where uses may stand before definitions, the numbers must be there before anything is hashed.
            if (!ordered) Number(entry);
            int scope = known.Mark();
            if (scope == 0) known.Reserve(entry.ApproximateCount);
            RunOn(entry, ordered);
            known.Release(scope);
        }
        else if (ordered) RunOnTree(region);
    }

    // Blocks in an order in which each stands in the scope of those that dominate it; iterative, since chains are long.
    private void RunOnTree(Region region)
    {
        DominatorTree tree = dominance.Tree(region);
        ReadOnlySpan<Block> order = tree.Order;
        int[] child = new int[order.Length], sibling = new int[order.Length];     // 0: none, for the entry is no child
        for (int i = order.Length - 1; i > 0; i--)
        {
            int parent = tree.DominatorOf(i);
            sibling[i] = child[parent];
            child[parent] = i;
        }
        Vec<int> path = default, scopes = default;
        scopes.Add(known.Mark());
        path.Add(0);
        RunOn(order[0], true);
        while (!path.IsEmpty)
        {
            int at = path[path.Count - 1];
            int next = child[at];
            if (next == 0)
            {
                known.Release(scopes.Pop());
                path.Pop();
                continue;
            }
            child[at] = sibling[next];
            scopes.Add(known.Mark());
            path.Add(next);
            RunOn(order[next], true);
        }
    }

    private void Number(Block block)
    {
        for (int i = 0; i < block.ArgumentCount; i++) block.ArgumentSlot(i).Mark = ++values;
        for (Operation? op = block.First; op is not null; op = op.Next) op.WorklistIndex = ++values;
    }

    private void RunOn(Block block, bool ordered)
    {
        epoch++;
        if (ordered)
            for (int i = 0; i < block.ArgumentCount; i++) block.ArgumentSlot(i).Mark = ++values;
        for (Operation? op = block.First; op is not null; op = op.Next)
        {
            Cache.Fetch(op, Cache.Further);
            if (ordered) op.WorklistIndex = ++values;
            if (op.RegionCount > 0) RunOnRegions(op);
            RunOn(op, ordered);
        }
    }

    private void RunOnRegions(Operation op)
    {
        // Values must not enter regions that are, or may be, isolated.
        bool isolated = !op.Info.IsRegistered || op.Has(OpTraits.IsolatedFromAbove);
        KnownOps outer = known;
        if (isolated) known = spare.IsEmpty ? new KnownOps() : spare.Pop();
        int doomed = erased.Count;
        foreach (Region region in op.Regions) RunOn(region);
        if (!isolated) return;
        // Nothing crosses into an isolated operation, and its operations are still in the cache.
        EraseFrom(doomed);
        spare.Add(known);
        known = outer;
        if (op.Info.IsRegistered) Verification?.Finished(op);
    }

    private void RunOn(Operation op, bool ordered)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.Terminator) != 0) return;
        if (SideEffects.IsTriviallyDead(op))
        {
            erased.Add(op);
            Dead++;
            return;
        }
        if (op.RegionCount > 0)
            foreach (Region region in op.Regions)
                if (!region.IsEmpty && !region.HasOneBlock) return;
        if (!SideEffects.IsMemoryEffectFree(op))
        {
            if (!Effects(op, out bool onlyReads)) epoch++;
            if (!onlyReads) return;
            int hash = KnownOps.HashOf(op);
            int read = known.Find(op, hash);
            if (read >= 0 && known[read].Epoch == epoch && known[read].Op.Block == op.Block) Merge(op, known[read].Op, ordered);
            else known.Add(op, hash, epoch);
            return;
        }
        int key = KnownOps.HashOf(op);
        int same = known.Find(op, key);
        if (same >= 0) Merge(op, known[same].Op, ordered);
        else known.Add(op, key, 0);
    }

    /// <summary>Whether nothing is written, as far as declared; and whether the operation itself does nothing but read.</summary>
    private static bool Effects(Operation op, out bool onlyReads)
    {
        EffectList effects = default;
        bool known = SideEffects.CollectEffects(op, ref effects);
        onlyReads = known && op.Has(OpTraits.MemoryEffects);
        bool writes = !known;
        foreach ((MemoryEffect effect, _) in effects.Items)
        {
            writes |= (effect & MemoryEffect.Write) != 0;
            onlyReads &= effect == MemoryEffect.Read;
        }
        return !writes;
    }

    private void Merge(Operation op, Operation existing, bool ordered)
    {
        Merged++;
        int results = op.ResultCount;
        for (int i = 0; i < results; i++)
        {
            if (ordered) builder.ReplaceAllUses(op.Result(i), existing.Result(i));
            else ReplaceUnvisited(op.Result(i), existing.Result(i));
        }
        if (op.HasNoUses) erased.Add(op);
        if (existing.Location.IsUnknown && !op.Location.IsUnknown) builder.SetLocation(existing, op.Location);
    }

    // Without an order a use may stand in an operation that is in the table already; changing it would make its hash a lie.
    private void ReplaceUnvisited(Value from, Value to)
    {
        Vec<Use> uses = default;
        foreach (Use use in from.Uses) uses.Add(use);
        for (int i = 0; i < uses.Count; i++)
            if (!known.Holds(uses[i].Owner)) builder.SetOperand(uses[i].Owner, uses[i].Index, to);
    }

    // Latest first, so that one round does but for cycles: what a dead operation uses stands before it.
    private void EraseFrom(int first)
    {
        while (erased.Count > first)
        {
            int kept = first;
            for (int i = erased.Count - 1; i >= first; i--)
            {
                Operation op = erased[i];
                if (!op.HasNoUses) continue;
                builder.Erase(op);
                erased[i] = null!;
            }
            for (int i = first; i < erased.Count; i++)
                if (erased[i] is { } op) erased[kept++] = op;
            if (kept == erased.Count) break;
            erased.Truncate(kept);
        }
        erased.Truncate(first);
    }
}
