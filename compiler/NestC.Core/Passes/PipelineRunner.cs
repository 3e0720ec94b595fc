using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes;

/// <summary>
/// Runs pipelines. Operations that a nested pipeline takes are isolated from each other, so they are worked on side by side;
/// what is said about them is said in program order. All of them are run even when one fails, so that the errors reported do
/// not depend on the number of threads.
/// </summary>
internal sealed class PipelineRunner(PassManager manager)
{
    // Below this many operations the work is done before a thread has started.
    private const int WorthThreads = 400;

    // A worker's stack: passes recurse over nested regions.
    private const int StackBytes = 64 << 20;

    private EarlyVerification? idleVerifier;

    public Instrumentations Hooks => manager.Hooks;

    public Syntax.PrintOptions Print => manager.Print;

    public int ThreadsOfPass => manager.ThreadsOfPass;

    public bool Run(PassPipeline pipeline, Operation op, AnalysisManager analyses) => Run(pipeline, op, analyses, manager.Threads);

    public void Report(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        lock (manager) manager.ReportTo.Write(bytes);
    }

    public bool RunDynamic(PassPipeline pipeline, Operation op, AnalysisManager analyses)
    {
        // One pipeline object may be run by many threads: it is finished by the first.
        lock (pipeline)
        {
            if (pipeline.Finish(op.Context) is { } error)
            {
                op.Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST3105", op.Location, error));
                return false;
            }
        }
        return Run(pipeline, op, analyses, 1);
    }

    private bool Run(PassPipeline pipeline, Operation op, AnalysisManager analyses, int threads)
    {
        bool hooked = !Hooks.IsEmpty;
        if (hooked) Hooks.BeforePipeline(pipeline, op);
        bool ok = true;
        foreach (PipelineItem item in pipeline.Items)
        {
            ok = item is PassItem pass ? RunPass(pass, op, analyses) : RunNested((NestedItem)item, op, analyses, threads);
            if (!ok) break;
        }
        if (hooked) Hooks.AfterPipeline(pipeline, op);
        return ok;
    }

    private bool RunPass(PassItem item, Operation op, AnalysisManager analyses)
    {
        Pass pass = item.Pass;
        if (!op.Info.IsRegistered) return Refuse(op, "trying to schedule a pass on an unregistered operation");
        if (!op.Has(OpTraits.IsolatedFromAbove)) return Refuse(op, "trying to schedule a pass on an operation not marked as 'IsolatedFromAbove'");
        if (!pass.CanScheduleOn(op.Info)) return Refuse(op, "trying to schedule a pass on an unsupported operation");
        bool hooked = !Hooks.IsEmpty;
        if (hooked) Hooks.BeforePass(pass, op);
        manager.Reproducer?.Entering(item, op);
        EarlyVerification? verifier = manager.VerifyEach ? Interlocked.Exchange(ref idleVerifier, null) ?? new EarlyVerification() : null;
        PassContext context = new(this, item, op, analyses) { Verification = verifier };
        pass.Invoke(op, context);
        analyses.Invalidate(context.Preserved);
        bool ok = !context.HasFailed;
        // A pass that preserves everything says that it changed nothing.
        if (verifier is not null)
        {
            if (ok && !context.Preserved.All) ok = verifier.VerifyRest(op);
            verifier.Reopen();
            Volatile.Write(ref idleVerifier, verifier);
        }
        if (ok) manager.Reproducer?.Leaving(item, op);
        if (!hooked) return ok;
        if (ok) Hooks.AfterPass(pass, op);
        else Hooks.AfterPassFailed(pass, op);
        return ok;
    }

    private static bool Refuse(Operation op, string why) => new Diag(op.Context.Diagnostics, op).Error("NEST3106", why);

    private bool RunNested(NestedItem item, Operation op, AnalysisManager analyses, int threads)
    {
        Vec<Job> jobs = default;
        int size = 0;
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                {
                    if (Find(item, inner) is not { } pipeline) continue;
                    jobs.Add(new Job { Op = inner, Pipeline = pipeline });
                    if (size < WorthThreads) size += CountUpTo(inner, WorthThreads - size);
                }
        threads = Math.Min(threads, jobs.Count);
        if (threads > 1 && size >= WorthThreads) return RunJobs(jobs, analyses, threads);
        bool ok = true;
        for (int i = 0; i < jobs.Count; i++)
            ok &= Run(jobs[i].Pipeline, jobs[i].Op, analyses.Child(jobs[i].Op), 1);
        return ok;
    }

    private struct Job
    {
        public Operation Op;
        public PassPipeline Pipeline;
    }

    private static PassPipeline? Find(NestedItem item, Operation op)
    {
        foreach (PassPipeline pipeline in item.Pipelines)
            if (pipeline.OpName is { } name ? op.Name == name : TakesAny(pipeline, op)) return pipeline;
        return null;
    }

    private static bool TakesAny(PassPipeline pipeline, Operation op)
    {
        if (!op.Info.IsRegistered || !op.Has(OpTraits.IsolatedFromAbove)) return false;
        foreach (PipelineItem item in pipeline.Items)
            if (item is PassItem pass && !pass.Pass.CanScheduleOn(op.Info)) return false;
        return true;
    }

    private static int CountUpTo(Operation op, int limit)
    {
        int count = 1;
        // Deep nesting is work enough.
        if (DeepStack.IsShort) return limit;
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                {
                    count += inner.RegionCount == 0 ? 1 : CountUpTo(inner, limit - count);
                    if (count >= limit) return count;
                }
        return count;
    }

    private bool RunJobs(Vec<Job> jobs, AnalysisManager analyses, int threads)
    {
        Job[] work = jobs.ToArray();
        int next = -1;
        int failed = 0;
        Exception?[] faults = new Exception?[threads];
        using (OrderedDiagnostics ordered = new(work[0].Op.Context.Diagnostics))
        {
            void Work(int worker)
            {
                try
                {
                    for (int i = Interlocked.Increment(ref next); i < work.Length; i = Interlocked.Increment(ref next))
                    {
                        using OrderedDiagnostics.Scope scope = ordered.Enter(i);
                        if (!Run(work[i].Pipeline, work[i].Op, analyses.Child(work[i].Op), 1)) Volatile.Write(ref failed, 1);
                    }
                }
                catch (Exception e)
                {
                    // Handed on to the thread that waits; an exception must not end the process from a worker.
                    faults[worker] = e;
                }
            }
            Thread[] started = new Thread[threads - 1];
            for (int t = 0; t < started.Length; t++)
            {
                int worker = t + 1;
                started[t] = new Thread(() => Work(worker), StackBytes);
                started[t].Start();
            }
            Work(0);
            foreach (Thread thread in started) thread.Join();
        }
        foreach (Exception? fault in faults)
            if (fault is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
        return failed == 0;
    }
}
