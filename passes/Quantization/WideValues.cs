using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Which values have 16 bits in a network of 8: those of the head, the terms and results of additions, and what is named.</summary>
internal sealed class WideValues(FuncOp function, QuantizationConfig config)
{
    public const int Bits = 16;

    private readonly HashSet<Value> roots = [], heads = [];
    private Dictionary<Value, int>? products;

    /// <summary>Whether a group of values, known by its root, has 16 bits.</summary>
    public bool Contains(Value root) => roots.Contains(root);

    /// <summary>Whether what a layer reads of a group is rounded to 8 bits for it: tables have 256 entries, and products stay those of 8 bits but in the head and where
    /// they read what is named.</summary>
    public bool IsReadNarrow(Layer layer, Value root) =>
        roots.Contains(root) && (layer.Kind == LayerKind.Lookup || (layer.Kind is LayerKind.Product or LayerKind.MatMul && !heads.Contains(root)));

    /// <summary>Finds the groups anew.</summary>
    public void Find(List<Layer> layers, Func<Value, Value> root)
    {
        roots.Clear();
        heads.Clear();
        if (config.ActivationBits >= Bits) return;
        foreach (Layer layer in layers)
        {
            // With power-of-two scales a term joins the sum of a product before that is rounded.
            bool isSum = config.AddendBits >= Bits && !config.IsPowerOfTwo && layer.Kind == LayerKind.Add;
            foreach (Value output in layer.Outputs)
            {
                bool isHead = layer.IsWide || (config.HeadBits >= Bits && IsHead(layer, output));
                if (isHead || isSum) roots.Add(root(output));
                if (isHead) heads.Add(root(output));
            }
            if (!isSum) continue;
            foreach (Value term in layer.Inputs)
                if (term.DefiningOp is not null) roots.Add(root(term));
        }
    }

    /// <summary>Twice what was observed: 16 bits leave room for what calibration has not seen, which is better than cutting it off.</summary>
    public static (double Min, double Max) Range(Histogram seen)
    {
        if (seen.IsEmpty) throw new Evaluation.EvaluationException("nothing was observed");
        return (2 * seen.Min, 2 * seen.Max);
    }

    // Only what has one value a channel: a map of them would cost memory, and is averaged later.
    private bool IsHead(Layer layer, Value output)
    {
        if (output.Type is not RankedTensorType { HasStaticShape: true, Shape: { Length: >= 2 } shape }) return false;
        foreach (long extent in shape[2..])
            if (extent != 1) return false;
        int after = (products ??= CountProducts()).GetValueOrDefault(output);
        return after == 0 || (after == 1 && layer.Kind == LayerKind.AveragePool);
    }

    // The greatest number of products on a way from a value to the end.
    private Dictionary<Value, int> CountProducts()
    {
        Dictionary<Value, int> counts = [];
        for (Operation? op = function.Entry.Last; op is not null; op = op.Previous)
        {
            int after = 0;
            for (int i = 0; i < op.ResultCount; i++) after = Math.Max(after, counts.GetValueOrDefault(op.Result(i)));
            if (op is ConvOp or GemmOp or MatMulOp) after++;
            for (int i = 0; i < op.OperandCount; i++) counts[op.Operand(i)] = Math.Max(after, counts.GetValueOrDefault(op.Operand(i)));
        }
        return counts;
    }
}
