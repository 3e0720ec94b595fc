using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>
/// The checks of an instruction that depend on what ran before: index ranges of the micro-ops in place, undefined reads, data races,
/// the output buffer's freshness, and the pipelines' hazards. Everything is decided once for the whole instruction.
/// </summary>
internal sealed class AccessChecker
{
    private readonly VtaConfig config;
    private readonly Scratchpads pads;
    private readonly TokenNetwork tokens;
    private readonly FindingList findings;
    private readonly AccessTracker tracker;
    private readonly Footprint footprint;
    private readonly uint dramBase;
    private readonly List<Conflict> conflicts = [];
    private static readonly VtaModule[] Modules = [VtaModule.Load, VtaModule.Compute, VtaModule.Store];

    public AccessChecker(VtaConfig config, Scratchpads pads, TokenNetwork tokens, FindingList findings, uint dramBase, long dramBytes)
    {
        this.dramBase = dramBase;
        this.config = config;
        this.pads = pads;
        this.tokens = tokens;
        this.findings = findings;
        tracker = new(config, dramBytes);
        footprint = new(config);
    }

    /// <summary>Marks elements as defined.</summary>
    public void Define(VtaMemory memory, int start, int count) => (memory switch
    {
        VtaMemory.Uop => pads.UopDefined,
        VtaMemory.Wgt => pads.WgtDefined,
        VtaMemory.Inp => pads.InpDefined,
        _ => pads.AccDefined,
    }).AddRange(start, count);

    /// <summary>Notes that accumulator elements change without their output elements.</summary>
    public void AccumulatorLoaded(int start, int count)
    {
        pads.FreezeOut(start, count);
        var range = new IndexSet(pads.OutFresh.Capacity);
        range.AddRange(start, count);
        pads.OutFresh.ExceptWith(range);
    }

    public void Transfer(int index, in VtaInstruction insn)
    {
        footprint.SetDma(insn, config, dramBase);
        CheckRaces(index, insn.Module);
        if (insn.Opcode == VtaOpcode.Store)
            CheckStored(index, footprint.SramStart, footprint.SramCount);
    }

    public void UopsDefined(int index, in LoopFields loop)
    {
        int first = pads.UopDefined.FirstMissing(loop.UopBegin, loop.UopCount, out int count);
        if (first >= 0)
            ReportUndefined(index, VtaModule.Compute, "micro-op", first, count);
    }

    /// <summary>Checks the ranges of a GEMM's indices; false when some index is out of range.</summary>
    public bool GemmIndices(int index, in LoopFields loop, UopTable uops)
    {
        bool ok = InRange(index, "accumulator", uops.Dst, loop, loop.DstFactorOut, loop.DstFactorIn, VtaMemory.Acc);
        if (loop.Reset)
            return ok;
        ok &= InRange(index, "activation", uops.Src, loop, loop.SrcFactorOut, loop.SrcFactorIn, VtaMemory.Inp);
        return InRange(index, "weight", uops.Wgt, loop, loop.WgtFactorOut, loop.WgtFactorIn, VtaMemory.Wgt) && ok;
    }

    /// <summary>Checks the ranges of an ALU instruction's indices; false when some index is out of range.</summary>
    public bool AluIndices(int index, in LoopFields loop, bool immediate, UopTable uops)
    {
        bool ok = InRange(index, "destination", uops.Dst, loop, loop.DstFactorOut, loop.DstFactorIn, VtaMemory.Acc);
        return (immediate || InRange(index, "source", uops.Src, loop, loop.SrcFactorOut, loop.SrcFactorIn, VtaMemory.Acc)) && ok;
    }

    public Footprint Gemm(int index, in LoopFields loop, UopTable uops, bool check)
    {
        footprint.SetGemm(loop, uops);
        if (!check)
            return footprint;
        CheckRaces(index, VtaModule.Compute);
        if (!loop.Reset)
        {
            CheckDefined(index, footprint.Inp, pads.InpDefined, "activation");
            CheckDefined(index, footprint.Wgt, pads.WgtDefined, "weight");
            CheckDefined(index, footprint.Acc, pads.AccDefined, "accumulator");
        }
        CheckRepeated(index, loop, uops);
        return footprint;
    }

    public Footprint Alu(int index, in LoopFields loop, AluFields alu, UopTable uops, bool check)
    {
        footprint.SetAlu(loop, !alu.UseImm, uops);
        if (!check)
            return footprint;
        CheckRaces(index, VtaModule.Compute);
        CheckDefined(index, footprint.Acc, pads.AccDefined, "accumulator");
        if (alu.UseImm)
        {
            CheckImmediateSource(index, loop, uops);
            if (LoopHazards.RepeatedDestination(uops.Dst, loop, 1) is var step and >= 0)
                findings.Add(new(FindingKind.AluHazard, index, VtaModule.Compute,
                    $"step {step + 1} reads the accumulator that step {step} writes; the RTL has no bypass", 1, 2));
        }
        else
        {
            CheckDefined(index, footprint.AccRead, pads.AccDefined, "accumulator");
            if (LoopHazards.SourceOfNext(uops.Dst, uops.Src, loop) is var step and >= 0)
                findings.Add(new(FindingKind.AluHazard, index, VtaModule.Compute,
                    $"the source of step {step + 1} is what step {step} writes; the RTL has no bypass", 1, 2));
        }
        CheckRepeated(index, loop, uops);
        return footprint;
    }

    public void CheckFinish(int index, int lastStore, int lastLoad)
    {
        if (lastStore >= 0 && tokens.Known(index, VtaModule.Store) < lastStore)
            findings.Add(new(FindingKind.EarlyFinish, index, VtaModule.Compute,
                $"FINISH is not ordered after the STORE of instruction {lastStore}", tokens.Known(index, VtaModule.Store), lastStore, lastStore));
        if (lastLoad >= 0 && tokens.Known(index, VtaModule.Load) < lastLoad)
            findings.Add(new(FindingKind.FinishBeforeLoad, index, VtaModule.Compute,
                $"FINISH is not ordered after the LOAD of instruction {lastLoad}", tokens.Known(index, VtaModule.Load), lastLoad, lastLoad));
    }

    public void ReportLeftoverTokens()
    {
        for (var queue = TokenQueue.LoadToCompute; queue <= TokenQueue.StoreToCompute; queue++)
        {
            int count = tokens.Waiting(queue);
            if (count == 0)
                continue;
            int pusher = tokens.OldestWaiting(queue);
            findings.Add(new(FindingKind.LeftoverToken, pusher, TokenNetwork.Pusher(queue),
                $"{count} token{(count == 1 ? "" : "s")} from {Disassembler.Name(TokenNetwork.Pusher(queue))} to {Disassembler.Name(TokenNetwork.Popper(queue))} " +
                "left over at the end; the next launch would find them", count, 0));
        }
    }

    private void CheckRaces(int index, VtaModule module)
    {
        Conflicts found = tracker.Query(footprint);
        foreach (VtaModule other in Modules)
        {
            if (other == module || found.Of(other) <= tokens.Known(index, other))
                continue;
            conflicts.Clear();
            tracker.Explain(footprint, other, tokens.Known(index, other), conflicts);
            foreach (Conflict c in conflicts)
                ReportRace(index, module, c);
        }
        tracker.Commit(footprint, index);
    }

    private void ReportRace(int index, VtaModule module, in Conflict c)
    {
        // Named by the order of the program, whichever of the two happened to be stepped first.
        bool firstWrites = c.Instruction < index ? c.PartnerWrites : !c.PartnerWrites;
        string kind = firstWrites ? "read after write" : "write after read";
        string place = c.Memory is { } memory
            ? $"element {c.Cell} of {Disassembler.Name(memory)}"
            : $"DRAM byte 0x{c.Cell * AccessTracker.BlockBytes + dramBase:x}";
        string more = c.Count > 1 ? $" and {c.Count - 1} more" : "";
        findings.Add(new(FindingKind.DataRace, index, module,
            $"data race ({kind}) on {place}{more}: no token orders this against instruction {c.Instruction} ({Disassembler.Name(c.Module)})",
            tokens.Known(index, c.Module), c.Instruction, c.Instruction));
    }

    private void CheckDefined(int index, IndexSet read, IndexSet defined, string what)
    {
        int first = read.FirstNotIn(defined, out int count);
        if (first >= 0)
            ReportUndefined(index, VtaModule.Compute, what, first, count);
    }

    private void CheckStored(int index, int start, int length)
    {
        int first = pads.AccDefined.FirstMissing(start, length, out int count);
        if (first >= 0)
        {
            ReportUndefined(index, VtaModule.Store, "output", first, count);
            return;
        }
        first = pads.OutFresh.FirstMissing(start, length, out count);
        if (first >= 0)
            findings.Add(new(FindingKind.StaleOut, index, VtaModule.Store,
                $"element {first}{(count > 1 ? $" and {count - 1} more" : "")} was last written by LOAD ACC or a GEMM reset, which do not update the output buffer that the hardware stores",
                count, 0));
    }

    private void ReportUndefined(int index, VtaModule module, string what, int first, int count) =>
        findings.Add(new(FindingKind.UndefinedRead, index, module, $"reads {what} element {first}{(count > 1 ? $" and {count - 1} more" : "")}, which nothing has written", count, 0));

    private void CheckImmediateSource(int index, in LoopFields loop, UopTable uops)
    {
        ReadOnlySpan<int> dst = uops.Dst, src = uops.Src;
        bool same = (loop.IterOut == 1 || loop.DstFactorOut == loop.SrcFactorOut) && (loop.IterIn == 1 || loop.DstFactorIn == loop.SrcFactorIn) && dst.SequenceEqual(src);
        if (!same)
            findings.Add(new(FindingKind.ImmediateSource, index, VtaModule.Compute,
                "the source index differs from the destination of an ALU with immediate; the RTL reads the source, the others the destination", 1, 0));
    }

    private void CheckRepeated(int index, in LoopFields loop, UopTable uops)
    {
        for (int lag = 1; lag <= 2; lag++)
        {
            if (LoopHazards.RepeatedDestination(uops.Dst, loop, lag) is not (var step and >= 0))
                continue;
            findings.Add(new(FindingKind.RepeatedDestination, index, VtaModule.Compute,
                $"steps {step} and {step + lag} write the same accumulator; the HLS pipeline needs a distance of 3", lag, 3));
            return;
        }
    }

    private bool InRange(int index, string what, ReadOnlySpan<int> fields, in LoopFields loop, int factorOut, int factorIn, VtaMemory memory)
    {
        int depth = config.Depth(memory);
        long top = UopTable.Max(fields) + (long)(loop.IterOut - 1) * factorOut + (long)(loop.IterIn - 1) * factorIn;
        if (top < depth)
            return true;
        findings.Add(new(FindingKind.LoopIndex, index, VtaModule.Compute, $"the {what} index reaches {top}, but {Disassembler.Name(memory)} has {depth} elements", top, depth - 1));
        return false;
    }
}
