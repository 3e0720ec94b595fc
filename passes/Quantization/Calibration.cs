using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>From what was observed of a tensor to the range that its quantized values cover.</summary>
public static class Calibration
{
    private const int Levels = 255;

    /// <summary>The range to quantize: all that was seen, or the part that the method keeps.</summary>
    public static (double Min, double Max) Range(Histogram seen, QuantizationConfig config, QuantizationSchema schema, int bits)
    {
        if (seen.IsEmpty) throw new EvaluationException("nothing was observed");
        if (seen.Max == seen.Min || seen.Bins == 1) return (seen.Min, seen.Max);
        return config.Calibration switch
        {
            CalibrationMethod.Kl => Kl(seen, schema),
            CalibrationMethod.Percentile => Percentile(seen, config.Percentile),
            CalibrationMethod.Mse => Mse(seen, schema, bits, config.MinExponent),
            _ => (seen.Min, seen.Max),
        };
    }

    /// <summary>The range without the tails: half of what is not kept at either end.</summary>
    public static (double Min, double Max) Percentile(Histogram seen, double percent)
    {
        double drop = seen.Total * (100 - percent) / 200, width = (seen.Max - seen.Min) / seen.Bins;
        int first = 0, last = seen.Bins - 1;
        for (double sum = 0; first < last && (sum += seen.Counts[first]) <= drop; first++) { }
        for (double sum = 0; last > first && (sum += seen.Counts[last]) <= drop; last--) { }
        return (first == 0 ? seen.Min : seen.Min + first * width, last == seen.Bins - 1 ? seen.Max : seen.Min + (last + 1) * width);
    }

    /// <summary>The window of the histogram with the least divergence between its counts (outliers folded into the edges) and the same merged to 255
    /// levels and expanded again. Windows shrink by two bins a step: one at either end for symmetric schemas, else both where fewer counts are lost.</summary>
    public static (double Min, double Max) Kl(Histogram seen, QuantizationSchema schema)
    {
        if (seen.Bins <= Levels) return (seen.Min, seen.Max);
        bool symmetric = schema != QuantizationSchema.Asymmetric && !(schema == QuantizationSchema.SymmetricWithUint8 && seen.Min >= 0);
        if (symmetric)
        {
            double reach = Math.Max(Math.Abs(seen.Min), Math.Abs(seen.Max));
            seen = seen.Over(-reach, reach);
        }
        var counts = seen.Counts;
        int start = 0, end = counts.Length, bestStart = 0, bestEnd = counts.Length;
        double best = double.PositiveInfinity;
        while (end - start >= Levels)
        {
            double divergence = Divergence(counts, start, end);
            if (divergence < best) (best, bestStart, bestEnd) = (divergence, start, end);
            if (symmetric) (start, end) = (start + 1, end - 1);
            else if (counts[start] + counts[start + 1] < counts[end - 1] + counts[end - 2]) start += 2;
            else end -= 2;
        }
        double width = (seen.Max - seen.Min) / counts.Length;
        return (seen.Min + bestStart * width, seen.Min + bestEnd * width);
    }

    private static double Divergence(ReadOnlySpan<long> counts, int start, int end)
    {
        int length = end - start;
        var p = new double[length];
        var q = new double[length];
        for (int i = 0; i < length; i++) q[i] = p[i] = counts[start + i];
        for (int i = 0; i < start; i++) p[0] += counts[i];
        for (int i = end; i < counts.Length; i++) p[^1] += counts[i];
        // Levels of a whole number of bins; the last takes what remains. Empty bins stay empty.
        int merged = length / Levels;
        for (int level = 0; level < Levels; level++)
        {
            int from = level * merged, to = level == Levels - 1 ? length : from + merged, filled = 0;
            double sum = 0;
            for (int i = from; i < to; i++)
            {
                sum += q[i];
                if (p[i] != 0) filled++;
            }
            for (int i = from; i < to; i++) q[i] = p[i] != 0 && filled > 0 ? sum / filled : 0;
        }
        Smooth(p);
        Smooth(q);
        double sumP = 0, sumQ = 0, divergence = 0;
        for (int i = 0; i < length; i++) (sumP, sumQ) = (sumP + p[i], sumQ + q[i]);
        if (sumP == 0 || sumQ == 0) return double.PositiveInfinity;
        for (int i = 0; i < length; i++)
            if (p[i] > 0 && q[i] > 0) divergence += p[i] / sumP * Math.Log(p[i] / sumP / (q[i] / sumQ));
        return divergence;
    }

    // Zeros become 1e-4, which is taken from the others.
    private static void Smooth(double[] counts)
    {
        const double epsilon = 1e-4;
        int zeros = 0;
        foreach (double c in counts)
            if (c == 0) zeros++;
        int others = counts.Length - zeros;
        if (zeros == 0 || others == 0) return;
        double taken = epsilon * zeros / others;
        if (taken >= 1) return;
        for (int i = 0; i < counts.Length; i++) counts[i] = counts[i] == 0 ? epsilon : counts[i] - taken;
    }

    /// <summary>The range, shrunk towards 0, whose quantized values have the least mean squared error over the histogram.</summary>
    public static (double Min, double Max) Mse(Histogram seen, QuantizationSchema schema, int bits, int? minExponent = null)
    {
        (double Min, double Max) best = (seen.Min, seen.Max);
        double least = double.PositiveInfinity, lastScale = 0;
        long lastZero = long.MinValue;
        for (int percent = 100; percent >= 5; percent--)
        {
            double low = seen.Min * percent / 100, high = seen.Max * percent / 100;
            var parameters = AffineParameters.Choose(low, high, schema, bits, minExponent);
            if (parameters.Scale == lastScale && parameters.Zero == lastZero) continue;
            (lastScale, lastZero) = (parameters.Scale, parameters.Zero);
            double error = 0;
            for (int i = 0; i < seen.Bins && error < least; i++)
            {
                if (seen.Counts[i] == 0) continue;
                double x = seen.Center(i), d = x - parameters.RoundTrip(x, bits);
                error += seen.Counts[i] * d * d;
            }
            if (error >= least) continue;
            least = error;
            best = (low, high);
        }
        return best;
    }
}
