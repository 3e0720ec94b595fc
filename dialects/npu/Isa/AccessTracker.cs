using System.Numerics;

namespace NestC.Dialects.Npu.Isa;

/// <summary>
/// What an instruction touches that another module may touch too. Micro-ops and the accumulator's own reads stay inside compute and
/// cannot conflict; STORE counts as a reader of the accumulator, because the functional simulator of upstream stores from there.
/// </summary>
public sealed class Footprint
{
    public Footprint(VtaConfig config)
    {
        Inp = new(config.Depth(VtaMemory.Inp));
        Wgt = new(config.Depth(VtaMemory.Wgt));
        Acc = new(config.Depth(VtaMemory.Acc));
        AccRead = new(config.Depth(VtaMemory.Acc));
    }

    /// <summary>The activation tiles that a GEMM reads.</summary>
    public IndexSet Inp { get; }

    /// <summary>The weight tiles that a GEMM reads.</summary>
    public IndexSet Wgt { get; }

    /// <summary>The accumulator tiles that a GEMM or ALU writes.</summary>
    public IndexSet Acc { get; }

    /// <summary>The accumulator tiles that a tensor ALU reads as its source.</summary>
    public IndexSet AccRead { get; }

    /// <summary>True for GEMM and ALU: the sets count; false for LOAD and STORE: the range and the rows count.</summary>
    public bool IsCompute { get; private set; }

    /// <summary>A GEMM that only resets reads no operand.</summary>
    public bool ReadsOperands { get; private set; }

    public bool IsStore { get; private set; }

    public VtaMemory Memory { get; private set; }

    public int SramStart { get; private set; }

    public int SramCount { get; private set; }

    /// <summary>The first byte of the first DRAM row, counted from the start of the image.</summary>
    public long DramStart { get; private set; }

    public int DramRows { get; private set; }

    public int DramRowBytes { get; private set; }

    public long DramStrideBytes { get; private set; }

    /// <summary>Describes a LOAD or STORE whose ranges are known to be valid; without DRAM as if it touched only the chip.</summary>
    public void SetDma(in VtaInstruction insn, VtaConfig config, uint dramBase, bool withDram = true)
    {
        DmaFields d = insn.Dma;
        int elem = config.DramElementBytes(d.Memory);
        IsCompute = false;
        IsStore = insn.Opcode == VtaOpcode.Store;
        Memory = d.Memory;
        SramStart = d.SramBase;
        SramCount = (int)d.SramElements;
        DramStart = (long)d.DramBase * elem - dramBase;
        DramRows = d.IsNop || !withDram ? 0 : d.YSize;
        DramRowBytes = d.XSize * elem;
        DramStrideBytes = (long)d.XStride * elem;
    }

    /// <summary>Describes a GEMM whose indices are known to be valid.</summary>
    public void SetGemm(in LoopFields loop, UopTable uops)
    {
        IsCompute = true;
        ReadsOperands = !loop.Reset;
        Acc.Clear();
        Acc.AddLoop(uops.Dst, loop, loop.DstFactorOut, loop.DstFactorIn);
        if (loop.Reset)
            return;
        Inp.Clear();
        Inp.AddLoop(uops.Src, loop, loop.SrcFactorOut, loop.SrcFactorIn);
        Wgt.Clear();
        Wgt.AddLoop(uops.Wgt, loop, loop.WgtFactorOut, loop.WgtFactorIn);
    }

    /// <summary>Describes an ALU instruction whose indices are known to be valid.</summary>
    public void SetAlu(in LoopFields loop, bool readsSource, UopTable uops)
    {
        IsCompute = true;
        ReadsOperands = false;
        Acc.Clear();
        Acc.AddLoop(uops.Dst, loop, loop.DstFactorOut, loop.DstFactorIn);
        AccRead.Clear();
        if (readsSource)
            AccRead.AddLoop(uops.Src, loop, loop.SrcFactorOut, loop.SrcFactorIn);
    }
}

/// <summary>The latest instruction of each module that an instruction conflicts with, or -1.</summary>
public struct Conflicts
{
    public int Load;
    public int Compute;
    public int Store;

    public static Conflicts None => new() { Load = -1, Compute = -1, Store = -1 };

    public readonly int Of(VtaModule module) => module switch
    {
        VtaModule.Load => Load,
        VtaModule.Compute => Compute,
        _ => Store,
    };
}

/// <summary>One conflict between two modules: the instruction, and the first element (or 16-byte DRAM block) that both touch.</summary>
public readonly record struct Conflict(VtaMemory? Memory, VtaModule Module, int Instruction, bool PartnerWrites, long Cell, int Count);

/// <summary>
/// Remembers, for every tile on the chip and every 16-byte block of DRAM, who wrote and who read it last. Modules run in order, so the
/// last access of each module stands for all earlier ones. Two modules never write the same memory, so a conflict is always a read
/// against a write.
/// </summary>
public sealed class AccessTracker
{
    /// <summary>The grain at which DRAM accesses are told apart.</summary>
    public const int BlockBytes = 16;

    private const int PageBlocks = 1024;

    private readonly int[] inpWrite, inpRead, wgtWrite, wgtRead, accWrite, accRead;
    private readonly int[]?[] pages;

    public AccessTracker(VtaConfig config, long dramBytes)
    {
        inpWrite = Fresh(config.Depth(VtaMemory.Inp));
        inpRead = Fresh(config.Depth(VtaMemory.Inp));
        wgtWrite = Fresh(config.Depth(VtaMemory.Wgt));
        wgtRead = Fresh(config.Depth(VtaMemory.Wgt));
        accWrite = Fresh(config.Depth(VtaMemory.Acc));
        accRead = Fresh(config.Depth(VtaMemory.Acc));
        pages = new int[]?[(dramBytes / BlockBytes + PageBlocks) / PageBlocks];
    }

    /// <summary>The latest conflicting instruction of each other module.</summary>
    public Conflicts Query(Footprint f)
    {
        var result = Conflicts.None;
        if (f.IsCompute)
        {
            if (f.ReadsOperands)
                result.Load = Math.Max(Max(inpWrite, f.Inp), Max(wgtWrite, f.Wgt));
            result.Store = Max(accRead, f.Acc);
            return result;
        }
        if (f.IsStore)
        {
            result.Compute = Max(accWrite, f.SramStart, f.SramCount);
            QueryDramWrite(f, ref result);
            return result;
        }
        switch (f.Memory)
        {
            case VtaMemory.Inp: result.Compute = Max(inpRead, f.SramStart, f.SramCount); break;
            case VtaMemory.Wgt: result.Compute = Max(wgtRead, f.SramStart, f.SramCount); break;
            case VtaMemory.Acc or VtaMemory.Acc8: result.Store = Max(accRead, f.SramStart, f.SramCount); break;
        }
        result.Store = Math.Max(result.Store, QueryDramRead(f));
        return result;
    }

    /// <summary>Records the accesses of <paramref name="instruction"/>.</summary>
    public void Commit(Footprint f, int instruction)
    {
        if (f.IsCompute)
        {
            if (f.ReadsOperands)
            {
                Fill(inpRead, f.Inp, instruction);
                Fill(wgtRead, f.Wgt, instruction);
            }
            Fill(accWrite, f.Acc, instruction);
            return;
        }
        if (f.IsStore)
        {
            accRead.AsSpan(f.SramStart, f.SramCount).Fill(instruction);
            CommitDram(f, 0, instruction);
            return;
        }
        switch (f.Memory)
        {
            case VtaMemory.Inp: inpWrite.AsSpan(f.SramStart, f.SramCount).Fill(instruction); break;
            case VtaMemory.Wgt: wgtWrite.AsSpan(f.SramStart, f.SramCount).Fill(instruction); break;
            case VtaMemory.Acc or VtaMemory.Acc8: accWrite.AsSpan(f.SramStart, f.SramCount).Fill(instruction); break;
        }
        CommitDram(f, f.Memory is VtaMemory.Inp or VtaMemory.Wgt ? 1 : 2, instruction);
    }

    /// <summary>Adds a conflict for each memory in which an instruction of <paramref name="module"/> after <paramref name="known"/> is involved.</summary>
    public void Explain(Footprint f, VtaModule module, int known, List<Conflict> conflicts)
    {
        if (f.IsCompute)
        {
            if (module == VtaModule.Load && f.ReadsOperands)
            {
                Explain(inpWrite, f.Inp, VtaMemory.Inp, module, known, true, conflicts);
                Explain(wgtWrite, f.Wgt, VtaMemory.Wgt, module, known, true, conflicts);
            }
            if (module == VtaModule.Store)
                Explain(accRead, f.Acc, VtaMemory.Out, module, known, false, conflicts);
            return;
        }
        (int[]? cells, bool writes) = (f.IsStore, f.Memory, module) switch
        {
            (true, _, VtaModule.Compute) => (accWrite, true),
            (false, VtaMemory.Inp, VtaModule.Compute) => (inpRead, false),
            (false, VtaMemory.Wgt, VtaModule.Compute) => (wgtRead, false),
            (false, VtaMemory.Acc or VtaMemory.Acc8, VtaModule.Store) => (accRead, false),
            _ => (default(int[]), false),
        };
        if (cells is not null)
        {
            var range = new IndexSet(cells.Length);
            range.AddRange(f.SramStart, f.SramCount);
            Explain(cells, range, f.IsStore ? VtaMemory.Out : f.Memory, module, known, writes, conflicts);
        }

        int plane = f.IsStore ? module == VtaModule.Load ? 1 : 2 : 0;
        if (f.IsStore == (module == VtaModule.Store))
            return;
        int partner = -1, count = 0;
        long first = -1;
        for (int r = 0; r < f.DramRows; r++)
        {
            (long from, long to) = Blocks(f, r);
            for (long b = from; b < to; b++)
            {
                if (pages[b / PageBlocks] is not { } page)
                    continue;
                int last = page[plane * PageBlocks + (int)(b % PageBlocks)];
                if (last <= known)
                    continue;
                partner = Math.Max(partner, last);
                first = first < 0 ? b : first;
                count++;
            }
        }
        if (partner >= 0)
            conflicts.Add(new(null, module, partner, plane == 0, first, count));
    }

    private static void Explain(int[] cells, IndexSet set, VtaMemory memory, VtaModule module, int known, bool writes, List<Conflict> conflicts)
    {
        int partner = -1, count = 0, first = -1;
        for (int i = 0; i < cells.Length; i++)
        {
            if (cells[i] <= known || !set.Contains(i))
                continue;
            partner = Math.Max(partner, cells[i]);
            first = first < 0 ? i : first;
            count++;
        }
        if (partner >= 0)
            conflicts.Add(new(memory, module, partner, writes, first, count));
    }

    private void QueryDramWrite(Footprint f, ref Conflicts result)
    {
        int load = -1, compute = result.Compute;
        for (int r = 0; r < f.DramRows; r++)
        {
            (long from, long to) = Blocks(f, r);
            for (long b = from; b < to; b++)
            {
                if (pages[b / PageBlocks] is not { } page)
                    continue;
                int at = (int)(b % PageBlocks);
                load = Math.Max(load, page[PageBlocks + at]);
                compute = Math.Max(compute, page[2 * PageBlocks + at]);
            }
        }
        result.Load = load;
        result.Compute = compute;
    }

    private int QueryDramRead(Footprint f)
    {
        int store = -1;
        for (int r = 0; r < f.DramRows; r++)
        {
            (long from, long to) = Blocks(f, r);
            for (long b = from; b < to; b++)
            {
                if (pages[b / PageBlocks] is { } page)
                    store = Math.Max(store, page[b % PageBlocks]);
            }
        }
        return store;
    }

    private void CommitDram(Footprint f, int plane, int instruction)
    {
        for (int r = 0; r < f.DramRows; r++)
        {
            (long from, long to) = Blocks(f, r);
            for (long b = from; b < to; b++)
            {
                int[] page = pages[b / PageBlocks] ??= Fresh(3 * PageBlocks);
                page[plane * PageBlocks + (int)(b % PageBlocks)] = instruction;
            }
        }
    }

    private static (long From, long To) Blocks(Footprint f, int row)
    {
        long start = f.DramStart + row * f.DramStrideBytes;
        return (start / BlockBytes, (start + f.DramRowBytes + BlockBytes - 1) / BlockBytes);
    }

    private static int Max(int[] cells, int start, int count)
    {
        int max = -1;
        foreach (int cell in cells.AsSpan(start, count))
            max = Math.Max(max, cell);
        return max;
    }

    private static int Max(int[] cells, IndexSet set)
    {
        int max = -1;
        ReadOnlySpan<ulong> words = set.Words;
        for (int w = 0; w < words.Length; w++)
        {
            for (ulong bits = words[w]; bits != 0; bits &= bits - 1)
                max = Math.Max(max, cells[(w << 6) + BitOperations.TrailingZeroCount(bits)]);
        }
        return max;
    }

    private static void Fill(int[] cells, IndexSet set, int instruction)
    {
        ReadOnlySpan<ulong> words = set.Words;
        for (int w = 0; w < words.Length; w++)
        {
            for (ulong bits = words[w]; bits != 0; bits &= bits - 1)
                cells[(w << 6) + BitOperations.TrailingZeroCount(bits)] = instruction;
        }
    }

    private static int[] Fresh(int count)
    {
        var cells = new int[count];
        Array.Fill(cells, -1);
        return cells;
    }
}
