using System.Globalization;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>nest-run --profile: observes a model's values on inputs, and writes their ranges and histograms.</summary>
public sealed class ProfileTool(Action<NestContext> registerDialects) : ObservingTool(registerDialects, Usage)
{
    private const string Usage = """
        usage: nest-run --profile OUT.json MODEL(.onnx|.mlir) --inputs DIR|FILE|random:COUNT[:SEED]|tiles:COUNT[:SEED]|tiles:@SEEDS ... [--bins N]
               [--preprocess scale=S,mean=M/M/M,std=S/S/S] [--merge PROFILE.json]... [--entry NAME] [--seed-weights]
               nest-run --profile OUT.json --merge A.json --merge B.json ...

        """;

    private readonly List<string> merged = [];
    private string? to;
    private int bins = Histogram.DefaultBins;

    protected override string? Take(string option, string value)
    {
        switch (option)
        {
            case "--profile": to = value; return null;
            case "--merge": merged.Add(value); return null;
            case "--bins": return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out bins) ? null : $"'{value}' is no value of {option}";
            default: return Unknown(option);
        }
    }

    protected override string? Missing() =>
        to is null ? "no file for the profile is named"
        : ModelPath is null && merged.Count == 0 ? "no model is named"
        : ModelPath is not null && Sources.Count == 0 ? "no inputs are named"
        : null;

    protected override int Work(NestContext context, TextWriter output, TextWriter error)
    {
        ActivationProfile? profile = null;
        if (ModelPath is not null)
        {
            if (Load(context, error) is not { } loaded) return ExitCode.Error;
            Profiler profiler = new(loaded.Model.Entry, bins, withMoments: true);
            foreach (NdArray[] input in loaded.Inputs.Inputs) profiler.Run(input);
            profile = profiler.Finish(loaded.Preprocessing.Text);
        }
        foreach (string other in merged)
        {
            ActivationProfile read = ActivationProfile.Read(other);
            if (profile is null) profile = read;
            else profile.Merge(read);
        }
        using (FileStream file = File.Create(to!)) profile!.Write(file);
        output.WriteLine($"{to}: {profile.Records.Count} values, {profile.Inputs} inputs, model {profile.Model}");
        return ExitCode.Ok;
    }
}
