namespace NestC.Dialects.Npu.Isa;

/// <summary>An instruction's 128 bits as two little-endian words.</summary>
public readonly record struct InstructionWord(ulong Low, ulong High);

/// <summary>
/// The fields of a LOAD or STORE. Sizes and addresses count elements of the memory; DRAM row r starts at
/// <see cref="DramBase"/> + r * <see cref="XStride"/>, SRAM is packed, pads are zero elements around the rows.
/// </summary>
public readonly record struct DmaFields(
    VtaMemory Memory, int SramBase, uint DramBase, int YSize, int XSize, int XStride, int YPad0 = 0, int YPad1 = 0, int XPad0 = 0, int XPad1 = 0)
{
    /// <summary>An x size of 0 makes the instruction a carrier of tokens only.</summary>
    public bool IsNop => XSize == 0;

    /// <summary>The rows on the chip, pads included.</summary>
    public int SramRows => YPad0 + YSize + YPad1;

    /// <summary>The columns on the chip, pads included.</summary>
    public int SramColumns => XPad0 + XSize + XPad1;

    /// <summary>The elements on the chip, pads included.</summary>
    public long SramElements => IsNop ? 0 : (long)SramRows * SramColumns;

    /// <summary>The elements moved over the bus.</summary>
    public long DramElements => (long)YSize * XSize;

    public bool HasPads => (YPad0 | YPad1 | XPad0 | XPad1) != 0;
}

/// <summary>
/// The loop nest of a GEMM or ALU: for i &lt; iter_out, j &lt; iter_in, u in [uop_bgn, uop_end) each index is
/// uop field + i * factor_out + j * factor_in.
/// </summary>
public readonly record struct LoopFields(
    int UopBegin, int UopEnd, int IterOut = 1, int IterIn = 1, int DstFactorOut = 0, int DstFactorIn = 0,
    int SrcFactorOut = 0, int SrcFactorIn = 0, int WgtFactorOut = 0, int WgtFactorIn = 0, bool Reset = false)
{
    /// <summary>The micro-ops of one pass over the table.</summary>
    public int UopCount => Math.Max(0, UopEnd - UopBegin);

    /// <summary>The micro-ops executed in all.</summary>
    public long Steps => (long)IterOut * IterIn * UopCount;
}

/// <summary>The operation and the immediate of an ALU instruction.</summary>
public readonly record struct AluFields(VtaAluOp Op, bool UseImm, short Imm);

/// <summary>One micro-op: the accumulator index, the source index (INP for GEMM, ACC for ALU) and the weight index.</summary>
public readonly record struct MicroOp(int Dst, int Src, int Wgt = 0);

/// <summary>A decoded instruction; which of the field groups mean something follows from the opcode.</summary>
public readonly record struct VtaInstruction
{
    public VtaOpcode Opcode { get; init; }

    public TokenFlags Tokens { get; init; }

    /// <summary>The fields of LOAD and STORE.</summary>
    public DmaFields Dma { get; init; }

    /// <summary>The fields of GEMM and ALU.</summary>
    public LoopFields Loop { get; init; }

    /// <summary>The further fields of ALU.</summary>
    public AluFields Alu { get; init; }

    public static VtaInstruction Load(DmaFields dma, TokenFlags tokens = TokenFlags.None) => new() { Opcode = VtaOpcode.Load, Dma = dma, Tokens = tokens };

    public static VtaInstruction Store(DmaFields dma, TokenFlags tokens = TokenFlags.None) => new() { Opcode = VtaOpcode.Store, Dma = dma, Tokens = tokens };

    public static VtaInstruction Gemm(LoopFields loop, TokenFlags tokens = TokenFlags.None) => new() { Opcode = VtaOpcode.Gemm, Loop = loop, Tokens = tokens };

    public static VtaInstruction ForAlu(LoopFields loop, AluFields alu, TokenFlags tokens = TokenFlags.None) =>
        new() { Opcode = VtaOpcode.Alu, Loop = loop, Alu = alu, Tokens = tokens };

    public static VtaInstruction Finish() => new() { Opcode = VtaOpcode.Finish };

    /// <summary>An instruction of <paramref name="module"/> that only carries tokens.</summary>
    public static VtaInstruction Nop(VtaModule module, TokenFlags tokens) => module switch
    {
        VtaModule.Load => Load(new(VtaMemory.Inp, 0, 0, 0, 0, 0), tokens),
        VtaModule.Compute => Load(new(VtaMemory.Uop, 0, 0, 0, 0, 0), tokens),
        _ => Store(new(VtaMemory.Out, 0, 0, 0, 0, 0), tokens),
    };

    public bool IsDma => Opcode is VtaOpcode.Load or VtaOpcode.Store;

    public bool IsNop => IsDma && Dma.IsNop;

    /// <summary>The module that the fetch unit sends the instruction to.</summary>
    public VtaModule Module => Opcode switch
    {
        VtaOpcode.Load => Dma.Memory is VtaMemory.Inp or VtaMemory.Wgt ? VtaModule.Load : VtaModule.Compute,
        VtaOpcode.Store => VtaModule.Store,
        _ => VtaModule.Compute,
    };

    /// <summary>The queue that the pop flag names, or null when the module has no neighbour on that side.</summary>
    public static TokenQueue? PopQueue(VtaModule module, TokenFlags flag) => (module, flag) switch
    {
        (VtaModule.Load, TokenFlags.PopNext) => TokenQueue.ComputeToLoad,
        (VtaModule.Compute, TokenFlags.PopPrev) => TokenQueue.LoadToCompute,
        (VtaModule.Compute, TokenFlags.PopNext) => TokenQueue.StoreToCompute,
        (VtaModule.Store, TokenFlags.PopPrev) => TokenQueue.ComputeToStore,
        _ => null,
    };

    /// <summary>The queue that the push flag names, or null when the module has no neighbour on that side.</summary>
    public static TokenQueue? PushQueue(VtaModule module, TokenFlags flag) => (module, flag) switch
    {
        (VtaModule.Load, TokenFlags.PushNext) => TokenQueue.LoadToCompute,
        (VtaModule.Compute, TokenFlags.PushPrev) => TokenQueue.ComputeToLoad,
        (VtaModule.Compute, TokenFlags.PushNext) => TokenQueue.ComputeToStore,
        (VtaModule.Store, TokenFlags.PushPrev) => TokenQueue.StoreToCompute,
        _ => null,
    };
}
