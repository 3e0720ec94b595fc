namespace NestC.Dialects.Npu.Isa;

/// <summary>Turns instructions and micro-ops of one geometry into their bits and back; every field limit is checked before encoding.</summary>
public sealed class InstructionCodec
{
    private readonly InstructionLayout layout;
    private readonly InstructionWord dmaMask, gemmMask, aluMask, finishMask;

    public InstructionCodec(VtaConfig config)
    {
        Config = config;
        layout = new InstructionLayout(config);
        finishMask = Mask(InstructionLayout.Opcode, InstructionLayout.Tokens);
        dmaMask = Mask(InstructionLayout.Opcode, InstructionLayout.Tokens, InstructionLayout.MemoryId, InstructionLayout.SramBase,
            InstructionLayout.DramBase, InstructionLayout.YSize, InstructionLayout.XSize, InstructionLayout.XStride,
            InstructionLayout.YPad0, InstructionLayout.YPad1, InstructionLayout.XPad0, InstructionLayout.XPad1);
        gemmMask = Mask(InstructionLayout.Opcode, InstructionLayout.Tokens, InstructionLayout.Reset, layout.UopBegin, layout.UopEnd,
            layout.IterOut, layout.IterIn, layout.DstFactorOut, layout.DstFactorIn, layout.GemmSrcFactorOut, layout.GemmSrcFactorIn,
            layout.WgtFactorOut, layout.WgtFactorIn);
        aluMask = Mask(InstructionLayout.Opcode, InstructionLayout.Tokens, InstructionLayout.Reset, layout.UopBegin, layout.UopEnd,
            layout.IterOut, layout.IterIn, layout.DstFactorOut, layout.DstFactorIn, layout.AluSrcFactorOut, layout.AluSrcFactorIn,
            layout.AluOp, layout.UseImm, layout.Imm);
    }

    public VtaConfig Config { get; }

    public InstructionLayout Layout => layout;

    /// <summary>Encodes <paramref name="insn"/>; false, with a problem for each field that does not fit, when it cannot.</summary>
    public bool TryEncode(in VtaInstruction insn, out InstructionWord word, List<IsaProblem> problems)
    {
        int before = problems.Count;
        var w = default(InstructionWord);
        w = Put(w, InstructionLayout.Opcode, (long)insn.Opcode, problems);
        w = Put(w, InstructionLayout.Tokens, (long)insn.Tokens, problems);
        switch (insn.Opcode)
        {
            case VtaOpcode.Load:
            case VtaOpcode.Store:
                DmaFields d = insn.Dma;
                w = Put(w, InstructionLayout.MemoryId, (long)d.Memory, problems);
                w = Put(w, InstructionLayout.SramBase, d.SramBase, problems);
                w = Put(w, InstructionLayout.DramBase, d.DramBase, problems);
                w = Put(w, InstructionLayout.YSize, d.YSize, problems);
                w = Put(w, InstructionLayout.XSize, d.XSize, problems);
                w = Put(w, InstructionLayout.XStride, d.XStride, problems);
                w = Put(w, InstructionLayout.YPad0, d.YPad0, problems);
                w = Put(w, InstructionLayout.YPad1, d.YPad1, problems);
                w = Put(w, InstructionLayout.XPad0, d.XPad0, problems);
                w = Put(w, InstructionLayout.XPad1, d.XPad1, problems);
                break;
            case VtaOpcode.Gemm:
                w = PutLoop(w, insn.Loop, problems);
                w = Put(w, layout.GemmSrcFactorOut, insn.Loop.SrcFactorOut, problems);
                w = Put(w, layout.GemmSrcFactorIn, insn.Loop.SrcFactorIn, problems);
                w = Put(w, layout.WgtFactorOut, insn.Loop.WgtFactorOut, problems);
                w = Put(w, layout.WgtFactorIn, insn.Loop.WgtFactorIn, problems);
                break;
            case VtaOpcode.Alu:
                w = PutLoop(w, insn.Loop, problems);
                w = Put(w, layout.AluSrcFactorOut, insn.Loop.SrcFactorOut, problems);
                w = Put(w, layout.AluSrcFactorIn, insn.Loop.SrcFactorIn, problems);
                if ((insn.Loop.WgtFactorOut | insn.Loop.WgtFactorIn) != 0)
                    problems.Add(new(NpuCodes.Field, "an ALU instruction has no weight factors", Math.Max(insn.Loop.WgtFactorOut, insn.Loop.WgtFactorIn), 0));
                w = Put(w, layout.AluOp, (long)insn.Alu.Op, problems);
                w = Put(w, layout.UseImm, insn.Alu.UseImm ? 1 : 0, problems);
                w = layout.Imm.Put(w, insn.Alu.Imm);
                break;
            case VtaOpcode.Finish:
                break;
            default:
                problems.Add(new(NpuCodes.Field, $"opcode {(int)insn.Opcode} is not an instruction", (long)insn.Opcode, (long)VtaOpcode.Alu));
                break;
        }
        word = w;
        return problems.Count == before;
    }

    /// <summary>Encodes an instruction whose fields are known to fit.</summary>
    public InstructionWord Encode(in VtaInstruction insn)
    {
        var problems = new List<IsaProblem>();
        if (!TryEncode(insn, out InstructionWord word, problems))
            throw new ArgumentException(problems[0].Message, nameof(insn));
        return word;
    }

    /// <summary>Decodes any 128 bits; an unknown opcode keeps its number and has no further fields.</summary>
    public VtaInstruction Decode(InstructionWord word)
    {
        var opcode = (VtaOpcode)InstructionLayout.Opcode.Get(word);
        var tokens = (TokenFlags)InstructionLayout.Tokens.Get(word);
        switch (opcode)
        {
            case VtaOpcode.Load:
            case VtaOpcode.Store:
                return new()
                {
                    Opcode = opcode,
                    Tokens = tokens,
                    Dma = new((VtaMemory)InstructionLayout.MemoryId.Get(word), (int)InstructionLayout.SramBase.Get(word),
                        (uint)InstructionLayout.DramBase.Get(word), (int)InstructionLayout.YSize.Get(word), (int)InstructionLayout.XSize.Get(word),
                        (int)InstructionLayout.XStride.Get(word), (int)InstructionLayout.YPad0.Get(word), (int)InstructionLayout.YPad1.Get(word),
                        (int)InstructionLayout.XPad0.Get(word), (int)InstructionLayout.XPad1.Get(word)),
                };
            case VtaOpcode.Gemm:
                return new()
                {
                    Opcode = opcode,
                    Tokens = tokens,
                    Loop = GetLoop(word) with
                    {
                        SrcFactorOut = (int)layout.GemmSrcFactorOut.Get(word),
                        SrcFactorIn = (int)layout.GemmSrcFactorIn.Get(word),
                        WgtFactorOut = (int)layout.WgtFactorOut.Get(word),
                        WgtFactorIn = (int)layout.WgtFactorIn.Get(word),
                    },
                };
            case VtaOpcode.Alu:
                return new()
                {
                    Opcode = opcode,
                    Tokens = tokens,
                    Loop = GetLoop(word) with
                    {
                        SrcFactorOut = (int)layout.AluSrcFactorOut.Get(word),
                        SrcFactorIn = (int)layout.AluSrcFactorIn.Get(word),
                    },
                    Alu = new((VtaAluOp)layout.AluOp.Get(word), layout.UseImm.Get(word) != 0, (short)layout.Imm.Get(word)),
                };
            default:
                return new() { Opcode = opcode, Tokens = tokens };
        }
    }

    /// <summary>True when bits outside the fields of the instruction are set; no hardware reads them, but re-encoding loses them.</summary>
    public bool HasReservedBits(InstructionWord word)
    {
        InstructionWord mask = (VtaOpcode)InstructionLayout.Opcode.Get(word) switch
        {
            VtaOpcode.Load or VtaOpcode.Store => dmaMask,
            VtaOpcode.Gemm => gemmMask,
            VtaOpcode.Alu => aluMask,
            _ => finishMask,
        };
        return ((word.Low & ~mask.Low) | (word.High & ~mask.High)) != 0;
    }

    /// <summary>Encodes a micro-op; false, with a problem for each index that does not fit, when it cannot.</summary>
    public bool TryEncode(MicroOp uop, out uint word, List<IsaProblem> problems)
    {
        int before = problems.Count;
        Fits("dst", uop.Dst, layout.UopDstBits);
        Fits("src", uop.Src, layout.UopSrcBits);
        Fits("wgt", uop.Wgt, layout.UopWgtBits);
        ulong bits = (uint)uop.Dst | ((ulong)(uint)uop.Src << layout.UopDstBits) | ((ulong)(uint)uop.Wgt << (layout.UopDstBits + layout.UopSrcBits));
        word = (uint)bits;
        return problems.Count == before;

        void Fits(string name, int value, int bits)
        {
            long max = (1L << bits) - 1;
            if (value < 0 || value > max)
                problems.Add(new(NpuCodes.Field, $"micro-op field {name} is {value}, but holds 0 to {max}", value, max));
        }
    }

    /// <summary>Decodes a micro-op.</summary>
    public MicroOp DecodeUop(uint word)
    {
        ulong bits = word;
        return new((int)(bits & ((1UL << layout.UopDstBits) - 1)),
            (int)((bits >> layout.UopDstBits) & ((1UL << layout.UopSrcBits) - 1)),
            (int)((bits >> (layout.UopDstBits + layout.UopSrcBits)) & ((1UL << layout.UopWgtBits) - 1)));
    }

    private InstructionWord PutLoop(InstructionWord w, in LoopFields loop, List<IsaProblem> problems)
    {
        w = Put(w, InstructionLayout.Reset, loop.Reset ? 1 : 0, problems);
        w = Put(w, layout.UopBegin, loop.UopBegin, problems);
        w = Put(w, layout.UopEnd, loop.UopEnd, problems);
        w = Put(w, layout.IterOut, loop.IterOut, problems);
        w = Put(w, layout.IterIn, loop.IterIn, problems);
        w = Put(w, layout.DstFactorOut, loop.DstFactorOut, problems);
        return Put(w, layout.DstFactorIn, loop.DstFactorIn, problems);
    }

    private LoopFields GetLoop(InstructionWord word) => new(
        (int)layout.UopBegin.Get(word), (int)layout.UopEnd.Get(word), (int)layout.IterOut.Get(word), (int)layout.IterIn.Get(word),
        (int)layout.DstFactorOut.Get(word), (int)layout.DstFactorIn.Get(word), Reset: InstructionLayout.Reset.Get(word) != 0);

    private static InstructionWord Put(InstructionWord word, BitField field, long value, List<IsaProblem> problems)
    {
        if (value < 0 || value > field.Max)
        {
            problems.Add(new(NpuCodes.Field, $"field {field.Name} is {value}, but holds 0 to {field.Max}", value, field.Max));
            return word;
        }
        return field.Put(word, value);
    }

    private static InstructionWord Mask(params ReadOnlySpan<BitField> fields)
    {
        var word = default(InstructionWord);
        foreach (BitField field in fields)
            word = field.Put(word, field.Max);
        return word;
    }
}
