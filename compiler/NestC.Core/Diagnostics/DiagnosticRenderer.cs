using System.Runtime.CompilerServices;
using NestC.IR;
using NestC.Support;

namespace NestC.Diagnostics;

/// <summary>How diagnostics are written.</summary>
public enum DiagnosticFormat : byte { Text, Json, Sarif }

/// <summary>Whether text is coloured.</summary>
public enum ColorMode : byte { Auto, Always, Never }

/// <summary>Writes diagnostics, one call each, in the order in which it gets them. Not thread-safe: engines call handlers in order.</summary>
public abstract class DiagnosticRenderer(NestContext context)
{
    /// <summary>The context whose sources are quoted; set for each part of a split input.</summary>
    public NestContext Context { get; set; } = context;

    public abstract void Render(Diagnostic diagnostic);

    /// <summary>Writes what stands at the end of the whole report.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>The renderer for a format.</summary>
    /// <param name="tool">The tool's name, as a user types it.</param>
    public static DiagnosticRenderer Create(DiagnosticFormat format, NestContext context, Stream output, ColorMode color, string tool) => format switch
    {
        DiagnosticFormat.Json => Json(context, output),
        DiagnosticFormat.Sarif => Sarif(context, output, tool),
        _ => new TextRenderer(context, new Utf8Writer(output), () => TextStyle.ForStandardError(color, tool)),
    };

    // Apart from their caller, which loads the library of the formats otherwise.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static JsonRenderer Json(NestContext context, Stream output) => new(context, output);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SarifRenderer Sarif(NestContext context, Stream output, string tool) => new(context, output, tool);

    public static bool TryParse(string text, out DiagnosticFormat format)
    {
        format = text switch { "json" => DiagnosticFormat.Json, "sarif" => DiagnosticFormat.Sarif, _ => DiagnosticFormat.Text };
        return text is "text" or "json" or "sarif";
    }

    public static bool TryParse(string text, out ColorMode mode)
    {
        mode = text switch { "always" => ColorMode.Always, "never" => ColorMode.Never, _ => ColorMode.Auto };
        return text is "auto" or "always" or "never";
    }

    /// <summary>`error`, `warning`, `remark` or `note`.</summary>
    internal static ReadOnlySpan<byte> Word(Severity severity) => severity switch
    {
        Severity.Error => "error"u8,
        Severity.Warning => "warning"u8,
        Severity.Remark => "remark"u8,
        _ => "note"u8,
    };
}
