using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>One instruction in the timeline: cycles [Start, End) in its module.</summary>
public readonly record struct TimelineEntry(VtaModule Module, int Instruction, long Start, long End);

/// <summary>What one module did with its time; the four add up to the cycles of the run.</summary>
public readonly record struct ModuleTime(long Busy, long WaitPrev, long WaitNext, long Starved)
{
    /// <summary>Busy cycles, cycles waiting for a token of the previous and the next module, and cycles without an instruction.</summary>
    public long Total => Busy + WaitPrev + WaitNext + Starved;
}

/// <summary>What one layer cost, summed over the instructions that carry its tag.</summary>
public sealed record LayerCost
{
    /// <summary>The layer's name; empty for instructions without one.</summary>
    public required string Name { get; init; }

    /// <summary>The first cycle in which an instruction of the layer ran.</summary>
    public long Start { get; set; } = long.MaxValue;

    /// <summary>The cycle after the last one.</summary>
    public long End { get; set; }

    /// <summary>The cycle after the last one of compute. Compute takes layers one after the other, so what lies between two ends is a layer's own time.</summary>
    public long ComputeEnd { get; set; }

    public int Instructions { get; set; }

    public long LoadBusy { get; set; }

    public long ComputeBusy { get; set; }

    public long StoreBusy { get; set; }

    /// <summary>GEMM micro-ops that multiply.</summary>
    public long GemmSteps { get; set; }

    /// <summary>GEMM micro-ops that only reset.</summary>
    public long ResetSteps { get; set; }

    public long AluSteps { get; set; }

    public long LoadedBytes { get; set; }

    public long StoredBytes { get; set; }

    /// <summary>The cycles from the layer's first to its last instruction; layers overlap.</summary>
    public long Span => End > Start ? End - Start : 0;

    /// <summary>The share of the layer's span in which the multipliers worked.</summary>
    public double Utilisation => Span == 0 ? 0 : (double)GemmSteps / Span;

    /// <summary>Multiply-accumulates a byte of DRAM traffic: the x axis of the roofline.</summary>
    public double Intensity(VtaConfig config) => LoadedBytes + StoredBytes == 0 ? 0 : (double)GemmSteps * config.MacsPerTile / (LoadedBytes + StoredBytes);

    /// <summary>The multiply-accumulates a cycle that the roofline allows: the lower of the multipliers and the bus.</summary>
    public double Roof(VtaDevice device) => Math.Min(device.Config.MacsPerTile, Intensity(device.Config) * device.BusBytes);

    /// <summary>True when the bus, not the multipliers, limits the layer.</summary>
    public bool IsBandwidthBound(VtaDevice device) => Intensity(device.Config) * device.BusBytes < device.Config.MacsPerTile;
}

/// <summary>What the cycle model says of one run.</summary>
public sealed record CycleResult
{
    public required VtaDevice Device { get; init; }

    /// <summary>The cycles from the launch to the end of FINISH (or to the last event of a program that hangs).</summary>
    public required long Cycles { get; init; }

    /// <summary>True when FINISH completed.</summary>
    public required bool Finished { get; init; }

    /// <summary>The instruction that each module hangs at, by module; -1 for none.</summary>
    public required int[] StuckAt { get; init; }

    /// <summary>By module.</summary>
    public required ModuleTime[] Modules { get; init; }

    /// <summary>Beats that the read channel carried.</summary>
    public required long ReadBeats { get; init; }

    /// <summary>The instructions in the order of their start; empty when no timeline was asked for.</summary>
    public required TimelineEntry[] Timeline { get; init; }

    /// <summary>By tag of the program, and last the instructions without one when there are any.</summary>
    public required LayerCost[] Layers { get; init; }

    public required LayerCost Total { get; init; }

    /// <summary>The share of the run in which the multipliers worked: 1 is the peak of the device.</summary>
    public double Utilisation => Cycles == 0 ? 0 : (double)Total.GemmSteps / Cycles;

    /// <summary>The wall time of the run on the device.</summary>
    public double Microseconds => (double)Cycles / Device.ClockMhz;
}
