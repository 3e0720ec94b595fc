using System.Globalization;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>nest-run --quantization-report: quantizes a model in memory and writes what that costs, layer by layer.</summary>
public sealed class ReportTool(Action<NestContext> registerDialects)
{
    private const string Usage = """
        usage: nest-run --quantization-report PREFIX MODEL(.onnx|.mlir) --inputs DIR|FILE|random:COUNT[:SEED] ... [--profile-data PROFILE.json]
               [--quantize CONFIGURATION] [--preprocess scale=S,mean=M/M/M,std=S/S/S] [--sensitivity-inputs N] [--entry NAME] [--seed-weights]
        writes PREFIX.txt, PREFIX.json and PREFIX.html; CONFIGURATION: npu | schema=..,calibration=..,granularity=..,...

        """;

    /// <summary>Runs the tool. Returns its exit code.</summary>
    public int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        string? prefix = null, path = null, entry = null, preprocess = null, profilePath = null;
        string configuration = "";
        List<string> sources = [];
        int sensitivity = 2;
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
                case "--quantization-report": prefix = value; break;
                case "--inputs" or "--input" or "--dataset": sources.Add(value); break;
                case "--profile-data": profilePath = value; break;
                case "--quantize": configuration = value; break;
                case "--entry": entry = value; break;
                case "--preprocess": preprocess = value; break;
                case "--sensitivity-inputs":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out sensitivity)) return Wrong(error, $"'{value}' is no value of {a}");
                    break;
                default: return Wrong(error, $"unknown argument '{a}'");
            }
        }
        if (prefix is null || path is null) return Wrong(error, "no file is named");
        if (sources.Count == 0) return Wrong(error, "no inputs are named");
        try
        {
            NestContext context = new();
            registerDialects(context);
            using var handler = context.Diagnostics.PushHandler(d => error.WriteLine($"{path}: error[{d.Code}]: {d.Message}"));
            QuantizationConfig config = QuantizationConfigText.Parse(configuration);
            if (ModelFile.Read(context, path, entry, seeded, error) is not { } model) return ExitCode.Error;
            Preprocessing preprocessing = new(preprocess ?? "");
            InputSet set = new();
            foreach (string source in sources) set.Add(source, model.Entry, preprocessing);
            ActivationProfile? profile = profilePath is null ? null : ActivationProfile.Read(profilePath);
            ReportRunner runner = new(model.Entry, config, profile, preprocessing.Text);
            QuantizationReport report = runner.Run(Path.GetFileName(path), configuration.Length == 0 ? "default" : configuration, set, sensitivity);
            string text = ReportWriters.Text(report);
            output.Write(text);
            if (Path.GetDirectoryName(Path.GetFullPath(prefix)) is { } folder) Directory.CreateDirectory(folder);
            File.WriteAllText(prefix + ".txt", text);
            File.WriteAllText(prefix + ".html", ReportWriters.Html(report));
            using FileStream json = File.Create(prefix + ".json");
            ReportWriters.Json(report, json);
            return ExitCode.Ok;
        }
        catch (QuantizationException e)
        {
            error.WriteLine($"nest-run: error[{e.Code}]: {e.Message}");
            return ExitCode.Error;
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
