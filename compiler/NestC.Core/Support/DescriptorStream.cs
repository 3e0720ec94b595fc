using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]       // calls of the C library are then compiled ahead of time

namespace NestC.Support;

/// <summary>
/// A file, pipe or terminal of Linux by its descriptor, through read and write of the C library. The framework's way to open a file
/// creates its handle by reflection, and its console loads a library: together a fifth of a small run (docs/design/speed.md).
/// Whatever fails, or is not Linux, is left to the framework, which says what was wrong.
/// </summary>
internal sealed unsafe class DescriptorStream : Stream
{
    private const int ReadOnly = 0, CreateToWrite = 0x1 | 0x40 | 0x200, CloseOnExec = 0x80000;       // O_RDONLY; O_WRONLY | O_CREAT | O_TRUNC; O_CLOEXEC
    private const int SeekSet = 0, SeekEnd = 2;
    private const int Interrupted = 4, Again = 11, BrokenPipe = 32;                                  // EINTR, EAGAIN, EPIPE
    private const short PollIn = 1, PollOut = 4;
    private readonly int descriptor;
    private readonly bool owned;
    private bool disposed;

    private DescriptorStream(int descriptor, bool owned) => (this.descriptor, this.owned) = (descriptor, owned);

    /// <summary>Whether descriptors can be used here.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The stream over a descriptor that somebody else owns.</summary>
    public static DescriptorStream Over(int descriptor) => new(descriptor, owned: false);

    /// <summary>Opens a file to read, or returns null: use the framework.</summary>
    public static DescriptorStream? OpenRead(string path) => Open(path, ReadOnly | CloseOnExec);

    /// <summary>Creates or empties a file to write, or returns null: use the framework.</summary>
    public static DescriptorStream? Create(string path) => Open(path, CreateToWrite | CloseOnExec);

    private static DescriptorStream? Open(string path, int flags)
    {
        if (!IsSupported || path.Length == 0 || path.Contains('\0')) return null;
        byte[] name = new byte[System.Text.Encoding.UTF8.GetMaxByteCount(path.Length) + 1];          // the rest is its NUL
        System.Text.Encoding.UTF8.GetBytes(path, name);
        fixed (byte* p = name)
        {
            int descriptor = LibC.open(p, flags, 0x1B6 /* rw for all, less what the umask takes */);
            return descriptor < 0 ? null : new DescriptorStream(descriptor, owned: true);
        }
    }

    /// <summary>The size of a file of which nothing was read; 0 where the system knows of no end, as of a pipe.</summary>
    public long Size()
    {
        long size = LibC.lseek(descriptor, 0, SeekEnd);
        return size > 0 && LibC.lseek(descriptor, 0, SeekSet) == 0 ? size : 0;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">The system refuses.</exception>
    public override int Read(Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            while (true)
            {
                nint n = LibC.read(descriptor, p, buffer.Length);
                if (n >= 0) return (int)n;
                WaitOrThrow(PollIn);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">The system refuses; <see cref="IsBrokenPipe"/> when nobody reads any more.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            int at = 0;
            while (at < buffer.Length)
            {
                nint n = LibC.write(descriptor, p + at, buffer.Length - at);
                if (n >= 0) at += (int)n;
                else WaitOrThrow(PollOut);
            }
        }
    }

    /// <summary>Whether an exception of a write says that the reader of the pipe is gone.</summary>
    public static bool IsBrokenPipe(IOException e) => e.HResult == BrokenPipe;

    // Who gave us the descriptor may have made it one that does not block.
    private void WaitOrThrow(short what)
    {
        int error = Marshal.GetLastSystemError();
        if (error == Interrupted) return;
        if (error != Again) throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        Poll poll = new() { Descriptor = descriptor, Events = what };
        LibC.poll(&poll, 1, -1);
    }

    private struct Poll
    {
        public int Descriptor;
        public short Events, Returned;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (owned && !disposed) LibC.close(descriptor);
        disposed = true;
    }

    // Names and types are the C library's.
    private static class LibC
    {
        [DllImport("libc")]
        public static extern int open(byte* path, int flags, int mode);

        [DllImport("libc")]
        public static extern int close(int descriptor);

        [DllImport("libc")]
        public static extern nint read(int descriptor, byte* buffer, nint count);

        [DllImport("libc")]
        public static extern nint write(int descriptor, byte* buffer, nint count);

        [DllImport("libc")]
        public static extern int poll(Poll* polls, nuint count, int milliseconds);

        [DllImport("libc")]
        public static extern long lseek(int descriptor, long offset, int whence);
    }
}
