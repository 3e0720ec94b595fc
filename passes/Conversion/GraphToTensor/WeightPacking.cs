using NestC.Dialects.Tensor;
using NestC.Evaluation;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>From weights and biases in rows to tiles of 16 x 16 and vectors of 16.</summary>
internal static class WeightPacking
{
    private const int Block = PackedLayout.Block;

    /// <summary>O x I/group x KH x KW bytes to O/16 x blocks x KH x KW x 16 x 16; what no weight fills is zero.</summary>
    public static NdArray Weights(NdArray w, long inputs, long group, BlockGroups groups)
    {
        long outputs = w.Shape[0], perGroupIn = inputs / group, perGroupOut = outputs / group;
        int kh = (int)w.Shape[2], kw = (int)w.Shape[3], taps = kh * kw;
        NdArray result = NdArray.Create(ElementKind.I8, [PackedLayout.Blocks(outputs), groups.PerOutput, kh, kw, Block, Block]);
        ReadOnlySpan<sbyte> from = w.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        for (long o = 0; o < outputs; o++)
        {
            long ob = o / Block, first = ob / groups.Outputs * groups.PerOutput;
            for (long i = 0; i < perGroupIn; i++)
            {
                long channel = o / perGroupOut * perGroupIn + i;
                long tile = (ob * groups.PerOutput + channel / Block - first) * taps;
                long source = (o * perGroupIn + i) * taps, target = o % Block * Block + channel % Block;
                for (int t = 0; t < taps; t++) to[(int)((tile + t) * Block * Block + target)] = from[(int)(source + t)];
            }
        }
        return result;
    }

    /// <summary>O numbers of 32 bits to O/16 x 16.</summary>
    public static NdArray Vector(NdArray bias)
    {
        NdArray result = NdArray.Create(ElementKind.I32, [PackedLayout.Blocks(bias.Count), Block]);
        bias.Read<int>().CopyTo(result.Write<int>());
        return result;
    }

    /// <summary>One shift for each channel of the blocks; the channels that fill up have the last one's.</summary>
    public static long[] Shifts(long[] shift, long outputs)
    {
        bool one = true;
        foreach (long s in shift) one &= s == shift[0];
        if (one) return [shift[0]];
        var all = new long[PackedLayout.Blocks(outputs) * Block];
        for (int i = 0; i < all.Length; i++) all[i] = shift[Math.Min(i, shift.Length - 1)];
        return all;
    }
}
