using NestC.IR;

namespace NestC.Builtin;

/// <summary>Functions, calls and returns.</summary>
[Dialect("func")]
public sealed partial class FuncDialect(NestContext context) : Dialect(context, "func")
{
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (value is not SymbolRefAttr { IsFlat: true } symbol || type is not FunctionType) return null;
        builder.Location = location;
        return FuncConstantOp.Create(builder, symbol, type);
    }
}
