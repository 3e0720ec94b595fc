using NestC.IR;
using NestC.Syntax;

namespace NestC.Passes.Transforms;

/// <summary>Runs a pipeline on the operation again and again until it changes nothing.</summary>
[Pass("composite-fixed-point-pass", "Composite fixed point pass")]
public sealed partial class CompositeFixedPointPass(PassRegistry registry) : Pass
{
    [Option("name", "Composite pass display name")] public string Name { get; init; } = "CompositeFixedPointPass";

    [Option("pipeline", "Composite pass inner pipeline")] public string Pipeline { get; init; } = "";

    [Option("max-iterations", "Maximum number of iterations if inner pipeline")] public int MaxIterations { get; init; } = 10;

    public override string DisplayName => Name;

    protected override void Run(Operation op, PassContext ctx)
    {
        PassPipeline pipeline = new(op.Name);
        if (!PipelineParser.ParseInto(registry, op.Context, Pipeline, pipeline))
        {
            ctx.SignalFailure();
            return;
        }
        PrintOptions exact = new() { Generic = true };
        string before = AsmPrinter.ToText(op, exact);
        for (int i = 0; i < MaxIterations; i++)
        {
            if (!ctx.Run(pipeline, op))
            {
                ctx.SignalFailure();
                return;
            }
            string after = AsmPrinter.ToText(op, exact);
            if (after == before) return;
            before = after;
        }
        ctx.Warning(op, "NEST3123", $"Composite pass \"{Name}\"+ didn't converge in {MaxIterations} iterations");
    }
}
