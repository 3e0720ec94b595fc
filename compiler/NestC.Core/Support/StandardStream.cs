namespace NestC.Support;

/// <summary>
/// Standard input, output or error of the process, opened when it is first used: opening the console's costs 6 of the 40 ms of a
/// small run.
/// </summary>
public sealed class StandardStream : Stream
{
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

    private Stream Opened => opened ??= DescriptorStream.IsSupported ? DescriptorStream.Over(descriptor) : OfConsole(descriptor);

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
        catch (IOException e) when (DescriptorStream.IsBrokenPipe(e))
        {
            closed = true;
        }
    }

    public override void Flush() => opened?.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
