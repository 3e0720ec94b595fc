using System.Diagnostics;
using System.Text.Json;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes;

/// <summary>
/// Records passes, analyses and patterns in the trace-event format that Chrome and Perfetto read ("complete" events, times in
/// microseconds).
/// </summary>
public sealed class PassTrace : PassInstrumentation, IRewriteObserver
{
    private readonly record struct Event(string Name, string Category, long Start, long End, int Thread, string Op, bool? Matched);

    private sealed class Worker(int number)
    {
        public readonly int Number = number;
        public readonly List<long> Open = [];
        public readonly List<Event> Events = [];
    }

    private readonly List<Worker> all = [];
    private readonly ThreadLocal<Worker> workers;
    private readonly long origin = Stopwatch.GetTimestamp();

    public PassTrace() => workers = new ThreadLocal<Worker>(() =>
    {
        lock (all)
        {
            Worker worker = new(all.Count);
            all.Add(worker);
            return worker;
        }
    });

    private void Begin() => workers.Value!.Open.Add(Stopwatch.GetTimestamp());

    private void End(string name, string category, string op)
    {
        Worker worker = workers.Value!;
        long start = worker.Open[^1];
        worker.Open.RemoveAt(worker.Open.Count - 1);
        worker.Events.Add(new Event(name, category, start, Stopwatch.GetTimestamp(), worker.Number, op, null));
    }

    public override void BeforePipeline(PassPipeline pipeline, Operation op) => Begin();

    public override void AfterPipeline(PassPipeline pipeline, Operation op) => End($"'{pipeline.Anchor}' Pipeline", "pipeline", IrPrinting.Describe(op));

    public override void BeforePass(Pass pass, Operation op) => Begin();

    public override void AfterPass(Pass pass, Operation op) => End(pass.DisplayName, "pass", IrPrinting.Describe(op));

    public override void AfterPassFailed(Pass pass, Operation op) => End(pass.DisplayName + " (failed)", "pass", IrPrinting.Describe(op));

    public override void BeforeAnalysis(string name, Operation op) => Begin();

    public override void AfterAnalysis(string name, Operation op) => End(name, "analysis", IrPrinting.Describe(op));

    bool IRewriteObserver.WantsReasons => false;

    void IRewriteObserver.Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
        Worker worker = workers.Value!;
        long now = Stopwatch.GetTimestamp();
        worker.Events.Add(new Event(pattern.Name, "pattern", now - elapsed, now, worker.Number, rootName, changed));
    }

    /// <summary>Writes everything recorded.</summary>
    public void Write(Stream output)
    {
        using Utf8JsonWriter json = new(output);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit"u8, "ms"u8);
        json.WriteStartArray("traceEvents"u8);
        foreach (Worker worker in all)
        {
            foreach (Event e in worker.Events)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, e.Name);
                json.WriteString("cat"u8, e.Category);
                json.WriteString("ph"u8, "X"u8);
                json.WriteNumber("ts"u8, Micros(e.Start - origin));
                json.WriteNumber("dur"u8, Micros(e.End - e.Start));
                json.WriteNumber("pid"u8, 1);
                json.WriteNumber("tid"u8, e.Thread);
                json.WriteStartObject("args"u8);
                json.WriteString("op"u8, e.Op);
                if (e.Matched is { } matched) json.WriteBoolean("matched"u8, matched);
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double Micros(long ticks) => Math.Round(ticks * 1e6 / Stopwatch.Frequency, 3);
}
