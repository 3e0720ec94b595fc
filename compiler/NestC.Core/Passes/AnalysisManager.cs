using NestC.IR;
using NestC.Support;

namespace NestC.Passes;

/// <summary>Something that is worked out from an operation and kept until a pass changes it.</summary>
public interface IAnalysis<TSelf> where TSelf : class, IAnalysis<TSelf>
{
    static abstract TSelf Create(Operation op, AnalysisManager analyses);
}

/// <summary>The analyses that a pass left valid.</summary>
public sealed class PreservedAnalyses
{
    private readonly List<Type> kept = [];

    public bool All { get; private set; }

    public void PreserveAll() => All = true;

    public void Preserve<T>() where T : class => kept.Add(typeof(T));

    internal bool Keeps(Type analysis) => All || kept.Contains(analysis);

    internal void Reset()
    {
        All = false;
        kept.Clear();
    }
}

/// <summary>
/// The analyses of one operation, and those of the isolated operations in it. A manager belongs to the thread that works on
/// its operation; the parent's map of children is guarded.
/// </summary>
public sealed class AnalysisManager
{
    private readonly Dictionary<Type, object> made = [];
    private Dictionary<Operation, AnalysisManager>? children;
    private readonly Lock gate = new();

    public AnalysisManager(Operation op, AnalysisManager? parent = null)
    {
        Op = op;
        Parent = parent;
    }

    /// <summary>The operation that the analyses are about.</summary>
    public Operation Op { get; }

    public AnalysisManager? Parent { get; }

    internal Instrumentations? Hooks { get; init; }

    /// <summary>The analysis, made when it is not there.</summary>
    public T Get<T>() where T : class, IAnalysis<T> => Get(static (op, self) => T.Create(op, self));

    /// <summary>The analysis of a class that does not implement <see cref="IAnalysis{T}"/>, such as <see cref="DominanceInfo"/>.</summary>
    public T Get<T>(Func<Operation, AnalysisManager, T> make) where T : class
    {
        if (made.TryGetValue(typeof(T), out object? found)) return (T)found;
        Hooks?.BeforeAnalysis(typeof(T).Name, Op);
        T analysis = make(Op, this);
        Hooks?.AfterAnalysis(typeof(T).Name, Op);
        made[typeof(T)] = analysis;
        return analysis;
    }

    /// <summary>The analysis when it has been made and is valid, or null.</summary>
    public T? Cached<T>() where T : class => made.TryGetValue(typeof(T), out object? found) ? (T)found : null;

    /// <summary>The manager of an isolated operation below this one.</summary>
    public AnalysisManager Child(Operation op)
    {
        lock (gate)
        {
            children ??= [];
            if (!children.TryGetValue(op, out AnalysisManager? child)) children.Add(op, child = new AnalysisManager(op, this) { Hooks = Hooks });
            return child;
        }
    }

    /// <summary>Forgets what a pass did not preserve, here and below.</summary>
    internal void Invalidate(PreservedAnalyses preserved)
    {
        if (preserved.All) return;
        if (DeepStack.IsShort)
        {
            DeepStack.Run((this, preserved), static s => s.Item1.Invalidate(s.preserved));
            return;
        }
        lock (gate)
        {
            if (children is not null)
            {
                List<Operation> gone = [];
                foreach ((Operation op, AnalysisManager child) in children)
                {
                    if (op.IsErased) gone.Add(op);
                    else child.Invalidate(preserved);
                }
                foreach (Operation op in gone) children.Remove(op);
            }
            if (made.Count == 0) return;
            List<Type> invalid = [];
            foreach (Type type in made.Keys)
                if (!preserved.Keeps(type)) invalid.Add(type);
            foreach (Type type in invalid) made.Remove(type);
        }
    }
}
