using NestC.IR;

namespace NestC.Rewriting;

/// <summary>Prints what drivers do, a line each: every attempt with its outcome and reason, what was made and replaced, folds, dead operations. For `--debug-rewrites`.</summary>
public sealed class RewriteTracer(TextWriter output) : IRewriteObserver
{
    private const int LongestOp = 160;
    private readonly Lock gate = new();
    [ThreadStatic] private static List<string>? reasons;

    private void Line(string text)
    {
        lock (gate) output.WriteLine(text);
    }

    /// <summary>The operation on one line, cut when it is long; only its name when it has regions.</summary>
    private static string Show(Operation op)
    {
        if (op.RegionCount > 0) return op.Name;
        string text = Syntax.AsmPrinter.ToText(op, new Syntax.PrintOptions { Generic = true });
        return text.Length > LongestOp ? text[..LongestOp] + "..." : text;
    }

    public void IterationStarted(Operation scope, int iteration) => Line($"iteration {iteration} over {scope.Name}");

    public void Attempting(Pattern pattern, Operation root)
    {
        (reasons ??= []).Clear();
        Line($"  try {pattern.Name} on {Show(root)}");
    }

    public void NotMatched(Pattern pattern, Operation op, string reason) => reasons?.Add(reason);

    public void Attempted(Pattern pattern, Operation root, string rootName, bool changed, long elapsed)
    {
        string why = reasons is { Count: > 0 } said ? ": " + string.Join("; ", said) : ", no reason given";
        Line(changed ? $"    {pattern.Name} rewrote {rootName}" : $"    {pattern.Name} does not match {rootName}{why}");
    }

    public void Folded(Operation op, ReadOnlySpan<Value> replacements)
    {
        if (replacements.IsEmpty)
        {
            Line($"  fold updates {Show(op)}");
            return;
        }
        Line($"  fold {Show(op)} to {string.Join(", ", Array.ConvertAll(replacements.ToArray(), static v => v.DefiningOp is { } by ? Show(by) : v.ToString()))}");
    }

    public void ErasedDead(Operation op) => Line($"  erase dead {Show(op)}");

    public void Made(Pattern? pattern, Operation root, Operation created) => Line($"      made {Show(created)}");

    public void Replaced(Pattern? pattern, Operation op, ReadOnlySpan<Value> values)
    {
        if (pattern is not null) Line($"      replaced {op.Name}");
    }
}
