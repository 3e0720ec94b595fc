using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>What was observed of each channel (dimension 1) of a value: a coarse histogram and the mean.</summary>
public sealed class ChannelProfile
{
    /// <summary>Bins of a channel's histogram; few, since they only say how much of it a range cuts off.</summary>
    public const int Bins = 32;

    /// <summary>More channels than this are not observed one by one.</summary>
    public const int MaxChannels = 4096;

    private readonly Histogram[] seen;
    private readonly double[] sums;

    public ChannelProfile(int channels)
    {
        seen = new Histogram[channels];
        for (int c = 0; c < channels; c++) seen[c] = new Histogram(Bins);
        sums = new double[channels];
    }

    internal ChannelProfile(Histogram[] seen, double[] means, long elements)
    {
        (this.seen, sums, Elements) = (seen, new double[means.Length], elements);
        for (int c = 0; c < means.Length; c++) sums[c] = means[c] * elements;
    }

    public int Channels => seen.Length;

    /// <summary>Second moments, where they were asked for.</summary>
    public ChannelMoments? Moments { get; init; }

    /// <summary>How many elements of each channel were seen.</summary>
    public long Elements { get; private set; }

    public Histogram this[int channel] => seen[channel];

    /// <summary>The mean of a channel's elements; 0 where none was seen.</summary>
    public double Mean(int channel) => Elements == 0 ? 0 : sums[channel] / Elements;

    /// <summary>The greatest magnitude in a channel.</summary>
    public double Reach(int channel) => seen[channel].IsEmpty ? 0 : Math.Max(Math.Abs(seen[channel].Min), Math.Abs(seen[channel].Max));

    /// <summary>Adds an array N x C x ... of f32.</summary>
    /// <exception cref="EvaluationException">An element is NaN or infinite.</exception>
    public void Add(NdArray x)
    {
        var values = x.Read<float>();
        long batch = x.Shape[0];
        int run = batch * Channels == 0 ? 0 : (int)(values.Length / (batch * Channels));
        if (run == 0) return;
        for (int i = 0, at = 0; i < batch; i++)
        {
            for (int c = 0; c < Channels; c++, at += run)
            {
                var part = values.Slice(at, run);
                seen[c].Add(part);
                double sum = 0;
                foreach (float v in part) sum += v;
                sums[c] += sum;
            }
        }
        Elements += batch * run;
        Moments?.Add(x);
        GC.KeepAlive(x);
    }

    /// <summary>Adds what was observed elsewhere of the same value.</summary>
    public void Add(ChannelProfile other)
    {
        for (int c = 0; c < Channels; c++)
        {
            seen[c].Add(other.seen[c]);
            sums[c] += other.sums[c];
        }
        Elements += other.Elements;
        if (other.Moments is { } moments) Moments?.Add(moments);
    }

    /// <summary>The histogram of all values when each channel is multiplied by a positive factor of its own.</summary>
    public Histogram Scaled(ReadOnlySpan<double> factors)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int c = 0; c < Channels; c++)
        {
            if (seen[c].IsEmpty) continue;
            low = Math.Min(low, seen[c].Min * factors[c]);
            high = Math.Max(high, seen[c].Max * factors[c]);
        }
        Histogram all = new(low, high, new long[Histogram.DefaultBins]);
        for (int c = 0; c < Channels; c++)
            if (!seen[c].IsEmpty) all.Add(new Histogram(seen[c].Min * factors[c], seen[c].Max * factors[c], seen[c].Counts.ToArray()));
        return all;
    }
}
