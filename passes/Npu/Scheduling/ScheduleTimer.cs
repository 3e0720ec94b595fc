using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>
/// Measures schedules: their instructions, of a program that has nothing else, in the cycle simulator. There is no DRAM image, because
/// timing does not depend on data.
/// </summary>
public sealed class ScheduleTimer(VtaDevice device, StepLoops loops)
{
    /// <summary>Instructions simulated so far.</summary>
    public long Instructions { get; private set; }

    /// <summary>The cycles of a kernel under a schedule.</summary>
    public long CyclesOf(ScheduleLayout layout)
    {
        ProgramBuilder b = Builder();
        var zeros = new uint[layout.Kernel.Terms.Length];
        KernelEmitter.Emit(layout, new() { Inputs = new PackedPlace[zeros.Length], Weights = zeros, Output = default }, b, loops, new ChipHistory(device.Config));
        return Run(b);
    }

    /// <summary>The cycles of a pool under a schedule.</summary>
    public long CyclesOf(MaxPoolLayout layout)
    {
        ProgramBuilder b = Builder();
        MaxPoolEmitter.Emit(layout, default, 0, default, b);
        return Run(b);
    }

    private ProgramBuilder Builder() => new(device.Config, dramBase: 0, device.UsedUopDepth);

    private long Run(ProgramBuilder b)
    {
        (List<VtaInstruction> instructions, _, List<uint> uops) = b.TakeInstructions(0);
        byte[] table = System.Runtime.InteropServices.MemoryMarshal.AsBytes<uint>(uops.ToArray()).ToArray();
        instructions.Add(VtaInstruction.Finish());
        var problems = new List<IsaProblem>(b.Problems);
        List<VtaInstruction> ordered = TokenInserter.InsertAlone(device.Config, 0, table, instructions, problems);
        var codec = new InstructionCodec(device.Config);
        var words = new InstructionWord[ordered.Count];
        for (int i = 0; i < words.Length; i++) codec.TryEncode(ordered[i], out words[i], problems);
        Instructions += words.Length;
        if (problems.Count > 0) return long.MaxValue;
        CycleResult result = CycleSimulator.Run(new VtaProgram(device.Config, words, 0, table), device);
        return result.Finished ? result.Cycles : long.MaxValue;
    }
}
