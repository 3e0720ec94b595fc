using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Replaces the layers of a plan by integer operations; floats remain where a value leaves for an operation that has no integer form.</summary>
internal sealed partial class IntegerEmitter(FuncOp function, QuantizationPlan plan, QuantizationConfig config, Constants constants)
{
    private readonly OpBuilder builder = new(function.Context);
    private readonly Dictionary<Value, Value> integers = [];
    private readonly Dictionary<(Value, UniformQuantizedType), Value> converted = [];
    private readonly HashSet<Operation> replaced = [];
    private bool isF32;

    /// <summary>What the layers became, in order.</summary>
    public List<(Layer Layer, Operation Op)> Made { get; } = [];

    /// <summary>Integers that are there already: arguments and other values of integers.</summary>
    public void Know(Value real, Value stored) => integers[real] = stored;

    /// <summary>Rewrites the function. Values of an imported model that stay in floats are rounded where they were.</summary>
    public void Run(QdqReader? imported)
    {
        isF32 = imported is not null && !config.ForNpu && config.ImportedRounding == ImportedRounding.F32;
        foreach (Layer layer in plan.Layers)
            foreach (Operation op in layer.Chain) replaced.Add(op);
        foreach (Layer layer in plan.Layers)
        {
            builder.AtBefore(layer.Last);
            Emit(layer);
        }
        foreach (Layer layer in plan.Layers)
            foreach (Value output in layer.Outputs) Hand(output);
        if (imported is not null)
            foreach (var (value, type) in imported.Types) RoundAgain(value, type);
        EraseDead();
    }

    private void RoundAgain(Value value, UniformQuantizedType type)
    {
        if (value.DefiningOp is not { } op || op is DequantizeOp || replaced.Contains(op) || value.Type is not RankedTensorType) return;
        builder.AtAfter(value);
        Value rounded = builder.Create("graph.quantize", [value], [TypeFor(value, type)]).Result(0);
        Value real = builder.Create("graph.dequantize", [rounded], [value.Type]).Result(0);
        foreach (Use use in value.Uses)
            if (use.Owner != rounded.DefiningOp && !replaced.Contains(use.Owner)) builder.SetOperand(use.Owner, use.Index, real);
    }

    // Uses of a layer's result by operations on floats.
    private void Hand(Value output)
    {
        Value stored = integers[output];
        Value? real = null;
        foreach (Use use in output.Uses)
        {
            if (replaced.Contains(use.Owner)) continue;
            if (real is null)
            {
                builder.AtAfter(stored);
                real = builder.Create("graph.dequantize", [stored], [output.Type]).Result(0);
            }
            builder.SetOperand(use.Owner, use.Index, real.Value);
        }
    }

    private void EraseDead() => EraseDead(function);

    /// <summary>Erases operations without effects whose results nobody uses.</summary>
    public static void EraseDead(FuncOp function)
    {
        OpBuilder builder = new(function.Context);
        for (Operation? op = function.Entry.Last, before; op is not null; op = before)
        {
            before = op.Previous;
            if (op is IPure and not ReturnOp && op.HasNoUses) builder.Erase(op);
        }
    }

    private IrType TypeFor(Value value, UniformQuantizedType type) => RankedTensorType.Get(((RankedTensorType)value.Type).Shape, type);

    /// <summary>The stored integers of a value, with the type that the plan gives it.</summary>
    private Value Integers(Value value)
    {
        UniformQuantizedType type = plan.TypeOf(value) ?? throw new InvalidOperationException("a value that enters a layer has no type");
        if (!integers.TryGetValue(value, out Value stored))
        {
            InsertionPoint here = builder.SavePoint();
            if (constants.Of(value) is { } constant)
            {
                NdArray q = QuantizedElementwise.FromFloat(constant, type.Scales, type.ZeroPoints, 0, type.Storage.Min, type.Storage.Max, QuantizedTypes.KindOf(type.Storage));
                stored = Constant(q, RankedTensorType.Get(constant.Shape, type), "constant");
            }
            else
            {
                builder.AtAfter(value);
                // Constants may stand between the definition and its use, never before an argument.
                stored = builder.Create("graph.quantize", [value], [TypeFor(value, type)]).Result(0);
                builder.RestorePoint(here);
            }
            integers[value] = stored;
        }
        return Coerce(stored, type);
    }

    private Value Coerce(Value stored, UniformQuantizedType type)
    {
        if (QuantizedTypes.Of(stored) == type) return stored;
        if (converted.TryGetValue((stored, type), out Value known)) return known;
        InsertionPoint here = builder.SavePoint();
        builder.AtAfter(stored);
        Value result = Requantize(stored, type, null, null);
        builder.RestorePoint(here);
        return converted[(stored, type)] = result;
    }

    private Value Requantize(Value stored, UniformQuantizedType type, long? low, long? high)
    {
        Scaling scaling = Scaling.Of([QuantizedTypes.ScaleOf(stored) / type.Scales[0]]);
        List<NamedAttr> attributes = [.. scaling.Attributes(builder.Context)];
        Limits(attributes, low, high);
        return builder.Create("graph.requantize", [stored], [TypeFor(stored, type)], attributes.ToArray()).Result(0);
    }

    private NamedAttr Attr(string name, long value) => new(builder.Context.Identifier(name), IntegerAttr.Get(builder.Context.Common.I64, value));

    private NamedAttr Attr(string name, params long[] values) => new(builder.Context.Identifier(name), DenseArrayAttr.Get(builder.Context, values));

    private void Limits(List<NamedAttr> attributes, long? low, long? high)
    {
        if (low is { } l) attributes.Add(Attr("clip_min", l));
        if (high is { } h) attributes.Add(Attr("clip_max", h));
    }

    /// <summary>Limits of reals as stored values, where they bind.</summary>
    private static (long? Low, long? High) StoredLimits(Layer layer, UniformQuantizedType type)
    {
        long least = type.Storage.Min, greatest = type.Storage.Max;
        long low = Stored(layer.Low, type, least, greatest), high = Stored(layer.High, type, least, greatest);
        return (low > least ? low : null, high < greatest ? high : null);
    }

    private static long Stored(double value, UniformQuantizedType type, long least, long greatest) =>
        (long)Math.Clamp(Math.Round(value / type.Scales[0], MidpointRounding.ToEven) + type.ZeroPoints[0], least, greatest);

    private Value Constant(NdArray values, IrType type, string name)
    {
        Attr value = GraphTypes.AttrOf(builder.Context, values, name);
        return builder.Create("graph.constant", [], [type], [new NamedAttr(builder.Context.Identifier("value"), value)]).Result(0);
    }

    private static NamedAttr[] Properties(Operation op, params ReadOnlySpan<string> names)
    {
        List<NamedAttr> kept = [];
        if (op.PropertiesAttr is DictionaryAttr all)
        {
            foreach (NamedAttr attr in all.Entries)
                if (names.IsEmpty || names.Contains(attr.Name.ToString())) kept.Add(attr);
        }
        return kept.ToArray();
    }
}

/// <summary>Factors between scales as the properties of requantization: shifts alone where all factors are powers of two up to 1.</summary>
internal readonly record struct Scaling(long[] Shift, long[]? Multiplier, bool IsF32 = false)
{
    /// <summary>The factors as they are: f32 values, each 24 bits and a shift; as <see cref="Of(ReadOnlySpan{double})"/> where shifts do, or a factor is out of range.</summary>
    public static Scaling OfF32(ReadOnlySpan<double> factors)
    {
        Scaling exact = Of(factors);
        if (exact.Multiplier is null) return exact;
        long[] multipliers = new long[factors.Length], shifts = new long[factors.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            float factor = (float)factors[i];
            shifts[i] = 23 - Math.ILogB(factor);
            if (shifts[i] is < 0 or > 62) return exact;
            multipliers[i] = (long)Math.ScaleB(factor, (int)shifts[i]);
        }
        return new(factors.Length == 1 ? shifts : Same(shifts), factors.Length == 1 ? multipliers : Same(multipliers), true);
    }

    public static Scaling Of(ReadOnlySpan<double> factors)
    {
        var shifts = new long[factors.Length];
        bool pure = true;
        for (int i = 0; i < factors.Length; i++)
        {
            pure &= AffineParameters.IsPowerOfTwo(factors[i], out int k) && k is <= 0 and >= -31;
            shifts[i] = -k;
        }
        if (pure) return new(Same(shifts), null);
        var multipliers = new long[factors.Length];
        for (int i = 0; i < factors.Length; i++) (multipliers[i], shifts[i]) = AffineParameters.Fixed(factors[i]) is var (m, s) ? (m, s) : default;
        return new(factors.Length == 1 ? shifts : Same(shifts), factors.Length == 1 ? multipliers : Same(multipliers));
    }

    // One entry stands for equal ones.
    private static long[] Same(long[] list)
    {
        foreach (long x in list)
            if (x != list[0]) return list;
        return list.Length == 0 ? list : [list[0]];
    }

    public NamedAttr[] Attributes(NestContext context)
    {
        NamedAttr shift = new(context.Identifier("shift"), DenseArrayAttr.Get(context, Shift));
        if (Multiplier is null) return [shift];
        NamedAttr multiplier = new(context.Identifier("multiplier"), DenseArrayAttr.Get(context, Multiplier));
        return IsF32 ? [shift, multiplier, new NamedAttr(context.Identifier("rounding"), StringAttr.Get(context, "f32"))] : [shift, multiplier];
    }
}
