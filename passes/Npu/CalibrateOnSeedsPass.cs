using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Passes.Npu;

/// <summary>
/// Quantizes a function of floats for the NPU although there is no profile: what its values do on seeded inputs stands for one. The
/// result is good for trying things out, and says so.
/// </summary>
[Pass("npu-calibrate-on-seeds", "Quantize a float network without a profile by its values on seeded inputs, with a warning")]
public sealed partial class CalibrateOnSeedsPass : Pass<FuncOp>
{
    [Option("runs", "Seeded inputs to observe")]
    public long Runs { get; init; } = 2;

    public override bool Approximates => true;

    public override ReadOnlySpan<string> DependentDialects => new[] { "graph", "quant" };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (!Applies(function))
        {
            ctx.PreserveAll();
            return;
        }
        QuantizationPasses.Guard(function, ctx, () =>
        {
            var profiler = new Profiler(function, Histogram.DefaultBins);
            for (ulong seed = 0; seed < (ulong)Runs; seed++) profiler.Run(SeededInputs.Of(function, seed));
            ActivationProfile profile = profiler.Finish("");
            ctx.Warning(function, "NEST6131", $"there is no profile: scales are those of {Runs} seeded inputs, so that accuracy means nothing");
            new Quantizer(function, QuantizeForNpuPass.Config()) { Profile = profile }.Run();
        });
    }

    /// <summary>Whether a function computes in floats, and so needs scales.</summary>
    public static bool Applies(FuncOp function) => QuantizationPasses.Applies(function) && !QdqReader.Applies(function) && HasFloatProducts(function);

    private static bool HasFloatProducts(FuncOp function)
    {
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (op is ConvOp or GemmOp or MatMulOp && ((ShapedType)op.Result(0).Type).ElementType is FloatType) return true;
        }
        return false;
    }
}
