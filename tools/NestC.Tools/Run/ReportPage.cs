using System.Globalization;
using System.Net;
using System.Text;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;
using NestC.Passes.Npu.Placement;

namespace NestC.Tools.Run;

/// <summary>The report of a run as one page without anything from elsewhere.</summary>
internal static class ReportPage
{
    private static readonly CultureInfo invariant = CultureInfo.InvariantCulture;

    public static string Html(ModelRunResult run, LoweredRunner runner)
    {
        var page = new StringBuilder();
        page.Append(invariant, $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{Text(run.Model)} on the NPU</title><style>");
        page.Append("body{font:14px system-ui,sans-serif;margin:2em;max-width:1200px}table{border-collapse:collapse}td,th{padding:2px 10px;text-align:right;border-bottom:1px solid #ddd}");
        page.Append("td:first-child,th:first-child{text-align:left}.l{text-align:left}.load{fill:#4a90d9}.compute{fill:#e08a3c}.store{fill:#5aa469}.bar{background:#e08a3c;height:10px}</style>");
        page.Append(invariant, $"<h1>{Text(run.Model)}</h1><pre>{Text(run.Summary())}</pre>");
        for (int i = 0; i < run.Programs.Count; i++)
        {
            page.Append(invariant, $"<h2>Program @{Text(run.Programs[i].SymName)}</h2>");
            Timeline(page, run.Cycles[i]);
            Layers(page, run.Cycles[i]);
            Memory(page, run.Programs[i]);
        }
        Placement(page, run.Placement);
        page.Append("<h2>Host steps</h2><ol>");
        foreach (string step in run.HostSteps) page.Append(invariant, $"<li>{Text(step)}</li>");
        return page.Append("</ol></html>\n").ToString();
    }

    // Busy stretches of the three modules, those too near to be told apart joined.
    private static void Timeline(StringBuilder page, CycleResult result)
    {
        const int width = 1150, height = 26;
        page.Append(invariant, $"<h3>Timeline, {result.Cycles} cycles</h3><svg width=\"{width}\" height=\"{3 * height}\">");
        string[] names = ["load", "compute", "store"];
        for (int m = 0; m < 3; m++)
        {
            double from = -1, to = -1;
            foreach (TimelineEntry entry in result.Timeline)
            {
                if ((int)entry.Module != m) continue;
                double start = (double)entry.Start / result.Cycles * width, end = (double)entry.End / result.Cycles * width;
                if (from >= 0 && start - to > 0.5)
                {
                    Bar(page, names[m], m, from, to, height);
                    from = -1;
                }
                if (from < 0) from = start;
                to = Math.Max(to, end);
            }
            if (from >= 0) Bar(page, names[m], m, from, to, height);
        }
        page.Append("</svg><p>blue: load, orange: compute, green: store</p>");
    }

    private static void Bar(StringBuilder page, string name, int module, double from, double to, int height) =>
        page.Append(invariant, $"<rect class=\"{name}\" x=\"{from:F1}\" y=\"{module * height}\" width=\"{Math.Max(0.3, to - from):F1}\" height=\"{height - 4}\"/>");

    private static void Layers(StringBuilder page, CycleResult result)
    {
        VtaConfig config = result.Device.Config;
        page.Append("<h3>Layers</h3><table><tr><th>layer<th>cycles<th>load<th>compute<th>store<th>use of the multipliers<th><th>MAC a byte<th>roofline, MAC a cycle<th>bound by");
        foreach (LayerCost layer in result.Layers)
        {
            if (layer.Instructions == 0) continue;
            long span = Math.Max(1, layer.End - layer.Start);
            double use = (double)layer.GemmSteps / span, intensity = layer.Intensity(config), roof = Math.Min(config.MacsPerTile, intensity * result.Device.BusBytes);
            page.Append(invariant, $"<tr><td>{Text(layer.Name)}<td>{span}<td>{layer.LoadBusy}<td>{layer.ComputeBusy}<td>{layer.StoreBusy}<td>{100 * use:F1} %");
            page.Append(invariant, $"<td><div class=\"bar\" style=\"width:{120 * Math.Min(1, use):F0}px\"></div><td>{intensity:F1}<td>{roof:F0}<td>{(layer.IsBandwidthBound(result.Device) ? "memory" : "compute")}");
        }
        page.Append("</table>");
    }

    private static void Memory(StringBuilder page, ProgramOp program)
    {
        page.Append(invariant, $"<h3>Memory, {program.DramBytes} bytes from {program.DramBase}</h3><table><tr><th>data<th>memory<th>address<th>bytes<th>constant");
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is not IDramData data) continue;
            string memory = data.Memory is { } m ? Disassembler.Name(m) : "bytes";
            page.Append(invariant, $"<tr><td>{Text(SymbolTable.NameOf(op)!.Value)}<td>{memory}<td>{program.DramBase + data.Offset}<td>{data.ByteCount(program.Config)}<td>{(op is DataOp { Value: null } ? "" : "yes")}");
        }
        page.Append("</table>");
    }

    private static void Placement(StringBuilder page, PlacementReport report)
    {
        page.Append("<h2>Placement</h2><table><tr><th>operation<th>layer<th>on<th>MACs<th>reason");
        foreach (PlacementEntry entry in report.Entries)
        {
            string reason = entry.Verdict.IsYes ? "" : $"{entry.Verdict.Code}: {entry.Verdict}{(entry.Verdict.Help is { } help ? "; " + help : "")}";
            page.Append(invariant, $"<tr><td>{Text(entry.Name)}<td class=\"l\">{Text(entry.Layer ?? "")}<td>{(entry.Verdict.IsYes ? "npu" : "host")}<td>{entry.Cost.Macs}<td class=\"l\">{Text(reason)}");
        }
        page.Append("</table>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
