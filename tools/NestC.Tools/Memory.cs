using System.Runtime;

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
            GC.TryStartNoGCRegion(Math.Min(inputLength * BytesPerByte, Largest));
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
        {
            // The limit of this machine or container is lower: the collector does its usual work.
        }
    }
}
