using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

public sealed class KernelTests
{
    [Theory]
    [InlineData(GemmKernelKind.Scalar)]
    [InlineData(GemmKernelKind.Portable)]
    [InlineData(GemmKernelKind.Avx2)]
    [InlineData(GemmKernelKind.Avx512)]
    public void Every_kernel_computes_the_same_bits(GemmKernelKind kernel)
    {
        // All operands are -128, the largest product, often enough to wrap the accumulator that starts near the top.
        var b = new ProgramBuilder();
        var extreme = new sbyte[16 * 40];
        Array.Fill(extreme, sbyte.MinValue);
        var weights = new sbyte[256 * 2];
        Array.Fill(weights, sbyte.MinValue, 0, 256);
        HandPrograms.Bytes(3, 256).CopyTo(weights, 256);
        var start = new int[16 * 40];
        Array.Fill(start, int.MaxValue - 3);
        DramRegion x = b.Allocate("x", VtaMemory.Inp, extreme), w = b.Allocate("w", VtaMemory.Wgt, weights), c = b.Allocate("c", start), y = b.Allocate("y", VtaMemory.Out, 40);
        b.Load(VtaMemory.Inp, 0, x.At(0), 1, 40, 40);
        b.Load(VtaMemory.Wgt, 0, w.At(0), 1, 2, 2);
        b.Load(VtaMemory.Acc, 0, c.At(0), 1, 40, 40);
        b.Gemm(b.AddUops([new(0, 0, 0)]), new(0, 0, 3, 40, 0, 1, 0, 1));
        b.Gemm(b.AddUops([new(0, 0, 1)]), new(0, 0, 1, 40, 0, 1, 0, 1));
        b.AluImm(VtaAluOp.Shr, 9, b.AddUops([new(0, 0)]), new(0, 0, 1, 40, 0, 1));
        b.Store(0, y.At(0), 1, 40, 40);
        var problems = new List<IsaProblem>();
        VtaProgram program = b.Build(true, problems)!;
        Assert.Empty(problems);
        SimulationResult result = FunctionalSimulator.Run(program, new() { Kernel = kernel });
        Assert.Empty(result.Findings);
        Assert.Equal(NaiveMachine.Run(program), result.Dram);
    }

    [Fact]
    public void Hazards_are_those_of_walking_the_loop()
    {
        var random = new SplitMix64(17);
        int found = 0;
        for (int n = 0; n < 20_000; n++)
        {
            int count = 1 + random.Below(4);
            int[] dst = new int[count], src = new int[count];
            for (int i = 0; i < count; i++)
                (dst[i], src[i]) = (random.Below(6), random.Below(6));
            var loop = new LoopFields(0, count, 1 + random.Below(4), 1 + random.Below(4), random.Below(4), random.Below(4), random.Below(4), random.Below(4));
            var order = new List<(int Dst, int Src)>();
            for (int i = 0; i < loop.IterOut; i++)
            {
                for (int j = 0; j < loop.IterIn; j++)
                {
                    for (int u = 0; u < count; u++)
                        order.Add((dst[u] + i * loop.DstFactorOut + j * loop.DstFactorIn, src[u] + i * loop.SrcFactorOut + j * loop.SrcFactorIn));
                }
            }
            bool Exists(int lag, Func<int, int, bool> hit)
            {
                for (int e = 0; e + lag < order.Count; e++)
                {
                    if (hit(e, e + lag))
                        return true;
                }
                return false;
            }
            for (int lag = 1; lag <= 2; lag++)
            {
                long step = LoopHazards.RepeatedDestination(dst, loop, lag);
                Assert.Equal(Exists(lag, (a, b) => order[a].Dst == order[b].Dst), step >= 0);
                if (step >= 0)
                    Assert.Equal(order[(int)step].Dst, order[(int)step + lag].Dst);
            }
            long source = LoopHazards.SourceOfNext(dst, src, loop);
            Assert.Equal(Exists(1, (a, b) => order[a].Dst == order[b].Src), source >= 0);
            if (source >= 0)
                Assert.Equal(order[(int)source].Dst, order[(int)source + 1].Src);
            found += source >= 0 ? 1 : 0;
        }
        Assert.InRange(found, 1000, 19_000);
    }
}
