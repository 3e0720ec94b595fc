using NestC.Dialects.Loop;

namespace NestC.Passes.Loop;

/// <summary>A buffer to be placed.</summary>
/// <param name="Op">What makes it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Alignment">Bytes that its place is a multiple of.</param>
/// <param name="Start">When it is made.</param>
/// <param name="End">When it is last used.</param>
public sealed record PlannedBuffer(AllocOp Op, long Bytes, long Alignment, int Start, int End)
{
    /// <summary>Its place, in bytes.</summary>
    public long Offset { get; set; }

    internal bool Meets(PlannedBuffer other) => Start <= other.End && other.Start <= End;
}

/// <summary>
/// Places of buffers with known lifetimes. Large buffers come first, each in the tightest gap among those that live with it (greedy by size:
/// Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference", 2020).
/// </summary>
/// <param name="Peak">Bytes that all places take together.</param>
/// <param name="Live">Bytes of buffers that are live at once, at most: no plan needs less.</param>
/// <param name="Total">Bytes of all buffers.</param>
public readonly record struct MemoryPlan(long Peak, long Live, long Total)
{
    /// <summary>How much of the peak no buffer needs, rounded down.</summary>
    public long FragmentationPercent => Peak == 0 ? 0 : (Peak - Live) * 100 / Peak;

    /// <summary>Sets the places of all buffers.</summary>
    public static MemoryPlan Of(List<PlannedBuffer> buffers)
    {
        List<PlannedBuffer> order = [.. buffers];
        order.Sort((a, b) => a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes) : a.Start.CompareTo(b.Start));
        List<PlannedBuffer> placed = [], near = [];
        long peak = 0, total = 0;
        foreach (PlannedBuffer buffer in order)
        {
            near.Clear();
            foreach (PlannedBuffer other in placed)
                if (other.Meets(buffer)) near.Add(other);
            near.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
            buffer.Offset = Place(buffer, near);
            placed.Add(buffer);
            peak = Math.Max(peak, buffer.Offset + buffer.Bytes);
            total += buffer.Bytes;
        }
        return new MemoryPlan(peak, MostLive(buffers), total);
    }

    private static long Place(PlannedBuffer buffer, List<PlannedBuffer> near)
    {
        long end = 0, best = -1, bestGap = long.MaxValue;
        foreach (PlannedBuffer other in near)
        {
            long at = Align(end, buffer.Alignment), gap = other.Offset - at;
            if (gap >= buffer.Bytes && gap < bestGap) (best, bestGap) = (at, gap);
            end = Math.Max(end, other.Offset + other.Bytes);
        }
        return best >= 0 ? best : Align(end, buffer.Alignment);
    }

    private static long Align(long offset, long alignment) => (offset + alignment - 1) & -alignment;

    private static long MostLive(List<PlannedBuffer> buffers)
    {
        long most = 0;
        foreach (PlannedBuffer at in buffers)
        {
            long live = 0;
            foreach (PlannedBuffer other in buffers)
                if (other.Start <= at.Start && at.Start <= other.End) live += other.Bytes;
            most = Math.Max(most, live);
        }
        return most;
    }
}
