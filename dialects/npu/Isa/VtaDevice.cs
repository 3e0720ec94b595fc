namespace NestC.Dialects.Npu.Isa;

/// <summary>Which of the three implementations of the architecture a device is; they differ in depths, pipelining and corner cases.</summary>
public enum VtaImplementation : byte
{
    /// <summary>The upstream functional simulator.</summary>
    Functional,

    /// <summary>The Xilinx high-level-synthesis design.</summary>
    Hls,

    /// <summary>The Chisel RTL (its cycle simulator, DE10, F1, Pynq).</summary>
    Chisel,
}

/// <summary>A device as data: the geometry, and what the cycle model and the portability rules need to know about the board.</summary>
public sealed record VtaDevice
{
    public string Name { get; init; } = "generic";

    public VtaImplementation Implementation { get; init; } = VtaImplementation.Chisel;

    public VtaConfig Config { get; init; } = VtaConfig.Default;

    public int ClockMhz { get; init; } = 100;

    /// <summary>Width of the DRAM bus; one beat moves this many bits a cycle.</summary>
    public int BusBits { get; init; } = 64;

    /// <summary>Cycles from an accepted read request to its first beat.</summary>
    public int ReadLatency { get; init; } = 16;

    /// <summary>The longest burst, in beats.</summary>
    public int BurstBeats { get; init; } = 256;

    /// <summary>The read bursts that may be under way at once.</summary>
    public int OutstandingReads { get; init; } = 16;

    /// <summary>The instructions that the fetch unit reads before it dispatches any of them.</summary>
    public int FetchBatch { get; init; } = 128;

    /// <summary>The depth of each module's command queue; the instruction under execution still occupies its entry.</summary>
    public int QueueDepth { get; init; } = 512;

    /// <summary>The tokens that one queue can hold before they are lost.</summary>
    public int TokenLimit { get; init; } = 255;

    /// <summary>The micro-ops that this implementation really has, which may be fewer than the geometry's.</summary>
    public int UopDepth { get; init; } = PortableUops;

    /// <summary>The micro-ops that every implementation has: those of the published RTL.</summary>
    public const int PortableUops = 2048;

    /// <summary>The micro-ops that programs for this device use, so that they run on other implementations too.</summary>
    public int UsedUopDepth => Math.Min(UopDepth, PortableUops);

    public int BusBytes => BusBits / 8;

    /// <summary>The RTL's measured parameters, which the cycle model is fitted to.</summary>
    public static VtaDevice Default { get; } = new() { Name = "tsim-wide" };

    /// <summary>Adds a problem for every value that makes no device.</summary>
    public bool Validate(List<IsaProblem> problems)
    {
        int before = problems.Count;
        Config.Validate(problems);
        Range("CLOCK_MHZ", ClockMhz, 1, 100_000);
        Range("READ_LATENCY", ReadLatency, 0, 100_000);
        Range("BURST_BEATS", BurstBeats, 1, 65_536);
        Range("OUTSTANDING_READS", OutstandingReads, 1, 65_536);
        Range("FETCH_BATCH", FetchBatch, 1, 65_536);
        Range("QUEUE_DEPTH", QueueDepth, 1, 1 << 20);
        Range("TOKEN_LIMIT", TokenLimit, 1, 1 << 20);
        Range("UOP_DEPTH", UopDepth, 1, 1 << 20);
        Range("BUS_BITS", BusBits, 8, 4096);
        if (BusBits % 8 != 0)
            problems.Add(new(NpuCodes.Config, $"BUS_BITS must be a multiple of 8, got {BusBits}", BusBits, 8));
        return problems.Count == before;

        void Range(string name, int value, int low, int high)
        {
            if (value < low || value > high)
                problems.Add(new(NpuCodes.Config, $"{name} must be from {low} to {high}, got {value}", value, value < low ? low : high));
        }
    }
}
