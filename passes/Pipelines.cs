using NestC.Passes.Loop;
using NestC.Passes.Npu;
using NestC.Passes.Tensor;
using NestC.Passes.Transforms;

namespace NestC.Passes;

/// <summary>The one explicit list of passes and named pipelines that tools know.</summary>
public static class Pipelines
{
    /// <summary>Adds every pass and pipeline.</summary>
    public static PassRegistry Register(PassRegistry registry)
    {
        RegisterTransforms(registry);
        RegisterLoop(registry);
        RegisterNpu(registry);
        RegisterTensor(registry);
        return registry;
    }

    private static void RegisterTransforms(PassRegistry registry) => registry
        .Add("canonicalize", static () => new CanonicalizePass())
        .Add("composite-fixed-point-pass", () => new CompositeFixedPointPass(registry))
        .Add("cse", static () => new CsePass())
        .Add("inline", () => new InlinePass(registry))
        .Add("loop-invariant-code-motion", static () => new LoopInvariantCodeMotionPass())
        .Add("print-op-stats", static () => new PrintOpStatsPass())
        .Add("sccp", static () => new SccpPass())
        .Add("strip-debuginfo", static () => new StripDebugInfoPass())
        .Add("symbol-dce", static () => new SymbolDcePass())
        .Add("symbol-privatize", static () => new SymbolPrivatizePass())
        .Add("topological-sort", static () => new TopologicalSortPass())
        .Add("view-op-graph", static () => new ViewOpGraphPass());

    private static void RegisterLoop(PassRegistry registry) => registry
        .Add("loop-interchange", static () => new InterchangePass())
        .Add("loop-normalize", static () => new NormalizePass())
        .Add("loop-plan-memory", static () => new PlanMemoryPass())
        .Add("loop-simplify-indices", static () => new SimplifyIndicesPass())
        .Add("loop-unroll", static () => new UnrollPass());

    private static void RegisterNpu(PassRegistry registry) => registry
        .Add("npu-allocate-scratchpad", static () => new AllocateScratchpadPass())
        .Add("npu-insert-tokens", static () => new InsertTokensPass())
        .Add("npu-lower-tiles", static () => new LowerTilesPass());

    private static void RegisterTensor(PassRegistry registry) => registry
        .Add("tensor-bufferize", static () => new BufferizePass())
        .Add("tensor-fuse", static () => new FusePass())
        .Add("tensor-propagate-layout", static () => new PropagateLayoutPass())
        .Add("tensor-tile", static () => new TilePass());
}
