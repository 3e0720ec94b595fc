namespace NestC.Evaluation;

/// <summary>Pinned buffers that evaluation has given back. Fresh memory costs a page fault every 4 KB, several times what filling it costs.</summary>
internal static class NdRecycler
{
    // Smaller buffers are cheap to allocate; the bounds keep a long-lived process from holding on to a peak.
    private const int Least = 64 << 10, MostBuffers = 64;
    private const long MostBytes = 512L << 20;
    private static readonly Lock Gate = new();
    private static readonly List<byte[]> Free = [];
    private static long held;

    /// <summary>A buffer of at least the given size and at most twice as large, or null.</summary>
    public static byte[]? Take(long bytes)
    {
        if (bytes < Least) return null;
        lock (Gate)
        {
            int best = -1;
            for (int i = 0; i < Free.Count; i++)
                if (Free[i].Length >= bytes && Free[i].Length <= 2 * bytes && (best < 0 || Free[i].Length < Free[best].Length)) best = i;
            if (best < 0) return null;
            byte[] buffer = Free[best];
            Free[best] = Free[^1];
            Free.RemoveAt(Free.Count - 1);
            held -= buffer.Length;
            return buffer;
        }
    }

    /// <summary>Keeps a buffer for later, unless it is small or enough are kept.</summary>
    public static void Give(byte[] buffer)
    {
        if (buffer.Length < Least) return;
        lock (Gate)
        {
            if (Free.Count == MostBuffers || held + buffer.Length > MostBytes) return;
            Free.Add(buffer);
            held += buffer.Length;
        }
    }
}
