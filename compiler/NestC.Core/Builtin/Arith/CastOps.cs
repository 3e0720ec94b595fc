using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Builtin.Arith;

/// <summary>To a wider integer, filled with zeros.</summary>
[Op("arith.extui", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class ExtUIOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<SignlessFixedWidthIntegerLike>] public partial Value In { get; }

    [Result<SignlessFixedWidthIntegerLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.WiderInteger);
}

/// <summary>To a wider integer, filled with the sign.</summary>
[Op("arith.extsi", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class ExtSIOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<SignlessFixedWidthIntegerLike>] public partial Value In { get; }

    [Result<SignlessFixedWidthIntegerLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.WiderInteger);
}

/// <summary>To a wider float; exact.</summary>
[Op("arith.extf", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class ExtFOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<FloatLike>] public partial Value In { get; }

    [Result<FloatLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.WiderFloat);
}

/// <summary>To a narrower integer: the low bits.</summary>
[Op("arith.trunci", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class TruncIOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<SignlessFixedWidthIntegerLike>] public partial Value In { get; }

    [Result<SignlessFixedWidthIntegerLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.NarrowerInteger);
}

/// <summary>To a narrower float, rounded to nearest even unless a rounding mode says otherwise.</summary>
[Op("arith.truncf", Format = "$in ($roundingmode^)? attr-dict `:` type($in) `to` type($out)")]
public sealed partial class TruncFOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<FloatLike>] public partial Value In { get; }

    [Prop(Width = 32)] public partial RoundingMode? Roundingmode { get; }

    [Result<FloatLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.NarrowerFloat);
}

/// <summary>An unsigned integer as the nearest float.</summary>
[Op("arith.uitofp", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class UIToFPOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<SignlessFixedWidthIntegerLike>] public partial Value In { get; }

    [Result<FloatLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.IntegerToFloat);
}

/// <summary>A signed integer as the nearest float.</summary>
[Op("arith.sitofp", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class SIToFPOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<SignlessFixedWidthIntegerLike>] public partial Value In { get; }

    [Result<FloatLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.IntegerToFloat);
}

/// <summary>A float, rounded towards zero, as an unsigned integer; poison when it does not fit.</summary>
[Op("arith.fptoui", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class FPToUIOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<FloatLike>] public partial Value In { get; }

    [Result<SignlessFixedWidthIntegerLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.FloatToInteger);
}

/// <summary>A float, rounded towards zero, as a signed integer; poison when it does not fit.</summary>
[Op("arith.fptosi", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class FPToSIOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<FloatLike>] public partial Value In { get; }

    [Result<SignlessFixedWidthIntegerLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.FloatToInteger);
}

/// <summary>Between index and integers; widening fills with the sign.</summary>
[Op("arith.index_cast", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class IndexCastOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<IndexCastLike>] public partial Value In { get; }

    [Result<IndexCastLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.Index);
}

/// <summary>Between index and integers; widening fills with zeros.</summary>
[Op("arith.index_castui", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class IndexCastUIOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<IndexCastLike>] public partial Value In { get; }

    [Result<IndexCastLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.Index);
}

/// <summary>The same bits as another type of the same width.</summary>
[Op("arith.bitcast", Format = "$in attr-dict `:` type($in) `to` type($out)")]
public sealed partial class BitcastOp : Operation, IPure, ISameOperandsAndResultShape, IElementwise, ISameTensorDims
{
    [Operand<BitcastLike>] public partial Value In { get; }

    [Result<BitcastLike>] public partial Value Out { get; }

    protected internal override bool VerifyOp(Diag d) => Casts.Verify(d, In.Type, Out.Type, CastRule.SameWidth);
}
