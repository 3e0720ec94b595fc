using NestC.Tools;

return ToolEntries.Translate(args, Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
