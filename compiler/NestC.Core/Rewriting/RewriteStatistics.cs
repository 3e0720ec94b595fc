using System.Diagnostics;
using System.Globalization;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>Counts, for each pattern, attempts, applications and time; folds and dead operations by op. Thread-safe.</summary>
public sealed class RewriteStatistics : IRewriteObserver
{
    /// <summary>What a pattern did.</summary>
    /// <param name="Ticks">Time in it, in ticks of <see cref="Stopwatch"/>.</param>
    public readonly record struct Row(string Pattern, long Attempts, long Applied, long Ticks)
    {
        public double Milliseconds => Ticks * 1000.0 / Stopwatch.Frequency;
    }

    private sealed class Counter
    {
        public long Attempts, Applied, Ticks;
    }

    private readonly Lock gate = new();
    private readonly Dictionary<string, Counter> patterns = [];
    private readonly Dictionary<string, Counter> folds = [];
    private long dead;

    public bool WantsReasons => false;

    /// <summary>Operations that were erased because nothing uses them.</summary>
    public long Dead => dead;

    public void Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
        lock (gate)
        {
            Counter counter = Of(patterns, pattern.Name);
            counter.Attempts++;
            if (changed) counter.Applied++;
            counter.Ticks += elapsed;
        }
    }

    public void Folded(Operation op, ReadOnlySpan<Value> replacements)
    {
        lock (gate) Of(folds, op.Name).Applied++;
    }

    public void ErasedDead(Operation op) => Interlocked.Increment(ref dead);

    private static Counter Of(Dictionary<string, Counter> counters, string name)
    {
        if (!counters.TryGetValue(name, out Counter? counter)) counters.Add(name, counter = new Counter());
        return counter;
    }

    /// <summary>The patterns, most applications first, then by name.</summary>
    public IReadOnlyList<Row> Patterns => Rows(patterns);

    /// <summary>The op kinds that folded, most folds first, then by name.</summary>
    public IReadOnlyList<Row> Folds => Rows(folds);

    private List<Row> Rows(Dictionary<string, Counter> counters)
    {
        List<Row> rows = [];
        lock (gate)
            foreach ((string name, Counter c) in counters) rows.Add(new Row(name, c.Attempts, c.Applied, c.Ticks));
        rows.Sort(static (a, b) => a.Applied != b.Applied ? b.Applied.CompareTo(a.Applied) : string.CompareOrdinal(a.Pattern, b.Pattern));
        return rows;
    }

    /// <summary>Writes a table; times only when asked for, since they differ from run to run.</summary>
    public void Write(TextWriter output, bool times)
    {
        foreach (Row row in Patterns)
        {
            string time = times ? string.Create(CultureInfo.InvariantCulture, $" {row.Milliseconds,10:F3} ms") : "";
            output.WriteLine($"{row.Applied,8} of {row.Attempts,8}{time}  {row.Pattern}");
        }
        foreach (Row row in Folds) output.WriteLine($"{row.Applied,8} folds of {row.Pattern}");
        if (dead > 0) output.WriteLine($"{dead,8} dead operations erased");
    }
}
