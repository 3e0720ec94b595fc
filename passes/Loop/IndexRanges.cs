using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Dialects.Loop;
using NestC.IR;

namespace NestC.Passes.Loop;

/// <summary>The numbers that an index may be, as far as bounds of loops and arithmetic say: from Least to Most.</summary>
public readonly record struct IndexRange(long Least, long Most)
{
    /// <summary>Nothing is known.</summary>
    public static IndexRange All => new(long.MinValue, long.MaxValue);

    public bool IsPoint => Least == Most;

    /// <summary>The sums, products and so on of bounds; null on overflow.</summary>
    internal static IndexRange Of(Int128 least, Int128 most) =>
        least < long.MinValue || most > long.MaxValue ? All : new((long)least, (long)most);
}

/// <summary>Bounds index values by what computes them.</summary>
public static class IndexRanges
{
    private const int MaxDepth = 12;

    /// <summary>The numbers that a value of an integer or index type may be.</summary>
    public static IndexRange Of(Value value, int depth = 0)
    {
        if (Bounds.Constant(value) is { } known) return new(known, known);
        if (depth > MaxDepth) return IndexRange.All;
        if (value.IsBlockArgument) return OfArgument(value, depth);
        Operation op = value.DefiningOp!;
        if (op is DimOp) return new(0, long.MaxValue);
        if (op.OperandCount != 2 || value.Type is not IndexType) return IndexRange.All;
        IndexRange a = Of(op.Operand(0), depth + 1), b = Of(op.Operand(1), depth + 1);
        switch (op)
        {
            case AddIOp: return a == IndexRange.All || b == IndexRange.All ? IndexRange.All : IndexRange.Of((Int128)a.Least + b.Least, (Int128)a.Most + b.Most);
            case SubIOp: return a == IndexRange.All || b == IndexRange.All ? IndexRange.All : IndexRange.Of((Int128)a.Least - b.Most, (Int128)a.Most - b.Least);
            case MulIOp when a != IndexRange.All && b != IndexRange.All: return Product(a, b);
            case MinSIOp: return new(Math.Min(a.Least, b.Least), Math.Min(a.Most, b.Most));
            case MaxSIOp: return new(Math.Max(a.Least, b.Least), Math.Max(a.Most, b.Most));
            case MinUIOp when a.Least >= 0 && b.Least >= 0: return new(Math.Min(a.Least, b.Least), Math.Min(a.Most, b.Most));
            case DivSIOp or DivUIOp or FloorDivSIOp when a.Least >= 0 && b.IsPoint && b.Least > 0: return new(a.Least / b.Least, a.Most / b.Least);
            case CeilDivSIOp or CeilDivUIOp when a.Least >= 0 && b.IsPoint && b.Least > 0: return new(CeilDiv(a.Least, b.Least), CeilDiv(a.Most, b.Least));
            case RemSIOp or RemUIOp when a.Least >= 0 && b.IsPoint && b.Least > 0: return a.Most < b.Least ? a : new(0, Math.Min(a.Most, b.Least - 1));
            default: return IndexRange.All;
        }
    }

    private static long CeilDiv(long a, long b) => a / b + (a % b != 0 ? 1 : 0);

    private static IndexRange Product(IndexRange a, IndexRange b)
    {
        Int128 w = (Int128)a.Least * b.Least, x = (Int128)a.Least * b.Most, y = (Int128)a.Most * b.Least, z = (Int128)a.Most * b.Most;
        return IndexRange.Of(Int128.Min(Int128.Min(w, x), Int128.Min(y, z)), Int128.Max(Int128.Max(w, x), Int128.Max(y, z)));
    }

    private static IndexRange OfArgument(Value value, int depth)
    {
        (Value Lower, Value Upper, Value Step) loop;
        switch (value.ArgumentBlock!.ParentOp)
        {
            case ForOp one when value == one.InductionVar: loop = (one.LowerBound, one.UpperBound, one.Step); break;
            case ParallelOp all: loop = (all.LowerBounds[value.Number], all.UpperBounds[value.Number], all.Steps[value.Number]); break;
            default: return IndexRange.All;
        }
        IndexRange lower = Of(loop.Lower, depth + 1), upper = Of(loop.Upper, depth + 1);
        if (lower.Least == long.MinValue || upper.Most == long.MaxValue) return new(lower.Least, upper.Most == long.MaxValue ? upper.Most : upper.Most - 1);
        long most = upper.Most - 1;
        // The last number is a multiple of the step away from the first.
        if (lower.IsPoint && Bounds.Constant(loop.Step) is { } step and > 0 && most >= lower.Least) most = lower.Least + (most - lower.Least) / step * step;
        return new(lower.Least, Math.Max(most, lower.Least));
    }

    /// <summary>A number above zero that every number a value may be is a multiple of; 1 when nothing is known.</summary>
    public static long Divisor(Value value, int depth = 0)
    {
        if (Bounds.Constant(value) is { } known) return known == 0 ? 0 : Math.Abs(known);
        if (depth > MaxDepth) return 1;
        if (value.IsBlockArgument)
        {
            return value.ArgumentBlock!.ParentOp switch
            {
                ForOp one when value == one.InductionVar => Gcd(Divisor(one.LowerBound, depth + 1), Divisor(one.Step, depth + 1)),
                ParallelOp all => Gcd(Divisor(all.LowerBounds[value.Number], depth + 1), Divisor(all.Steps[value.Number], depth + 1)),
                _ => 1,
            };
        }
        return value.DefiningOp switch
        {
            AddIOp or SubIOp => Gcd(Divisor(value.DefiningOp.Operand(0), depth + 1), Divisor(value.DefiningOp.Operand(1), depth + 1)),
            MulIOp => Times(Divisor(value.DefiningOp.Operand(0), depth + 1), Divisor(value.DefiningOp.Operand(1), depth + 1)),
            _ => 1,
        };
    }

    private static long Times(long a, long b) => a != 0 && b > long.MaxValue / Math.Max(a, 1) ? 1 : a * b;

    private static long Gcd(long a, long b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
