using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>Why a pattern did not match: nothing is formatted, nor are the holes evaluated, unless somebody listens.</summary>
[InterpolatedStringHandler]
public readonly struct NoMatchMessage
{
    private readonly StringBuilder? text;

    public NoMatchMessage(int literalLength, int formattedCount, Rewriter rewriter, out bool wanted)
    {
        wanted = rewriter.WantsReasons;
        text = wanted ? new StringBuilder(literalLength + formattedCount * 8) : null;
    }

    public void AppendLiteral(string value) => text!.Append(value);

    public void AppendFormatted(string? value) => text!.Append(value);

    public void AppendFormatted(long value) => text!.Append(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Operations are shown by their name.</summary>
    public void AppendFormatted<T>(T value) => text!.Append(value switch
    {
        Operation op => $"'{op.Name}'",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    });

    public override string ToString() => text?.ToString() ?? "";
}
