using NestC.Tools.Lit;

return LitCommand.Run(args, ToolRegistry.CreateDefault(), Console.Out, Console.Error, Directory.GetCurrentDirectory(),
    Environment.GetEnvironmentVariable("LIT_OPTS"));
