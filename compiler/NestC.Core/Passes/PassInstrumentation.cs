using NestC.IR;

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

    public virtual void BeforeAnalysis(string name, Operation op)
    {
    }

    public virtual void AfterAnalysis(string name, Operation op)
    {
    }

    /// <summary>Whether <see cref="BeforePattern"/> and the others about patterns are wanted; drivers ask once.</summary>
    public virtual bool WantsPatterns => false;

    /// <summary>Before a pattern is tried on an operation.</summary>
    public virtual void BeforePattern(string pattern, Operation root)
    {
    }

    /// <summary>After a pattern was tried; the root may be erased.</summary>
    /// <param name="reason">Why it did not match, when it says so.</param>
    public virtual void AfterPattern(string pattern, Operation root, bool matched, string? reason)
    {
    }

    /// <summary>An operation was made by a pattern that matched <paramref name="root"/>.</summary>
    public virtual void MadeByPattern(string pattern, Operation root, Operation made)
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
        WantsPatterns |= hook.WantsPatterns;
    }

    public bool IsEmpty => all.Count == 0;

    public bool WantsPatterns { get; private set; }

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

    internal void BeforeAnalysis(string name, Operation op)
    {
        foreach (PassInstrumentation hook in all) hook.BeforeAnalysis(name, op);
    }

    internal void AfterAnalysis(string name, Operation op)
    {
        for (int i = all.Count - 1; i >= 0; i--) all[i].AfterAnalysis(name, op);
    }

    public void BeforePattern(string pattern, Operation root)
    {
        foreach (PassInstrumentation hook in all)
            if (hook.WantsPatterns) hook.BeforePattern(pattern, root);
    }

    public void AfterPattern(string pattern, Operation root, bool matched, string? reason)
    {
        for (int i = all.Count - 1; i >= 0; i--)
            if (all[i].WantsPatterns) all[i].AfterPattern(pattern, root, matched, reason);
    }

    public void MadeByPattern(string pattern, Operation root, Operation made)
    {
        foreach (PassInstrumentation hook in all)
            if (hook.WantsPatterns) hook.MadeByPattern(pattern, root, made);
    }
}
