using NestC.Tools;

return new ReduceTool(Registry.RegisterDialects).Run(args, Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
