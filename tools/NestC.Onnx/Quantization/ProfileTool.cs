using System.Globalization;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>nest-run --profile: observes a model's values on inputs, and writes their ranges and histograms.</summary>
public sealed class ProfileTool(Action<NestContext> registerDialects)
{
    private const string Usage = """
        usage: nest-run --profile OUT.json MODEL(.onnx|.mlir) --inputs DIR|FILE|random:COUNT[:SEED] ... [--bins N]
               [--preprocess scale=S,mean=M/M/M,std=S/S/S] [--merge PROFILE.json]... [--entry NAME] [--seed-weights]
               nest-run --profile OUT.json --merge A.json --merge B.json ...

        """;

    /// <summary>Runs the tool. Returns its exit code.</summary>
    public int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        string? to = null, path = null, entry = null, preprocess = null;
        List<string> sources = [], merged = [];
        int bins = Histogram.DefaultBins;
        bool seeded = false;
        for (int i = 0; i < arguments.Length; i++)
        {
            string a = arguments[i];
            if (a == "--seed-weights")
            {
                seeded = true;
                continue;
            }
            if (!a.StartsWith("--", StringComparison.Ordinal))
            {
                if (path is not null) return Wrong(error, "there is more than one file");
                path = a;
                continue;
            }
            if (i + 1 == arguments.Length) return Wrong(error, $"unknown argument '{a}', or its value is missing");
            string value = arguments[++i];
            switch (a)
            {
                case "--profile": to = value; break;
                case "--inputs" or "--input": sources.Add(value); break;
                case "--merge": merged.Add(value); break;
                case "--entry": entry = value; break;
                case "--preprocess": preprocess = value; break;
                case "--bins":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out bins)) return Wrong(error, $"'{value}' is no value of {a}");
                    break;
                default: return Wrong(error, $"unknown argument '{a}'");
            }
        }
        if (to is null) return Wrong(error, "no file for the profile is named");
        if (path is null && merged.Count == 0) return Wrong(error, "no model is named");
        if (path is not null && sources.Count == 0) return Wrong(error, "no inputs are named");
        try
        {
            ActivationProfile? profile = null;
            if (path is not null)
            {
                NestContext context = new();
                registerDialects(context);
                using var handler = context.Diagnostics.PushHandler(d => error.WriteLine($"{path}: error[{d.Code}]: {d.Message}"));
                if (ModelFile.Read(context, path, entry, seeded, error) is not { } model) return ExitCode.Error;
                Preprocessing preprocessing = new(preprocess ?? "");
                InputSet set = new();
                foreach (string source in sources) set.Add(source, model.Entry, preprocessing);
                Profiler profiler = new(model.Entry, bins);
                foreach (NdArray[] input in set.Inputs) profiler.Run(input);
                profile = profiler.Finish(preprocessing.Text);
            }
            foreach (string other in merged)
            {
                ActivationProfile read = ActivationProfile.Read(other);
                if (profile is null) profile = read;
                else profile.Merge(read);
            }
            using (FileStream file = File.Create(to)) profile!.Write(file);
            output.WriteLine($"{to}: {profile.Records.Count} values, {profile.Inputs} inputs, model {profile.Model}");
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is EvaluationException or OnnxException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"nest-run: error[NEST4253]: {e.Message}");
            return ExitCode.Error;
        }
    }

    private static int Wrong(TextWriter error, string message)
    {
        error.Write($"nest-run: {message}\n{Usage}");
        return ExitCode.Usage;
    }
}
