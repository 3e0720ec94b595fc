using NestC.Support;
using NestC.Tools.FileCheck;

using Stream stdin = StandardStream.Input(), stdout = StandardStream.Output(), stderr = StandardStream.Error();
return NestCheckCommand.Run(args, stdin, stdout, stderr, Directory.GetCurrentDirectory());
