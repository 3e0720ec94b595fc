using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.IR;

namespace NestC.Tools;

/// <summary>The one explicit list of what the tools know.</summary>
public static class Registry
{
    public static void RegisterDialects(NestContext context)
    {
        context.Register("builtin", static c => new BuiltinDialect(c));
        context.Register("quant", static c => new QuantDialect(c));
    }
}
