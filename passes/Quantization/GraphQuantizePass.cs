using System.Globalization;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Turns a network of floats and its profile, or one with QuantizeLinear and DequantizeLinear, into integer operations.</summary>
[Pass("graph-quantize", "Quantize a network by a profile, or fold the QuantizeLinear and DequantizeLinear of an imported one")]
public sealed partial class GraphQuantizePass : Pass<FuncOp>
{
    [Option("profile", "File that `nest-run --profile` wrote; not needed for a model that is quantized already")]
    public string Profile { get; init; } = "";

    [Option("configuration", "All choices as one text, as `nest-run --quantize` takes it (`int8`, `int16x8`, ...), instead of the options for each")]
    public string Configuration { get; init; } = "";

    [Option("schema", "How ranges become scales and zero points")]
    public QuantizationSchema Schema { get; init; } = QuantizationSchema.Asymmetric;

    [Option("calibration", "How much of an observed range is kept")]
    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.MinMax;

    [Option("percentile", "Percent of the values that the calibration `percentile` keeps")]
    public double Percentile { get; init; } = 99.99;

    [Option("calibrate-weights", "Calibrate the ranges of weights too")]
    public bool CalibrateWeights { get; init; }

    [Option("bias-correction", "Let biases make up for what rounding of weights does to the mean of the sums")]
    public bool BiasCorrection { get; init; }

    [Option("equalization", "How far the ranges of channels are brought to one another by factors between layers, 0 to 1")]
    public double Equalization { get; init; }

    [Option("center-ranges", "Move what a relu leaves to the middle of its range where no padding reads it; power-of-two scales only")]
    public bool CenterRanges { get; init; }

    [Option("compensated-rounding", "Round weights so that the errors of a kernel cancel, instead of each to the nearest")]
    public bool CompensatedRounding { get; init; }

    [Option("granularity", "What shares a scale in a weight")]
    public QuantizationGranularity Granularity { get; init; } = QuantizationGranularity.Tensor;

    [Option("activation-bits", "8 or 16")]
    public long ActivationBits { get; init; } = 8;

    [Option("head-bits", "8, or 16 for the results of the last products, what follows them, and the global means that they read")]
    public long HeadBits { get; init; } = 8;

    [Option("addend-bits", "8, or 16 for the terms and results of additions, which products read rounded to 8")]
    public long AddendBits { get; init; } = 8;

    [Option("keep-wide", "Names of layers whose results have 16 bits")]
    public string[] KeepWide { get; init; } = [];

    [Option("bias-bits", "8, 16 or 32")]
    public long BiasBits { get; init; } = 32;

    [Option("weight-bits", "2 to 8")]
    public long WeightBits { get; init; } = 8;

    [Option("imported-rounding", "How products of a model that is quantized already are rounded")]
    public ImportedRounding ImportedRounding { get; init; }

    [Option("min-exponent", "Least exponent of a power-of-two scale; 0 for none")]
    public long MinExponent { get; init; }

    [Option("keep-float", "Names of layers that stay in floats")]
    public string[] KeepFloat { get; init; } = [];

    [Option("mixed-precision", "File of names of layers that stay in floats, one a line")]
    public string MixedPrecision { get; init; } = "";

    [Option("sensitivity", "Report (JSON) whose most sensitive layers stay in floats")]
    public string Sensitivity { get; init; } = "";

    [Option("keep-most-sensitive", "How many layers of that order stay in floats")]
    public long KeepMostSensitive { get; init; }

    [Option("keep-first", "Keep the first convolution or product in floats")]
    public bool KeepFirst { get; init; }

    [Option("keep-last", "Keep the last convolution or product in floats")]
    public bool KeepLast { get; init; }

    [Option("preprocessing", "What is done to inputs, which must be what the profile says")]
    public string Preprocessing { get; init; } = "";

    public override bool Approximates => true;

    public override ReadOnlySpan<string> DependentDialects => dialects;

    private static readonly string[] dialects = ["graph", "quant"];

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (!QuantizationPasses.Applies(function))
        {
            ctx.PreserveAll();
            return;
        }
        QuantizationPasses.Guard(function, ctx, () =>
        {
            Require(ActivationBits is 8 or 16, $"activation-bits {ActivationBits} is neither 8 nor 16");
            Require(HeadBits is 8 or 16, $"head-bits {HeadBits} is neither 8 nor 16");
            Require(AddendBits is 8 or 16, $"addend-bits {AddendBits} is neither 8 nor 16");
            Require(BiasBits is 8 or 16 or 32, $"bias-bits {BiasBits} is none of 8, 16 and 32");
            Require(WeightBits is >= 2 and <= 8, $"weight-bits {WeightBits} is not in 2..8");
            Require(Percentile is > 0 and <= 100, string.Create(CultureInfo.InvariantCulture, $"percentile {Percentile} is not in 0..100"));
            Require(Equalization is >= 0 and <= 1, string.Create(CultureInfo.InvariantCulture, $"equalization {Equalization} is not in 0..1"));
            QuantizationConfig plain = new(), config = new()
            {
                Schema = Schema,
                Calibration = Calibration,
                Percentile = Percentile,
                CalibrateWeights = CalibrateWeights,
                BiasCorrection = BiasCorrection,
                Equalization = Equalization,
                CenterRanges = CenterRanges,
                CompensatedRounding = CompensatedRounding,
                Granularity = Granularity,
                ActivationBits = (int)ActivationBits,
                HeadBits = (int)HeadBits,
                AddendBits = (int)AddendBits,
                KeepWide = KeepWide,
                ImportedRounding = ImportedRounding,
                BiasBits = (int)BiasBits,
                WeightBits = (int)WeightBits,
                MinExponent = MinExponent == 0 ? null : (int)MinExponent,
                KeepFloat = QuantizationPasses.Names(KeepFloat, MixedPrecision, Sensitivity, (int)KeepMostSensitive),
            };
            if (Configuration.Length > 0)
            {
                Require(KeepWide.Length == 0 && config with { KeepFloat = plain.KeepFloat, KeepWide = plain.KeepWide } == plain, "'configuration' takes the place of the options for each choice");
                QuantizationConfig named = QuantizationConfigText.Parse(Configuration);
                config = named with { KeepFloat = [.. named.KeepFloat, .. config.KeepFloat] };
            }
            Quantizer quantizer = new(function, config)
            {
                Profile = Profile.Length == 0 ? null : ActivationProfile.Read(Profile),
                Preprocessing = Preprocessing.Length == 0 ? null : Preprocessing,
                KeepFirst = KeepFirst,
                KeepLast = KeepLast,
            };
            QuantizationPasses.Remark(function, ctx, quantizer.Run());
        });
    }

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new QuantizationException("NEST4253", message);
    }
}

/// <summary>What the passes of quantization share.</summary>
internal static class QuantizationPasses
{
    /// <summary>Whether a function has anything to quantize: the public ones of one block.</summary>
    public static bool Applies(FuncOp function) =>
        !function.IsDeclaration && function.Visibility == SymbolVisibility.Public && function.Entry.Next is null && function.Entry.Last is ReturnOp;

    /// <summary>Turns what goes wrong into diagnostics.</summary>
    public static void Guard(FuncOp function, PassContext ctx, Action work)
    {
        try
        {
            work();
        }
        catch (QuantizationException e)
        {
            ctx.Error(function, e.Code, e.Message);
            ctx.SignalFailure();
        }
        catch (EvaluationException e)
        {
            ctx.Error(function, "NEST4253", e.Message);
            ctx.SignalFailure();
        }
    }

    public static List<string> Names(string[] given, string file, string sensitivity, int count)
    {
        List<string> names = [.. given];
        if (file.Length > 0) names.AddRange(LayerList.Read(file));
        if (sensitivity.Length > 0) names.AddRange(LayerList.MostSensitive(sensitivity, count));
        return names;
    }

    public static void Remark(FuncOp function, PassContext ctx, QuantizationResult result)
    {
        string floats = result.KeptFloat.Count == 0 ? "no operation stays in floats" : $"{result.KeptFloat.Count} operations stay in floats: {string.Join(", ", result.KeptFloat)}";
        int wide = 0;
        foreach (QuantizedLayer layer in result.Layers)
            if (Dialects.Graph.QuantizedTypes.Of(layer.Stored).Storage.Width > 8) wide++;
        string bits = wide == 0 ? "" : $", {wide} of them with results of 16 bits";
        ctx.Remark(function, "NEST4256", $"{result.Layers.Count} layers became integer operations{bits}, {floats}");
    }
}
