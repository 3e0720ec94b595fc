using NestC.Passes.Npu;
using NestC.Passes.Transforms;

namespace NestC.Passes;

/// <summary>The one explicit list of passes and named pipelines that tools know.</summary>
public static class Pipelines
{
    /// <summary>Adds every pass and pipeline.</summary>
    public static PassRegistry Register(PassRegistry registry)
    {
        RegisterTransforms(registry);
        RegisterNpu(registry);
        RegisterPipelines(registry);
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
        .Add("snapshot-op-locations", static () => new LocationSnapshotPass())
        .Add("strip-debuginfo", static () => new StripDebugInfoPass())
        .Add("symbol-dce", static () => new SymbolDcePass())
        .Add("symbol-privatize", static () => new SymbolPrivatizePass())
        .Add("topological-sort", static () => new TopologicalSortPass())
        .Add("view-op-graph", static () => new ViewOpGraphPass());

    private static void RegisterNpu(PassRegistry registry) => registry
        .Add("npu-allocate-scratchpad", static () => new AllocateScratchpadPass())
        .Add("npu-insert-tokens", static () => new InsertTokensPass())
        .Add("npu-lower-tiles", static () => new LowerTilesPass());

    private static void RegisterPipelines(PassRegistry registry) => registry
        .AddPipeline(new PipelineEntry("location-snapshot", "Points locations into a printed copy of the program, as snapshot-op-locations does",
            static () => new LocationSnapshotPass(), static (pipeline, options) => pipeline.Add((LocationSnapshotPass)options!)))
        .AddPipeline(new PipelineEntry("simplify", "Folds, propagates constants, merges equal operations and drops what is unused, in every function",
            null, static (pipeline, _) => pipeline
                .Add(new SccpPass()).Add(new CanonicalizePass()).Add(new CsePass()).Add(new SymbolDcePass())));
}
