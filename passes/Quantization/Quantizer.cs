using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>A layer that became an integer operation: the name of the value that it computes, and the stored integers.</summary>
/// <param name="Factors">What each channel (dimension 1) was multiplied by before it was rounded; null for nothing.</param>
/// <param name="Offset">What was taken off after that.</param>
/// <param name="Low">What is lower, after both, makes no difference, and may be cut off.</param>
public sealed record QuantizedLayer(string Label, string Kind, Operation Op, Value Stored, double[]? Factors = null, double Offset = 0, double Low = double.NegativeInfinity);

/// <summary>What a quantization did.</summary>
public sealed record QuantizationResult(IReadOnlyList<QuantizedLayer> Layers, IReadOnlyList<string> KeptFloat);

/// <summary>Why a function was not quantized: a diagnostic's code and text.</summary>
public sealed class QuantizationException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Rewrites a function of floats, or one with QuantizeLinear and DequantizeLinear, to integer operations.</summary>
public sealed class Quantizer(FuncOp function, QuantizationConfig config)
{
    private readonly Constants constants = new();
    private readonly ValueIds ids = new(function);
    private readonly Dictionary<Value, string> labels = [];

    /// <summary>What was observed; needed for a function of floats.</summary>
    public ActivationProfile? Profile { get; init; }

    /// <summary>What was done to the inputs that the quantized function will get; null: not known, and not compared.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>Whether the first product stays in floats.</summary>
    public bool KeepFirst { get; init; }

    /// <summary>Whether the last product stays in floats.</summary>
    public bool KeepLast { get; init; }

    /// <summary>When set, the only layer that becomes integers.</summary>
    public string? Only { get; init; }

    /// <summary>Whether scales of an imported model that are no powers of two were replaced.</summary>
    public bool ChangedScales { get; private set; }

    /// <summary>The names of the layers that were found, whether they stay in floats or not.</summary>
    public IReadOnlyList<string> LayerNames => names;

    private readonly List<string> names = [];

    /// <summary>Rewrites the function.</summary>
    /// <exception cref="QuantizationException">The profile does not fit, a name matches nothing, or a range cannot be quantized; the function is unchanged
    /// but for QuantizeLinear pairs.</exception>
    public QuantizationResult Run()
    {
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            for (int i = 0; i < op.ResultCount; i++) labels[op.Result(i)] = ids.Label(op.Result(i));
        IntegerEmitter.EraseDead(function);
        bool imported = QdqReader.Applies(function);
        if (config.ForNpu && (config.ActivationBits > 8 || config.AddendBits > 8 || config.KeepWide.Count > 0))
            throw new QuantizationException("NEST4253", "the NPU has 8 bits only: activation-bits, addend-bits and keep-wide have no place in its form");
        if (!imported) CheckProfile();
        ShapeRefiner.Run(function, constants);
        try
        {
            return imported ? FromIntegers() : FromFloats();
        }
        catch (EvaluationException e)
        {
            throw new QuantizationException("NEST4253", e.Message);
        }
    }

    private void CheckProfile()
    {
        if (Profile is null) throw new QuantizationException("NEST4250", "the function has floats only, and no profile is given that says their ranges");
        if (Profile.Mismatch(function, ids) is { } why) throw new QuantizationException("NEST4250", why);
        if (Preprocessing is { } wanted && wanted != Profile.Preprocessing)
            throw new QuantizationException("NEST4251", $"the profile's inputs were prepared as '{Profile.Preprocessing}', those of the quantized model are prepared as '{wanted}'");
    }

    private QuantizationResult FromFloats()
    {
        Planner planner = new(function, constants, config, value => Profile!.Find(ids, value)?.Seen, ids) { Choose = Choose, Channels = value => Profile!.Find(ids, value)?.Channels };
        if (planner.Plan() is not { } plan) throw MissingRanges(planner);
        return Emit(plan, null, planner);
    }

    private QuantizationException MissingRanges(Planner planner)
    {
        List<string> missing = [];
        foreach (Value value in planner.Missing) missing.Add($"'{Label(value)}'");
        string shown = string.Join(", ", missing.GetRange(0, Math.Min(5, missing.Count)));
        return new QuantizationException("NEST4252", $"no range is known for {missing.Count} {(missing.Count == 1 ? "value" : "values")}: {shown}{(missing.Count > 5 ? ", ..." : "")}");
    }

    private QuantizationResult FromIntegers()
    {
        QdqReader reader = new(function, constants);
        reader.Run();
        QuantizationPlan plan;
        Planner? planner = null;
        if (config.ForNpu)
        {
            plan = PlanImported(reader, out planner);
            ChangedScales = true;
        }
        else plan = Imported(reader);
        return Emit(plan, reader, planner);
    }

    // Layers at whose ends the model says nothing of ranges stay in floats.
    private QuantizationPlan PlanImported(QdqReader reader, out Planner planner)
    {
        ImportedRanges ranges = new(reader, constants);
        HashSet<Operation> unknown = [];
        while (true)
        {
            planner = new Planner(function, constants, config, value => ranges.Of(value), ids)
            {
                Choose = layers => Limited(Choose(layers), reader).FindAll(layer => !unknown.Contains(layer.Root)),
                IsBoundary = value => reader.TypeOf(value) is { } type && IsOneSided(type),
            };
            if (planner.Plan() is { } plan) return plan;
            int before = unknown.Count;
            unknown.UnionWith(planner.WithoutRange());
            if (unknown.Count == before) throw MissingRanges(planner);
        }
    }

    // A type that has no negative numbers is a relu of its own.
    private static bool IsOneSided(UniformQuantizedType type) => type.ZeroPoints[0] <= type.Storage.Min || type.ZeroPoints[0] >= type.Storage.Max;

    // What the model's types cut off must be cut off by limits once the types are wider.
    private static List<Layer> Limited(List<Layer> layers, QdqReader reader)
    {
        foreach (Layer layer in layers)
        {
            if (layer.Kind is not (LayerKind.Product or LayerKind.Add or LayerKind.MatMul or LayerKind.Limit) || reader.TypeOf(layer.Output) is not { } type) continue;
            layer.Low = Math.Max(layer.Low, (type.Storage.Min - type.ZeroPoints[0]) * type.Scales[0]);
            layer.High = Math.Min(layer.High, (type.Storage.Max - type.ZeroPoints[0]) * type.Scales[0]);
        }
        return layers;
    }

    // The model's own types: each value has the one at which the model rounds it.
    private QuantizationPlan Imported(QdqReader reader)
    {
        LayerFinder finder = new(function, constants)
        {
            IsBoundary = value => reader.TypeOf(value) is not null,
            MayFuseResidual = static _ => false,
            Stored = reader.StoredOf,
        };
        List<Layer> kept = [];
        QuantizationPlan plan = new() { Layers = kept };
        foreach (Layer layer in Choose(finder.Find()))
        {
            bool known = true;
            foreach (Value input in layer.Inputs) known &= Know(plan, reader, input);
            if (!known) continue;
            if (layer.Kind == LayerKind.Move)
            {
                foreach (Value output in layer.Outputs)
                    plan.SetType(output, reader.TypeOf(output) ?? plan.TypeOf(layer.Inputs[0])!);
            }
            else if (reader.TypeOf(layer.Output) is { } type) plan.SetType(layer.Output, type);
            else continue;
            if (layer.Kind == LayerKind.Lookup && plan.TypeOf(layer.Inputs[0])!.Storage.Width != 8) continue;
            kept.Add(layer);
        }
        return plan;
    }

    private bool Know(QuantizationPlan plan, QdqReader reader, Value value)
    {
        if (plan.TypeOf(value) is not null) return true;
        UniformQuantizedType? type = reader.TypeOf(value);
        if (type is null && constants.Of(value) is { } constant)
        {
            if (reader.StoredOf(value) is { Scales.Length: 1, Values.Kind: ElementKind.I8 or ElementKind.U8 } stored)
                type = QuantizedTypes.Get(function.Context, 8, stored.Values.Kind == ElementKind.I8, stored.Scales[0], stored.Zeros[0]);
            else
            {
                var (min, max) = Planner.RangeOf(constant.Read<float>());
                AffineParameters p = AffineParameters.Choose(min, max, QuantizationSchema.Asymmetric, 8);
                type = QuantizedTypes.Get(function.Context, 8, true, p.Scale, p.Zero);
            }
        }
        if (type is null) return false;
        plan.SetType(value, type);
        return true;
    }

    private QuantizationResult Emit(QuantizationPlan plan, QdqReader? reader, Planner? planner)
    {
        // The values are known by the operations that the integers replace.
        Dictionary<Layer, (double[]? Factors, double Offset, double Low)> scaled = [];
        if (planner is not null)
            foreach (Layer layer in plan.Layers) scaled[layer] = (planner.FactorsOf(layer.Output), planner.OffsetOf(layer.Output), planner.LowOf(layer.Output));
        IntegerEmitter emitter = new(function, plan, config, constants);
        foreach (var (real, stored) in reader?.Known ?? []) emitter.Know(real, stored);
        emitter.Run(reader);
        List<QuantizedLayer> made = [];
        foreach (var (layer, op) in emitter.Made)
        {
            var (factors, offset, low) = scaled.TryGetValue(layer, out var known) ? known : (null, 0, double.NegativeInfinity);
            for (int i = 0; i < op.ResultCount && i < layer.Last.ResultCount; i++) made.Add(new QuantizedLayer(layer.Name, layer.Kind.ToString(), op, op.Result(i), factors, offset, low));
        }
        List<string> floats = [];
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            if (op is GraphOp and not (QuantizeOp or DequantizeOp) && ActivationProfile.IsProfiled(op.ResultCount > 0 ? op.Result(0) : default))
                floats.Add($"'{op.Name}'");
        return new QuantizationResult(made, floats);
    }

    private string Label(Value value) => labels.GetValueOrDefault(value) ?? (value.IsBlockArgument ? ids.Label(value) : "?");

    // Layers that stay in floats and layers of 16 bits, by the names of any of their operations.
    private List<Layer> Choose(List<Layer> layers)
    {
        names.Clear();
        HashSet<string> unmatched = [.. config.KeepFloat, .. config.KeepWide];
        List<Layer> kept = [], products = layers.FindAll(static l => l.Kind == LayerKind.Product);
        HashSet<string> floats = [.. config.KeepFloat], wide = [.. config.KeepWide];
        foreach (Layer layer in layers)
        {
            layer.Name = Label(layer.Output);
            names.Add(layer.Name);
            bool isFloat = (KeepFirst && products.Count > 0 && layer == products[0]) || (KeepLast && products.Count > 0 && layer == products[^1]);
            foreach (Operation op in layer.Chain)
            {
                string label = Label(op.Result(0));
                isFloat |= floats.Contains(label);
                layer.IsWide |= wide.Contains(label);
                unmatched.Remove(label);
            }
            if (Only is { } only) isFloat |= layer.Name != only;
            if (!isFloat) kept.Add(layer);
        }
        CheckMatched(config.KeepFloat, unmatched, "stay in floats");
        CheckMatched(config.KeepWide, unmatched, "have 16 bits");
        return kept;
    }

    private void CheckMatched(IReadOnlyList<string> wanted, HashSet<string> unmatched, string what)
    {
        foreach (string name in wanted)
        {
            if (!unmatched.Contains(name)) continue;
            string help = Diagnostics.Suggestion.Nearest(name, names) is { } near ? $"; did you mean '{near}'?" : "";
            throw new QuantizationException("NEST4254", $"'{name}', which is to {what}, is the name of no layer{help}");
        }
    }
}
