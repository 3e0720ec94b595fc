using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NestC.Tools;

/// <summary>Memory settings that depend on the input.</summary>
internal static class Memory
{
    // Bytes that parsing, verifying, passes and printing allocate for each byte of text: measured on dense and sparse modules.
    private const long BytesPerByte = 14;
    private const long Smallest = 1 << 20, Largest = 8L << 30;

    /// <summary>
    /// Asks the collector to leave a run over an input of this length alone: nearly everything that is made lives to the end, so
    /// collections only cost (270 of 1,100 ms at a million operations). When the memory runs out, collection goes on as always.
    /// </summary>
    public static void ReserveFor(long inputLength)
    {
        if (inputLength < Smallest || GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) return;
        try
        {
            long bytes = Math.Min(inputLength * BytesPerByte, Largest);
            if (GC.TryStartNoGCRegion(bytes)) PreferHugePages(bytes);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // The limit of this machine or container is lower: the collector does its usual work.
        }
    }

    /// <summary>
    /// Asks the system to back what comes next in the heap by huge pages, where it does so on request only: a page fault for two megabytes in the
    /// place of 512, and fewer misses in the translation of addresses. A hint: nothing depends on it.
    /// </summary>
    private static unsafe void PreferHugePages(long bytes)
    {
        if (!OperatingSystem.IsLinux()) return;
        object probe = new byte[64];
        long at = Unsafe.As<object, nint>(ref probe);
        long start = at + HugePage - 1 & -HugePage;
        try
        {
            _ = madvise((nint)start, (nint)(bytes & -HugePage), MadvHugePage);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without that call has no such pages.
        }
    }

    private const long HugePage = 2 << 20;
    private const int MadvHugePage = 14;

    [DllImport("libc")]
    private static extern int madvise(nint start, nint length, int advice);
}
