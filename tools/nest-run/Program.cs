using NestC.Tools.Run;

return RunTargets.Run(args, RunTargets.All(), Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError());
