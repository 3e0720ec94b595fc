namespace NestC.Dialects.Npu.Isa;

/// <summary>
/// The geometry of a VTA device as the eleven base-2 logarithms of its hardware specification; everything else is derived from them.
/// The defaults are those of every upstream sample configuration.
/// </summary>
public sealed record VtaConfig
{
    /// <summary>log2 of the bits of an activation.</summary>
    public int LogInpWidth { get; init; } = 3;

    /// <summary>log2 of the bits of a weight.</summary>
    public int LogWgtWidth { get; init; } = 3;

    /// <summary>log2 of the bits of an accumulator.</summary>
    public int LogAccWidth { get; init; } = 5;

    /// <summary>log2 of the bits of an output; upstream derives it from the activation's.</summary>
    public int LogOutWidth { get; init; } = 3;

    /// <summary>log2 of the rows of an activation tile.</summary>
    public int LogBatch { get; init; }

    /// <summary>log2 of the input channels of a tile.</summary>
    public int LogBlockIn { get; init; } = 4;

    /// <summary>log2 of the output channels of a tile.</summary>
    public int LogBlockOut { get; init; } = 4;

    /// <summary>log2 of the bytes of the micro-op buffer.</summary>
    public int LogUopBuff { get; init; } = 15;

    /// <summary>log2 of the bytes of the activation buffer.</summary>
    public int LogInpBuff { get; init; } = 15;

    /// <summary>log2 of the bytes of the weight buffer.</summary>
    public int LogWgtBuff { get; init; } = 18;

    /// <summary>log2 of the bytes of the accumulator buffer.</summary>
    public int LogAccBuff { get; init; } = 17;

    /// <summary>The geometry of all upstream sample configurations: batch 1, 16 x 16 tiles, int8 x int8 to int32.</summary>
    public static VtaConfig Default { get; } = new();

    /// <summary>log2 of the bits of a micro-op, fixed by the instruction set.</summary>
    public const int LogUopWidth = 5;

    public int Batch => 1 << LogBatch;

    public int BlockIn => 1 << LogBlockIn;

    public int BlockOut => 1 << LogBlockOut;

    /// <summary>log2 of the micro-ops that the buffer holds.</summary>
    public int LogUopDepth => LogUopBuff - LogUopWidth + 3;

    /// <summary>log2 of the activation tiles that the buffer holds.</summary>
    public int LogInpDepth => LogInpBuff - LogBatch - LogBlockIn - LogInpWidth + 3;

    /// <summary>log2 of the weight tiles that the buffer holds.</summary>
    public int LogWgtDepth => LogWgtBuff - LogBlockOut - LogBlockIn - LogWgtWidth + 3;

    /// <summary>log2 of the accumulator tiles that the buffer holds; the output buffer has as many.</summary>
    public int LogAccDepth => LogAccBuff - LogBatch - LogBlockOut - LogAccWidth + 3;

    /// <summary>log2 of the bytes of the output buffer.</summary>
    public int LogOutBuff => LogAccBuff + LogOutWidth - LogAccWidth;

    /// <summary>The int32 lanes of an accumulator tile.</summary>
    public int AccLanes => 1 << (LogBatch + LogBlockOut);

    /// <summary>The multiply-accumulates of one GEMM micro-op.</summary>
    public int MacsPerTile => 1 << (LogBatch + LogBlockOut + LogBlockIn);

    /// <summary>The elements (tiles or micro-ops) that <paramref name="memory"/> holds.</summary>
    public int Depth(VtaMemory memory) => memory switch
    {
        VtaMemory.Uop => 1 << LogUopDepth,
        VtaMemory.Wgt => 1 << LogWgtDepth,
        VtaMemory.Inp => 1 << LogInpDepth,
        VtaMemory.Acc or VtaMemory.Out or VtaMemory.Acc8 => 1 << LogAccDepth,
        _ => 0,
    };

    /// <summary>The bytes of one element of <paramref name="memory"/> in DRAM; DRAM addresses in instructions count these.</summary>
    public int DramElementBytes(VtaMemory memory) => memory switch
    {
        VtaMemory.Uop => 4,
        VtaMemory.Wgt => Bytes(LogBlockOut + LogBlockIn + LogWgtWidth),
        VtaMemory.Inp => Bytes(LogBatch + LogBlockIn + LogInpWidth),
        VtaMemory.Acc => Bytes(LogBatch + LogBlockOut + LogAccWidth),
        VtaMemory.Out => Bytes(LogBatch + LogBlockOut + LogOutWidth),
        VtaMemory.Acc8 => Bytes(LogBatch + LogBlockOut + LogOutWidth),
        _ => 0,
    };

    /// <summary>The bytes of one element of <paramref name="memory"/> on the chip.</summary>
    public int SramElementBytes(VtaMemory memory) => memory == VtaMemory.Acc8 ? DramElementBytes(VtaMemory.Acc) : DramElementBytes(memory);

    /// <summary>Adds a problem for every value that the 128-bit instructions cannot express; nothing is added for a valid geometry.</summary>
    public bool Validate(List<IsaProblem> problems)
    {
        int before = problems.Count;
        Fixed("inp_width", LogInpWidth, 3);
        Fixed("wgt_width", LogWgtWidth, 3);
        Fixed("acc_width", LogAccWidth, 5);
        Fixed("out_width", LogOutWidth, 3);
        Range("batch", LogBatch, 0, 4);
        Range("block_in", LogBlockIn, 0, 6);
        Range("block_out", LogBlockOut, 0, 6);
        Range("uop_buff", LogUopBuff, 3, 15);
        Range("inp_buff", LogInpBuff, 3, 30);
        Range("wgt_buff", LogWgtBuff, 3, 30);
        Range("acc_buff", LogAccBuff, 3, 30);
        if (problems.Count != before)
            return false;

        Depth("inp", LogInpDepth, 32);
        Depth("wgt", LogWgtDepth, 32);
        // The ALU word holds four accumulator factors beside the 20 bits of operation and immediate.
        Depth("acc", LogAccDepth, 11);
        int indexBits = LogAccDepth + LogInpDepth + LogWgtDepth;
        if (indexBits > 32)
            problems.Add(new(NpuCodes.Config, $"a micro-op has 32 bits, but acc, inp and wgt indices need {indexBits}", indexBits, 32));
        return problems.Count == before;

        void Fixed(string name, int value, int expected)
        {
            if (value != expected)
                problems.Add(new(NpuCodes.Config, $"log2 {name} must be {expected}, got {value}", value, expected));
        }

        void Range(string name, int value, int low, int high)
        {
            if (value < low)
                problems.Add(new(NpuCodes.Config, $"log2 {name} must be at least {low}, got {value}", value, low));
            else if (value > high)
                problems.Add(new(NpuCodes.Config, $"log2 {name} must be at most {high}, got {value}", value, high));
        }

        void Depth(string name, int value, int high)
        {
            if (value < 0)
                problems.Add(new(NpuCodes.Config, $"the {name} buffer is smaller than one element (log2 depth {value})", value, 0));
            else if (value > high)
                problems.Add(new(NpuCodes.Config, $"log2 of the {name} depth must be at most {high}, got {value}", value, high));
        }
    }

    private static int Bytes(int logBits) => logBits <= 3 ? 1 : 1 << (logBits - 3);
}
