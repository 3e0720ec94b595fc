using NestC.Onnx;
using NestC.Tools;
using NestC.Tools.Translate;

// Translations of ONNX have a tool of their own, since only they need Protobuf.
return Array.Exists(args, static a => a is "--onnx-to-graph" or "--list-ops")
    ? new TranslateTool(Registry.RegisterDialects).Run(args, Console.OpenStandardOutput(), Console.Error)
    : new TranslationTool(Registry.RegisterDialects, [.. NpuTranslations.All()])
        .Run(args, Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
