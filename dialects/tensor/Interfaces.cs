using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>
/// Writes its results into operands: result i is operand i of <see cref="Inits"/> with something changed, so that both may share one
/// buffer (upstream's DestinationStyleOpInterface).
/// </summary>
public interface IDestinationStyle
{
    /// <summary>The operands that the results are written into, one for each result.</summary>
    OperandRange Inits { get; }
}
