using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes;

/// <summary>
/// Hears what a pass manager does. Hooks are called on the thread that runs the pass; several threads may call at once.
/// </summary>
public abstract class PassInstrumentation
{
    /// <summary>Before the passes of a pipeline run on an operation.</summary>
    public virtual void BeforePipeline(PassPipeline pipeline, Operation op)
    {
    }

    public virtual void AfterPipeline(PassPipeline pipeline, Operation op)
    {
    }

    public virtual void BeforePass(Pass pass, Operation op)
    {
    }

    /// <summary>After a pass that did not fail, once its result was verified.</summary>
    public virtual void AfterPass(Pass pass, Operation op)
    {
    }

    public virtual void AfterPassFailed(Pass pass, Operation op)
    {
    }

    /// <summary>How far a running pass has got; only passes that may take long say so.</summary>
    public virtual void Progress(Pass pass, Operation op, long done, long total)
    {
    }

    public virtual void BeforeAnalysis(string name, Operation op)
    {
    }

    public virtual void AfterAnalysis(string name, Operation op)
    {
    }
}

/// <summary>The hooks of a pass manager. `After` hooks are called in reverse order, so that they nest.</summary>
public sealed class Instrumentations
{
    private readonly List<PassInstrumentation> all = [];

    public void Add(PassInstrumentation hook)
    {
        all.Add(hook);
        if (hook is IRewriteObserver observer) Observer = Observer is null ? observer : new ObserverPair(Observer, observer);
    }

    public bool IsEmpty => all.Count == 0;

    /// <summary>Those hooks that also want to hear of attempts and provenance of patterns, as one; null when none does.</summary>
    public IRewriteObserver? Observer { get; private set; }

    internal void BeforePipeline(PassPipeline pipeline, Operation op)
    {
        foreach (PassInstrumentation hook in all) hook.BeforePipeline(pipeline, op);
    }

    internal void AfterPipeline(PassPipeline pipeline, Operation op)
    {
        for (int i = all.Count - 1; i >= 0; i--) all[i].AfterPipeline(pipeline, op);
    }

    internal void BeforePass(Pass pass, Operation op)
    {
        foreach (PassInstrumentation hook in all) hook.BeforePass(pass, op);
    }

    internal void AfterPass(Pass pass, Operation op)
    {
        for (int i = all.Count - 1; i >= 0; i--) all[i].AfterPass(pass, op);
    }

    internal void AfterPassFailed(Pass pass, Operation op)
    {
        for (int i = all.Count - 1; i >= 0; i--) all[i].AfterPassFailed(pass, op);
    }

    internal void Progress(Pass pass, Operation op, long done, long total)
    {
        foreach (PassInstrumentation hook in all) hook.Progress(pass, op, done, total);
    }

    internal void BeforeAnalysis(string name, Operation op)
    {
        foreach (PassInstrumentation hook in all) hook.BeforeAnalysis(name, op);
    }

    internal void AfterAnalysis(string name, Operation op)
    {
        for (int i = all.Count - 1; i >= 0; i--) all[i].AfterAnalysis(name, op);
    }
}

/// <summary>Tells two observers.</summary>
internal sealed class ObserverPair(IRewriteObserver a, IRewriteObserver b) : IRewriteObserver
{
    public bool WantsReasons => a.WantsReasons || b.WantsReasons;

    public void Attempting(Pattern pattern, Operation root)
    {
        a.Attempting(pattern, root);
        b.Attempting(pattern, root);
    }

    public void NotMatched(Pattern pattern, Operation op, string reason)
    {
        a.NotMatched(pattern, op, reason);
        b.NotMatched(pattern, op, reason);
    }

    public void Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
        a.Attempted(pattern, root, rootName, changed, elapsed);
        b.Attempted(pattern, root, rootName, changed, elapsed);
    }

    public void Folded(Operation op, ReadOnlySpan<Value> replacements)
    {
        a.Folded(op, replacements);
        b.Folded(op, replacements);
    }

    public void ErasedDead(Operation op)
    {
        a.ErasedDead(op);
        b.ErasedDead(op);
    }

    public void Made(Pattern? pattern, Operation root, Operation created)
    {
        a.Made(pattern, root, created);
        b.Made(pattern, root, created);
    }

    public void Replaced(Pattern? pattern, Operation op, ReadOnlySpan<Value> values)
    {
        a.Replaced(pattern, op, values);
        b.Replaced(pattern, op, values);
    }

    public void IterationStarted(Operation scope, int iteration)
    {
        a.IterationStarted(scope, iteration);
        b.IterationStarted(scope, iteration);
    }
}
