using System.Text;
using System.Text.Json;
using NestC.IR;

namespace NestC.Diagnostics;

/// <summary>Writes one SARIF 2.1.0 document at the end: one run, one rule for each code that occurred, sorted by code.</summary>
public sealed class SarifRenderer(NestContext context, Stream output, string tool) : DiagnosticRenderer(context)
{
    private readonly List<Diagnostic> all = [];

    public override void Render(Diagnostic diagnostic) => all.Add(diagnostic);

    public override void Finish()
    {
        List<string> codes = [];
        foreach (Diagnostic diagnostic in all)
        {
            if (diagnostic.Code.Length == 0) continue;
            int at = codes.BinarySearch(diagnostic.Code, StringComparer.Ordinal);
            if (at < 0) codes.Insert(~at, diagnostic.Code);
        }
        using (Utf8JsonWriter json = new(output, JsonRenderer.Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema"u8, "https://json.schemastore.org/sarif-2.1.0.json"u8);
            json.WriteString("version"u8, "2.1.0"u8);
            json.WriteStartArray("runs"u8);
            json.WriteStartObject();
            Driver(json, codes);
            json.WriteString("columnKind"u8, "unicodeCodePoints"u8);
            json.WriteStartArray("results"u8);
            foreach (Diagnostic diagnostic in all) Result(json, diagnostic, codes);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private void Driver(Utf8JsonWriter json, List<string> codes)
    {
        json.WriteStartObject("tool"u8);
        json.WriteStartObject("driver"u8);
        json.WriteString("name"u8, tool);
        json.WriteString("semanticVersion"u8, typeof(SarifRenderer).Assembly.GetName().Version?.ToString(3) ?? "0.0.0");
        json.WriteStartArray("rules"u8);
        foreach (string code in codes)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, code);
            if (DiagnosticCatalog.Find(code) is { } page)
            {
                Message(json, "shortDescription"u8, page.Title);
                Message(json, "fullDescription"u8, page.Explanation);
                json.WriteStartObject("help"u8);
                json.WriteString("text"u8, page.Text);
                json.WriteString("markdown"u8, page.Text);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Result(Utf8JsonWriter json, Diagnostic diagnostic, List<string> codes)
    {
        json.WriteStartObject();
        if (diagnostic.Code.Length > 0)
        {
            json.WriteString("ruleId"u8, diagnostic.Code);
            json.WriteNumber("ruleIndex"u8, codes.BinarySearch(diagnostic.Code, StringComparer.Ordinal));
        }
        // SARIF has no remarks.
        json.WriteString("level"u8, diagnostic.Severity is Severity.Remark ? "note"u8 : Word(diagnostic.Severity));
        LocationPlace place = LocationPlace.Of(Context, diagnostic.Location);
        string message = place.Label is null ? diagnostic.Message : $"{place.Label}: {diagnostic.Message}";
        Message(json, "message"u8, diagnostic.Help is null ? message : $"{message}\nhelp: {diagnostic.Help}");
        if (place.File is not null)
        {
            json.WriteStartArray("locations"u8);
            json.WriteStartObject();
            Physical(json, place, diagnostic.Length);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        List<LocationPlace> callers = LocationPlace.Callers(Context, diagnostic.Location);
        if (callers.Count + diagnostic.Notes.Count > 0)
        {
            json.WriteStartArray("relatedLocations"u8);
            foreach (LocationPlace caller in callers) Related(json, caller, 0, "called from");
            foreach (Diagnostic note in diagnostic.Notes) Related(json, LocationPlace.Of(Context, note.Location), note.Length, note.Message);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Related(Utf8JsonWriter json, LocationPlace place, int length, string message)
    {
        json.WriteStartObject();
        if (place.File is not null) Physical(json, place, length);
        Message(json, "message"u8, place.Label is null ? message : $"{place.Label}: {message}");
        json.WriteEndObject();
    }

    private static void Physical(Utf8JsonWriter json, LocationPlace place, int length)
    {
        (string file, int line) = SplitInput.PlaceInWhole(place.File!, place.Line);
        json.WriteStartObject("physicalLocation"u8);
        json.WriteStartObject("artifactLocation"u8);
        json.WriteString("uri"u8, FileUri(file));
        json.WriteEndObject();
        if (line >= 1)
        {
            json.WriteStartObject("region"u8);
            json.WriteNumber("startLine"u8, line);
            int column = place.Column, end = place.Column + Math.Max(length, 1);
            if (place.TryGetLine(out ReadOnlySpan<byte> text))
            {
                int start = column - 1;
                int stop = (int)Math.Min(text.Length, (long)start + Math.Max(length, 1));
                column = CodePoints(text[..start]) + 1;
                end = column + Math.Max(1, CodePoints(text[start..stop]));
            }
            if (column >= 1)
            {
                json.WriteNumber("startColumn"u8, column);
                json.WriteNumber("endColumn"u8, end);
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static int CodePoints(ReadOnlySpan<byte> utf8)
    {
        int count = 0;
        foreach (byte b in utf8)
        {
            if ((b & 0xC0) != 0x80) count++;
        }
        return count;
    }

    private static string FileUri(string path)
    {
        StringBuilder uri = new();
        if (Path.IsPathFullyQualified(path)) uri.Append(path[0] == '/' ? "file://" : "file:///");
        foreach (byte b in Encoding.UTF8.GetBytes(path))
        {
            char c = (char)b;
            if (c == '\\' && Path.DirectorySeparatorChar == '\\') c = '/';
            if (char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~' || (c == ':' && uri.Length > 0)) uri.Append(c);
            else uri.Append('%').Append(b.ToString("X2"));
        }
        return uri.ToString();
    }

    private static void Message(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}
