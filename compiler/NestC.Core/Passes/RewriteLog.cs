using NestC.IR;
using NestC.Rewriting;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Passes;

/// <summary>`--debug-rewrites`: every attempt of a pattern with its reason, folds and dead operations, in the order in which they happen.</summary>
public sealed class RewriteLog(Stream output) : PassInstrumentation, IRewriteObserver
{
    private sealed class Count
    {
        public long Tried, Matched;
        public long Ticks;
    }

    private readonly Utf8Writer text = new(output, 1 << 14);
    private readonly SortedDictionary<string, Count> counts = new(StringComparer.Ordinal);
    private string? reason;

    public override void BeforePass(Pass pass, Operation op) => text.Write($"pass {pass.DisplayName} ({pass.Argument}) on {IrPrinting.Describe(op)}\n");

    public override void AfterPass(Pass pass, Operation op) => text.Flush();

    public override void AfterPassFailed(Pass pass, Operation op) => text.Flush();

    void IRewriteObserver.Attempting(Pattern pattern, Operation root)
    {
        reason = null;
        text.Write($"  try {pattern.Name} on {Short(root)}\n");
    }

    void IRewriteObserver.NotMatched(Pattern pattern, Operation op, string why) => reason = why;

    void IRewriteObserver.Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
        if (!counts.TryGetValue(pattern.Name, out Count? count)) counts.Add(pattern.Name, count = new Count());
        count.Tried++;
        count.Ticks += elapsed;
        if (changed) count.Matched++;
        text.Write(changed ? "    changed\n" : $"    no match: {reason ?? "no reason given"}\n");
    }

    void IRewriteObserver.Folded(Operation op, ReadOnlySpan<Value> replacements) =>
        text.Write(replacements.IsEmpty ? $"  fold in place: {Short(op)}\n" : $"  fold {Short(op)} to {Describe(replacements[0])}\n");

    void IRewriteObserver.ErasedDead(Operation op) => text.Write($"  erase dead {op.Name}\n");

    void IRewriteObserver.Made(Pattern? pattern, Operation root, Operation created) => text.Write($"    made {created.Name} from {root.Name}\n");

    void IRewriteObserver.IterationStarted(Operation scope, int iteration) => text.Write($"  iteration {iteration}\n");

    /// <summary>Writes how often each pattern was tried and matched, and how long that took.</summary>
    public void Finish()
    {
        if (counts.Count > 0) text.Write("patterns: tried, matched, ms\n");
        foreach ((string name, Count count) in counts)
            text.Write(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  {name}: {count.Tried}, {count.Matched}, {count.Ticks * 1000.0 / System.Diagnostics.Stopwatch.Frequency:F3}\n"));
        text.Flush();
    }

    private static string Describe(Value value) => value.DefiningOp is { } op ? $"a result of {op.Name}" : $"argument {value.Number}";

    private static string Short(Operation op)
    {
        string line = AsmPrinter.ToText(op, new PrintOptions { Generic = true, SkipRegions = true });
        return line.Length > 160 ? line[..160] + "..." : line;
    }
}
