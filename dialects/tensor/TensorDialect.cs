using NestC.Builtin.Arith;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>Tensors as values: making, slicing, reshaping, padding, joining and packing them, with upstream's operations, and structured computations on them.</summary>
[Dialect("tensor")]
public sealed partial class TensorDialect(NestContext context) : Dialect(context, "tensor")
{
    // LLVM 19's.
    private static readonly string[] upstream =
    [
        "bitcast", "cast", "collapse_shape", "concat", "dim", "empty", "expand_shape", "extract", "extract_slice", "from_elements", "gather", "generate", "insert", "insert_slice", "pack",
        "pad", "parallel_insert_slice", "rank", "reshape", "scatter", "splat", "unpack", "yield",
    ];

    public override bool IsUnknownUpstream(ReadOnlySpan<byte> opName) => Array.IndexOf(upstream, System.Text.Encoding.UTF8.GetString(opName["tensor.".Length..])) < 0;

    public override Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location)
    {
        if (!ConstantOp.IsBuildableWith(value, type)) return null;
        builder.Location = location;
        return ConstantOp.Create(builder, (ITypedAttr)value, type);
    }
}
