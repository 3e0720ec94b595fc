using System.Globalization;
using NestC.Evaluation;

namespace NestC.Onnx.Quantization;

/// <summary>What is done to pictures and arrays before a network sees them: (x scale - mean) / std, mean and std by channel.</summary>
public sealed class Preprocessing
{
    private readonly double scale = 1;
    private readonly double[] mean = [], std = [];

    /// <summary>The text in its normal form; empty for nothing. Profiles keep it.</summary>
    public string Text { get; } = "";

    public static Preprocessing None { get; } = new("");

    /// <summary>Reads `scale=0.0039,mean=0.5/0.4/0.4,std=0.2`.</summary>
    /// <exception cref="EvaluationException">The text is not of this form.</exception>
    public Preprocessing(string text)
    {
        List<string> parts = [];
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int at = part.IndexOf('=');
            double[] numbers = at > 0 ? Numbers(part[(at + 1)..], part) : [];
            switch (at > 0 ? part[..at] : part)
            {
                case "scale" when numbers.Length == 1: scale = numbers[0]; break;
                case "mean": mean = numbers; break;
                case "std": std = numbers; break;
                default: throw new EvaluationException($"'{part}' is none of scale=S, mean=M/M/M and std=S/S/S");
            }
            parts.Add(part);
        }
        parts.Sort(StringComparer.Ordinal);
        Text = string.Join(',', parts);
    }

    private static double[] Numbers(string text, string part)
    {
        string[] words = text.Split('/');
        var numbers = new double[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                throw new EvaluationException($"'{words[i]}' in '{part}' is no number");
        }
        return numbers;
    }

    /// <summary>The array, N x C x ..., prepared; unchanged when there is nothing to do.</summary>
    public NdArray Apply(NdArray x)
    {
        if (Text.Length == 0) return x;
        NdArray y = Dialects.Graph.Kernels.Cast.To(x, ElementKind.F32);
        if (ReferenceEquals(x, y)) y = x.Clone();
        var values = y.Write<float>();
        int channels = x.Rank > 1 ? (int)x.Shape[1] : 1, run = x.Rank > 1 ? values.Length / Math.Max(1, (int)(x.Shape[0] * channels)) : values.Length;
        if ((mean.Length > 1 && mean.Length != channels) || (std.Length > 1 && std.Length != channels))
            throw new EvaluationException($"'{Text}' is not for {channels} channels");
        for (int i = 0; i < values.Length; i++)
        {
            int c = run == 0 ? 0 : i / run % channels;
            double v = values[i] * scale;
            if (mean.Length > 0) v -= mean[mean.Length == 1 ? 0 : c];
            if (std.Length > 0) v /= std[std.Length == 1 ? 0 : c];
            values[i] = (float)v;
        }
        return y;
    }
}
