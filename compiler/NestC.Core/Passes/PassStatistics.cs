using System.Globalization;
using System.Text;

namespace NestC.Passes;

/// <summary>Renders what passes counted, in MLIR's layout.</summary>
internal static class PassStatistics
{
    private readonly record struct Row(string Name, string Description, long Value);

    public static string Report(PassPipeline pipeline, bool asList)
    {
        StringBuilder text = new();
        ReportHeader.Write(text, "... Pass statistics report ...");
        if (asList) WriteList(text, pipeline);
        else WriteItems(text, 0, pipeline);
        return text.Append('\n').ToString();
    }

    private static void WriteList(StringBuilder text, PassPipeline pipeline)
    {
        SortedDictionary<string, List<Row>> merged = new(StringComparer.Ordinal);
        pipeline.ForEachPass(item =>
        {
            List<Row> rows = Rows(item);
            if (rows.Count == 0) return;
            if (!merged.TryAdd(item.Pass.DisplayName, rows))
            {
                List<Row> sum = merged[item.Pass.DisplayName];
                for (int i = 0; i < rows.Count; i++) sum[i] = sum[i] with { Value = sum[i].Value + rows[i].Value };
            }
        });
        foreach ((string name, List<Row> rows) in merged) WriteEntry(text, 2, name, rows);
    }

    private static void WriteItems(StringBuilder text, int indent, PassPipeline pipeline)
    {
        foreach (PipelineItem item in pipeline.Items)
        {
            if (item is PassItem pass)
            {
                WriteEntry(text, indent, pass.Pass.DisplayName, Rows(pass));
                continue;
            }
            NestedItem nested = (NestedItem)item;
            int inner = indent;
            if (nested.Pipelines.Count > 1)
            {
                WriteEntry(text, indent, nested.Name, []);
                inner += 2;
            }
            foreach (PassPipeline p in nested.Pipelines)
            {
                WriteEntry(text, inner, $"'{p.Anchor}' Pipeline", []);
                WriteItems(text, inner + 2, p);
            }
        }
    }

    private static List<Row> Rows(PassItem item)
    {
        List<Row> rows = [];
        ReadOnlySpan<StatisticInfo> declared = item.Pass.Statistics;
        for (int i = 0; i < declared.Length; i++) rows.Add(new Row(declared[i].Name, declared[i].Description, item.Counts[i]));
        rows.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return rows;
    }

    private static void WriteEntry(StringBuilder text, int indent, string name, List<Row> rows)
    {
        text.Append(' ', indent).Append(name).Append('\n');
        int widestName = 0, widestValue = 0;
        foreach (Row row in rows)
        {
            widestName = Math.Max(widestName, row.Name.Length);
            widestValue = Math.Max(widestValue, row.Value.ToString(CultureInfo.InvariantCulture).Length);
        }
        foreach (Row row in rows)
            text.Append(' ', indent + 2).Append("(S) ").Append(row.Value.ToString(CultureInfo.InvariantCulture).PadLeft(widestValue))
                .Append(' ').Append(row.Name.PadRight(widestName)).Append(" - ").Append(row.Description).Append('\n');
    }
}

/// <summary>The frame around the title of a report, 80 columns wide.</summary>
internal static class ReportHeader
{
    public static void Write(StringBuilder text, string title)
    {
        string rule = $"==={new string('-', 73)}===\n";
        text.Append(rule).Append(' ', 25).Append(title).Append('\n').Append(rule);
    }
}
