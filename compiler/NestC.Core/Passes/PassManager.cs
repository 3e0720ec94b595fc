using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Passes;

/// <summary>Runs a pipeline on a top-level operation.</summary>
public sealed class PassManager(PassPipeline pipeline)
{
    public PassPipeline Pipeline { get; } = pipeline;

    /// <summary>Whether the result of each pass is verified.</summary>
    public bool VerifyEach { get; set; } = true;

    /// <summary>Threads that work side by side; 1: the calling one alone. The output does not depend on it.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    // What a pass may use for itself, which says nothing, also where passes that report follow each other in order.
    internal int ThreadsOfPass { get; private set; } = 1;

    /// <summary>Where passes write their reports.</summary>
    public Stream ReportTo { get; set; } = Stream.Null;

    /// <summary>How passes that print the program do it.</summary>
    public Syntax.PrintOptions Print { get; set; } = Syntax.PrintOptions.Default;

    public Instrumentations Hooks { get; } = new();

    /// <summary>Takes the operation on which a pass is about to run when it or the verifier after it fails.</summary>
    public CrashReproducer? Reproducer { get; set; }

    /// <summary>Runs the passes. False after a pass failed or its result was not valid; errors were reported.</summary>
    public bool Run(Operation op)
    {
        if (Pipeline.OpName is { } anchor && anchor != op.Name)
            return Fail(op, "NEST3104", $"can't run '{anchor}' pass manager on '{op.Name}' op");
        if (Pipeline.Finish(op.Context) is { } error)
        {
            op.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3105", Location.Unknown, error));
            return false;
        }
        LoadDependentDialects(op.Context);
        ThreadsOfPass = Threads;
        Pipeline.ForEachPass(item =>
        {
            if (item.Pass.Reports) Threads = 1;
        });
        PipelineRunner runner = new(this);
        AnalysisManager analyses = new(op) { Hooks = Hooks.IsEmpty ? null : Hooks };
        bool ok = Reproducer is { } reproducer
            ? reproducer.Guard(this, op, () => runner.Run(Pipeline, op, analyses))
            : runner.Run(Pipeline, op, analyses);
        return ok;
    }

    private void LoadDependentDialects(NestContext context) => Pipeline.ForEachPass(item =>
    {
        foreach (string name in item.Pass.DependentDialects) context.Dialect(name);
    });

    private static bool Fail(Operation op, string code, string message)
    {
        op.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, code, op.Location, message));
        return false;
    }

    /// <summary>What passes counted, as `--mlir-pass-statistics` prints it.</summary>
    /// <param name="asList">One entry a pass name, sorted, instead of the nesting of the pipeline.</param>
    public string StatisticsReport(bool asList) => PassStatistics.Report(Pipeline, asList);
}
