using System.Text;

namespace NestC.Passes;

/// <summary>What is known of passes from their declarations, as text: `--list-passes` and docs/passes.md.</summary>
public static class PassDocumentation
{
    /// <summary>One line a pass, and one for each option.</summary>
    public static string List(PassRegistry registry)
    {
        StringBuilder text = new("Passes:\n");
        foreach (PassEntry entry in registry.Passes())
        {
            Pass pass = entry.Make();
            Line(text, "  --" + entry.Argument, Pass.OwnAttribute(pass.GetType()).Summary);
            foreach (PassOption option in PassOptions.Of(pass)) Line(text, $"    {option.Name}=<{option.TypeText}>", option.Summary);
        }
        if (registry.Pipelines().Count == 0) return text.ToString();
        text.Append("Pass Pipelines:\n");
        foreach (PipelineEntry entry in registry.Pipelines())
        {
            Line(text, "  --" + entry.Argument, entry.Summary);
            if (entry.MakeOptions?.Invoke() is not { } options) continue;
            foreach (PassOption option in PassOptions.Of(options)) Line(text, $"    {option.Name}=<{option.TypeText}>", option.Summary);
        }
        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string summary) => text.Append(name.PadRight(46)).Append(" - ").Append(summary).Append('\n');

    /// <summary>The page docs/passes.md: passes with options, statistics and the operations that they run on.</summary>
    public static string Markdown(PassRegistry registry)
    {
        StringBuilder text = new("# Passes\n\nWritten by `nest-opt --passes-markdown`; a test compares. How pipelines are written is in `nest-opt --help`.\n");
        foreach (PassEntry entry in registry.Passes())
        {
            Pass pass = entry.Make();
            text.Append($"\n## `{entry.Argument}`\n\n{Sentence(Pass.OwnAttribute(pass.GetType()).Summary)} Runs on {(pass.OpName is { } op ? $"`{op}`" : "any isolated operation")}.\n");
            Options(text, PassOptions.Of(pass), pass);
            if (pass.Statistics.Length == 0) continue;
            text.Append("\n| statistic | |\n|---|---|\n");
            foreach (StatisticInfo statistic in pass.Statistics) text.Append($"| `{statistic.Name}` | {statistic.Description} |\n");
        }
        if (registry.Pipelines().Count > 0) text.Append("\n# Pipelines\n");
        foreach (PipelineEntry entry in registry.Pipelines())
        {
            text.Append($"\n## `{entry.Argument}`\n\n{Sentence(entry.Summary)}\n");
            object? options = entry.MakeOptions?.Invoke();
            if (options is not null) Options(text, PassOptions.Of(options), options);
            PassPipeline built = new("builtin.module", PassNesting.Implicit);
            entry.Build(built, options);
            text.Append($"\n```\n{built}\n```\n");
        }
        return text.ToString();
    }

    private static void Options(StringBuilder text, ReadOnlySpan<PassOption> options, object defaults)
    {
        if (options.IsEmpty) return;
        text.Append("\n| option | type | default | |\n|---|---|---|---|\n");
        foreach (PassOption option in options)
        {
            StringBuilder value = new();
            OptionText.Write(value, option.Name, option.Get(defaults));
            string shown = value.Length == 0 ? "" : $"`{value.ToString()[(option.Name.Length + 1)..]}`";
            text.Append($"| `{option.Name}` | {option.TypeText.Replace("|", "\\|", StringComparison.Ordinal)} | {shown} | {option.Summary} |\n");
        }
    }

    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
