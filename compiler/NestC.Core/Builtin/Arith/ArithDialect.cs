using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Arithmetic on integers, index and floats, element by element on vectors and tensors.</summary>
[Dialect("arith")]
public sealed partial class ArithDialect(NestContext context) : Dialect(context, "arith")
{
    /// <summary>An `arith.constant` for integers, index, floats and elements of the type asked for.</summary>
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (value is not ITypedAttr typed || typed.Type != type || value is not (IntegerAttr or FloatAttr or ElementsAttr)) return null;
        // Signed and unsigned integers have no constants here.
        if (type is IntegerType { IsSignless: false }) return null;
        OperationState state = new(Context.OpInfo("arith.constant"u8), location);
        state.AddAttribute(Context.Identifier("value"u8), value);
        state.ResultTypes.Add(type);
        return builder.Create(state);
    }
}
