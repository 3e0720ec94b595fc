using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Finds operations that were written out as others: layer normalization, gelu, softmax, hard swish, leaky relu, depth to space.</summary>
[Pass("graph-raise", "Find operations that were written out as others")]
public sealed class RaisePass : GraphPatternPass
{
    protected override void AddPatterns(PatternSet patterns) => patterns
        .Add(new RaiseLayerNorm())
        .Add(new ScaleIntoLayerNorm())
        .Add(new BiasIntoLayerNorm())
        .Add(new RaiseGelu())
        .Add(new RaiseSoftmax())
        .Add(new RaiseHardSwish())
        .Add(new RaiseHardSigmoid())
        .Add(new RaiseLeakyRelu())
        .Add(new RaiseDepthToSpace());
}
