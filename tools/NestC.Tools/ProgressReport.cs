using System.Diagnostics;
using System.Text;
using NestC.IR;
using NestC.Passes;
using NestC.Support;

namespace NestC.Tools;

/// <summary>
/// Says on standard error which pass runs, and how far it has got. On a terminal it is one line, which appears when the run takes longer than a
/// moment and is gone at the end; elsewhere, where it was asked for, it is a line for each step.
/// </summary>
internal sealed class ProgressReport : PassInstrumentation
{
    // Before that a run is over sooner than anybody reads; and the eye needs no more pictures.
    private const int PatienceMilliseconds = 500, PictureMilliseconds = 50, LineMilliseconds = 1000;

    private static readonly byte[] erase = "\r\u001b[K"u8.ToArray();

    private readonly Stream error;
    private readonly bool terminal;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock guard = new();
    private long last;
    private bool shown;

    private ProgressReport(Stream error, bool terminal) => (this.error, this.terminal) = (error, terminal);

    /// <summary>A report to standard error where a person looks at it, or where one is asked for; else null.</summary>
    /// <param name="wanted">What the command line says; null where it says nothing.</param>
    public static ProgressReport? For(Stream error, bool? wanted)
    {
        bool terminal = error is StandardStream && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return wanted ?? terminal ? new(error, terminal) : null;
    }

    public override void BeforePass(Pass pass, Operation op) => Say(pass.Argument, important: true);

    public override void Progress(Pass pass, Operation op, long done, long total) => Say($"{pass.Argument}: {done} of {total}", done == total);

    /// <summary>Takes the line away, because something else is to be written.</summary>
    public void Clear()
    {
        lock (guard)
        {
            if (!shown) return;
            shown = false;
            error.Write(erase);
        }
    }

    private void Say(string text, bool important)
    {
        lock (guard)
        {
            long now = clock.ElapsedMilliseconds;
            if (terminal)
            {
                if (now < PatienceMilliseconds || now - last < PictureMilliseconds) return;
                shown = true;
                error.Write([.. erase, .. Encoding.UTF8.GetBytes(text)]);
            }
            else
            {
                if (!important && now - last < LineMilliseconds) return;
                error.Write(Encoding.UTF8.GetBytes(text + "\n"));
            }
            last = now;
            error.Flush();
        }
    }
}

/// <summary>Where passes report to while there is progress to see: the line is taken away first.</summary>
internal sealed class ReportStream(Stream inner, ProgressReport progress) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position { get => inner.Position; set => inner.Position = value; }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        progress.Clear();
        inner.Write(buffer);
    }
}
