using NestC.Analysis;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Passes.Transforms;

/// <summary>
/// Replaces calls by the bodies of the functions called, callees first; each function is simplified by a pipeline before its calls are
/// inlined. The last call of a private function takes over its body.
/// </summary>
[Pass("inline", "Inline function calls")]
public sealed partial class InlinePass(PassRegistry registry) : Pass
{
    [Option("default-pipeline", "The optimizer pipeline used for callables that do not have a dedicated optimizer pipeline in opPipelineList")]
    public string DefaultPipeline { get; init; } = "canonicalize";

    [Option("op-pipelines", "Callable operation specific optimizer pipelines (in the form of `dialect.op(pipeline)`)")]
    public PassPipeline[] OpPipelines { get; init; } = [];

    [Option("max-iterations", "Maximum number of iterations when inlining within an SCC")]
    public uint MaxIterations { get; init; } = 4;

    [Option("inlining-threshold", "If the ratio between the number of the operations in the callee and the number of the operations in the caller exceeds this value (in percentage), then the callee is not inlined even if it is legal to inline it")]
    public uint InliningThreshold { get; init; } = uint.MaxValue;

    public override string DisplayName => "Inliner";

    protected override void Run(Operation op, PassContext ctx)
    {
        if (!op.Has(OpTraits.SymbolTable))
        {
            new Diag(op.Context.Diagnostics, op).Error("NEST3122", " was scheduled to run under the inliner, but does not define a symbol table");
            ctx.SignalFailure();
            return;
        }
        CallGraph graph = ctx.Get<CallGraph>();
        InlineUses uses = new(op, graph);
        Inliner inliner = new(op.Context, graph, uses, InliningThreshold);
        Dictionary<string, PassPipeline> pipelines = new(StringComparer.Ordinal);
        foreach (PassPipeline pipeline in OpPipelines) pipelines[pipeline.Anchor] = pipeline;
        foreach (List<CallGraphNode> component in graph.BottomUp())
        {
            // Once at least, as upstream.
            for (uint i = 0; i == 0 || i < MaxIterations; i++)
            {
                if (!Simplify(component, uses, pipelines, ctx))
                {
                    ctx.SignalFailure();
                    return;
                }
                if (!inliner.InlineCalls(component)) break;
            }
        }
        inliner.EraseDead();
    }

    private bool Simplify(List<CallGraphNode> component, InlineUses uses, Dictionary<string, PassPipeline> pipelines, PassContext ctx)
    {
        foreach (CallGraphNode node in component)
        {
            if (node.HasChildren || !node.Callable.Has(OpTraits.IsolatedFromAbove)) continue;
            Operation callable = node.Callable;
            if (!pipelines.TryGetValue(callable.Name, out PassPipeline? pipeline))
            {
                pipeline = new PassPipeline(callable.Name);
                if (!PipelineParser.ParseInto(registry, ctx.Context, DefaultPipeline, pipeline)) return false;
                pipelines.Add(callable.Name, pipeline);
            }
            if (!pipeline.IsEmpty && !ctx.Run(pipeline, callable)) return false;
            uses.Recount(node);
        }
        return true;
    }
}
