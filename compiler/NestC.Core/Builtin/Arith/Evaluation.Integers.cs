using System.Numerics;
using NestC.Evaluation;

namespace NestC.Builtin.Arith;

public sealed partial class ConstantOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (EvalValue.Of(Result(0).Type, ((IR.IConstantLike)this).ConstantValue) is { } value) ctx.Set(0, value);
        else ctx.SetUnsupported($"a constant of {Result(0).Type}");
    }
}

public sealed partial class AddIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Wrapping(ctx, OverflowFlags, static (a, b) => a + b);
}

public sealed partial class SubIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Wrapping(ctx, OverflowFlags, static (a, b) => a - b);
}

public sealed partial class MulIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Wrapping(ctx, OverflowFlags, static (a, b) => a * b);
}

public sealed partial class AddUIExtendedOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        LaneMath.Integers(ctx, static (a, b, width) => EvalValue.Wrap(a + b, width));
        ctx.Set(1, IntegerEvaluation.Second(ctx, static (a, b, width) => a + b >> width));
    }
}

public sealed partial class MulSIExtendedOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        LaneMath.Signed(ctx, static (a, b) => a * b);
        ctx.Set(1, IntegerEvaluation.Second(ctx, static (a, b, width) => EvalValue.Wrap(EvalValue.Signed(a, width) * EvalValue.Signed(b, width) >> width, width)));
    }
}

public sealed partial class MulUIExtendedOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        LaneMath.Integers(ctx, static (a, b, width) => EvalValue.Wrap(a * b, width));
        ctx.Set(1, IntegerEvaluation.Second(ctx, static (a, b, width) => a * b >> width));
    }
}

public sealed partial class AndIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => a & b);
}

public sealed partial class OrIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => a | b);
}

public sealed partial class XOrIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => a ^ b);
}

public sealed partial class ShLIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.ShiftLeft(ctx, OverflowFlags);
}

public sealed partial class ShRUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, width) => b >= width ? EvalValue.Poison : a >> (int)b);
}

public sealed partial class ShRSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, width) => b >= width ? EvalValue.Poison : EvalValue.Wrap(EvalValue.Signed(a, width) >> (int)b, width));
}

public sealed partial class DivUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: false, static (a, b) => BigInteger.Divide(a, b));
}

public sealed partial class RemUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: false, static (a, b) => BigInteger.Remainder(a, b));
}

public sealed partial class CeilDivUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: false, static (a, b) => BigInteger.Divide(a + b - 1, b));
}

public sealed partial class DivSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: true, static (a, b) => BigInteger.Divide(a, b));
}

public sealed partial class RemSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: true, static (a, b) => BigInteger.Remainder(a, b));
}

public sealed partial class CeilDivSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: true, static (a, b) => -IntegerEvaluation.FloorDivide(-a, b));
}

public sealed partial class FloorDivSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => IntegerEvaluation.Divide(ctx, signed: true, static (a, b) => IntegerEvaluation.FloorDivide(a, b));
}

public sealed partial class MaxSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Signed(ctx, static (a, b) => BigInteger.Max(a, b));
}

public sealed partial class MinSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Signed(ctx, static (a, b) => BigInteger.Min(a, b));
}

public sealed partial class MaxUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => BigInteger.Max(a, b));
}

public sealed partial class MinUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, static (a, b, _) => BigInteger.Min(a, b));
}

public sealed partial class CmpIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Integers(ctx, (a, b, width) => IntegerEvaluation.Compare(Predicate, a, b, width) ? BigInteger.One : BigInteger.Zero);
}

public sealed partial class SelectOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        EvalValue condition = ctx[0], yes = ctx[1], no = ctx[2];
        BigInteger[] lanes = new BigInteger[yes.Lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            BigInteger chosen = condition.Lanes[condition.Lanes.Length == lanes.Length ? i : 0];
            lanes[i] = chosen == EvalValue.Poison ? EvalValue.Poison : chosen.IsZero ? no.Lanes[i] : yes.Lanes[i];
        }
        EvalValue scalar = condition.Lanes[0].IsZero ? no : yes;
        ctx.Set(0, new EvalValue(yes.Type, lanes) { Symbol = lanes.Length == 1 ? scalar.Symbol : null });
    }
}

internal static class IntegerEvaluation
{
    public static void Wrapping(EvalContext ctx, IntegerOverflowFlags flags, Func<BigInteger, BigInteger, BigInteger> f) => LaneMath.Integers(ctx, (a, b, width) =>
    {
        BigInteger unsigned = f(a, b), signed = f(EvalValue.Signed(a, width), EvalValue.Signed(b, width));
        BigInteger bits = EvalValue.Wrap(unsigned, width);
        if ((flags & IntegerOverflowFlags.NoUnsignedWrap) != 0 && unsigned != bits) return EvalValue.Poison;
        return (flags & IntegerOverflowFlags.NoSignedWrap) != 0 && signed != EvalValue.Signed(bits, width) ? EvalValue.Poison : bits;
    });

    public static void ShiftLeft(EvalContext ctx, IntegerOverflowFlags flags) => LaneMath.Integers(ctx, (a, b, width) =>
    {
        if (b >= width) return EvalValue.Poison;
        BigInteger bits = EvalValue.Wrap(a << (int)b, width);
        if ((flags & IntegerOverflowFlags.NoUnsignedWrap) != 0 && bits >> (int)b != a) return EvalValue.Poison;
        bool changesSign = EvalValue.Signed(bits, width) >> (int)b != EvalValue.Signed(a, width);
        return (flags & IntegerOverflowFlags.NoSignedWrap) != 0 && changesSign ? EvalValue.Poison : bits;
    });

    // A quotient that the type cannot hold (the least number by -1) is as undefined as a division by zero.
    public static void Divide(EvalContext ctx, bool signed, Func<BigInteger, BigInteger, BigInteger> f)
    {
        int width = EvalValue.Width(ctx[0].LaneType);
        for (int i = 0; i < ctx[1].Lanes.Length; i++)
        {
            BigInteger a = ctx[0].Lanes[i], b = ctx[1].Lanes[i];
            if (b == EvalValue.Poison || b.IsZero)
            {
                ctx.SetUndefined(b.IsZero ? "division by zero" : "division by poison");
                return;
            }
            if (!signed || a == EvalValue.Poison || EvalValue.Signed(b, width) != -1 || a != BigInteger.One << (width - 1)) continue;
            ctx.SetUndefined("the quotient overflows");
            return;
        }
        if (signed) LaneMath.Signed(ctx, f);
        else LaneMath.Integers(ctx, (a, b, w) => EvalValue.Wrap(f(a, b), w));
    }

    public static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        return !remainder.IsZero && remainder.Sign != b.Sign ? quotient - 1 : quotient;
    }

    /// <summary>The second result of an operation with two.</summary>
    public static EvalValue Second(EvalContext ctx, LaneMath.Binary f)
    {
        int width = EvalValue.Width(ctx[0].LaneType);
        BigInteger[] lanes = new BigInteger[ctx[0].Lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            BigInteger a = ctx[0].Lanes[i], b = ctx[1].Lanes[i];
            lanes[i] = a == EvalValue.Poison || b == EvalValue.Poison ? EvalValue.Poison : f(a, b, width);
        }
        return new EvalValue(ctx.Op.Result(1).Type, lanes);
    }

    public static bool Compare(CmpIPredicate predicate, BigInteger a, BigInteger b, int width)
    {
        BigInteger x = EvalValue.Signed(a, width), y = EvalValue.Signed(b, width);
        return predicate switch
        {
            CmpIPredicate.Equal => a == b,
            CmpIPredicate.NotEqual => a != b,
            CmpIPredicate.SignedLess => x < y,
            CmpIPredicate.SignedLessEqual => x <= y,
            CmpIPredicate.SignedGreater => x > y,
            CmpIPredicate.SignedGreaterEqual => x >= y,
            CmpIPredicate.UnsignedLess => a < b,
            CmpIPredicate.UnsignedLessEqual => a <= b,
            CmpIPredicate.UnsignedGreater => a > b,
            _ => a >= b,
        };
    }
}
