using System.Buffers.Binary;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Tests.Npu;

/// <summary>
/// The architecture as plainly as it can be written: one instruction after the other, one number at a time, no tokens, no checks. It
/// shares only the decoder with the simulator.
/// </summary>
internal sealed class NaiveMachine
{
    private readonly VtaProgram program;
    private readonly byte[] dram;
    private readonly uint[] uop = new uint[8192];
    private readonly sbyte[,] inp = new sbyte[2048, 16];
    private readonly sbyte[,] wgt = new sbyte[1024, 256];
    private readonly int[,] acc = new int[2048, 16];

    private NaiveMachine(VtaProgram program)
    {
        this.program = program;
        dram = (byte[])program.Dram.Clone();
    }

    public static byte[] Run(VtaProgram program)
    {
        var machine = new NaiveMachine(program);
        var codec = new InstructionCodec(program.Config);
        foreach (InstructionWord word in program.Instructions)
        {
            VtaInstruction insn = codec.Decode(word);
            switch (insn.Opcode)
            {
                case VtaOpcode.Load: machine.Load(insn.Dma); break;
                case VtaOpcode.Store: machine.Store(insn.Dma); break;
                case VtaOpcode.Gemm: machine.Gemm(insn.Loop, codec); break;
                case VtaOpcode.Alu: machine.Alu(insn.Loop, insn.Alu, codec); break;
            }
        }
        return machine.dram;
    }

    private void Load(DmaFields d)
    {
        if (d.XSize == 0)
            return;
        int width = d.XPad0 + d.XSize + d.XPad1, height = d.YPad0 + d.YSize + d.YPad1;
        for (int r = 0; r < height; r++)
        {
            for (int c = 0; c < width; c++)
            {
                int row = r - d.YPad0, column = c - d.XPad0;
                bool inside = row >= 0 && row < d.YSize && column >= 0 && column < d.XSize;
                long element = inside ? d.DramBase + (long)row * d.XStride + column : -1;
                Element(d.Memory, d.SramBase + r * width + c, element);
            }
        }
    }

    private void Element(VtaMemory memory, int index, long element)
    {
        switch (memory)
        {
            case VtaMemory.Uop:
                uop[index] = element < 0 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(dram.AsSpan((int)(element * 4 - program.DramBase)));
                break;
            case VtaMemory.Inp:
                for (int i = 0; i < 16; i++)
                    inp[index, i] = element < 0 ? (sbyte)0 : (sbyte)dram[element * 16 - program.DramBase + i];
                break;
            case VtaMemory.Wgt:
                for (int i = 0; i < 256; i++)
                    wgt[index, i] = element < 0 ? (sbyte)0 : (sbyte)dram[element * 256 - program.DramBase + i];
                break;
            case VtaMemory.Acc:
                for (int i = 0; i < 16; i++)
                    acc[index, i] = element < 0 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(dram.AsSpan((int)(element * 64 - program.DramBase + 4 * i)));
                break;
        }
    }

    private void Store(DmaFields d)
    {
        for (int r = 0; r < d.YSize; r++)
        {
            for (int c = 0; c < d.XSize; c++)
            {
                for (int i = 0; i < 16; i++)
                    dram[((long)d.DramBase + (long)r * d.XStride + c) * 16 - program.DramBase + i] = (byte)acc[d.SramBase + r * d.XSize + c, i];
            }
        }
    }

    private void Gemm(LoopFields l, InstructionCodec codec)
    {
        for (int i = 0; i < l.IterOut; i++)
        {
            for (int j = 0; j < l.IterIn; j++)
            {
                for (int u = l.UopBegin; u < l.UopEnd; u++)
                {
                    MicroOp op = codec.DecodeUop(uop[u]);
                    int d = op.Dst + i * l.DstFactorOut + j * l.DstFactorIn;
                    int s = op.Src + i * l.SrcFactorOut + j * l.SrcFactorIn;
                    int w = op.Wgt + i * l.WgtFactorOut + j * l.WgtFactorIn;
                    for (int o = 0; o < 16; o++)
                    {
                        if (l.Reset)
                        {
                            acc[d, o] = 0;
                            continue;
                        }
                        for (int k = 0; k < 16; k++)
                            acc[d, o] += inp[s, k] * wgt[w, 16 * o + k];
                    }
                }
            }
        }
    }

    private void Alu(LoopFields l, AluFields alu, InstructionCodec codec)
    {
        for (int i = 0; i < l.IterOut; i++)
        {
            for (int j = 0; j < l.IterIn; j++)
            {
                for (int u = l.UopBegin; u < l.UopEnd; u++)
                {
                    MicroOp op = codec.DecodeUop(uop[u]);
                    int d = op.Dst + i * l.DstFactorOut + j * l.DstFactorIn, s = op.Src + i * l.SrcFactorOut + j * l.SrcFactorIn;
                    for (int o = 0; o < 16; o++)
                    {
                        int y = alu.UseImm ? alu.Imm : acc[s, o];
                        acc[d, o] = alu.Op switch
                        {
                            VtaAluOp.Min => Math.Min(acc[d, o], y),
                            VtaAluOp.Max => Math.Max(acc[d, o], y),
                            VtaAluOp.Add => acc[d, o] + y,
                            VtaAluOp.Mul => acc[d, o] * y,
                            _ => y >= 0 ? acc[d, o] >> y : acc[d, o] << -y,
                        };
                    }
                }
            }
        }
    }
}
