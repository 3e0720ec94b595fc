using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Passes.Conversion.GraphToTensor;
using NestC.Passes.Npu.Scheduling;
using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>The cost model agrees with the cycle simulator, and the search finds what random search does not better. Networks: see NetworkTests.</summary>
public sealed class CostModelTests
{
    private static (string Name, AccumulationKernel Kernel)[] Layers =>
    [
        ("64 3x3 at 56", KernelRig.Of(KernelRig.Conv(4, 4, 56, 56, 3, 1, 1), 4, 1)),
        ("64 to 128 3x3 / 2", KernelRig.Of(KernelRig.Conv(4, 8, 56, 56, 3, 2, 1), 8, 1)),
        ("64 to 128 1x1 / 2", KernelRig.Of(KernelRig.Conv(4, 8, 56, 56, 1, 2), 8)),
        ("128 3x3 at 28 with residual", KernelRig.Of(KernelRig.Conv(8, 8, 28, 28, 3, 1, 1), 8, 1, true)),
        ("256 3x3 at 14", KernelRig.Of(KernelRig.Conv(16, 16, 14, 14, 3, 1, 1), 16, 1)),
        ("512 3x3 at 7", KernelRig.Of(KernelRig.Conv(32, 32, 7, 7, 3, 1, 1), 32, 1)),
        ("512 to 1000", KernelRig.Of(KernelRig.Conv(32, 63, 1, 1, 1), 63)),
        ("16 to 64 3x3 at 55", KernelRig.Of(KernelRig.Conv(1, 4, 55, 55, 3, 1, 1), 4, 1)),
        .. Small,
    ];

    private static (string Name, AccumulationKernel Kernel)[] Small =>
    [
        ("48 to 192 3x3 at 13", KernelRig.Of(KernelRig.Conv(3, 12, 13, 13, 3, 1, 1), 12, 1)),
        ("64 1x1 at 14", KernelRig.Of(KernelRig.Conv(4, 4, 14, 14, 1), 4)),
        ("64 3x3 / 2 at 8", KernelRig.Of(KernelRig.Conv(2, 4, 16, 16, 3, 2, 1), 4, 1)),
        ("16 3x3 at 28", KernelRig.Of(KernelRig.Conv(1, 1, 28, 28, 3, 1, 1), 1, 1)),
        ("64 to 10", KernelRig.Of(KernelRig.Conv(4, 1, 1, 1, 1), 1)),
        ("sum of two at 8", Sum(4, 8)),
        ("mean over 7", Mean(2, 7)),
    ];

    private static AccumulationKernel Sum(int blocks, int extent) => new()
    {
        OutHeight = extent,
        OutWidth = extent,
        OutBlocks = blocks,
        Shift = 1,
        Round = true,
        Terms = [KernelRig.Identity(blocks, extent, extent), KernelRig.Identity(blocks, extent, extent)],
    };

    private static AccumulationKernel Mean(int blocks, int extent) => new()
    {
        OutHeight = 1,
        OutWidth = 1,
        OutBlocks = blocks,
        Shift = 12,
        Round = true,
        Terms = [KernelRig.Identity(blocks, extent, extent) with { KernelHeight = extent, KernelWidth = extent }],
    };

    private static MaxPoolKernel Pool(int blocks, int extent) => new()
    {
        Batch = 1,
        Blocks = blocks,
        Height = 2 * extent,
        Width = 2 * extent,
        OutHeight = extent,
        OutWidth = extent,
        Window = new Window2D(3, 3, 2, 2, 1, 1, 1, 1, 0, 0),
        NonNegative = blocks > 1,
    };

    [Fact]
    public void The_model_is_within_5_percent_in_the_median_and_15_at_the_worst()
    {
        var search = new TileSearch(VtaDevice.Default);
        var errors = new List<double>();
        foreach ((string name, AccumulationKernel kernel) in Layers)
        {
            Assert.True(search.Find(kernel, out TileSchedule best, out ScheduleCost cost).IsYes);
            // What the search measured without data is what a whole program takes.
            long cycles = CycleSimulator.Run(new KernelRig(kernel).Build(best, search.Loops).Program).Cycles;
            Assert.Equal(cycles, cost.Simulated);
            Judge(name, cost);
        }
        foreach (MaxPoolKernel pool in (ReadOnlySpan<MaxPoolKernel>)[Pool(1, 7), Pool(4, 14)])
        {
            Assert.True(search.Find(pool, out _, out ScheduleCost cost).IsYes);
            Judge(pool.ToString(), cost);
        }
        errors.Sort();
        Assert.True(errors[errors.Count / 2] <= 0.05, $"the median is {errors[errors.Count / 2]:P1}");

        void Judge(string name, ScheduleCost cost)
        {
            double error = Math.Abs(cost.Cycles - cost.Simulated) / (double)cost.Simulated;
            Assert.True(error <= 0.15, $"{name}: {cost.Cycles} expected, {cost.Simulated} simulated");
            errors.Add(error);
        }
    }

    [Fact]
    public void Random_tilings_are_not_better()
    {
        var search = new TileSearch(VtaDevice.Default);
        var timer = new ScheduleTimer(VtaDevice.Default, search.Loops);
        foreach ((string name, AccumulationKernel kernel) in Small)
        {
            search.Find(kernel, out TileSchedule best, out ScheduleCost cost);
            foreach (ScheduleLayout other in RandomTilings.Of(kernel, 200))
            {
                long cycles = timer.CyclesOf(other);
                Assert.True(cost.Simulated <= cycles, $"{name}: {best} takes {cost.Simulated} cycles, {other.Schedule} {cycles}");
            }
        }
        foreach (MaxPoolKernel pool in (ReadOnlySpan<MaxPoolKernel>)[Pool(1, 7), Pool(2, 9)])
        {
            search.Find(pool, out TileSchedule best, out ScheduleCost cost);
            foreach (MaxPoolLayout other in RandomTilings.Of(pool, 200))
            {
                long cycles = timer.CyclesOf(other);
                Assert.True(cost.Simulated <= cycles, $"{pool}: {best} takes {cost.Simulated} cycles, {other.Schedule} {cycles}");
            }
        }
    }
}
