namespace NestC.Dialects.Npu.Isa;

/// <summary>One field of an instruction: <paramref name="Offset"/> counts from bit 0 of the 128.</summary>
public readonly record struct BitField(string Name, int Offset, int Width)
{
    /// <summary>The largest unsigned value that the field holds.</summary>
    public long Max => (1L << Width) - 1;

    /// <summary>Reads the field.</summary>
    public long Get(InstructionWord word) => (long)(((Offset < 64 ? word.Low : word.High) >> (Offset & 63)) & ((1UL << Width) - 1));

    /// <summary>Adds <paramref name="value"/>, which must fit, to a word in which the field is still zero.</summary>
    public InstructionWord Put(InstructionWord word, long value)
    {
        ulong bits = ((ulong)value & ((1UL << Width) - 1)) << (Offset & 63);
        return Offset < 64 ? word with { Low = word.Low | bits } : word with { High = word.High | bits };
    }
}

/// <summary>
/// Where each field stands, for one geometry. The fields are packed in the order of the hardware specification, as its C bit-fields
/// are: a field that would cross a 64-bit boundary starts at that boundary. LOAD and STORE have fixed widths; those of GEMM, ALU and
/// the micro-op follow the depths of the buffers.
/// </summary>
public sealed class InstructionLayout
{
    public static readonly BitField Opcode = new("opcode", 0, 3);
    public static readonly BitField Tokens = new("tokens", 3, 4);

    public static readonly BitField MemoryId = new("memory id", 7, 3);
    public static readonly BitField SramBase = new("sram_base", 10, 16);
    public static readonly BitField DramBase = new("dram_base", 26, 32);
    public static readonly BitField YSize = new("y_size", 64, 16);
    public static readonly BitField XSize = new("x_size", 80, 16);
    public static readonly BitField XStride = new("x_stride", 96, 16);
    public static readonly BitField YPad0 = new("y_pad_0", 112, 4);
    public static readonly BitField YPad1 = new("y_pad_1", 116, 4);
    public static readonly BitField XPad0 = new("x_pad_0", 120, 4);
    public static readonly BitField XPad1 = new("x_pad_1", 124, 4);

    public static readonly BitField Reset = new("reset", 7, 1);

    private const int IterBits = 14;

    public InstructionLayout(VtaConfig config)
    {
        int acc = config.LogAccDepth, inp = config.LogInpDepth, wgt = config.LogWgtDepth;
        int at = 8;
        UopBegin = Next(ref at, "uop_bgn", config.LogUopDepth);
        UopEnd = Next(ref at, "uop_end", config.LogUopDepth + 1);
        IterOut = Next(ref at, "iter_out", IterBits);
        IterIn = Next(ref at, "iter_in", IterBits);
        DstFactorOut = Next(ref at, "dst_factor_out", acc);
        DstFactorIn = Next(ref at, "dst_factor_in", acc);

        int gemm = at;
        GemmSrcFactorOut = Next(ref gemm, "src_factor_out", inp);
        GemmSrcFactorIn = Next(ref gemm, "src_factor_in", inp);
        WgtFactorOut = Next(ref gemm, "wgt_factor_out", wgt);
        WgtFactorIn = Next(ref gemm, "wgt_factor_in", wgt);

        int alu = at;
        AluSrcFactorOut = Next(ref alu, "src_factor_out", acc);
        AluSrcFactorIn = Next(ref alu, "src_factor_in", acc);
        AluOp = Next(ref alu, "alu_opcode", 3);
        UseImm = Next(ref alu, "use_imm", 1);
        Imm = Next(ref alu, "imm", 16);

        UopDstBits = acc;
        UopSrcBits = inp;
        UopWgtBits = wgt;
    }

    public BitField UopBegin { get; }
    public BitField UopEnd { get; }
    public BitField IterOut { get; }
    public BitField IterIn { get; }
    public BitField DstFactorOut { get; }
    public BitField DstFactorIn { get; }
    public BitField GemmSrcFactorOut { get; }
    public BitField GemmSrcFactorIn { get; }
    public BitField WgtFactorOut { get; }
    public BitField WgtFactorIn { get; }
    public BitField AluSrcFactorOut { get; }
    public BitField AluSrcFactorIn { get; }
    public BitField AluOp { get; }
    public BitField UseImm { get; }
    public BitField Imm { get; }

    /// <summary>The bits of a micro-op's accumulator index, at bit 0.</summary>
    public int UopDstBits { get; }

    /// <summary>The bits of a micro-op's source index, above the accumulator's.</summary>
    public int UopSrcBits { get; }

    /// <summary>The bits of a micro-op's weight index, above the source's.</summary>
    public int UopWgtBits { get; }

    private static BitField Next(ref int at, string name, int width)
    {
        if (at / 64 != (at + Math.Max(width, 1) - 1) / 64)
            at = (at / 64 + 1) * 64;
        var field = new BitField(name, at, width);
        at += width;
        return field;
    }
}
