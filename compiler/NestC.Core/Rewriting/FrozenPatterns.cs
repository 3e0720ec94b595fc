using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// A pattern set that can no longer change, indexed by op kind: the patterns of a kind are found, and sorted by benefit and then by
/// order, when the first operation of that kind is met. One instance serves many threads.
/// </summary>
public sealed class FrozenPatterns
{
    private static readonly Pattern[] none = [];

    private readonly Pattern[] patterns;
    private readonly bool canonicalize;
    private readonly Func<string, bool>? keep;
    private readonly Lock gate = new();
    private Pattern[]?[] byKind;
    private GreedyDriver? idle;

    private FrozenPatterns(NestContext context, Pattern[] patterns, bool canonicalize, Func<string, bool>? keep)
    {
        Context = context;
        this.patterns = patterns;
        this.canonicalize = canonicalize;
        this.keep = keep;
        byKind = new Pattern[]?[Math.Max(64, context.OpInfoCount)];
    }

    public NestContext Context { get; }

    /// <summary>
    /// Whether no pattern looks out of, or changes anything outside, the nearest operation around its root that is isolated from above. Canonicalization
    /// patterns must not: `canonicalize` is run on the functions of a module side by side.
    /// </summary>
    internal bool AreLocal => canonicalize;

    /// <summary>
    /// Whether what is in the operation may be rewritten on its own: it is isolated from above, and neither a pattern nor a fold starts from the operation
    /// itself, nor is it ever dead.
    /// </summary>
    internal bool StandsApart(Operation op)
    {
        const OpTraits never = OpTraits.Foldable | OpTraits.Commutative | OpTraits.Idempotent | OpTraits.Involution | OpTraits.ConstantLike;
        const OpTraits droppable = OpTraits.Pure | OpTraits.MemoryEffects | OpTraits.RecursiveMemoryEffects;
        OpTraits traits = op.Info.Traits;
        return (traits & OpTraits.IsolatedFromAbove) != 0 && (traits & never) == 0 && ((traits & OpTraits.Symbol) != 0 || (traits & droppable) == 0)
            && op.Info.IsRegistered && Of(op).Length == 0;
    }

    /// <param name="keep">Patterns whose name it does not keep are left out; null keeps all.</param>
    public static FrozenPatterns For(NestContext context, PatternSet patterns, Func<string, bool>? keep = null) =>
        new(context, [.. patterns.Patterns], false, keep);

    /// <summary>The canonicalization patterns of every op kind that is met, and of the dialects loaded by now.</summary>
    public static FrozenPatterns Canonicalization(NestContext context, Func<string, bool>? keep = null)
    {
        PatternSet shared = new();
        foreach (Dialect dialect in context.LoadedDialects()) dialect.AddCanonicalization(shared);
        return new FrozenPatterns(context, [.. shared.Patterns], true, keep);
    }

    /// <summary>A driver of these patterns that has nothing to do; null when there is none.</summary>
    internal GreedyDriver? TakeIdleDriver() => Interlocked.Exchange(ref idle, null);

    internal void KeepIdleDriver(GreedyDriver driver) => Volatile.Write(ref idle, driver);

    /// <summary>The patterns for operations of this kind, best first.</summary>
    public Pattern[] Of(Operation op)
    {
        Pattern[]?[] table = Volatile.Read(ref byKind);
        int id = op.Info.Id;
        if (id < table.Length && Volatile.Read(ref table[id]) is { } found) return found;
        return Find(op);
    }

    private Pattern[] Find(Operation op)
    {
        lock (gate)
        {
            int id = op.Info.Id;
            if (id >= byKind.Length)
            {
                Pattern[]?[] bigger = new Pattern[]?[Math.Max(id + 1, byKind.Length * 2)];
                byKind.CopyTo(bigger, 0);
                Volatile.Write(ref byKind, bigger);
            }
            if (byKind[id] is { } found) return found;
            List<Pattern> chosen = [];
            foreach (Pattern pattern in patterns)
                if (pattern.IsFor(op) && (keep is null || keep(pattern.Name))) chosen.Add(pattern);
            if (canonicalize && op.Info.Definition is { } definition)
            {
                PatternSet own = new();
                definition.AddCanonicalization(own);
                foreach (Pattern pattern in own.Patterns)
                {
                    if (!pattern.IsFor(op))
                        throw new InvalidOperationException($"pattern '{pattern.Name}' of '{op.Name}' starts from another op: add it in the dialect's AddCanonicalization");
                    if (keep is null || keep(pattern.Name)) chosen.Add(pattern);
                }
            }
            Pattern[] sorted = chosen.Count == 0 ? none : Sorted(chosen);
            Volatile.Write(ref byKind[id], sorted);
            return sorted;
        }
    }

    // Stable: greater benefit first, patterns for any op after those for the kind, then the order of adding.
    private static Pattern[] Sorted(List<Pattern> chosen)
    {
        Pattern[] sorted = [.. chosen];
        for (int i = 1; i < sorted.Length; i++)
        {
            Pattern pattern = sorted[i];
            int at = i;
            for (; at > 0 && ComesBefore(pattern, sorted[at - 1]); at--) sorted[at] = sorted[at - 1];
            sorted[at] = pattern;
        }
        return sorted;
    }

    private static bool ComesBefore(Pattern a, Pattern b) =>
        a.Benefit != b.Benefit ? a.Benefit > b.Benefit : !a.IsForAny && b.IsForAny;
}
