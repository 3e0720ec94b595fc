using System.Text;

namespace NestC.Tools.FileCheck;

/// <summary>Collects the bytes of standard error: source lines may hold any bytes, so no text encoding is in between.</summary>
internal sealed class ReportWriter
{
    private byte[] _bytes = new byte[4096];
    private int _length;

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Write(char ascii, int count = 1)
    {
        for (; count > 0; count--) Write([(byte)ascii]);
    }

    public void WriteLine(string text = "")
    {
        Write(text);
        Write('\n');
    }

    /// <summary>Writes `file:line:col: kind: text`, the source line and a caret, with the range underlined where it lies on that line.</summary>
    public void Message(SourceText source, int offset, string kind, string text, int rangeStart = -1, int rangeEnd = -1)
    {
        (int line, int column) = source.Position(offset);
        Write($"{source.Name}:{line}:{column}: {kind}: ");
        WriteLine(text);
        ReadOnlySpan<byte> content = source.Line(line);
        Underlined(content, column - 1, rangeStart - source.LineStart(line), rangeEnd - source.LineStart(line), rangeStart >= 0);
    }

    private void Underlined(ReadOnlySpan<byte> content, int column, int from, int to, bool hasRange)
    {
        bool ascii = true;
        foreach (byte c in content) ascii &= c < 128;
        var marks = new char[content.Length + 1];
        Array.Fill(marks, ' ');
        if (hasRange)
            for (int i = Math.Max(from, 0); i < Math.Min(to, content.Length); i++) marks[i] = '~';
        marks[column] = '^';
        int used = marks.Length;
        while (marks[used - 1] == ' ') used--;

        // Tabs stand for the blanks up to the next multiple of eight, in the line and below it alike.
        int outColumn = 0;
        foreach (byte c in content)
        {
            if (c != '\t')
            {
                Write([c]);
                outColumn++;
                continue;
            }
            do
            {
                Write(' ');
                outColumn++;
            }
            while (outColumn % 8 != 0);
        }
        Write('\n');
        if (!ascii) return;
        outColumn = 0;
        for (int i = 0; i < used; i++)
        {
            if (i >= content.Length || content[i] != '\t')
            {
                Write(marks[i]);
                outColumn++;
                continue;
            }
            do
            {
                Write(marks[i]);
                outColumn++;
            }
            while (outColumn % 8 != 0);
        }
        Write('\n');
    }
}
