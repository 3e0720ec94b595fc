using NestC.Onnx;
using NestC.Onnx.Quantization;
using NestC.Tools.Run;
using NestC.Tools.Translate;

namespace NestC.Tools;

/// <summary>The tools that several libraries make up together, as the executables and the lit runner start them.</summary>
public static class ToolEntries
{
    /// <summary>nest-translate: translations of ONNX have a class of their own, since only they need Protobuf.</summary>
    public static int Translate(string[] arguments, Stream input, Stream output, Stream error)
    {
        if (!Array.Exists(arguments, static a => a is "--onnx-to-graph" or "--list-ops"))
            return new TranslationTool(Registry.RegisterDialects, [.. NpuTranslations.All(), .. OnnxTranslations.All(), .. DialectTranslations.All()]).Run(arguments, input, output, error);
        using StreamWriter messages = new(error, leaveOpen: true) { AutoFlush = true };
        return new TranslateTool(Registry.RegisterDialects).Run(arguments, output, messages);
    }

    /// <summary>nest-run: programs of a device (`--target`) run in its simulator, everything else is evaluated.</summary>
    public static int Run(string[] arguments, Stream input, Stream output, Stream error)
    {
        if (Array.Exists(arguments, static a => a == "--target" || a.StartsWith("--target=", StringComparison.Ordinal)))
            return RunTargets.Run(arguments, RunTargets.All(), input, output, error);
        using StreamWriter text = new(output, leaveOpen: true);
        using StreamWriter messages = new(error, leaveOpen: true) { AutoFlush = true };
        if (Array.IndexOf(arguments, "--profile") >= 0) return new ProfileTool(Registry.RegisterDialects).Run(arguments, text, messages);
        if (Array.IndexOf(arguments, "--quantization-report") >= 0) return new ReportTool(Registry.RegisterDialects).Run(arguments, text, messages);
        return new RunTool(Registry.RegisterDialects) { StandardInput = input }.Run(arguments, text, messages);
    }
}
