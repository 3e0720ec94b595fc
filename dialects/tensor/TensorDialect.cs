using NestC.Builtin.Arith;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>Tensors as values: making, slicing, reshaping, padding, joining and packing them, with upstream's operations, and structured computations on them.</summary>
[Dialect("tensor")]
public sealed partial class TensorDialect(NestContext context) : Dialect(context, "tensor")
{
    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (!ConstantOp.IsBuildableWith(value, type)) return null;
        builder.Location = location;
        return ConstantOp.Create(builder, (ITypedAttr)value, type);
    }
}
