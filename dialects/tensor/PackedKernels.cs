using NestC.Evaluation;

namespace NestC.Dialects.Tensor;

/// <summary>Strides, dilations and pads of packed windows, with their defaults.</summary>
public readonly struct PackedWindow
{
    public PackedWindow(long[]? strides, long[]? dilations, long[]? pads)
    {
        (StrideHeight, StrideWidth) = strides is null ? (1, 1) : ((int)strides[0], (int)strides[1]);
        (DilationHeight, DilationWidth) = dilations is null ? (1, 1) : ((int)dilations[0], (int)dilations[1]);
        (Top, Left, Bottom, Right) = pads is null ? (0, 0, 0, 0) : ((int)pads[0], (int)pads[1], (int)pads[2], (int)pads[3]);
    }

    public int StrideHeight { get; }

    public int StrideWidth { get; }

    public int DilationHeight { get; }

    public int DilationWidth { get; }

    public int Top { get; }

    public int Left { get; }

    public int Bottom { get; }

    public int Right { get; }

    /// <summary>Whether windows at all positions of the result lie within the padded input, both N x C/16 x H x W x 16.</summary>
    public bool Fits(ReadOnlySpan<long> input, long height, long width, ReadOnlySpan<long> output) =>
        (output[2] - 1) * StrideHeight + (height - 1) * DilationHeight + 1 <= input[2] + Top + Bottom
        && (output[3] - 1) * StrideWidth + (width - 1) * DilationWidth + 1 <= input[3] + Left + Right;
}

/// <summary>How sums become bytes: the rounded right shift of each channel, and the limits.</summary>
public readonly struct PackedRequantization(long[] shift, long[]? clip)
{
    private readonly int least = clip is null ? -128 : (int)clip[0], greatest = clip is null ? 127 : (int)clip[1];

    public sbyte Apply(int sum, int channel)
    {
        int s = (int)(shift.Length == 1 ? shift[0] : shift[channel]);
        return (sbyte)Math.Clamp((sum + (s > 0 ? 1 << (s - 1) : 0)) >> s, least, greatest);
    }
}

/// <summary>The reference arithmetic of packed operations.</summary>
internal static class PackedKernels
{
    private const int Block = PackedLayout.Block;

    public static NdArray Conv(NdArray x, NdArray w, NdArray? bias, NdArray? residual, int residualShift, PackedWindow window, int groupBlocks,
        PackedRequantization requantize, ReadOnlySpan<long> shape)
    {
        NdArray y = NdArray.Create(ElementKind.I8, shape);
        ReadOnlySpan<sbyte> input = x.Read<sbyte>(), weights = w.Read<sbyte>();
        ReadOnlySpan<int> biases = bias is null ? default : bias.Read<int>();
        ReadOnlySpan<sbyte> added = residual is null ? default : residual.Read<sbyte>();
        Span<sbyte> output = y.Write<sbyte>();
        int inBlocks = (int)x.Shape[1], height = (int)x.Shape[2], width = (int)x.Shape[3];
        int outBlocks = (int)shape[1], rows = (int)shape[2], cols = (int)shape[3], perOutput = (int)w.Shape[1], kh = (int)w.Shape[2], kw = (int)w.Shape[3];
        Span<int> acc = stackalloc int[Block];
        int at = 0;
        for (int n = 0; n < shape[0]; n++)
        {
            for (int ob = 0; ob < outBlocks; ob++)
            {
                for (int row = 0; row < rows; row++)
                {
                    for (int col = 0; col < cols; col++, at += Block)
                    {
                        acc.Clear();
                        for (int c = 0; c < perOutput; c++)
                        {
                            int block = ob / groupBlocks * perOutput + c;
                            for (int i = 0; i < kh; i++)
                            {
                                int r = row * window.StrideHeight + i * window.DilationHeight - window.Top;
                                if ((uint)r >= (uint)height) continue;
                                for (int j = 0; j < kw; j++)
                                {
                                    int q = col * window.StrideWidth + j * window.DilationWidth - window.Left;
                                    if ((uint)q >= (uint)width) continue;
                                    AddTile(acc, input.Slice((((n * inBlocks + block) * height + r) * width + q) * Block, Block),
                                        weights.Slice((((ob * perOutput + c) * kh + i) * kw + j) * Block * Block, Block * Block));
                                }
                            }
                        }
                        for (int o = 0; o < Block; o++)
                        {
                            int sum = acc[o] + (biases.IsEmpty ? 0 : biases[ob * Block + o]) + (added.IsEmpty ? 0 : added[at + o] << residualShift);
                            output[at + o] = requantize.Apply(sum, ob * Block + o);
                        }
                    }
                }
            }
        }
        return y;
    }

    private static void AddTile(Span<int> acc, ReadOnlySpan<sbyte> x, ReadOnlySpan<sbyte> w)
    {
        for (int o = 0; o < Block; o++)
        {
            int sum = acc[o];
            ReadOnlySpan<sbyte> line = w.Slice(o * Block, Block);
            for (int k = 0; k < Block; k++) sum += x[k] * line[k];
            acc[o] = sum;
        }
    }

    public static NdArray Sum(NdArray[] x, long[] leftShifts, long[] scale, PackedRequantization requantize, ReadOnlySpan<long> shape)
    {
        NdArray y = NdArray.Create(ElementKind.I8, shape);
        Span<sbyte> output = y.Write<sbyte>();
        int rows = (int)shape[2], cols = (int)shape[3], height = rows / (int)scale[0], width = cols / (int)scale[1];
        for (int i = 0; i < output.Length; i++)
        {
            int lane = i % Block, col = i / Block % cols, row = i / Block / cols % rows, plane = i / Block / cols / rows;
            int from = ((plane * height + row / (int)scale[0]) * width + col / (int)scale[1]) * Block + lane;
            int sum = 0;
            for (int t = 0; t < x.Length; t++) sum += x[t].Read<sbyte>()[from] << (int)leftShifts[t];
            output[i] = requantize.Apply(sum, 0);
        }
        return y;
    }

    public static NdArray AveragePool(NdArray x, long[] kernel, PackedWindow window, MeanMultipliers multipliers, PackedRequantization requantize, ReadOnlySpan<long> shape)
    {
        NdArray y = NdArray.Create(ElementKind.I8, shape);
        Span<sbyte> output = y.Write<sbyte>();
        ReadOnlySpan<sbyte> input = x.Read<sbyte>();
        for (int i = 0; i < output.Length; i++)
        {
            int sum = 0;
            foreach (int at in new Taps(i, kernel, window, x.Shape, shape)) sum += input[at];
            sum *= (int)multipliers.At(i / Block / (int)shape[3] % (int)shape[2], i / Block % (int)shape[3]);
            output[i] = requantize.Apply(sum, 0);
        }
        return y;
    }

    public static NdArray MaxPool(NdArray x, long[] kernel, PackedWindow window, ReadOnlySpan<long> shape)
    {
        NdArray y = NdArray.Create(ElementKind.I8, shape);
        Span<sbyte> output = y.Write<sbyte>();
        ReadOnlySpan<sbyte> input = x.Read<sbyte>();
        for (int i = 0; i < output.Length; i++)
        {
            sbyte most = sbyte.MinValue;
            foreach (int at in new Taps(i, kernel, window, x.Shape, shape)) most = Math.Max(most, input[at]);
            output[i] = most;
        }
        return y;
    }

    public static NdArray Concat(NdArray[] x, long[] channels, ReadOnlySpan<long> shape)
    {
        NdArray y = NdArray.Create(ElementKind.I8, shape);
        Span<sbyte> output = y.Write<sbyte>();
        int plane = (int)(shape[2] * shape[3]), blocks = (int)shape[1];
        for (int n = 0; n < shape[0]; n++)
        {
            int channel = 0;
            for (int t = 0; t < x.Length; t++)
            {
                ReadOnlySpan<sbyte> input = x[t].Read<sbyte>();
                int own = (int)x[t].Shape[1];
                for (int c = 0; c < channels[t]; c++, channel++)
                {
                    int from = (n * own + c / Block) * plane * Block + c % Block, to = (n * blocks + channel / Block) * plane * Block + channel % Block;
                    for (int p = 0; p < plane; p++) output[to + p * Block] = input[from + p * Block];
                }
            }
        }
        return y;
    }

    /// <summary>The elements of the input that the window of one element of the output covers.</summary>
    private ref struct Taps
    {
        private readonly PackedWindow window;
        private readonly int kh, kw, height, width, start, row, col;
        private int tap;

        public Taps(int index, long[] kernel, PackedWindow window, ReadOnlySpan<long> input, ReadOnlySpan<long> output)
        {
            this.window = window;
            (kh, kw) = ((int)kernel[0], (int)kernel[1]);
            (height, width) = ((int)input[2], (int)input[3]);
            int lane = index % Block, cols = (int)output[3], rows = (int)output[2], plane = index / Block / cols / rows;
            (row, col) = (index / Block / cols % rows, index / Block % cols);
            start = plane * height * width * Block + lane;
            tap = -1;
            Current = 0;
        }

        public int Current { get; private set; }

        public readonly Taps GetEnumerator() => this;

        public bool MoveNext()
        {
            while (++tap < kh * kw)
            {
                int r = row * window.StrideHeight + tap / kw * window.DilationHeight - window.Top, q = col * window.StrideWidth + tap % kw * window.DilationWidth - window.Left;
                if ((uint)r >= (uint)height || (uint)q >= (uint)width) continue;
                Current = start + (r * width + q) * Block;
                return true;
            }
            return false;
        }
    }
}
