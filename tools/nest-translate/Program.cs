using NestC.Support;
using NestC.Tools;

return ToolEntries.Translate(args, StandardStream.Input(), StandardStream.Output(), StandardStream.Error());
