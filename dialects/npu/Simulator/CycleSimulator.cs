using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>
/// Event-driven cycle model of the RTL: fetch in batches, a command queue a module, tokens, the shared read channel, a separate write
/// channel. The constants are those that were fitted to the RTL (see the rationale in the dialect's README). Deterministic; the contents
/// of memory do not matter.
/// </summary>
public sealed class CycleSimulator
{
    // LOAD INP/WGT/ACC: 3 cycles before the request, 3 after the last beat; LOAD UOP ends one cycle earlier.
    private const int RequestCycles = 3;
    private const int CompletionCycles = 3;
    private const int UopCompletionCycles = 2;

    // GEMM and ALU pipelines: cycles beyond one (or two) a micro-op.
    private const int PipelineCycles = 7;
    private const int NopCycles = 2;

    // From the last beat of a batch to the first dispatch, and from a dispatch to the module seeing the instruction.
    private const int FetchTurnCycles = 2;
    private const int QueueCycles = 4;

    private const long Never = ReadChannel.Never;

    private readonly VtaProgram program;
    private readonly VtaDevice device;
    private readonly InstructionCodec codec;
    private readonly ReadChannel channel;
    private readonly int[][] streams = new int[3][];
    private readonly int[] dispatched = new int[3], started = new int[3], completed = new int[3];
    private readonly long[] endTime = [Never, Never, Never], startTime = new long[3], freeTime = new long[3];
    private readonly VtaInstruction[] running = new VtaInstruction[3];
    private readonly byte[] moduleOf;
    private readonly long[] arrival;
    private readonly List<long>[] pushes = [[], [], [], []];
    private readonly int[] popped = new int[4];
    private readonly long[] busy = new long[3], waitPrev = new long[3], waitNext = new long[3];
    private readonly List<TimelineEntry>? timeline;
    private readonly LayerCost[] layers;
    private readonly LayerCost total = new() { Name = "total" };
    private int batchEnd, dispatchNext;
    private long dispatchTime = Never, now;
    private bool fetching, finished;

    private CycleSimulator(VtaProgram program, VtaDevice device, bool withTimeline)
    {
        this.program = program;
        this.device = device;
        codec = new(program.Config);
        channel = new(device.ReadLatency, device.BurstBeats, device.OutstandingReads);
        int count = program.Instructions.Length;
        moduleOf = new byte[count];
        arrival = new long[count];
        timeline = withTimeline ? new(count) : null;
        layers = new LayerCost[program.TagNames.Length + 1];
        for (int i = 0; i < layers.Length; i++)
            layers[i] = new() { Name = i < program.TagNames.Length ? program.TagNames[i] : "" };

        var counts = new int[3];
        for (int i = 0; i < count; i++)
            counts[moduleOf[i] = (byte)codec.Decode(program.Instructions[i]).Module]++;
        for (int m = 0; m < 3; m++)
            streams[m] = new int[counts[m]];
        Array.Clear(counts);
        for (int i = 0; i < count; i++)
            streams[moduleOf[i]][counts[moduleOf[i]]++] = i;
    }

    /// <summary>Runs a program on a device. The geometry is the program's; the device gives the board.</summary>
    public static CycleResult Run(VtaProgram program, VtaDevice? device = null, bool timeline = false) =>
        new CycleSimulator(program, device ?? VtaDevice.Default, timeline).Run();

    private CycleResult Run()
    {
        StartFetch(0);
        while (!finished)
        {
            long next = NextTime();
            if (next == Never)
                break;
            now = next;
            // Completions first: what they free is free in this cycle.
            for (int m = 0; m < 3; m++)
            {
                if (endTime[m] == now)
                    Complete(m);
            }
            if (channel.NextTime <= now)
                Accept();
            if (dispatchTime <= now)
                Dispatch();
            for (int m = 0; m < 3; m++)
                TryStart(m);
        }
        return Result();
    }

    private long NextTime()
    {
        long next = Math.Min(channel.NextTime, dispatchTime);
        for (int m = 0; m < 3; m++)
        {
            next = Math.Min(next, endTime[m]);
            if (ReadyTime(m, out _) is var ready && ready != Never)
                next = Math.Min(next, Math.Max(ready, now));
        }
        return next;
    }

    private void StartFetch(int first)
    {
        batchEnd = Math.Min(first + device.FetchBatch, arrival.Length);
        dispatchNext = first;
        dispatchTime = Never;
        fetching = first < batchEnd;
        if (fetching)
            channel.Request(ReadClient.Fetch, now, 1, Beats(16L * (batchEnd - first)));
    }

    private void Accept()
    {
        (ReadClient client, long end) = channel.Accept(now);
        if (end == Never)
            return;
        switch (client)
        {
            case ReadClient.Fetch:
                fetching = false;
                dispatchTime = end + FetchTurnCycles;
                break;
            case ReadClient.Uop:
                endTime[(int)VtaModule.Compute] = end + UopCompletionCycles;
                break;
            default:
                int m = client == ReadClient.Acc ? (int)VtaModule.Compute : (int)VtaModule.Load;
                DmaFields d = running[m].Dma;
                // Pads are written in the cycles in which no beat arrives; only those that do not find one cost time.
                long idle = end - startTime[m] - (long)d.YSize * Beats((long)d.XSize * program.Config.DramElementBytes(d.Memory));
                endTime[m] = end + CompletionCycles + Math.Max(0, d.SramElements - d.DramElements - idle);
                break;
        }
    }

    private void Dispatch()
    {
        int m = moduleOf[dispatchNext];
        if (dispatched[m] - completed[m] >= device.QueueDepth)
        {
            // Tried again when the module completes an instruction.
            dispatchTime = Never;
            return;
        }
        dispatched[m]++;
        arrival[dispatchNext++] = now + QueueCycles;
        dispatchTime = now + 1;
        if (dispatchNext == batchEnd)
            StartFetch(batchEnd);
    }

    /// <summary>When the next instruction of a module can start, as far as is known now, and which side it waited for last.</summary>
    private long ReadyTime(int m, out TokenFlags cause)
    {
        cause = TokenFlags.None;
        if (endTime[m] != Never || started[m] != completed[m] || started[m] >= dispatched[m])
            return Never;
        int index = streams[m][started[m]];
        var flags = (TokenFlags)InstructionLayout.Tokens.Get(program.Instructions[index]);
        long ready = Math.Max(freeTime[m], arrival[index]);
        return Wait((VtaModule)m, flags, TokenFlags.PopPrev, ref ready, ref cause) && Wait((VtaModule)m, flags, TokenFlags.PopNext, ref ready, ref cause) ? ready : Never;
    }

    private bool Wait(VtaModule module, TokenFlags flags, TokenFlags flag, ref long ready, ref TokenFlags cause)
    {
        if ((flags & flag) == 0 || VtaInstruction.PopQueue(module, flag) is not { } queue)
            return true;
        if (popped[(int)queue] >= pushes[(int)queue].Count)
            return false;
        long pushed = pushes[(int)queue][popped[(int)queue]];
        if (pushed > ready)
        {
            ready = pushed;
            cause = flag;
        }
        return true;
    }

    private void TryStart(int m)
    {
        if (ReadyTime(m, out TokenFlags cause) > now)
            return;
        int index = streams[m][started[m]++];
        VtaInstruction insn = codec.Decode(program.Instructions[index]);
        Pop((VtaModule)m, insn.Tokens, TokenFlags.PopPrev);
        Pop((VtaModule)m, insn.Tokens, TokenFlags.PopNext);
        // The time since the module was free and had the instruction went to waiting for the later token.
        long gap = now - Math.Max(freeTime[m], arrival[index]);
        if (cause == TokenFlags.PopPrev)
            waitPrev[m] += gap;
        else if (cause == TokenFlags.PopNext)
            waitNext[m] += gap;
        running[m] = insn;
        startTime[m] = now;
        Begin(m, insn);
    }

    private void Begin(int m, in VtaInstruction insn)
    {
        switch (insn.Opcode)
        {
            case VtaOpcode.Load when !insn.Dma.IsNop && insn.Dma.YSize > 0:
                DmaFields d = insn.Dma;
                ReadClient client = d.Memory switch
                {
                    VtaMemory.Uop => ReadClient.Uop,
                    VtaMemory.Inp => ReadClient.Inp,
                    VtaMemory.Wgt => ReadClient.Wgt,
                    _ => ReadClient.Acc,
                };
                channel.Request(client, now + RequestCycles, d.YSize, Beats((long)d.XSize * program.Config.DramElementBytes(d.Memory)));
                break;
            case VtaOpcode.Store when !insn.Dma.IsNop:
                // Bursts and elements are counted at the width of the fitted board, 8 bytes: 2 beats an element.
                int beats = Beats((long)insn.Dma.XSize * program.Config.DramElementBytes(VtaMemory.Out));
                long bursts = (long)insn.Dma.YSize * ((beats + device.BurstBeats - 1) / device.BurstBeats);
                endTime[m] = now + 1 + 3 * bursts + 3 * insn.Dma.DramElements;
                break;
            case VtaOpcode.Gemm:
                endTime[m] = now + insn.Loop.Steps + PipelineCycles;
                break;
            case VtaOpcode.Alu:
                endTime[m] = now + (insn.Alu.UseImm ? 1 : 2) * insn.Loop.Steps + PipelineCycles;
                break;
            default:
                endTime[m] = now + NopCycles;
                break;
        }
    }

    private void Complete(int m)
    {
        int index = streams[m][completed[m]++];
        ref readonly VtaInstruction insn = ref running[m];
        endTime[m] = Never;
        freeTime[m] = now;
        busy[m] += now - startTime[m];
        Push((VtaModule)m, insn.Tokens, TokenFlags.PushPrev);
        Push((VtaModule)m, insn.Tokens, TokenFlags.PushNext);
        timeline?.Add(new((VtaModule)m, index, startTime[m], now));
        int tag = (uint)index < (uint)program.Tags.Length ? program.Tags[index] : -1;
        Account(layers[tag < 0 ? layers.Length - 1 : tag], (VtaModule)m, insn);
        Account(total, (VtaModule)m, insn);
        finished |= insn.Opcode == VtaOpcode.Finish;
        if (!fetching && dispatchTime == Never && dispatchNext < batchEnd && moduleOf[dispatchNext] == m)
            dispatchTime = now;
    }

    private void Account(LayerCost layer, VtaModule module, in VtaInstruction insn)
    {
        long cycles = now - startTime[(int)module];
        layer.Start = Math.Min(layer.Start, startTime[(int)module]);
        layer.End = now;
        layer.Instructions++;
        switch (module)
        {
            case VtaModule.Load: layer.LoadBusy += cycles; break;
            case VtaModule.Compute: (layer.ComputeBusy, layer.ComputeEnd) = (layer.ComputeBusy + cycles, now); break;
            default: layer.StoreBusy += cycles; break;
        }
        switch (insn.Opcode)
        {
            case VtaOpcode.Load: layer.LoadedBytes += insn.Dma.IsNop ? 0 : insn.Dma.DramElements * program.Config.DramElementBytes(insn.Dma.Memory); break;
            case VtaOpcode.Store: layer.StoredBytes += insn.Dma.IsNop ? 0 : insn.Dma.DramElements * program.Config.DramElementBytes(VtaMemory.Out); break;
            case VtaOpcode.Gemm when insn.Loop.Reset: layer.ResetSteps += insn.Loop.Steps; break;
            case VtaOpcode.Gemm: layer.GemmSteps += insn.Loop.Steps; break;
            case VtaOpcode.Alu: layer.AluSteps += insn.Loop.Steps; break;
        }
    }

    private void Pop(VtaModule module, TokenFlags flags, TokenFlags flag)
    {
        if ((flags & flag) != 0 && VtaInstruction.PopQueue(module, flag) is { } queue)
            popped[(int)queue]++;
    }

    private void Push(VtaModule module, TokenFlags flags, TokenFlags flag)
    {
        if ((flags & flag) != 0 && VtaInstruction.PushQueue(module, flag) is { } queue)
            pushes[(int)queue].Add(now);
    }

    private int Beats(long bytes) => (int)((bytes + device.BusBytes - 1) / device.BusBytes);

    private CycleResult Result()
    {
        var modules = new ModuleTime[3];
        var stuck = new int[3];
        for (int m = 0; m < 3; m++)
        {
            stuck[m] = finished || completed[m] >= streams[m].Length ? -1 : streams[m][completed[m]];
            modules[m] = new(busy[m], waitPrev[m], waitNext[m], now - busy[m] - waitPrev[m] - waitNext[m]);
        }
        TimelineEntry[] entries = timeline is null ? [] : [.. timeline];
        Array.Sort(entries, static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Instruction.CompareTo(b.Instruction));
        return new()
        {
            Device = device with { Config = program.Config },
            Cycles = now,
            Finished = finished,
            StuckAt = stuck,
            Modules = modules,
            ReadBeats = channel.Beats,
            Timeline = entries,
            Layers = layers[^1].Instructions > 0 ? layers : layers[..^1],
            Total = total,
        };
    }
}
