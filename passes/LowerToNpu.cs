using NestC.IR;
using NestC.Passes.Conversion.GraphToTensor;
using NestC.Passes.Conversion.TensorToNpu;
using NestC.Passes.Graph;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Placement;
using NestC.Passes.Quantization;

namespace NestC.Passes;

/// <summary>The options of `--lower-to-npu`.</summary>
public sealed partial class LowerToNpuOptions
{
    [Option("device", "The device that programs are for")]
    public string Device { get; init; } = "tsim-wide";

    [Option("profile", "File that `nest-run --profile` wrote; without one a float model is calibrated on seeded inputs")]
    public string Profile { get; init; } = "";

    [Option("preprocessing", "What is done to inputs, which must be what the profile says")]
    public string Preprocessing { get; init; } = "";

    [Option("explain-placement", "Write the verdict of every operation")]
    public bool ExplainPlacement { get; init; }

    [Option("placement-json", "File to write the verdicts to")]
    public string PlacementJson { get; init; } = "";

    [Option("fail-on-fallback", "Fail when an operation that computes stays on the host")]
    public bool FailOnFallback { get; init; }

    [Option("quiet", "Do not write the line about the placement")]
    public bool Quiet { get; init; }
}

/// <summary>`--lower-to-npu`: from a graph, of floats or quantized, to programs of the NPU and host code that launches them.</summary>
public static class LowerToNpu
{
    public static PipelineEntry Entry { get; } = new("lower-to-npu", "Quantize, place, tile and lower a network to NPU programs and launches",
        static () => new LowerToNpuOptions(), static (pipeline, options) => Build(pipeline, (LowerToNpuOptions)options!));

    /// <summary>Adds the steps, each of which is a pass that runs alone too.</summary>
    public static void Build(PassPipeline pipeline, LowerToNpuOptions options)
    {
        if (options.Profile.Length == 0) Simplify(pipeline);
        Quantize(pipeline, options);
        Compile(pipeline, options);
    }

    /// <summary>Adds the steps that fold and fuse the graph. A profile is of the graph as it was, so with one they are left out.</summary>
    public static void Simplify(PassPipeline pipeline) => GraphOptimizePipeline.Entry.Build(pipeline, new GraphOptimizeOptions { Report = false, MergeMatMuls = false });

    /// <summary>Adds the steps that make integers of floats; those that are there already stay.</summary>
    public static void Quantize(PassPipeline pipeline, LowerToNpuOptions options)
    {
        if (options.Profile.Length > 0) pipeline.Nest("func.func").Add(new QuantizeForNpuPass { Profile = options.Profile, Preprocessing = options.Preprocessing });
        else pipeline.Nest("func.func").Add(new CalibrateOnSeedsPass()).Add(new QuantizeForNpuPass { OnlyImported = true });
    }

    /// <summary>Adds the steps from integers to programs.</summary>
    public static void Compile(PassPipeline pipeline, LowerToNpuOptions options)
    {
        pipeline.Nest("func.func")
            .Add(new PlaceOnNpuPass
            {
                Device = options.Device,
                Explain = options.ExplainPlacement,
                Summary = !options.ExplainPlacement && !options.Quiet,
                Json = options.PlacementJson,
                FailOnFallback = options.FailOnFallback,
            })
            .Add(new ConvertGraphToTensorPass { Device = options.Device })
            .Add(new TilePackedOpsPass { Device = options.Device });
        pipeline.Add(new ConvertTensorToNpuPass { Device = options.Device });
    }
}
