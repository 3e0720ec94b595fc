using NestC.Dialects.Npu.Isa;
using NestC.Passes.Npu.Scheduling;
using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>Kernels of every kind, cut in many ways, compute what they mean; and their cost is what the model says.</summary>
public sealed class SchedulingTests
{
    public static TheoryData<string> Kernels { get; } = [.. All.Keys];

    private static Dictionary<string, AccumulationKernel> All => new()
    {
        ["conv 3x3"] = KernelRig.Of(KernelRig.Conv(2, 3, 9, 11, 3, pad: 1), 3, 1),
        ["conv 3x3 stride 2"] = KernelRig.Of(KernelRig.Conv(3, 2, 13, 9, 3, 2, 1), 2, 1),
        ["conv 1x1"] = KernelRig.Of(KernelRig.Conv(5, 4, 7, 7, 1), 4),
        ["conv 5x5 dilated"] = KernelRig.Of(KernelRig.Conv(1, 1, 15, 14, 5, 1, 4, 2), 1, 4),
        ["conv 1 x 1 pixel"] = KernelRig.Of(KernelRig.Conv(7, 5, 1, 1, 1), 5),
        ["dense to one block"] = KernelRig.Of(KernelRig.Conv(7, 1, 1, 1, 1), 1),
        ["conv with residual"] = KernelRig.Of(KernelRig.Conv(2, 3, 8, 10, 3, pad: 1), 3, 1, residual: true),
        ["batch of two"] = KernelRig.Of(KernelRig.Conv(2, 3, 5, 6, 3, pad: 1), 3, 1) with { Batch = 2 },
        ["channel-wise"] = KernelRig.Of(KernelRig.Conv(3, 3, 9, 9, 3, 2, 1) with { BlocksPerOutput = 1, OutputsPerGroup = 1 }, 3, 1),
        ["groups of blocks"] = KernelRig.Of(KernelRig.Conv(4, 6, 6, 6, 3, pad: 1) with { BlocksPerOutput = 2, OutputsPerGroup = 3 }, 6, 1),
        ["shifts by channel"] = KernelRig.Of(KernelRig.Conv(2, 3, 6, 6, 3, pad: 1), 3, 1) with { Shift = null },
        ["residual add"] = new()
        {
            OutHeight = 7,
            OutWidth = 5,
            OutBlocks = 3,
            Terms = [KernelRig.Identity(3, 7, 5), KernelRig.Identity(3, 7, 5)],
            Shift = 1,
            Round = true,
        },
        ["average of 4 x 4"] = new()
        {
            OutHeight = 2,
            OutWidth = 3,
            OutBlocks = 3,
            Shift = 7,
            Round = true,
            Terms = [KernelRig.Identity(3, 8, 12) with { KernelHeight = 4, KernelWidth = 4, StrideHeight = 4, StrideWidth = 4 }],
        },
        ["global average"] = new()
        {
            OutHeight = 1,
            OutWidth = 1,
            OutBlocks = 5,
            Shift = 9,
            Round = true,
            Terms = [KernelRig.Identity(5, 7, 7) with { KernelHeight = 7, KernelWidth = 7 }],
        },
        ["upsampling"] = new()
        {
            OutHeight = 6,
            OutWidth = 15,
            OutBlocks = 2,
            Shift = 6,
            Terms = [KernelRig.Identity(2, 3, 5) with { ScaleHeight = 2, ScaleWidth = 3 }],
        },
    };

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_kernel_means_the_same_however_it_is_cut(string name)
    {
        AccumulationKernel kernel = All[name];
        var rig = new KernelRig(kernel);
        var schedules = new List<TileSchedule>();
        foreach (TileSchedule schedule in TileSearch.All(kernel))
        {
            if (ScheduleLayout.TryMake(kernel, schedule, VtaConfig.Default, out _).IsYes) schedules.Add(schedule);
        }
        Assert.NotEmpty(schedules);
        // Some of all, evenly.
        int step = Math.Max(1, schedules.Count / 7);
        for (int i = 0; i < schedules.Count; i += step) rig.Check(schedules[i]);
        Assert.True(new TileSearch(VtaDevice.Default).Find(kernel, out TileSchedule best, out _).IsYes);
        rig.Check(best);
    }
}
