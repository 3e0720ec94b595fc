using NestC.IR;

namespace NestC.Evaluation;

/// <summary>An operation whose meaning is to run its regions: loops and conditions. It changes nothing but buffers.</summary>
public interface IRegionEvaluable
{
    /// <summary>Computes the results; null when the run has ended (the run was told why).</summary>
    EvalValue[]? Evaluate(RegionRun run);
}

/// <summary>What an operation with regions is evaluated by: values of its operands, and the way to run a region.</summary>
public abstract class RegionRun(Operation op, EvalValue[] inputs)
{
    public Operation Op => op;

    public EvalValue this[int operand] => inputs[operand];

    public int Count => inputs.Length;

    /// <summary>Runs a region on arguments: the values of the operands of the operation that ended it; null when the run has ended.</summary>
    public abstract EvalValue[]? Enter(Region region, ReadOnlySpan<EvalValue> arguments);

    /// <summary>Says that the program has no meaning from here on. Always null.</summary>
    public abstract EvalValue[]? Undefined(string why);

    /// <summary>Says that the meaning is not known here. Always null.</summary>
    public abstract EvalValue[]? Unsupported(string why);

    /// <summary>An operand of an integer or index type as a number; null when it is poison.</summary>
    public long? Number(int operand) => inputs[operand].Number;
}
