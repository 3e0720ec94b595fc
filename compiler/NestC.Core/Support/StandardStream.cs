using Microsoft.Win32.SafeHandles;

namespace NestC.Support;

/// <summary>
/// Standard input, output or error of the process, opened when it is first used: opening the console's costs 8 of the 40 ms of a
/// small run, which neither a run with files needs, nor one that writes to a pipe or terminal.
/// </summary>
public sealed class StandardStream : Stream
{
    private const int BrokenPipe = 32;      // EPIPE
    private readonly int descriptor;
    private Stream? opened;
    private bool closed;

    private StandardStream(int descriptor) => this.descriptor = descriptor;

    public static Stream Input() => new StandardStream(0);

    public static Stream Output() => new StandardStream(1);

    public static Stream Error() => new StandardStream(2);

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private Stream Opened => opened ??= (OperatingSystem.IsWindows() ? null : Unseekable(descriptor)) ?? OfConsole(descriptor);

    // A FileStream over a regular file keeps a position of its own, so that the next process would write over what this one
    // wrote: only for what has no position.
    private static FileStream? Unseekable(int descriptor)
    {
        try
        {
            FileStream stream = new(new SafeFileHandle(descriptor, ownsHandle: false), descriptor == 0 ? FileAccess.Read : FileAccess.Write, 0);
            return stream.CanSeek ? null : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static Stream OfConsole(int descriptor) => descriptor switch
    {
        0 => Console.OpenStandardInput(),
        1 => Console.OpenStandardOutput(),
        _ => Console.OpenStandardError(),
    };

    public override int Read(byte[] buffer, int offset, int count) => Opened.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => Opened.Read(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // Who reads us may stop when it has seen enough (`| head`): the rest is of no use then, and no error.
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (closed || buffer.IsEmpty) return;
        try
        {
            Opened.Write(buffer);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            closed = true;
        }
    }

    public override void Flush() => opened?.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
