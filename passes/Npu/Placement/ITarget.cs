using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Passes.Npu.Placement;

/// <summary>What running an operation costs.</summary>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Bytes">Bytes of operands and results.</param>
public readonly record struct PlacementCost(long Macs, long Bytes);

/// <summary>Something that operations can be placed on. The verdict comes with the rule that decides, and what would change it.</summary>
public interface ITarget
{
    /// <summary>The name in reports and attributes (`npu`, `host`).</summary>
    string Name { get; }

    /// <summary>Whether the target takes an operation.</summary>
    Verdict Place(Operation op);

    PlacementCost CostOf(Operation op);
}
