using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>A program and where its result is.</summary>
internal sealed record HandProgram(VtaProgram Program, DramRegion Output)
{
    /// <summary>The output bytes of a memory image.</summary>
    public sbyte[] Read(byte[] dram)
    {
        var values = new sbyte[Output.Bytes];
        for (int i = 0; i < values.Length; i++)
            values[i] = (sbyte)dram[Output.ByteOffset + i];
        return values;
    }
}

/// <summary>Shape and quantization of a convolution whose channels are multiples of 16.</summary>
internal sealed record ConvShape(int Height, int Width, int InChannels, int OutChannels, int Kernel, int Stride, int Pad, int Shift, int TileRows, int Threads)
{
    public int OutHeight => (Height + 2 * Pad - Kernel) / Stride + 1;

    public int OutWidth => (Width + 2 * Pad - Kernel) / Stride + 1;
}

/// <summary>Programs written by hand in the style of VTA's tutorials, over the program builder; tokens come from the analysis.</summary>
internal static class HandPrograms
{
    /// <summary>y[m][n] = clip((sum over k of a[m][k] * w[n][k]) >> shift), a in rows of K/16 tiles, w as (N/16, K/16, 16, 16).</summary>
    public static HandProgram Gemm(int rows, int inner, int columns, int shift, sbyte[] a, sbyte[] w)
    {
        int kb = inner / 16, nb = columns / 16;
        var b = new ProgramBuilder();
        DramRegion da = b.Allocate("a", VtaMemory.Inp, a), dw = b.Allocate("w", VtaMemory.Wgt, w), dy = b.Allocate("y", VtaMemory.Out, rows * nb);
        b.Tag = "gemm";
        b.Load(VtaMemory.Inp, 0, da.At(0), 1, rows * kb, rows * kb);
        b.Load(VtaMemory.Wgt, 0, dw.At(0), 1, nb * kb, nb * kb);
        UopRange one = b.AddUops([new(0, 0)]);
        b.Gemm(one, new(0, 0, 1, rows * nb, 0, 1, Reset: true));
        var uops = new List<MicroOp>();
        for (int m = 0; m < rows; m++)
        {
            for (int n = 0; n < nb; n++)
                uops.Add(new(m * nb + n, m * kb, n * kb));
        }
        b.Gemm(b.AddUops([.. uops]), new(0, 0, kb, 1, 0, 0, 1, 0, 1, 0));
        Requantize(b, one, 1, 0, rows * nb, shift);
        b.Store(0, dy.At(0), 1, rows * nb, rows * nb);
        return Build(b, dy);
    }

    /// <summary>
    /// y = clip((conv(x, w) + bias) >> shift), x as (IC/16, H, W, 16), w as (OC/16, IC/16, K, K, 16, 16), y as (OC/16, OH, OW, 16).
    /// Tiles are whole rows; with two threads they take turns in halves of INP and ACC.
    /// </summary>
    public static HandProgram Conv(ConvShape s, sbyte[] x, sbyte[] w, int[] bias)
    {
        int icb = s.InChannels / 16, ocb = s.OutChannels / 16, k = s.Kernel, ow = s.OutWidth, tw = s.Width + 2 * s.Pad;
        int maxRows = s.TileRows, maxIn = (maxRows - 1) * s.Stride + k;
        int inpThread = icb * maxIn * tw, accThread = ocb * maxRows * ow;
        var b = new ProgramBuilder();
        DramRegion dx = b.Allocate("x", VtaMemory.Inp, x), dw = b.Allocate("w", VtaMemory.Wgt, w), db = b.Allocate("bias", bias);
        DramRegion dy = b.Allocate("y", VtaMemory.Out, ocb * s.OutHeight * ow);
        b.Tag = "conv";

        // Micro-ops run over a row of outputs, so that the same accumulator comes back only after a row.
        var single = new UopRange[s.Threads];
        var table = new UopRange[s.Threads, ocb, icb];
        int biasAt = s.Threads * accThread;
        var biasAdd = new UopRange[s.Threads];
        for (int v = 0; v < s.Threads; v++)
        {
            single[v] = b.AddUops([new(v * accThread, v * accThread)]);
            biasAdd[v] = b.AddUops([new(v * accThread, biasAt)]);
            for (int ob = 0; ob < ocb; ob++)
            {
                for (int cb = 0; cb < icb; cb++)
                {
                    var uops = new List<MicroOp>();
                    for (int ky = 0; ky < k; ky++)
                    {
                        for (int c = 0; c < ow; c++)
                            uops.Add(new(v * accThread + ob * maxRows * ow + c, v * inpThread + (cb * maxIn + ky) * tw + c * s.Stride, ((ob * icb + cb) * k + ky) * k));
                    }
                    table[v, ob, cb] = b.AddUops([.. uops]);
                }
            }
        }
        b.FlushUops();
        b.Load(VtaMemory.Acc, biasAt, db.At(0), 1, ocb, ocb);

        int tiles = (s.OutHeight + maxRows - 1) / maxRows;
        for (int t = 0; t < tiles; t++)
        {
            int v = t % s.Threads, first = t * maxRows, rows = Math.Min(maxRows, s.OutHeight - first);
            int top = first * s.Stride - s.Pad, bottom = top + (rows - 1) * s.Stride + k;
            int from = Math.Max(0, top), to = Math.Min(s.Height, bottom);
            for (int cb = 0; cb < icb; cb++)
            {
                if (t == 0 && cb == 0)
                    b.Load(VtaMemory.Wgt, 0, dw.At(0), 1, icb * k * k, icb * k * k);
                b.Load(VtaMemory.Inp, v * inpThread + cb * maxIn * tw, dx.At((cb * s.Height + from) * s.Width), to - from, s.Width, s.Width,
                    from - top, bottom - to, s.Pad, s.Pad);
            }
            if (t == 0 && ocb > 1)
                b.Load(VtaMemory.Wgt, icb * k * k, dw.At(icb * k * k), 1, (ocb - 1) * icb * k * k, (ocb - 1) * icb * k * k);

            b.Gemm(single[v], new(0, 0, ocb, rows * ow, maxRows * ow, 1, Reset: true));
            for (int ob = 0; ob < ocb; ob++)
            {
                for (int cb = 0; cb < icb; cb++)
                    b.Gemm(table[v, ob, cb], new(0, 0, rows, k, ow, 0, s.Stride * tw, 1, 0, 1));
            }
            b.AluTensor(VtaAluOp.Add, biasAdd[v], new(0, 0, ocb, rows * ow, maxRows * ow, 1, 1, 0));
            Requantize(b, single[v], ocb, maxRows * ow, rows * ow, s.Shift);
            for (int ob = 0; ob < ocb; ob++)
                b.Store(v * accThread + ob * maxRows * ow, dy.At((ob * s.OutHeight + first) * ow), 1, rows * ow, rows * ow);
        }
        return Build(b, dy);
    }

    /// <summary>y = max over windows of x, one channel block: identity GEMM into the accumulator, then tensor MAX.</summary>
    public static HandProgram MaxPool(int height, int width, int kernel, int stride, sbyte[] x)
    {
        int oh = (height - kernel) / stride + 1, ow = (width - kernel) / stride + 1, size = height * width;
        var b = new ProgramBuilder();
        DramRegion dx = b.Allocate("x", VtaMemory.Inp, x), di = b.Allocate("identity", VtaMemory.Wgt, Identity(1)), dy = b.Allocate("y", VtaMemory.Out, oh * ow);
        b.Tag = "maxpool";
        b.Load(VtaMemory.Inp, 0, dx.At(0), 1, size, size);
        b.Load(VtaMemory.Wgt, 0, di.At(0), 1, 1, 1);
        UopRange all = b.AddUops([new(0, 0)]), result = b.AddUops([new(size, size)]);
        b.Gemm(all, new(0, 0, 1, size, 0, 1, Reset: true));
        b.Gemm(all, new(0, 0, 1, size, 0, 1, 0, 1));
        // The smallest int8 is neutral for MAX.
        b.Gemm(result, new(0, 0, 1, oh * ow, 0, 1, Reset: true));
        b.AluImm(VtaAluOp.Add, -128, result, new(0, 0, 1, oh * ow, 0, 1));
        for (int ky = 0; ky < kernel; ky++)
        {
            var uops = new MicroOp[ow];
            for (int c = 0; c < ow; c++)
                uops[c] = new(size + c, ky * width + c * stride);
            b.AluTensor(VtaAluOp.Max, b.AddUops(uops), new(0, 0, oh, kernel, ow, 0, stride * width, 1));
        }
        b.Store(size, dy.At(0), 1, oh * ow, oh * ow);
        return Build(b, dy);
    }

    /// <summary>y = clip(x + 2 z): two GEMMs with diagonal weights into one accumulator.</summary>
    public static HandProgram ResidualAdd(int tiles, sbyte[] x, sbyte[] z)
    {
        var b = new ProgramBuilder();
        DramRegion dx = b.Allocate("x", VtaMemory.Inp, x), dz = b.Allocate("z", VtaMemory.Inp, z), dy = b.Allocate("y", VtaMemory.Out, tiles);
        DramRegion dw = b.Allocate("diagonals", VtaMemory.Wgt, [.. Identity(1), .. Identity(2)]);
        b.Tag = "add";
        b.Load(VtaMemory.Wgt, 0, dw.At(0), 1, 2, 2);
        b.Load(VtaMemory.Inp, 0, dx.At(0), 1, tiles, tiles);
        b.Load(VtaMemory.Inp, tiles, dz.At(0), 1, tiles, tiles);
        UopRange first = b.AddUops([new(0, 0, 0)]), second = b.AddUops([new(0, tiles, 1)]);
        b.Gemm(first, new(0, 0, 1, tiles, 0, 1, Reset: true));
        b.Gemm(first, new(0, 0, 1, tiles, 0, 1, 0, 1));
        b.Gemm(second, new(0, 0, 1, tiles, 0, 1, 0, 1));
        b.AluImm(VtaAluOp.Max, -128, first, new(0, 0, 1, tiles, 0, 1));
        b.AluImm(VtaAluOp.Min, 127, first, new(0, 0, 1, tiles, 0, 1));
        b.Store(0, dy.At(0), 1, tiles, tiles);
        return Build(b, dy);
    }

    /// <summary>y = clip((x + half) >> s[channel]), x int32, the same 16 shifts for every tile.</summary>
    public static HandProgram RequantizePerChannel(int tiles, int[] x, int[] shifts)
    {
        var b = new ProgramBuilder();
        DramRegion dx = b.Allocate("x", x), ds = b.Allocate("shifts", shifts), dy = b.Allocate("y", VtaMemory.Out, tiles);
        b.Tag = "requantize";
        b.Load(VtaMemory.Acc, 0, dx.At(0), 1, tiles, tiles);
        b.Load(VtaMemory.Acc, tiles, ds.At(0), 1, 1, 1);
        UopRange all = b.AddUops([new(0, 0)]), shift = b.AddUops([new(0, tiles)]);
        b.AluTensor(VtaAluOp.Shr, shift, new(0, 0, 1, tiles, 0, 1, 0, 0));
        b.AluImm(VtaAluOp.Max, -128, all, new(0, 0, 1, tiles, 0, 1));
        b.AluImm(VtaAluOp.Min, 127, all, new(0, 0, 1, tiles, 0, 1));
        b.Store(0, dy.At(0), 1, tiles, tiles);
        return Build(b, dy);
    }

    public static sbyte[] Identity(sbyte diagonal)
    {
        var tile = new sbyte[256];
        for (int i = 0; i < 16; i++)
            tile[17 * i] = diagonal;
        return tile;
    }

    public static sbyte[] Bytes(ulong seed, int count)
    {
        var random = new SplitMix64(seed);
        var values = new sbyte[count];
        for (int i = 0; i < count; i++)
            values[i] = (sbyte)random.Next();
        return values;
    }

    public static int[] Words(ulong seed, int count, int range)
    {
        var random = new SplitMix64(seed);
        var values = new int[count];
        for (int i = 0; i < count; i++)
            values[i] = random.Below(2 * range) - range;
        return values;
    }

    private static void Requantize(ProgramBuilder b, UopRange uops, int outer, int outerFactor, int inner, int shift)
    {
        b.AluImm(VtaAluOp.Shr, shift, uops, new(0, 0, outer, inner, outerFactor, 1));
        b.AluImm(VtaAluOp.Max, -128, uops, new(0, 0, outer, inner, outerFactor, 1));
        b.AluImm(VtaAluOp.Min, 127, uops, new(0, 0, outer, inner, outerFactor, 1));
    }

    private static HandProgram Build(ProgramBuilder b, DramRegion output)
    {
        var problems = new List<IsaProblem>();
        VtaProgram? program = b.Build(insertTokens: true, problems);
        Assert.Empty(problems);
        return new(program!, output);
    }
}
