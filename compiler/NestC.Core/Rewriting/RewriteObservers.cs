using NestC.IR;

namespace NestC.Rewriting;

/// <summary>Tells several observers.</summary>
public sealed class RewriteObservers(params IRewriteObserver[] all) : IRewriteObserver
{
    public bool WantsReasons => Array.Exists(all, static o => o.WantsReasons);

    public void Attempting(Pattern pattern, Operation root)
    {
        foreach (IRewriteObserver one in all) one.Attempting(pattern, root);
    }

    public void NotMatched(Pattern pattern, Operation op, string reason)
    {
        foreach (IRewriteObserver one in all) one.NotMatched(pattern, op, reason);
    }

    public void Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
        foreach (IRewriteObserver one in all) one.Attempted(pattern, root, rootName, changed, elapsed);
    }

    public void Folded(Operation op, ReadOnlySpan<Value> replacements)
    {
        foreach (IRewriteObserver one in all) one.Folded(op, replacements);
    }

    public void ErasedDead(Operation op)
    {
        foreach (IRewriteObserver one in all) one.ErasedDead(op);
    }

    public void Made(Pattern? pattern, Operation root, Operation created)
    {
        foreach (IRewriteObserver one in all) one.Made(pattern, root, created);
    }

    public void Replaced(Pattern? pattern, Operation op, ReadOnlySpan<Value> values)
    {
        foreach (IRewriteObserver one in all) one.Replaced(pattern, op, values);
    }

    public void IterationStarted(Operation scope, int iteration)
    {
        foreach (IRewriteObserver one in all) one.IterationStarted(scope, iteration);
    }
}
