using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Which layers become integer operations, and the type of every value between them.</summary>
internal sealed class QuantizationPlan
{
    private readonly Dictionary<Value, UniformQuantizedType> types = [];

    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>The quantized type of a value that enters or leaves a layer; null for others.</summary>
    public UniformQuantizedType? TypeOf(Value value) => types.GetValueOrDefault(value);

    public void SetType(Value value, UniformQuantizedType type) => types[value] = type;

    private readonly Dictionary<Layer, UniformQuantizedType> narrow = [];

    /// <summary>The type to which a layer's first operand is rounded for it; null where it is read as it is.</summary>
    public UniformQuantizedType? NarrowOf(Layer layer) => narrow.GetValueOrDefault(layer);

    public void SetNarrow(Layer layer, UniformQuantizedType type) => narrow[layer] = type;
}

/// <summary>Chooses layers and types for a function of floats of which the ranges are known.</summary>
internal sealed class Planner(FuncOp function, Constants constants, QuantizationConfig config, Func<Value, Histogram?> observed, ValueIds ids)
{
    private readonly HashSet<Operation> unfused = [];
    private readonly Dictionary<Value, Value> parent = [];
    private readonly Dictionary<Value, (double Min, double Max)> range = [];
    private readonly Dictionary<Value, int> exponent = [];
    private readonly WideValues wide = new(function, config);
    private readonly Dictionary<Value, (double Min, double Max)> narrow = [];
    private List<Layer> layers = [];
    private ChannelEqualizer? equalizer;
    private RangeCentering? centering;
    private readonly SoftmaxFreedom softmaxes = new();
    private readonly AdditionBalance balance = new();

    // A plan is made several times, and little changes: what takes a walk over weights or all channels' histograms is kept.
    private readonly Dictionary<Operation, WeightRanges> weightRanges = [];
    private readonly Dictionary<Value, (double[] Factors, Histogram Seen)> scaled = [];

    /// <summary>What was observed of the channels of a value, where it was.</summary>
    public Func<Value, ChannelProfile?> Channels { get; init; } = static _ => null;

    /// <summary>The factor of each channel of a value that is computed scaled; null for others.</summary>
    public double[]? FactorsOf(Value value) => softmaxes.Contains(value) ? [softmaxes.FactorOf(value)] : equalizer?.FactorsOf(value);

    /// <summary>What is taken off a value, after its factors, before it is rounded.</summary>
    public double OffsetOf(Value value) => softmaxes.Contains(value) ? softmaxes.OffsetOf(value) : (centering?.OffsetOf(value) ?? 0) + balance.OffsetOf(value);

    /// <summary>The least value, as it is computed, that makes a difference for what reads it.</summary>
    public double LowOf(Value value) => softmaxes.Contains(value) ? softmaxes.RangeOf(value).Min : balance.LowOf(value) ?? double.NegativeInfinity;

    /// <summary>Which layers stay in floats, once they are found.</summary>
    public required Func<List<Layer>, List<Layer>> Choose { get; init; }

    public Func<Value, StoredConstant?> Stored { get; init; } = static _ => null;

    /// <summary>Whether a chain ends at a value although nothing is rounded there.</summary>
    public Func<Value, bool> IsBoundary { get; init; } = static _ => false;

    /// <summary>Values for which no range is known, in program order.</summary>
    public List<Value> Missing { get; } = [];

    /// <summary>The first operations of the layers that a missing range is of.</summary>
    public IEnumerable<Operation> WithoutRange()
    {
        foreach (Layer layer in layers)
        {
            bool missing = layer.Residual is { } residual && Missing.Contains(residual);
            foreach (Value input in layer.Inputs) missing |= Missing.Contains(input);
            foreach (Value output in layer.Outputs) missing |= Missing.Contains(output);
            if (missing) yield return layer.Root;
        }
    }

    private int MaxShift => config.ForNpu ? 15 : 31;

    /// <summary>The plan; null when ranges are missing.</summary>
    /// <exception cref="EvaluationException">A range cannot be quantized; the message names the value.</exception>
    public QuantizationPlan? Plan()
    {
        equalizer = new ChannelEqualizer(config, Channels);
        while (true)
        {
            LayerFinder finder = new(function, constants)
            {
                IsBoundary = IsBoundary,
                MayFuseResidual = op => config.IsPowerOfTwo && config.ActivationBits == 8 && !unfused.Contains(op),
                Stored = Stored,
                HasTables = config.ActivationBits == 8,
            };
            layers = Choose(finder.Find());
            if (config.IsPowerOfTwo && config.Equalization > 0) softmaxes.Run(layers, Channels);
            equalizer.Run(layers);
            centering = null;
            if (config.CenterRanges && config.IsPowerOfTwo)
            {
                centering = new RangeCentering(value => Unmoved(value) is { IsEmpty: false } all ? Calibration.Range(all, config, config.Schema, config.ActivationBits).Max : double.NaN);
                centering.Run(layers);
            }
            if (config.CenterRanges && config.IsPowerOfTwo) balance.Run(layers, ChannelRanges, value => centering?.OffsetOf(value) ?? 0);
            Tie();
            if (Missing.Count > 0) return null;
            // A residual that cannot be aligned with its sum is added by an operation of its own.
            if (!config.IsPowerOfTwo || Align()) break;
        }
        centering?.RoundTo(ScaleOf);
        QuantizationPlan plan = new() { Layers = layers };
        foreach (Layer layer in layers)
            if (layer.Kind == LayerKind.Softmax) layer.InputFactor = softmaxes.FactorOf(layer.Inputs[0]);
        foreach (Layer layer in layers)
            if (config.BiasCorrection && layer.Kind == LayerKind.Product) layer.InputMeans = Means(layer);
        foreach (Layer layer in layers)
            if (config.CompensatedRounding && layer.Kind == LayerKind.Product && Channels(layer.Inputs[0])?.Moments is { } moments) layer.Rounding = SecondOrderRounding.Of(layer, moments, FactorsOf(layer.Inputs[0]));
        if (config.BiasCorrection && config.IsPowerOfTwo) CorrectSums();
        foreach (Value value in Ends())
        {
            if (plan.TypeOf(value) is not null) continue;
            plan.SetType(value, TypeOf(value));
        }
        foreach (Layer layer in layers)
            if (wide.IsReadNarrow(layer, Root(layer.Inputs[0]))) plan.SetNarrow(layer, NarrowTypeOf(layer.Inputs[0]));
        return plan;
    }

    private Histogram? Seen(Value value)
    {
        Histogram? all = Unmoved(value);
        double offset = OffsetOf(value);
        if (all is not null && offset != 0) all = new Histogram(all.Min - offset, all.Max - offset, all.Counts.ToArray());
        return all is not null && balance.LowOf(value) is { } low ? all.RaisedTo(low) : all;
    }

    // The greatest of what is returned is what is asked for: cut off, it would be as large as others.
    private bool IsAnswer(Value value)
    {
        if (config.Calibration != CalibrationMethod.Mse || value.Type is not RankedTensorType { Shape.Length: 2 }) return false;
        foreach (Use use in value.Uses)
            if (use.Owner is ReturnOp) return true;
        return false;
    }

    private (double Min, double Max)[]? ChannelRanges(Value value)
    {
        if (Channels(value) is not { Elements: > 0 } seen) return null;
        double[]? factors = FactorsOf(value);
        if (factors is not null && factors.Length != seen.Channels) return null;
        var ranges = new (double, double)[seen.Channels];
        for (int c = 0; c < ranges.Length; c++) ranges[c] = (seen[c].Min * (factors?[c] ?? 1), seen[c].Max * (factors?[c] ?? 1));
        return ranges;
    }

    private Histogram? Unmoved(Value value)
    {
        if (FactorsOf(value) is not { } factors || Channels(value) is not { } channels || channels.Channels != factors.Length) return observed(value);
        if (scaled.TryGetValue(value, out var known) && known.Factors.AsSpan().SequenceEqual(factors)) return known.Seen;
        Histogram seen = channels.Scaled(factors);
        scaled[value] = (factors, seen);
        return seen;
    }

    // By column where the channels were observed, else the mean of all that was.
    private double[]? Means(Layer layer)
    {
        Value input = layer.Inputs[0];
        if (observed(input) is not { Bins: > 1 } all) return null;
        int groups = layer.Root is ConvOp conv ? (int)conv.Group : 1, columns = (int)layer.Weight!.Shape[1] * groups;
        if (Channels(input) is not { } channels || channels.Channels != columns) return FactorsOf(input) is null ? [all.Mean - OffsetOf(input)] : null;
        double[]? factors = FactorsOf(input);
        var means = new double[columns];
        for (int c = 0; c < columns; c++) means[c] = channels.Mean(c) * (factors?[c] ?? 1) - OffsetOf(input);
        return means;
    }

    // All values that enter or leave a layer, in the order of layers.
    private IEnumerable<Value> Ends()
    {
        foreach (Layer layer in layers)
        {
            foreach (Value input in layer.Inputs) yield return input;
            if (layer.Residual is { } residual) yield return residual;
            foreach (Value output in layer.Outputs) yield return output;
        }
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

    // Values that must have one type are tied; the range of a group is that of the values that its members are computed as.
    private void Tie()
    {
        parent.Clear();
        range.Clear();
        exponent.Clear();
        Missing.Clear();
        narrow.Clear();
        HashSet<Value> moved = [];
        Dictionary<Value, (double Low, double High)> limits = [];
        foreach (Layer layer in layers)
        {
            if (layer.Low <= 0 && layer.High >= 0) limits[layer.Output] = (layer.Low, layer.High);
            if (layer.Kind is not (LayerKind.Move or LayerKind.Concat)) continue;
            foreach (Value output in layer.Outputs)
            {
                moved.Add(output);
                foreach (Value input in layer.Inputs) Unite(input, output);
            }
        }
        wide.Find(layers, Root);
        (double Min, double Max) Cut(Value value, (double Min, double Max) all) =>
            limits.TryGetValue(value, out var cut) ? (Math.Max(all.Min, cut.Low), Math.Min(all.Max, cut.High)) : all;
        foreach (Value value in Ends())
        {
            Value root = Root(value);
            if (moved.Contains(value)) continue;
            (double Min, double Max) own;
            if (constants.Of(value) is { } constant)
            {
                own = RangeOf(constant.Read<float>());
                GC.KeepAlive(constant);
            }
            else
            {
                if (Seen(value) is not { IsEmpty: false } histogram)
                {
                    if (!Missing.Contains(value)) Missing.Add(value);
                    continue;
                }
                own = softmaxes.Contains(value) ? softmaxes.RangeOf(value) : Named(value, () => BitsOf(root) > 8 ? WideValues.Range(histogram) : IsAnswer(value) ? (histogram.Min, histogram.Max) : Calibration.Range(histogram, config, config.Schema, config.ActivationBits));
                if (wide.Contains(root)) Widen(narrow, root, Cut(value, Named(value, () => Calibration.Range(histogram, config, config.Schema, config.ActivationBits))));
            }
            Widen(range, root, Cut(value, own));
        }
        foreach (Value value in Ends())
        {
            Value root = Root(value);
            if (!range.ContainsKey(root))
            {
                if (!Missing.Contains(root)) Missing.Add(root);
            }
            else if (config.IsPowerOfTwo && !exponent.ContainsKey(root))
            {
                AffineParameters.IsPowerOfTwo(Named(value, () => Parameters(root)).Scale, out int k);
                exponent[root] = k;
            }
        }
    }

    private static void Widen(Dictionary<Value, (double Min, double Max)> ranges, Value root, (double Min, double Max) own) =>
        ranges[root] = ranges.TryGetValue(root, out var have) ? (Math.Min(have.Min, own.Min), Math.Max(have.Max, own.Max)) : own;

    private AffineParameters Parameters(Value root) =>
        AffineParameters.Choose(range[root].Min, range[root].Max, config.Schema, BitsOf(root), config.MinExponent);

    private int BitsOf(Value root) => wide.Contains(root) ? WideValues.Bits : config.ActivationBits;

    private T Named<T>(Value value, Func<T> what)
    {
        try
        {
            return what();
        }
        catch (EvaluationException e)
        {
            throw new EvaluationException($"'{ids.Label(value)}': {e.Message}");
        }
    }

    internal static (double Min, double Max) RangeOf(ReadOnlySpan<float> values)
    {
        double min = 0, max = 0;
        foreach (float v in values)
        {
            if (!float.IsFinite(v)) throw new EvaluationException("a constant is not finite");
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }
        return (min, max);
    }

    private UniformQuantizedType TypeOf(Value value)
    {
        Value root = Root(value);
        if (config.IsPowerOfTwo) return QuantizedTypes.Get(function.Context, BitsOf(root), true, Math.ScaleB(1, exponent[root]));
        AffineParameters p = Named(value, () => Parameters(root));
        return QuantizedTypes.Get(function.Context, BitsOf(root), true, p.Scale, p.Zero);
    }

    private UniformQuantizedType NarrowTypeOf(Value value)
    {
        var (min, max) = narrow[Root(value)];
        AffineParameters p = Named(value, () => AffineParameters.Choose(min, max, config.Schema, config.ActivationBits, config.MinExponent));
        return QuantizedTypes.Get(function.Context, config.ActivationBits, true, p.Scale, p.Zero);
    }

    // Power-of-two exponents such that every shift is in range: results coarser than their sums, sums no more than MaxShift finer. Exponents only
    // grow, so this ends. False when a residual was found that cannot join its sum: the layers are then found anew.
    private bool Align()
    {
        foreach (Layer layer in layers)
            if (layer.Kind == LayerKind.Product) layer.WeightExponents = WeightQuantizer.Exponents(layer, config, ScaleOf(layer.Inputs[0]), layer.Residual is null, weightRanges);
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (Layer layer in layers)
            {
                switch (layer.Kind)
                {
                    case LayerKind.Product:
                        int input = Exponent(layer.Inputs[0]);
                        int[] weight = layer.WeightExponents!;
                        if (layer.Residual is { } residual)
                        {
                            int shift = Exponent(residual) - input - weight[0];
                            if (shift < 0 || shift > config.MaxResidualShift)
                            {
                                unfused.Add(layer.Chain.Find(op => op is AddOp or SumOp && (op.Operand(0) == residual || op.Operand(1) == residual))!);
                                return false;
                            }
                        }
                        for (int i = 0; i < weight.Length; i++) changed |= Raise(layer.Output, input + weight[i]);
                        int result = Exponent(layer.Output);
                        for (int i = 0; i < weight.Length; i++)
                        {
                            if (result - input - weight[i] <= MaxShift) continue;
                            weight[i] = result - input - MaxShift;
                            changed = true;
                        }
                        break;
                    case LayerKind.MatMul:
                        changed |= Raise(layer.Output, Exponent(layer.Inputs[0]) + Exponent(layer.Inputs[1]));
                        break;
                    case LayerKind.Add:
                        changed |= Raise(layer.Output, Math.Min(Exponent(layer.Inputs[0]), Exponent(layer.Inputs[1])));
                        break;
                    case LayerKind.Limit:
                        changed |= Raise(layer.Output, Exponent(layer.Inputs[0]));
                        break;
                    default: break;
                }
            }
        }
        return true;
    }

    // Halves go up: a sum that loses s bits grows by half a unit of its own on average, which is much where s is 1 or 2, as in additions. The convolution
    // that feeds the addition, and nothing else, takes it off its bias.
    private void CorrectSums()
    {
        Dictionary<Value, Layer> products = [];
        foreach (Layer layer in layers)
            if (layer.Kind == LayerKind.Product && layer.Output.HasOneUse && layer.Low == double.NegativeInfinity) products[layer.Output] = layer;
        foreach (Layer layer in layers)
        {
            if (layer.Kind != LayerKind.Add) continue;
            int unit = Math.Min(Exponent(layer.Inputs[0]), Exponent(layer.Inputs[1]));
            if (Exponent(layer.Output) <= unit) continue;
            if (!products.TryGetValue(layer.Inputs[0], out Layer? product) && !products.TryGetValue(layer.Inputs[1], out product)) continue;
            var bias = product.Bias is { } given ? (double[])given.Clone() : new double[product.Channels];
            for (int c = 0; c < bias.Length; c++) bias[c] -= Math.ScaleB(0.5, unit);
            product.Bias = bias;
        }
    }

    private int Exponent(Value value) => exponent[Root(value)];

    private double ScaleOf(Value value) => Math.ScaleB(1, Exponent(value));

    private bool Raise(Value value, int least)
    {
        Value root = Root(value);
        if (exponent[root] >= least) return false;
        exponent[root] = least;
        return true;
    }
}
