using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Tools;

/// <summary>Runs the pipeline that the command line (or a reproducer) asks for on one module, with the reports asked for.</summary>
internal sealed class PassRun(PassFlags flags, Lazy<PassRegistry> registry, Stream error, PrintOptions print)
{
    private readonly PassTiming? timing = flags.Timing ? new PassTiming() : null;

    public bool VerifyEach { get; init; } = true;

    public int Threads { get; init; } = Environment.ProcessorCount;

    public ProgressReport? Progress { get; init; }

    /// <summary>Measures a phase of the tool.</summary>
    public IDisposable? Phase(string name) => timing?.Measure(name);

    /// <summary>Runs the passes. False after an error was reported.</summary>
    public bool Run(Operation op)
    {
        NestContext context = op.Context;
        bool verifyEach = VerifyEach;
        int threads = Threads;
        PassPipeline? pipeline = flags.RunReproducer ? FromReproducer(context, ref verifyEach, ref threads) : flags.Build(context, op.Name);
        if (pipeline is null) return false;
        if (flags.DumpPipeline) Say($"Pass Manager with {pipeline.Count} passes:\n{pipeline}\n\n");
        PassManager manager = new(pipeline) { VerifyEach = verifyEach, Threads = threads, Print = print, ReportTo = Progress is null ? error : new ReportStream(error, Progress) };
        if (Progress is not null) manager.Hooks.Add(Progress);
        if (timing is not null)
        {
            timing.Prepare(pipeline);
            manager.Hooks.Add(timing);
        }
        PassTrace? trace = flags.Trace is null ? null : new PassTrace();
        if (trace is not null) manager.Hooks.Add(trace);
        if (flags.Printing.WantsAny)
        {
            // Dumps come in the order of the program, not of the clock.
            manager.Threads = 1;
            flags.Printing.Print = print;
            manager.Hooks.Add(new IrPrinting(flags.Printing, error));
        }
        RewriteLog? log = flags.DebugRewrites ? new RewriteLog(error) : null;
        if (log is not null)
        {
            manager.Threads = 1;
            manager.Hooks.Add(log);
        }
        SemanticCheck? check = flags.SemanticSeeds > 0 ? new SemanticCheck(flags.SemanticSeeds) { Folder = "." } : null;
        if (check is not null)
        {
            manager.Threads = 1;
            manager.Hooks.Add(check);
        }
        if (flags.CrashReproducer is { } path) manager.Reproducer = new CrashReproducer(path, flags.LocalReproducer);
        if (flags.GenerateReproducer is { } file) Generate(file, op, manager);
        bool ok = manager.Run(op);
        Progress?.Clear();
        if (flags.Statistics) Say(manager.StatisticsReport(flags.StatisticsAsList));
        log?.Finish();
        if (trace is not null)
        {
            using FileStream output = File.Create(flags.Trace!);
            trace.Write(output);
        }
        return ok && check is not { Differences: > 0 };
    }

    /// <summary>Prints the reports that wait for the end.</summary>
    public void Finish()
    {
        if (timing is not null) Say(timing.Report(flags.TimingAsList, flags.TimingAsJson, Threads > 1));
    }

    private void Say(string text)
    {
        error.Write(Encoding.UTF8.GetBytes(text));
        error.Flush();
    }

    private static void Generate(string path, Operation op, PassManager manager)
    {
        Utf8Writer text = new();
        AsmPrinter.Print(op, text, PrintOptions.Default);
        Reproducer.Write(path, text.Written, manager.Pipeline.ToString(), manager.Threads == 1, manager.VerifyEach);
    }

    private PassPipeline? FromReproducer(NestContext context, ref bool verifyEach, ref int threads)
    {
        if (context.ExternalResources?.Find("mlir_reproducer") is not { } group || group.FindString("pipeline") is not { } text)
        {
            context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3109", Location.Unknown, "the input holds no pipeline to run")
            {
                Help = "--run-reproducer takes a file that --mlir-pass-pipeline-crash-reproducer or --mlir-generate-reproducer wrote",
            });
            return null;
        }
        if (group.FindBool("disable_threading") == true) threads = 1;
        verifyEach = group.FindBool("verify_each") ?? verifyEach;
        context.ExternalResources = null;
        return PipelineParser.Parse(registry.Value, context, text);
    }
}
