using NestC.Dialects.Npu.Isa;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

public sealed class EncodingTests
{
    private static readonly InstructionCodec Codec = new(VtaConfig.Default);

    // The words were computed from the bit table of the architecture, field by field, without this code.
    public static TheoryData<string, VtaInstruction, ulong, ulong> Goldens => new()
    {
        {
            "load.inp with pads", VtaInstruction.Load(new(VtaMemory.Inp, 0x1234, 0x89ABCDEF, 14, 28, 56, 1, 2, 3, 4), TokenFlags.PopNext | TokenFlags.PushNext),
            0x0226af37bc48d150, 0x43210038001c000e
        },
        { "load.wgt", VtaInstruction.Load(new(VtaMemory.Wgt, 0, 0x400, 1, 72, 72), TokenFlags.PushNext), 0x00000010000000c0, 0x0000004800480001 },
        { "load.uop", VtaInstruction.Load(new(VtaMemory.Uop, 5, 0x40000, 1, 9, 9)), 0x0000100000001400, 0x0000000900090001 },
        {
            "load.acc, all fields full", VtaInstruction.Load(new(VtaMemory.Acc, 0xffff, 0xffffffff, 0xffff, 0xffff, 0xffff, 15, 15, 15, 15), (TokenFlags)15),
            0x03fffffffffffdf8, 0xffffffffffffffff
        },
        { "store", VtaInstruction.Store(new(VtaMemory.Out, 100, 0x10000, 7, 28, 28), TokenFlags.PopPrev | TokenFlags.PushPrev), 0x0000040000019229, 0x0000001c001c0007 },
        { "store nop", VtaInstruction.Nop(VtaModule.Store, TokenFlags.PushPrev), 0x0000000000000221, 0 },
        { "gemm", VtaInstruction.Gemm(new(3, 12, 14, 28, 28, 1, 30, 1, 9, 0), TokenFlags.PopPrev | TokenFlags.PushPrev), 0x003800700180032a, 0x000090020780081c },
        { "gemm reset", VtaInstruction.Gemm(new(0, 1, 1, 784, 0, 1, Reset: true), TokenFlags.PopNext), 0x0620000800200092, 0x0000000000000800 },
        {
            "gemm, all fields full", VtaInstruction.Gemm(new(8191, 16383, 16383, 16383, 2047, 2047, 2047, 2047, 1023, 1023, true), (TokenFlags)15),
            0x7ffffffffffffffa, 0xffffffffffffffff
        },
        { "alu.max imm", VtaInstruction.ForAlu(new(4, 5, 7, 28, 28, 1, 28, 1), new(VtaAluOp.Max, true, -128)), 0x0038003800a00404, 0xff8090020700081c },
        { "alu.shr imm", VtaInstruction.ForAlu(new(0, 1, 1, 100, 0, 1, 0, 1), new(VtaAluOp.Shr, true, 8), TokenFlags.PushNext), 0x00c8000800200044, 0x0008b00200000800 },
        { "alu.add tensor", VtaInstruction.ForAlu(new(16, 32, 2, 3, 100, 50, 0, 7), new(VtaAluOp.Add, false, 0)), 0x0006001004001004, 0x0000200e00019064 },
        { "finish", VtaInstruction.Finish(), 3, 0 },
    };

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Encoding_matches_the_bit_table(string name, VtaInstruction insn, ulong low, ulong high)
    {
        Assert.Equal((name, $"{high:x16}{low:x16}"), (name, $"{Codec.Encode(insn).High:x16}{Codec.Encode(insn).Low:x16}"));
        Assert.Equal(insn, Codec.Decode(new(low, high)));
        Assert.False(Codec.HasReservedBits(new(low, high)));
    }

    [Fact]
    public void Micro_ops_match_the_bit_table()
    {
        var problems = new List<IsaProblem>();
        Assert.True(Codec.TryEncode(new MicroOp(5, 9, 3), out uint word, problems));
        Assert.Equal(0x00c04805u, word);
        Assert.Equal(new MicroOp(5, 9, 3), Codec.DecodeUop(word));
        Assert.True(Codec.TryEncode(new MicroOp(2047, 2047, 1023), out word, problems));
        Assert.Equal(0xffffffffu, word);
        Assert.False(Codec.TryEncode(new MicroOp(2048, -1, 1024), out _, problems));
        Assert.Equal(["dst", "src", "wgt"], problems.ConvertAll(p => p.Message.Split(' ')[2]));
    }

    [Fact]
    public void Fields_stand_where_the_specification_puts_them()
    {
        InstructionLayout l = Codec.Layout;
        Assert.Equal((8, 13), (l.UopBegin.Offset, l.UopBegin.Width));
        Assert.Equal((21, 14), (l.UopEnd.Offset, l.UopEnd.Width));
        Assert.Equal((35, 14), (l.IterOut.Offset, l.IterOut.Width));
        Assert.Equal((49, 14), (l.IterIn.Offset, l.IterIn.Width));
        Assert.Equal((64, 11, 75), (l.DstFactorOut.Offset, l.DstFactorOut.Width, l.DstFactorIn.Offset));
        Assert.Equal((86, 97, 108, 118), (l.GemmSrcFactorOut.Offset, l.GemmSrcFactorIn.Offset, l.WgtFactorOut.Offset, l.WgtFactorIn.Offset));
        Assert.Equal((86, 97, 108, 111, 112), (l.AluSrcFactorOut.Offset, l.AluSrcFactorIn.Offset, l.AluOp.Offset, l.UseImm.Offset, l.Imm.Offset));
    }

    public static TheoryData<string, VtaInstruction> TooLarge => new()
    {
        { "sram_base", VtaInstruction.Load(new(VtaMemory.Inp, 65536, 0, 1, 1, 1)) },
        { "y_size", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 65536, 1, 1)) },
        { "x_size", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 1, 65536, 1)) },
        { "x_stride", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 1, 1, 65536)) },
        { "y_pad_0", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 1, 1, 1, 16)) },
        { "y_pad_1", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 1, 1, 1, 0, 16)) },
        { "x_pad_0", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 1, 1, 1, 0, 0, 16)) },
        { "x_pad_1", VtaInstruction.Load(new(VtaMemory.Inp, 0, 0, 1, 1, 1, 0, 0, 0, 16)) },
        { "memory id", VtaInstruction.Load(new((VtaMemory)8, 0, 0, 1, 1, 1)) },
        { "tokens", VtaInstruction.Gemm(new(0, 1), (TokenFlags)16) },
        { "uop_bgn", VtaInstruction.Gemm(new(8192, 8193)) },
        { "uop_end", VtaInstruction.Gemm(new(0, 16384)) },
        { "iter_out", VtaInstruction.Gemm(new(0, 1, 16384)) },
        { "iter_in", VtaInstruction.Gemm(new(0, 1, 1, 16384)) },
        { "dst_factor_out", VtaInstruction.Gemm(new(0, 1, 1, 1, 2048)) },
        { "dst_factor_in", VtaInstruction.Gemm(new(0, 1, 1, 1, 0, 2048)) },
        { "src_factor_out", VtaInstruction.Gemm(new(0, 1, 1, 1, 0, 0, 2048)) },
        { "src_factor_in", VtaInstruction.ForAlu(new(0, 1, 1, 1, 0, 0, 0, -1), default) },
        { "wgt_factor_out", VtaInstruction.Gemm(new(0, 1, 1, 1, 0, 0, 0, 0, 1024)) },
        { "wgt_factor_in", VtaInstruction.Gemm(new(0, 1, 1, 1, 0, 0, 0, 0, 0, 1024)) },
        { "alu_opcode", VtaInstruction.ForAlu(new(0, 1), new((VtaAluOp)8, false, 0)) },
    };

    [Theory]
    [MemberData(nameof(TooLarge))]
    public void A_value_beyond_its_field_is_a_problem(string field, VtaInstruction insn)
    {
        var problems = new List<IsaProblem>();
        Assert.False(Codec.TryEncode(insn, out _, problems));
        IsaProblem problem = Assert.Single(problems);
        Assert.Equal(NpuCodes.Field, problem.Code);
        Assert.Contains($"field {field} ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bits_survive_decoding_and_encoding()
    {
        var random = new Dialects.Npu.Simulator.SplitMix64(7);
        var problems = new List<IsaProblem>();
        for (int i = 0; i < 20_000; i++)
        {
            var word = new InstructionWord((random.Next() & ~7UL) | (uint)random.Below(5), random.Next());
            VtaInstruction insn = Codec.Decode(word);
            Assert.True(Codec.TryEncode(insn, out InstructionWord again, problems));
            Assert.Equal(insn, Codec.Decode(again));
            if (!Codec.HasReservedBits(word))
                Assert.Equal(word, again);
            Assert.False(Codec.HasReservedBits(again));
            uint uop = (uint)random.Next();
            Assert.True(Codec.TryEncode(Codec.DecodeUop(uop), out uint sameUop, problems));
            Assert.Equal(uop, sameUop);
        }
    }

    [Fact]
    public void Small_buffers_make_narrow_fields()
    {
        // Micro-ops 512 deep, accumulators 256, activations 512, weights 128: the first loop factor fits behind iter_in.
        var config = VtaConfig.Default with { LogUopBuff = 11, LogAccBuff = 14, LogInpBuff = 13, LogWgtBuff = 15 };
        var layout = new InstructionLayout(config);
        Assert.Equal((9, 8, 9, 7), (config.LogUopDepth, config.LogAccDepth, config.LogInpDepth, config.LogWgtDepth));
        Assert.Equal((8, 17, 27, 41), (layout.UopBegin.Offset, layout.UopEnd.Offset, layout.IterOut.Offset, layout.IterIn.Offset));
        Assert.Equal((55, 64), (layout.DstFactorOut.Offset, layout.DstFactorIn.Offset));
    }

    [Fact]
    public void Disassembly_names_every_field()
    {
        Assert.Equal("load.inp sram=4660 dram=0x89abcdef rows=14 cols=28 stride=56 pad=[1,2,3,4] pop_next push_next",
            Disassembler.Format(VtaInstruction.Load(new(VtaMemory.Inp, 0x1234, 0x89ABCDEF, 14, 28, 56, 1, 2, 3, 4), TokenFlags.PopNext | TokenFlags.PushNext)));
        Assert.Equal("gemm uop=[3,12) loop=14x28 dst=(28,1) src=(30,1) wgt=(9,0) pop_prev push_prev",
            Disassembler.Format(VtaInstruction.Gemm(new(3, 12, 14, 28, 28, 1, 30, 1, 9, 0), TokenFlags.PopPrev | TokenFlags.PushPrev)));
        Assert.Equal("alu.shr uop=[0,1) loop=1x100 dst=(0,1) src=(0,1) imm=8",
            Disassembler.Format(VtaInstruction.ForAlu(new(0, 1, 1, 100, 0, 1, 0, 1), new(VtaAluOp.Shr, true, 8))));
        Assert.Equal("load.uop nop push_prev", Disassembler.Format(VtaInstruction.Nop(VtaModule.Compute, TokenFlags.PushPrev)));
        Assert.Equal("finish", Disassembler.Format(VtaInstruction.Finish()));
    }
}
