using System.Globalization;
using System.Text;
using NestC.IR;

namespace NestC.Onnx;

/// <summary>Which operators are imported, as what, and how many of ONNX's own tests each has passed: what `--list-ops` prints.</summary>
public static class SupportTable
{
    /// <summary>One line an operator: its name, the operation, the opsets of its forms, tests passed and tests there are.</summary>
    public static string Text(NestContext context)
    {
        Dictionary<string, string> tests = Tests();
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{"operator",-36} {"operation",-36} {"forms of opsets",-20} node tests passed\n");
        foreach ((string name, string operation, string opsets) in Rows(context))
            text.Append(CultureInfo.InvariantCulture, $"{name,-36} {operation,-36} {opsets,-20} {tests.GetValueOrDefault(name, "-")}\n");
        return text.ToString();
    }

    /// <summary>Every operator of ONNX that has an operation.</summary>
    public static List<(string Operator, string Operation, string Opsets)> Rows(NestContext context)
    {
        List<(string, string, string)> rows = [];
        foreach (string key in OperatorSchemas.Names())
        {
            int colon = key.IndexOf(':', StringComparison.Ordinal);
            string name = key[(colon + 1)..], domain = colon < 0 ? "" : key[..colon];
            string operation = OnnxNames.ToGraph(name);
            if (!context.OpInfo(operation).IsRegistered) continue;
            StringBuilder opsets = new();
            foreach (var form in OperatorSchemas.Forms(domain, name)) opsets.Append(opsets.Length > 0 ? "," : "").Append(form.Since);
            rows.Add((key, operation, opsets.ToString()));
        }
        return rows;
    }

    // The table of docs/status.md, which the conformance tests write.
    private static Dictionary<string, string> Tests()
    {
        Dictionary<string, string> tests = new(StringComparer.Ordinal);
        using Stream? stream = typeof(SupportTable).Assembly.GetManifestResourceStream("status.md");
        if (stream is null) return tests;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length == 6 && cells[2].StartsWith("`graph.", StringComparison.Ordinal)) tests[cells[1]] = cells[4];
        }
        return tests;
    }
}
