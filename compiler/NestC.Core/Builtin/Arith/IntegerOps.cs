using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Integer sum, modulo two to the power of the width.</summary>
[Op("arith.addi", Format = "$lhs `,` $rhs (`overflow` `` $overflowFlags^)? attr-dict `:` type($result)")]
public sealed partial class AddIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }

    [Prop("overflowFlags", Default = IntegerOverflowFlags.None)] public partial IntegerOverflowFlags OverflowFlags { get; }
}

/// <summary>Integer difference, modulo two to the power of the width.</summary>
[Op("arith.subi", Format = "$lhs `,` $rhs (`overflow` `` $overflowFlags^)? attr-dict `:` type($result)")]
public sealed partial class SubIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }

    [Prop("overflowFlags", Default = IntegerOverflowFlags.None)] public partial IntegerOverflowFlags OverflowFlags { get; }
}

/// <summary>The low half of an integer product.</summary>
[Op("arith.muli", Format = "$lhs `,` $rhs (`overflow` `` $overflowFlags^)? attr-dict `:` type($result)")]
public sealed partial class MulIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }

    [Prop("overflowFlags", Default = IntegerOverflowFlags.None)] public partial IntegerOverflowFlags OverflowFlags { get; }
}

/// <summary>Unsigned sum, and whether it overflowed.</summary>
[Op("arith.addui_extended", Format = "$lhs `,` $rhs attr-dict `:` type($sum) `,` type($overflow)")]
public sealed partial class AddUIExtendedOp : Operation, IPure, IElementwise, ICommutative, IAsmNames
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value Sum { get; }

    [Result<BoolLike>] public partial Value Overflow { get; }

    public void NameResults(ValueNames names)
    {
        names.Name(Sum, "sum"u8);
        names.Name(Overflow, "overflow"u8);
    }
}

/// <summary>Signed product in two halves.</summary>
[Op("arith.mulsi_extended", Format = "$lhs `,` $rhs attr-dict `:` type($lhs)")]
public sealed partial class MulSIExtendedOp : Operation, IPure, IElementwise, ICommutative, IAsmNames
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value Low { get; }

    [Result<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value High { get; }

    public void NameResults(ValueNames names)
    {
        names.Name(Low, "low"u8);
        names.Name(High, "high"u8);
    }
}

/// <summary>Unsigned product in two halves.</summary>
[Op("arith.mului_extended", Format = "$lhs `,` $rhs attr-dict `:` type($lhs)")]
public sealed partial class MulUIExtendedOp : Operation, IPure, IElementwise, ICommutative, IAsmNames
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value Low { get; }

    [Result<SignlessIntegerLike>, SameTypeAs("lhs")] public partial Value High { get; }

    public void NameResults(ValueNames names)
    {
        names.Name(Low, "low"u8);
        names.Name(High, "high"u8);
    }
}
