using System.Text.Encodings.Web;
using System.Text.Json;
using NestC.IR;

namespace NestC.Diagnostics;

/// <summary>Writes each diagnostic as one line of JSON; docs/design/diagnostics.md describes the members.</summary>
public sealed class JsonRenderer(NestContext context, Stream output) : DiagnosticRenderer(context)
{
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Render(Diagnostic diagnostic)
    {
        using (Utf8JsonWriter json = new(output, Options)) Object(json, diagnostic);
        output.WriteByte((byte)'\n');
        output.Flush();
    }

    private void Object(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject();
        json.WriteString("severity"u8, Word(diagnostic.Severity));
        if (diagnostic.Code.Length > 0) json.WriteString("code"u8, diagnostic.Code);
        json.WriteString("message"u8, diagnostic.Message);
        Place(json, LocationPlace.Of(Context, diagnostic.Location));
        if (diagnostic.Length > 0) json.WriteNumber("length"u8, diagnostic.Length);
        if (diagnostic.IsSyntax) json.WriteBoolean("syntax"u8, true);
        if (diagnostic.Help is not null) json.WriteString("help"u8, diagnostic.Help);
        List<LocationPlace> callers = LocationPlace.Callers(Context, diagnostic.Location);
        if (callers.Count > 0)
        {
            json.WriteStartArray("calledFrom"u8);
            foreach (LocationPlace caller in callers)
            {
                json.WriteStartObject();
                Place(json, caller);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (diagnostic.Notes.Count > 0)
        {
            json.WriteStartArray("notes"u8);
            foreach (Diagnostic note in diagnostic.Notes) Object(json, note);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Place(Utf8JsonWriter json, LocationPlace place)
    {
        if (place.Label is not null) json.WriteString("location"u8, place.Label);
        if (place.File is null) return;
        // Tools that read JSON want the place in the file that was given, not the one in the chunk that it was split into.
        (string file, int line) = SplitInput.PlaceInWhole(place.File, place.Line);
        json.WriteString("file"u8, file);
        json.WriteNumber("line"u8, line);
        json.WriteNumber("column"u8, place.Column);
    }
}
