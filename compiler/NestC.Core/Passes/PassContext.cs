using NestC.Diagnostics;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Passes;

/// <summary>What a pass has while it runs on one operation: analyses, statistics, diagnostics, and the way to say that it failed.</summary>
public sealed class PassContext
{
    private readonly PipelineRunner runner;
    private readonly PassItem item;

    internal PassContext(PipelineRunner runner, PassItem item, Operation op, AnalysisManager analyses)
    {
        this.runner = runner;
        this.item = item;
        Op = op;
        Analyses = analyses;
    }

    /// <summary>The operation that the pass runs on; it changes nothing outside of it.</summary>
    public Operation Op { get; }

    public NestContext Context => Op.Context;

    public Pass Pass => item.Pass;

    public AnalysisManager Analyses { get; }

    /// <summary>The analyses that stay valid; none unless the pass says so.</summary>
    public PreservedAnalyses Preserved { get; } = new();

    /// <summary>Whether <see cref="SignalFailure"/> was called.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The hooks of the pipeline: rewriters tell them what patterns do.</summary>
    public Instrumentations Hooks => runner.Hooks;

    /// <summary>How the program is to be printed.</summary>
    public Syntax.PrintOptions Print => runner.Print;

    /// <summary>The threads that a pass may use for work of its own; 1 where threads are switched off.</summary>
    public int Threads => runner.ThreadsOfPass;

    public T Get<T>() where T : class, IAnalysis<T> => Analyses.Get<T>();

    public DominanceInfo Dominance => Analyses.Get(static (_, _) => new DominanceInfo());

    /// <summary>
    /// Takes the isolated operations below that the pass has finished with, to verify them while they are in the cache; null where nothing is verified.
    /// </summary>
    public EarlyVerification? Verification { get; internal init; }

    public void Preserve<T>() where T : class => Preserved.Preserve<T>();

    /// <summary>Says that nothing was changed.</summary>
    public void PreserveAll() => Preserved.PreserveAll();

    /// <summary>Ends the pipeline of this operation after the pass; the pass has said why.</summary>
    public void SignalFailure() => HasFailed = true;

    /// <summary>Counts for the statistic of this index in <see cref="Pass.Statistics"/>.</summary>
    public void AddStatistic(int index, long count = 1)
    {
        if (count != 0) Interlocked.Add(ref item.Counts[index], count);
    }

    /// <summary>Says how far the pass has got, for those who wait: layers, inputs, whatever it counts.</summary>
    public void Progress(long done, long total) => Hooks.Progress(Pass, Op, done, total);

    /// <summary>Writes text that is the pass's product (a graph, a table) where reports go: standard error, in tools. See <see cref="Pass.Reports"/>.</summary>
    public void Report(string text) => runner.Report(text);

    /// <summary>Reports an error about an operation. The pipeline goes on unless <see cref="SignalFailure"/> is called.</summary>
    public Diagnostic Error(Operation at, string code, string message) => Say(Severity.Error, at, code, message);

    public Diagnostic Warning(Operation at, string code, string message) => Say(Severity.Warning, at, code, message);

    public Diagnostic Remark(Operation at, string code, string message) => Say(Severity.Remark, at, code, message);

    private Diagnostic Say(Severity severity, Operation at, string code, string message) =>
        Context.Diagnostics.Emit(new Diagnostic(severity, code, at.Location, message));

    /// <summary>
    /// Applies patterns and folds in the regions of an operation until nothing matches. Failure is signalled when a pattern broke its
    /// contract; when the driver gave up, the result says so and nothing is signalled.
    /// </summary>
    public RewriteResult ApplyGreedily(Operation at, PatternSet patterns, RewriteConfig? config = null) =>
        ApplyGreedily(at, FrozenPatterns.For(Context, patterns), config);

    /// <inheritdoc cref="ApplyGreedily(Operation, PatternSet, RewriteConfig?)"/>
    public RewriteResult ApplyGreedily(Operation at, FrozenPatterns patterns, RewriteConfig? config = null)
    {
        config ??= RewriteConfig.Default;
        if (Hooks.Observer is { } observer && config.Observer is null) config = config with { Observer = observer };
        RewriteResult result = GreedyRewrite.Apply(at, patterns, config);
        if (result.Failed) SignalFailure();
        return result;
    }

    /// <summary>Runs a pipeline that the pass made on the operation or an isolated one below it. False when it failed.</summary>
    public bool Run(PassPipeline pipeline, Operation at)
    {
        if (at != Op && !Op.IsProperAncestorOf(at))
        {
            Error(at, "NEST3110", "Trying to schedule a dynamic pipeline on an operation that isn't nested under the current operation the pass is processing");
            return false;
        }
        AnalysisManager analyses = Analyses;
        if (at != Op)
        {
            Vec<Operation> path = default;
            for (Operation? p = at; p is not null && p != Op; p = p.ParentOp) path.Add(p);
            while (!path.IsEmpty) analyses = analyses.Child(path.Pop());
        }
        return runner.RunDynamic(pipeline, at, analyses);
    }
}
