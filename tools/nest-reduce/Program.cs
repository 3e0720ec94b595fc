using NestC.Support;
using NestC.Tools;

return new ReduceTool(Registry.RegisterDialects).Run(args, StandardStream.Input(), StandardStream.Output(), StandardStream.Error());
