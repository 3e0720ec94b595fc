namespace NestC.Evaluation;

/// <summary>An operation with reference semantics on whole arrays: what <see cref="IEvaluable"/> is to lanes.</summary>
public interface IArrayEvaluable
{
    /// <summary>Computes the results for values of the operands that are given, in order. It changes no operand.</summary>
    /// <exception cref="EvaluationException">Shapes or values do not fit.</exception>
    NdArray[] Evaluate(NdArray[] x);
}
