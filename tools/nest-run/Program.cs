using NestC.Onnx;
using NestC.Tools;

return new RunTool(Registry.RegisterDialects).Run(args, Console.Out, Console.Error);
