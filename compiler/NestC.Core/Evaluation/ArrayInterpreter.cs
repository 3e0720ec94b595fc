using System.Diagnostics;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Evaluation;

/// <summary>Runs functions of one block on arrays, operation by operation.</summary>
public sealed class ArrayInterpreter
{
    /// <summary>Told the time of each operation of the function, in milliseconds, when set.</summary>
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
        return Run(block, arguments, null);
    }

    // The operands of the block's terminator. Blocks of regions see the values around them.
    private NdArray[] Run(Block block, ReadOnlySpan<NdArray> arguments, Frame? outer)
    {
        Frame frame = new(outer);
        Dictionary<Value, NdArray> values = frame.Values;
        Dictionary<Value, Operation> lastUse = [];
        // Constants belong to the program.
        List<NdArray> kept = [.. arguments];
        if (outer is null)
            for (Operation? op = block.First; op is not null; op = op.Next) NoteUses(op, op, lastUse);
        for (int i = 0; i < arguments.Length; i++) values[block.ArgumentAt(i)] = arguments[i];
        for (Operation? op = block.First; op is not null; op = op.Next)
        {
            var inputs = new NdArray[op.OperandCount];
            for (int i = 0; i < inputs.Length; i++) inputs[i] = frame.Find(op.Operand(i));
            if (op.Next is null && op.IsTerminatorLike) return inputs;
            long start = Stopwatch.GetTimestamp();
            NdArray[] results = Evaluate(op, inputs, frame);
            if (outer is null) Timed?.Invoke(op, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            for (int i = 0; i < results.Length; i++) values[op.Result(i)] = results[i];
            if (inputs.Length == 0) kept.AddRange(results);
            for (int i = 0; i < inputs.Length; i++)
            {
                Value used = op.Operand(i);
                if (lastUse.TryGetValue(used, out Operation? last) && last == op && values.Remove(used, out NdArray? dead)) Recycle(dead, values, kept);
            }
        }
        throw new EvaluationException("a block does not return");
    }

    private NdArray[] Evaluate(Operation op, NdArray[] inputs, Frame frame)
    {
        try
        {
            return op switch
            {
                IArrayEvaluable evaluable => evaluable.Evaluate(inputs),
                IArrayRegionEvaluable control => control.Evaluate(inputs, new ArrayRegions((region, arguments) => Run(region, arguments, frame))),
                _ => throw new EvaluationException("it cannot be evaluated"),
            };
        }
        catch (EvaluationException e)
        {
            throw new EvaluationException($"'{op.Name}': {e.Message}");
        }
    }

    private NdArray[] Run(Region region, NdArray[] arguments, Frame frame)
    {
        if (region.First is not { Next: null } block) throw new EvaluationException("a region has not one block");
        if (block.ArgumentCount != arguments.Length) throw new EvaluationException($"a region takes {block.ArgumentCount} arguments, not {arguments.Length}");
        return Run(block, arguments, frame);
    }

    // Uses in regions count for the operation around them.
    private static void NoteUses(Operation op, Operation user, Dictionary<Value, Operation> lastUse)
    {
        for (int i = 0; i < op.OperandCount; i++) lastUse[op.Operand(i)] = user;
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next) NoteUses(inner, user, lastUse);
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

    private sealed class Frame(Frame? outer)
    {
        public Dictionary<Value, NdArray> Values { get; } = [];

        public NdArray Find(Value value)
        {
            for (Frame? frame = this; frame is not null; frame = frame.Outer)
                if (frame.Values.TryGetValue(value, out NdArray? found)) return found;
            throw new EvaluationException("a value is used that was not computed");
        }

        private Frame? Outer { get; } = outer;
    }
}
