using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Evaluates what depends on constants alone. Results are resources; they may not take more memory than the constants that they replace, but for a limit.</summary>
[Pass("graph-fold-constants", "Evaluate operations on constants")]
public sealed partial class FoldConstantsPass : GraphPatternPass
{
    [Option("max-bytes", "Bytes that a result may take beyond those of the constants that it replaces")]
    public long MaxBytes { get; init; } = 1 << 20;

    protected override void AddPatterns(PatternSet patterns) => patterns.Add(new FoldConstantOperation(MaxBytes));
}
