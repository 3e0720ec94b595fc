using NestC.Builtin;
using NestC.IR;

// Operations that upstream has, with upstream's syntax as declarative formats: what the generated printers write is compared with
// what mlir-opt writes.
namespace NestC.Core.Tests.Generator.Upstream;

[Dialect("arith")]
internal sealed partial class ArithDialect(NestContext context) : Dialect(context, "arith");

[Dialect("memref")]
internal sealed partial class MemRefDialect(NestContext context) : Dialect(context, "memref");

[Dialect("tensor")]
internal sealed partial class TensorDialect(NestContext context) : Dialect(context, "tensor");

[Dialect("bufferization")]
internal sealed partial class BufferizationDialect(NestContext context) : Dialect(context, "bufferization");

[Dialect("index")]
internal sealed partial class IndexDialect(NestContext context) : Dialect(context, "index");

[Dialect("cf")]
internal sealed partial class CfDialect(NestContext context) : Dialect(context, "cf");

[Dialect("scf")]
internal sealed partial class ScfDialect(NestContext context) : Dialect(context, "scf");

[EnumAttr("arith.fastmath", Separator = ",", Description = "Floating point fast math flags")]
[Flags]
internal enum FastMath { None = 0, Reassoc = 1, Nnan = 2, Ninf = 4, Nsz = 8, Arcp = 16, Contract = 32, Afn = 64, Fast = 127 }

[EnumAttr("arith.overflow", Separator = ", ", Description = "Integer overflow arith flags")]
[Flags]
internal enum OverflowFlags { None = 0, Nsw = 1, Nuw = 2 }

internal enum Predicate { Eq, Ne, Slt, Sle }

internal enum Rounding { ToNearestEven, Downward, Upward, TowardZero }

internal enum AtomicKind { Addf, Addi, Assign }

[EnumAttr("index.cmp_predicate", Bare = true)]
internal enum IndexPredicate { Eq, Slt }

[Op("arith.addf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
internal sealed partial class AddFOp : Operation, IPure, ICommutative, ISameOperandsAndResultType
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>] public new partial Value Result { get; }

    [Prop("fastmath", Default = Upstream.FastMath.None)] public partial FastMath Fastmath { get; }
}

[Op("arith.addi", Format = "$lhs `,` $rhs (`overflow` `` $overflowFlags^)? attr-dict `:` type($result)")]
internal sealed partial class AddIOp : Operation, IPure, ICommutative, ISameOperandsAndResultType
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>] public new partial Value Result { get; }

    [Prop("overflowFlags", Default = Upstream.OverflowFlags.None)] public partial OverflowFlags OverflowFlags { get; }
}

[Op("arith.cmpi", Format = "$predicate `,` $lhs `,` $rhs attr-dict `:` type($lhs)")]
internal sealed partial class CmpIOp : Operation, IPure, ISameTypeOperands
{
    [Prop] public partial Predicate Predicate { get; }

    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<BoolLike>, TypeFrom("lhs", nameof(BoolOf), "result type has i1 element type and same shape as operands")]
    public new partial Value Result { get; }

    private static IrType? BoolOf(IrType type) => type switch
    {
        VectorType v => VectorType.Get(v.Shape, v.Context.Common.I1),
        RankedTensorType t => RankedTensorType.Get(t.Shape, t.Context.Common.I1),
        _ => type.Context.Common.I1,
    };
}

[Op("arith.truncf", Format = "$in ($roundingmode^)? attr-dict `:` type($in) `to` type($out)")]
internal sealed partial class TruncFOp : Operation, IPure
{
    [Operand<FloatLike>] public partial Value In { get; }

    [Result<FloatLike>] public partial Value Out { get; }

    [Prop("roundingmode", Width = 32)] public partial Rounding? Roundingmode { get; }
}

[Op("arith.addui_extended", Format = "$lhs `,` $rhs attr-dict `:` type($sum) `,` type($overflow)")]
internal sealed partial class AddUIExtendedOp : Operation, IPure, IAsmNames
{
    [Operand<SignlessIntegerLike>, SameTypeAs("sum")] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>, SameTypeAs("sum")] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>] public partial Value Sum { get; }

    [Result<BoolLike>] public partial Value Overflow { get; }

    public void NameResults(ValueNames names)
    {
        names.Name(Sum, "sum"u8);
        names.Name(Overflow, "overflow"u8);
    }
}

[Op("arith.select", Format = "$condition `,` $true_value `,` $false_value attr-dict `:` type($result)")]
internal sealed partial class SelectOp : Operation, IPure
{
    [Operand<I1>] public partial Value Condition { get; }

    [Operand<AnyType>, SameTypeAs("result")] public partial Value TrueValue { get; }

    [Operand<AnyType>, SameTypeAs("result")] public partial Value FalseValue { get; }

    [Result<AnyType>] public new partial Value Result { get; }
}

[Op("memref.load", Format = "$memref `[` $indices `]` attr-dict `:` type($memref)")]
internal sealed partial class LoadOp : Operation
{
    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Result<AnyType>, TypeFrom<ElementOfMemRef>("memref")] public new partial Value Result { get; }

    [Prop(Default = false, Optional = true)] public partial bool Nontemporal { get; }
}

internal readonly struct ElementOfMemRef : ITypeRule
{
    public static IrType? Apply(IrType other) => (other as ShapedType)?.ElementType;

    public static string Text => "result type matches element type of 'memref'";
}

[Op("memref.store", Format = "$value `,` $memref `[` $indices `]` attr-dict `:` type($memref)")]
internal sealed partial class StoreOp : Operation
{
    [Operand<AnyType>, TypeFrom("memref", nameof(ElementOf), "type of 'value' matches element type of 'memref'")]
    public partial Value Value { get; }

    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Prop(Default = false, Optional = true)] public partial bool Nontemporal { get; }

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;
}

[Op("memref.alloc", Format = "`(`$dynamicSizes`)` (`` `[` $symbolOperands^ `]`)? attr-dict `:` type($memref)")]
internal sealed partial class AllocOp : Operation, IAsmNames
{
    [Operands<AnyIndex>("dynamicSizes")] public partial OperandRange DynamicSizes { get; }

    [Operands<AnyIndex>("symbolOperands")] public partial OperandRange SymbolOperands { get; }

    [Result<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Prop] public partial long? Alignment { get; }

    public void NameResults(ValueNames names) => names.Name(MemRef, "alloc"u8);
}

[Op("memref.assume_alignment", Format = "$memref `,` $alignment attr-dict `:` type($memref)")]
internal sealed partial class AssumeAlignmentOp : Operation
{
    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Prop] public partial int Alignment { get; }
}

[Op("memref.atomic_rmw", Format = "$kind $value `,` $memref `[` $indices `]` attr-dict `:` `(` type($value) `,` type($memref) `)` `->` type($result)")]
internal sealed partial class AtomicRmwOp : Operation
{
    [Prop] public partial AtomicKind Kind { get; }

    [Operand<AnyType>] public partial Value Value { get; }

    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Result<AnyType>] public new partial Value Result { get; }
}

[Op("tensor.extract", Format = "$tensor `[` $indices `]` attr-dict `:` type($tensor)")]
internal sealed partial class ExtractOp : Operation, IPure, IAsmNames
{
    [Operand<RankedTensor>] public partial Value Tensor { get; }

    [Operands<AnyIndex>] public partial OperandRange Indices { get; }

    [Result<AnyType>, TypeFrom("tensor", nameof(ElementOf), "result type matches element type of tensor")]
    public new partial Value Result { get; }

    private static IrType? ElementOf(IrType type) => (type as ShapedType)?.ElementType;

    public void NameResults(ValueNames names) => names.Name(Result, "extracted"u8);
}

[Op("tensor.cast", Format = "$source attr-dict `:` type($source) `to` type($dest)")]
internal sealed partial class CastOp : Operation, IPure, IAsmNames
{
    [Operand<AnyTensor>] public partial Value Source { get; }

    [Result<AnyTensor>] public partial Value Dest { get; }

    public void NameResults(ValueNames names) => names.Name(Dest, "cast"u8);
}

[Op("bufferization.to_tensor", Format = "$memref (`restrict` $restrict^)? (`writable` $writable^)? attr-dict `:` type($memref)")]
internal sealed partial class ToTensorOp : Operation
{
    [Operand<AnyMemRef>("memref")] public partial Value MemRef { get; }

    [Prop(Unit = true)] public partial bool Restrict { get; }

    [Prop(Unit = true)] public partial bool Writable { get; }

    [Result<AnyTensor>, TypeFrom("memref", nameof(TensorOf), "result type matches tensor equivalent of 'memref'")]
    public new partial Value Result { get; }

    private static IrType? TensorOf(IrType type) => type is MemRefType m ? RankedTensorType.Get(m.Shape, m.ElementType) : null;
}

[Op("index.cmp", Format = "$pred `(` $lhs `,` $rhs `)` attr-dict")]
internal sealed partial class IndexCmpOp : Operation, IPure
{
    [Prop] public partial IndexPredicate Pred { get; }

    [Operand<AnyIndex>] public partial Value Lhs { get; }

    [Operand<AnyIndex>] public partial Value Rhs { get; }

    [Result<I1>] public new partial Value Result { get; }
}

[Op("index.add", Format = "$lhs `,` $rhs attr-dict")]
internal sealed partial class IndexAddOp : Operation, IPure, ICommutative
{
    [Operand<AnyIndex>] public partial Value Lhs { get; }

    [Operand<AnyIndex>] public partial Value Rhs { get; }

    [Result<AnyIndex>] public new partial Value Result { get; }
}

[Op("cf.assert", Format = "$arg `,` $msg attr-dict")]
internal sealed partial class AssertOp : Operation
{
    [Operand<I1>] public partial Value Arg { get; }

    [Prop] public partial string Msg { get; }
}

[Op("cf.br", Format = "$dest (`(` $destOperands^ `:` type($destOperands) `)`)? attr-dict")]
internal sealed partial class BrOp : Operation, ITerminator
{
    [Operands<AnyType>("destOperands")] public partial OperandRange DestOperands { get; }

    [Successor] public partial Block Dest { get; }
}

[Op("cf.cond_br", Format = "$condition `,` $trueDest (`(` $trueDestOperands^ `:` type($trueDestOperands) `)`)? `,` $falseDest (`(` $falseDestOperands^ `:` type($falseDestOperands) `)`)? attr-dict")]
internal sealed partial class CondBrOp : Operation, ITerminator
{
    [Operand<I1>] public partial Value Condition { get; }

    [Operands<AnyType>("trueDestOperands")] public partial OperandRange TrueDestOperands { get; }

    [Operands<AnyType>("falseDestOperands")] public partial OperandRange FalseDestOperands { get; }

    [Successor("trueDest")] public partial Block TrueDest { get; }

    [Successor("falseDest")] public partial Block FalseDest { get; }
}

[Op("scf.yield", Format = "attr-dict ($results^ `:` type($results))?")]
internal sealed partial class YieldOp : Operation, IReturnLike
{
    [Operands<AnyType>("results")] public partial OperandRange Values { get; }
}

[Op("scf.reduce.return", Format = "$result attr-dict `:` type($result)")]
internal sealed partial class ReduceReturnOp : Operation, IReturnLike
{
    [Operand<AnyType>("result")] public partial Value Value { get; }
}
