using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>What can be done with an instruction after the static checks.</summary>
public enum InstructionStatus : byte
{
    /// <summary>It can be executed.</summary>
    Ready,

    /// <summary>Its tokens can move, but its work cannot be done.</summary>
    TokensOnly,

    /// <summary>No module would receive it.</summary>
    Undispatchable,
}

/// <summary>The checks of an instruction that need nothing but its fields, the geometry and the size of the image.</summary>
public sealed class StaticChecker
{
    private readonly VtaConfig config;
    private readonly InstructionCodec codec;
    private readonly SimulationOptions options;
    private readonly FindingList findings;
    private readonly long dramBase, dramEnd;

    public StaticChecker(VtaConfig config, uint dramBase, long dramBytes, SimulationOptions options, FindingList findings)
    {
        this.config = config;
        this.options = options;
        this.findings = findings;
        this.dramBase = dramBase;
        dramEnd = dramBase + dramBytes;
        codec = new InstructionCodec(config);
    }

    /// <summary>Checks the place and the number of FINISH, and the length of the stream; returns the index of the first FINISH or -1.</summary>
    public int CheckStream(ReadOnlySpan<InstructionWord> words)
    {
        if (words.Length > VtaProgram.MaxInstructions)
            Report(FindingKind.StreamLength, -1, null, $"{words.Length} instructions exceed the {VtaProgram.MaxInstructions} of a stream below 32 MiB", words.Length, VtaProgram.MaxInstructions);
        int first = -1;
        for (int i = 0; i < words.Length; i++)
        {
            if ((VtaOpcode)InstructionLayout.Opcode.Get(words[i]) != VtaOpcode.Finish)
                continue;
            if (first >= 0)
                Report(FindingKind.FinishPlace, i, VtaModule.Compute, $"a second FINISH; the first is instruction {first}", i, first);
            else
                first = i;
        }
        if (first < 0)
            Report(FindingKind.FinishPlace, -1, null, "the program has no FINISH", 0, 1);
        else if (first != words.Length - 1)
            Report(FindingKind.FinishPlace, first, VtaModule.Compute, $"FINISH is instruction {first}, but the last one is {words.Length - 1}", first, words.Length - 1);
        return first;
    }

    /// <summary>Checks one instruction.</summary>
    public InstructionStatus Check(InstructionWord word, in VtaInstruction insn, int index)
    {
        if (insn.Opcode > VtaOpcode.Alu)
        {
            Report(FindingKind.Opcode, index, null, $"opcode {(int)insn.Opcode} is not an instruction", (long)insn.Opcode, (long)VtaOpcode.Alu);
            return InstructionStatus.Undispatchable;
        }
        if (codec.HasReservedBits(word))
            Report(FindingKind.ReservedBits, index, insn.Module, $"bits outside the fields of the instruction are set: {word.High:x16}{word.Low:x16}", 1, 0);
        switch (insn.Opcode)
        {
            case VtaOpcode.Load:
                if (insn.Dma.Memory > VtaMemory.Acc8 || insn.Dma.Memory == VtaMemory.Out)
                {
                    Report(FindingKind.MemoryId, index, null, $"LOAD of memory id {(int)insn.Dma.Memory}, which no module loads", (long)insn.Dma.Memory, (long)VtaMemory.Acc);
                    return InstructionStatus.Undispatchable;
                }
                CheckFlags(insn, index);
                return CheckLoad(insn, index);
            case VtaOpcode.Store:
                CheckFlags(insn, index);
                return CheckStore(insn, index);
            case VtaOpcode.Finish:
                CheckFlags(insn, index);
                return InstructionStatus.Ready;
            default:
                CheckFlags(insn, index);
                return CheckLoop(insn, index);
        }
    }

    private void CheckFlags(in VtaInstruction insn, int index)
    {
        TokenFlags illegal = insn.Opcode == VtaOpcode.Finish
            ? TokenFlags.PopPrev | TokenFlags.PopNext | TokenFlags.PushPrev | TokenFlags.PushNext
            : insn.Module switch
            {
                VtaModule.Load => TokenFlags.PopPrev | TokenFlags.PushPrev,
                VtaModule.Store => TokenFlags.PopNext | TokenFlags.PushNext,
                _ => TokenFlags.None,
            };
        TokenFlags wrong = insn.Tokens & illegal;
        if (wrong != TokenFlags.None)
            Report(FindingKind.DependencyFlag, index, insn.Module,
                insn.Opcode == VtaOpcode.Finish ? $"FINISH carries the flags {wrong}" : $"the {Disassembler.Name(insn.Module)} module cannot {wrong}", (long)wrong, 0);
    }

    private InstructionStatus CheckLoad(in VtaInstruction insn, int index)
    {
        DmaFields d = insn.Dma;
        if (d.Memory == VtaMemory.Acc8)
            Report(FindingKind.Acc8, index, insn.Module, "memory id 5 (int8 to accumulator) exists in the functional simulator only", 5, 3);
        if (d.IsNop)
            return InstructionStatus.Ready;
        if (d.Memory == VtaMemory.Wgt && d.HasPads)
            Report(FindingKind.WgtPad, index, insn.Module, "pads on a LOAD of weights are ignored by the HLS design", 1, 0);
        if (d.Memory == VtaMemory.Uop && (d.YSize > 1 || d.HasPads))
            Report(FindingKind.UopRows, index, insn.Module, "rows and pads on a LOAD of micro-ops are ignored by the HLS design", Math.Max(2, d.YSize), 1);
        bool ok = CheckTransfer(insn, index);
        if (ok && d.Memory == VtaMemory.Uop && d.SramBase + d.SramElements > options.PortableUopDepth)
            Report(FindingKind.UopDepth, index, insn.Module,
                $"micro-ops are loaded up to entry {d.SramBase + d.SramElements}, but the RTL has {options.PortableUopDepth}", d.SramBase + d.SramElements, options.PortableUopDepth);
        return ok ? InstructionStatus.Ready : InstructionStatus.TokensOnly;
    }

    private InstructionStatus CheckStore(in VtaInstruction insn, int index)
    {
        DmaFields d = insn.Dma;
        if (d.IsNop)
            return InstructionStatus.Ready;
        bool ok = true;
        if (d.Memory != VtaMemory.Out)
        {
            Report(FindingKind.MemoryId, index, VtaModule.Store, $"STORE of memory id {(int)d.Memory}; only the output buffer can be stored", (long)d.Memory, (long)VtaMemory.Out);
            ok = false;
        }
        if (d.HasPads)
        {
            int pad = Math.Max(Math.Max(d.YPad0, d.YPad1), Math.Max(d.XPad0, d.XPad1));
            Report(FindingKind.StorePad, index, VtaModule.Store, "a STORE has no pads", pad, 0);
            ok = false;
        }
        return ok && CheckTransfer(insn, index) ? InstructionStatus.Ready : InstructionStatus.TokensOnly;
    }

    private bool CheckTransfer(in VtaInstruction insn, int index)
    {
        DmaFields d = insn.Dma;
        string name = Disassembler.Name(d.Memory);
        if (d.YSize == 0)
        {
            Report(FindingKind.ZeroRows, index, insn.Module, $"y_size is 0 while x_size is {d.XSize}", 0, 1);
            return false;
        }
        bool ok = true;
        long end = d.SramBase + d.SramElements;
        int depth = config.Depth(d.Memory);
        if (end > depth)
        {
            Report(FindingKind.SramRange, index, insn.Module, $"elements {d.SramBase} to {end - 1} of {name}, which has {depth}", end, depth);
            ok = false;
        }
        int elem = config.DramElementBytes(d.Memory);
        long first = (long)d.DramBase * elem, last = ((long)d.DramBase + (long)(d.YSize - 1) * d.XStride + d.XSize) * elem;
        if (first < dramBase)
        {
            Report(FindingKind.DramRange, index, insn.Module, $"DRAM bytes from 0x{first:x}, but the image starts at 0x{dramBase:x}", first, dramBase);
            ok = false;
        }
        else if (last > dramEnd)
        {
            string where = last > 1L << 32 ? ", beyond 4 GiB" : "";
            Report(FindingKind.DramRange, index, insn.Module, $"DRAM bytes up to 0x{last:x}{where}, but the image ends at 0x{dramEnd:x}", last, dramEnd);
            ok = false;
        }
        return ok;
    }

    private InstructionStatus CheckLoop(in VtaInstruction insn, int index)
    {
        LoopFields loop = insn.Loop;
        bool ok = true;
        int depth = config.Depth(VtaMemory.Uop);
        if (loop.UopEnd > depth)
        {
            Report(FindingKind.UopRange, index, VtaModule.Compute, $"uop_end is {loop.UopEnd}, but the buffer has {depth}", loop.UopEnd, depth);
            ok = false;
        }
        else if (loop.UopEnd > options.PortableUopDepth)
        {
            Report(FindingKind.UopDepth, index, VtaModule.Compute, $"uop_end is {loop.UopEnd}, but the RTL has {options.PortableUopDepth}", loop.UopEnd, options.PortableUopDepth);
        }
        if (loop.Steps == 0)
            Report(FindingKind.EmptyLoop, index, VtaModule.Compute,
                $"the loop nest is empty: {loop.IterOut} x {loop.IterIn} iterations of micro-ops {loop.UopBegin} to {loop.UopEnd}", 0, 1);
        if (insn.Opcode == VtaOpcode.Alu)
            ok &= CheckAlu(insn, index);
        return ok && loop.Steps != 0 ? InstructionStatus.Ready : InstructionStatus.TokensOnly;
    }

    private bool CheckAlu(in VtaInstruction insn, int index)
    {
        AluFields alu = insn.Alu;
        if (insn.Loop.Reset)
            Report(FindingKind.AluReset, index, VtaModule.Compute, "the reset bit of an ALU instruction has no meaning", 1, 0);
        if (alu.Op > VtaAluOp.Mul)
        {
            Report(FindingKind.AluOpcode, index, VtaModule.Compute, $"ALU operation {(int)alu.Op} does not exist", (long)alu.Op, (long)VtaAluOp.Mul);
            return false;
        }
        if (alu.Op == VtaAluOp.Mul)
            Report(FindingKind.Multiply, index, VtaModule.Compute, "MUL is not dispatched by the RTL and ignored by the HLS design", (long)VtaAluOp.Mul, (long)VtaAluOp.Shr);
        if (alu.Op == VtaAluOp.Shr && alu.UseImm && (alu.Imm < -16 || alu.Imm > 15))
            Report(FindingKind.ShiftRange, index, VtaModule.Compute, $"a shift by {alu.Imm}; immediates are -16 to 15", alu.Imm, alu.Imm < 0 ? -16 : 15);
        if (alu.Op == VtaAluOp.Shr && !alu.UseImm && alu.Imm != 0)
            Report(FindingKind.ShiftImmediate, index, VtaModule.Compute, $"a tensor shift with {alu.Imm} in the immediate field, whose sign the RTL looks at", alu.Imm, 0);
        return true;
    }

    private void Report(FindingKind kind, int index, VtaModule? module, string message, long actual, long limit) =>
        findings.Add(new(kind, index, module, message, actual, limit));
}
