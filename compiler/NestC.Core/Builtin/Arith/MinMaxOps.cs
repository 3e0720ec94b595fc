using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>The larger of two signed integers.</summary>
[Op("arith.maxsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class MaxSIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>The larger of two unsigned integers.</summary>
[Op("arith.maxui", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class MaxUIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>The smaller of two signed integers.</summary>
[Op("arith.minsi", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class MinSIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>The smaller of two unsigned integers.</summary>
[Op("arith.minui", Format = "$lhs `,` $rhs attr-dict `:` type($result)")]
public sealed partial class MinUIOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<SignlessIntegerLike>] public partial Value Lhs { get; }

    [Operand<SignlessIntegerLike>] public partial Value Rhs { get; }

    [Result<SignlessIntegerLike>("result")] public partial Value Output { get; }
}

/// <summary>The larger of two floats; NaN when either is, and -0 is below +0.</summary>
[Op("arith.maximumf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class MaximumFOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>The smaller of two floats; NaN when either is, and -0 is below +0.</summary>
[Op("arith.minimumf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class MinimumFOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>The larger of two floats; the other one when one is NaN.</summary>
[Op("arith.maxnumf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class MaxNumFOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}

/// <summary>The smaller of two floats; the other one when one is NaN.</summary>
[Op("arith.minnumf", Format = "$lhs `,` $rhs (`fastmath` `` $fastmath^)? attr-dict `:` type($result)")]
public sealed partial class MinNumFOp : Operation, IPure, ISameOperandsAndResultType, ICommutative, IElementwise
{
    [Operand<FloatLike>] public partial Value Lhs { get; }

    [Operand<FloatLike>] public partial Value Rhs { get; }

    [Result<FloatLike>("result")] public partial Value Output { get; }

    [Prop(Default = FastMathFlags.None)] public partial FastMathFlags Fastmath { get; }
}
