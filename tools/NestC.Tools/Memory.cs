using System.Runtime;

namespace NestC.Tools;

/// <summary>Memory settings that depend on the input.</summary>
internal static class Memory
{
    // More than parsing, verifying and printing allocate for each byte of text: 9 to 13 were measured. What is not used costs nothing.
    private const long BytesPerByte = 16;
    private const long Smallest = 1 << 20, Largest = 16L << 30;

    /// <summary>
    /// Asks the collector to leave a run over an input of this length alone: nearly everything that is made lives to the end, so
    /// collections only cost (a third of the time at 100,000 operations). When the memory runs out, collection goes on as always.
    /// </summary>
    public static void ReserveFor(long inputLength)
    {
        if (inputLength < Smallest || GCSettings.LatencyMode == GCLatencyMode.NoGCRegion) return;
        for (long size = Math.Min(inputLength * BytesPerByte, Largest); size > inputLength; size /= 2)
        {
            try
            {
                if (GC.TryStartNoGCRegion(size)) return;
            }
            catch (Exception e) when (e is ArgumentOutOfRangeException or InvalidOperationException)
            {
                // The limit of this machine or container is lower: less, or else the collector does its usual work.
            }
        }
    }
}
