using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// Applies patterns in one walk, each operation before those in its regions: what a pattern makes is not visited again. For patterns
/// that do not feed each other; linear in the operations.
/// </summary>
public static class WalkRewrite
{
    public static RewriteResult Apply(Operation op, FrozenPatterns patterns, RewriteConfig? config = null)
    {
        WalkDriver driver = new(patterns, config ?? RewriteConfig.Default);
        bool changed = driver.Walk(op);
        return new RewriteResult(!driver.Failed, changed, driver.Failed, 1, driver.Rewrites);
    }

    public static RewriteResult Apply(Operation op, PatternSet patterns, RewriteConfig? config = null) =>
        Apply(op, FrozenPatterns.For(op.Context, patterns), config);

    private sealed class WalkDriver : Rewriter, IOpListener
    {
        private readonly FrozenPatterns patterns;
        private readonly RewriteConfig config;
        private readonly RewriteChecks? checks;
        private Operation? upcoming;        // the operation after the current one; a pattern may erase it
        private Operation? root;
        private int changes;

        public WalkDriver(FrozenPatterns patterns, RewriteConfig config) : base(patterns.Context)
        {
            this.patterns = patterns;
            this.config = config;
            Observer = config.Observer;
            Listener = this;
            if (config.Checks) checks = new RewriteChecks(null, config.GrowthLimit);
        }

        public bool Failed { get; private set; }

        public long Rewrites { get; private set; }

        public bool Walk(Operation top)
        {
            try
            {
                foreach (Region region in top.Regions) Visit(region);
            }
            catch (ErasedOperationException e) when (checks is not null)
            {
                Failed = true;
                RewriteChecks.UseOfErased(this, CurrentPattern, root ?? top, e);
            }
            CurrentPattern = null;
            return Rewrites > 0;
        }

        private void Visit(Region region)
        {
            if (Syntax.AsmParser.StackIsShort)
            {
                VisitOnFreshStack(region);
                return;
            }
            for (Block? block = region.First; block is not null && !Failed; block = block.Next)
            {
                Operation? outer = upcoming;
                for (Operation? op = block.First; op is not null && !Failed; op = upcoming)
                {
                    upcoming = op.Next;
                    Rewrite(op);
                    if (op.IsErased || op.RegionCount == 0) continue;
                    Operation? next = upcoming;
                    foreach (Region nested in op.Regions) Visit(nested);
                    upcoming = next is { IsErased: true } ? op.Next : next;
                }
                upcoming = outer;
            }
        }

        private void VisitOnFreshStack(Region region) => Syntax.AsmParser.OnFreshStack(() =>
        {
            Visit(region);
            return true;
        });

        private void Rewrite(Operation op)
        {
            root = op;
            foreach (Pattern pattern in patterns.Of(op))
            {
                AtBefore(op);
                CurrentPattern = pattern;
                Observer?.Attempting(pattern, op);
                string name = op.Name;
                long start = Observer is null ? 0 : System.Diagnostics.Stopwatch.GetTimestamp();
                int before = changes;
                bool matched = pattern.RewriteOp(op, this);
                Observer?.Attempted(pattern, op, name, matched, System.Diagnostics.Stopwatch.GetTimestamp() - start);
                if (checks is not null && matched != (changes != before))
                {
                    Failed = true;
                    RewriteChecks.FalseClaim(this, pattern, op, matched);
                }
                CurrentPattern = null;
                if (Failed) return;
                if (!matched) continue;
                Rewrites++;
                return;
            }
        }

        public void Inserted(Operation op)
        {
            changes++;
            config.Listener?.Inserted(op);
            if (checks is not null) RewriteChecks.OperandsLive(op);
            Observer?.Made(CurrentPattern, root!, op);
        }

        public void Erasing(Operation op)
        {
            changes++;
            config.Listener?.Erasing(op);
            if (op == upcoming) upcoming = op.Next;
        }

        public void Modified(Operation op)
        {
            changes++;
            config.Listener?.Modified(op);
            if (checks is not null && !ReplacesUses) RewriteChecks.OperandsLive(op);
        }

        public void Replacing(Operation op, ReadOnlySpan<Value> values) => config.Listener?.Replacing(op, values);

        public void BlockInserted(Block block)
        {
            changes++;
            config.Listener?.BlockInserted(block);
        }

        public void BlockErasing(Block block)
        {
            changes++;
            config.Listener?.BlockErasing(block);
        }
    }
}
