using NestC.Tools.FileCheck;

using Stream stdin = Console.OpenStandardInput(), stdout = Console.OpenStandardOutput(), stderr = Console.OpenStandardError();
return NestCheckCommand.Run(args, stdin, stdout, stderr, Directory.GetCurrentDirectory());
