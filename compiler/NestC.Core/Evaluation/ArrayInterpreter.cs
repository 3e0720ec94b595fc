using System.Diagnostics;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Evaluation;

/// <summary>Runs functions of one block on arrays, operation by operation.</summary>
public sealed class ArrayInterpreter
{
    /// <summary>Told the time of each operation, in milliseconds, when set.</summary>
    public Action<Operation, double>? Timed { get; init; }

    /// <summary>The results of a function.</summary>
    /// <exception cref="EvaluationException">The function cannot be run, or its values do not fit; the message names the operation.</exception>
    public NdArray[] Run(FuncOp function, ReadOnlySpan<NdArray> arguments)
    {
        if (function.IsDeclaration) throw new EvaluationException($"function '{function.SymName.Value}' has no body");
        Block block = function.Entry;
        if (block.Next is not null) throw new EvaluationException($"function '{function.SymName.Value}' has several blocks");
        if (block.ArgumentCount != arguments.Length)
            throw new EvaluationException($"function '{function.SymName.Value}' takes {block.ArgumentCount} arguments, not {arguments.Length}");
        Dictionary<Value, NdArray> values = [];
        Dictionary<Value, Operation> lastUse = [];
        // Constants belong to the program.
        List<NdArray> kept = [.. arguments];
        for (Operation? op = block.First; op is not null; op = op.Next)
            for (int i = 0; i < op.OperandCount; i++) lastUse[op.Operand(i)] = op;
        for (int i = 0; i < arguments.Length; i++) values[block.ArgumentAt(i)] = arguments[i];
        for (Operation? op = block.First; op is not null; op = op.Next)
        {
            var inputs = new NdArray[op.OperandCount];
            for (int i = 0; i < inputs.Length; i++) inputs[i] = values[op.Operand(i)];
            if (op is ReturnOp) return inputs;
            if (op is not IArrayEvaluable evaluable) throw new EvaluationException($"'{op.Name}' cannot be evaluated");
            long start = Stopwatch.GetTimestamp();
            NdArray[] results;
            try
            {
                results = evaluable.Evaluate(inputs);
            }
            catch (EvaluationException e)
            {
                throw new EvaluationException($"'{op.Name}': {e.Message}");
            }
            Timed?.Invoke(op, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            for (int i = 0; i < results.Length; i++) values[op.Result(i)] = results[i];
            if (inputs.Length == 0) kept.AddRange(results);
            for (int i = 0; i < inputs.Length; i++)
                if (lastUse[op.Operand(i)] == op && values.Remove(op.Operand(i), out NdArray? dead)) Recycle(dead, values, kept);
        }
        throw new EvaluationException($"function '{function.SymName.Value}' does not return");
    }

    // Memory may be reused once no other value shares it.
    private static void Recycle(NdArray dead, Dictionary<Value, NdArray> values, List<NdArray> kept)
    {
        if (dead.IsReadOnly || dead.ByteLength < 1 << 16) return;
        foreach (NdArray live in values.Values)
            if (live.SharesStorageWith(dead)) return;
        foreach (NdArray given in kept)
            if (given.SharesStorageWith(dead)) return;
        dead.Release();
    }
}
