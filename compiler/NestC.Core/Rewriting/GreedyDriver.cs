using System.Diagnostics;
using System.Runtime.CompilerServices;
using NestC.Analysis;
using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// Applies the locally best pattern until none matches, from a worklist. The order of everything (seeding, what is visited again
/// after a change, where constants go) is that of upstream's driver in MLIR 19, so that results are the same to the byte.
/// </summary>
internal sealed class GreedyDriver : Rewriter, IOpListener
{
    private readonly FrozenPatterns patterns;
    private RewriteConfig config;
    private Region? scope;
    private readonly Worklist worklist = new();
    private readonly Folder folder = new();
    private readonly ConstantPool constants;
    private readonly HashSet<Operation>? allowed;       // null: all
    private readonly RewriteChecks? checks;
    private Vec<Value> replacements;
    private Operation root = null!;                     // the operation that is being processed
    private int changes;
    private long rewrites;
    private bool apart;                                 // whether the operations that stand apart are left to a run of their own
    private Operation? outermost;                       // what holds all scopes
    private bool reachedOut;                            // whether something outside the scope was changed

    public GreedyDriver(FrozenPatterns patterns, RewriteConfig config, Region? scope) : base(patterns.Context)
    {
        this.patterns = patterns;
        this.config = config;
        this.scope = scope;
        Observer = config.Observer;
        Listener = this;
        constants = new ConstantPool(this);
        if (config.Strictness != RewriteStrictness.AnyOp) allowed = [];
        if (config.Checks) checks = new RewriteChecks(scope, config.GrowthLimit);
    }

    public static RewriteResult OverRegion(Region region, FrozenPatterns patterns, RewriteConfig config)
    {
        if (!patterns.AreLocal || !MaySplit(config))
        {
            GreedyDriver own = new(patterns, config, region);
            if (own.allowed is { } all) CollectOps(region, all);
            return own.Simplify(region);
        }
        // Functions come by the thousand, and most are small: what the last one needed serves the next.
        GreedyDriver driver = patterns.TakeIdleDriver() is { } idle && idle.CanServe(config) ? idle : new(patterns, config, region);
        driver.config = config;
        RewriteResult result = driver.Split(region);
        driver.Rest();
        patterns.KeepIdleDriver(driver);
        return result;
    }

    private bool CanServe(RewriteConfig next) => next.Checks == checks is not null && (checks is null || checks.GrowthLimit == next.GrowthLimit);

    private RewriteResult Split(Region region)
    {
        for (Operation? op = region.Parent; op is not null; op = op.ParentOp) outermost = op;
        RewriteResult result = SimplifyApart(region);
        if (!reachedOut || result.Failed) return result;
        // Some pattern is not as local as it should be: what it changed elsewhere may match now.
        config.Verification?.Reopen();
        Enter(region, false);
        return Both(result, Simplify(region));
    }

    // Nothing of a run is kept but room.
    private void Rest()
    {
        worklist.Clear();
        constants.Clear();
        replacements.Clear();
        lost.Clear();
        RestorePoint(default);
        root = null!;
        outermost = null;
        modifying = null;
        rewrites = 0;
        failed = reachedOut = usesWent = false;
        Enter(null, false);
        config = RewriteConfig.Default;
    }

    // Who watches expects upstream's order of the whole; a limit for the whole cannot be shared out.
    private static bool MaySplit(RewriteConfig config) =>
        config.Strictness == RewriteStrictness.AnyOp && config.MaxRewrites == RewriteConfig.NoLimit && config.Observer is null && config.Listener is null
        && config.RegionSimplification != RegionSimplification.Aggressive;

    public static RewriteResult OverOps(ReadOnlySpan<Operation> ops, FrozenPatterns patterns, RewriteConfig config, Region? scope)
    {
        GreedyDriver driver = new(patterns, config, scope);
        foreach (Operation op in ops)
        {
            driver.allowed?.Add(op);
            driver.worklist.Push(op);
        }
        bool changed = driver.Run();
        return new RewriteResult(driver.worklist.IsEmpty, changed, driver.failed, 1, driver.rewrites);
    }

    private bool failed;
    private Vec<Operation> lost;    // lost their only user without being in the worklist afterwards: they may be dead
    private Operation? modifying;   // what was said to be modified last
    private bool losing;            // what erased operations used joins those
    private bool usesWent;          // whether something else than those may be dead
    private bool simplifying;       // the worklist is made anew afterwards, and marks of operations mean something else

    private void Enter(Region? region, bool leaveApart)
    {
        scope = region;
        apart = leaveApart;
        checks?.Enter(region);
    }

    private static RewriteResult Both(RewriteResult a, RewriteResult b) => new(a.Converged & b.Converged, a.Changed | b.Changed, a.Failed | b.Failed,
        Math.Max(a.Iterations, b.Iterations), a.Rewrites + b.Rewrites);

    // Values do not cross into isolated operations and patterns do not look out of them, so each comes to the same alone, and while it is in the cache.
    private RewriteResult SimplifyApart(Region region)
    {
        if (DeepStack.IsShort) return SimplifyOnFreshStack(region);
        RewriteResult result = new(true, false, false, 0, 0);
        if (!HoldsOnlyApart(region))
        {
            Enter(region, true);
            result = Simplify(region);
        }
        foreach (Block block in region.Blocks)
        {
            if (!block.MayHoldRegions) continue;
            for (Operation? op = block.First; op is not null && !result.Failed; op = op.Next)
            {
                if (op.RegionCount == 0 || !patterns.StandsApart(op)) continue;
                foreach (Region nested in op.Regions) result = Both(result, SimplifyApart(nested));
                if (!result.Failed) config.Verification?.Finished(op);
            }
        }
        return result;
    }

    private RewriteResult SimplifyOnFreshStack(Region region)
    {
        RewriteResult result = default;
        DeepStack.Run(region, r => result = SimplifyApart(r));
        return result;
    }

    private bool HoldsOnlyApart(Region region)
    {
        if (!region.HasOneBlock) return region.IsEmpty;
        for (Operation? op = region.First!.First; op is not null; op = op.Next)
            if (!patterns.StandsApart(op)) return false;
        return true;
    }

    private RewriteResult Simplify(Region region)
    {
        bool more;
        int iteration = 0;
        int settled = -1;           // how many changes there were when the control flow was simplified last
        long before = rewrites;
        do
        {
            if (++iteration > config.MaxIterations && config.MaxIterations != RewriteConfig.NoLimit)
            {
                return new RewriteResult(false, true, false, iteration - 1, rewrites - before);
            }
            if (region.Parent is { } parent) Observer?.IterationStarted(parent, iteration);
            worklist.Clear();
            constants.Clear();
            worklist.Queue(config.TopDown);
            if (config.TopDown) SeedInOrder(region);
            else SeedPostOrder(region);
            worklist.Queue(false);
            usesWent = false;
            lost.Clear();
            more = Run();
            usesWent |= !worklist.IsEmpty;
            if (failed) return new RewriteResult(false, true, true, iteration, rewrites - before);
            bool merge = config.RegionSimplification == RegionSimplification.Aggressive;
            // Doing it again finds nothing when nothing has changed; merging of blocks may still.
            if (config.RegionSimplification != RegionSimplification.Disabled && (merge || changes != settled))
            {
                simplifying = true;
                more |= RegionSimplifier.Simplify(this, region, merge, usesWent, apart ? patterns : null);
                more |= EraseLost(region);
                simplifying = false;
                settled = changes;
            }
            if (more) checks?.EndIteration(this, region, iteration, config.MaxIterations);
        }
        while (more);
        return new RewriteResult(true, iteration > 1, false, iteration, rewrites - before);
    }

    // Operations that are dead since others were changed in place, and what only they used.
    private bool EraseLost(Region region)
    {
        bool erased = false;
        losing = true;
        while (!lost.IsEmpty)
        {
            Operation op = lost.Pop();
            if (op.IsErased || !SideEffects.IsTriviallyDead(op) || !region.IsAncestorOf(op.ParentRegion)) continue;
            Erase(op);
            erased = true;
        }
        losing = false;
        return erased;
    }

    private static void CollectOps(Region region, HashSet<Operation> into)
    {
        if (DeepStack.IsShort)
        {
            DeepStack.Run((region, into), static s => CollectOps(s.region, s.into));
            return;
        }
        foreach (Block block in region.Blocks)
            foreach (Operation op in block.Operations)
            {
                into.Add(op);
                foreach (Region nested in op.Regions) CollectOps(nested, into);
            }
    }

    // Seeding -----------------------------------------------------------------------------------------------------------

    private void SeedInOrder(Region region)
    {
        bool sift = apart && region == scope;
        for (Block? block = region.First; block is not null; block = block.Next)
            for (Operation? op = block.First, next; op is not null; op = next)
            {
                next = op.Next;
                Cache.Fetch(op, Cache.Further);
                if ((op.Info.Traits & OpTraits.ConstantLike) != 0 && WasReplaced(op)) continue;
                AddToWorklist(op);
                if (op.RegionCount > 0 && !(sift && patterns.StandsApart(op))) SeedRegions(op, true);
            }
    }

    private void SeedPostOrder(Region region)
    {
        bool sift = apart && region == scope;
        for (Block? block = region.First; block is not null; block = block.Next)
            for (Operation? op = block.First, next; op is not null; op = next)
            {
                next = op.Next;
                if (op.RegionCount > 0 && !(sift && patterns.StandsApart(op))) SeedRegions(op, false);
                if ((op.Info.Traits & OpTraits.ConstantLike) == 0 || !WasReplaced(op)) AddToWorklist(op);
            }
    }

    private void SeedRegions(Operation op, bool inOrder)
    {
        if (DeepStack.IsShort)
        {
            DeepStack.Run((this, op, inOrder), static s => s.Item1.SeedRegions(s.op, s.inOrder));
            return;
        }
        foreach (Region nested in op.Regions)
        {
            if (inOrder) SeedInOrder(nested);
            else SeedPostOrder(nested);
            constants.Leave(nested);
        }
    }

    // Whether a constant was replaced by its equal.
    private bool WasReplaced(Operation op)
    {
        root = op;
        return Unsafe.As<IConstantLike>(op).ConstantValue is { } value && !constants.Adopt(op, value, this);
    }

    // The worklist ------------------------------------------------------------------------------------------------------

    private bool Run()
    {
        try
        {
            return ProcessWorklist();
        }
        catch (ErasedOperationException e) when (checks is not null)
        {
            failed = true;
            RewriteChecks.UseOfErased(this, CurrentPattern, root, e);
            return true;
        }
        finally
        {
            CurrentPattern = null;
        }
    }

    private bool ProcessWorklist()
    {
        bool changed = false;
        long applied = 0;
        checks?.StartIteration(worklist.Count);
        long limit = config.MaxRewrites == RewriteConfig.NoLimit ? long.MaxValue : config.MaxRewrites;
        bool fold = config.Fold;
        while (applied < limit && worklist.Pop() is { } op)
        {
            root = op;
            if (fold)
            {
                if (SideEffects.IsTriviallyDead(op))
                {
                    Observer?.ErasedDead(op);
                    Erase(op);
                    changed = true;
                    continue;
                }
                // Constants fold to themselves, for ever.
                if (!op.Has(OpTraits.ConstantLike) && TryFold(op))
                {
                    changed = true;
                    if (failed) return true;
                    continue;
                }
            }
            Pattern[] candidates = patterns.Of(op);
            if (candidates.Length == 0 || !TryPatterns(op, candidates))
            {
                if (failed) return true;
                continue;
            }
            changed = true;
            applied++;
            rewrites++;
            if (failed) return true;
        }
        return changed;
    }

    private bool TryFold(Operation op)
    {
        int before = changes;
        FoldOutcome outcome = folder.Fold(op, this);
        if (outcome == FoldOutcome.None) return false;
        if (outcome == FoldOutcome.InPlace)
        {
            if (checks is not null && changes == before)
            {
                failed = true;
                RewriteChecks.FoldWithoutChange(this, op);
                return true;
            }
            Observer?.Folded(op, default);
            Modified(op);
            return Step(null, op);
        }
        AtBefore(op);
        if (op.ResultCount == 1)
        {
            if (Materialized(folder.First, op, 0) is not { IsNull: false } value) return false;
            Observer?.Folded(op, [value]);
            Replace(op, value);
            return Step(null, op);
        }
        replacements.Clear();
        ReadOnlySpan<FoldResult> results = folder.Results;
        for (int i = 0; i < results.Length; i++)
        {
            Value replacement = Materialized(results[i], op, i);
            if (!replacement.IsNull)
            {
                replacements.Add(replacement);
                continue;
            }
            foreach (Value made in replacements.Span)
                if (made.DefiningOp is { IsErased: false } useless && useless.Has(OpTraits.ConstantLike) && useless.HasNoUses) Erase(useless);
            return false;
        }
        Observer?.Folded(op, replacements.Span);
        Replace(op, replacements.Span);
        return Step(null, op);
    }

    // The value that a result folds to, made if it is a constant; none when it cannot be made.
    private Value Materialized(FoldResult result, Operation op, int index)
    {
        if (!result.Value.IsNull) return result.Value;
        Operation? constant = result.Attr is { } value ? op.Info.Dialect?.MaterializeConstant(this, value, op.Result(index).Type, op.Location) : null;
        return constant is null ? default : constant.Result(0);
    }

    private protected override bool NeedsReplacements => config.Listener is not null || Observer is not null;

    private bool TryPatterns(Operation op, Pattern[] candidates)
    {
        foreach (Pattern pattern in candidates)
        {
            if (Before != op) AtBefore(op);
            else Location = op.Location;
            CurrentPattern = pattern;
            int before = changes;
            bool matched = Observer is null ? pattern.RewriteOp(op, this) : Observed(pattern, op);
            if (checks is not null && matched != (changes != before))
            {
                failed = true;
                RewriteChecks.FalseClaim(this, pattern, op, matched);
                CurrentPattern = null;
                return true;
            }
            CurrentPattern = null;
            if (!matched) continue;
            // A root that was neither erased nor has uses left was replaced without being erased.
            if (!op.IsErased && op.HasNoUses) lost.Add(op);
            return Step(pattern, op);
        }
        return false;
    }

    private bool Observed(Pattern pattern, Operation op)
    {
        Observer!.Attempting(pattern, op);
        string name = op.Name;
        long start = Stopwatch.GetTimestamp();
        bool matched = pattern.RewriteOp(op, this);
        Observer.Attempted(pattern, op, name, matched, Stopwatch.GetTimestamp() - start);
        return matched;
    }

    // One change more: looks for changes without end when there are suspiciously many.
    private bool Step(Pattern? pattern, Operation op)
    {
        if (checks is not null && !checks.Step(this, pattern, op)) failed = true;
        return true;
    }

    private void AddToWorklist(Operation op)
    {
        if (simplifying) return;
        if (op.Block?.Parent == scope)
        {
            PushAllowed(op);
            return;
        }
        AddNested(op);
    }

    // Only what is in the scope is pushed, with everything that encloses it in there.
    private void AddNested(Operation op)
    {
        Operation top = op;
        while (top.Block?.Parent is { } region && region != scope)
        {
            if (region.Parent is not { } parent) return;
            top = parent;
        }
        if (top.Block?.Parent != scope)
        {
            reachedOut |= top == outermost;
            return;
        }
        for (Operation at = op; ; at = at.ParentOp!)
        {
            PushAllowed(at);
            if (at == top) break;
        }
    }

    private void PushAllowed(Operation op)
    {
        if (allowed is null || allowed.Contains(op)) worklist.Push(op);
    }

    // What the operations used may be dead now, or have one user left, which patterns like.
    private void AddOperandsToWorklist(Operation op)
    {
        OperandSlot[] operands = op.OperandSlots;
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i].Value.DefiningOp is { } definition && HasAtMostOneOtherUser(ref operands[i].Value.Slot, op)) AddToWorklist(definition);
        }
    }

    private static bool HasAtMostOneOtherUser(ref ValueSlot value, Operation op)
    {
        Operation? other = null;
        Operation? user = value.FirstUser;
        int index = value.FirstUse;
        while (user is not null)
        {
            if (user != op && user != other)
            {
                if (other is not null) return false;
                other = user;
            }
            ref OperandSlot slot = ref user.OperandSlots[index];
            user = slot.Next;
            index = slot.NextIndex;
        }
        return true;
    }

    // What the builder says -----------------------------------------------------------------------------------------------

    public void Inserted(Operation op)
    {
        changes++;
        config.Listener?.Inserted(op);
        if (checks is not null) RewriteChecks.OperandsLive(op);
        Observer?.Made(CurrentPattern, root, op);
        if (config.Strictness == RewriteStrictness.ExistingAndNewOps) allowed!.Add(op);
        AddToWorklist(op);
    }

    public void Erasing(Operation op)
    {
        changes++;
        config.Listener?.Erasing(op);
        if (!simplifying)
        {
            AddOperandsToWorklist(op);
            worklist.Remove(op);
        }
        else if (losing)
        {
            foreach (Value operand in op.Operands)
                if (operand.DefiningOp is { } definition) lost.Add(definition);
        }
        allowed?.Remove(op);
    }

    public override void StartModify(Operation op)
    {
        modifying = op;
        if (simplifying) return;
        OperandSlot[] operands = op.OperandSlots;
        for (int i = 0; i < operands.Length; i++)
            if (operands[i].Value.DefiningOp is { } definition && IsOnlyUsedBy(ref operands[i].Value.Slot, op)) lost.Add(definition);
    }

    private static bool IsOnlyUsedBy(ref ValueSlot value, Operation op)
    {
        Operation? user = value.FirstUser;
        int index = value.FirstUse;
        while (user == op)
        {
            ref OperandSlot slot = ref op.OperandSlots[index];
            user = slot.Next;
            index = slot.NextIndex;
        }
        return user is null;
    }

    public void Modified(Operation op)
    {
        changes++;
        usesWent |= !ReplacesUses && op != modifying;
        config.Listener?.Modified(op);
        if (checks is not null && !ReplacesUses) RewriteChecks.OperandsLive(op);
        AddToWorklist(op);
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
