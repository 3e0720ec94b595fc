using NestC.Dialects.Graph;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>
/// A maximum pool as the end of the convolution before it: where its windows do not overlap, each is taken from sums that stand in the accumulators, so that
/// only its result is shifted, limited and stored. Overlapping windows would compute the sums between two tiles twice.
/// </summary>
internal static class PoolFusion
{
    // The sums of a window, at most: they all stand in the accumulators at once.
    private const int Sums = 16;

    /// <summary>The convolution that takes the maxima too; null where there is none, or where it takes longer than both.</summary>
    public static Value? IntoConvolution(OpBuilder b, MaxPoolOp pool, Value input, in Window2D w, TileSearch search)
    {
        bool apart = w is { DilationHeight: 1, DilationWidth: 1, Top: 0, Left: 0, Bottom: 0, Right: 0 } && w.Height == w.StrideHeight && w.Width == w.StrideWidth;
        if (!apart || w.Height * w.Width > Sums || !pool.Input.HasOneUse || !PackedConversion.IsComputed(pool.Input)) return null;
        if (input.DefiningOp is not PackedConvOp { Residual: null, Pool: null, Tile: null } conv || input.HasUses) return null;
        b.Location = conv.Location;
        PackedConvOp fused = PackedConvOp.Create(b, conv.Input, conv.Weight, conv.Shift, PackedConversion.TypeOf(pool.Output), bias: conv.Bias, strides: conv.Strides,
            dilations: conv.Dilations, pads: conv.Pads, groupBlocks: conv.GroupBlocks, clip: conv.Clip, pool: [w.Height, w.Width]);
        PackedMaxPoolOp alone = PackedMaxPoolOp.Create(b, input, [w.Height, w.Width], PackedConversion.TypeOf(pool.Output), strides: w.Strides);
        b.Location = pool.Location;
        bool faster = Cycles(search, KernelOf.Accumulation(fused)!) is { } together && Cycles(search, KernelOf.Accumulation(conv)!) is { } sums
            && (search.Find(KernelOf.MaxPool(alone), out _, out ScheduleCost maxima).IsNo || together <= sums + maxima.Simulated);
        b.Erase(alone);
        if (faster)
        {
            b.Erase(conv);
            return fused.Output;
        }
        b.Erase(fused);
        return null;
    }

    private static long? Cycles(TileSearch search, AccumulationKernel kernel) => search.Find(kernel, out _, out ScheduleCost cost).IsNo ? null : cost.Simulated;
}
