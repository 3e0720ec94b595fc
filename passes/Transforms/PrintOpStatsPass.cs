using System.Text;
using NestC.IR;

namespace NestC.Passes.Transforms;

/// <summary>Prints how often each kind of operation occurs, sorted by name.</summary>
[Pass("print-op-stats", "Print statistics of operations")]
public sealed partial class PrintOpStatsPass : Pass
{
    [Option("json", "print the stats as JSON")] public bool Json { get; init; }

    public override bool Reports => true;

    protected override void Run(Operation op, PassContext ctx)
    {
        SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
        op.Walk(inner =>
        {
            counts[inner.Name] = counts.GetValueOrDefault(inner.Name) + 1;
            return WalkResult.Advance;
        });
        ctx.Report(Json ? AsJson(counts) : AsText(counts));
        ctx.PreserveAll();
    }

    private static string AsText(SortedDictionary<string, long> counts)
    {
        int widestDialect = 0, widestName = 0;
        foreach (string name in counts.Keys)
        {
            int dot = name.IndexOf('.');
            widestDialect = Math.Max(widestDialect, Math.Max(dot, 0));
            widestName = Math.Max(widestName, name.Length - dot - 1);
        }
        StringBuilder text = new("Operations encountered:\n-----------------------\n");
        foreach ((string name, long count) in counts)
        {
            int dot = name.IndexOf('.');
            if (dot < 0) text.Append(' ', widestDialect + 3);
            else text.Append(name[..dot].PadLeft(widestDialect + 2)).Append('.');
            text.Append(name[(dot + 1)..].PadRight(widestName)).Append(" , ").Append(count).Append('\n');
        }
        return text.ToString();
    }

    private static string AsJson(SortedDictionary<string, long> counts)
    {
        StringBuilder text = new("{\n");
        int left = counts.Count;
        foreach ((string name, long count) in counts) text.Append($"  \"{name}\" : {count}").Append(--left > 0 ? ",\n" : "\n");
        return text.Append("}\n").ToString();
    }
}
