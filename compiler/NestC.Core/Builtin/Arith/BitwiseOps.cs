using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Bitwise and.</summary>
[Op("arith.andi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class AndIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IIdempotent, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Bitwise or.</summary>
[Op("arith.ori", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class OrIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IIdempotent, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Bitwise exclusive or.</summary>
[Op("arith.xori", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class XOrIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Shift to the left; poison when the amount is not below the width.</summary>
[Op("arith.shli", Format = "$lhs `,` $rhs (`overflow` `` $overflowFlags^)? attr-dict `:` type($result)")]
public sealed partial class ShLIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }

    [Prop("overflowFlags", Default = IntegerOverflowFlags.None)] public partial IntegerOverflowFlags OverflowFlags { get; }
}

/// <summary>Shift to the right that fills with zeros; poison when the amount is not below the width.</summary>
[Op("arith.shrui", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class ShRUIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Shift to the right that fills with the sign; poison when the amount is not below the width.</summary>
[Op("arith.shrsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class ShRSIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}
