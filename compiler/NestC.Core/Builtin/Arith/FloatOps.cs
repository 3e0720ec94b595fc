using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>Floating-point negation: the sign bit is flipped.</summary>
[Op("arith.negf", Format = "$operand (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class NegFOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<FloatLike>("operand")] public partial Value Input { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>Floating-point sum.</summary>
[Op("arith.addf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class AddFOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>Floating-point difference.</summary>
[Op("arith.subf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class SubFOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>Floating-point product.</summary>
[Op("arith.mulf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class MulFOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>Floating-point quotient.</summary>
[Op("arith.divf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class DivFOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>Floating-point remainder of the division rounded towards zero (C's `fmod`).</summary>
[Op("arith.remf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class RemFOp : Operation, IPure, ISameOperandsAndResultType, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}
