using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>
/// Replaces an operation without effects by an equal one that dominates it, and erases dead operations. Operations that only read
/// are equal as long as nothing between them in the block may write. Regions are compared too.
/// </summary>
[Pass("cse", "Eliminate common sub-expressions")]
public sealed class CsePass : Pass
{
    private static readonly StatisticInfo[] statistics =
        [new("num-cse'd", "Number of operations CSE'd"), new("num-dce'd", "Number of operations DCE'd")];

    public override string DisplayName => "CSE";

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(Operation op, PassContext ctx)
    {
        Elimination work = new(ctx.Dominance, op.Context);
        work.RunOn(op);
        ctx.AddStatistic(0, work.Merged);
        ctx.AddStatistic(1, work.Dead);
        if (work.Changed) ctx.Preserve<DominanceInfo>();
        else ctx.PreserveAll();
    }

    private sealed class Elimination(DominanceInfo dominance, NestContext context)
    {
        private readonly OpBuilder builder = new(context);
        private KnownOps known = new();
        private Vec<Operation> erased;
        private int epoch;      // how often something that may write was passed

        public long Merged { get; private set; }

        public long Dead { get; private set; }

        public bool Changed => Merged + Dead > 0;

        public void RunOn(Operation root)
        {
            foreach (Region region in root.Regions) RunOn(region);
            EraseAll();
        }

        private void RunOn(Region region)
        {
            if (region.First is not { } entry) return;
            bool ordered = DominanceInfo.HasSsaDominance(region);
            if (region.HasOneBlock)
            {
                int scope = known.Mark();
                RunOn(entry, ordered);
                known.Release(scope);
            }
            else if (ordered) RunOnTree(region);
        }

        // Blocks in an order in which each stands in the scope of those that dominate it; iterative, since chains are long.
        private void RunOnTree(Region region)
        {
            ReadOnlySpan<Block> order = dominance.Tree(region).Order;
            DominatorTree tree = dominance.Tree(region);
            Dictionary<Block, int> numbers = new(order.Length);
            int[] child = new int[order.Length], sibling = new int[order.Length];
            Array.Fill(child, -1);
            Array.Fill(sibling, -1);
            for (int i = 0; i < order.Length; i++) numbers.Add(order[i], i);
            for (int i = order.Length - 1; i > 0; i--)
            {
                int parent = numbers[tree.ImmediateDominator(order[i])!];
                sibling[i] = child[parent];
                child[parent] = i;
            }
            Vec<int> path = default, scopes = default;
            Enter(0, order);
            while (!path.IsEmpty)
            {
                int at = path[path.Count - 1];
                int next = child[at];
                if (next >= 0)
                {
                    child[at] = sibling[next];
                    Enter(next, order);
                    continue;
                }
                known.Release(scopes.Pop());
                path.Pop();
            }

            void Enter(int number, ReadOnlySpan<Block> blocks)
            {
                scopes.Add(known.Mark());
                path.Add(number);
                RunOn(blocks[number], true);
            }
        }

        private void RunOn(Block block, bool ordered)
        {
            epoch++;
            for (Operation? op = block.First; op is not null; op = op.Next)
            {
                if (op.RegionCount > 0) RunOnRegions(op);
                RunOn(op, ordered);
            }
        }

        private void RunOnRegions(Operation op)
        {
            // Values must not enter regions that are, or may be, isolated.
            bool isolated = !op.Info.IsRegistered || op.Has(OpTraits.IsolatedFromAbove);
            KnownOps outer = known;
            if (isolated) known = new KnownOps();
            foreach (Region region in op.Regions) RunOn(region);
            known = outer;
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
            foreach (Region region in op.Regions)
                if (!region.IsEmpty && !region.HasOneBlock) return;
            if (!SideEffects.IsMemoryEffectFree(op))
            {
                if (!Effects(op, out bool onlyReads)) epoch++;
                if (!onlyReads) return;
                int hash = KnownOps.HashOf(op);
                if (known.Find(op, hash) is { } read && read.Epoch == epoch && read.Op.Block == op.Block) Merge(op, read.Op, ordered);
                else known.Add(op, hash, epoch);
                return;
            }
            int key = KnownOps.HashOf(op);
            if (known.Find(op, key) is { } same) Merge(op, same.Op, ordered);
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
            foreach (Use use in uses.Span)
                if (!known.Holds(use.Owner)) builder.SetOperand(use.Owner, use.Index, to);
        }

        private void EraseAll()
        {
            while (!erased.IsEmpty)
            {
                Vec<Operation> later = default;
                foreach (Operation op in erased.Span)
                {
                    if (op.HasNoUses) builder.Erase(op);
                    else later.Add(op);
                }
                if (later.Count == erased.Count) break;
                erased = later;
            }
        }
    }
}
