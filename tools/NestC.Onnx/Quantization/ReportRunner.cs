using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>Runs a float function and its quantized form side by side.</summary>
public sealed class ReportRunner(FuncOp function, QuantizationConfig config, ActivationProfile? profile, string? preprocessing)
{
    private const int HistogramBins = 64;

    /// <summary>Measures layers and outputs on inputs, and the sensitivity of each layer on the first of them.</summary>
    /// <exception cref="QuantizationException">The function cannot be quantized.</exception>
    /// <exception cref="EvaluationException">A function cannot be run.</exception>
    public QuantizationReport Run(string model, string configuration, InputSet set, int sensitivityInputs, Action<int, int>? progress = null)
    {
        QuantizationReport report = new() { Model = model, Configuration = configuration, Inputs = set.Inputs.Count };
        FuncOp quantized = Clone();
        Quantizer quantizer = NewQuantizer(quantized, null);
        QuantizationResult result = quantizer.Run();
        report.KeptFloat = result.KeptFloat;
        ValueIds ids = new(function);
        Dictionary<string, Value> values = new(StringComparer.Ordinal);
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
            for (int i = 0; i < op.ResultCount; i++) values.TryAdd(ids.Label(op.Result(i)), op.Result(i));
        Dictionary<string, NdArray> seen = new(StringComparer.Ordinal);
        List<Operation> observers = [];
        foreach (QuantizedLayer layer in result.Layers)
        {
            if (!values.TryGetValue(layer.Label, out Value real)) continue;
            real = Rounded(real);
            LayerReport measured = new(
                layer.Label, layer.Kind, layer.Op.Name, QuantizedTypes.Of(layer.Stored).ToString()!, new ErrorMeasure(), new Histogram(HistogramBins), new Histogram(HistogramBins));
            report.Layers.Add(measured);
            // Arrays are reused once they are dead: what is compared later is copied.
            Observe(real, layer.Label, array => seen[layer.Label] = array.Clone(), observers);
            UniformQuantizedType type = QuantizedTypes.Of(layer.Stored);
            double[]? factors = layer.Factors;
            float offset = (float)layer.Offset, low = (float)layer.Low;
            Observe(layer.Stored, layer.Label, array => Compare(measured, type, seen[layer.Label], array, factors, offset, low), null);
        }
        for (int i = 0; i < set.Inputs.Count; i++)
        {
            progress?.Invoke(i, set.Inputs.Count);
            NdArray expected = new ArrayInterpreter().Run(function, set.Inputs[i])[0];
            NdArray actual = new ArrayInterpreter().Run(quantized, set.Inputs[i])[0];
            Outputs(report, expected, actual, set.Labels.Count == set.Inputs.Count ? set.Labels[i] : null);
        }
        OpBuilder builder = new(function.Context);
        foreach (Operation op in observers) builder.Erase(op);
        Sensitivity(report, quantizer.LayerNames, set, sensitivityInputs);
        return report;
    }

    // An imported model's value is what it is rounded to.
    private static Value Rounded(Value value)
    {
        foreach (Use use in value.Uses)
        {
            if (use.Owner is not QuantizeLinearOp { } quantize || use.Index != 0) continue;
            foreach (Use next in quantize.Output.Uses)
                if (next.Owner is DequantizeLinearOp dequantize && next.Index == 0) return dequantize.Output;
        }
        return value;
    }

    private FuncOp Clone() => (FuncOp)new Cloner(new OpBuilder(function.Context)).Clone(function);

    private Quantizer NewQuantizer(FuncOp clone, string? only) => new(clone, config) { Profile = profile, Preprocessing = preprocessing, Only = only };

    private static void Observe(Value value, string label, Action<NdArray> observer, List<Operation>? made)
    {
        OpBuilder builder = new(value.DefiningOp!.Context);
        builder.AtAfter(value);
        ProfileOp op = ProfileOp.Create(builder, value, label);
        op.Observer = observer;
        made?.Add(op);
    }

    private static void Compare(LayerReport layer, UniformQuantizedType type, NdArray expected, NdArray stored, double[]? factors, float offset, float low)
    {
        NdArray real = QuantizedElementwise.ToFloat(stored, type.Scales, type.ZeroPoints, 0);
        NdArray wanted = Cast.To(expected, ElementKind.F32);
        // What was computed scaled and moved is compared so, and what makes no difference is not.
        if (factors is not null || offset != 0 || low > float.NegativeInfinity) wanted = Moved(wanted, factors ?? [1], offset, low);
        layer.Error.Add(wanted.Read<float>(), real.Read<float>(), type);
        layer.Float.Add(wanted.Read<float>());
        layer.Quantized.Add(real.Read<float>());
        GC.KeepAlive(wanted);
        GC.KeepAlive(real);
    }

    private static NdArray Moved(NdArray x, double[] factors, float offset, float low)
    {
        NdArray y = x.Clone();
        var values = y.Write<float>();
        int run = values.Length / Math.Max(1, (int)x.Shape[0] * factors.Length);
        for (int i = 0; i < values.Length; i++) values[i] = Math.Max(values[i] * (float)factors[i / run % factors.Length] - offset, low);
        return y;
    }

    private static void Outputs(QuantizationReport report, NdArray expected, NdArray actual, long? label)
    {
        NdArray x = Cast.To(expected, ElementKind.F32), y = Cast.To(actual, ElementKind.F32);
        report.Output.Add(x.Read<float>(), y.Read<float>());
        long a = Greatest(x), b = Greatest(y);
        report.Classes.Add(a);
        if (a == b) report.Agreeing++;
        if (label is not { } wanted) return;
        report.Labelled++;
        if (a == wanted) report.CorrectFloat++;
        if (b == wanted) report.CorrectQuantized++;
    }

    internal static long Greatest(NdArray x)
    {
        long best = 0;
        for (long i = 1; i < x.Count; i++)
            if (x.GetDouble(i) > x.GetDouble(best)) best = i;
        return best;
    }

    private void Sensitivity(QuantizationReport report, IReadOnlyList<string> layers, InputSet set, int count)
    {
        count = Math.Min(count, set.Inputs.Count);
        if (count == 0) return;
        var expected = new NdArray[count];
        for (int i = 0; i < count; i++) expected[i] = Cast.To(new ArrayInterpreter().Run(function, set.Inputs[i])[0], ElementKind.F32);
        foreach (string layer in layers)
        {
            FuncOp one = Clone();
            NewQuantizer(one, layer).Run();
            ErrorMeasure measure = new();
            for (int i = 0; i < count; i++)
                measure.Add(expected[i].Read<float>(), Cast.To(new ArrayInterpreter().Run(one, set.Inputs[i])[0], ElementKind.F32).Read<float>());
            report.Sensitivity.Add((layer, measure.Sqnr));
        }
        report.Sensitivity.Sort(static (a, b) => a.Sqnr != b.Sqnr ? a.Sqnr.CompareTo(b.Sqnr) : string.CompareOrdinal(a.Layer, b.Layer));
    }
}
