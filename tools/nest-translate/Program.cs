using NestC.Tools;
using NestC.Tools.Translate;

return new TranslationTool(Registry.RegisterDialects, [.. NpuTranslations.All()])
    .Run(args, Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
