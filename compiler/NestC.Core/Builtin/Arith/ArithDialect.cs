using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Arithmetic on integers, index and floats, element by element on vectors and tensors.</summary>
[Dialect("arith")]
public sealed partial class ArithDialect(NestContext context) : Dialect(context, "arith")
{
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (!ConstantOp.IsBuildableWith(value, type)) return null;
        builder.Location = location;
        return ConstantOp.Create(builder, (ITypedAttr)value, type);
    }
}
