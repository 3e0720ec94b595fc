using NestC.IR;
using Arith = NestC.Builtin.Arith;

namespace NestC.Dialects.Loop;

/// <summary>Structured control flow over index arithmetic, and buffers: what carries tiles between memories.</summary>
[Dialect("loop")]
public sealed partial class LoopDialect(NestContext context) : Dialect(context, "loop")
{
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (!Arith.ConstantOp.IsBuildableWith(value, type)) return null;
        builder.Location = location;
        return Arith.ConstantOp.Create(builder, (ITypedAttr)value, type);
    }
}
