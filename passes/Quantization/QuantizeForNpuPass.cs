using System.Globalization;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Brings a network into the form that the NPU computes: zero points 0, power-of-two scales, pure shifts.</summary>
[Pass("quantize-for-npu", "Quantize a network so that the NPU computes exactly the same: symmetric, power-of-two scales, pure shifts")]
public sealed partial class QuantizeForNpuPass : Pass<FuncOp>
{
    private const int SeededRuns = 4, DefaultResidualShift = 6;
    private const double DefaultEqualization = 0.35;

    [Option("profile", "File that `nest-run --profile` wrote; not needed for a model that is quantized already")]
    public string Profile { get; init; } = "";

    [Option("calibration", "How much of an observed range is kept")]
    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.Mse;

    [Option("per-channel", "A shift of its own for each output channel")]
    public bool PerChannel { get; init; }

    [Option("equalization", "How far the ranges of channels are brought to one another by factors between layers, 0 to 1")]
    public double Equalization { get; init; } = DefaultEqualization;

    [Option("keep-zero", "Leave the zero of what a relu leaves where it is, instead of in the middle of the range where no padding reads it")]
    public bool KeepZero { get; init; }

    [Option("nearest", "Round each weight to the nearest, instead of so that the errors of a kernel cancel")]
    public bool Nearest { get; init; }

    [Option("head-bits", "8, or 16 for the results of the last products, what follows them, and the global means that they read, which the host then computes")]
    public long HeadBits { get; init; } = 8;

    [Option("max-residual-shift", "Greatest left shift of a residual that joins a sum before it is rounded")]
    public long MaxResidualShift { get; init; } = DefaultResidualShift;

    [Option("keep-scales", "Leave the scales of an imported integer model alone; the NPU then refuses what it cannot compute")]
    public bool KeepScales { get; init; }

    [Option("keep-float", "Names of layers that stay in floats")]
    public string[] KeepFloat { get; init; } = [];

    [Option("mixed-precision", "File of names of layers that stay in floats, one a line")]
    public string MixedPrecision { get; init; } = "";

    [Option("sensitivity", "Report (JSON) whose most sensitive layers stay in floats")]
    public string Sensitivity { get; init; } = "";

    [Option("keep-most-sensitive", "How many layers of that order stay in floats")]
    public long KeepMostSensitive { get; init; }

    [Option("preprocessing", "What is done to inputs, which must be what the profile says")]
    public string Preprocessing { get; init; } = "";

    [Option("only-imported", "Take integer models only: a function of floats stays as it is")]
    public bool OnlyImported { get; init; }

    public override bool Approximates => true;

    public override ReadOnlySpan<string> DependentDialects => dialects;

    private static readonly string[] dialects = ["graph", "quant"];

    /// <summary>The configuration that the NPU needs.</summary>
    public static QuantizationConfig Config(CalibrationMethod calibration = CalibrationMethod.Mse, bool perChannel = false) => new()
    {
        Schema = QuantizationSchema.SymmetricWithPower2Scale,
        Calibration = calibration,
        CalibrateWeights = true,
        BiasCorrection = true,
        Equalization = DefaultEqualization,
        CenterRanges = true,
        CompensatedRounding = true,
        Granularity = perChannel ? QuantizationGranularity.Channel : QuantizationGranularity.Tensor,
        ForNpu = true,
        MaxResidualShift = DefaultResidualShift,
    };

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (!QuantizationPasses.Applies(function) || (OnlyImported && !QdqReader.Applies(function)))
        {
            ctx.PreserveAll();
            return;
        }
        QuantizationPasses.Guard(function, ctx, () =>
        {
            bool imported = QdqReader.Applies(function), keep = KeepScales && imported;
            QuantizationConfig config = keep ? new() : Config(Calibration, PerChannel);
            if (MaxResidualShift is < 0 or > 24) throw new QuantizationException("NEST4253", $"max-residual-shift {MaxResidualShift} is not in 0..24");
            if (!(Equalization is >= 0 and <= 1)) throw new QuantizationException("NEST4253", string.Create(CultureInfo.InvariantCulture, $"equalization {Equalization} is not in 0..1"));
            if (HeadBits is not (8 or 16)) throw new QuantizationException("NEST4253", $"head-bits {HeadBits} is neither 8 nor 16");
            if (!keep) config = config with { HeadBits = (int)HeadBits, MaxResidualShift = (int)MaxResidualShift, Equalization = Equalization, CenterRanges = !KeepZero, CompensatedRounding = !Nearest };
            config = config with { KeepFloat = QuantizationPasses.Names(KeepFloat, MixedPrecision, Sensitivity, (int)KeepMostSensitive) };
            FuncOp? before = imported && !keep ? (FuncOp)new Cloner(new OpBuilder(function.Context)).Clone(function) : null;
            Quantizer quantizer = new(function, config)
            {
                Profile = Profile.Length == 0 ? null : ActivationProfile.Read(Profile),
                Preprocessing = Preprocessing.Length == 0 ? null : Preprocessing,
            };
            QuantizationResult result = quantizer.Run();
            if (before is not null && quantizer.ChangedScales)
                ctx.Warning(function, "NEST4255", $"the model's scales were replaced by powers of two: {Loss(before, function)}; 'keep-scales' leaves them alone");
            QuantizationPasses.Remark(function, ctx, result);
        });
    }

    // Arguments that have become quantized tensors take the same integers.
    private static string Loss(FuncOp before, FuncOp after)
    {
        ErrorMeasure measure = new();
        try
        {
            for (ulong seed = 0; seed < SeededRuns; seed++)
            {
                NdArray[] inputs = SeededInputs.Of(before, seed);
                NdArray[] expected = new ArrayInterpreter().Run(before, inputs), actual = new ArrayInterpreter().Run(after, inputs);
                for (int i = 0; i < expected.Length; i++) measure.Add(Reals(expected[i]), Reals(actual[i]));
            }
        }
        catch (EvaluationException e)
        {
            return $"the loss could not be measured ({e.Message})";
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"over {SeededRuns} seeded inputs the outputs have a signal to noise ratio of {measure.Sqnr:F1} dB, a cosine of {measure.Cosine:F4} and a greatest error of {measure.MaxError:G4}");
    }

    private static float[] Reals(NdArray x) => Dialects.Graph.Kernels.Cast.To(x, ElementKind.F32).Read<float>().ToArray();
}
