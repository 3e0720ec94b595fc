using System.Globalization;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes.Quantization;

namespace NestC.Onnx.Quantization;

/// <summary>nest-run --quantization-report: quantizes a model in memory and writes what that costs, layer by layer.</summary>
public sealed class ReportTool(Action<NestContext> registerDialects) : ObservingTool(registerDialects, Usage)
{
    private const string Usage = """
        usage: nest-run --quantization-report PREFIX MODEL(.onnx|.mlir) --inputs DIR|FILE|random:COUNT[:SEED]|tiles:COUNT[:SEED]|tiles:@SEEDS ... [--profile-data PROFILE.json]
               [--quantize CONFIGURATION] [--preprocess scale=S,mean=M/M/M,std=S/S/S] [--sensitivity-inputs N] [--entry NAME] [--seed-weights]
        writes PREFIX.txt, PREFIX.json and PREFIX.html; CONFIGURATION: npu | schema=..,calibration=..,granularity=..,...

        """;

    private string? prefix, profilePath;
    private string configuration = "";
    private int sensitivity = 2;

    protected override string? Take(string option, string value)
    {
        switch (option)
        {
            case "--quantization-report": prefix = value; return null;
            case "--dataset": Sources.Add(value); return null;
            case "--profile-data": profilePath = value; return null;
            case "--quantize": configuration = value; return null;
            case "--sensitivity-inputs":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out sensitivity) ? null : $"'{value}' is no value of {option}";
            default: return Unknown(option);
        }
    }

    protected override string? Missing() =>
        prefix is null || ModelPath is null ? "no file is named" : Sources.Count == 0 ? "no inputs are named" : null;

    protected override int Work(NestContext context, TextWriter output, TextWriter error)
    {
        QuantizationConfig config = QuantizationConfigText.Parse(configuration);
        if (Load(context, error) is not { } loaded) return ExitCode.Error;
        ActivationProfile? profile = profilePath is null ? null : ActivationProfile.Read(profilePath);
        ReportRunner runner = new(loaded.Model.Entry, config, profile, loaded.Preprocessing.Text);
        QuantizationReport report = runner.Run(Path.GetFileName(ModelPath!), configuration.Length == 0 ? "default" : configuration, loaded.Inputs, sensitivity);
        string text = ReportWriters.Text(report);
        output.Write(text);
        if (Path.GetDirectoryName(Path.GetFullPath(prefix!)) is { } folder) Directory.CreateDirectory(folder);
        File.WriteAllText(prefix + ".txt", text);
        File.WriteAllText(prefix + ".html", ReportWriters.Html(report));
        using FileStream json = File.Create(prefix + ".json");
        ReportWriters.Json(report, json);
        return ExitCode.Ok;
    }
}
