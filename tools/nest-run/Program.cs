using NestC.Onnx;
using NestC.Tools;
using NestC.Tools.Run;

// Programs of a device run in its simulator; everything else is evaluated.
return Array.Exists(args, static a => a == "--target" || a.StartsWith("--target=", StringComparison.Ordinal))
    ? RunTargets.Run(args, RunTargets.All(), Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError())
    : new RunTool(Registry.RegisterDialects).Run(args, Console.Out, Console.Error);
