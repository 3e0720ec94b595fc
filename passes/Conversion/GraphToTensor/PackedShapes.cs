using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Passes.Npu.Scheduling;
using ReshapeOp = NestC.Dialects.Graph.ReshapeOp;

namespace NestC.Passes.Conversion.GraphToTensor;

/// <summary>Window of a pool or convolution with everything explicit: kernel, strides, dilations, and pads top, left, bottom, right.</summary>
public readonly record struct Window2D(int Height, int Width, int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth, int Top, int Left, int Bottom, int Right)
{
    public static Window2D Of(ReadOnlySpan<long> kernel, long[]? strides, long[]? dilations, long[]? pads)
    {
        long[] s = strides ?? [1, 1], d = dilations ?? [1, 1], p = pads ?? [0, 0, 0, 0];
        return new((int)kernel[0], (int)kernel[1], (int)s[0], (int)s[1], (int)d[0], (int)d[1], (int)p[0], (int)p[1], (int)p[2], (int)p[3]);
    }

    /// <summary>The window with as much padding as the last ones need, which hang over in ceil_mode: what they cover there is padding.</summary>
    public Window2D Over(ReadOnlySpan<long> x, ReadOnlySpan<long> y) => this with
    {
        Bottom = Math.Max(Bottom, (int)(y[2] - 1) * StrideHeight + (Height - 1) * DilationHeight + 1 - (int)x[2] - Top),
        Right = Math.Max(Right, (int)(y[3] - 1) * StrideWidth + (Width - 1) * DilationWidth + 1 - (int)x[3] - Left),
    };

    public long[]? Strides => StrideHeight == 1 && StrideWidth == 1 ? null : [StrideHeight, StrideWidth];

    public long[]? Dilations => DilationHeight == 1 && DilationWidth == 1 ? null : [DilationHeight, DilationWidth];

    public long[]? Pads => (Top | Left | Bottom | Right) == 0 ? null : [Top, Left, Bottom, Right];
}

/// <summary>How groups of channels become groups of blocks.</summary>
/// <param name="PerOutput">Input blocks that each output block reads.</param>
/// <param name="Outputs">Output blocks that read the same ones.</param>
public readonly record struct BlockGroups(int PerOutput, int Outputs)
{
    /// <summary>
    /// Groups of whole blocks stay groups; groups of equal numbers of channels that divide a block become diagonal tiles; others become
    /// dense weights with zeros.
    /// </summary>
    public static BlockGroups Of(long inputs, long outputs, long group)
    {
        int inBlocks = (int)PackedLayout.Blocks(inputs), outBlocks = (int)PackedLayout.Blocks(outputs);
        long perGroupIn = inputs / group, perGroupOut = outputs / group;
        if (group > 1 && perGroupIn % PackedLayout.Block == 0 && perGroupOut % PackedLayout.Block == 0) return new((int)(perGroupIn / PackedLayout.Block), (int)(perGroupOut / PackedLayout.Block));
        if (group > 1 && perGroupIn == perGroupOut && PackedLayout.Block % perGroupIn == 0) return new(1, 1);
        return new(inBlocks, outBlocks);
    }
}

/// <summary>The kernels that operations of the graph dialect become, before anything is converted: what placement asks about.</summary>
internal static class PackedShapes
{
    public static ReadOnlySpan<long> Shape(Value value) => ((RankedTensorType)value.Type).Shape;

    /// <summary>The extents of a value, N x C x H x W or N x C, once it is packed.</summary>
    public static ReadOnlySpan<long> Packed(Value value) => PackedLayout.Of((RankedTensorType)value.Type).Shape;

    public static Window2D WindowOf(QuantizedConvOp conv) => Window2D.Of(Shape(conv.Weight)[2..], conv.Strides, conv.Dilations, conv.Pads);

    public static Window2D WindowOf(MaxPoolOp pool)
    {
        var window = Window2D.Of(pool.KernelShape!, pool.Strides, pool.Dilations, pool.Pads);
        if (pool.AutoPad is "NOTSET" or "VALID") return window;
        // Pads that keep the extent divided by the stride; the odd one goes where the mode says.
        ReadOnlySpan<long> x = Shape(pool.Input), y = Shape(pool.Output);
        int high = Math.Max(0, (int)(y[2] - 1) * window.StrideHeight + (window.Height - 1) * window.DilationHeight + 1 - (int)x[2]);
        int wide = Math.Max(0, (int)(y[3] - 1) * window.StrideWidth + (window.Width - 1) * window.DilationWidth + 1 - (int)x[3]);
        int more = pool.AutoPad == "SAME_LOWER" ? 1 : 0;
        int top = (high + more) / 2, left = (wide + more) / 2;
        return window with { Top = top, Left = left, Bottom = high - top, Right = wide - left };
    }

    public static AccumulationKernel Conv(QuantizedConvOp conv) => Kernel(conv.Input, conv.Output, WindowOf(conv),
        BlockGroups.Of(Shape(conv.Input)[1], Shape(conv.Output)[1], conv.Group), false, conv.Bias is not null, conv.Residual is not null);

    public static AccumulationKernel Gemm(QuantizedGemmOp gemm)
    {
        int inBlocks = (int)PackedLayout.Blocks(Shape(gemm.Input)[1]), outBlocks = (int)PackedLayout.Blocks(Shape(gemm.Output)[1]);
        return new()
        {
            Batch = (int)Shape(gemm.Input)[0],
            OutHeight = 1,
            OutWidth = 1,
            OutBlocks = outBlocks,
            Terms = [new() { InBlocks = inBlocks, Height = 1, Width = 1, BlocksPerOutput = inBlocks, OutputsPerGroup = outBlocks }],
            HasBias = gemm.Bias is not null,
        };
    }

    public static AccumulationKernel Average(QuantizedAveragePoolOp pool) =>
        KernelOf.InStrips(Kernel(pool.Input, pool.Output, WindowOf(pool), new(1, 1), true, false, false));

    public static AccumulationKernel GlobalAverage(QuantizedGlobalAveragePoolOp pool) =>
        KernelOf.InStrips(Kernel(pool.Input, pool.Output, Window2D.Of(Shape(pool.Input)[2..], null, null, null), new(1, 1), true, false, false));

    /// <summary>The product of matrices: rows are places, each matrix a group of channels.</summary>
    public static AccumulationKernel MatMul(QuantizedMatMulOp product)
    {
        ReadOnlySpan<long> x = Packed(product.Lhs, product), w = MatrixWeights(product.Rhs).Shape, y = Packed(product.Output, product);
        int groups = (int)(x[1] / w[1]);
        return new()
        {
            Batch = (int)x[0],
            OutHeight = (int)y[2],
            OutWidth = 1,
            OutBlocks = (int)y[1],
            Terms = [new() { InBlocks = (int)x[1], Height = (int)x[2], Width = 1, BlocksPerOutput = (int)w[1], OutputsPerGroup = (int)(y[1] / groups) }],
        };
    }

    /// <summary>The packed type of a factor on the right of a product.</summary>
    public static RankedTensorType MatrixWeights(Value rhs) => PackedMatrices.Columns((RankedTensorType)rhs.Type);

    /// <summary>Whether the factors of a product are N x K and K x M, which go from and to the layout of channels.</summary>
    public static bool IsFlat(QuantizedMatMulOp product) => Shape(product.Lhs).Length == 2;

    /// <summary>The factor on the left, or the result, of a product, as it is packed: one matrix for all where the right one is.</summary>
    public static ReadOnlySpan<long> Packed(Value value, QuantizedMatMulOp product)
    {
        var type = (RankedTensorType)value.Type;
        if (IsFlat(product)) return PackedLayout.Of(type).Shape;
        return PackedMatrices.Rows(Merged(type, product)).Shape;
    }

    /// <summary>B... x M x K as (B M) x K where one matrix on the right serves all.</summary>
    public static RankedTensorType Merged(RankedTensorType type, QuantizedMatMulOp product)
    {
        if (Shape(product.Rhs).Length > 2) return type;
        (long batch, long rows, long columns) = PackedMatrices.Extents(type.Shape);
        return RankedTensorType.Get([batch * rows, columns], type.ElementType);
    }

    /// <summary>How often a resize repeats rows and columns; null when it is no upsampling by whole factors.</summary>
    public static (int Height, int Width)? Repetitions(ResizeOp resize)
    {
        ReadOnlySpan<long> x = Shape(resize.Input), y = Shape(resize.Output);
        Span<int> factors = stackalloc int[4];
        for (int d = 0; d < 4; d++)
        {
            if (x[d] == 0 || y[d] % x[d] != 0 || resize.Sources(d) is not { } sources) return null;
            factors[d] = (int)(y[d] / x[d]);
            if (d < 2 && factors[d] != 1) return null;
            for (int i = 0; i < sources.Length; i++)
            {
                if (sources[i] != i / factors[d]) return null;
            }
        }
        return (factors[2], factors[3]);
    }

    public static AccumulationKernel Upsample(ResizeOp resize, (int Height, int Width) factors)
    {
        ReadOnlySpan<long> x = Shape(resize.Input), y = Shape(resize.Output);
        int blocks = (int)PackedLayout.Blocks(x[1]);
        return new()
        {
            Batch = (int)x[0],
            OutHeight = (int)y[2],
            OutWidth = (int)y[3],
            OutBlocks = blocks,
            Terms =
            [
                new()
                {
                    InBlocks = blocks,
                    Height = (int)x[2],
                    Width = (int)x[3],
                    ScaleHeight = factors.Height,
                    ScaleWidth = factors.Width,
                    BlocksPerOutput = 1,
                    OutputsPerGroup = 1,
                    SharedWeight = true,
                },
            ],
        };
    }

    public static MaxPoolKernel Max(MaxPoolOp pool) => MaxPool(pool.Input, pool.Output, WindowOf(pool));

    public static MaxPoolKernel GlobalMax(GlobalMaxPoolOp pool) => MaxPool(pool.Input, pool.Output, Window2D.Of(Shape(pool.Input)[2..], null, null, null));

    public static Window2D WindowOf(QuantizedAveragePoolOp pool) =>
        Window2D.Of(pool.KernelShape, pool.Strides, pool.Dilations, pool.Pads).Over(Shape(pool.Input), Shape(pool.Output));

    /// <summary>How much of its padding counts in the means of a pool; null where every window counts whole.</summary>
    public static long[]? Counted(QuantizedAveragePoolOp pool)
    {
        Window2D w = WindowOf(pool);
        long[] pads = pool.Pads ?? [0, 0, 0, 0], counted = pool.CountIncludePad != 0 ? pads : [0, 0, 0, 0];
        return counted[0] == w.Top && counted[1] == w.Left && counted[2] == w.Bottom && counted[3] == w.Right ? null : counted;
    }

    /// <summary>The greatest multiplier of any window of a pool.</summary>
    public static long GreatestMultiplier(QuantizedAveragePoolOp pool)
    {
        Window2D w = WindowOf(pool);
        return new MeanMultipliers(pool.Multiplier, [w.Height, w.Width], w.Strides, w.Dilations, w.Pads, Counted(pool), Packed(pool.Input), Packed(pool.Output)).Greatest;
    }

    /// <summary>Whether a reshape means nothing to the packed layout: N x C x 1 x 1 from or to N x C, or before products, whose weights take the order over.</summary>
    public static bool IsView(Operation op) => KeepsPlaces(op) || FlattensForProducts(op);

    /// <summary>Whether a reshape is from or to N x C x 1 x 1.</summary>
    public static bool KeepsPlaces(Operation op)
    {
        ReadOnlySpan<long> x = Shape(op.Operand(0)), y = Shape(op.Result(0));
        return Flat(x) && Flat(y) && x[0] == y[0] && x[1] == y[1];
    }

    /// <summary>The product of a flattened tensor: a convolution whose window is all of the tensor.</summary>
    public static AccumulationKernel Flattened(QuantizedGemmOp gemm, Operation view)
    {
        ReadOnlySpan<long> x = Shape(view.Operand(0));
        AccumulationKernel flat = Gemm(gemm);
        AccumulationTerm term = KernelOf.Windowed([x[0], PackedLayout.Blocks(x[1]), x[2], x[3]], Window2D.Of(x[2..], null, null, null)) with { OutputsPerGroup = flat.OutBlocks };
        return flat with { Terms = [term] };
    }

    /// <summary>Whether an operation makes N x (C H W) of N x C x H x W, only for products.</summary>
    public static bool FlattensForProducts(Operation op)
    {
        if (op is not (FlattenOp or ReshapeOp)) return false;
        ReadOnlySpan<long> x = Shape(op.Operand(0)), y = Shape(op.Result(0));
        if (x.Length != 4 || y.Length != 2 || x[0] != y[0] || x[1] * x[2] * x[3] != y[1]) return false;
        bool any = false;
        foreach (Use use in op.Result(0).Uses)
        {
            if (use.Owner is not QuantizedGemmOp || use.Index != 0) return false;
            any = true;
        }
        return any;
    }

    private static bool Flat(ReadOnlySpan<long> shape) => shape.Length == 2 || (shape.Length == 4 && shape[2] == 1 && shape[3] == 1);

    private static AccumulationKernel Kernel(Value input, Value output, Window2D w, BlockGroups groups, bool shared, bool bias, bool residual)
    {
        ReadOnlySpan<long> x = Shape(input), y = Shape(output);
        int outBlocks = (int)PackedLayout.Blocks(y[1]);
        AccumulationTerm term = KernelOf.Windowed([x[0], PackedLayout.Blocks(x[1]), x[2], x[3]], w) with
        {
            BlocksPerOutput = groups.PerOutput,
            OutputsPerGroup = groups.Outputs,
            SharedWeight = shared,
        };
        var added = new AccumulationTerm { InBlocks = outBlocks, Height = (int)y[2], Width = (int)y[3], BlocksPerOutput = 1, OutputsPerGroup = 1, SharedWeight = true };
        return new()
        {
            Batch = (int)x[0],
            OutHeight = (int)y[2],
            OutWidth = (int)y[3],
            OutBlocks = outBlocks,
            Terms = residual ? [term, added] : [term],
            HasBias = bias,
        };
    }

    private static MaxPoolKernel MaxPool(Value input, Value output, Window2D w)
    {
        ReadOnlySpan<long> x = Shape(input), y = Shape(output);
        return new()
        {
            Batch = (int)x[0],
            Blocks = (int)PackedLayout.Blocks(x[1]),
            Height = (int)x[2],
            Width = (int)x[3],
            OutHeight = (int)y[2],
            OutWidth = (int)y[3],
            Window = w,
        };
    }
}
