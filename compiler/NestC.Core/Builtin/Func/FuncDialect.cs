using NestC.IR;

namespace NestC.Builtin;

/// <summary>Functions, calls and returns.</summary>
[Dialect("func")]
public sealed partial class FuncDialect(NestContext context) : Dialect(context, "func")
{
    /// <summary>A `func.constant` for the symbol of a function.</summary>
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (value is not SymbolRefAttr { Nested.Length: 0 } || type is not FunctionType) return null;
        OperationState state = new(Context.OpInfo("func.constant"u8), location);
        state.AddAttribute(Context.Identifier("value"u8), value);
        state.ResultTypes.Add(type);
        return builder.Create(state);
    }
}
