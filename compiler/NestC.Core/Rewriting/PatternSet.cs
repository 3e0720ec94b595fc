namespace NestC.Rewriting;

/// <summary>
/// A set of rewrite patterns, in the order in which they were added. A driver uses its frozen form, indexed by op kind
/// (<see cref="FrozenPatterns"/>); patterns hold no state, so that one set serves many threads.
/// </summary>
public sealed class PatternSet
{
    private readonly List<Pattern> patterns = [];

    /// <summary>The patterns in the order in which they were added.</summary>
    public IReadOnlyList<Pattern> Patterns => patterns;

    public PatternSet Add(Pattern pattern)
    {
        patterns.Add(pattern);
        return this;
    }

    /// <summary>
    /// Adds a pattern that a function implements: it returns what <see cref="Rewriter.Replace(IR.Operation, IR.Operation)"/>,
    /// <see cref="Rewriter.Erase"/> or <c>Modify</c> returned, or <c>rw.NoMatch(op, reason)</c>.
    /// </summary>
    /// <typeparam name="TOp">The class of the operation that the pattern starts from; an interface or <c>Operation</c> for several kinds.</typeparam>
    public PatternSet Add<TOp>(string name, Func<TOp, Rewriter, bool> rewrite, int benefit = 1) where TOp : class =>
        Add(new FunctionPattern<TOp>(name, rewrite, benefit));

    /// <summary>Adds all patterns of another set.</summary>
    public PatternSet AddAll(PatternSet other)
    {
        patterns.AddRange(other.patterns);
        return this;
    }

    private sealed class FunctionPattern<TOp>(string name, Func<TOp, Rewriter, bool> rewrite, int benefit) : Pattern<TOp>(name, benefit)
        where TOp : class
    {
        public override bool Rewrite(TOp op, Rewriter rw) => rewrite(op, rw);
    }
}
