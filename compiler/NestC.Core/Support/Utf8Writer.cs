using System.Runtime.CompilerServices;
using System.Text;

namespace NestC.Support;

/// <summary>A growing UTF-8 buffer that empties itself into a stream, when it has one, each time it is full.</summary>
public sealed class Utf8Writer
{
    private byte[] buffer;
    private int position;
    private long flushed;
    private readonly Stream? sink;

    public Utf8Writer(Stream? sink = null, int capacity = 256)
    {
        this.sink = sink;
        buffer = new byte[Math.Max(capacity, 64)];
    }

    /// <summary>Bytes that stand in the buffer now (all that was written, when there is no stream).</summary>
    public int Position => position;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, position);

    /// <summary>Bytes written since the start, those that have left for the stream included.</summary>
    public long Total => flushed + position;

    /// <summary>A copy of what was written since <see cref="Total"/> was <paramref name="start"/>; null when it has left or is long.</summary>
    internal byte[]? Since(long start)
    {
        long from = start - flushed;
        return from < 0 || position - from > 4096 ? null : buffer.AsSpan((int)from, position - (int)from).ToArray();
    }

    public override string ToString() => Encoding.UTF8.GetString(Written);

    public void Truncate(int length) => position = length;

    public void Clear() => position = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(byte value)
    {
        if (position == buffer.Length) MakeRoom(1);
        buffer[position++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(char ascii) => Write((byte)ascii);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > buffer.Length - position) MakeRoom(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(position));
        position += bytes.Length;
    }

    public void Write(string text)
    {
        int most = text.Length * 3;
        if (most > buffer.Length - position) MakeRoom(most);
        position += Encoding.UTF8.GetBytes(text, buffer.AsSpan(position));
    }

    public void Write(long value)
    {
        if (buffer.Length - position < 24) MakeRoom(24);
        position += WriteDigits(value, buffer.AsSpan(position));
    }

    public void Write(ulong value)
    {
        if (buffer.Length - position < 24) MakeRoom(24);
        position += WriteDigits(value, buffer.AsSpan(position));
    }

    /// <summary>Writes a number in decimal to memory with room for it, and returns how many bytes it takes (at most 20).</summary>
    public static int WriteDigits(long value, Span<byte> to)
    {
        if (value >= 0) return WriteDigits((ulong)value, to);
        to[0] = (byte)'-';
        return 1 + WriteDigits((ulong)-value, to[1..]);
    }

    // Numbers of values and small constants make up a good part of a text.
    private static int WriteDigits(ulong value, Span<byte> to)
    {
        int n = 1;
        for (ulong rest = value; rest >= 10; rest /= 10) n++;
        Span<byte> digits = to[..n];
        for (int i = n - 1; i >= 0; i--)
        {
            ulong tens = value / 10;
            digits[i] = (byte)('0' + (value - tens * 10));
            value = tens;
        }
        return n;
    }

    public void WriteSpaces(int n)
    {
        if (n > buffer.Length - position) MakeRoom(n);
        for (int i = 0; i < n; i++) buffer[position + i] = (byte)' ';
        position += n;
    }

    /// <summary>Two uppercase hexadecimal digits.</summary>
    public void WriteHex2(byte value)
    {
        Write("0123456789ABCDEF"u8[value >> 4]);
        Write("0123456789ABCDEF"u8[value & 15]);
    }

    public void Flush()
    {
        if (sink is null || position == 0) return;
        sink.Write(buffer, 0, position);
        flushed += position;
        position = 0;
    }

    private void MakeRoom(int more)
    {
        if (sink is not null)
        {
            Flush();
            if (more <= buffer.Length) return;
        }
        long wanted = Math.Max((long)buffer.Length * 2, (long)position + more);
        Array.Resize(ref buffer, (int)Math.Min(wanted, Array.MaxLength));
    }
}
