using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>Where a STORE takes its bytes from; the two agree for a program without <see cref="FindingKind.StaleOut"/>.</summary>
public enum StoreSource : byte
{
    /// <summary>The output buffer, as the hardware does; LOAD ACC and GEMM reset do not update it.</summary>
    OutputBuffer,

    /// <summary>The low bits of the accumulator, as upstream's functional simulator does.</summary>
    Accumulator,
}

/// <summary>How the functional simulator runs a program.</summary>
public sealed record SimulationOptions
{
    /// <summary>The seed of a random order of stepping the modules; null steps the module whose next instruction comes first in the program.</summary>
    public ulong? ScheduleSeed { get; init; }

    /// <summary>False runs without the checker of accesses; ranges and deadlocks are always checked.</summary>
    public bool Check { get; init; } = true;

    /// <summary>False runs the checker alone: micro-ops are loaded, because the checks follow them, but nothing is computed or stored.</summary>
    public bool Execute { get; init; } = true;

    public StoreSource StoreSource { get; init; } = StoreSource.OutputBuffer;

    /// <summary>The findings of one kind that are kept.</summary>
    public int MaxFindingsPerKind { get; init; } = 64;

    /// <summary>The depth of each module's command queue.</summary>
    public int QueueDepth { get; init; } = 512;

    /// <summary>The tokens that one queue can hold.</summary>
    public int TokenLimit { get; init; } = 255;

    /// <summary>The micro-ops that every implementation has.</summary>
    public int PortableUopDepth { get; init; } = VtaDevice.PortableUops;

    /// <summary>The micro-ops that a run may execute: a single instruction can ask for 2^41 of them.</summary>
    public long StepLimit { get; init; } = 1L << 34;

    /// <summary>The GEMM kernel to use; null takes the fastest of this machine.</summary>
    public GemmKernelKind? Kernel { get; init; }

    public static SimulationOptions Default { get; } = new();
}

/// <summary>What a run did and found.</summary>
public sealed record SimulationResult
{
    /// <summary>True when FINISH was executed.</summary>
    public required bool Finished { get; init; }

    /// <summary>The DRAM image after the run.</summary>
    public required byte[] Dram { get; init; }

    public required Finding[] Findings { get; init; }

    /// <summary>The findings that were dropped because their kind had reached its limit.</summary>
    public required int SuppressedFindings { get; init; }

    public required int ExecutedInstructions { get; init; }

    /// <summary>The GEMM micro-ops executed, those of resets included.</summary>
    public required long GemmSteps { get; init; }

    /// <summary>The ALU micro-ops executed.</summary>
    public required long AluSteps { get; init; }

    public required long LoadedBytes { get; init; }

    public required long StoredBytes { get; init; }

    /// <summary>True when nothing at all was found.</summary>
    public bool IsClean => Findings.Length == 0;

    /// <summary>True when no error was found; warnings do not count.</summary>
    public bool IsLegal
    {
        get
        {
            foreach (Finding finding in Findings)
            {
                if (finding.Severity == FindingSeverity.Error)
                    return false;
            }
            return true;
        }
    }
}
