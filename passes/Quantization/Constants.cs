using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>The values of a function that follow from constants alone.</summary>
internal sealed class Constants
{
    // A chain of operations on constants, longer than what importers write for a shape.
    private const int MaxDepth = 64;
    private readonly Dictionary<Value, NdArray?> known = [];

    /// <summary>The elements of a value that follows from constants; null for any other.</summary>
    public NdArray? Of(Value value) => Of(value, 0);

    private NdArray? Of(Value value, int depth)
    {
        if (value.DefiningOp is not { } op || depth > MaxDepth) return null;
        if (known.TryGetValue(value, out NdArray? array)) return array;
        known[value] = null;
        if (op is not IArrayEvaluable evaluable || op is not IPure || op.RegionCount > 0) return null;
        var inputs = new NdArray[op.OperandCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (Of(op.Operand(i), depth + 1) is not { } input) return null;
            inputs[i] = input;
        }
        try
        {
            NdArray[] results = evaluable.Evaluate(inputs);
            for (int i = 0; i < results.Length; i++) known[op.Result(i)] = results[i];
        }
        catch (EvaluationException)
        {
            return null;
        }
        return known[value];
    }
}
