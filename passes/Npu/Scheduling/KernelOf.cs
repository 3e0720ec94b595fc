using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Passes.Conversion.GraphToTensor;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>The kernels of packed operations.</summary>
public static class KernelOf
{
    /// <summary>The kernel of a convolution, sum, mean, move or unaligned concat; null for others.</summary>
    public static AccumulationKernel? Accumulation(Operation op) => op switch
    {
        PackedConvOp conv => Conv(conv),
        PackedSumOp sum => Sum(sum),
        PackedAveragePoolOp pool => Average(pool),
        PackedConcatOp { IsAligned: false } concat => Concat(concat),
        PackedMoveOp move => PackedMove.Of(move).Kernel(PackedLayout.Shape(move.Input), PackedLayout.Shape(move.Output)),
        _ => null,
    };

    public static MaxPoolKernel MaxPool(PackedMaxPoolOp pool)
    {
        ReadOnlySpan<long> x = PackedLayout.Shape(pool.Input), y = PackedLayout.Shape(pool.Output);
        return new()
        {
            Batch = (int)x[0],
            Blocks = (int)x[1],
            Height = (int)x[2],
            Width = (int)x[3],
            OutHeight = (int)y[2],
            OutWidth = (int)y[3],
            Window = Window2D.Of(pool.Window, pool.Strides, pool.Dilations, pool.Pads),
            NonNegative = IsNonNegative(pool.Input),
        };
    }

    /// <summary>A copy of a packed tensor.</summary>
    public static AccumulationKernel Copy(Value value)
    {
        ReadOnlySpan<long> y = PackedLayout.Shape(value);
        return Kernel(y, [Identity(y, 1, 1)]) with { Clip = null };
    }

    /// <summary>The shifts and the bias of a convolution, as the kernel uses them: the rounding constants are part of the bias.</summary>
    public static bool NeedsVectors(PackedConvOp conv) => conv.Bias is not null || conv.Shift.Length > 1;

    // Limits of a producer say that nothing is negative.
    private static bool IsNonNegative(Value value) => value.DefiningOp switch
    {
        PackedConvOp conv => conv.Clip is [>= 0, _],
        PackedSumOp sum => sum.Clip is [>= 0, _],
        PackedAveragePoolOp pool => pool.Clip is [>= 0, _] || IsNonNegative(pool.Input),
        PackedMaxPoolOp pool => IsNonNegative(pool.Input),
        PackedMoveOp move => IsNonNegative(move.Input),
        PackedConcatOp concat => All(concat),
        _ => false,
    };

    private static bool All(PackedConcatOp concat)
    {
        foreach (Value input in concat.Inputs)
        {
            if (!IsNonNegative(input)) return false;
        }
        return true;
    }

    private static AccumulationKernel Conv(PackedConvOp conv)
    {
        ReadOnlySpan<long> x = PackedLayout.Shape(conv.Input), w = PackedLayout.Shape(conv.Weight), y = PackedLayout.Shape(conv.Output);
        AccumulationTerm term = Windowed(x, Window2D.Of(w[2..4], conv.Strides, conv.Dilations, conv.Pads)) with
        {
            BlocksPerOutput = (int)w[1],
            OutputsPerGroup = (int)conv.BlocksOfGroup,
            PoolHeight = (int)conv.PoolExtents[0],
            PoolWidth = (int)conv.PoolExtents[1],
        };
        bool vectors = NeedsVectors(conv);
        return Kernel(y, conv.Residual is null ? [term] : [term, Identity(y, 1, 1)]) with
        {
            HasBias = vectors,
            Shift = conv.Shift.Length == 1 ? (int)conv.Shift[0] : null,
            Round = !vectors,
            Clip = conv.Clip is { } clip ? ((int)clip[0], (int)clip[1]) : (-128, 127),
        };
    }

    private static AccumulationKernel Sum(PackedSumOp sum)
    {
        ReadOnlySpan<long> y = PackedLayout.Shape(sum.Output);
        long[] scale = sum.Scale ?? [1, 1];
        var terms = new AccumulationTerm[sum.Inputs.Count];
        bool same = terms.Length == 1 && sum.LeftShifts[0] == 0 && sum.Shift == 0 && sum.Clip is null;
        for (int i = 0; i < terms.Length; i++) terms[i] = Identity(y, (int)scale[0], (int)scale[1]);
        return Kernel(y, terms) with
        {
            Shift = (int)sum.Shift,
            Round = true,
            Clip = same ? null : sum.Clip is { } clip ? ((int)clip[0], (int)clip[1]) : (-128, 127),
        };
    }

    private static AccumulationKernel Average(PackedAveragePoolOp pool) => Average(pool, 0, 0, (int)PackedLayout.Shape(pool.Output)[2], (int)PackedLayout.Shape(pool.Output)[3]);

    /// <summary>A rectangle of the result of a mean, of which all windows have one multiplier.</summary>
    public static AccumulationKernel Average(PackedAveragePoolOp pool, int row, int col, int rows, int cols)
    {
        ReadOnlySpan<long> x = PackedLayout.Shape(pool.Input), whole = PackedLayout.Shape(pool.Output), y = [whole[0], whole[1], rows, cols];
        var window = Window2D.Of(pool.Window, pool.Strides, pool.Dilations, pool.Pads);
        AccumulationTerm term = Windowed(x, window) with
        {
            PadTop = window.Top - row * window.StrideHeight,
            PadLeft = window.Left - col * window.StrideWidth,
            BlocksPerOutput = 1,
            OutputsPerGroup = 1,
            SharedWeight = true,
        };
        return InStrips(Kernel(y, [term])) with { Shift = (int)pool.Shift, Round = true, Clip = pool.Clip is { } clip ? ((int)clip[0], (int)clip[1]) : (-128, 127) };
    }

    // Half of the smallest activation buffer, so that one strip is loaded while the one before is added.
    private const int StripSize = 1024;

    /// <summary>A mean over a window that is too large for the activation buffer, as the sum of its strips of rows.</summary>
    internal static AccumulationKernel InStrips(AccumulationKernel kernel)
    {
        AccumulationTerm term = kernel.Terms[0];
        int width = term.InputCols(1), most = Math.Max(1, (StripSize / width - 1) / term.DilationHeight + 1);
        if (term.InputRows(1) * width <= 2 * StripSize || width > StripSize) return kernel;
        var strips = new AccumulationTerm[(term.KernelHeight + most - 1) / most];
        for (int i = 0; i < strips.Length; i++)
            strips[i] = term with { KernelHeight = Math.Min(most, term.KernelHeight - i * most), PadTop = term.PadTop - i * most * term.DilationHeight };
        return kernel with { Terms = strips };
    }

    // Each operand contributes through a matrix of zeros and ones.
    private static AccumulationKernel Concat(PackedConcatOp concat)
    {
        ReadOnlySpan<long> y = PackedLayout.Shape(concat.Output);
        var terms = new AccumulationTerm[concat.Inputs.Count];
        for (int i = 0; i < terms.Length; i++)
        {
            ReadOnlySpan<long> x = PackedLayout.Shape(concat.Inputs[i]);
            terms[i] = Windowed(x, Window2D.Of([1, 1], null, null, null)) with { BlocksPerOutput = (int)x[1], OutputsPerGroup = (int)y[1] };
        }
        return Kernel(y, terms) with { Clip = null };
    }

    /// <summary>The sum over the windows of an input that is batch x blocks x height x width; every output block has a sum of its own over all blocks.</summary>
    internal static AccumulationTerm Windowed(ReadOnlySpan<long> x, Window2D window) => new()
    {
        InBlocks = (int)x[1],
        Height = (int)x[2],
        Width = (int)x[3],
        KernelHeight = window.Height,
        KernelWidth = window.Width,
        StrideHeight = window.StrideHeight,
        StrideWidth = window.StrideWidth,
        DilationHeight = window.DilationHeight,
        DilationWidth = window.DilationWidth,
        PadTop = window.Top,
        PadLeft = window.Left,
        BlocksPerOutput = (int)x[1],
        OutputsPerGroup = 1,
    };

    private static AccumulationTerm Identity(ReadOnlySpan<long> y, int scaleHeight, int scaleWidth) => new()
    {
        InBlocks = (int)y[1],
        Height = (int)y[2] / scaleHeight,
        Width = (int)y[3] / scaleWidth,
        ScaleHeight = scaleHeight,
        ScaleWidth = scaleWidth,
        BlocksPerOutput = 1,
        OutputsPerGroup = 1,
        SharedWeight = true,
    };

    private static AccumulationKernel Kernel(ReadOnlySpan<long> y, AccumulationTerm[] terms) =>
        new() { Batch = (int)y[0], OutBlocks = (int)y[1], OutHeight = (int)y[2], OutWidth = (int)y[3], Terms = terms };
}
