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

    public void AppendFormatted(Operation? op) => text!.Append('\'').Append(op?.Name).Append('\'');

    public void AppendFormatted<T>(T value) => text!.Append(value is IFormattable f ? f.ToString(null, CultureInfo.InvariantCulture) : value?.ToString());

    public override string ToString() => text?.ToString() ?? "";
}
