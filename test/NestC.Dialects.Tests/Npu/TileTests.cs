using System.Globalization;
using System.Text;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>Tile operations: loops folded, buffers placed, tokens inserted, and the result run against plain loops.</summary>
public sealed class TileTests
{
    private static ProgramOp Parse(string text, List<Diagnostic> said)
    {
        NestContext context = DialectTests.NewContext(said);
        Operation? module = AsmParser.Parse(context, text);
        Assert.True(module is not null, said.Count > 0 ? said[0].Message : "");
        var program = (ProgramOp)module.Region(0).First!.First!;
        Assert.True(Verifier.Verify(program), said.Count > 0 ? said[0].Message : "");
        return program;
    }

    private static (VtaProgram Binary, ScratchpadPeak Peak) Lower(string text)
    {
        var said = new List<Diagnostic>();
        ProgramOp program = Parse(text, said);
        var d = new Diag(program.Context.Diagnostics, program);
        ScratchpadPeak? peak = TileLowering.Run(program, d);
        Assert.True(peak is not null && Verifier.Verify(program), said.Count > 0 ? said[0].Message : "");
        Assert.Empty(said);
        return (VtaExport.ToProgram(program, d)!, peak);
    }

    [Theory]
    [InlineData(28, 28, 64, 32, 3, 1, 1, 6, 2, 0.77)]
    [InlineData(28, 28, 64, 32, 3, 1, 1, 7, 1, 0.73)]
    [InlineData(14, 12, 16, 32, 3, 2, 1, 3, 2, 0)]
    [InlineData(13, 9, 32, 16, 5, 2, 2, 3, 1, 0)]
    [InlineData(9, 7, 16, 16, 3, 1, 0, 2, 2, 0)]
    public void Conv_of_tiles(int height, int width, int ic, int oc, int kernel, int stride, int pad, int rows, int threads, double utilisation)
    {
        var shape = new ConvShape(height, width, ic, oc, kernel, stride, pad, 7, rows, threads);
        (HandProgram hand, sbyte[] expected) = ReferenceTests.MakeConv(shape);
        (VtaProgram binary, ScratchpadPeak peak) = Lower(ConvText(shape));
        // The operands go where the hand-written program has them, the output behind.
        byte[] dram = binary.Dram;
        (sbyte[] x, sbyte[] w, int[] bias) = ReferenceTests.Operands(shape);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(x).CopyTo(dram);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(w).CopyTo(dram.AsSpan(WgtAt(shape)));
        System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(bias).CopyTo(dram.AsSpan(BiasAt(shape)));
        for (ulong seed = 0; seed < 3; seed++)
        {
            SimulationResult result = FunctionalSimulator.Run(binary, new() { ScheduleSeed = seed == 0 ? null : seed });
            Assert.Empty(result.Findings);
            Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.AsBytes<sbyte>(expected).ToArray(), result.Dram.AsSpan(OutAt(shape), expected.Length).ToArray());
        }
        CycleResult cycles = CycleSimulator.Run(binary);
        Assert.True(cycles.Finished && cycles.Utilisation >= utilisation, $"{100 * cycles.Utilisation:F2} %, by hand {100 * CycleSimulator.Run(hand.Program).Utilisation:F2} %");
        Assert.True(peak.Inp <= 2048 && peak.Acc <= 2048 && peak.Inp > 0 && peak.Acc > 0);
    }

    private static int WgtAt(ConvShape s) => (s.InChannels * s.Height * s.Width + 255) / 256 * 256;

    private static int BiasAt(ConvShape s) => WgtAt(s) + s.InChannels * s.OutChannels * s.Kernel * s.Kernel;

    private static int OutAt(ConvShape s) => BiasAt(s) + 4 * s.OutChannels;

    private static string ConvText(ConvShape s)
    {
        int icb = s.InChannels / 16, ocb = s.OutChannels / 16, k = s.Kernel, ow = s.OutWidth, oh = s.OutHeight, tw = s.Width + 2 * s.Pad;
        int maxIn = (s.TileRows - 1) * s.Stride + k, filter = icb * k * k;
        var t = new StringBuilder();
        void Line(FormattableString line) => t.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"npu.program @conv device<\"tsim\"> base 1048576 bytes {OutAt(s) + s.OutChannels * oh * ow} {{");
        Line($"npu.data @x inp at 0 elements {icb * s.Height * s.Width}");
        Line($"npu.data @w wgt at {WgtAt(s)} elements {ocb * filter}");
        Line($"npu.data @bias acc at {BiasAt(s)} elements {ocb}");
        Line($"npu.data @y out at {OutAt(s)} elements {ocb * oh * ow}");
        Line($"%w = npu.alloc : !npu.buffer<wgt, {ocb}x{filter}>");
        Line($"%bias = npu.alloc : !npu.buffer<acc, {ocb}>");
        Line($"npu.tile_load @bias[0] rows 1 cols {ocb} stride {ocb} to %bias : !npu.buffer<acc, {ocb}>");
        for (int v = 0; v < s.Threads; v++)
        {
            Line($"%i{v} = npu.alloc : !npu.buffer<inp, {icb}x{maxIn}x{tw}>");
            Line($"%a{v} = npu.alloc : !npu.buffer<acc, {ocb}x{s.TileRows}x{ow}>");
        }
        string accType = $"!npu.buffer<acc, {ocb}x{s.TileRows}x{ow}>", inpType = $"!npu.buffer<inp, {icb}x{maxIn}x{tw}>", wgtType = $"!npu.buffer<wgt, {ocb}x{filter}>";
        for (int n = 0; n * s.TileRows < oh; n++)
        {
            int v = n % s.Threads, first = n * s.TileRows, rows = Math.Min(s.TileRows, oh - first);
            int top = first * s.Stride - s.Pad, bottom = top + (rows - 1) * s.Stride + k, from = Math.Max(0, top), to = Math.Min(s.Height, bottom);
            for (int cb = 0; cb < icb; cb++)
            {
                if (n == 0 && cb == 0) Line($"npu.tile_load @w[0] rows 1 cols {filter} stride {filter} to %w : {wgtType}");
                Line($"%v{n}_{cb} = npu.view %i{v}[{cb * maxIn * tw}] : {inpType} to !npu.buffer<inp, {maxIn}x{tw}>");
                Line($"npu.tile_load @x[{(cb * s.Height + from) * s.Width}] rows {to - from} cols {s.Width} stride {s.Width} pad [{from - top}, {bottom - to}, {s.Pad}, {s.Pad}] to %v{n}_{cb} : !npu.buffer<inp, {maxIn}x{tw}>");
            }
            if (n == 0 && ocb > 1)
            {
                Line($"%rest = npu.view %w[{filter}] : {wgtType} to !npu.buffer<wgt, {ocb - 1}x{filter}>");
                Line($"npu.tile_load @w[{filter}] rows 1 cols {(ocb - 1) * filter} stride {(ocb - 1) * filter} to %rest : !npu.buffer<wgt, {ocb - 1}x{filter}>");
            }
            Line($"npu.tile_reset %a{v} : {accType}");
            for (int ob = 0; ob < ocb; ob++)
            {
                Line($"%w{n}_{ob} = npu.view %w[{ob * filter}] : {wgtType} to !npu.buffer<wgt, {filter}>");
                Line($"%o{n}_{ob} = npu.view %a{v}[{ob * s.TileRows * ow}] : {accType} to !npu.buffer<acc, {s.TileRows}x{ow}>");
                for (int cb = 0; cb < icb; cb++)
                {
                    Line($"%f{n}_{ob}_{cb} = npu.view %w{n}_{ob}[{cb * k * k}] : !npu.buffer<wgt, {filter}> to !npu.buffer<wgt, {k * k}>");
                    Line($"npu.tile_gemm %v{n}_{cb}, %f{n}_{ob}_{cb} into %o{n}_{ob} iterate [{k}, {k}, {rows}, {ow}] src [{tw}, 1, {s.Stride * tw}, {s.Stride}] wgt [{k}, 1, 0, 0] dst [0, 0, {ow}, 1] : !npu.buffer<inp, {maxIn}x{tw}>, !npu.buffer<wgt, {k * k}>, !npu.buffer<acc, {s.TileRows}x{ow}>");
                }
            }
            string box = $"iterate [{ocb}, {rows * ow}] dst [{s.TileRows * ow}, 1]";
            Line($"npu.tile_alu add %a{v}, %bias {box} src [1, 0] : {accType}, !npu.buffer<acc, {ocb}>");
            Line($"npu.tile_alu shr %a{v} imm {s.Shift} {box} : {accType}");
            Line($"npu.tile_alu max %a{v} imm -128 {box} : {accType}");
            Line($"npu.tile_alu min %a{v} imm 127 {box} : {accType}");
            for (int ob = 0; ob < ocb; ob++)
                Line($"npu.tile_store %o{n}_{ob} to @y[{(ob * oh + first) * ow}] rows 1 cols {rows * ow} stride {rows * ow} : !npu.buffer<acc, {s.TileRows}x{ow}>");
        }
        Line($"}}");
        return t.ToString();
    }

    [Fact]
    public void Folded_loops_enumerate_the_box()
    {
        var random = new SplitMix64(5);
        for (int n = 0; n < 3000; n++)
        {
            int rank = random.Below(6);
            long[] extents = new long[rank], dst = new long[rank], src = new long[rank], wgt = new long[rank];
            for (int i = 0; i < rank; i++)
                (extents[i], dst[i], src[i], wgt[i]) = (1 + random.Below(5), random.Below(3) == 0 ? 0 : random.Below(40), random.Below(40), random.Below(40));
            var box = new IterationBox(extents, dst, src, wgt, random.Below(100), random.Below(100), random.Below(100));
            int depth = 4 + random.Below(60);
            bool alu = random.Below(2) == 0;
            List<FoldedLoop> folded = alu ? LoopFolder.Alu(VtaConfig.Default, box with { Wgt = new long[rank], WgtBase = 0 }, hasSource: true, depth) : LoopFolder.Gemm(VtaConfig.Default, box, false, depth);
            var expected = new List<(long, long, long)>();
            Walk(0, box.DstBase, box.SrcBase, alu ? 0 : box.WgtBase);
            var found = new List<(long, long, long)>();
            foreach (FoldedLoop part in folded)
            {
                Assert.InRange(part.Uops.Length, 1, depth);
                int[] order = new int[part.Uops.Length];
                for (int i = 0; i < part.Loop.IterOut; i++)
                {
                    for (int j = 0; j < part.Loop.IterIn; j++)
                    {
                        for (int u = 0; u < order.Length; u++)
                        {
                            MicroOp op = part.Uops[u];
                            LoopFields l = part.Loop;
                            found.Add((op.Dst + i * l.DstFactorOut + j * l.DstFactorIn, op.Src + i * l.SrcFactorOut + j * l.SrcFactorIn, op.Wgt + i * l.WgtFactorOut + j * l.WgtFactorIn));
                            // Within one instruction no destination comes back within two steps.
                            int last = found.Count - 1, first = last - (i * l.IterIn * order.Length + j * order.Length + u);
                            Assert.True(last - 1 < first || found[last].Item1 != found[last - 1].Item1);
                            Assert.True(last - 2 < first || found[last].Item1 != found[last - 2].Item1);
                        }
                    }
                }
            }
            expected.Sort();
            found.Sort();
            Assert.Equal(expected, found);

            void Walk(int dim, long d, long s, long t)
            {
                if (dim == rank)
                {
                    expected.Add((d, s, t));
                    return;
                }
                for (long k = 0; k < extents[dim]; k++) Walk(dim + 1, d + k * dst[dim], s + k * src[dim], t + (alu ? 0 : k * wgt[dim]));
            }
        }
    }

    [Fact]
    public void A_3x3_convolution_needs_few_micro_ops()
    {
        // Four channel blocks, a 3 x 3 filter, 7 x 28 outputs: 7,056 steps.
        var box = new IterationBox([4, 3, 3, 7, 28], [0, 0, 0, 28, 1], [270, 30, 1, 30, 1], [9, 3, 1, 0, 0], 0, 0, 0);
        FoldedLoop folded = Assert.Single(LoopFolder.Gemm(VtaConfig.Default, box, reset: false));
        Assert.Equal(7056, folded.Loop.Steps == 0 ? 0 : (long)folded.Uops.Length * folded.Loop.IterOut * folded.Loop.IterIn);
        Assert.Equal(3 * 3 * 7, folded.Uops.Length);
    }

    [Fact]
    public void Buffers_reuse_what_is_free_and_the_peak_is_said()
    {
        const string text = """
            npu.program @p device<"tsim"> base 4096 bytes 65536 {
              npu.data @x inp at 0 elements 2048
              %a = npu.alloc : !npu.buffer<inp, 1000>
              npu.tile_load @x[0] rows 1 cols 1000 stride 1000 to %a : !npu.buffer<inp, 1000>
              %b = npu.alloc : !npu.buffer<inp, 1000>
              npu.tile_load @x[0] rows 1 cols 1000 stride 1000 to %b : !npu.buffer<inp, 1000>
              %c = npu.alloc : !npu.buffer<inp, 900>
              npu.tile_load @x[0] rows 1 cols 900 stride 900 to %c : !npu.buffer<inp, 900>
              npu.tile_load @x[0] rows 1 cols 1000 stride 1000 to %b : !npu.buffer<inp, 1000>
            }
            """;
        var said = new List<Diagnostic>();
        ProgramOp program = Parse(text, said);
        ScratchpadPeak? peak = ScratchpadAllocator.Run(program, new Diag(program.Context.Diagnostics, program));
        Assert.Equal(new ScratchpadPeak(1900, 0, 0), peak);
        var addresses = new List<long?>();
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is AllocOp alloc) addresses.Add(alloc.Address);
        }
        // The first is free when the second starts, the second is not when the third does.
        Assert.Equal([0, 0, 1000], addresses);
        program = Parse(text.Replace("900", "1049", StringComparison.Ordinal), said);
        Assert.Null(ScratchpadAllocator.Run(program, new Diag(program.Context.Diagnostics, program)));
        Assert.Equal("NEST5130", said[^1].Code);
        Assert.Contains("elements 1000 to 2048 of inp, which has 2048", said[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_larger_than_the_buffer_is_loaded_piece_by_piece()
    {
        // 40 different products of 121 micro-ops each: more than 2,048 in all.
        var t = new StringBuilder("npu.program @p device<\"tsim\"> base 4096 bytes 131072 {\nnpu.data @x inp at 0 elements 200\nnpu.data @w wgt at 4096 elements 40\nnpu.data @y out at 65536 elements 121\n");
        t.Append("%x = npu.alloc : !npu.buffer<inp, 200>\n%w = npu.alloc : !npu.buffer<wgt, 40>\n%a = npu.alloc : !npu.buffer<acc, 2000>\n");
        t.Append("npu.tile_load @x[0] rows 1 cols 200 stride 200 to %x : !npu.buffer<inp, 200>\nnpu.tile_load @w[0] rows 1 cols 40 stride 40 to %w : !npu.buffer<wgt, 40>\nnpu.tile_reset %a : !npu.buffer<acc, 2000>\n");
        for (int i = 0; i < 40; i++)
        {
            // Four dimensions with strides that do not join: two of them become micro-ops.
            t.Append(CultureInfo.InvariantCulture, $"%w{i} = npu.view %w[{i}] : !npu.buffer<wgt, 40> to !npu.buffer<wgt, 1>\n");
            t.Append(CultureInfo.InvariantCulture, $"npu.tile_gemm %x, %w{i} into %a iterate [11, 11, 11, 11] src [1, 2, 3, 4] wgt [0, 0, 0, 0] dst [1, 12, 0, 0] : !npu.buffer<inp, 200>, !npu.buffer<wgt, 1>, !npu.buffer<acc, 2000>\n");
        }
        t.Append("npu.tile_alu shr %a imm 12 iterate [121] dst [1] : !npu.buffer<acc, 2000>\nnpu.tile_store %a to @y[0] rows 1 cols 121 stride 121 : !npu.buffer<acc, 2000>\n}\n");
        (VtaProgram binary, _) = Lower(t.ToString());
        HandPrograms.Bytes(3, 65536).AsSpan().CopyTo(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, sbyte>(binary.Dram.AsSpan(0, 65536)));
        SimulationResult result = FunctionalSimulator.Run(binary);
        Assert.Empty(result.Findings);
        Assert.Equal(NaiveMachine.Run(binary), result.Dram);
    }
}
