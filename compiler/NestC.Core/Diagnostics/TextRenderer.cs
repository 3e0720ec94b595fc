using System.Text;
using NestC.IR;
using NestC.Support;

namespace NestC.Diagnostics;

/// <summary>
/// Writes diagnostics for people. The first line has mlir-opt's shape, `file:line:col: error: message`, since scripts, editors
/// and tests match it; the code stands on a line of its own at the end.
/// </summary>
/// <param name="context">The context whose sources are quoted.</param>
/// <param name="output">Where the text goes.</param>
/// <param name="chosen">The style; asked for at the first diagnostic, since it looks at the terminal.</param>
public sealed class TextRenderer(NestContext context, Utf8Writer output, Func<TextStyle> chosen) : DiagnosticRenderer(context)
{
    private TextStyle style = null!;

    public TextRenderer(NestContext context, Utf8Writer output, TextStyle style) : this(context, output, () => style)
    {
    }

    public override void Render(Diagnostic diagnostic)
    {
        style ??= chosen();
        Entry(LocationPlace.Of(Context, diagnostic.Location), diagnostic.Severity, diagnostic.Message, diagnostic.Length, true);
        foreach (LocationPlace caller in LocationPlace.Callers(Context, diagnostic.Location))
        {
            Entry(caller, Severity.Note, "called from", 0, true);
        }
        Location shown = diagnostic.Location;
        foreach (Diagnostic note in diagnostic.Notes)
        {
            // The line has just been shown when the note is about the same place.
            Entry(LocationPlace.Of(Context, note.Location), note.Severity, note.Message, note.Length, note.Location != shown);
            shown = note.Location;
        }
        if (diagnostic.Help is not null) Detail("help", diagnostic.Help);
        if (diagnostic.Code.Length > 0) Detail(diagnostic.Code, $"{style.Tool} --explain {diagnostic.Code}");
        output.Flush();
    }

    private void Entry(LocationPlace place, Severity severity, string message, int length, bool excerpt)
    {
        Color("\e[1m"u8);
        if (place.File is null)
        {
            output.Write("<unknown>:0: "u8);
        }
        else
        {
            Text(place.File);
            output.Write(':');
            output.Write((long)place.Line);
            output.Write(':');
            output.Write((long)place.Column);
            output.Write(": "u8);
        }
        Color("\e[0m"u8);
        Color(severity switch
        {
            Severity.Error => "\e[1;31m"u8,
            Severity.Warning => "\e[1;35m"u8,
            Severity.Remark => "\e[1;34m"u8,
            _ => "\e[1;36m"u8,
        });
        output.Write(Word(severity));
        output.Write(": "u8);
        Color("\e[0m"u8);
        if (severity != Severity.Note) Color("\e[1m"u8);
        if (place.Label is not null)
        {
            Text(place.Label);
            output.Write(": "u8);
        }
        Text(message);
        if (severity != Severity.Note) Color("\e[0m"u8);
        output.Write('\n');
        if (excerpt && place.TryGetLine(out ReadOnlySpan<byte> line))
        {
            SourceExcerpt.Write(
                output, line, place.Column, length, style.Width, style.Color ? "\e[1;32m"u8 : default, style.Color ? "\e[0m"u8 : default);
        }
    }

    private void Detail(string label, string text)
    {
        output.Write("  = "u8);
        Color("\e[1m"u8);
        Text(label);
        Color("\e[0m"u8);
        output.Write(": "u8);
        Text(text);
        output.Write('\n');
    }

    private void Color(ReadOnlySpan<byte> sequence)
    {
        if (style.Color) output.Write(sequence);
    }

    /// <summary>Writes text that may quote the input: cut when it is long, and with nothing in it that steers a terminal.</summary>
    private void Text(string text)
    {
        int length = text.Length;
        if (length > style.MessageLimit)
        {
            length = style.MessageLimit;
            if (char.IsHighSurrogate(text[length - 1])) length--;
        }
        Span<byte> utf8 = stackalloc byte[4];
        for (int i = 0; i < length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i, length - i), out Rune rune, out int taken) != System.Buffers.OperationStatus.Done)
                rune = Rune.ReplacementChar;
            i += taken;
            if (rune.Value is not ('\n' or '\t')) rune = DisplayWidth.Shown(rune);
            if (rune.IsAscii) output.Write((byte)rune.Value);
            else output.Write(utf8[..rune.EncodeToUtf8(utf8)]);
        }
        if (length < text.Length) output.Write($"... [{text.Length - length} more characters]");
    }
}
