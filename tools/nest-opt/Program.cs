using NestC.Tools;

return new OptTool(Registry.RegisterDialects).Run(args, Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
