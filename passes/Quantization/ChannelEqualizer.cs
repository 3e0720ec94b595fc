using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Moves factors of channels from a layer to those that read it: relu, pools and additions commute with positive factors, so that
/// W2 relu(W1 x) = (W2 / f) relu(f W1 x) (Nagel et al. 2019, data-free quantization). Channels of small values then use more of the levels of a tensor's common scale.</summary>
internal sealed class ChannelEqualizer(QuantizationConfig config, Func<Value, ChannelProfile?> channels)
{
    // A channel that is hardly ever used shall not take the levels of the others, as it would with an unlimited factor.
    private const double LeastShare = 1.0 / 64;
    private readonly Dictionary<Value, Value> parent = [];
    private readonly HashSet<Value> blocked = [];
    private readonly Dictionary<Value, double[]> factors = [];

    // A plan is made several times with the same factors: what takes a walk over all weights is kept, by the operation whose weights they are.
    private readonly Dictionary<Operation, double> fills = [];
    private readonly Dictionary<Operation, (double[]? From, double[]? To, NdArray Weight)> scaled = [];

    /// <summary>The factor of each channel (dimension 1) of a value that is computed scaled; null for others.</summary>
    public double[]? FactorsOf(Value value) => factors.GetValueOrDefault(value);

    /// <summary>Chooses factors, and moves them into the weights and biases of the layers.</summary>
    public void Run(List<Layer> layers)
    {
        parent.Clear();
        blocked.Clear();
        factors.Clear();
        if (config.Equalization <= 0) return;
        HashSet<Operation> covered = [];
        List<Value> members = [];
        foreach (Layer layer in layers)
            foreach (Operation op in layer.Chain) covered.Add(op);
        foreach (Layer layer in layers) Relate(layer, members);
        HashSet<Value> made = [];
        foreach (Layer layer in layers)
            foreach (Value output in layer.Outputs) made.Add(output);
        foreach (Value value in members)
        {
            bool inside = made.Contains(value);
            foreach (Use use in value.Uses) inside &= covered.Contains(use.Owner);
            if (!inside) blocked.Add(value);
        }
        Choose(layers, members);
        foreach (Layer layer in layers)
            if (layer.Kind == LayerKind.Product) Apply(layer);
    }

    // Which values share their factors, and which can have none.
    private void Relate(Layer layer, List<Value> members)
    {
        members.AddRange(layer.Inputs);
        if (layer.Residual is { } joined) members.Add(joined);
        members.AddRange(layer.Outputs);
        bool commutes = layer.Low is 0 or double.NegativeInfinity && layer.High == double.PositiveInfinity;
        switch (layer.Kind)
        {
            case LayerKind.Product:
                if (Width(layer.Output) != layer.Channels || layer.Inputs[0].Type is not RankedTensorType { HasStaticShape: true }) Block(layer);
                else if (!commutes) blocked.Add(layer.Output);
                if (layer.Residual is { } residual) Unite(layer.Output, residual);
                break;
            case LayerKind.Add or LayerKind.AveragePool or LayerKind.Limit:
                foreach (Value input in layer.Inputs)
                {
                    if (!commutes || Width(input) != Width(layer.Output) || (layer.Kind == LayerKind.Add && input.Type != layer.Output.Type)) Block(layer);
                    Unite(input, layer.Output);
                }
                break;
            case LayerKind.Move when Keeps(layer):
                Unite(layer.Inputs[0], layer.Output);
                break;
            default: Block(layer); break;
        }
    }

    // Whether the channel of an element stays known: columns of a flattened tensor are its channels, each repeated.
    internal static bool Keeps(Layer layer)
    {
        if (layer.Root is MaxPoolOp { ResultCount: 1 } or GlobalMaxPoolOp or IdentityOp or DropoutOp { ResultCount: 1 }) return true;
        if (layer.Root is not (ReshapeOp or FlattenOp)) return false;
        if (layer.Inputs[0].Type is not RankedTensorType { HasStaticShape: true } from || layer.Output.Type is not RankedTensorType { HasStaticShape: true, Shape.Length: 2 } to) return false;
        return from.Shape.Length >= 2 && from.Shape[0] == to.Shape[0];
    }

    // Dimension 1; 0 where there is none that is known.
    private static int Width(Value value) =>
        value.Type is RankedTensorType { HasStaticShape: true, Shape.Length: >= 2 } type && type.Shape[1] <= int.MaxValue ? (int)type.Shape[1] : 0;

    private void Block(Layer layer)
    {
        foreach (Value input in layer.Inputs) blocked.Add(input);
        if (layer.Residual is { } residual) blocked.Add(residual);
        foreach (Value output in layer.Outputs) blocked.Add(output);
    }

    private Value Root(Value value)
    {
        while (parent.TryGetValue(value, out Value up) && up != value) value = up;
        return value;
    }

    private void Unite(Value a, Value b)
    {
        (a, b) = (Root(a), Root(b));
        if (a != b) parent[b] = a;
    }

    private void Choose(List<Layer> layers, List<Value> members)
    {
        HashSet<Value> refused = [], written = [], read = [];
        foreach (Value value in blocked) refused.Add(Root(value));
        Dictionary<Value, int> width = [];
        foreach (Value value in members)
        {
            Value root = Root(value);
            int own = Width(value);
            if (own == 0) refused.Add(root);
            else width[root] = width.TryGetValue(root, out int have) ? Math.Min(have, own) : own;
        }
        Dictionary<Value, double[]> reach = [];
        Dictionary<Value, Value> origin = [];
        foreach (Layer layer in layers)
        {
            if (layer.Kind == LayerKind.Product)
            {
                written.Add(Root(layer.Output));
                read.Add(Root(layer.Inputs[0]));
                // The noise of what a product reads counts most: what is only added or averaged follows it.
                Value source = origin.GetValueOrDefault(layer.Inputs[0], layer.Inputs[0]), of = Root(source);
                if (channels(source) is { } input && width.GetValueOrDefault(of) == input.Channels) Widen(reach, of, input);
            }
            // What is only moved has the channels of what it was moved from.
            if (layer.Kind == LayerKind.Move)
            {
                origin[layer.Output] = origin.GetValueOrDefault(layer.Inputs[0], layer.Inputs[0]);
                continue;
            }
            foreach (Value output in layer.Outputs)
            {
                Value root = Root(output);
                if (!refused.Contains(root) && (channels(output) is not { } seen || seen.Channels != width[root])) refused.Add(root);
            }
        }
        Dictionary<Value, double[]> chosen = [];
        List<Value> groups = [];
        foreach (Value value in members)
        {
            Value root = Root(value);
            if (refused.Contains(root) || !written.Contains(root) || !read.Contains(root) || !reach.ContainsKey(root) || factors.ContainsKey(value)) continue;
            if (!chosen.TryGetValue(root, out double[]? of))
            {
                chosen[root] = of = Factors(reach[root]);
                groups.Add(root);
            }
            factors[value] = Repeated(of, Width(value) / of.Length);
        }
        if (!config.IsPowerOfTwo) return;
        foreach (Value root in groups)
        {
            double[] of = chosen[root];
            Fill(layers, root, of);
            foreach (Value value in members)
                if (factors.ContainsKey(value) && Root(value) == root) factors[value] = Repeated(of, Width(value) / of.Length);
        }
    }

    private static void Widen(Dictionary<Value, double[]> reach, Value root, ChannelProfile seen)
    {
        if (!reach.TryGetValue(root, out double[]? most)) reach[root] = most = new double[seen.Channels];
        for (int c = 0; c < most.Length; c++) most[c] = Math.Max(most[c], seen.Reach(c));
    }

    // A factor common to all channels of a group changes how much of a power-of-two scale is used, by the values that products read and by the weights on
    // either side: that with the least noise relative to what is there, over an octave.
    private void Fill(List<Layer> layers, Value root, double[] of)
    {
        const int steps = 8;
        // Rounding errors of weights cancel in part, those of values do not.
        const double weightShare = 0.3;
        Operation? first = null;
        foreach (Layer layer in layers)
            if (first is null && layer.Kind == LayerKind.Product && Root(layer.Output) == root) first = layer.Root;
        if (first is not null && fills.TryGetValue(first, out double known))
        {
            for (int c = 0; c < of.Length; c++) of[c] *= known;
            return;
        }
        HashSet<Value> taken = [];
        List<Histogram> values = [];
        List<(double Most, double Energy, long Count, bool Written)> weights = [];
        foreach (Layer layer in layers)
        {
            if (layer.Kind != LayerKind.Product) continue;
            bool writes = Root(layer.Output) == root, reads = Root(layer.Inputs[0]) == root;
            if (writes == reads) continue;
            var (most, energy) = Extent(layer);
            if (energy > 0) weights.Add((most, energy, layer.Weight!.Count, writes));
            if (reads && FactorsOf(layer.Inputs[0]) is { } factors && channels(layer.Inputs[0]) is { } seen && seen.Channels == factors.Length)
            {
                if (taken.Add(layer.Inputs[0])) values.Add(seen.Scaled(factors));
            }
        }
        double best = double.PositiveInfinity, chosen = 1;
        for (int step = 0; step < steps; step++)
        {
            double factor = Math.Pow(2, (double)step / steps), noise = 0;
            foreach (Histogram seen in values) noise += RelativeNoise(seen, factor);
            foreach (var (most, energy, count, written) in weights)
            {
                double scale = written ? factor : 1 / factor, unit = Math.ScaleB(1, AffineParameters.CeilLog2(most * scale / 127));
                noise += weightShare * count * unit * unit / 12 / (energy * scale * scale);
            }
            if (noise < best * (1 - 1e-9)) (best, chosen) = (noise, factor);
        }
        if (first is not null) fills[first] = chosen;
        for (int c = 0; c < of.Length; c++) of[c] *= chosen;
    }

    // Of values times a factor, at the better of the power of two that covers all of them and the next smaller one.
    private static double RelativeNoise(Histogram seen, double factor)
    {
        double reach = Math.Max(Math.Abs(seen.Min), Math.Abs(seen.Max)) * factor, energy = 0, least = double.PositiveInfinity;
        if (reach == 0) return 0;
        int exponent = AffineParameters.CeilLog2(reach / 127);
        for (int k = exponent; k >= exponent - 1; k--)
        {
            double unit = Math.ScaleB(1, k), noise = 0;
            energy = 0;
            for (int i = 0; i < seen.Bins; i++)
            {
                if (seen.Counts[i] == 0) continue;
                double x = seen.Center(i) * factor, over = Math.Max(0, Math.Abs(x) - 127 * unit);
                energy += seen.Counts[i] * x * x;
                noise += seen.Counts[i] * (unit * unit / 12 + over * over);
            }
            least = Math.Min(least, noise);
        }
        return energy == 0 ? 0 : least / energy;
    }

    // The greatest magnitude and the sum of squares of a weight with the factors chosen so far.
    private (double Most, double Energy) Extent(Layer layer)
    {
        NdArray weight = layer.Weight!;
        var w = weight.Read<float>();
        double[]? from = FactorsOf(layer.Inputs[0]), to = FactorsOf(layer.Output);
        int outputs = layer.Channels, columns = (int)weight.Shape[1], kernel = w.Length / Math.Max(1, outputs * columns);
        int each = Math.Max(1, outputs / GroupsOf(layer));
        double most = 0, energy = 0;
        for (int o = 0, at = 0; o < outputs; o++)
        {
            for (int i = 0; i < columns; i++, at += kernel)
            {
                float part = 0, square = 0;
                foreach (float v in w.Slice(at, kernel))
                {
                    part = Math.Max(part, Math.Abs(v));
                    square += v * v;
                }
                double factor = (to?[o] ?? 1) / (from?[o / each * columns + i] ?? 1);
                most = Math.Max(most, part * factor);
                energy += square * factor * factor;
            }
        }
        GC.KeepAlive(weight);
        return (most, energy);
    }

    private static int GroupsOf(Layer layer) => layer.Root is ConvOp conv ? (int)conv.Group : 1;

    private static double[] Repeated(double[] of, int repeat)
    {
        if (repeat == 1) return of;
        var all = new double[of.Length * repeat];
        for (int i = 0; i < all.Length; i++) all[i] = of[i / repeat];
        return all;
    }

    private double[] Factors(double[] reach)
    {
        double greatest = 0;
        foreach (double r in reach) greatest = Math.Max(greatest, r);
        var of = new double[reach.Length];
        for (int c = 0; c < of.Length; c++) of[c] = greatest == 0 ? 1 : Math.Pow(Math.Max(reach[c] / greatest, LeastShare), -config.Equalization);
        return of;
    }

    private void Apply(Layer layer)
    {
        double[]? from = FactorsOf(layer.Inputs[0]), to = FactorsOf(layer.Output);
        if (from is null && to is null) return;
        int outputs = layer.Channels;
        if (!scaled.TryGetValue(layer.Root, out var kept) || !Same(kept.From, from) || !Same(kept.To, to)) scaled[layer.Root] = kept = (from, to, Scaled(layer, from, to));
        (layer.Weight, layer.StoredWeight, layer.StoredBias) = (kept.Weight, null, null);
        if (to is null || layer.Bias is not { } bias) return;
        layer.Bias = (double[])bias.Clone();
        for (int o = 0; o < outputs; o++) layer.Bias[o] *= to[o];
    }

    private static bool Same(double[]? a, double[]? b) => a is null ? b is null : b is not null && a.AsSpan().SequenceEqual(b);

    private static NdArray Scaled(Layer layer, double[]? from, double[]? to)
    {
        NdArray weight = layer.Weight!.Clone();
        var w = weight.Write<float>();
        int outputs = layer.Channels, columns = (int)weight.Shape[1], kernel = w.Length / Math.Max(1, outputs * columns);
        int each = Math.Max(1, outputs / GroupsOf(layer));
        for (int o = 0, at = 0; o < outputs; o++)
        {
            for (int i = 0; i < columns; i++)
            {
                double factor = (to?[o] ?? 1) / (from?[o / each * columns + i] ?? 1);
                for (int k = 0; k < kernel; k++, at++) w[at] = (float)(w[at] * factor);
            }
        }
        return weight;
    }
}
