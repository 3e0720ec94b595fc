namespace NestC.Evaluation;

/// <summary>
/// An operation with reference semantics: the results for values of the operands. It changes nothing, and is exact to the bit. Control
/// flow is the interpreter's business.
/// </summary>
public interface IEvaluable
{
    /// <summary>Computes the results. Undefined behaviour is told to the context; poison is a lane's value.</summary>
    void Evaluate(EvalContext ctx);
}

/// <summary>Operands, results and the way to say that the behaviour is undefined, for one operation.</summary>
public sealed class EvalContext
{
    /// <summary>The operation that is evaluated.</summary>
    public IR.Operation Op { get; internal set; } = null!;

    internal EvalValue[] Inputs = [];
    internal EvalValue?[] Outputs = [];

    /// <summary>Why the behaviour is undefined, or null.</summary>
    public string? Undefined { get; private set; }

    /// <summary>Why the evaluation is not possible, or null.</summary>
    public string? Unsupported { get; private set; }

    public EvalValue this[int operand] => Inputs[operand];

    public int Count => Inputs.Length;

    public void Set(int result, EvalValue value) => Outputs[result] = value;

    /// <summary>Says that the program has no meaning from here on (a division by zero): whatever follows is right.</summary>
    public void SetUndefined(string why) => Undefined ??= why;

    /// <summary>Says that the meaning is not known here.</summary>
    public void SetUnsupported(string why) => Unsupported ??= why;

    internal void Reset(IR.Operation op, EvalValue[] inputs)
    {
        Op = op;
        Inputs = inputs;
        Outputs = new EvalValue?[op.ResultCount];
        Undefined = Unsupported = null;
    }
}
