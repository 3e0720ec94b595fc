namespace NestC.Dialects.Tensor;

/// <summary>
/// The multipliers of a mean by the place of the result. How many elements of a window count is a product of a number for its row and one for
/// its column; runs of rows and columns of the same numbers have one multiplier.
/// </summary>
public sealed class MeanMultipliers
{
    private readonly int[] rows, cols;
    private readonly long multiplier;
    private readonly int taps;

    /// <param name="multiplier">That of a window of which all elements count.</param>
    /// <param name="window">Height and width.</param>
    /// <param name="strides">Of the window, 1 when absent.</param>
    /// <param name="dilations">Of the window, 1 when absent.</param>
    /// <param name="pads">Top, left, bottom, right, 0 when absent.</param>
    /// <param name="counted">How much of the padding counts; null: every window counts whole.</param>
    /// <param name="input">N x C/16 x H x W x 16.</param>
    /// <param name="output">N x C/16 x H x W x 16.</param>
    public MeanMultipliers(long multiplier, long[] window, long[]? strides, long[]? dilations, long[]? pads, long[]? counted, ReadOnlySpan<long> input, ReadOnlySpan<long> output)
    {
        this.multiplier = multiplier;
        taps = (int)(window[0] * window[1]);
        rows = Counts(output[2], window[0], strides?[0] ?? 1, dilations?[0] ?? 1, pads?[0] ?? 0, counted is null ? null : (counted[0], input[2] + counted[2]));
        cols = Counts(output[3], window[1], strides?[1] ?? 1, dilations?[1] ?? 1, pads?[1] ?? 0, counted is null ? null : (counted[1], input[3] + counted[3]));
    }

    /// <summary>The runs of rows, and of columns: the first of each, then the extent.</summary>
    public (int[] Rows, int[] Cols) Runs => (RunsOf(rows), RunsOf(cols));

    /// <summary>The greatest multiplier of any window.</summary>
    public long Greatest
    {
        get
        {
            int height = int.MaxValue, width = int.MaxValue;
            foreach (int count in rows) height = Math.Min(height, count);
            foreach (int count in cols) width = Math.Min(width, count);
            return Of(height * width);
        }
    }

    /// <summary>The multiplier of the window at a place of the result.</summary>
    public long At(int row, int col) => Of(rows[row] * cols[col]);

    private long Of(int count) => count == taps || count == 0 ? multiplier : (multiplier * taps + count / 2) / count;

    private static int[] Counts(long extent, long window, long stride, long dilation, long pad, (long Before, long End)? counted)
    {
        var counts = new int[extent];
        for (int i = 0; i < counts.Length; i++)
        {
            if (counted is not { } c)
            {
                counts[i] = (int)window;
                continue;
            }
            for (long t = 0; t < window; t++)
            {
                long at = i * stride - pad + t * dilation;
                if (at >= -c.Before && at < c.End) counts[i]++;
            }
        }
        return counts;
    }

    private static int[] RunsOf(int[] counts)
    {
        var starts = new List<int>();
        for (int i = 0; i < counts.Length; i++)
        {
            if (i == 0 || counts[i] != counts[i - 1]) starts.Add(i);
        }
        starts.Add(counts.Length);
        return [.. starts];
    }
}
