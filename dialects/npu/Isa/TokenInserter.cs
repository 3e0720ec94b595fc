namespace NestC.Dialects.Npu.Isa;

/// <summary>
/// Computes the dependence tokens of a program that is written as if it ran one instruction after the other. A token is added only where
/// two modules conflict (one of them writes what the other touches) and no earlier token orders them already. Load and store have no
/// queue between them, so their conflicts go through compute, by a NOP where no instruction of it can carry the token.
/// </summary>
public sealed class TokenInserter
{
    private readonly VtaConfig config;
    private readonly uint dramBase;
    private readonly byte[] dram;
    private readonly uint[] uopBuffer;
    private readonly UopTable uops = new(256);
    private readonly InstructionLayout layout;
    private readonly AccessTracker tracker;
    private readonly Footprint footprint;

    private readonly List<IsaProblem> problems;
    private readonly List<VtaInstruction> result = [];
    private readonly List<int> tags = [];
    private readonly List<int>[] clocks = [[], [], []];
    private readonly List<int> computes = [];
    private readonly int[] latest = [-1, -1, -1];

    private readonly bool alone;

    private TokenInserter(VtaConfig config, uint dramBase, byte[] dram, List<IsaProblem> problems, bool alone)
    {
        this.alone = alone;
        this.problems = problems;
        this.config = config;
        this.dramBase = dramBase;
        this.dram = dram;
        layout = new(config);
        uopBuffer = new uint[config.Depth(VtaMemory.Uop)];
        tracker = new(config, alone ? 0 : dram.Length);
        footprint = new(config);
    }

    /// <summary>
    /// Returns the instructions with tokens, and the tag of each. Flags that the input carries are dropped. The image must hold the
    /// micro-ops, because what an instruction touches follows from them. An instruction that leaves a memory becomes a problem.
    /// </summary>
    public static (List<VtaInstruction> Instructions, List<int> Tags) Insert(
        VtaConfig config, uint dramBase, byte[] dram, List<VtaInstruction> instructions, List<int> instructionTags, List<IsaProblem> problems)
    {
        var inserter = new TokenInserter(config, dramBase, dram, problems, alone: false);
        for (int i = 0; i < instructions.Count; i++)
            inserter.Add(instructions[i] with { Tokens = TokenFlags.None }, instructionTags[i], i);
        return (inserter.result, inserter.tags);
    }

    /// <summary>
    /// As <see cref="Insert"/>, for instructions that never touch in DRAM what they store: only the chip orders them. The image holds the
    /// micro-ops and need not hold anything else.
    /// </summary>
    public static List<VtaInstruction> InsertAlone(VtaConfig config, uint dramBase, byte[] dram, List<VtaInstruction> instructions, List<IsaProblem> problems)
    {
        var inserter = new TokenInserter(config, dramBase, dram, problems, alone: true);
        for (int i = 0; i < instructions.Count; i++) inserter.Add(instructions[i] with { Tokens = TokenFlags.None }, -1, i);
        return inserter.result;
    }

    private void Add(in VtaInstruction insn, int tag, int position)
    {
        if (insn.Opcode == VtaOpcode.Finish)
        {
            Drain(tag);
            Append(insn, tag, default);
            return;
        }
        if (insn.IsNop)
            return;

        if (!Describe(insn, position))
            return;
        Conflicts need = tracker.Query(footprint);
        switch (insn.Module)
        {
            case VtaModule.Compute:
                Append(insn, tag, need);
                break;
            case VtaModule.Load:
                need.Compute = Math.Max(need.Compute, ThroughCompute(VtaModule.Store, need.Store, latest[(int)VtaModule.Load], tag));
                Append(insn, tag, need with { Store = -1 });
                break;
            default:
                need.Compute = Math.Max(need.Compute, ThroughCompute(VtaModule.Load, need.Load, latest[(int)VtaModule.Store], tag));
                Append(insn, tag, need with { Load = -1 });
                break;
        }
        tracker.Commit(footprint, result.Count - 1);
    }

    private bool Describe(in VtaInstruction insn, int position)
    {
        if (insn.Opcode is VtaOpcode.Gemm or VtaOpcode.Alu)
            return DescribeLoop(insn, position);
        DmaFields d = insn.Dma;
        int depth = config.Depth(d.Memory);
        if (d.SramBase + d.SramElements > depth)
            return Fail(position, $"elements up to {d.SramBase + d.SramElements} of {Disassembler.Name(d.Memory)}, which has {depth}", d.SramBase + d.SramElements, depth);
        int elem = config.DramElementBytes(d.Memory);
        long start = (long)d.DramBase * elem - dramBase, end = start + ((long)(d.YSize - 1) * d.XStride + d.XSize) * elem;
        bool loadsUops = insn.Opcode == VtaOpcode.Load && d.Memory == VtaMemory.Uop;
        if ((start < 0 || end > dram.Length) && (!alone || loadsUops))
            return Fail(position, $"bytes {start} to {end} of the DRAM image, which has {dram.Length}", end, dram.Length);
        footprint.SetDma(insn, config, dramBase, withDram: !alone);
        if (loadsUops)
            LoadUops(d);
        return true;
    }

    private bool DescribeLoop(in VtaInstruction insn, int position)
    {
        LoopFields loop = insn.Loop;
        if (loop.UopEnd > uopBuffer.Length)
            return Fail(position, $"micro-ops up to {loop.UopEnd}, but the buffer has {uopBuffer.Length}", loop.UopEnd, uopBuffer.Length);
        uops.Unpack(uopBuffer.AsSpan(loop.UopBegin, loop.UopCount), layout);
        bool gemm = insn.Opcode == VtaOpcode.Gemm, source = gemm ? !loop.Reset : !insn.Alu.UseImm;
        bool ok = InRange(position, uops.Dst, loop, loop.DstFactorOut, loop.DstFactorIn, VtaMemory.Acc);
        if (source)
            ok &= InRange(position, uops.Src, loop, loop.SrcFactorOut, loop.SrcFactorIn, gemm ? VtaMemory.Inp : VtaMemory.Acc);
        if (source && gemm)
            ok &= InRange(position, uops.Wgt, loop, loop.WgtFactorOut, loop.WgtFactorIn, VtaMemory.Wgt);
        if (!ok)
            return false;
        if (gemm)
            footprint.SetGemm(loop, uops);
        else
            footprint.SetAlu(loop, source, uops);
        return true;
    }

    private bool InRange(int position, ReadOnlySpan<int> fields, in LoopFields loop, int factorOut, int factorIn, VtaMemory memory)
    {
        int depth = config.Depth(memory);
        long top = UopTable.Max(fields) + (long)(loop.IterOut - 1) * factorOut + (long)(loop.IterIn - 1) * factorIn;
        return top < depth || Fail(position, $"index {top} of {Disassembler.Name(memory)}, which has {depth} elements", top, depth - 1);
    }

    private bool Fail(int position, string what, long actual, long limit)
    {
        problems.Add(new(NpuCodes.BuilderMemory, $"instruction {position} touches {what}", actual, limit));
        return false;
    }

    private void LoadUops(in DmaFields d)
    {
        int columns = d.SramColumns;
        uopBuffer.AsSpan(d.SramBase, (int)d.SramElements).Clear();
        for (int r = 0; r < d.YSize; r++)
        {
            int from = (int)(((long)d.DramBase + (long)r * d.XStride) * 4 - dramBase);
            for (int x = 0; x < d.XSize; x++)
                uopBuffer[d.SramBase + (d.YPad0 + r) * columns + d.XPad0 + x] = BitConverter.ToUInt32(dram, from + 4 * x);
        }
    }

    /// <summary>
    /// The compute instruction that <paramref name="other"/>'s instruction <paramref name="wanted"/> is ordered before, so that a token from
    /// it orders the caller too; a NOP is added when there is none yet. -1 when nothing is wanted.
    /// </summary>
    private int ThroughCompute(VtaModule other, int wanted, int before, int tag)
    {
        if (wanted < 0 || (before >= 0 && clocks[(int)other][before] >= wanted))
            return -1;
        int low = 0, high = computes.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (clocks[(int)other][computes[middle]] >= wanted)
                high = middle;
            else
                low = middle + 1;
        }
        if (low < computes.Count)
            return computes[low];
        var need = Conflicts.None;
        if (other == VtaModule.Store)
            need.Store = wanted;
        else
            need.Load = wanted;
        Append(VtaInstruction.Nop(VtaModule.Compute, TokenFlags.None), tag, need);
        return result.Count - 1;
    }

    private void Drain(int tag)
    {
        int load = latest[(int)VtaModule.Load], store = latest[(int)VtaModule.Store], compute = latest[(int)VtaModule.Compute];
        bool knowsLoad = load < 0 || (compute >= 0 && clocks[(int)VtaModule.Load][compute] >= load);
        bool knowsStore = store < 0 || (compute >= 0 && clocks[(int)VtaModule.Store][compute] >= store);
        if (!knowsLoad || !knowsStore)
            Append(VtaInstruction.Nop(VtaModule.Compute, TokenFlags.None), tag, Conflicts.None with { Load = load, Store = store });
    }

    private void Append(in VtaInstruction insn, int tag, Conflicts need)
    {
        int index = result.Count, module = (int)insn.Module, before = latest[module];
        result.Add(insn);
        tags.Add(tag);
        for (int m = 0; m < 3; m++)
            clocks[m].Add(m == module ? before : before < 0 ? -1 : clocks[m][before]);
        latest[module] = index;
        if (insn.Module == VtaModule.Compute)
            computes.Add(index);
        if (insn.Opcode == VtaOpcode.Finish)
            return;

        if (insn.Module != VtaModule.Compute)
        {
            Order(need.Compute, VtaModule.Compute, index);
            return;
        }
        // What one neighbour's token says about the other neighbour may make the second token superfluous.
        if (need.Load >= 0 && need.Store >= 0 && clocks[(int)VtaModule.Load][need.Store] >= need.Load)
        {
            Order(need.Store, VtaModule.Store, index);
            Order(need.Load, VtaModule.Load, index);
        }
        else
        {
            Order(need.Load, VtaModule.Load, index);
            Order(need.Store, VtaModule.Store, index);
        }
    }

    private void Order(int first, VtaModule source, int second)
    {
        if (first < 0 || clocks[(int)source][second] >= first)
            return;
        VtaModule target = result[second].Module;
        bool forward = source < target;
        result[first] = result[first] with { Tokens = result[first].Tokens | (forward ? TokenFlags.PushNext : TokenFlags.PushPrev) };
        result[second] = result[second] with { Tokens = result[second].Tokens | (forward ? TokenFlags.PopPrev : TokenFlags.PopNext) };
        for (int m = 0; m < 3; m++)
            clocks[m][second] = Math.Max(clocks[m][second], clocks[m][first]);
        clocks[(int)source][second] = Math.Max(clocks[(int)source][second], first);
    }
}
