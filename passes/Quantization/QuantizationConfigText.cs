using System.Globalization;
using NestC.Evaluation;

namespace NestC.Passes.Quantization;

/// <summary>A configuration as text: `schema=symmetric,calibration=mse,granularity=channel`; `npu` stands for the form of the NPU, `int8` for <see cref="QuantizationConfig.Int8"/>,
/// `int16x8` for <see cref="QuantizationConfig.Int16x8"/>; what follows them changes them.</summary>
public static class QuantizationConfigText
{
    /// <summary>Reads a configuration; names are those of the options of `graph-quantize`.</summary>
    /// <exception cref="EvaluationException">A word or value is not known.</exception>
    public static QuantizationConfig Parse(string text)
    {
        QuantizationConfig c = new();
        foreach (string word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int at = word.IndexOf('=');
            string name = at < 0 ? word : word[..at], value = at < 0 ? "" : word[(at + 1)..];
            c = name switch
            {
                "npu" => QuantizeForNpuPass.Config(),
                "int8" => QuantizationConfig.Int8,
                "int16x8" => QuantizationConfig.Int16x8,
                "schema" => c with { Schema = Enum<QuantizationSchema>(value, word) },
                "weight-schema" => c with { WeightSchema = Enum<QuantizationSchema>(value, word) },
                "calibration" => c with { Calibration = Enum<CalibrationMethod>(value, word) },
                "percentile" => c with { Percentile = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double p) && p is > 0 and <= 100 ? p : throw Wrong(word) },
                "calibrate-weights" => c with { CalibrateWeights = value is "" or "true" },
                "bias-correction" => c with { BiasCorrection = value is "" or "true" },
                "equalization" => c with { Equalization = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double e) && e is >= 0 and <= 1 ? e : throw Wrong(word) },
                "center-ranges" => c with { CenterRanges = value is "" or "true" },
                "compensated-rounding" => c with { CompensatedRounding = value is "" or "true" },
                "granularity" => c with { Granularity = Enum<QuantizationGranularity>(value, word) },
                "activation-bits" => c with { ActivationBits = OneOf(value, word, 8, 16) },
                "head-bits" => c with { HeadBits = OneOf(value, word, 8, 16) },
                "addend-bits" => c with { AddendBits = OneOf(value, word, 8, 16) },
                "imported-rounding" => c with { ImportedRounding = Enum<ImportedRounding>(value, word) },
                "bias-bits" => c with { BiasBits = OneOf(value, word, 8, 16, 32) },
                "weight-bits" => c with { WeightBits = OneOf(value, word, 2, 3, 4, 5, 6, 7, 8) },
                "max-residual-shift" => c with { MaxResidualShift = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int shift) && shift <= 24 ? shift : throw Wrong(word) },
                "keep-float" => c with { KeepFloat = [.. c.KeepFloat, value] },
                "mixed-precision" => c with { KeepFloat = [.. c.KeepFloat, .. LayerList.Read(value)] },
                "keep-wide" => c with { KeepWide = [.. c.KeepWide, value] },
                _ => throw Wrong(word),
            };
        }
        return c;
    }

    private static int OneOf(string value, string word, params ReadOnlySpan<int> allowed)
    {
        foreach (int n in allowed)
            if (value == n.ToString(CultureInfo.InvariantCulture)) return n;
        throw Wrong(word);
    }

    // `symmetric-with-uint8` and `symmetric_with_uint8` for SymmetricWithUint8.
    private static T Enum<T>(string value, string word) where T : struct, Enum
    {
        string wanted = value.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        foreach (T candidate in System.Enum.GetValues<T>())
            if (candidate.ToString().Equals(wanted, StringComparison.OrdinalIgnoreCase)) return candidate;
        throw Wrong(word);
    }

    private static EvaluationException Wrong(string word) => new($"'{word}' is no part of a quantization's configuration");
}
