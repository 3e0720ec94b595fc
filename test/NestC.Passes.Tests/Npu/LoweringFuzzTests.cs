using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Dialects.Tensor;
using NestC.Evaluation;
using NestC.IR;
using NestC.Passes.Npu;
using NestC.Passes.Npu.Placement;
using NestC.Passes.Npu.Scheduling;
using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>
/// Random small graphs of every operation that the NPU covers: each must be taken, and the simulator must compute what the graph means, with nothing to
/// find for its checker. Some operations are left to the host and some tilings are drawn instead of searched, so that regions and tiles of every
/// form appear. 150 graphs; 3,000 under NEST_FULL=1, NEST_FUZZ_COUNT sets any other number and NEST_FUZZ_SEED the first one.
/// </summary>
public sealed class LoweringFuzzTests
{
    private const int Groups = 10;

    private static int Count =>
        int.TryParse(Environment.GetEnvironmentVariable("NEST_FUZZ_COUNT"), out int count) ? count : Environment.GetEnvironmentVariable("NEST_FULL") == "1" ? 3000 : 150;

    private static ulong First => ulong.TryParse(Environment.GetEnvironmentVariable("NEST_FUZZ_SEED"), out ulong seed) ? seed : 1;

    public static TheoryData<int> Parts { get; } = [.. Enumerable.Range(0, Groups)];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Random_graphs_mean_the_same_on_the_npu(int part)
    {
        var failures = new List<string>();
        for (int i = part; i < Count; i += Groups)
        {
            ulong seed = First + (ulong)i;
            string text = RandomGraph.Text(seed, large: seed % 25 == 0);
            try
            {
                if (Check(text, seed) is { } why) failures.Add($"seed {seed}: {why}\n{Short(text)}");
            }
            catch (Exception e)
            {
                failures.Add($"seed {seed}: {e.GetType().Name} {e.Message} {e.StackTrace}\n{Short(text)}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} graphs fail\n{string.Join("\n", failures)}");
    }

    private static string? Check(string text, ulong seed)
    {
        var rig = new LoweringRig(text);
        var random = new SplitMix64(seed ^ 0x5EED);
        NdArray[] inputs = rig.Inputs(seed), expected = rig.Evaluate(inputs);
        if (Step(rig, "func.func(npu-place)") is { } unplaced) return unplaced;
        if (Refused(rig) is { } refused) return refused;
        if (random.Below(3) == 0) LeaveToTheHost(rig, ref random);
        if (Step(rig, "func.func(convert-graph-to-tensor)") is { } unconverted) return unconverted;
        if (Differs(expected, rig.Evaluate(inputs)) is { } packed) return $"packed operations: {packed}";
        if (random.Below(2) == 0) DrawTiles(rig, ref random);
        if (Step(rig, "func.func(npu-tile),convert-tensor-to-npu") is { } unlowered) return unlowered;
        if (Differs(expected, rig.Evaluate(inputs)) is { } different) return $"programs: {different}";
        return rig.Diagnostics.Count == 0 ? null : string.Join("\n", rig.Diagnostics);
    }

    private static string? Step(LoweringRig rig, string passes) => rig.Lower($"builtin.module({passes})") ? null : $"{passes}: {string.Join("\n", rig.Diagnostics)}";

    private static string? Refused(LoweringRig rig)
    {
        var target = new NpuTarget(VtaDevice.Default);
        foreach (Operation op in rig.Function.Entry.Operations)
        {
            if (op is ConstantOp or ReturnOp or QuantizedLookupOp or FlattenOp) continue;
            // Of tensors of rank 3 the NPU has the products only.
            if (op is not QuantizedMatMulOp && op.Operand(0).Type is RankedTensorType { Shape.Length: 3 }) continue;
            if (!NpuPlacement.IsPlaced(op)) return $"'{op.Name}' is refused: {target.Place(op)}";
        }
        return null;
    }

    private static void LeaveToTheHost(LoweringRig rig, ref SplitMix64 random)
    {
        var builder = new OpBuilder(rig.Context);
        foreach (Operation op in rig.Function.Entry.Operations)
        {
            if (NpuPlacement.IsPlaced(op) && random.Below(4) == 0) builder.RemoveAttribute(op, NpuPlacement.AttributeName);
        }
    }

    // Any legal tiling means the same, not only those of equal parts that the search looks at.
    private static void DrawTiles(LoweringRig rig, ref SplitMix64 random)
    {
        var builder = new OpBuilder(rig.Context);
        foreach (Operation op in rig.Function.Entry.Operations)
        {
            if (op is not IPackedOp packed || op is PackedConcatOp { IsAligned: true } || random.Below(2) == 0) continue;
            MaxPoolKernel? pool = op is PackedMaxPoolOp max ? KernelOf.MaxPool(max) : null;
            AccumulationKernel? sum = KernelOf.Accumulation(op);
            (int height, int width, int blocks) = sum is not null ? (sum.OutHeight, sum.OutWidth, sum.OutBlocks) : (pool!.OutHeight, pool.OutWidth, pool.Blocks);
            int depth = 1, sh = 1, sw = 1;
            foreach (AccumulationTerm term in sum?.Terms ?? []) (depth, sh, sw) = (Math.Max(depth, term.BlocksPerOutput), Math.Max(sh, term.ScaleHeight), Math.Max(sw, term.ScaleWidth));
            for (int tries = 0; tries < 20; tries++)
            {
                int rows = (1 + random.Below(height / sh)) * sh, cols = (1 + random.Below(width / sw)) * sw;
                var schedule = new TileSchedule(rows, cols, 1 + random.Below(blocks), 1 + random.Below(depth), random.Below(2) == 0, 1 + random.Below(2));
                if (sum is not null ? ScheduleLayout.TryMake(sum, schedule, VtaDevice.Default.Config, out _).IsNo : MaxPoolLayout.TryMake(pool!, schedule, VtaDevice.Default.Config, out _).IsNo) continue;
                packed.SetTile(builder, PackedTiles.ToArray(schedule));
                break;
            }
        }
    }

    private static string? Differs(NdArray[] expected, NdArray[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            ReadOnlySpan<sbyte> want = expected[i].Read<sbyte>(), have = actual[i].Read<sbyte>();
            if (want.Length != have.Length) return $"result {i} has {have.Length} elements, not {want.Length}";
            for (int k = 0; k < want.Length; k++)
            {
                if (want[k] != have[k]) return $"result {i}, element {k} of {want.Length}: {have[k]}, not {want[k]}";
            }
        }
        return null;
    }

    private static string Short(string text)
    {
        var lines = new List<string>();
        foreach (string line in text.Split('\n')) lines.Add(line.Length > 600 ? line[..600] + "..." : line);
        return string.Join("\n", lines);
    }
}
