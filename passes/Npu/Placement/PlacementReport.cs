using System.Globalization;
using System.Text;
using System.Text.Json;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu.Conversion;
using NestC.IR;

namespace NestC.Passes.Npu.Placement;

/// <summary>The verdict of one operation, and its cost.</summary>
public readonly record struct PlacementEntry(Operation Op, string Name, string? Layer, Verdict Verdict, PlacementCost Cost);

/// <summary>The verdicts of a function's operations, as text and JSON.</summary>
public sealed class PlacementReport
{
    /// <summary>The error of an operation on the host where none may be; tools exit with 4.</summary>
    public const string FallbackCode = "NEST6130";

    private readonly string target;

    private PlacementReport(string target, List<PlacementEntry> entries) => (this.target, Entries) = (target, entries);

    public List<PlacementEntry> Entries { get; }

    /// <summary>Operations that the target takes.</summary>
    public int OnTarget { get; private set; }

    /// <summary>Multiply-accumulates on the target.</summary>
    public long MacsOnTarget { get; private set; }

    /// <summary>Multiply-accumulates in all.</summary>
    public long Macs { get; private set; }

    public double Share => Macs == 0 ? 1 : (double)MacsOnTarget / Macs;

    /// <summary>Asks a target about every operation that computes; constants and returns do not, and quantization at the borders is the host's.</summary>
    public static PlacementReport Of(FuncOp function, ITarget target)
    {
        var report = new PlacementReport(target.Name, []);
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (op is ConstantOp or ReturnOp) continue;
            var entry = new PlacementEntry(op, op.Name, VtaExport.LayerOf(op), target.Place(op), target.CostOf(op));
            report.Entries.Add(entry);
            report.Macs += entry.Cost.Macs;
            if (entry.Verdict.IsNo) continue;
            report.OnTarget++;
            report.MacsOnTarget += entry.Cost.Macs;
        }
        return report;
    }

    /// <summary>One line: operations, arithmetic, and the first causes of fallback with their numbers.</summary>
    public string Line()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{target}: {OnTarget} of {Entries.Count} ops, {100 * Share:F1} % of the multiply-accumulates");
        List<(string Rule, int Count)> causes = Causes();
        for (int i = 0; i < Math.Min(3, causes.Count); i++) text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "; on the host: " : ", ")}{causes[i].Count} x {causes[i].Rule}");
        return text.Append('\n').ToString();
    }

    /// <summary>The line, then a line for each operation.</summary>
    public string Text()
    {
        var text = new StringBuilder(Line());
        foreach (PlacementEntry entry in Entries)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(entry.Verdict.IsYes ? target : "host"),-5}{entry.Name,-36}{entry.Layer,-28}");
            text.Append(CultureInfo.InvariantCulture, $"{entry.Cost.Macs,14} MACs {entry.Cost.Bytes,10} bytes");
            if (entry.Verdict.IsNo)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {entry.Verdict.Code}: {entry.Verdict}");
                if (entry.Verdict.Help is { } help) text.Append("; ").Append(help);
            }
            text.Append('\n');
        }
        return text.ToString();
    }

    public void WriteJson(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("target", target);
        json.WriteNumber("ops", Entries.Count);
        json.WriteNumber("ops_on_target", OnTarget);
        json.WriteNumber("macs", Macs);
        json.WriteNumber("macs_on_target", MacsOnTarget);
        json.WriteStartArray("verdicts");
        foreach (PlacementEntry entry in Entries)
        {
            json.WriteStartObject();
            json.WriteString("op", entry.Name);
            if (entry.Layer is { } layer) json.WriteString("layer", layer);
            json.WriteNumber("macs", entry.Cost.Macs);
            json.WriteNumber("bytes", entry.Cost.Bytes);
            json.WritePropertyName("verdict");
            entry.Verdict.WriteJson(json);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private List<(string Rule, int Count)> Causes()
    {
        var causes = new List<(string Rule, int Count)>();
        foreach (PlacementEntry entry in Entries)
        {
            if (entry.Verdict.IsYes) continue;
            // Quantization at the borders is the host's by nature.
            if (entry.Op is QuantizeOp or DequantizeOp) continue;
            string rule = entry.Verdict.Code == "NEST6101" ? entry.Name : entry.Verdict.Rule;
            int at = causes.FindIndex(c => c.Rule == rule);
            if (at < 0) causes.Add((rule, 1));
            else causes[at] = (rule, causes[at].Count + 1);
        }
        return causes;
    }
}
