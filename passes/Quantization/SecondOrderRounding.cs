using NestC.Dialects.Graph;

namespace NestC.Passes.Quantization;

/// <summary>Rounds weights one after the other, and lets those that are left make up for the error of each as well as what is known of the inputs allows (the order and the update of
/// Frantar et al. 2022, GPTQ). The second moments are those of channels times those of positions, whose factors are small enough for any layer.</summary>
public sealed class SecondOrderRounding
{
    private readonly double[] channels, positions;
    private readonly int[] order;
    private readonly int count, kernel;

    private SecondOrderRounding(double[] channels, double[] positions, int[] order, int kernel) =>
        (this.channels, this.positions, this.order, count, this.kernel) = (channels, positions, order, order.Length, kernel);

    // A share of the mean variance that is added to each: what a sample of positions says of inputs to come is not certain.
    private const double Damping = 0.1;

    /// <summary>How the weights of each group of a layer's inputs are rounded, given what was observed of those and the factors that they are computed with; null where that does not say enough.</summary>
    internal static SecondOrderRounding?[]? Of(Layer layer, ChannelMoments moments, double[]? factors)
    {
        int groups = layer.Root is ConvOp of ? (int)of.Group : 1, columns = (int)layer.Weight!.Shape[1];
        if (moments.Sums.Length != columns * groups || (factors is not null && factors.Length != columns * groups)) return null;
        double[] correlation = [1];
        if (layer.Root is ConvOp { } conv && layer.Weight.Rank == 4)
        {
            if (Correlation(moments, (int)layer.Weight.Shape[2], (int)layer.Weight.Shape[3], (int)(conv.Dilations?[0] ?? 1), (int)(conv.Dilations?[1] ?? 1)) is not { } known) return null;
            correlation = known;
        }
        else if (layer.Weight.Rank > 2) return null;
        var rounding = new SecondOrderRounding?[groups];
        for (int g = 0; g < groups; g++)
        {
            if (moments.Covariance(g * columns, columns) is not { } covariance) return null;
            for (int i = 0; i < columns * columns && factors is not null; i++) covariance[i] *= factors[g * columns + i / columns] * factors[g * columns + i % columns];
            rounding[g] = Of(covariance, correlation, Damping);
        }
        return rounding;
    }

    private static double[]? Correlation(ChannelMoments moments, int height, int width, int down, int right)
    {
        int kernel = height * width;
        var matrix = new double[kernel * kernel];
        for (int a = 0; a < kernel; a++)
        {
            for (int b = 0; b < kernel; b++)
            {
                double r = moments.Correlation((b / width - a / width) * down, (b % width - a % width) * right);
                if (double.IsNaN(r)) return null;
                matrix[a * kernel + b] = r;
            }
        }
        return matrix;
    }

    /// <summary>For rows of so many channels (covariance C x C) and kernel positions (correlation K x K); null where they are of no use.</summary>
    public static SecondOrderRounding? Of(double[] covariance, double[] correlation, double damping)
    {
        int count = (int)Math.Sqrt(covariance.Length), kernel = (int)Math.Sqrt(correlation.Length);
        var order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        // What is multiplied by the largest inputs comes first, while there is most left to make up for it.
        Array.Sort(order, (a, b) => covariance[a * count + a] != covariance[b * count + b] ? covariance[b * count + b].CompareTo(covariance[a * count + a]) : a.CompareTo(b));
        var sorted = new double[covariance.Length];
        for (int i = 0; i < count; i++)
            for (int j = 0; j < count; j++) sorted[i * count + j] = covariance[order[i] * count + order[j]];
        return UpperOfInverse(sorted, count, damping) is { } a && UpperOfInverse((double[])correlation.Clone(), kernel, damping) is { } b ? new(a, b, order, kernel) : null;
    }

    /// <summary>The integers of a row of channels x kernel elements, in units of the step.</summary>
    public void Round(ReadOnlySpan<double> exact, Span<sbyte> to, long zero, long least, long greatest)
    {
        var left = new double[exact.Length];
        for (int i = 0; i < count; i++) exact.Slice(order[i] * kernel, kernel).CopyTo(left.AsSpan(i * kernel, kernel));
        for (int i = 0; i < count; i++)
        {
            for (int k = 0; k < kernel; k++)
            {
                double w = left[i * kernel + k], q = Math.Clamp(Math.Round(w, MidpointRounding.ToEven) + zero, least, greatest);
                to[order[i] * kernel + k] = (sbyte)q;
                double error = (w - (q - zero)) / (channels[i * count + i] * positions[k * kernel + k]);
                if (error == 0) continue;
                var at = positions.AsSpan(k * kernel, kernel);
                for (int j = i; j < count; j++)
                {
                    double by = error * channels[i * count + j];
                    var others = left.AsSpan(j * kernel, kernel);
                    for (int p = k; p < kernel; p++) others[p] -= by * at[p];
                }
            }
        }
    }

    // U with U^T U = M^-1, upper triangular; the diagonal of M is raised by a share of its mean.
    private static double[]? UpperOfInverse(double[] m, int n, double damping)
    {
        double mean = 0;
        for (int i = 0; i < n; i++) mean += m[i * n + i] / n;
        if (!(mean > 0)) return null;
        for (int i = 0; i < n; i++) m[i * n + i] += damping * mean;
        // M = V V^T with V upper triangular, so that M^-1 = V^-T V^-1, whose U is V^-1.
        var v = new double[n * n];
        for (int j = n - 1; j >= 0; j--)
        {
            for (int i = j; i >= 0; i--)
            {
                double sum = m[i * n + j];
                for (int k = j + 1; k < n; k++) sum -= v[i * n + k] * v[j * n + k];
                if (i != j) v[i * n + j] = sum / v[j * n + j];
                else if (sum > 1e-9 * mean) v[j * n + j] = Math.Sqrt(sum);
                else return null;
            }
        }
        var u = new double[n * n];
        for (int j = 0; j < n; j++)
        {
            u[j * n + j] = 1 / v[j * n + j];
            for (int i = j - 1; i >= 0; i--)
            {
                double sum = 0;
                for (int k = i + 1; k <= j; k++) sum += v[i * n + k] * u[k * n + j];
                u[i * n + j] = -sum / v[i * n + i];
            }
        }
        return u;
    }
}
