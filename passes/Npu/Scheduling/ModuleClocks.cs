using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// The times at which the three modules are free again, for cost models that go through a schedule step by step. The constants are those of
/// the cycle simulator.
/// </summary>
internal sealed class ModuleClocks(VtaDevice device, int firstBatch, bool uopsAhead = false)
{
    /// <summary>Cycles of GEMM and ALU instructions beyond their steps.</summary>
    public const int PipelineCycles = 7;

    // A load: 3 cycles before the request, 3 after the last beat; pads are written while no beat comes, in the latency and 3 cycles.
    private const int TransferCycles = 6, HiddenPads = 3, UopTransferCycles = 5;

    // Reading a batch of instructions, and dispatching it.
    private const int FetchStart = 22;

    // What ends a program: a NOP that waits, and FINISH; and what they take.
    private const int EndInstructions = 2, EndCycles = 8;

    private readonly HashSet<long> resident = [];
    private int residentUops, wantedUops, loadedUops, instructions;
    private long load, loaded, stored;

    /// <summary>Whether all micro-ops that were wanted fit the buffer together.</summary>
    public bool UopsFit => loadedUops <= device.UsedUopDepth;

    /// <summary>When compute is free.</summary>
    public long ComputeTime { get; private set; }

    /// <summary>When store is free.</summary>
    public long StoreTime { get; private set; }

    public ScheduleCost Cost => new(Math.Max(ComputeTime, StoreTime) + EndCycles, loaded, stored, instructions);

    /// <summary>The instructions of a program that is shorter than the first batch was taken to be, which is fetched in less time; else null.</summary>
    public int? ShortProgram => instructions + EndInstructions < firstBatch ? instructions + EndInstructions : null;

    /// <summary>Loads of the load module, of so many bytes and padding elements each, into a slot that is free from a time on. When they have ended.</summary>
    public long Load(long bytes, int count, int pads, long free)
    {
        instructions += count;
        load = Math.Max(load, Math.Max(free, Arrival()));
        // Fetching is served before loading.
        load += count * (TransferCycles + device.ReadLatency + Beats(bytes) + Math.Max(0, pads - device.ReadLatency - HiddenPads) + Beats(16));
        loaded += count * bytes;
        return load;
    }

    /// <summary>A load of compute: vectors.</summary>
    public void LoadVectors(long bytes)
    {
        Arrive(1);
        ComputeTime += TransferCycles + device.ReadLatency + Beats(bytes);
        loaded += bytes;
    }

    /// <summary>Compute goes on when its next instructions are there.</summary>
    public void Arrive(int count)
    {
        instructions += count;
        ComputeTime = Math.Max(ComputeTime, Arrival());
    }

    /// <summary>Compute goes on at a time at the earliest.</summary>
    public void WaitFor(long time) => ComputeTime = Math.Max(ComputeTime, time);

    /// <summary>Compute works.</summary>
    public void Compute(long cycles) => ComputeTime += cycles;

    /// <summary>Stores of what compute has ended.</summary>
    public void Store(long bytes, int count, long cycles)
    {
        instructions += count;
        StoreTime = Math.Max(StoreTime, ComputeTime) + cycles;
        stored += bytes;
    }

    /// <summary>A load of micro-ops, where they do not stand in the buffer yet.</summary>
    public void Uops(long key, int count)
    {
        Want(key, count);
        LoadWanted();
    }

    /// <summary>Micro-ops that the next load of micro-ops brings, where they do not stand in the buffer yet.</summary>
    public void Want(long key, int count)
    {
        int depth = device.UsedUopDepth;
        count = (count + 1) & ~1;
        if (!resident.Add(key)) return;
        if (residentUops + count > depth)
        {
            resident.Clear();
            resident.Add(key);
            residentUops = 0;
        }
        residentUops += count;
        wantedUops += count;
    }

    /// <summary>The load of what is wanted.</summary>
    public void LoadWanted()
    {
        if (wantedUops == 0) return;
        // One load ahead brings them all: what is wanted later only made that one longer.
        if (!uopsAhead || loadedUops == 0)
        {
            instructions++;
            ComputeTime += UopTransferCycles + device.ReadLatency;
        }
        loadedUops += wantedUops;
        ComputeTime += (wantedUops + 1) / 2;
        loaded += 4L * wantedUops;
        wantedUops = 0;
    }

    /// <summary>The cycles that bytes are on the bus.</summary>
    public int Beats(long bytes) => (int)((bytes + device.BusBytes - 1) / device.BusBytes);

    // The fetch unit reads a batch, then dispatches one instruction a cycle.
    private long Arrival()
    {
        int batch = device.FetchBatch, n = instructions / batch;
        long read = device.ReadLatency + 1 + (long)Beats(16L * batch);
        return FetchStart + Beats(16L * firstBatch) + n * (read + batch + 3) + instructions % batch;
    }
}
