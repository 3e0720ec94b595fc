using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Unsigned quotient, rounded towards zero; undefined for a divisor of zero.</summary>
[Op("arith.divui", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class DivUIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Signed quotient, rounded towards zero; undefined for a divisor of zero and on overflow.</summary>
[Op("arith.divsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class DivSIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Unsigned quotient, rounded up.</summary>
[Op("arith.ceildivui", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class CeilDivUIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Signed quotient, rounded up.</summary>
[Op("arith.ceildivsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class CeilDivSIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Signed quotient, rounded down.</summary>
[Op("arith.floordivsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class FloorDivSIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Unsigned remainder.</summary>
[Op("arith.remui", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class RemUIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>Signed remainder, with the sign of the dividend.</summary>
[Op("arith.remsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class RemSIOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}
