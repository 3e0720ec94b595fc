namespace NestC.Tools.FileCheck;

/// <summary>A named text with its line table; lines and columns count from one, columns in bytes.</summary>
internal sealed class SourceText(string name, byte[] bytes)
{
    private int[]? _lineStarts;

    /// <summary>The name shown in diagnostics.</summary>
    public string Name { get; } = name;

    /// <summary>The text as it is matched.</summary>
    public byte[] Bytes { get; } = bytes;

    /// <summary>Removes the carriage return of CRLF and, when asked, folds runs of blanks and tabs to one blank.</summary>
    public static byte[] Canonicalize(byte[] bytes, bool foldBlanks)
    {
        var result = new byte[bytes.Length];
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte c = bytes[i];
            if (c == '\r' && i + 1 < bytes.Length && bytes[i + 1] == '\n') continue;
            if (foldBlanks && (c == ' ' || c == '\t'))
            {
                c = (byte)' ';
                while (i + 1 < bytes.Length && bytes[i + 1] is (byte)' ' or (byte)'\t') i++;
            }
            result[length++] = c;
        }
        if (length != result.Length) Array.Resize(ref result, length);
        return result;
    }

    private int[] LineStarts
    {
        get
        {
            if (_lineStarts != null) return _lineStarts;
            var starts = new List<int> { 0 };
            int at = 0;
            while (true)
            {
                int found = Bytes.AsSpan(at).IndexOf((byte)'\n');
                if (found < 0) break;
                at += found + 1;
                starts.Add(at);
            }
            return _lineStarts = starts.ToArray();
        }
    }

    /// <summary>Number of lines, counting the possibly empty one after the last newline.</summary>
    public int LineCount => LineStarts.Length;

    /// <summary>The line and column of an offset.</summary>
    public (int Line, int Column) Position(int offset)
    {
        int[] starts = LineStarts;
        int line = Array.BinarySearch(starts, offset);
        if (line < 0) line = ~line - 1;
        return (line + 1, offset - starts[line] + 1);
    }

    /// <summary>The offset of a line's first byte.</summary>
    public int LineStart(int line) => LineStarts[line - 1];

    /// <summary>The text of a line, without its end.</summary>
    public ReadOnlySpan<byte> Line(int line)
    {
        int start = LineStarts[line - 1];
        int end = line < LineStarts.Length ? LineStarts[line] - 1 : Bytes.Length;
        return Bytes.AsSpan(start, end - start);
    }
}
