using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>A term of a quantized sum: stored values, their zero point, and what a value is multiplied by and shifted left.</summary>
public readonly record struct QuantizedTerm(NdArray Values, long Zero, long Multiplier, int Shift);

/// <summary>Sums, requantization, tables and softmax on stored integers, and the ways from and to floats.</summary>
public static class QuantizedElementwise
{
    /// <summary>The sum of two terms, broadcast to each other. Without multipliers it wraps in 32 bits and is requantized as a convolution's sum is;
    /// with them it is exact in 64 bits, and the shift is the last step.</summary>
    public static NdArray Add(QuantizedTerm a, QuantizedTerm b, bool wide, Requantization requantization, ElementKind kind)
    {
        var shape = Shapes.Broadcast(a.Values.Shape, b.Values.Shape);
        NdArray left = Full(a, shape), right = Full(b, shape);
        var y = NdArray.CreateUninitialized(kind, shape);
        var sums = left.Write<int>();
        var other = right.Read<int>();
        if (wide)
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] = requantization.Wide(((sums[i] * a.Multiplier) << a.Shift) + ((other[i] * b.Multiplier) << b.Shift));
        }
        else
        {
            for (int i = 0; i < sums.Length; i++) sums[i] = unchecked((sums[i] << a.Shift) + (other[i] << b.Shift));
            requantization.Apply(sums, 0);
        }
        StoredIntegers.Store(sums, y, 0);
        left.Release();
        right.Release();
        return y;
    }

    /// <summary>(x - zero) &lt;&lt; leftShift, requantized.</summary>
    public static NdArray Requantize(NdArray x, long zero, int leftShift, Requantization requantization, ElementKind kind)
    {
        var wide = StoredIntegers.Centered32(x, [zero]);
        var y = NdArray.CreateUninitialized(kind, x.Shape);
        var values = wide.Write<int>();
        if (leftShift > 0)
            for (int i = 0; i < values.Length; i++) values[i] <<= leftShift;
        requantization.Apply(values, 0);
        StoredIntegers.Store(values, y, 0);
        wide.Release();
        return y;
    }

    /// <summary>table[x - least value of x's kind].</summary>
    public static NdArray Lookup(NdArray x, ReadOnlySpan<long> table, ElementKind kind)
    {
        var y = NdArray.CreateUninitialized(kind, x.Shape);
        var from = x.Read<byte>();
        int flip = x.Kind == ElementKind.I8 ? 0x80 : 0;
        if (kind.Bytes() == 1)
        {
            Span<byte> entries = stackalloc byte[256];
            for (int i = 0; i < 256; i++) entries[i] = unchecked((byte)table[i]);
            var to = y.Write<byte>();
            for (int i = 0; i < to.Length; i++) to[i] = entries[from[i] ^ flip];
        }
        else
        {
            var to = y.Write<short>();
            for (int i = 0; i < to.Length; i++) to[i] = unchecked((short)table[from[i] ^ flip]);
        }
        GC.KeepAlive(x);
        return y;
    }

    /// <summary>What a value gets that lies <paramref name="below"/> the greatest one: table[below], or of 512 entries the product of that of the upper 8 bits and that of the lower,
    /// (table[below >> 8] table[256 + (below &amp; 255)] + 2^22) >> 23.</summary>
    public static long Exponential(ReadOnlySpan<long> table, int below) =>
        table.Length == 256 ? table[below] : (table[below >> 8] * table[256 + (below & 255)] + (1L << 22)) >> 23;

    /// <summary>Softmax along an axis: with e as <see cref="Exponential"/> of greatest - x and s the sum of e, (e steps + s / 2) / s + zero, saturated, in 64-bit integers.</summary>
    public static NdArray Softmax(NdArray x, ReadOnlySpan<long> table, long axis, long steps, Requantization result, ElementKind kind)
    {
        int at = Shapes.Axis(axis, x.Rank);
        var wide = StoredIntegers.Centered32(x, [0]);
        var values = wide.Write<int>();
        int inner = (int)Shapes.Product(x.Shape[(at + 1)..]), count = (int)x.Shape[at];
        for (int start = 0; start < values.Length; start += count * inner)
        {
            for (int i = start; i < start + inner; i++)
            {
                int greatest = int.MinValue;
                for (int k = 0; k < count; k++) greatest = Math.Max(greatest, values[i + k * inner]);
                long sum = 0;
                for (int k = 0; k < count; k++) sum += Exponential(table, greatest - values[i + k * inner]);
                for (int k = 0; k < count; k++)
                {
                    ref int v = ref values[i + k * inner];
                    v = (int)Math.Clamp((Exponential(table, greatest - v) * steps + sum / 2) / sum + result.Zero, result.Min, result.Max);
                }
            }
        }
        var y = NdArray.CreateUninitialized(kind, x.Shape);
        StoredIntegers.Store(values, y, 0);
        wide.Release();
        return y;
    }

    /// <summary>clamp(round_half_even(x / scale) + zero): the quotient in f32, as ONNX has it; NaN gives the zero point.</summary>
    public static NdArray FromFloat(NdArray x, ReadOnlySpan<double> scales, ReadOnlySpan<long> zeros, int axis, long least, long greatest, ElementKind kind)
    {
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        var y = NdArray.CreateUninitialized(kind, x.Shape);
        Span<int> block = stackalloc int[512];
        int inner = scales.Length == 1 ? from.Length : (int)Shapes.Product(x.Shape[(axis + 1)..]);
        Shapes.Require(scales.Length == 1 || x.Shape[axis] == scales.Length, "the scales do not fit the tensor");
        for (int start = 0, c = 0; start < from.Length; start += inner, c = c + 1 == scales.Length ? 0 : c + 1)
        {
            float scale = (float)scales[c], low = least - zeros[c], high = greatest - zeros[c];
            int zero = (int)zeros[c];
            for (int i = start; i < start + inner; i += block.Length)
            {
                var part = block[..Math.Min(block.Length, start + inner - i)];
                for (int j = 0; j < part.Length; j++)
                {
                    float q = MathF.Round(from[i + j] / scale, MidpointRounding.ToEven);
                    part[j] = (float.IsNaN(q) ? 0 : (int)Math.Clamp((double)q, low, high)) + zero;
                }
                StoredIntegers.Store(part, y, i);
            }
        }
        GC.KeepAlive(wide);
        return y;
    }

    /// <summary>(x - zero) scale, in f32.</summary>
    public static NdArray ToFloat(NdArray x, ReadOnlySpan<double> scales, ReadOnlySpan<long> zeros, int axis)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F32, x.Shape);
        var to = y.Write<float>();
        Span<int> block = stackalloc int[512];
        int inner = scales.Length == 1 ? to.Length : (int)Shapes.Product(x.Shape[(axis + 1)..]);
        Shapes.Require(scales.Length == 1 || x.Shape[axis] == scales.Length, "the scales do not fit the tensor");
        for (int start = 0, c = 0; start < to.Length; start += inner, c = c + 1 == scales.Length ? 0 : c + 1)
        {
            float scale = (float)scales[c];
            for (int i = start; i < start + inner; i += block.Length)
            {
                var part = block[..Math.Min(block.Length, start + inner - i)];
                StoredIntegers.Load(x, i, part, zeros[c]);
                for (int j = 0; j < part.Length; j++) to[i + j] = part[j] * scale;
            }
        }
        return y;
    }

    private static NdArray Full(QuantizedTerm term, long[] shape)
    {
        var wide = StoredIntegers.Centered32(term.Values, [term.Zero]);
        return term.Values.Shape.SequenceEqual(shape) ? wide : Moves.Expand(wide, shape);
    }
}
