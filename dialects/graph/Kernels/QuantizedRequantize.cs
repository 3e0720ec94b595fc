using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>How 32-bit sums become stored values: by a shift alone, by a multiplier and a shift, or by an f32 factor; see docs/dialects/quantized-arithmetic.md.</summary>
public sealed class Requantization
{
    /// <summary>One for all channels, or one each; 0..31 without a multiplier, 0..62 with one.</summary>
    public required long[] Shift { get; init; }

    /// <summary>One for all channels, or one each, in 0..2^31-1; null for a shift alone.</summary>
    public long[]? Multiplier { get; init; }

    /// <summary>Whether the sum as f32 is multiplied by the f32 m / 2^s, and the product rounded, halves to even, as runtimes of ONNX do.</summary>
    public bool IsF32 { get; init; }

    /// <summary>The zero point of the result.</summary>
    public long Zero { get; init; }

    /// <summary>Least value of the result.</summary>
    public required long Min { get; init; }

    /// <summary>Greatest value of the result.</summary>
    public required long Max { get; init; }

    /// <summary>Requantizes the sums of one channel in place.</summary>
    public void Apply(Span<int> sums, long channel)
    {
        int shift = (int)(Shift.Length == 1 ? Shift[0] : Shift[channel]);
        // The zero point comes last, so that the limits can be moved instead.
        long least = Min - Zero, greatest = Max - Zero;
        if (Multiplier is null) ByShift(sums, shift, (int)least, (int)greatest, (int)Zero);
        else if (IsF32) ByFactor(sums, Factor(Multiplier.Length == 1 ? Multiplier[0] : Multiplier[channel], shift), least, greatest);
        else ByMultiplier(sums, Multiplier.Length == 1 ? Multiplier[0] : Multiplier[channel], shift, least, greatest);
    }

    private static void ByShift(Span<int> sums, int shift, int least, int greatest, int zero)
    {
        int rounding = shift > 0 ? 1 << (shift - 1) : 0, i = 0, lanes = Vector<int>.Count;
        Vector<int> r = new(rounding), low = new(least), high = new(greatest), z = new(zero);
        for (; i <= sums.Length - lanes; i += lanes)
        {
            var v = Vector.ShiftRightArithmetic(new Vector<int>(sums[i..]) + r, shift);
            (Vector.Min(Vector.Max(v, low), high) + z).CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++) sums[i] = Math.Min(Math.Max(unchecked(sums[i] + rounding) >> shift, least), greatest) + zero;
    }

    /// <summary>m / 2^s, which an f32 holds exactly where m is below 2^24.</summary>
    public static float Factor(long multiplier, int shift) => (float)Math.ScaleB(multiplier, -shift);

    /// <summary>One sum of 64 bits by an f32 factor.</summary>
    public long OfProduct(long sum, float factor) => (long)Math.Clamp(MathF.Round(sum * factor, MidpointRounding.ToEven), Min - Zero, Max - Zero) + Zero;

    private void ByFactor(Span<int> sums, float factor, long least, long greatest)
    {
        int i = 0, lanes = Vector<int>.Count;
        Vector<float> f = new(factor), low = new(least), high = new(greatest);
        Vector<int> z = new((int)Zero);
        for (; i <= sums.Length - lanes; i += lanes)
        {
            var v = Vector.Round(Vector.ConvertToSingle(new Vector<int>(sums[i..])) * f);
            (Vector.ConvertToInt32(Vector.Min(Vector.Max(v, low), high)) + z).CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++) sums[i] = (int)OfProduct(sums[i], factor);
    }

    private void ByMultiplier(Span<int> sums, long multiplier, int shift, long least, long greatest)
    {
        long rounding = shift > 0 ? 1L << (shift - 1) : 0;
        int i = 0, lanes = Vector<int>.Count;
        Vector<long> r = new(rounding), low = new(least), high = new(greatest), z = new(Zero), m = new(multiplier);
        for (; i <= sums.Length - lanes; i += lanes)
        {
            Vector.Widen(new Vector<int>(sums[i..]), out var a, out var b);
            a = Vector.Min(Vector.Max(Vector.ShiftRightArithmetic(a * m + r, shift), low), high) + z;
            b = Vector.Min(Vector.Max(Vector.ShiftRightArithmetic(b * m + r, shift), low), high) + z;
            Vector.Narrow(a, b).CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++) sums[i] = (int)(Math.Clamp((sums[i] * multiplier + rounding) >> shift, least, greatest) + Zero);
    }

    /// <summary>One sum of 64 bits, by the shift alone.</summary>
    public int Wide(long sum)
    {
        int shift = (int)Shift[0];
        return (int)Math.Clamp(((sum + (shift > 0 ? 1L << (shift - 1) : 0)) >> shift) + Zero, Min, Max);
    }
}

/// <summary>Stored values and the 16- and 32-bit integers that arithmetic is done in.</summary>
public static class StoredIntegers
{
    /// <summary>Writes values that fit to an array of 8, 16 or 32 bits, from an element on.</summary>
    public static void Store(ReadOnlySpan<int> values, NdArray to, long start)
    {
        int at = (int)start, i = 0, lanes = Vector<int>.Count;
        switch (to.Kind)
        {
            case ElementKind.I8 or ElementKind.U8:
                var bytes = to.Write<sbyte>().Slice(at, values.Length);
                for (; i <= values.Length - 4 * lanes; i += 4 * lanes)
                {
                    var low = Vector.Narrow(new Vector<int>(values[i..]), new Vector<int>(values[(i + lanes)..]));
                    var high = Vector.Narrow(new Vector<int>(values[(i + 2 * lanes)..]), new Vector<int>(values[(i + 3 * lanes)..]));
                    Vector.Narrow(low, high).CopyTo(bytes[i..]);
                }
                for (; i < values.Length; i++) bytes[i] = unchecked((sbyte)values[i]);
                break;
            case ElementKind.I16 or ElementKind.U16:
                var halves = to.Write<short>().Slice(at, values.Length);
                for (; i < values.Length; i++) halves[i] = unchecked((short)values[i]);
                break;
            case ElementKind.I32:
                values.CopyTo(to.Write<int>()[at..]);
                break;
            default: throw new EvaluationException($"quantized values are not stored as {to.Kind.Name()}");
        }
    }

    /// <summary>A run of stored values less a zero point, as 32-bit integers.</summary>
    public static void Load(NdArray from, long start, Span<int> to, long zero)
    {
        int at = (int)start, z = (int)zero;
        switch (from.Kind)
        {
            case ElementKind.I8:
                var i8 = from.Read<sbyte>().Slice(at, to.Length);
                for (int i = 0; i < to.Length; i++) to[i] = i8[i] - z;
                break;
            case ElementKind.U8:
                var u8 = from.Read<byte>().Slice(at, to.Length);
                for (int i = 0; i < to.Length; i++) to[i] = u8[i] - z;
                break;
            case ElementKind.I16:
                var i16 = from.Read<short>().Slice(at, to.Length);
                for (int i = 0; i < to.Length; i++) to[i] = i16[i] - z;
                break;
            case ElementKind.U16:
                var u16 = from.Read<ushort>().Slice(at, to.Length);
                for (int i = 0; i < to.Length; i++) to[i] = u16[i] - z;
                break;
            case ElementKind.I32:
                var i32 = from.Read<int>().Slice(at, to.Length);
                for (int i = 0; i < to.Length; i++) to[i] = unchecked(i32[i] - z);
                break;
            default: throw new EvaluationException($"quantized values are not stored as {from.Kind.Name()}");
        }
        GC.KeepAlive(from);
    }

    /// <summary>All values less their zero point (one, or one for each index of dimension 0), as i32.</summary>
    public static NdArray Centered32(NdArray x, ReadOnlySpan<long> zeros)
    {
        var y = NdArray.CreateUninitialized(ElementKind.I32, x.Shape);
        var to = y.Write<int>();
        int rows = zeros.Length, run = rows == 0 ? 0 : to.Length / rows;
        Shapes.Require(rows > 0 && run * rows == to.Length, "the zero points do not fit the operand");
        for (int r = 0; r < rows; r++) Load(x, (long)r * run, to.Slice(r * run, run), zeros[r]);
        return y;
    }

    /// <summary>All 8-bit values less their zero point (one, or one for each index of dimension 0), as i16.</summary>
    public static NdArray Centered16(NdArray x, ReadOnlySpan<long> zeros)
    {
        var y = NdArray.CreateUninitialized(ElementKind.I16, x.Shape);
        var to = y.Write<short>();
        int rows = zeros.Length, run = rows == 0 ? 0 : to.Length / rows;
        Shapes.Require(rows > 0 && run * rows == to.Length, "the zero points do not fit the operand");
        for (int r = 0; r < rows; r++)
        {
            var part = to.Slice(r * run, run);
            var z = new Vector<short>((short)zeros[r]);
            int i = 0, lanes = Vector<short>.Count;
            if (x.Kind == ElementKind.I8)
            {
                var from = x.Read<sbyte>().Slice(r * run, run);
                for (; i <= run - 2 * lanes; i += 2 * lanes)
                {
                    Vector.Widen(new Vector<sbyte>(from[i..]), out var a, out var b);
                    (a - z).CopyTo(part[i..]);
                    (b - z).CopyTo(part[(i + lanes)..]);
                }
                for (; i < run; i++) part[i] = (short)(from[i] - zeros[r]);
            }
            else
            {
                var from = x.Read<byte>().Slice(r * run, run);
                for (; i <= run - 2 * lanes; i += 2 * lanes)
                {
                    Vector.Widen(new Vector<byte>(from[i..]), out var a, out var b);
                    (Vector.AsVectorInt16(a) - z).CopyTo(part[i..]);
                    (Vector.AsVectorInt16(b) - z).CopyTo(part[(i + lanes)..]);
                }
                for (; i < run; i++) part[i] = (short)(from[i] - zeros[r]);
            }
        }
        GC.KeepAlive(x);
        return y;
    }
}
