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
}

/// <summary>The hooks of a pass manager. `After` hooks are called in reverse order, so that they nest.</summary>
public sealed class Instrumentations
{
    private readonly List<PassInstrumentation> all = [];

    public void Add(PassInstrumentation hook)
    {
        all.Add(hook);
    }

    public bool IsEmpty => all.Count == 0;

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
}
