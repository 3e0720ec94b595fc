using NestC.Support;
using NestC.Tools;

return ToolEntries.Run(args, StandardStream.Input(), StandardStream.Output(), StandardStream.Error());
