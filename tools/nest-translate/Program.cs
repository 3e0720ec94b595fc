using NestC.Onnx;
using NestC.Tools;

return new TranslateTool(Registry.RegisterDialects).Run(args, Console.OpenStandardOutput(), Console.Error);
