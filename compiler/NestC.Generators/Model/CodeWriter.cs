using System;
using System.Text;

namespace NestC.Generators;

/// <summary>Writes C# with indentation; lines end in `\n` on every system, so that the output is deterministic.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder text = new();
    private int indent;
    private bool blankPending;
    private bool atBlockStart = true;

    public CodeWriter Line(string line = "")
    {
        if (line.Length == 0)
        {
            blankPending = !atBlockStart;
            return this;
        }
        if (line[0] == '}' && !line.StartsWith("})", StringComparison.Ordinal)) blankPending = false;
        if (blankPending) text.Append('\n');
        blankPending = false;
        if (line[0] != '#') text.Append(' ', indent * 4);
        text.Append(line).Append('\n');
        atBlockStart = line == "{";
        return this;
    }

    public CodeWriter Open(string? header = null)
    {
        if (header is not null) Line(header);
        Line("{");
        indent++;
        return this;
    }

    public CodeWriter Close(string tail = "")
    {
        indent--;
        return Line("}" + tail);
    }

    public void Indent() => indent++;

    public void Unindent() => indent--;

    public override string ToString() => text.ToString();
}
