using NestC.Passes.Conversion.GraphToTensor;
using NestC.Passes.Conversion.TensorToNpu;
using NestC.Passes.Graph;
using NestC.Passes.Loop;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Placement;
using NestC.Passes.Quantization;
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
        RegisterGraph(registry);
        RegisterLoop(registry);
        RegisterNpu(registry);
        RegisterQuantization(registry);
        RegisterTensor(registry);
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
        .Add("remove-dead-values", static () => new RemoveDeadValuesPass())
        .Add("sccp", static () => new SccpPass())
        .Add("snapshot-op-locations", static () => new LocationSnapshotPass())
        .Add("strip-debuginfo", static () => new StripDebugInfoPass())
        .Add("symbol-dce", static () => new SymbolDcePass())
        .Add("symbol-privatize", static () => new SymbolPrivatizePass())
        .Add("topological-sort", static () => new TopologicalSortPass())
        .Add("view-op-graph", static () => new ViewOpGraphPass());

    private static void RegisterGraph(PassRegistry registry) => registry
        .Add("graph-count-nodes", static () => new CountNodesPass())
        .Add("graph-fold-batch-norm", static () => new FoldBatchNormPass())
        .Add("graph-fold-constants", static () => new FoldConstantsPass())
        .Add("graph-fold-pad", static () => new FoldPadPass())
        .Add("graph-fuse-products", static () => new FuseProductsPass())
        .Add("graph-infer-shapes", static () => new InferShapesPass())
        .Add("graph-raise", static () => new RaisePass())
        .Add("graph-simplify-quantization", static () => new SimplifyQuantizationPass())
        .Add("graph-sink-transposes", static () => new SinkTransposesPass())
        .AddPipeline(GraphOptimizePipeline.Entry);

    private static void RegisterLoop(PassRegistry registry) => registry
        .Add("loop-interchange", static () => new InterchangePass())
        .Add("loop-normalize", static () => new NormalizePass())
        .Add("loop-plan-memory", static () => new PlanMemoryPass())
        .Add("loop-simplify-indices", static () => new SimplifyIndicesPass())
        .Add("loop-unroll", static () => new UnrollPass());

    private static void RegisterNpu(PassRegistry registry) => registry
        .Add("convert-graph-to-tensor", static () => new ConvertGraphToTensorPass())
        .Add("convert-tensor-to-npu", static () => new ConvertTensorToNpuPass())
        .Add("npu-allocate-scratchpad", static () => new AllocateScratchpadPass())
        .Add("npu-calibrate-on-seeds", static () => new CalibrateOnSeedsPass())
        .Add("npu-insert-tokens", static () => new InsertTokensPass())
        .Add("npu-lower-tiles", static () => new LowerTilesPass())
        .Add("npu-place", static () => new PlaceOnNpuPass())
        .Add("npu-tile", static () => new TilePackedOpsPass())
        .AddPipeline(LowerToNpu.Entry);

    private static void RegisterQuantization(PassRegistry registry) => registry
        .Add("graph-quantize", static () => new GraphQuantizePass())
        .Add("quantize-for-npu", static () => new QuantizeForNpuPass());

    private static void RegisterTensor(PassRegistry registry) => registry
        .Add("tensor-bufferize", static () => new BufferizePass())
        .Add("tensor-fuse", static () => new FusePass())
        .Add("tensor-propagate-layout", static () => new PropagateLayoutPass())
        .Add("tensor-tile", static () => new TilePass());

    private static void RegisterPipelines(PassRegistry registry) => registry
        .AddPipeline(new PipelineEntry("location-snapshot", "Points locations into a printed copy of the program, as snapshot-op-locations does",
            static () => new LocationSnapshotPass(), static (pipeline, options) => pipeline.Add((LocationSnapshotPass)options!)))
        .AddPipeline(new PipelineEntry("simplify", "Folds, propagates constants, merges equal operations and drops what is unused, in every function",
            null, static (pipeline, _) => pipeline
                .Add(new SccpPass()).Add(new CanonicalizePass()).Add(new CsePass()).Add(new SymbolDcePass())));
}
