using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>What an addition before a relu leaves free of its terms: a constant may move from one to the other, and where a term is so low that no other term lifts the sum above
/// zero, it does not matter how low. Terms need fewer levels then.</summary>
internal sealed class AdditionBalance
{
    private readonly Dictionary<Value, double> offsets = [], lows = [];

    /// <summary>What is taken off a term before it is rounded.</summary>
    public double OffsetOf(Value value) => offsets.GetValueOrDefault(value);

    /// <summary>The least value of a term, as it is computed, that makes a difference; null where all do.</summary>
    public double? LowOf(Value value) => lows.TryGetValue(value, out double low) ? low : null;

    /// <summary>Chooses for all additions before a relu, and moves constants into the biases of the products that make their terms.</summary>
    /// <param name="layers">All layers, with what has been moved so far.</param>
    /// <param name="range">By channel, the range of a value as it is computed so far, without what was taken off it; null where it is not known.</param>
    /// <param name="offset">What was taken off a value so far.</param>
    public void Run(List<Layer> layers, Func<Value, (double Min, double Max)[]?> range, Func<Value, double> offset)
    {
        offsets.Clear();
        lows.Clear();
        Dictionary<Value, Layer> products = [];
        foreach (Layer layer in layers)
            if (layer.Kind == LayerKind.Product && layer.Output.HasOneUse && layer.Low == double.NegativeInfinity && layer.High == double.PositiveInfinity) products[layer.Output] = layer;
        foreach (Layer layer in layers)
        {
            // A relu whose result is moved has its limit where zero went.
            if (layer.Kind != LayerKind.Add || layer.Low != -offset(layer.Output)) continue;
            Value a = layer.Inputs[0], b = layer.Inputs[1];
            if (a == b || range(a) is not { } ra || range(b) is not { } rb || ra.Length != rb.Length) continue;
            Layer? pa = products.GetValueOrDefault(a), pb = products.GetValueOrDefault(b);
            var (la, ha) = Useful(ra, rb);
            var (lb, hb) = Useful(rb, ra);
            double by = 0;
            if (pa is not null && pb is not null)
            {
                double middleA = (la + ha) / 2 - offset(a), middleB = -((lb + hb) / 2 - offset(b));
                double best = double.PositiveInfinity;
                foreach (double candidate in (ReadOnlySpan<double>)[0, middleA, middleB, (middleA + middleB) / 2])
                {
                    double stepA = Step(la - offset(a) - candidate, ha - offset(a) - candidate), stepB = Step(lb - offset(b) + candidate, hb - offset(b) + candidate);
                    double noise = stepA * stepA + stepB * stepB;
                    if (noise >= best * (1 - 1e-9)) continue;
                    (best, by) = (noise, candidate);
                }
                if (by != 0)
                {
                    AddToBias(pa, -by);
                    AddToBias(pb, by);
                    (offsets[a], offsets[b]) = (by, -by);
                }
            }
            if (pa is not null) lows[a] = la - offset(a) - by;
            if (pb is not null) lows[b] = lb - offset(b) + by;
        }
    }

    // From where the other term can lift the sum of a channel above zero.
    private static (double Low, double High) Useful((double Min, double Max)[] own, (double Min, double Max)[] other)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int c = 0; c < own.Length; c++) (low, high) = (Math.Min(low, Math.Max(own[c].Min, -other[c].Max)), Math.Max(high, own[c].Max));
        return (Math.Min(low, high), high);
    }

    private static double Step(double low, double high) => Math.ScaleB(1, AffineParameters.CeilLog2(Math.Max(Math.Max(Math.Abs(low), Math.Abs(high)), 1e-30) / 127));

    private static void AddToBias(Layer layer, double amount)
    {
        var bias = layer.Bias is { } given ? (double[])given.Clone() : new double[layer.Channels];
        for (int c = 0; c < bias.Length; c++) bias[c] += amount;
        (layer.Bias, layer.StoredBias) = (bias, null);
    }
}
