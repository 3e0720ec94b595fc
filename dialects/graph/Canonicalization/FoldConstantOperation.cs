using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>Evaluates an operation all of whose operands are constants. Weights do not multiply: the result has at most a number of bytes, or
/// no more than the constants that it alone uses.</summary>
/// <param name="maxBytes">Bytes of a result that may be made besides.</param>
public sealed class FoldConstantOperation(long maxBytes) : Pattern<GraphOp>("fold-constant-operation")
{
    // op(constants...) -> constant
    public override bool Rewrite(GraphOp op, Rewriter rw)
    {
        if (!op.Has(OpTraits.Pure) || op.RegionCount > 0) return rw.NoMatch(op, "it is not a function of its operands");
        // Integers are what quantized weights are kept for.
        if (op is DequantizeLinearOp) return rw.NoMatch(op, "quantized weights stay quantized");
        long freed = 0;
        for (int i = 0; i < op.OperandCount; i++)
        {
            if (op.Operand(i).DefiningOp is not ConstantOp) return rw.NoMatch(op, $"operand {i} is not constant");
            if (op.Operand(i).HasOneUse) freed += GraphConstants.Bytes(op.Operand(i).Type);
        }
        long bytes = 0;
        for (int i = 0; i < op.ResultCount; i++)
        {
            long one = GraphConstants.Bytes(op.Result(i).Type);
            if (one == long.MaxValue && !IsSmall(op)) return rw.NoMatch(op, "the size of a result is not known");
            bytes += one == long.MaxValue ? 0 : one;
        }
        if (bytes > Math.Max(maxBytes, freed)) return rw.NoMatch(op, $"the results take {bytes} bytes, the constants that go {freed}, and {maxBytes} are allowed");
        return Fold(op, rw);
    }

    private bool Fold(GraphOp op, Rewriter rw)
    {
        var inputs = new NdArray[op.OperandCount];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (GraphConstants.ArrayOf(op.Operand(i)) is not { } array) return rw.NoMatch(op, $"operand {i} has no data");
            inputs[i] = array;
        }
        NdArray[] results;
        try
        {
            results = op.Evaluate(inputs);
        }
        catch (EvaluationException e)
        {
            return rw.NoMatch(op, e.Message);
        }
        for (int i = 0; i < results.Length; i++)
        {
            if (GraphTypes.TryTypeOf(op.Context, results[i].Kind) is not { } element) return rw.NoMatch(op, $"result {i} is of strings");
            IrType type = GraphTypes.Tensor(results[i].Shape, element);
            if (type != op.Result(i).Type && (!GraphTypes.Compatible(type, op.Result(i).Type) || LeavesGraph(op.Result(i))))
                return rw.NoMatch(op, $"result {i} would have another type");
            if (results[i].ByteLength > Math.Max(maxBytes, inputs.Length == 0 ? 0 : Freed(op))) return rw.NoMatch(op, $"result {i} takes {results[i].ByteLength} bytes");
        }
        var values = new Value[results.Length];
        string stem = op.OperandCount > 0 ? GraphConstants.Stem(op.Operand(0)) : "folded";
        for (int i = 0; i < values.Length; i++) values[i] = GraphConstants.Make(rw, results[i], stem);
        return rw.Replace(op, values);
    }

    private static long Freed(GraphOp op)
    {
        long freed = 0;
        for (int i = 0; i < op.OperandCount; i++)
            if (op.Operand(i).HasOneUse) freed += GraphConstants.Bytes(op.Operand(i).Type);
        return freed;
    }

    // Operations of unknown result size are worth a try only where everything is small (shapes).
    private static bool IsSmall(GraphOp op)
    {
        for (int i = 0; i < op.OperandCount; i++)
            if (GraphConstants.Bytes(op.Operand(i).Type) > 1 << 12) return false;
        return op is not (ConstantOfShapeOp or ExpandOp or TileOp or RangeOp);
    }

    private static bool LeavesGraph(Value value)
    {
        foreach (Use use in value.Uses)
            if (use.Owner is not GraphOp) return true;
        return false;
    }
}
