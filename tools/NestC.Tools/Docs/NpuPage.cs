using System.Globalization;
using System.Text;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Tools.Docs;

/// <summary>Writes docs/dialects/npu.md from the operations' declarations, the instruction layout and a run of an example.</summary>
public static class NpuPage
{
    private const string Example = """
        npu.program @example device<"tsim"> base 4096 bytes 4096 {
          npu.data @x inp at 0 elements 4 = dense<3> : tensor<64xi8>
          npu.data @w wgt at 256 elements 1 = dense<1> : tensor<256xi8>
          npu.data @y out at 512 elements 4
          %x = npu.alloc : !npu.buffer<inp, 4>
          %w = npu.alloc : !npu.buffer<wgt, 1>
          %y = npu.alloc : !npu.buffer<acc, 4>
          npu.tile_load @x[0] rows 1 cols 4 stride 4 to %x : !npu.buffer<inp, 4> loc("dense")
          npu.tile_load @w[0] rows 1 cols 1 stride 1 to %w : !npu.buffer<wgt, 1> loc("dense")
          npu.tile_reset %y : !npu.buffer<acc, 4> loc("dense")
          npu.tile_gemm %x, %w into %y iterate [4] src [1] wgt [0] dst [1] : !npu.buffer<inp, 4>, !npu.buffer<wgt, 1>, !npu.buffer<acc, 4> loc("dense")
          npu.tile_alu shr %y imm 2 iterate [4] dst [1] : !npu.buffer<acc, 4> loc("requantize")
          npu.tile_store %y to @y[0] rows 1 cols 4 stride 4 : !npu.buffer<acc, 4> loc("requantize")
        }

        """;

    /// <summary>The page as Markdown, with `\n` line ends.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # npu

            Written by `nest-translate --npu-docs`; a test compares. The dialect's README.md says why it is as it is.

            A program (`npu.program`) is one launch of the device: the data of its DRAM image, then either instructions, one to one with the
            encoding, or tile operations, which `--npu-lower-tiles` turns into instructions. `nest-translate --npu-to-vta` writes it as a
            `VTAPROG1` container, `nest-run --target npu` runs it.


            """.ReplaceLineEndings("\n"));
        var context = new NestContext();
        Registry.RegisterDialects(context);
        DialectPage.Operations(text, context, "npu");
        Formats(text);
        Checks(text);
        RunExample(text, context);
        return text.ToString();
    }

    private static void Formats(StringBuilder text)
    {
        InstructionLayout l = new(VtaConfig.Default);
        text.Append("\n## Instruction formats\n\nAn instruction has 128 bits, little-endian. Widths of GEMM, ALU and micro-ops follow the buffers' depths; these are the default geometry's.\n");
        Format(text, "All", [InstructionLayout.Opcode, new("pop_prev", 3, 1), new("pop_next", 4, 1), new("push_prev", 5, 1), new("push_next", 6, 1)]);
        Format(text, "LOAD (opcode 0) and STORE (opcode 1)", [InstructionLayout.MemoryId, InstructionLayout.SramBase, InstructionLayout.DramBase, InstructionLayout.YSize,
            InstructionLayout.XSize, InstructionLayout.XStride, InstructionLayout.YPad0, InstructionLayout.YPad1, InstructionLayout.XPad0, InstructionLayout.XPad1]);
        BitField[] loop = [InstructionLayout.Reset, l.UopBegin, l.UopEnd, l.IterOut, l.IterIn, l.DstFactorOut, l.DstFactorIn];
        Format(text, "GEMM (opcode 2)", [.. loop, l.GemmSrcFactorOut, l.GemmSrcFactorIn, l.WgtFactorOut, l.WgtFactorIn]);
        Format(text, "ALU (opcode 4)", [.. loop, l.AluSrcFactorOut, l.AluSrcFactorIn, l.AluOp, l.UseImm, l.Imm]);
        text.Append("\n### FINISH (opcode 3)\n\nNo further fields.\n");
        Format(text, "Micro-op (32 bits)", [new("dst (ACC)", 0, l.UopDstBits), new("src (INP, or ACC for ALU)", l.UopDstBits, l.UopSrcBits),
            new("wgt", l.UopDstBits + l.UopSrcBits, l.UopWgtBits)]);
        text.Append("\n### Numbers in fields\n\n| field | values |\n|---|---|\n| memory id |");
        for (var m = VtaMemory.Uop; m <= VtaMemory.Acc8; m++) text.Append(m == VtaMemory.Uop ? " " : ", ").Append((int)m).Append(' ').Append(Disassembler.Name(m));
        text.Append(" |\n| alu_opcode |");
        for (var op = VtaAluOp.Min; op <= VtaAluOp.Mul; op++) text.Append(op == VtaAluOp.Min ? " " : ", ").Append((int)op).Append(' ').Append(Disassembler.Name(op));
        text.Append(" |\n");
        text.Append("\n| memory | elements | bytes of an element on the chip | in DRAM |\n|---|---|---|---|\n");
        VtaConfig c = VtaConfig.Default;
        foreach (VtaMemory m in (ReadOnlySpan<VtaMemory>)[VtaMemory.Uop, VtaMemory.Wgt, VtaMemory.Inp, VtaMemory.Acc, VtaMemory.Out])
            DialectPage.Row(text, Disassembler.Name(m), Number(c.Depth(m)), Number(c.SramElementBytes(m)), Number(c.DramElementBytes(m)));
    }

    private static void Checks(StringBuilder text)
    {
        text.Append("\n## What the checker finds\n\nThe verifier and the simulator share these checks; warnings are errors of a program that is not `nonportable`.\n\n| code | finding | |\n|---|---|---|\n");
        foreach (FindingKind kind in Enum.GetValues<FindingKind>())
        {
            string code = string.Create(CultureInfo.InvariantCulture, $"NEST{(int)kind}");
            string title = DiagnosticCatalog.Find(code)?.Title ?? "";
            DialectPage.Row(text, $"[{code}](../diagnostics/{code}.md)", kind.ToString(), DialectPage.Cell(title));
        }
    }

    private static void RunExample(StringBuilder text, NestContext context)
    {
        string source = Example.ReplaceLineEndings("\n");
        text.Append("\n## An example, executed\n\nFour vectors of 16 threes times a 16 x 16 matrix of ones, shifted right by two:\n\n```mlir\n").Append(source).Append("```\n");
        var module = AsmParser.Parse(context, source)!;
        var program = (ProgramOp)module.Region(0).First!.First!;
        var d = new Diag(context.Diagnostics, program);
        ScratchpadPeak peak = TileLowering.Run(program, d)!;
        text.Append($"\n`--npu-lower-tiles` makes instructions of it; on the chip it needs {peak} elements:\n\n```mlir\n").Append(AsmPrinter.ToText(program).TrimEnd()).Append("\n```\n");
        ProgramEvaluation evaluation = ProgramEvaluation.Of(program, d)!;
        text.Append("\n`nest-translate --dump` shows the binary:\n\n```\n").Append(Disassembler.Format(evaluation.Binary)).Append("```\n");
        evaluation.Run(d);
        text.Append("\nAfter the run, `@y` holds");
        foreach (byte value in evaluation.Get("y")[..16]) text.Append(' ').Append(((sbyte)value).ToString(CultureInfo.InvariantCulture));
        text.Append(" in each of its four elements: 16 * 3 >> 2 = 12. The cycle model (`--cycles`) says:\n\n```\n");
        text.Append(CycleReport.Format(CycleSimulator.Run(evaluation.Binary, program.Device.Device))).Append("```\n");
    }

    private static void Format(StringBuilder text, string title, BitField[] fields)
    {
        text.Append("\n### ").Append(title).Append("\n\n| bits | field | width |\n|---|---|---|\n");
        foreach (BitField f in fields)
            DialectPage.Row(text, f.Width == 1 ? Number(f.Offset) : $"{Number(f.Offset + f.Width - 1)}:{Number(f.Offset)}", f.Name, Number(f.Width));
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
