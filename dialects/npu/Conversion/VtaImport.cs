using System.Globalization;
using NestC.Builtin;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu.Conversion;

/// <summary>Makes the IR of a binary.</summary>
public static class VtaImport
{
    /// <summary>
    /// An `npu.program` with one operation an instruction and the whole image as data; null, with every problem, when some instruction has
    /// bits that no operation can hold. Layers become the names of locations.
    /// </summary>
    /// <param name="builder">Where the program is inserted.</param>
    /// <param name="binary">What is read.</param>
    /// <param name="device">The board; its geometry is replaced by the binary's.</param>
    /// <param name="name">The symbol of the program.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static ProgramOp? FromProgram(OpBuilder builder, VtaProgram binary, VtaDevice device, string name, List<IsaProblem> problems)
    {
        var codec = new InstructionCodec(binary.Config);
        int before = problems.Count;
        for (int i = 0; i < binary.Instructions.Length; i++) Check(codec, binary.Instructions[i], i, problems);
        if (problems.Count != before) return null;

        NestContext context = builder.Context;
        ProgramOp program = ProgramOp.Create(builder, name, DeviceAttr.Get(context, device with { Config = binary.Config }), binary.DramBase, binary.Dram.Length, nonportable: true);
        Block body = program.Body.IsEmpty ? program.Body.AddBlock() : program.Body.First!;
        OpBuilder inside = new OpBuilder(context) { Location = builder.Location }.AtEnd(body);
        if (binary.Dram.Length > 0)
        {
            ShapedType type = RankedTensorType.Get([binary.Dram.Length], IntegerType.Get(context, 8));
            DataOp.Create(inside, "image", 0, binary.Dram.Length, value: DenseElementsAttr.Get<byte>(type, binary.Dram));
        }
        for (int i = 0; i < binary.Instructions.Length; i++)
        {
            inside.Location = binary.TagOf(i) is { } tag ? context.Handle(NameLoc.Get(context, context.Identifier(tag))) : builder.Location;
            Make(inside, codec.Decode(binary.Instructions[i]));
        }
        return program;
    }

    /// <summary>Makes the operation of one instruction.</summary>
    public static Operation Make(OpBuilder b, in VtaInstruction insn)
    {
        LoopFields l = insn.Loop;
        switch (insn.Opcode)
        {
            case VtaOpcode.Load or VtaOpcode.Store:
                if (insn == VtaInstruction.Nop(insn.Module, insn.Tokens)) return NopOp.Create(b, insn.Module, insn.Tokens);
                DmaFields d = insn.Dma;
                int[]? pad = d.HasPads ? [d.YPad0, d.YPad1, d.XPad0, d.XPad1] : null;
                return insn.Opcode == VtaOpcode.Load
                    ? LoadOp.Create(b, d.Memory, d.SramBase, d.DramBase, d.YSize, d.XSize, d.XStride, pad: pad, tokens: insn.Tokens)
                    : StoreOp.Create(b, d.SramBase, d.DramBase, d.YSize, d.XSize, d.XStride, memory: d.Memory, pad: pad, tokens: insn.Tokens);
            case VtaOpcode.Gemm:
                return GemmOp.Create(b, l.UopBegin, l.UopEnd, l.IterOut, l.IterIn, l.DstFactorOut, l.DstFactorIn, l.SrcFactorOut, l.SrcFactorIn,
                    l.WgtFactorOut, l.WgtFactorIn, reset: l.Reset, tokens: insn.Tokens);
            case VtaOpcode.Alu:
                return AluOp.Create(b, insn.Alu.Op, l.UopBegin, l.UopEnd, l.IterOut, l.IterIn, l.DstFactorOut, l.DstFactorIn, l.SrcFactorOut, l.SrcFactorIn,
                    reset: l.Reset, imm: insn.Alu.UseImm ? insn.Alu.Imm : null, unusedImm: insn.Alu.UseImm ? 0 : insn.Alu.Imm, tokens: insn.Tokens);
            default:
                return FinishOp.Create(b, insn.Tokens);
        }
    }

    private static void Check(InstructionCodec codec, InstructionWord word, int index, List<IsaProblem> problems)
    {
        VtaInstruction insn = codec.Decode(word);
        string at = string.Create(CultureInfo.InvariantCulture, $"instruction {index}");
        if (insn.Opcode > VtaOpcode.Alu)
            problems.Add(new("NEST5201", $"{at}: opcode {(int)insn.Opcode} is not an instruction", (long)insn.Opcode, (long)VtaOpcode.Alu));
        else if (insn.IsDma && insn.Dma.Memory > VtaMemory.Acc8)
            problems.Add(new("NEST5202", $"{at}: memory id {(int)insn.Dma.Memory} does not exist", (long)insn.Dma.Memory, (long)VtaMemory.Acc8));
        else if (insn.Opcode == VtaOpcode.Alu && insn.Alu.Op > VtaAluOp.Mul)
            problems.Add(new("NEST5211", $"{at}: ALU operation {(int)insn.Alu.Op} does not exist", (long)insn.Alu.Op, (long)VtaAluOp.Mul));
        else if (codec.HasReservedBits(word))
            problems.Add(new("NEST5313", $"{at}: bits outside the fields of the instruction are set", 1, 0));
    }
}
