using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>A report as text, JSON and one HTML page.</summary>
public static class ReportWriters
{
    /// <summary>The report as text.</summary>
    public static string Text(QuantizationReport r)
    {
        StringBuilder text = new();
        Line(text, $"model          {r.Model}");
        Line(text, $"configuration  {r.Configuration}");
        Line(text, $"inputs         {r.Inputs}");
        foreach (string line in Summary(r)) Line(text, $"{line}");
        Line(text, $"");
        Line(text, $"{"layer",-36} {"operation",-28} {"SQNR dB",8} {"cosine",8} {"max error",10} {"saturated",10}");
        foreach (LayerReport l in r.Layers)
            Line(text, $"{Short(l.Name, 36),-36} {l.Op,-28} {Number(l.Error.Sqnr),8} {l.Error.Cosine,8:F5} {l.Error.MaxError,10:G4} {l.Error.Saturated,10}");
        if (r.KeptFloat.Count > 0) Line(text, $"\nin floats: {string.Join(", ", r.KeptFloat)}");
        if (r.Sensitivity.Count > 0)
        {
            Line(text, $"\nsensitivity (SQNR of the outputs when only this layer is quantized, worst first)");
            foreach (var (layer, sqnr) in r.Sensitivity) Line(text, $"{Number(sqnr),8} dB  {layer}");
        }
        return text.ToString();
    }

    private static List<string> Summary(QuantizationReport r)
    {
        List<string> lines =
        [
            $"outputs        SQNR {Number(r.Output.Sqnr)} dB, cosine {Invariant(r.Output.Cosine, "F5")}, greatest error {Invariant(r.Output.MaxError, "G4")}",
            $"agreement      {r.Agreeing} of {r.Inputs} inputs have the same first class, {r.Classes.Count} classes occur",
        ];
        if (r.Labelled > 0)
            lines.Add($"accuracy       float {Percent(r.CorrectFloat, r.Labelled)}, quantized {Percent(r.CorrectQuantized, r.Labelled)} of {r.Labelled} labelled inputs");
        return lines;
    }

    /// <summary>The report as JSON; infinite ratios are null.</summary>
    public static void Json(QuantizationReport r, Stream stream)
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("model", r.Model);
        json.WriteString("configuration", r.Configuration);
        json.WriteNumber("inputs", r.Inputs);
        json.WriteStartObject("outputs");
        Write(json, r.Output);
        json.WriteNumber("agreeing", r.Agreeing);
        json.WriteNumber("classes", r.Classes.Count);
        json.WriteEndObject();
        if (r.Labelled > 0)
        {
            json.WriteStartObject("accuracy");
            json.WriteNumber("labelled", r.Labelled);
            json.WriteNumber("float", r.CorrectFloat);
            json.WriteNumber("quantized", r.CorrectQuantized);
            json.WriteEndObject();
        }
        json.WriteStartArray("layers");
        foreach (LayerReport l in r.Layers)
        {
            json.WriteStartObject();
            json.WriteString("layer", l.Name);
            json.WriteString("operation", l.Op);
            json.WriteString("type", l.Type);
            Write(json, l.Error);
            json.WriteNumber("saturated", l.Error.Saturated);
            json.WriteNumber("elements", l.Error.Count);
            Write(json, "float", l.Float);
            Write(json, "quantized", l.Quantized);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("kept_float");
        foreach (string op in r.KeptFloat) json.WriteStringValue(op);
        json.WriteEndArray();
        json.WriteStartArray("sensitivity");
        foreach (var (layer, sqnr) in r.Sensitivity)
        {
            json.WriteStartObject();
            json.WriteString("layer", layer);
            Number(json, "sqnr_db", sqnr);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ErrorMeasure e)
    {
        Number(json, "sqnr_db", e.Sqnr);
        Number(json, "cosine", e.Cosine);
        Number(json, "max_error", e.MaxError);
    }

    private static void Write(Utf8JsonWriter json, string name, Histogram h)
    {
        json.WriteStartObject(name);
        if (!h.IsEmpty)
        {
            json.WriteNumber("min", h.Min);
            json.WriteNumber("max", h.Max);
        }
        json.WriteStartArray("bins");
        foreach (long c in h.Counts) json.WriteNumberValue(c);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    /// <summary>The report as one page, with its plots, that needs nothing else.</summary>
    public static string Html(QuantizationReport r)
    {
        StringBuilder page = new();
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Quantization of ").Append(Encode(r.Model)).Append("</title>\n<style>\n")
            .Append("body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:70em}table{border-collapse:collapse}td,th{padding:2px 10px;text-align:right;border-bottom:1px solid #ddd}\n")
            .Append("td:first-child,th:first-child,td:nth-child(2),th:nth-child(2){text-align:left}code{font-size:12px}.float{fill:#4878a8;opacity:.55}.quant{fill:none;stroke:#c04020;stroke-width:1.2}\n")
            .Append("svg text{font-size:10px;fill:#333}pre{background:#f4f4f4;padding:.6em}</style></head><body>\n");
        page.Append("<h1>Quantization of ").Append(Encode(r.Model)).Append("</h1>\n<pre>configuration  ").Append(Encode(r.Configuration)).Append('\n');
        foreach (string line in Summary(r)) page.Append(Encode(line)).Append('\n');
        page.Append("</pre>\n<h2>Signal to noise ratio by layer (dB)</h2>\n");
        List<(string, double)> bars = [];
        foreach (LayerReport l in r.Layers) bars.Add((l.Name, l.Error.Sqnr));
        Bars(page, bars);
        if (r.Sensitivity.Count > 0)
        {
            page.Append("<h2>Sensitivity: the outputs' ratio when only this layer is quantized, worst first</h2>\n");
            Bars(page, r.Sensitivity);
        }
        page.Append("<h2>Layers</h2>\n<p>Histograms: filled, the float model; the line, the quantized one. Heights are square roots of counts.</p>\n<table><tr><th>layer</th><th>operation</th>")
            .Append("<th>SQNR dB</th><th>cosine</th><th>max error</th><th>saturated</th><th>histogram</th></tr>\n");
        foreach (LayerReport l in r.Layers)
        {
            page.Append("<tr><td>").Append(Encode(l.Name)).Append("<br><code>").Append(Encode(l.Type)).Append("</code></td><td>").Append(Encode(l.Op)).Append("</td><td>")
                .Append(Number(l.Error.Sqnr)).Append("</td><td>").Append(Invariant(l.Error.Cosine, "F5")).Append("</td><td>").Append(Invariant(l.Error.MaxError, "G4")).Append("</td><td>")
                .Append(l.Error.Saturated).Append("</td><td>");
            Plot(page, l.Float, l.Quantized);
            page.Append("</td></tr>\n");
        }
        page.Append("</table>\n");
        if (r.KeptFloat.Count > 0) page.Append("<p>In floats: ").Append(Encode(string.Join(", ", r.KeptFloat))).Append("</p>\n");
        return page.Append("</body></html>\n").ToString();
    }

    private static void Bars(StringBuilder page, List<(string Name, double Value)> bars)
    {
        const int height = 16, left = 260, width = 420;
        double greatest = 1;
        foreach (var (_, value) in bars)
            if (double.IsFinite(value)) greatest = Math.Max(greatest, value);
        Append(page, $"<svg width=\"{left + width + 60}\" height=\"{bars.Count * height + 4}\">\n");
        for (int i = 0; i < bars.Count; i++)
        {
            double value = double.IsPositiveInfinity(bars[i].Value) ? greatest : Math.Max(0, bars[i].Value);
            Append(page, $"<text x=\"{left - 6}\" y=\"{i * height + 12}\" text-anchor=\"end\">{Encode(Short(bars[i].Name, 40))}</text>");
            Append(page, $"<rect class=\"float\" x=\"{left}\" y=\"{i * height + 2}\" width=\"{value / greatest * width:F1}\" height=\"{height - 4}\"/>");
            Append(page, $"<text x=\"{left + 4 + value / greatest * width:F1}\" y=\"{i * height + 12}\">{Number(bars[i].Value)}</text>\n");
        }
        page.Append("</svg>\n");
    }

    private static void Plot(StringBuilder page, Histogram real, Histogram quantized)
    {
        const int width = 192, height = 40;
        if (real.IsEmpty || quantized.IsEmpty) return;
        double low = Math.Min(real.Min, quantized.Min), high = Math.Max(real.Max, quantized.Max);
        if (high <= low) high = low + 1;
        Histogram a = real.Over(low, high), b = quantized.Over(low, high);
        long most = 1;
        foreach (long c in a.Counts) most = Math.Max(most, c);
        foreach (long c in b.Counts) most = Math.Max(most, c);
        double bar = (double)width / a.Bins;
        Append(page, $"<svg width=\"{width}\" height=\"{height + 12}\">");
        for (int i = 0; i < a.Bins; i++)
        {
            double h = Math.Sqrt((double)a.Counts[i] / most) * height;
            if (h > 0) Append(page, $"<rect class=\"float\" x=\"{i * bar:F1}\" y=\"{height - h:F1}\" width=\"{bar:F1}\" height=\"{h:F1}\"/>");
        }
        page.Append("<polyline class=\"quant\" points=\"");
        for (int i = 0; i < b.Bins; i++) Append(page, $"{(i + 0.5) * bar:F1},{height - Math.Sqrt((double)b.Counts[i] / most) * height:F1} ");
        Append(page, $"\"/><text x=\"0\" y=\"{height + 10}\">{low:G3}</text><text x=\"{width}\" y=\"{height + 10}\" text-anchor=\"end\">{high:G3}</text></svg>");
    }

    private static void Append(StringBuilder page, FormattableString text) => page.Append(FormattableString.Invariant(text));

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Short(string name, int length) => name.Length <= length ? name : "..." + name[^(length - 3)..];

    private static string Number(double db) => double.IsPositiveInfinity(db) ? "exact" : double.IsNegativeInfinity(db) ? "none" : Invariant(db, "F1");

    private static string Invariant(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Percent(int part, int of) => Invariant(100.0 * part / of, "F2") + " %";
}
