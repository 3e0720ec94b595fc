using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>
/// Executes a program and checks it. The three modules are stepped one instruction at a time, in the order of the program or in a
/// seeded random order; a program without findings gives the same memory in every order.
/// </summary>
public sealed class FunctionalSimulator
{
    private readonly VtaProgram program;
    private readonly SimulationOptions options;
    private readonly VtaConfig config;
    private readonly InstructionCodec codec;
    private readonly Scratchpads pads;
    private readonly FindingList findings;
    private readonly TokenNetwork tokens;
    private readonly AccessChecker checker;
    private readonly UopTable uops;
    private readonly byte[] dram;
    private readonly GemmKernelKind kernel;

    // The instructions of each module in program order, how many of them are dispatched and how many have completed.
    private readonly int[][] streams = new int[3][];
    private readonly int[] dispatched = new int[3], completed = new int[3];
    private readonly InstructionStatus[] status;
    private readonly byte[] moduleOf;
    private readonly int finish;
    private int dispatchNext, executed, queueDepth;
    private int lastStore = -1, lastLoad = -1;
    private long gemmSteps, aluSteps, loadedBytes, storedBytes;
    private bool finished;

    private FunctionalSimulator(VtaProgram program, SimulationOptions options)
    {
        this.program = program;
        this.options = options;
        config = program.Config;
        codec = new(config);
        pads = new(config, options.Execute);
        findings = new(options.MaxFindingsPerKind);
        tokens = new(program.Instructions.Length);
        dram = options.Execute ? (byte[])program.Dram.Clone() : program.Dram;
        uops = new(256);
        checker = new(config, pads, tokens, findings, program.DramBase, dram.Length);
        kernel = options.Kernel is { } wanted && GemmKernel.IsAvailable(wanted, config) ? wanted : GemmKernel.Best(config);
        queueDepth = options.QueueDepth;
        status = new InstructionStatus[program.Instructions.Length];
        moduleOf = new byte[program.Instructions.Length];
        finish = CheckAll();
    }

    /// <summary>Runs a program to its end, or as far as it gets. The program itself is not changed.</summary>
    public static SimulationResult Run(VtaProgram program, SimulationOptions? options = null)
    {
        options ??= SimulationOptions.Default;
        var problems = new List<IsaProblem>();
        if (!program.Config.Validate(problems))
            throw new ArgumentException(problems[0].Message, nameof(program));
        return new FunctionalSimulator(program, options).Run();
    }

    private int CheckAll()
    {
        var statics = new StaticChecker(config, program.DramBase, dram.Length, options, findings);
        int first = statics.CheckStream(program.Instructions);
        var counts = new int[3];
        int end = first < 0 ? status.Length : first + 1;
        for (int i = 0; i < status.Length; i++)
        {
            VtaInstruction insn = codec.Decode(program.Instructions[i]);
            status[i] = statics.Check(program.Instructions[i], insn, i);
            moduleOf[i] = (byte)insn.Module;
            if (i >= end || status[i] == InstructionStatus.Undispatchable)
                continue;
            counts[moduleOf[i]]++;
            if (!insn.IsNop && insn.Module == VtaModule.Store)
                lastStore = i;
            if (!insn.IsNop && insn.Module == VtaModule.Load)
                lastLoad = i;
        }
        for (int m = 0; m < 3; m++)
            streams[m] = new int[counts[m]];
        Array.Clear(counts);
        for (int i = 0; i < end; i++)
        {
            if (status[i] != InstructionStatus.Undispatchable)
                streams[moduleOf[i]][counts[moduleOf[i]]++] = i;
        }
        return first;
    }

    private SimulationResult Run()
    {
        var random = options.ScheduleSeed is { } seed ? new SplitMix64(seed) : default;
        bool seeded = options.ScheduleSeed.HasValue;
        while (true)
        {
            // A random order also dispatches at random, so that queues run empty and full.
            if (!seeded || random.Below(4) != 0)
                Dispatch(seeded ? 1 + random.Below(8) : int.MaxValue);
            int module = seeded ? PickRandom(ref random) : PickFirst();
            if (module >= 0)
            {
                Step(module);
                continue;
            }
            if (Dispatch(1) > 0)
                continue;
            if (IsDone())
                break;
            if (!ReportStuck())
                break;
        }
        checker.ReportLeftoverTokens();
        ReportNotExecuted();
        return new()
        {
            Finished = finished,
            Dram = dram,
            Findings = findings.ToSorted(),
            SuppressedFindings = findings.Suppressed,
            ExecutedInstructions = executed,
            GemmSteps = gemmSteps,
            AluSteps = aluSteps,
            LoadedBytes = loadedBytes,
            StoredBytes = storedBytes,
        };
    }

    private int Dispatch(int most)
    {
        int end = finish < 0 ? status.Length : finish + 1, count = 0;
        while (dispatchNext < end && count < most)
        {
            if (status[dispatchNext] != InstructionStatus.Undispatchable)
            {
                int module = moduleOf[dispatchNext];
                if (dispatched[module] - completed[module] >= queueDepth)
                    break;
                dispatched[module]++;
            }
            dispatchNext++;
            count++;
        }
        return count;
    }

    private bool IsReady(int module)
    {
        if (completed[module] >= dispatched[module])
            return false;
        int insn = streams[module][completed[module]];
        return tokens.CanStart((VtaModule)module, (TokenFlags)InstructionLayout.Tokens.Get(program.Instructions[insn]));
    }

    private int PickFirst()
    {
        int best = -1;
        for (int m = 0; m < 3; m++)
        {
            if (IsReady(m) && (best < 0 || streams[m][completed[m]] < streams[best][completed[best]]))
                best = m;
        }
        return best;
    }

    private int PickRandom(ref SplitMix64 random)
    {
        int start = random.Below(3);
        for (int k = 0; k < 3; k++)
        {
            int m = (start + k) % 3;
            if (IsReady(m))
                return m;
        }
        return -1;
    }

    private bool IsDone()
    {
        for (int m = 0; m < 3; m++)
        {
            if (completed[m] < streams[m].Length)
                return false;
        }
        return true;
    }

    private void Step(int m)
    {
        int index = streams[m][completed[m]];
        var module = (VtaModule)m;
        VtaInstruction insn = codec.Decode(program.Instructions[index]);
        tokens.Start(index, module, insn.Tokens);
        if (status[index] == InstructionStatus.Ready)
            Execute(index, insn);
        (int prev, int next) = tokens.Complete(index, module, insn.Tokens);
        int most = Math.Max(prev, next);
        if (most > options.TokenLimit)
            findings.Add(new(FindingKind.TokenOverflow, index, module,
                $"up to {most} tokens may wait for the {(prev > next ? "previous" : "next")} module, which counts to {options.TokenLimit}", most, options.TokenLimit));
        completed[m]++;
        executed++;
    }

    private void Execute(int index, in VtaInstruction insn)
    {
        switch (insn.Opcode)
        {
            case VtaOpcode.Load:
                if (!insn.Dma.IsNop)
                    ExecuteLoad(index, insn);
                break;
            case VtaOpcode.Store:
                if (!insn.Dma.IsNop)
                    ExecuteStore(index, insn);
                break;
            case VtaOpcode.Gemm:
                ExecuteGemm(index, insn);
                break;
            case VtaOpcode.Alu:
                ExecuteAlu(index, insn);
                break;
            case VtaOpcode.Finish:
                finished = true;
                checker.CheckFinish(index, lastStore, lastLoad);
                break;
        }
    }

    private void ExecuteLoad(int index, in VtaInstruction insn)
    {
        DmaFields d = insn.Dma;
        if (options.Check)
            checker.Transfer(index, insn);
        int elem = config.DramElementBytes(d.Memory), columns = d.SramColumns, total = (int)d.SramElements;
        if (d.Memory is VtaMemory.Acc or VtaMemory.Acc8)
            checker.AccumulatorLoaded(d.SramBase, total);
        if (options.Execute || d.Memory == VtaMemory.Uop)
            MoveIn(d, elem, columns);
        checker.Define(d.Memory, d.SramBase, total);
        loadedBytes += d.DramElements * elem;
    }

    private void MoveIn(in DmaFields d, int elem, int columns)
    {
        pads.Zero(d.Memory, d.SramBase, d.YPad0 * columns);
        for (int r = 0; r < d.YSize; r++)
        {
            int to = d.SramBase + (d.YPad0 + r) * columns;
            ReadOnlySpan<byte> row = dram.AsSpan((int)(((long)d.DramBase + (long)r * d.XStride) * elem - program.DramBase), d.XSize * elem);
            pads.Zero(d.Memory, to, d.XPad0);
            switch (d.Memory)
            {
                case VtaMemory.Uop: pads.LoadUops(to + d.XPad0, row); break;
                case VtaMemory.Wgt: pads.LoadWgt(to + d.XPad0, row); break;
                case VtaMemory.Inp: pads.LoadInp(to + d.XPad0, row); break;
                case VtaMemory.Acc: pads.LoadAcc(to + d.XPad0, row); break;
                default: pads.LoadAcc8(to + d.XPad0, row); break;
            }
            pads.Zero(d.Memory, to + d.XPad0 + d.XSize, d.XPad1);
        }
        pads.Zero(d.Memory, d.SramBase + (d.YPad0 + d.YSize) * columns, d.YPad1 * columns);
    }

    private void ExecuteStore(int index, in VtaInstruction insn)
    {
        DmaFields d = insn.Dma;
        if (options.Check)
            checker.Transfer(index, insn);
        int elem = config.DramElementBytes(VtaMemory.Out);
        for (int r = 0; r < d.YSize && options.Execute; r++)
        {
            Span<byte> row = dram.AsSpan((int)(((long)d.DramBase + (long)r * d.XStride) * elem - program.DramBase), d.XSize * elem);
            pads.StoreOut(d.SramBase + r * d.XSize, row, options.StoreSource);
        }
        storedBytes += d.DramElements * elem;
    }

    private void ExecuteGemm(int index, in VtaInstruction insn)
    {
        LoopFields loop = insn.Loop;
        if (!CountSteps(index, loop))
            return;
        ReadUops(index, loop);
        if (!checker.GemmIndices(index, loop, uops))
            return;
        Footprint touched = checker.Gemm(index, loop, uops, options.Check);
        if (loop.Reset)
        {
            if (options.Execute)
            {
                pads.FreezeOut(touched.Acc);
                GemmKernel.Reset(pads, touched.Acc);
            }
            pads.OutFresh.ExceptWith(touched.Acc);
        }
        else
        {
            if (options.Execute)
                GemmKernel.Run(kernel, pads, loop, uops);
            pads.OutFresh.UnionWith(touched.Acc);
        }
        pads.AccDefined.UnionWith(touched.Acc);
        gemmSteps += loop.Steps;
    }

    private void ExecuteAlu(int index, in VtaInstruction insn)
    {
        LoopFields loop = insn.Loop;
        AluFields alu = insn.Alu;
        if (!CountSteps(index, loop))
            return;
        ReadUops(index, loop);
        if (!checker.AluIndices(index, loop, alu.UseImm, uops))
            return;
        Footprint touched = checker.Alu(index, loop, alu, uops, options.Check);
        if (alu.UseImm && options.Execute)
            AluKernel.RunImmediate(pads, loop, alu.Op, alu.Imm, uops);
        else if (options.Execute && AluKernel.RunTensor(pads, loop, alu.Op, uops) is { } amount)
            findings.Add(new(FindingKind.ShiftRange, index, VtaModule.Compute, $"a tensor shift by {amount}; amounts are 0 to 15", amount, amount < 0 ? 0 : 15));
        pads.AccDefined.UnionWith(touched.Acc);
        pads.OutFresh.UnionWith(touched.Acc);
        aluSteps += loop.Steps;
    }

    private bool CountSteps(int index, in LoopFields loop)
    {
        long steps = gemmSteps + aluSteps + loop.Steps;
        if (steps <= options.StepLimit || !options.Execute)
            return true;
        findings.Add(new(FindingKind.StepLimit, index, VtaModule.Compute,
            $"{loop.Steps} micro-ops would make {steps} in all, but this run is limited to {options.StepLimit}", steps, options.StepLimit));
        return false;
    }

    private void ReadUops(int index, in LoopFields loop)
    {
        if (options.Check)
            checker.UopsDefined(index, loop);
        uops.Unpack(pads.Uops.AsSpan(loop.UopBegin, loop.UopCount), codec.Layout);
    }

    /// <summary>Nothing can move: says why, and returns true when it can go on with unlimited queues to find out more.</summary>
    private bool ReportStuck()
    {
        if (dispatchNext < (finish < 0 ? status.Length : finish + 1))
        {
            int module = moduleOf[dispatchNext];
            int head = streams[module][completed[module]];
            findings.Add(new(FindingKind.QueueOverrun, dispatchNext, (VtaModule)module,
                $"the command queue of {Disassembler.Name((VtaModule)module)} is full ({queueDepth}) behind instruction {head}, which waits for a token of a later instruction: the hardware hangs",
                queueDepth + 1, queueDepth, head));
            queueDepth = int.MaxValue;
            return true;
        }
        for (int m = 0; m < 3; m++)
        {
            if (completed[m] >= dispatched[m])
                continue;
            int head = streams[m][completed[m]];
            var module = (VtaModule)m;
            var flags = (TokenFlags)InstructionLayout.Tokens.Get(program.Instructions[head]);
            var missing = new List<string>();
            foreach (TokenFlags flag in (ReadOnlySpan<TokenFlags>)[TokenFlags.PopPrev, TokenFlags.PopNext])
            {
                if ((flags & flag) != 0 && VtaInstruction.PopQueue(module, flag) is { } queue && tokens.Waiting(queue) == 0)
                    missing.Add(Disassembler.Name(TokenNetwork.Pusher(queue)));
            }
            findings.Add(new(FindingKind.Deadlock, head, module, $"waits forever for a token from {string.Join(" and from ", missing)}", 0, 1));
        }
        return false;
    }

    private void ReportNotExecuted()
    {
        for (int m = 0; m < 3; m++)
        {
            int left = streams[m].Length - completed[m];
            if (left > 0)
                findings.Add(new(FindingKind.NotExecuted, streams[m][completed[m]], (VtaModule)m, $"never executed, with {left - 1} more of its module", left, 0));
        }
        if (finish >= 0 && finish + 1 < status.Length)
            findings.Add(new(FindingKind.NotExecuted, finish + 1, (VtaModule)moduleOf[finish + 1],
                $"never executed, because FINISH stands before it; {status.Length - finish - 2} more follow", status.Length - finish - 1, 0));
        for (int i = 0; i < status.Length && (finish < 0 || i <= finish); i++)
        {
            if (status[i] == InstructionStatus.Undispatchable)
                findings.Add(new(FindingKind.NotExecuted, i, null, "never executed, because no module receives it", 1, 0));
        }
    }
}
