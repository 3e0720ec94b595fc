using System.Numerics;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Evaluation;

/// <summary>Applies functions lane by lane. A poison operand makes the lane poison; a function returns poison by -1.</summary>
public static class LaneMath
{
    /// <summary>A function of bit patterns and the operands' width.</summary>
    public delegate BigInteger Binary(BigInteger a, BigInteger b, int width);

    public static void Integers(EvalContext ctx, Binary f)
    {
        EvalValue a = ctx[0], b = ctx[1];
        int width = EvalValue.Width(a.LaneType);
        BigInteger[] lanes = new BigInteger[a.Lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
            lanes[i] = a.Lanes[i] == EvalValue.Poison || b.Lanes[i] == EvalValue.Poison ? EvalValue.Poison : f(a.Lanes[i], b.Lanes[i], width);
        ctx.Set(0, new EvalValue(ctx.Op.Result(0).Type, lanes));
    }

    /// <summary>A function of signed numbers, whose result is taken modulo two to the power of the width.</summary>
    public static void Signed(EvalContext ctx, Func<BigInteger, BigInteger, BigInteger> f) =>
        Integers(ctx, (a, b, width) => EvalValue.Wrap(f(EvalValue.Signed(a, width), EvalValue.Signed(b, width)), width));

    /// <summary>A function of a lane, with the widths of operand and result.</summary>
    public static void Convert(EvalContext ctx, Func<BigInteger, int, int, BigInteger> f)
    {
        IrType type = ctx.Op.Result(0).Type;
        if (EvalValue.LaneTypeOf(type) is not { } to || EvalValue.LaneTypeOf(ctx[0].Type) is not { } from)
        {
            ctx.SetUnsupported($"'{ctx.Op.Name}' on {type}");
            return;
        }
        BigInteger[] lanes = new BigInteger[ctx[0].Lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
            lanes[i] = ctx[0].Lanes[i] == EvalValue.Poison ? EvalValue.Poison : f(ctx[0].Lanes[i], EvalValue.Width(from), EvalValue.Width(to));
        ctx.Set(0, new EvalValue(type, lanes));
    }

    /// <summary>The format of a float operand whose values a double holds exactly, or null, which is said to the context.</summary>
    public static FloatSemantics? Format(EvalContext ctx, IrType type)
    {
        IrType lane = EvalValue.LaneTypeOf(type) ?? type;
        if (lane is FloatType { Semantics: { Precision: <= 53, Width: <= 64 } semantics }) return semantics;
        ctx.SetUnsupported($"'{ctx.Op.Name}' on {type}");
        return null;
    }

    /// <summary>
    /// A function of doubles, rounded once more to the format: right for sums, products and quotients of formats with at most 24 bits of
    /// precision, since 53 is at least twice that plus two (Figueroa, "When is double rounding innocuous?", 1995).
    /// </summary>
    /// <param name="flags">No NaN (2) and no infinity (4): poison where the promise is broken.</param>
    public static void Floats(EvalContext ctx, int flags, Func<double, double, double> f)
    {
        if (Format(ctx, ctx[0].Type) is not { } format) return;
        bool unary = ctx.Count == 1;
        BigInteger[] lanes = new BigInteger[ctx[0].Lanes.Length];
        for (int i = 0; i < lanes.Length; i++)
        {
            BigInteger x = ctx[0].Lanes[i], y = unary ? x : ctx[1].Lanes[i];
            lanes[i] = EvalValue.Poison;
            if (x == EvalValue.Poison || y == EvalValue.Poison) continue;
            double a = format.ToDouble((UInt128)x), b = format.ToDouble((UInt128)y), r = f(a, b);
            if ((flags & 2) != 0 && (double.IsNaN(a) || double.IsNaN(b) || double.IsNaN(r))) continue;
            if ((flags & 4) != 0 && (double.IsInfinity(a) || double.IsInfinity(b) || double.IsInfinity(r))) continue;
            lanes[i] = (BigInteger)format.FromDouble(r);
        }
        ctx.Set(0, new EvalValue(ctx.Op.Result(0).Type, lanes));
    }

    /// <summary>The float nearest to an integer, ties to even.</summary>
    public static BigInteger FromInteger(BigInteger value, FloatSemantics format)
    {
        bool negative = value.Sign < 0;
        BigInteger magnitude = BigInteger.Abs(value);
        // Enough bits that the next rounding sees whether something was cut off: the last one is sticky.
        int keep = format.Precision > 24 ? 55 : 52;
        long shift = Math.Max(0, (long)magnitude.GetBitLength() - keep);
        BigInteger top = magnitude >> (int)shift;
        long bits = (long)top;
        if (top << (int)shift != magnitude) bits |= 1;
        double real = shift > 2000 ? (bits == 0 ? 0 : double.PositiveInfinity) : Math.ScaleB((double)bits, (int)shift);
        return (BigInteger)format.FromDouble(negative ? -real : real);
    }

    /// <summary>The integer that a float becomes when its fraction is dropped; null for NaN and infinities.</summary>
    public static BigInteger? ToInteger(BigInteger bits, FloatSemantics format)
    {
        double value = format.ToDouble((UInt128)bits);
        return double.IsFinite(value) ? new BigInteger(Math.Truncate(value)) : null;
    }
}
