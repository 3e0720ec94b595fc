namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// One summand of a kernel: a correlation of a packed input (batch, blocks, height, width, 16 channels) with weight tiles. A residual,
/// a channel-wise convolution, an average and a nearest-neighbour upsampling are correlations with diagonal weights.
/// </summary>
public sealed record AccumulationTerm
{
    /// <summary>Blocks of 16 channels of the input.</summary>
    public required int InBlocks { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public int KernelHeight { get; init; } = 1;

    public int KernelWidth { get; init; } = 1;

    public int StrideHeight { get; init; } = 1;

    public int StrideWidth { get; init; } = 1;

    public int DilationHeight { get; init; } = 1;

    public int DilationWidth { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    /// <summary>Output rows that repeat one input row; above 1 only for kernels of one tap and stride 1.</summary>
    public int ScaleHeight { get; init; } = 1;

    public int ScaleWidth { get; init; } = 1;

    /// <summary>Rows of sums that become one row of the result, by their greatest.</summary>
    public int PoolHeight { get; init; } = 1;

    public int PoolWidth { get; init; } = 1;

    /// <summary>Input blocks that each output block reads.</summary>
    public required int BlocksPerOutput { get; init; }

    /// <summary>Output blocks that read the same input blocks; all of them without groups, one with diagonal weights.</summary>
    public required int OutputsPerGroup { get; init; }

    /// <summary>Whether one weight tile serves every tap and block.</summary>
    public bool SharedWeight { get; init; }

    /// <summary>Whether output block i reads input block i only.</summary>
    public bool IsDiagonal => BlocksPerOutput == 1 && OutputsPerGroup == 1;

    public int Taps => KernelHeight * KernelWidth;

    /// <summary>The rows of input that so many rows of output need.</summary>
    public int InputRows(int rows) => (rows * PoolHeight / ScaleHeight - 1) * StrideHeight + (KernelHeight - 1) * DilationHeight + 1;

    /// <summary>The columns of input that so many columns of output need.</summary>
    public int InputCols(int cols) => (cols * PoolWidth / ScaleWidth - 1) * StrideWidth + (KernelWidth - 1) * DilationWidth + 1;

    public int FirstRow(int outputRow) => outputRow * PoolHeight / ScaleHeight * StrideHeight - PadTop;

    public int FirstCol(int outputCol) => outputCol * PoolWidth / ScaleWidth * StrideWidth - PadLeft;

    /// <summary>The first input block that an output block reads.</summary>
    public int FirstBlock(int outputBlock) => outputBlock / OutputsPerGroup * BlocksPerOutput;
}

/// <summary>
/// What the accelerator computes in one go: y = clip((sum of terms + bias) >> shift), the sum in the accumulators, or the greatest of a window
/// of such sums. Sizes count elements of the packed layout; a tile of 16 channels is one element.
/// </summary>
public sealed record AccumulationKernel
{
    public int Batch { get; init; } = 1;

    public required int OutHeight { get; init; }

    public required int OutWidth { get; init; }

    public required int OutBlocks { get; init; }

    public required AccumulationTerm[] Terms { get; init; }

    /// <summary>Whether a vector for each block is added first; it holds the rounding constant too.</summary>
    public bool HasBias { get; init; }

    /// <summary>Right shift, 0 to 15, of every channel; null where each has its own.</summary>
    public int? Shift { get; init; } = 0;

    /// <summary>Whether half of 2^shift is added before; for kernels without bias vectors.</summary>
    public bool Round { get; init; }

    /// <summary>The bounds of the result, or null where it cannot leave int8.</summary>
    public (int Min, int Max)? Clip { get; init; } = (-128, 127);

    /// <summary>The accumulators of one element of the result: the sums of which the greatest is taken.</summary>
    public int Sums => Terms[0].PoolHeight * Terms[0].PoolWidth;

    /// <summary>Products of 16 x 16 tiles.</summary>
    public long GemmSteps
    {
        get
        {
            long steps = 0;
            foreach (AccumulationTerm term in Terms)
                steps += (long)OutHeight * OutWidth * OutBlocks * Batch * Sums * term.BlocksPerOutput * term.Taps;
            return steps;
        }
    }

    /// <summary>Cycles of reset and bias for one element of the result.</summary>
    public int BeginCycles => (HasBias ? 3 : 1) * Sums;

    /// <summary>Cycles of maximum, shift and clip for one element of the result.</summary>
    public int EndCycles => 2 * (Sums - 1) + (Shift is null ? 2 : Shift > 0 ? Round ? 2 : 1 : 0) + (Clip is null ? 0 : 2);

    /// <summary>Cycles of all but the products for one element of the result.</summary>
    public int EpilogueCycles => BeginCycles + EndCycles;

    /// <summary>The share of the multipliers' peak that no schedule can exceed: products against products and epilogue.</summary>
    public double Ceiling => (double)GemmSteps / (GemmSteps + (long)EpilogueCycles * OutHeight * OutWidth * OutBlocks * Batch);
}

/// <summary>How a kernel is cut into tiles.</summary>
/// <param name="Rows">Output rows of a tile.</param>
/// <param name="Cols">Output columns of a tile.</param>
/// <param name="OutChunk">Output blocks of a tile.</param>
/// <param name="InChunk">Input blocks that are on the chip at once.</param>
/// <param name="SpatialOuter">Whether all output blocks of a place come before the next place.</param>
/// <param name="Threads">Virtual threads: accumulators for so many tiles, so that one is stored while the next is computed.</param>
public readonly record struct TileSchedule(int Rows, int Cols, int OutChunk, int InChunk, bool SpatialOuter, int Threads)
{
    public override string ToString() => $"{Rows}x{Cols} out {OutChunk} in {InChunk} {(SpatialOuter ? "places" : "channels")} outer, {Threads} threads";
}
