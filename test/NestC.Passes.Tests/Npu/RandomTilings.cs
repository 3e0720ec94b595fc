using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Passes.Npu.Scheduling;

namespace NestC.Passes.Tests.Npu;

/// <summary>Legal tilings by chance: half of them cuts into equal parts, half of any sizes; or all cuts into equal parts, where there are fewer.</summary>
internal static class RandomTilings
{
    private const int MostTries = 200_000;

    public static List<ScheduleLayout> Of(AccumulationKernel kernel, int count)
    {
        var equal = new List<ScheduleLayout>();
        foreach (TileSchedule schedule in TileSearch.All(kernel))
        {
            if (Layout(kernel, schedule) is { } layout) equal.Add(layout);
        }
        var random = new SplitMix64(7);
        List<ScheduleLayout> chosen = Take(equal, count / 2, random);
        int depth = 1;
        foreach (AccumulationTerm term in kernel.Terms) depth = Math.Max(depth, term.IsDiagonal ? kernel.OutBlocks : term.BlocksPerOutput);
        for (int tries = 0; chosen.Count < count && tries < MostTries; tries++)
        {
            var any = new TileSchedule(1 + random.Below(kernel.OutHeight), 1 + random.Below(kernel.OutWidth), 1 + random.Below(kernel.OutBlocks), 1 + random.Below(depth),
                random.Below(2) == 0, 1 + random.Below(2));
            if (Layout(kernel, any) is { } layout) chosen.Add(layout);
        }
        return chosen;
    }

    public static List<MaxPoolLayout> Of(MaxPoolKernel kernel, int count)
    {
        var random = new SplitMix64(7);
        var chosen = new List<MaxPoolLayout>();
        for (int tries = 0; chosen.Count < count && tries < MostTries; tries++)
        {
            var any = new TileSchedule(1 + random.Below(kernel.OutHeight), 1 + random.Below(kernel.OutWidth), 1 + random.Below(kernel.Blocks), 1, true, 1 + random.Below(2));
            MaxPoolLayout.TryMake(kernel, any, VtaConfig.Default, out MaxPoolLayout? layout);
            if (layout is not null) chosen.Add(layout);
        }
        return chosen;
    }

    private static List<ScheduleLayout> Take(List<ScheduleLayout> all, int count, SplitMix64 random)
    {
        if (all.Count <= count) return all;
        var chosen = new List<ScheduleLayout>();
        for (int i = 0; i < count; i++) chosen.Add(all[random.Below(all.Count)]);
        return chosen;
    }

    private static ScheduleLayout? Layout(AccumulationKernel kernel, TileSchedule schedule)
    {
        ScheduleLayout.TryMake(kernel, schedule, VtaConfig.Default, out ScheduleLayout? layout);
        return layout;
    }
}
