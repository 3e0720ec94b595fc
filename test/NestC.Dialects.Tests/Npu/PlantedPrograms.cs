using System.Buffers.Binary;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;

namespace NestC.Dialects.Tests.Npu;

/// <summary>One planted error: what the checker must find, at which instruction of which module, and nothing else of error severity.</summary>
internal sealed record Planted(string Name, FindingKind Kind, int Instruction, VtaModule? Module, Func<VtaProgram> Make, FindingKind[] Also)
{
    public VtaProgram Program => Make();
}

/// <summary>A small correct program, and variations of it with one error each.</summary>
internal static class PlantedPrograms
{
    private const uint Base = 0x1000;
    private const int ImageBytes = 0x10000;

    // Elements in DRAM of each memory: micro-ops at byte 0 of the image, then the others.
    private const uint UopAt = 0x400, InpAt = 0x200, WgtAt = 0x30, AccAt = 0x140, OutAt = 0x900;

    private const TokenFlags None = TokenFlags.None, PopPrev = TokenFlags.PopPrev, PopNext = TokenFlags.PopNext, PushPrev = TokenFlags.PushPrev, PushNext = TokenFlags.PushNext;

    // Micro-op 0..3: tile n to accumulator n; 4: source 8; 5: accumulator 2047; 6: weight 1023; 7: input 2047; 8..9: the same destination.
    private static readonly MicroOp[] Uops =
        [new(0, 0), new(1, 1), new(2, 2), new(3, 3), new(0, 8), new(2047, 0), new(0, 0, 1023), new(0, 2047), new(0, 0), new(0, 1), new(1, 0), new(9, 0), new(4, 9)];

    private static readonly VtaInstruction LoadUops = VtaInstruction.Load(new(VtaMemory.Uop, 0, UopAt, 1, 13, 13));
    private static readonly VtaInstruction LoadInp = VtaInstruction.Load(new(VtaMemory.Inp, 0, InpAt, 1, 4, 4));
    private static readonly VtaInstruction LoadWgt = VtaInstruction.Load(new(VtaMemory.Wgt, 0, WgtAt, 1, 1, 1), PushNext);
    private static readonly VtaInstruction LoadAcc = VtaInstruction.Load(new(VtaMemory.Acc, 0, AccAt, 1, 4, 4));
    private static readonly VtaInstruction Reset = VtaInstruction.Gemm(new(0, 4, Reset: true));
    private static readonly VtaInstruction Gemm = VtaInstruction.Gemm(new(0, 4), PopPrev | PushNext);
    private static readonly VtaInstruction Relu = VtaInstruction.ForAlu(new(0, 4), new(VtaAluOp.Max, true, 0));
    private static readonly VtaInstruction Store = VtaInstruction.Store(new(VtaMemory.Out, 0, OutAt, 1, 4, 4), PopPrev | PushPrev);
    private static readonly VtaInstruction Wait = VtaInstruction.Nop(VtaModule.Compute, PopNext);
    private static readonly VtaInstruction Finish = VtaInstruction.Finish();

    private static readonly VtaInstruction[] Correct = [LoadUops, LoadInp, LoadWgt, Reset, Gemm, Store, Wait, Finish];

    public static VtaProgram CorrectProgram => Make(Correct);

    public static IEnumerable<Planted> All()
    {
        foreach (Planted planted in Ranges())
            yield return planted;
        foreach (Planted planted in Races())
            yield return planted;
        foreach (Planted planted in Execution())
            yield return planted;
        foreach (Planted planted in Portability())
            yield return planted;
    }

    private static IEnumerable<Planted> Ranges()
    {
        var work = new[] { FindingKind.UndefinedRead };
        yield return Raw("opcode 5", FindingKind.Opcode, 3, null, p => p[3] = new(5, 0), FindingKind.NotExecuted, FindingKind.UndefinedRead);
        yield return With("load of the output buffer", FindingKind.MemoryId, 1, null, 1, LoadInp with { Dma = LoadInp.Dma with { Memory = VtaMemory.Out } }, FindingKind.NotExecuted, FindingKind.UndefinedRead);
        yield return With("load of memory id 7", FindingKind.MemoryId, 1, null, 1, LoadInp with { Dma = LoadInp.Dma with { Memory = (VtaMemory)7 } }, FindingKind.NotExecuted, FindingKind.UndefinedRead);
        yield return With("store of the accumulator", FindingKind.MemoryId, 5, VtaModule.Store, 5, Store with { Dma = Store.Dma with { Memory = VtaMemory.Acc } });
        yield return With("load pops from before", FindingKind.DependencyFlag, 1, VtaModule.Load, 1, LoadInp with { Tokens = PopPrev });
        yield return With("load pushes to before", FindingKind.DependencyFlag, 1, VtaModule.Load, 1, LoadInp with { Tokens = PushPrev });
        yield return With("store pops from behind", FindingKind.DependencyFlag, 5, VtaModule.Store, 5, Store with { Tokens = Store.Tokens | PopNext });
        yield return With("store pushes behind", FindingKind.DependencyFlag, 5, VtaModule.Store, 5, Store with { Tokens = Store.Tokens | PushNext });
        yield return With("finish with a flag", FindingKind.DependencyFlag, 7, VtaModule.Compute, 7, Finish with { Tokens = PopPrev }, FindingKind.Deadlock, FindingKind.NotExecuted);
        yield return List("finish in the middle", FindingKind.FinishPlace, 7, VtaModule.Compute, [.. Correct, Reset], FindingKind.NotExecuted);
        yield return List("two finishes", FindingKind.FinishPlace, 8, VtaModule.Compute, [.. Correct, Finish], FindingKind.NotExecuted);
        yield return List("no finish", FindingKind.FinishPlace, -1, null, Correct[..7]);
        yield return With("no rows", FindingKind.ZeroRows, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { YSize = 0 } }, work);
        yield return With("store with a pad", FindingKind.StorePad, 5, VtaModule.Store, 5, Store with { Dma = Store.Dma with { XPad1 = 1 } });
        yield return With("load before the image", FindingKind.DramRange, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { DramBase = 0xff } }, work);
        yield return With("load behind the image", FindingKind.DramRange, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { DramBase = 0x10fd } }, work);
        yield return With("load beyond 4 GiB", FindingKind.DramRange, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { DramBase = 0xffffffff } }, work);
        yield return With("load with a stride out of the image", FindingKind.DramRange, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { YSize = 2, XStride = 0x1000 } }, work);
        yield return With("store behind the image", FindingKind.DramRange, 5, VtaModule.Store, 5, Store with { Dma = Store.Dma with { DramBase = 0x10fd } });
        yield return With("weights behind the image", FindingKind.DramRange, 2, VtaModule.Load, 2, LoadWgt with { Dma = LoadWgt.Dma with { DramBase = 0x110 } }, work);
        yield return With("inputs beyond the buffer", FindingKind.SramRange, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { SramBase = 2045 } }, work);
        yield return With("pads beyond the buffer", FindingKind.SramRange, 1, VtaModule.Load, 1, LoadInp with { Dma = LoadInp.Dma with { SramBase = 2044, YPad1 = 1 } }, work);
        yield return With("weights beyond the buffer", FindingKind.SramRange, 2, VtaModule.Load, 2, LoadWgt with { Dma = LoadWgt.Dma with { SramBase = 1024 } }, work);
        yield return With("micro-ops beyond the buffer", FindingKind.SramRange, 0, VtaModule.Compute, 0, LoadUops with { Dma = LoadUops.Dma with { SramBase = 8180 } }, FindingKind.UndefinedRead, FindingKind.RepeatedDestination);
        yield return List("accumulators beyond the buffer", FindingKind.SramRange, 1, VtaModule.Compute, [LoadUops, LoadAcc with { Dma = LoadAcc.Dma with { SramBase = 2045 } }, .. Correct[1..]]);
        yield return With("outputs beyond the buffer", FindingKind.SramRange, 5, VtaModule.Store, 5, Store with { Dma = Store.Dma with { SramBase = 2045 } });
        yield return With("uop_end beyond the buffer", FindingKind.UopRange, 4, VtaModule.Compute, 4, Gemm with { Loop = Gemm.Loop with { UopEnd = 8193 } }, FindingKind.StaleOut);
        yield return With("accumulator index too large", FindingKind.LoopIndex, 4, VtaModule.Compute, 4, Gemm with { Loop = new(5, 6, 2, 1, 1) }, FindingKind.StaleOut);
        yield return With("accumulator index of a reset too large", FindingKind.LoopIndex, 3, VtaModule.Compute, 3, Reset with { Loop = new(0, 1, 3, 1025, 0, 2, Reset: true) }, work);
        yield return With("input index too large", FindingKind.LoopIndex, 4, VtaModule.Compute, 4, Gemm with { Loop = new(7, 8, 1, 2, 0, 1, 0, 1) }, FindingKind.StaleOut);
        yield return With("weight index too large", FindingKind.LoopIndex, 4, VtaModule.Compute, 4, Gemm with { Loop = new(6, 7, 2, 1, 1, 0, 0, 0, 1) }, FindingKind.StaleOut);
        yield return Alu("ALU destination too large", FindingKind.LoopIndex, new(5, 6, 2, 1, 1, 0, 1), new(VtaAluOp.Max, true, 0));
        yield return Alu("ALU source too large", FindingKind.LoopIndex, new(10, 11, 1, 3, 0, 1, 0, 2047), new(VtaAluOp.Add, false, 0));
        yield return Alu("ALU operation 5", FindingKind.AluOpcode, new(0, 4), new((VtaAluOp)5, true, 0));
        yield return Alu("shift right by 16", FindingKind.ShiftRange, new(0, 4), new(VtaAluOp.Shr, true, 16));
        yield return Alu("shift left by 17", FindingKind.ShiftRange, new(0, 4), new(VtaAluOp.Shr, true, -17));
        yield return List("tensor shift by more than 15", FindingKind.ShiftRange, 2, VtaModule.Compute,
            [LoadUops, LoadAcc, VtaInstruction.ForAlu(new(0, 1, 1, 1, 0, 0, 0, 0) { SrcFactorIn = 0 }, new(VtaAluOp.Shr, false, 0)), Finish]);
        yield return new("stream of 32 MiB", FindingKind.StreamLength, -1, null, Long, []);
    }

    private static IEnumerable<Planted> Races()
    {
        VtaInstruction gemmNoToken = Gemm with { Tokens = PushNext };
        yield return Race("inp: load, gemm", 4, VtaModule.Compute, [LoadUops, LoadWgt, LoadInp, Reset, Gemm, Store, Wait, Finish]);
        yield return Race("inp: gemm, load", 5, VtaModule.Load, [.. Correct[..5], LoadInp, Store, Wait, Finish]);
        yield return Race("wgt: load, gemm", 4, VtaModule.Compute,
            [LoadUops, LoadInp with { Tokens = PushNext }, LoadWgt with { Tokens = None }, Reset, Gemm, Store, Wait, Finish]);
        yield return Race("wgt: gemm, load", 5, VtaModule.Load, [.. Correct[..5], LoadWgt with { Tokens = None }, Store, Wait, Finish]);
        yield return Race("inp and wgt: no token at all", 4, VtaModule.Compute, [LoadUops, LoadInp, LoadWgt with { Tokens = None }, Reset, gemmNoToken, Store, Wait, Finish]);
        yield return Race("out: alu, store", 6, VtaModule.Store, [.. Correct[..5], Relu, Store, Wait, Finish]);
        yield return Race("out: store, alu", 6, VtaModule.Compute, [.. Correct[..6], Relu, Wait, Finish]);
        yield return Race("out: store, gemm", 6, VtaModule.Compute, [.. Correct[..6], Gemm with { Tokens = None }, Wait, Finish]);
        yield return Race("acc: store, load acc", 6, VtaModule.Compute, [.. Correct[..6], LoadAcc, Wait, Finish]);
        yield return Race("acc: store, reset", 6, VtaModule.Compute, [.. Correct[..6], Reset, Wait, Finish]);
        // Without synchronisation, a load of what was stored; the loads go to free places on the chip.
        yield return Race("dram: store, load inp", 6, VtaModule.Load,
            [.. Correct[..6], LoadInp with { Dma = new(VtaMemory.Inp, 100, OutAt + 3, 1, 1, 1) }, Wait, Finish]);
        yield return Race("dram: store, load wgt", 6, VtaModule.Load,
            [.. Correct[..6], LoadWgt with { Dma = new(VtaMemory.Wgt, 100, OutAt / 16, 1, 1, 1), Tokens = None }, Wait, Finish]);
        yield return Race("dram: store, load acc", 6, VtaModule.Compute,
            [.. Correct[..6], LoadAcc with { Dma = new(VtaMemory.Acc, 100, OutAt / 4, 1, 1, 1) }, Wait, Finish]);
        yield return Race("dram: store, load uop", 6, VtaModule.Compute,
            [.. Correct[..6], LoadUops with { Dma = new(VtaMemory.Uop, 100, OutAt * 4 + 15, 1, 1, 1) }, Wait, Finish]);
        yield return Race("dram: load inp, store", 6, VtaModule.Store,
            [.. Correct[..5], LoadInp with { Dma = new(VtaMemory.Inp, 100, OutAt, 1, 1, 1) }, Store, Wait, Finish]);
        yield return Race("dram: load wgt, store", 6, VtaModule.Store,
            [.. Correct[..5], LoadWgt with { Dma = new(VtaMemory.Wgt, 100, OutAt / 16, 1, 1, 1), Tokens = None }, Store, Wait, Finish]);
        yield return Race("dram: load acc, store", 6, VtaModule.Store,
            [.. Correct[..5], LoadAcc with { Dma = new(VtaMemory.Acc, 100, OutAt / 4, 1, 1, 1) }, Store, Wait, Finish]);
        yield return Race("dram: load uop, store", 6, VtaModule.Store,
            [.. Correct[..5], LoadUops with { Dma = new(VtaMemory.Uop, 100, OutAt * 4, 1, 1, 1) }, Store, Wait, Finish]);
    }

    private static IEnumerable<Planted> Execution()
    {
        yield return List("undefined micro-op", FindingKind.UndefinedRead, 3, VtaModule.Compute, [LoadUops, LoadInp, LoadWgt, Reset with { Loop = new(13, 14, Reset: true) }, .. Correct[3..]]);
        yield return With("undefined input", FindingKind.UndefinedRead, 4, VtaModule.Compute, 4, Gemm with { Loop = new(0, 4, SrcFactorOut: 1, IterOut: 2, DstFactorOut: 0) }, FindingKind.RepeatedDestination);
        yield return With("undefined weight", FindingKind.UndefinedRead, 4, VtaModule.Compute, 4, Gemm with { Loop = new(6, 7) }, FindingKind.StaleOut);
        yield return List("undefined accumulator of a gemm", FindingKind.UndefinedRead, 3, VtaModule.Compute, [LoadUops, LoadInp, LoadWgt, Gemm, Store, Wait, Finish]);
        yield return Alu("undefined accumulator of an ALU", FindingKind.UndefinedRead, new(5, 6), new(VtaAluOp.Max, true, 0), FindingKind.ImmediateSource);
        yield return Alu("undefined source of an ALU", FindingKind.UndefinedRead, new(12, 13, SrcFactorOut: 1), new(VtaAluOp.Add, false, 0));
        yield return With("undefined output", FindingKind.UndefinedRead, 5, VtaModule.Store, 5, Store with { Dma = Store.Dma with { SramBase = 1 } });
        yield return With("token left for compute", FindingKind.LeftoverToken, 2, VtaModule.Load, 1, LoadInp with { Tokens = PushNext }, FindingKind.DataRace, FindingKind.FinishBeforeLoad);
        yield return With("token left for load", FindingKind.LeftoverToken, 4, VtaModule.Compute, 4, Gemm with { Tokens = Gemm.Tokens | PushPrev });
        yield return With("token left for store", FindingKind.LeftoverToken, 4, VtaModule.Compute, 3, Reset with { Tokens = PushNext }, FindingKind.DataRace);
        yield return With("token left by store", FindingKind.LeftoverToken, 5, VtaModule.Store, 6, VtaInstruction.Nop(VtaModule.Compute, None), FindingKind.EarlyFinish);
        yield return List("early finish", FindingKind.EarlyFinish, 6, VtaModule.Compute, [.. Correct[..5], Store with { Tokens = PopPrev }, Finish]);
        yield return List("finish knows only the first of two stores", FindingKind.EarlyFinish, 9, VtaModule.Compute,
            [.. Correct[..6], VtaInstruction.Nop(VtaModule.Compute, PushNext), Store with { Tokens = PopPrev }, Wait, Finish]);
        yield return List("finish does not wait for a load", FindingKind.FinishBeforeLoad, 8, VtaModule.Compute,
            [.. Correct[..6], LoadInp with { Dma = new(VtaMemory.Inp, 100, InpAt, 1, 1, 1) }, Wait, Finish]);
        yield return With("deadlock of compute", FindingKind.Deadlock, 4, VtaModule.Compute, 2, LoadWgt with { Tokens = None }, FindingKind.Deadlock, FindingKind.NotExecuted);
        yield return List("deadlock in a circle", FindingKind.Deadlock, 1, VtaModule.Load,
            [LoadUops, LoadInp with { Tokens = PopNext }, LoadWgt, Reset, Gemm with { Tokens = Gemm.Tokens | PushPrev }, Store, Wait, Finish], FindingKind.NotExecuted);
        yield return With("deadlock of store", FindingKind.Deadlock, 5, VtaModule.Store, 4, Gemm with { Tokens = PopPrev }, FindingKind.NotExecuted);
        yield return With("never executed", FindingKind.NotExecuted, 5, VtaModule.Store, 4, Gemm with { Tokens = PopPrev }, FindingKind.Deadlock);
        yield return With("2^41 micro-ops", FindingKind.StepLimit, 3, VtaModule.Compute, 3, Reset with { Loop = new(0, 8192, 16383, 16383, Reset: true) }, FindingKind.UndefinedRead, FindingKind.UopDepth);
        yield return new("queue overrun", FindingKind.QueueOverrun, 513, VtaModule.Load, () => Overrun(512), []);
        yield return new("token overflow", FindingKind.TokenOverflow, 256, VtaModule.Load, () => Tokens(256), []);
    }

    private static IEnumerable<Planted> Portability()
    {
        yield return Alu("immediate from another source", FindingKind.ImmediateSource, new(10, 11), new(VtaAluOp.Max, true, 0));
        yield return Alu("immediate with other factors", FindingKind.ImmediateSource, new(0, 1, 1, 4, 0, 1), new(VtaAluOp.Max, true, 0));
        yield return Alu("source is the previous destination", FindingKind.AluHazard, new(0, 1, 1, 3, 0, 1, 0, 0), new(VtaAluOp.Add, false, 0));
        yield return Alu("source is the previous destination, next row", FindingKind.AluHazard, new(0, 1, 2, 2, 2, 1, 1, 0), new(VtaAluOp.Max, false, 0));
        yield return Alu("immediate on the same accumulator twice", FindingKind.AluHazard, new(0, 1, 2), new(VtaAluOp.Max, true, 0), FindingKind.RepeatedDestination);
        yield return With("gemm on the same accumulator twice", FindingKind.RepeatedDestination, 4, VtaModule.Compute, 4, Gemm with { Loop = new(8, 10) }, FindingKind.StaleOut);
        yield return With("gemm on the same accumulator after two", FindingKind.RepeatedDestination, 4, VtaModule.Compute, 4, Gemm with { Loop = new(0, 2, 2) }, FindingKind.StaleOut);
        yield return With("gemm on the same accumulator in the next row", FindingKind.RepeatedDestination, 4, VtaModule.Compute, 4, Gemm with { Loop = new(0, 1, 2, 2, 1, 1) }, FindingKind.StaleOut);
        yield return List("store after load acc", FindingKind.StaleOut, 2, VtaModule.Store, [LoadUops, LoadAcc with { Tokens = PushNext }, Store, Wait, Finish]);
        yield return List("store after reset", FindingKind.StaleOut, 2, VtaModule.Store, [LoadUops, Reset with { Tokens = PushNext }, Store, Wait, Finish]);
        yield return List("reset after the gemm", FindingKind.StaleOut, 6, VtaModule.Store,
            [.. Correct[..4], Gemm with { Tokens = PopPrev }, Reset with { Tokens = PushNext }, Store, Wait, Finish]);
        yield return Alu("multiply", FindingKind.Multiply, new(0, 4), new(VtaAluOp.Mul, true, 3));
        yield return List("memory id 5", FindingKind.Acc8, 3, VtaModule.Compute, [.. Correct[..3], LoadAcc with { Dma = new(VtaMemory.Acc8, 0, InpAt, 1, 4, 4) }, Gemm, Store, Wait, Finish]);
        yield return With("pads on weights", FindingKind.WgtPad, 2, VtaModule.Load, 2, LoadWgt with { Dma = LoadWgt.Dma with { XPad1 = 2 } });
        yield return With("rows of micro-ops", FindingKind.UopRows, 0, VtaModule.Compute, 0, LoadUops with { Dma = LoadUops.Dma with { YSize = 2 } });
        yield return With("pads on micro-ops", FindingKind.UopRows, 0, VtaModule.Compute, 0, LoadUops with { Dma = LoadUops.Dma with { YPad1 = 1 } });
        yield return List("micro-ops over 2048", FindingKind.UopDepth, 1, VtaModule.Compute, [LoadUops, LoadUops with { Dma = LoadUops.Dma with { SramBase = 2040 } }, .. Correct[1..]]);
        yield return List("uop_end over 2048", FindingKind.UopDepth, 4, VtaModule.Compute,
            [LoadUops, LoadUops with { Dma = LoadUops.Dma with { SramBase = 2047 } }, LoadInp, LoadWgt, Reset with { Loop = new(2047, 2051, Reset: true) }, Gemm, Store, Wait, Finish], FindingKind.UopDepth);
        yield return Alu("no outer iterations", FindingKind.EmptyLoop, new(0, 4, 0), new(VtaAluOp.Max, true, 0));
        yield return Alu("no inner iterations", FindingKind.EmptyLoop, new(0, 4, 1, 0), new(VtaAluOp.Max, true, 0));
        yield return Alu("no micro-ops", FindingKind.EmptyLoop, new(4, 4), new(VtaAluOp.Max, true, 0));
        yield return Alu("reset bit of an ALU", FindingKind.AluReset, new(0, 4, Reset: true), new(VtaAluOp.Max, true, 0));
        yield return Alu("tensor shift with an immediate", FindingKind.ShiftImmediate, new(0, 1, 1, 4, 0, 1, 0, 1), new(VtaAluOp.Shr, false, -1), FindingKind.ShiftRange);
        yield return Raw("reserved bits", FindingKind.ReservedBits, 7, VtaModule.Compute, p => p[7] = new(3, 1));
    }

    public static VtaProgram Overrun(int behind)
    {
        // The first load waits for a token that compute can push only when more loads are dispatched than the queue holds.
        var list = new List<VtaInstruction> { LoadUops, VtaInstruction.Nop(VtaModule.Load, PopNext) };
        for (int i = 0; i < behind; i++)
            list.Add(VtaInstruction.Nop(VtaModule.Load, None));
        list.Add(VtaInstruction.Nop(VtaModule.Compute, PushPrev));
        list.Add(Finish);
        return Make([.. list]);
    }

    public static VtaProgram Tokens(int count)
    {
        var list = new List<VtaInstruction> { LoadUops };
        for (int i = 0; i < count; i++)
            list.Add(VtaInstruction.Nop(VtaModule.Load, PushNext));
        for (int i = 0; i < count; i++)
            list.Add(VtaInstruction.Nop(VtaModule.Compute, PopPrev));
        list.Add(Finish);
        return Make([.. list]);
    }

    public static VtaProgram Make(VtaInstruction[] instructions)
    {
        var codec = new InstructionCodec(VtaConfig.Default);
        var words = new InstructionWord[instructions.Length];
        for (int i = 0; i < words.Length; i++)
            words[i] = codec.Encode(instructions[i]);
        return new(VtaConfig.Default, words, Base, Image());
    }

    private static byte[] Image()
    {
        var codec = new InstructionCodec(VtaConfig.Default);
        var image = new byte[ImageBytes];
        var random = new SplitMix64(11);
        for (int i = 0x1000; i < image.Length; i++)
            image[i] = (byte)(random.Next() | 32);
        var problems = new List<IsaProblem>();
        for (int i = 0; i < Uops.Length; i++)
        {
            codec.TryEncode(Uops[i], out uint word, problems);
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(4 * i), word);
        }
        return image;
    }

    private static VtaProgram Long()
    {
        var codec = new InstructionCodec(VtaConfig.Default);
        var words = new InstructionWord[1 << 21];
        Array.Fill(words, codec.Encode(VtaInstruction.Nop(VtaModule.Compute, None)));
        words[^1] = codec.Encode(Finish);
        return new(VtaConfig.Default, words, Base, Image());
    }

    private static Planted With(string name, FindingKind kind, int at, VtaModule? module, int replace, VtaInstruction insn, params FindingKind[] also)
    {
        VtaInstruction[] list = [.. Correct];
        list[replace] = insn;
        return List(name, kind, at, module, list, also);
    }

    /// <summary>Puts an ALU instruction between the GEMM and the STORE, at index 5; the GEMM's token moves to it.</summary>
    private static Planted Alu(string name, FindingKind kind, LoopFields loop, AluFields alu, params FindingKind[] also) => List(name, kind, 5, VtaModule.Compute,
        [.. Correct[..4], Gemm with { Tokens = PopPrev }, VtaInstruction.ForAlu(loop, alu, PushNext), Store, Wait, Finish], also);

    private static Planted List(string name, FindingKind kind, int at, VtaModule? module, VtaInstruction[] list, params FindingKind[] also) => new(name, kind, at, module, () => Make(list), also);

    /// <summary>A load that nobody waits for may still run at FINISH, which is a finding of its own.</summary>
    private static Planted Race(string name, int at, VtaModule module, VtaInstruction[] list) =>
        new(name, FindingKind.DataRace, at, module, () => Make(list), [FindingKind.FinishBeforeLoad]);

    private static Planted Raw(string name, FindingKind kind, int at, VtaModule? module, Action<InstructionWord[]> change, params FindingKind[] also)
    {
        return new(name, kind, at, module, Changed, also);

        VtaProgram Changed()
        {
            VtaProgram program = Make(Correct);
            change(program.Instructions);
            return program;
        }
    }
}
