using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Passes.Npu.Scheduling;
using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>A kernel with random operands, its plain meaning, and the program that a schedule makes of it.</summary>
internal sealed class KernelRig
{
    private readonly AccumulationKernel kernel;
    private readonly sbyte[][] inputs, weights;
    private readonly int[] bias, shifts;

    public KernelRig(AccumulationKernel kernel, ulong seed = 1)
    {
        this.kernel = kernel;
        var random = new SplitMix64(seed);
        inputs = new sbyte[kernel.Terms.Length][];
        weights = new sbyte[kernel.Terms.Length][];
        for (int t = 0; t < inputs.Length; t++)
        {
            AccumulationTerm term = kernel.Terms[t];
            inputs[t] = new sbyte[kernel.Batch * term.InBlocks * term.Height * term.Width * 16];
            for (int i = 0; i < inputs[t].Length; i++) inputs[t][i] = (sbyte)random.Next();
            weights[t] = new sbyte[(term.SharedWeight ? 1 : kernel.OutBlocks * term.BlocksPerOutput * term.Taps) * 256];
            for (int i = 0; i < weights[t].Length; i++)
            {
                bool diagonal = !term.IsDiagonal || i % 256 / 16 == i % 16;
                weights[t][i] = diagonal ? (sbyte)(random.Next() >> 3) : (sbyte)0;
            }
        }
        bias = new int[kernel.HasBias ? kernel.OutBlocks * 16 : 0];
        for (int i = 0; i < bias.Length; i++) bias[i] = random.Below(20001) - 10000;
        shifts = new int[kernel.Shift is null ? kernel.OutBlocks * 16 : 0];
        for (int i = 0; i < shifts.Length; i++) shifts[i] = random.Below(12);
    }

    /// <summary>The program of a schedule; the result is in the region.</summary>
    public (VtaProgram Program, DramRegion Output) Build(TileSchedule schedule, StepLoops? loops = null, VtaDevice? device = null)
    {
        device ??= VtaDevice.Default;
        Verdict verdict = ScheduleLayout.TryMake(kernel, schedule, device.Config, out ScheduleLayout? layout);
        Assert.True(verdict.IsYes, $"{schedule}: {verdict}");
        var b = new ProgramBuilder(device.Config);
        var places = new PackedPlace[inputs.Length];
        var tiles = new uint[inputs.Length];
        for (int t = 0; t < inputs.Length; t++)
        {
            places[t] = new(b.Allocate($"x{t}", VtaMemory.Inp, inputs[t]).At(0), kernel.Terms[t].InBlocks * kernel.Terms[t].Height * kernel.Terms[t].Width);
            tiles[t] = b.Allocate($"w{t}", VtaMemory.Wgt, weights[t]).At(0);
        }
        uint biasAt = bias.Length > 0 ? b.Allocate("bias", bias).At(0) : 0, shiftsAt = shifts.Length > 0 ? b.Allocate("shifts", shifts).At(0) : 0;
        int plane = kernel.OutHeight * kernel.OutWidth;
        DramRegion output = b.Allocate("y", VtaMemory.Out, kernel.Batch * kernel.OutBlocks * plane);
        KernelEmitter.Emit(layout!, new() { Inputs = places, Weights = tiles, Bias = biasAt, Shifts = shiftsAt, Output = new(output.At(0), kernel.OutBlocks * plane) },
            b, loops ?? new StepLoops(device.Config, 2048), new ChipHistory(device.Config));
        var problems = new List<IsaProblem>();
        VtaProgram? program = b.Build(insertTokens: true, problems);
        Assert.Empty(problems);
        return (program!, output);
    }

    /// <summary>Runs a schedule and compares with the plain meaning; nothing may be found by the checker.</summary>
    public void Check(TileSchedule schedule)
    {
        (VtaProgram program, DramRegion output) = Build(schedule);
        SimulationResult result = FunctionalSimulator.Run(program);
        Assert.True(result.Finished);
        if (!result.IsClean) Assert.Fail($"{schedule}: {result.Findings[0]}");
        sbyte[] expected = Reference();
        ReadOnlySpan<byte> actual = result.Dram.AsSpan(output.ByteOffset, output.Bytes);
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != (sbyte)actual[i]) Assert.Fail($"{schedule}: element {i} is {(sbyte)actual[i]}, not {expected[i]}");
        }
    }

    private sbyte[] Reference()
    {
        int h = kernel.OutHeight, w = kernel.OutWidth;
        var y = new sbyte[kernel.Batch * kernel.OutBlocks * h * w * 16];
        for (int i = 0; i < y.Length; i++)
        {
            int o = i % 16, x = i / 16 % w, row = i / 16 / w % h, block = i / 16 / w / h % kernel.OutBlocks, n = i / 16 / w / h / kernel.OutBlocks;
            int sum = kernel.HasBias ? bias[block * 16 + o] : 0;
            for (int t = 0; t < kernel.Terms.Length; t++) sum += Term(t, n, block, row, x, o);
            int shift = kernel.Shift ?? shifts[block * 16 + o];
            if (kernel.Round && shift > 0) sum += 1 << (shift - 1);
            sum >>= shift;
            y[i] = (sbyte)(kernel.Clip is { } clip ? Math.Clamp(sum, clip.Min, clip.Max) : sum);
        }
        return y;
    }

    private int Term(int t, int n, int block, int row, int col, int o)
    {
        AccumulationTerm term = kernel.Terms[t];
        int sum = 0;
        for (int c = 0; c < term.BlocksPerOutput; c++)
        {
            int from = term.FirstBlock(block) + c;
            for (int ky = 0; ky < term.KernelHeight; ky++)
            {
                for (int kx = 0; kx < term.KernelWidth; kx++)
                {
                    int r = row / term.ScaleHeight * term.StrideHeight - term.PadTop + ky * term.DilationHeight, q = col / term.ScaleWidth * term.StrideWidth - term.PadLeft + kx * term.DilationWidth;
                    if ((uint)r >= (uint)term.Height || (uint)q >= (uint)term.Width) continue;
                    int x = (((n * term.InBlocks + from) * term.Height + r) * term.Width + q) * 16;
                    int w = term.SharedWeight ? 0 : (((block * term.BlocksPerOutput + c) * term.KernelHeight + ky) * term.KernelWidth + kx) * 256;
                    for (int k = 0; k < 16; k++) sum += inputs[t][x + k] * weights[t][w + o * 16 + k];
                }
            }
        }
        return sum;
    }

    public static AccumulationTerm Conv(int blocks, int outBlocks, int height, int width, int kernel, int stride = 1, int pad = 0, int dilation = 1) => new()
    {
        InBlocks = blocks,
        Height = height,
        Width = width,
        KernelHeight = kernel,
        KernelWidth = kernel,
        StrideHeight = stride,
        StrideWidth = stride,
        DilationHeight = dilation,
        DilationWidth = dilation,
        PadTop = pad,
        PadLeft = pad,
        BlocksPerOutput = blocks,
        OutputsPerGroup = outBlocks,
    };

    public static AccumulationTerm Identity(int blocks, int height, int width) => new()
    {
        InBlocks = blocks,
        Height = height,
        Width = width,
        BlocksPerOutput = 1,
        OutputsPerGroup = 1,
        SharedWeight = true,
    };

    public static AccumulationKernel Of(AccumulationTerm term, int outBlocks, int pad = 0, bool residual = false)
    {
        int height = (term.Height + 2 * pad - (term.KernelHeight - 1) * term.DilationHeight - 1) / term.StrideHeight + 1;
        int width = (term.Width + 2 * pad - (term.KernelWidth - 1) * term.DilationWidth - 1) / term.StrideWidth + 1;
        return new()
        {
            OutHeight = height,
            OutWidth = width,
            OutBlocks = outBlocks,
            Terms = residual ? [term, Identity(outBlocks, height, width)] : [term],
            HasBias = true,
            Shift = 8,
            Clip = (0, 127),
        };
    }
}
