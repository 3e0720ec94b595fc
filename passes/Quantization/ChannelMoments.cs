using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>Second moments of a value's channels (dimension 1), from some positions of each input: what channels have to do with one another, and with themselves some elements
/// away. Rounding of weights is the better the more is known of it.</summary>
public sealed class ChannelMoments
{
    /// <summary>Of more channels than this the products of pairs are not summed.</summary>
    public const int MaxChannels = 160;

    /// <summary>Greatest distance between elements of a map, in either direction.</summary>
    public const int Reach = 6;

    /// <summary>Distances that are observed: rows 0 to <see cref="Reach"/>, columns -Reach to Reach.</summary>
    public const int Lags = (Reach + 1) * Width;

    private const int Width = 2 * Reach + 1, PositionsPerInput = 64;

    private readonly double[] sums, products, lags, pairs;

    public ChannelMoments(int channels)
    {
        sums = new double[channels];
        products = channels <= MaxChannels ? new double[channels * (channels + 1) / 2] : [];
        (lags, pairs) = (new double[Lags], new double[Lags]);
    }

    internal ChannelMoments(long samples, double[] sums, double[] products, double[] lags, double[] pairs) =>
        (Samples, this.sums, this.products, this.lags, this.pairs) = (samples, sums, products, lags, pairs);

    /// <summary>Positions that were observed.</summary>
    public long Samples { get; private set; }

    /// <summary>The sum of each channel over the positions.</summary>
    public ReadOnlySpan<double> Sums => sums;

    /// <summary>The sums of products of channels, the upper triangle by rows; empty for many channels.</summary>
    public ReadOnlySpan<double> Products => products;

    /// <summary>The sums, over channels and positions, of the products of elements some rows and columns apart.</summary>
    public ReadOnlySpan<double> LagProducts => lags;

    /// <summary>How many pairs of positions are in each of them.</summary>
    public ReadOnlySpan<double> Pairs => pairs;

    /// <summary>Adds an array N x C, or N x C x H x W, of f32.</summary>
    public void Add(NdArray x)
    {
        var values = x.Read<float>();
        int channels = sums.Length, height = x.Rank == 4 ? (int)x.Shape[2] : 1, width = x.Rank == 4 ? (int)x.Shape[3] : 1, map = height * width;
        if (map == 0 || channels == 0) return;
        double[] column = new double[channels];
        int taken = Math.Min(map, PositionsPerInput);
        for (int n = 0; n < x.Shape[0]; n++)
        {
            var input = values.Slice(n * channels * map, channels * map);
            for (int i = 0; i < taken; i++)
            {
                // The first position moves from input to input, so that no column of a map is preferred.
                int at = (int)(((long)i * map / taken + Samples / taken * 7) % map);
                for (int c = 0; c < channels; c++) sums[c] += column[c] = input[c * map + at];
                AddProducts(column);
                AddLags(input, column, at, height, width);
            }
            Samples += taken;
        }
        GC.KeepAlive(x);
    }

    private void AddProducts(double[] column)
    {
        if (products.Length == 0) return;
        int at = 0;
        for (int c = 0; c < column.Length; c++)
        {
            double own = column[c];
            int count = column.Length - c;
            if (own != 0)
            {
                var row = products.AsSpan(at, count);
                var others = column.AsSpan(c, count);
                for (int i = 0; i < row.Length; i++) row[i] += own * others[i];
            }
            at += count;
        }
    }

    private void AddLags(ReadOnlySpan<float> input, double[] column, int at, int height, int width)
    {
        int y = at / width, x = at % width;
        for (int dy = 0; dy <= Reach && y + dy < height; dy++)
        {
            for (int dx = -Reach; dx <= Reach; dx++)
            {
                if (x + dx < 0 || x + dx >= width) continue;
                int lag = dy * Width + dx + Reach, other = at + dy * width + dx;
                double sum = 0;
                for (int c = 0; c < column.Length; c++) sum += column[c] * input[c * height * width + other];
                lags[lag] += sum;
                pairs[lag]++;
            }
        }
    }

    /// <summary>Adds what was observed elsewhere of the same value.</summary>
    public void Add(ChannelMoments other)
    {
        Samples += other.Samples;
        for (int i = 0; i < sums.Length; i++) sums[i] += other.sums[i];
        for (int i = 0; i < products.Length; i++) products[i] += other.products[i];
        for (int i = 0; i < lags.Length; i++) (lags[i], pairs[i]) = (lags[i] + other.lags[i], pairs[i] + other.pairs[i]);
    }

    /// <summary>The covariance of channels [first, first + count), C x C by rows; null where it is not known.</summary>
    public double[]? Covariance(int first, int count)
    {
        if (Samples == 0 || (products.Length == 0 && count > 1)) return null;
        var matrix = new double[count * count];
        if (products.Length == 0)
        {
            matrix[0] = 1;
            return matrix;
        }
        int channels = sums.Length;
        for (int a = first; a < first + count; a++)
        {
            int row = a * channels - a * (a - 1) / 2;
            for (int b = a; b < first + count; b++)
            {
                double v = products[row + b - a] / Samples - sums[a] / Samples * (sums[b] / Samples);
                matrix[(a - first) * count + b - first] = matrix[(b - first) * count + a - first] = v;
            }
        }
        return matrix;
    }

    /// <summary>How elements of a channel so many rows and columns apart are correlated; NaN where it is not known.</summary>
    public double Correlation(int rows, int columns)
    {
        if (rows < 0) (rows, columns) = (-rows, -columns);
        int lag = rows * Width + columns + Reach;
        if (rows > Reach || Math.Abs(columns) > Reach || pairs[lag] == 0 || Samples == 0) return double.NaN;
        double constant = 0;
        foreach (double s in sums) constant += s / Samples * (s / Samples);
        double variance = lags[Reach] / pairs[Reach] - constant;
        return variance > 0 ? Math.Clamp((lags[lag] / pairs[lag] - constant) / variance, -1, 1) : 0;
    }
}
