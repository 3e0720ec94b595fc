using NestC.Dialects.Graph;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>What a softmax leaves free of the product before it: a constant taken off all of its terms changes nothing, a common factor is made up for by the table of
/// exponentials, and terms far below the greatest count for nothing. So the levels of a power-of-two scale are spent on where the greatest terms lie, without any left over.</summary>
internal sealed class SoftmaxFreedom
{
    private readonly Dictionary<Value, (double Low, double High)> chosen = [];

    /// <summary>Whether the terms have a range of their own.</summary>
    public bool Contains(Value value) => chosen.ContainsKey(value);

    /// <summary>The factor by which the terms are computed larger; 1 for other values.</summary>
    public double FactorOf(Value value) => chosen.TryGetValue(value, out var at) ? Factor(at.Low, at.High) : 1;

    /// <summary>What is taken off the terms, after the factor; 0 for other values.</summary>
    public double OffsetOf(Value value) => chosen.TryGetValue(value, out var at) ? (at.Low + at.High) / 2 * Factor(at.Low, at.High) : 0;

    /// <summary>The range of the terms as they are computed: all levels of a power of two.</summary>
    public (double Min, double Max) RangeOf(Value value)
    {
        var (low, high) = chosen[value];
        double half = (high - low) / 2 * Factor(low, high);
        return (-half, half);
    }

    /// <summary>Chooses for each softmax that reads nothing but a product, and moves factor and constant into weight and bias of that.</summary>
    public void Run(List<Layer> layers, Func<Value, ChannelProfile?> channels)
    {
        chosen.Clear();
        foreach (Layer layer in layers)
        {
            if (layer.Kind != LayerKind.Softmax || layer.Root is not SoftmaxOp softmax || !layer.Inputs[0].HasOneUse) continue;
            Value terms = layer.Inputs[0];
            Layer? product = layers.Find(l => l.Kind == LayerKind.Product && l.Output == terms);
            if (product is null || product.Residual is not null || product.Low != double.NegativeInfinity || product.High != double.PositiveInfinity) continue;
            if (terms.Type is not Builtin.RankedTensorType { Shape.Length: 2 } || softmax.Axis is not (1 or -1) || channels(terms) is not { Elements: > 0 } seen || seen.Channels != product.Channels) continue;
            if (Range(seen) is not { } range) continue;
            chosen[terms] = range;
            Apply(product, Factor(range.Low, range.High), (range.Low + range.High) / 2);
        }
    }

    // 127 steps to either side, of a size that is a power of two.
    private static double Factor(double low, double high)
    {
        double step = (high - low) / 254;
        return Math.ScaleB(1, AffineParameters.CeilLog2(step)) / step;
    }

    private static void Apply(Layer product, double factor, double middle)
    {
        Evaluation.NdArray weight = product.Weight!.Clone();
        foreach (ref float w in weight.Write<float>()) w = (float)(w * factor);
        var bias = product.Bias is { } given ? (double[])given.Clone() : new double[product.Channels];
        for (int c = 0; c < bias.Length; c++) bias[c] = (bias[c] - middle) * factor;
        (product.Weight, product.Bias, product.StoredWeight, product.StoredBias) = (weight, bias, null, null);
    }

    // From the least value that is kept to the greatest: what rounding and cutting off do to the probabilities, over what was seen of the terms, and over
    // the greatest of them as if each was drawn from its own histogram.
    private static (double Low, double High)? Range(ChannelProfile seen)
    {
        double least = double.PositiveInfinity, greatest = double.NegativeInfinity;
        for (int c = 0; c < seen.Channels; c++)
        {
            if (seen[c].IsEmpty) return null;
            (least, greatest) = (Math.Min(least, seen[c].Min), Math.Max(greatest, seen[c].Max));
        }
        if (!(greatest > least)) return null;
        const int cells = 256;
        double width = (greatest - least) / cells;
        double[] density = new double[cells], below = new double[cells];
        Array.Fill(below, 1);
        for (int c = 0; c < seen.Channels; c++)
        {
            Histogram spread = new(least, greatest, new long[cells]);
            spread.Add(seen[c]);
            double total = Math.Max(1, spread.Total), sum = 0;
            for (int i = 0; i < cells; i++)
            {
                double part = spread.Counts[i] / total;
                density[i] += part;
                below[i] *= Math.Min(1, sum += part);
            }
        }
        double best = double.PositiveInfinity, low = least;
        for (int from = 0; from <= cells - cells / 8; from++)
        {
            double edge = least + from * width, step = (greatest - edge) / 254, loss = 0;
            for (int m = 0; m < cells; m++)
            {
                double often = below[m] - (m == 0 ? 0 : below[m - 1]);
                if (often <= 0) continue;
                double cut = Math.Exp(Math.Min(0, (from - m) * width));
                for (int i = 0; i < cells; i++)
                {
                    if (density[i] == 0) continue;
                    double p = Math.Exp(Math.Min(0, (i - m) * width));
                    loss += often * density[i] * (i >= from ? p * p * step * step / 12 : (cut - p) * (cut - p));
                }
            }
            if (loss < best) (best, low) = (loss, edge);
        }
        return (low, greatest);
    }
}
