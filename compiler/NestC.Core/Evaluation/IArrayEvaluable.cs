using NestC.IR;

namespace NestC.Evaluation;

/// <summary>An operation with reference semantics on whole arrays: what <see cref="IEvaluable"/> is to lanes.</summary>
public interface IArrayEvaluable
{
    /// <summary>Computes the results for values of the operands that are given, in order. It changes no operand.</summary>
    /// <exception cref="EvaluationException">Shapes or values do not fit.</exception>
    NdArray[] Evaluate(NdArray[] x);
}

/// <summary>An operation with regions and reference semantics on whole arrays.</summary>
public interface IArrayRegionEvaluable
{
    /// <summary>As <see cref="IArrayEvaluable.Evaluate"/>, with the means to run the operation's regions.</summary>
    /// <exception cref="EvaluationException">Shapes or values do not fit.</exception>
    NdArray[] Evaluate(NdArray[] x, ArrayRegions regions);
}

/// <summary>Runs the regions of an operation that is being evaluated.</summary>
public readonly struct ArrayRegions(Func<Region, NdArray[], NdArray[]> run)
{
    /// <summary>The operands of the terminator of the region's only block, for values of the block's arguments.</summary>
    public NdArray[] Run(Region region, params NdArray[] arguments) => run(region, arguments);
}
