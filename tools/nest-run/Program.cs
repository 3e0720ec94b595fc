using NestC.Tools;

return ToolEntries.Run(args, Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
