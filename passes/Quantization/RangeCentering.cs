using NestC.Dialects.Graph;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Moves the zero of what a relu leaves to the middle of its range, where no padding relies on it: relu(x) - c = max(x - c, -c), and a product adds W c to its bias
/// (bias absorption of Nagel et al. 2019, taken to half the range). A type without zero point then uses all its levels, and not the positive half alone.</summary>
internal sealed class RangeCentering(Func<Value, double> greatest)
{
    private sealed record Centered(Layer Made, Layer Absorber, List<Value> Values, List<Layer> Readers)
    {
        public double Offset { get; set; }
    }

    private readonly List<Centered> all = [];
    private readonly Dictionary<Value, Centered> byValue = [];
    private readonly Dictionary<Value, List<Layer>> readers = [];
    private readonly HashSet<Operation> covered = [];
    private readonly HashSet<Value> residuals = [];

    /// <summary>What is taken off a value before it is rounded.</summary>
    public double OffsetOf(Value value) => byValue.TryGetValue(value, out Centered? of) ? of.Offset : 0;

    /// <summary>Finds the values, and moves them by half of their ranges.</summary>
    public void Run(List<Layer> layers)
    {
        Dictionary<Value, Layer> products = [];
        foreach (Layer layer in layers)
        {
            foreach (Operation op in layer.Chain) covered.Add(op);
            foreach (Value input in layer.Inputs)
            {
                if (!readers.TryGetValue(input, out List<Layer>? list)) readers[input] = list = [];
                list.Add(layer);
            }
            if (layer.Residual is { } residual) residuals.Add(residual);
            if (layer.Kind == LayerKind.Product) products[layer.Output] = layer;
        }
        foreach (Layer layer in layers)
        {
            if (layer.Low != 0 || Absorber(layer, products) is not { } absorber) continue;
            Centered one = new(layer, absorber, [], []);
            double range = double.PositiveInfinity;
            if (!Follow(layer.Output, one, ref range) || one.Readers.Count == 0 || !double.IsFinite(range) || range <= 0) continue;
            all.Add(one);
            foreach (Value value in one.Values) byValue[value] = one;
            byValue[absorber.Output] = one;
            Move(one, Math.Min(range, layer.High) / 2);
        }
    }

    /// <summary>Rounds each offset to the step of its value, so that the lower limit is a stored value.</summary>
    public void RoundTo(Func<Value, double> step)
    {
        foreach (Centered one in all)
        {
            double unit = step(one.Made.Output);
            Move(one, Math.Round(one.Offset / unit) * unit - one.Offset);
        }
    }

    // The product whose bias takes the offset off: the layer itself, or one that feeds its addition and nothing else.
    private static Layer? Absorber(Layer layer, Dictionary<Value, Layer> products)
    {
        if (layer.Kind == LayerKind.Product) return layer;
        if (layer.Kind != LayerKind.Add) return null;
        foreach (Value input in layer.Inputs)
            if (products.TryGetValue(input, out Layer? product) && input.HasOneUse && product.Low == double.NegativeInfinity && product.High == double.PositiveInfinity) return product;
        return null;
    }

    // Whether all that reads a value does without padding; the range that counts is that of what products read.
    private bool Follow(Value value, Centered one, ref double range)
    {
        one.Values.Add(value);
        foreach (Use use in value.Uses)
            if (!covered.Contains(use.Owner)) return false;
        if (residuals.Contains(value) || !readers.TryGetValue(value, out List<Layer>? list)) return false;
        foreach (Layer reader in list)
        {
            if (reader.Kind == LayerKind.Product)
            {
                if (reader.Root is ConvOp conv && !IsUnpadded(conv.AutoPad, conv.Pads)) return false;
                one.Readers.Add(reader);
                range = Math.Min(range, greatest(value));
            }
            else
            {
                bool moves = reader.Kind == LayerKind.Move && ChannelEqualizer.Keeps(reader) && reader.Root is not MaxPoolOp;
                bool averages = reader.Kind == LayerKind.AveragePool && (reader.Root is not AveragePoolOp pool || (IsUnpadded(pool.AutoPad, pool.Pads) && pool.CeilMode == 0));
                if (!(moves || averages) || !Follow(reader.Output, one, ref range)) return false;
            }
        }
        return true;
    }

    private static bool IsUnpadded(string automatic, long[]? pads)
    {
        if (automatic == "VALID") return true;
        if (automatic != "NOTSET") return false;
        foreach (long p in pads ?? [])
            if (p != 0) return false;
        return true;
    }

    private static void Move(Centered one, double by)
    {
        one.Offset += by;
        one.Made.Low -= by;
        one.Made.High -= by;
        AddToBias(one.Absorber, _ => -by);
        foreach (Layer reader in one.Readers)
        {
            var weight = reader.Weight!;
            int run = (int)(weight.Count / Math.Max(1, reader.Channels));
            AddToBias(reader, c =>
            {
                double sum = 0;
                foreach (float w in weight.Read<float>().Slice(c * run, run)) sum += w;
                return sum * by;
            });
            GC.KeepAlive(weight);
        }
    }

    private static void AddToBias(Layer layer, Func<int, double> amount)
    {
        var bias = layer.Bias is { } given ? (double[])given.Clone() : new double[layer.Channels];
        for (int c = 0; c < bias.Length; c++) bias[c] += amount(c);
        (layer.Bias, layer.StoredBias) = (bias, null);
    }
}
