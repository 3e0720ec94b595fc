using System.Numerics;
using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>Counts of values in bins of equal width between the least and the greatest value seen; the range grows with the data.</summary>
public sealed class Histogram
{
    /// <summary>Bins unless asked otherwise; more than the 255 levels that KL calibration needs.</summary>
    public const int DefaultBins = 2048;

    private readonly long[] counts;

    public Histogram(int bins)
    {
        if (bins is < 1 or > 1 << 20) throw new EvaluationException($"{bins} bins are not in 1..{1 << 20}");
        counts = new long[bins];
    }

    public Histogram(double min, double max, long[] counts) => (Min, Max, this.counts) = (min, max, counts);

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    public ReadOnlySpan<long> Counts => counts;

    public int Bins => counts.Length;

    public bool IsEmpty => Max < Min;

    public long Total
    {
        get
        {
            long sum = 0;
            foreach (long c in counts) sum += c;
            return sum;
        }
    }

    /// <summary>The mean of the values, each taken as the middle of its bin.</summary>
    public double Mean
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < counts.Length; i++) sum += counts[i] * Center(i);
            return Total == 0 ? 0 : sum / Total;
        }
    }

    /// <summary>The middle of a bin.</summary>
    public double Center(int bin) => Min + (bin + 0.5) * ((Max - Min) / counts.Length);

    /// <summary>Adds values.</summary>
    /// <exception cref="EvaluationException">One is NaN or infinite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        (float least, float greatest) = Extent(values);
        Grow(least, greatest);
        double width = Max - Min, scale = width > 0 ? counts.Length / width : 0;
        double min = Min;
        foreach (float v in values) counts[Math.Min((int)((v - min) * scale), counts.Length - 1)]++;
    }

    private static (float Least, float Greatest) Extent(ReadOnlySpan<float> values)
    {
        float least = float.PositiveInfinity, greatest = float.NegativeInfinity;
        int at = 0;
        if (values.Length >= Vector<float>.Count)
        {
            Vector<float> low = new(least), high = new(greatest), limit = new(float.MaxValue);
            Vector<int> finite = Vector<int>.AllBitsSet;
            for (; at <= values.Length - Vector<float>.Count; at += Vector<float>.Count)
            {
                var v = new Vector<float>(values[at..]);
                finite &= Vector.LessThanOrEqual(Vector.Abs(v), limit);
                (low, high) = (Vector.Min(low, v), Vector.Max(high, v));
            }
            // Which one it is, is found below.
            if (finite != Vector<int>.AllBitsSet) at = 0;
            for (int i = 0; i < Vector<float>.Count && at > 0; i++) (least, greatest) = (Math.Min(least, low[i]), Math.Max(greatest, high[i]));
        }
        for (; at < values.Length; at++)
        {
            float v = values[at];
            if (!float.IsFinite(v)) throw new EvaluationException(float.IsNaN(v) ? "a value is NaN" : "a value is infinite");
            (least, greatest) = (Math.Min(least, v), Math.Max(greatest, v));
        }
        return (least, greatest);
    }

    /// <summary>Adds the counts of another histogram.</summary>
    public void Add(Histogram other)
    {
        if (other.IsEmpty) return;
        Grow(other.Min, other.Max);
        Spread(other.Min, other.Max, other.counts, Min, Max, counts);
    }

    /// <summary>The same counts over another range that contains this one.</summary>
    public Histogram Over(double min, double max)
    {
        var target = new long[counts.Length];
        Spread(Min, Max, counts, min, max, target);
        return new Histogram(min, max, target);
    }

    /// <summary>The same counts where values below a limit are as large as that.</summary>
    public Histogram RaisedTo(double low)
    {
        if (IsEmpty || low <= Min || low >= Max) return this;
        Histogram raised = new(low, Max, new long[counts.Length]);
        for (int i = 0; i < counts.Length; i++) raised.counts[Index(Math.Max(Center(i), low), low, (Max - low) / counts.Length, counts.Length)] += counts[i];
        return raised;
    }

    private void Grow(double min, double max)
    {
        if (IsEmpty)
        {
            (Min, Max) = (min, max);
            return;
        }
        double low = Math.Min(Min, min), high = Math.Max(Max, max);
        if (low == Min && high == Max) return;
        var old = (long[])counts.Clone();
        Array.Clear(counts);
        Spread(Min, Max, old, low, high, counts);
        (Min, Max) = (low, high);
    }

    // A bin is no wider than a new one, so that it meets at most two of them (when both have as many): its count is parted by the overlap.
    private static void Spread(double min, double max, long[] from, double low, double high, long[] to)
    {
        double width = (max - min) / from.Length, newWidth = (high - low) / to.Length;
        for (int i = 0; i < from.Length; i++)
        {
            if (from[i] == 0) continue;
            double start = min + i * width, end = start + width;
            int first = Index(start, low, newWidth, to.Length), last = Index(end, low, newWidth, to.Length);
            long rest = from[i];
            for (int j = first; j < last && rest > 0; j++)
            {
                double edge = low + (j + 1) * newWidth;
                long part = end > start ? Math.Min(rest, (long)Math.Round(from[i] * Math.Clamp((edge - Math.Max(start, edge - newWidth)) / (end - start), 0, 1))) : 0;
                to[j] += part;
                rest -= part;
            }
            to[last] += rest;
        }
    }

    private static int Index(double value, double low, double width, int bins) => width > 0 ? Math.Clamp((int)((value - low) / width), 0, bins - 1) : 0;
}
