using NestC.IR;
using NestC.Passes.Transforms;

namespace NestC.Passes.Graph;

/// <summary>The options of `graph-optimize`.</summary>
public sealed partial class GraphOptimizeOptions
{
    [Option("max-bytes", "Bytes that a folded constant may take beyond those of the constants that it replaces")]
    public long MaxBytes { get; init; } = 1 << 20;

    [Option("merge-matmuls", "Join matrix products that share their left operand")]
    public bool MergeMatMuls { get; init; } = true;

    [Option("report", "Say how many operations there were, and are, in a remark")]
    public bool Report { get; init; } = true;
}

/// <summary>`graph-optimize`: the passes over graphs in their order. What was written out is raised first, then weights take in what surrounds them, then
/// products; twice, since each makes work for others.</summary>
public static class GraphOptimizePipeline
{
    public static PipelineEntry Entry { get; } = new("graph-optimize", "Optimise graphs: fold, raise, fuse and clean up", static () => new GraphOptimizeOptions(),
        static (pipeline, options) => Build(pipeline, (GraphOptimizeOptions)options!));

    private static void Build(PassPipeline pipeline, GraphOptimizeOptions options)
    {
        PassPipeline at = pipeline.OpName == "func.func" ? pipeline : pipeline.Nest("func.func");
        if (options.Report) at.Add(new CountNodesPass { Start = true });
        for (int round = 0; round < 2; round++)
        {
            at.Add(new CanonicalizePass())
                .Add(new FoldConstantsPass { MaxBytes = options.MaxBytes })
                .Add(new InferShapesPass())
                .Add(new CanonicalizePass())
                .Add(new RaisePass())
                .Add(new SimplifyQuantizationPass())
                .Add(new FoldPadPass())
                .Add(new FoldBatchNormPass())
                .Add(new SinkTransposesPass())
                .Add(new FuseProductsPass { Merge = options.MergeMatMuls });
        }
        at.Add(new CanonicalizePass()).Add(new CsePass());
        if (options.Report) at.Add(new CountNodesPass());
    }
}
