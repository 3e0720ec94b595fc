using System.Text;
using NestC.Support;

namespace NestC.Diagnostics;

/// <summary>
/// Shows a line of source and, below it, a caret range: tabs go to multiples of eight, wide characters take two columns, and
/// of a line that is wider than the screen only the window around the range is looked at.
/// </summary>
internal static class SourceExcerpt
{
    private const int TabStop = 8;

    /// <summary>Writes both lines; false, and nothing written, when the column lies beyond the line.</summary>
    /// <param name="column">From 1, in bytes.</param>
    /// <param name="length">Bytes that the range covers; it is cut at the end of the line.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="caretOn">What to write before the caret range, to colour it.</param>
    /// <param name="caretOff">What to write after the caret range.</param>
    public static bool Write(
        Utf8Writer output, ReadOnlySpan<byte> line, int column, int length, int width, ReadOnlySpan<byte> caretOn, ReadOnlySpan<byte> caretOff)
    {
        int start = column - 1;
        if (start < 0 || start > line.Length) return false;
        while (start > 0 && start < line.Length && IsContinuation(line[start])) start--;
        int end = (int)Math.Min(line.Length, (long)start + Math.Max(length, 1));

        (int from, int to) = Window(line, start, end, width);
        int shown = 0, caretAt = -1, caretEnd = -1;
        if (from > 0)
        {
            output.Write("..."u8);
            shown = 3;
        }
        Span<byte> utf8 = stackalloc byte[4];
        int at = from;
        while (at < to)
        {
            if (at >= start && caretAt < 0) caretAt = shown;
            if (at >= end && caretEnd < 0) caretEnd = shown;
            Rune.DecodeFromUtf8(line[at..], out Rune rune, out int bytes);
            if (rune.Value == '\t')
            {
                int blanks = TabStop - shown % TabStop;
                output.WriteSpaces(blanks);
                shown += blanks;
            }
            else
            {
                rune = DisplayWidth.Shown(rune);
                output.Write(utf8[..rune.EncodeToUtf8(utf8)]);
                shown += DisplayWidth.Of(rune);
            }
            at += bytes;
        }
        if (caretAt < 0) caretAt = shown;
        if (caretEnd < 0) caretEnd = shown;
        if (to < line.Length) output.Write("..."u8);
        output.Write('\n');

        output.WriteSpaces(caretAt);
        output.Write(caretOn);
        output.Write('^');
        for (int i = caretAt + 1; i < caretEnd; i++) output.Write('~');
        output.Write(caretOff);
        output.Write('\n');
        return true;
    }

    /// <summary>The bytes to show: the whole line when it fits, else what fits around the start of the range.</summary>
    private static (int From, int To) Window(ReadOnlySpan<byte> line, int start, int end, int width)
    {
        int to = Forward(line, 0, width, out _);
        if (to == line.Length) return (0, to);
        int budget = Math.Max(width - 6, 16);
        Forward(line[..end], start, budget, out int range);
        int from = Backward(line, start, (budget - range) / 2);
        to = Forward(line, from, budget, out int used);
        // At the end of the line there is room left for what stands before.
        if (to == line.Length) from = Backward(line, from, budget - used);
        return (from, to);
    }

    private static int Forward(ReadOnlySpan<byte> line, int at, int columns, out int used)
    {
        used = 0;
        while (at < line.Length)
        {
            Rune.DecodeFromUtf8(line[at..], out Rune rune, out int bytes);
            int wide = rune.Value == '\t' ? TabStop - used % TabStop : DisplayWidth.Of(DisplayWidth.Shown(rune));
            if (used + wide > columns) break;
            used += wide;
            at += bytes;
        }
        return at;
    }

    private static int Backward(ReadOnlySpan<byte> line, int at, int columns)
    {
        int used = 0;
        while (at > 0)
        {
            Rune.DecodeLastFromUtf8(line[..at], out Rune rune, out int bytes);
            used += rune.Value == '\t' ? TabStop : DisplayWidth.Of(DisplayWidth.Shown(rune));
            if (used > columns) break;
            at -= bytes;
        }
        return at;
    }

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
