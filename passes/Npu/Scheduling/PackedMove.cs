using NestC.Dialects.Tensor;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>Where the elements of a moved tensor come from: y[to + k, h, w] = x[from + k, h stride + offset, w stride + offset], k below count; else zero.</summary>
public readonly record struct PackedMove(long From, long Count, long To, long Row, long Col, long RowStride, long ColStride)
{
    private const int Block = PackedLayout.Block;

    public static PackedMove Of(PackedMoveOp op)
    {
        long[] c = op.Channels, o = op.Offsets ?? [0, 0], s = op.Strides ?? [1, 1];
        return new(c[0], c[1], c[2], o[0], o[1], s[0], s[1]);
    }

    public long[]? Offsets => Row == 0 && Col == 0 ? null : [Row, Col];

    public long[]? Strides => RowStride == 1 && ColStride == 1 ? null : [RowStride, ColStride];

    /// <summary>
    /// The window along an axis. Rows that are padding need a window that touches the input all the same: it is as tall as both paddings,
    /// and all of its weights but one are zero.
    /// </summary>
    private static (int Taps, int Tap, int Pad) Window(long offset, long stride, long extent, long result)
    {
        int before = (int)Math.Max(0, -offset), after = (int)Math.Max(0, (result - 1) * stride + offset - (extent - 1));
        return (before + after + 1, after, (int)(after - offset));
    }

    /// <summary>The kernel: a correlation with weights of zeros and ones. Channels that keep their lanes are moved block by block.</summary>
    public AccumulationKernel Kernel(ReadOnlySpan<long> x, ReadOnlySpan<long> y)
    {
        (int height, _, int top) = Window(Row, RowStride, x[2], y[2]);
        (int width, _, int left) = Window(Col, ColStride, x[3], y[3]);
        bool diagonal = KeepsLanes(x, y);
        return new()
        {
            Batch = (int)y[0],
            OutBlocks = (int)y[1],
            OutHeight = (int)y[2],
            OutWidth = (int)y[3],
            Clip = null,
            Terms =
            [
                new()
                {
                    InBlocks = (int)x[1],
                    Height = (int)x[2],
                    Width = (int)x[3],
                    KernelHeight = height,
                    KernelWidth = width,
                    StrideHeight = (int)RowStride,
                    StrideWidth = (int)ColStride,
                    PadTop = top,
                    PadLeft = left,
                    BlocksPerOutput = diagonal ? 1 : (int)x[1],
                    OutputsPerGroup = diagonal ? 1 : (int)y[1],
                },
            ],
        };
    }

    /// <summary>The weights of the kernel, tile after tile.</summary>
    public sbyte[] Weights(ReadOnlySpan<long> x, ReadOnlySpan<long> y)
    {
        (int height, int row, _) = Window(Row, RowStride, x[2], y[2]);
        (int width, int col, _) = Window(Col, ColStride, x[3], y[3]);
        bool diagonal = KeepsLanes(x, y);
        int blocks = diagonal ? 1 : (int)x[1], taps = height * width, tap = row * width + col;
        var tiles = new sbyte[y[1] * blocks * taps * Block * Block];
        for (long k = 0; k < Count; k++)
        {
            long source = From + k, target = To + k, tile = (target / Block * blocks + (diagonal ? 0 : source / Block)) * taps + tap;
            tiles[(tile * Block + target % Block) * Block + source % Block] = 1;
        }
        return tiles;
    }

    private bool KeepsLanes(ReadOnlySpan<long> x, ReadOnlySpan<long> y) => From == 0 && To == 0 && y[1] <= x[1];

    /// <summary>One move instead of two, where <paramref name="before"/> made what this one reads (shapes: its operand, its result, this one's result); null where none is.</summary>
    public PackedMove? After(PackedMove before, ReadOnlySpan<long> whole, ReadOnlySpan<long> between, ReadOnlySpan<long> result)
    {
        if (!Joins(Row, RowStride, before.Row, before.RowStride, whole[2], between[2], result[2]) || !Joins(Col, ColStride, before.Col, before.ColStride, whole[3], between[3], result[3])) return null;
        long low = Math.Max(From, before.To), high = Math.Min(From + Count, before.To + before.Count);
        if (high <= low) return null;
        return new(before.From + low - before.To, high - low, To + low - From, Row * before.RowStride + before.Row, Col * before.ColStride + before.Col, RowStride * before.RowStride, ColStride * before.ColStride);
    }

    // Either nothing is read outside of what the first move made, or the first move left the axis as it was.
    private static bool Joins(long offset, long stride, long firstOffset, long firstStride, long whole, long between, long result) =>
        (offset >= 0 && (result - 1) * stride + offset < between) || (firstOffset == 0 && firstStride == 1 && whole == between);
}
