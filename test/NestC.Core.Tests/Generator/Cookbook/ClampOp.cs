using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Demo;

/// <summary>Limits every element of a float, or of a tensor or vector of floats, to the range from low to high.</summary>
[Op("demo.clamp", Format = "$input `,` $low `to` $high (`saturating` $saturating^)? attr-dict `:` type($output)")]
[Rule("C1", "low <= high")]
[Rule("C2", "saturating only where both limits are finite")]
public sealed partial class ClampOp : Operation, IPure, ISameOperandsAndResultType, IFoldable, ICanonicalizable
{
    [Operand<FloatLike>] public partial Value Input { get; }

    [Result<FloatLike>] public partial Value Output { get; }

    [Prop] public partial double Low { get; }

    [Prop] public partial double High { get; }

    [Prop(Unit = true)] public partial bool Saturating { get; }

    protected override bool VerifyOp(Diag d) =>
        d.Require(Low <= High, "C1", $"the range from {Low} to {High} is empty")
        & d.Require(!Saturating || (double.IsFinite(Low) && double.IsFinite(High)), "C2", $"cannot saturate at an infinite limit");

    // A constant is clamped now; what stands inside a narrower range already stays as it is.
    public FoldResult Fold(FoldInputs constants)
    {
        if (constants[0] is FloatAttr constant) return FloatAttr.Get(constant.FloatType, Math.Clamp(constant.Value, Low, High));
        return Input.DefiningOp is ClampOp inner && inner.Low >= Low && inner.High <= High ? Input : FoldResult.None;
    }

    public static void Canonicalize(PatternSet patterns) => patterns.Add(new MergeClamps());
}

/// <summary>clamp(clamp(x, a, b), c, d) -> clamp(x, max(a, c), min(b, d)), where that range is not empty.</summary>
internal sealed class MergeClamps : Pattern<ClampOp>
{
    public override bool Rewrite(ClampOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not ClampOp inner) return rw.NoMatch(op, $"input is not a clamp");
        double low = Math.Max(op.Low, inner.Low), high = Math.Min(op.High, inner.High);
        if (low > high) return rw.NoMatch(op, $"the ranges do not overlap");
        return rw.Replace(op, ClampOp.Create(rw, inner.Input, low, high, op.Saturating));
    }
}
