using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// Hears what drivers do: every attempt and its reason, folds, and which pattern made which operation from which. Nothing is
/// recorded or formatted when nobody observes. An observer may be told of several functions at once, from several threads.
/// </summary>
public interface IRewriteObserver
{
    /// <summary>Whether reasons of patterns that did not match are wanted; formatting them costs time.</summary>
    bool WantsReasons => true;

    /// <summary>A pattern is about to be tried.</summary>
    void Attempting(Pattern pattern, Operation root)
    {
    }

    /// <summary>A pattern says why it does not match.</summary>
    void NotMatched(Pattern pattern, Operation op, string reason)
    {
    }

    /// <summary>A pattern was tried. The root may be gone when it changed something.</summary>
    /// <param name="rootName">Full name of the root.</param>
    /// <param name="elapsed">In ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    void Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
    }

    /// <summary>An operation is folded: replaced by what <paramref name="replacements"/> says, or (empty) updated in place.</summary>
    void Folded(Operation op, ReadOnlySpan<Value> replacements)
    {
    }

    /// <summary>An operation was erased because nothing uses it.</summary>
    void ErasedDead(Operation op)
    {
    }

    /// <summary>Provenance: a pattern (null: a fold or the driver) made <paramref name="created"/> while it rewrote <paramref name="root"/>.</summary>
    void Made(Pattern? pattern, Operation root, Operation created)
    {
    }

    /// <summary>Provenance: the results of an operation are about to be replaced.</summary>
    void Replaced(Pattern? pattern, Operation op, ReadOnlySpan<Value> values)
    {
    }

    /// <summary>A driver starts a pass over its scope.</summary>
    void IterationStarted(Operation scope, int iteration)
    {
    }
}
