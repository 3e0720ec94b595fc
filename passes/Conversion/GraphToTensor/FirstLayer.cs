using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Tensor;
using NestC.Evaluation;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>A convolution of few channels in another form: which window the host unfolds into channels, and the convolution that is left.</summary>
/// <param name="Name">How the form is called.</param>
/// <param name="Unfold">What the host unfolds; null for the convolution as it is.</param>
/// <param name="Height">Rows of the unfolded tensor.</param>
/// <param name="Width">Columns of the unfolded tensor.</param>
/// <param name="Rest">The convolution that is left.</param>
internal readonly record struct FoldedForm(string Name, Window2D? Unfold, int Height, int Width, Window2D Rest);

/// <summary>
/// First layers with fewer channels than a block would leave multipliers idle. Their windows are unfolded into channels by the host, as
/// a whole (im2col), by rows, or by strides (space to depth): whichever is expected to cost least, the host's moves included.
/// </summary>
internal static class FirstLayer
{
    // Bytes that a host moves in a cycle of the device.
    private const int HostBytesPerCycle = 16;

    /// <summary>The best form.</summary>
    public static FoldedForm Choose(Window2D w, long batch, long channels, int height, int width, int outHeight, int outWidth, long outputs, TileSearch search)
    {
        FoldedForm best = default;
        long least = long.MaxValue;
        foreach (FoldedForm form in Forms(w, height, width, outHeight, outWidth))
        {
            long inner = form.Unfold is { } u ? channels * u.Height * u.Width : channels;
            int inBlocks = (int)PackedLayout.Blocks(inner), outBlocks = (int)PackedLayout.Blocks(outputs);
            var kernel = new AccumulationKernel
            {
                Batch = (int)batch,
                OutHeight = outHeight,
                OutWidth = outWidth,
                OutBlocks = outBlocks,
                HasBias = true,
                Shift = 8,
                Terms =
                [
                    new()
                    {
                        InBlocks = inBlocks,
                        Height = form.Height,
                        Width = form.Width,
                        KernelHeight = form.Rest.Height,
                        KernelWidth = form.Rest.Width,
                        StrideHeight = form.Rest.StrideHeight,
                        StrideWidth = form.Rest.StrideWidth,
                        DilationHeight = form.Rest.DilationHeight,
                        DilationWidth = form.Rest.DilationWidth,
                        PadTop = form.Rest.Top,
                        PadLeft = form.Rest.Left,
                        BlocksPerOutput = inBlocks,
                        OutputsPerGroup = outBlocks,
                    },
                ],
            };
            if (search.Find(kernel, out _, out ScheduleCost cost).IsNo) continue;
            long bytes = batch * (inner * form.Height * form.Width + inBlocks * 16L * form.Height * form.Width);
            long all = cost.Simulated + bytes / HostBytesPerCycle;
            if (all >= least) continue;
            (least, best) = (all, form);
        }
        return least < long.MaxValue ? best : new("direct", null, height, width, w);
    }

    private static IEnumerable<FoldedForm> Forms(Window2D w, int height, int width, int outHeight, int outWidth)
    {
        yield return new("direct", null, height, width, w);
        if (w.Height * w.Width == 1) yield break;
        yield return new("im2col", w, outHeight, outWidth, new(1, 1, 1, 1, 1, 1, 0, 0, 0, 0));
        yield return new("rows", new(1, w.Width, 1, w.StrideWidth, 1, w.DilationWidth, 0, w.Left, 0, w.Right), height, outWidth,
            new(w.Height, 1, w.StrideHeight, 1, w.DilationHeight, 1, w.Top, 0, w.Bottom, 0));
        if ((w.StrideHeight == 1 && w.StrideWidth == 1) || w.DilationHeight != 1 || w.DilationWidth != 1) yield break;
        int kh = (w.Height + w.StrideHeight - 1) / w.StrideHeight, kw = (w.Width + w.StrideWidth - 1) / w.StrideWidth;
        yield return new("space to depth", new(w.StrideHeight, w.StrideWidth, w.StrideHeight, w.StrideWidth, 1, 1, w.Top, w.Left, w.Bottom, w.Right),
            outHeight + kh - 1, outWidth + kw - 1, new(kh, kw, 1, 1, 1, 1, 0, 0, 0, 0));
    }

    /// <summary>The weights of the convolution that is left, O x (I of the window) x rest.</summary>
    public static NdArray Weights(NdArray w, FoldedForm form)
    {
        if (form.Unfold is not { } u) return w;
        long outputs = w.Shape[0], channels = w.Shape[1];
        int height = (int)w.Shape[2], width = (int)w.Shape[3];
        Window2D rest = form.Rest;
        NdArray result = NdArray.Create(ElementKind.I8, [outputs, channels * u.Height * u.Width, rest.Height, rest.Width]);
        ReadOnlySpan<sbyte> from = w.Read<sbyte>();
        Span<sbyte> to = result.Write<sbyte>();
        bool strided = form.Name == "space to depth";
        int at = 0;
        for (long o = 0; o < outputs; o++)
        {
            for (long c = 0; c < channels; c++)
            {
                for (int i = 0; i < u.Height; i++)
                {
                    for (int j = 0; j < u.Width; j++)
                    {
                        for (int a = 0; a < rest.Height; a++)
                        {
                            for (int b = 0; b < rest.Width; b++, at++)
                            {
                                // The tap of the old kernel that the unfolded element (i, j) stands for at (a, b).
                                int row = strided ? a * u.Height + i : a + i, col = strided ? b * u.Width + j : b + j;
                                if (row < height && col < width) to[at] = from[(int)(((o * channels + c) * height + row) * width + col)];
                            }
                        }
                    }
                }
            }
        }
        return result;
    }
}
