using System.Numerics;
using NestC.Evaluation;
using NestC.Support;

namespace NestC.Builtin.Arith;

public sealed partial class AddFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => a + b);
}

public sealed partial class SubFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => a - b);
}

public sealed partial class MulFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => a * b);
}

public sealed partial class DivFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => a / b);
}

public sealed partial class RemFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => a % b);
}

public sealed partial class MaximumFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => Math.Max(a, b));
}

public sealed partial class MinimumFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => Math.Min(a, b));
}

public sealed partial class MaxNumFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => double.MaxNumber(a, b));
}

public sealed partial class MinNumFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Floats(ctx, (int)Fastmath, static (a, b) => double.MinNumber(a, b));
}

public sealed partial class NegFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, width, _) => a ^ BigInteger.One << (width - 1));
}

public sealed partial class CmpFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (LaneMath.Format(ctx, ctx[0].Type) is not { } format) return;
        int flags = (int)Fastmath;
        LaneMath.Integers(ctx, (a, b, _) =>
        {
            double x = format.ToDouble((UInt128)a), y = format.ToDouble((UInt128)b);
            if ((flags & 2) != 0 && (double.IsNaN(x) || double.IsNaN(y))) return EvalValue.Poison;
            if ((flags & 4) != 0 && (double.IsInfinity(x) || double.IsInfinity(y))) return EvalValue.Poison;
            return FloatEvaluation.Compare(Predicate, x, y) ? BigInteger.One : BigInteger.Zero;
        });
    }
}

public sealed partial class ExtUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, _, _) => a);
}

public sealed partial class ExtSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, from, to) => EvalValue.Wrap(EvalValue.Signed(a, from), to));
}

public sealed partial class TruncIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, _, to) => EvalValue.Wrap(a, to));
}

public sealed partial class IndexCastOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, from, to) => EvalValue.Wrap(EvalValue.Signed(a, from), to));
}

public sealed partial class IndexCastUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, _, to) => EvalValue.Wrap(a, to));
}

public sealed partial class BitcastOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => LaneMath.Convert(ctx, static (a, _, _) => a);
}

public sealed partial class ExtFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx) => FloatEvaluation.Resize(ctx);
}

public sealed partial class TruncFOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Roundingmode is null or RoundingMode.ToNearestEven) FloatEvaluation.Resize(ctx);
        else ctx.SetUnsupported($"'arith.truncf' with rounding mode {Roundingmode}");
    }
}

public sealed partial class UIToFPOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (LaneMath.Format(ctx, Out.Type) is { } format) LaneMath.Convert(ctx, (a, _, _) => LaneMath.FromInteger(a, format));
    }
}

public sealed partial class SIToFPOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (LaneMath.Format(ctx, Out.Type) is { } format) LaneMath.Convert(ctx, (a, from, _) => LaneMath.FromInteger(EvalValue.Signed(a, from), format));
    }
}

public sealed partial class FPToUIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (LaneMath.Format(ctx, In.Type) is not { } format) return;
        LaneMath.Convert(ctx, (a, _, to) => LaneMath.ToInteger(a, format) is { Sign: >= 0 } value && value < BigInteger.One << to ? value : EvalValue.Poison);
    }
}

public sealed partial class FPToSIOp : IEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (LaneMath.Format(ctx, In.Type) is not { } format) return;
        LaneMath.Convert(ctx, (a, _, to) =>
            LaneMath.ToInteger(a, format) is { } value && EvalValue.Signed(EvalValue.Wrap(value, to), to) == value ? EvalValue.Wrap(value, to) : EvalValue.Poison);
    }
}

internal static class FloatEvaluation
{
    /// <summary>To another format, rounded to nearest even.</summary>
    public static void Resize(EvalContext ctx)
    {
        if (LaneMath.Format(ctx, ctx[0].Type) is not { } from || LaneMath.Format(ctx, ctx.Op.Result(0).Type) is not { } to) return;
        LaneMath.Convert(ctx, (a, _, _) => (BigInteger)to.FromDouble(from.ToDouble((UInt128)a)));
    }

    public static bool Compare(CmpFPredicate predicate, double a, double b)
    {
        int kind = (int)predicate;
        if (kind is 0 or 15) return kind == 15;
        if (double.IsNaN(a) || double.IsNaN(b)) return kind > 7;
        // Ordered predicates are numbered 1 to 7; unordered ones repeat their order from 8 (uno, ueq, ...) on.
        return predicate switch
        {
            CmpFPredicate.OrderedEqual or CmpFPredicate.UnorderedEqual => a == b,
            CmpFPredicate.OrderedGreater or CmpFPredicate.UnorderedGreater => a > b,
            CmpFPredicate.OrderedGreaterEqual or CmpFPredicate.UnorderedGreaterEqual => a >= b,
            CmpFPredicate.OrderedLess or CmpFPredicate.UnorderedLess => a < b,
            CmpFPredicate.OrderedLessEqual or CmpFPredicate.UnorderedLessEqual => a <= b,
            CmpFPredicate.OrderedNotEqual or CmpFPredicate.UnorderedNotEqual => a != b,
            _ => kind == 7,
        };
    }
}
