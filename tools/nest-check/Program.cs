using NestC.Tools.FileCheck;

using Stream stdin = Console.OpenStandardInput(), stdout = Console.OpenStandardOutput(), stderr = Console.OpenStandardError();
return FileCheckCommand.Run(args, stdin, stdout, stderr, Directory.GetCurrentDirectory(), Environment.GetEnvironmentVariable("FILECHECK_OPTS"), "nest-check");
