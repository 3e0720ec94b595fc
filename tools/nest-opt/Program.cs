using NestC.Support;
using NestC.Tools;

return new OptTool(Registry.RegisterDialects).Run(args, StandardStream.Input(), StandardStream.Output(), StandardStream.Error());
