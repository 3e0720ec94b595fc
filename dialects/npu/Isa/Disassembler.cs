using System.Globalization;
using System.Text;

namespace NestC.Dialects.Npu.Isa;

/// <summary>Renders instructions and micro-ops as text, one line each.</summary>
public static class Disassembler
{
    /// <summary>Renders one instruction, for example <c>load.inp sram=0 dram=0x40 rows=14 cols=28 stride=28 pad=[1,0,1,1] push_next</c>.</summary>
    public static string Format(in VtaInstruction insn)
    {
        var text = new StringBuilder();
        Append(text, insn);
        return text.ToString();
    }

    /// <summary>Renders a program: the header's facts as comments, then a line for each instruction with its index.</summary>
    public static string Format(VtaProgram program)
    {
        var text = new StringBuilder();
        VtaConfig c = program.Config;
        text.Append(CultureInfo.InvariantCulture, $"; config batch={c.Batch} block={c.BlockIn}x{c.BlockOut} uop={c.Depth(VtaMemory.Uop)}")
            .Append(CultureInfo.InvariantCulture, $" inp={c.Depth(VtaMemory.Inp)} wgt={c.Depth(VtaMemory.Wgt)} acc={c.Depth(VtaMemory.Acc)}\n");
        text.Append(CultureInfo.InvariantCulture, $"; dram base=0x{program.DramBase:x} bytes={program.Dram.Length}\n");
        var codec = new InstructionCodec(c);
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i,6}: ");
            Append(text, codec.Decode(program.Instructions[i]));
            if (codec.HasReservedBits(program.Instructions[i]))
                text.Append(" ; reserved bits set");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Renders a micro-op, for example <c>dst=3 src=17 wgt=0</c>.</summary>
    public static string Format(MicroOp uop) => string.Create(CultureInfo.InvariantCulture, $"dst={uop.Dst} src={uop.Src} wgt={uop.Wgt}");

    /// <summary>The name of a memory in text, for example <c>inp</c>.</summary>
    public static string Name(VtaMemory memory) => memory switch
    {
        VtaMemory.Uop => "uop",
        VtaMemory.Wgt => "wgt",
        VtaMemory.Inp => "inp",
        VtaMemory.Acc => "acc",
        VtaMemory.Out => "out",
        VtaMemory.Acc8 => "acc8",
        _ => string.Create(CultureInfo.InvariantCulture, $"mem{(int)memory}"),
    };

    /// <summary>The name of an ALU operation in text, for example <c>max</c>.</summary>
    public static string Name(VtaAluOp op) => op switch
    {
        VtaAluOp.Min => "min",
        VtaAluOp.Max => "max",
        VtaAluOp.Add => "add",
        VtaAluOp.Shr => "shr",
        VtaAluOp.Mul => "mul",
        _ => string.Create(CultureInfo.InvariantCulture, $"op{(int)op}"),
    };

    /// <summary>The name of a module in text.</summary>
    public static string Name(VtaModule module) => module switch
    {
        VtaModule.Load => "load",
        VtaModule.Compute => "compute",
        _ => "store",
    };

    private static void Append(StringBuilder text, in VtaInstruction insn)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        switch (insn.Opcode)
        {
            case VtaOpcode.Load:
            case VtaOpcode.Store:
                DmaFields d = insn.Dma;
                text.Append(insn.Opcode == VtaOpcode.Load ? "load." : "store.").Append(Name(d.Memory));
                if (d.IsNop)
                {
                    text.Append(" nop");
                    break;
                }
                text.Append(c, $" sram={d.SramBase} dram=0x{d.DramBase:x} rows={d.YSize} cols={d.XSize} stride={d.XStride}");
                if (d.HasPads)
                    text.Append(c, $" pad=[{d.YPad0},{d.YPad1},{d.XPad0},{d.XPad1}]");
                break;
            case VtaOpcode.Gemm:
                text.Append(insn.Loop.Reset ? "gemm.reset" : "gemm");
                AppendLoop(text, insn.Loop);
                if (!insn.Loop.Reset)
                    text.Append(c, $" wgt=({insn.Loop.WgtFactorOut},{insn.Loop.WgtFactorIn})");
                break;
            case VtaOpcode.Alu:
                text.Append("alu.").Append(Name(insn.Alu.Op));
                AppendLoop(text, insn.Loop);
                if (insn.Alu.UseImm)
                    text.Append(c, $" imm={insn.Alu.Imm}");
                else if (insn.Alu.Imm != 0)
                    text.Append(c, $" unused_imm={insn.Alu.Imm}");
                if (insn.Loop.Reset)
                    text.Append(" reset");
                break;
            case VtaOpcode.Finish:
                text.Append("finish");
                break;
            default:
                text.Append(c, $"opcode{(int)insn.Opcode}");
                break;
        }
        if (insn.Tokens.HasFlag(TokenFlags.PopPrev))
            text.Append(" pop_prev");
        if (insn.Tokens.HasFlag(TokenFlags.PopNext))
            text.Append(" pop_next");
        if (insn.Tokens.HasFlag(TokenFlags.PushPrev))
            text.Append(" push_prev");
        if (insn.Tokens.HasFlag(TokenFlags.PushNext))
            text.Append(" push_next");
    }

    private static void AppendLoop(StringBuilder text, in LoopFields loop) => text.Append(CultureInfo.InvariantCulture,
        $" uop=[{loop.UopBegin},{loop.UopEnd}) loop={loop.IterOut}x{loop.IterIn} dst=({loop.DstFactorOut},{loop.DstFactorIn}) src=({loop.SrcFactorOut},{loop.SrcFactorIn})");
}
