using NestC.IR;

namespace NestC.Dialects.Npu.Isa;

/// <summary>The on-chip memory that a LOAD or STORE names (3 bits of the instruction).</summary>
public enum VtaMemory : byte
{
    /// <summary>Micro-operations, 32 bits each.</summary>
    Uop = 0,

    /// <summary>Weight tiles, block_out x block_in int8, one row an output channel.</summary>
    Wgt = 1,

    /// <summary>Activation tiles, batch x block_in int8.</summary>
    Inp = 2,

    /// <summary>Accumulator tiles, batch x block_out int32.</summary>
    Acc = 3,

    /// <summary>Output tiles, batch x block_out int8, indexed like the accumulator.</summary>
    Out = 4,

    /// <summary>Accumulator tiles loaded from int8 in DRAM; only the upstream functional simulator has it.</summary>
    Acc8 = 5,
}

/// <summary>The operation of an instruction (bits 2:0).</summary>
public enum VtaOpcode : byte
{
    Load = 0,
    Store = 1,
    Gemm = 2,
    Finish = 3,
    Alu = 4,
}

/// <summary>The operation of an ALU instruction, lane by lane on int32.</summary>
public enum VtaAluOp : byte
{
    Min = 0,
    Max = 1,
    Add = 2,

    /// <summary>Arithmetic shift right; a negative amount shifts left.</summary>
    Shr = 3,
    Mul = 4,
}

/// <summary>The three in-order modules that execute instructions.</summary>
public enum VtaModule : byte
{
    Load = 0,
    Compute = 1,
    Store = 2,
}

/// <summary>
/// The dependence flags of an instruction (bits 6:3). "Previous" and "next" follow load, compute, store: for compute the previous
/// module is load and the next is store.
/// </summary>
[Flags]
[EnumAttr("npu.tokens")]
public enum TokenFlags : byte
{
    None = 0,
    PopPrev = 1,
    PopNext = 2,
    PushPrev = 4,
    PushNext = 8,
}

/// <summary>The four token queues between neighbouring modules.</summary>
public enum TokenQueue : byte
{
    /// <summary>"Data are there": load pushes, compute pops.</summary>
    LoadToCompute = 0,

    /// <summary>"Buffer is free": compute pushes, load pops.</summary>
    ComputeToLoad = 1,

    /// <summary>"Results are there": compute pushes, store pops.</summary>
    ComputeToStore = 2,

    /// <summary>"Results are stored": store pushes, compute pops.</summary>
    StoreToCompute = 3,
}

/// <summary>A problem in a configuration, an instruction field or a container: what was found and what the limit is.</summary>
public sealed record IsaProblem(string Code, string Message, long Actual, long Limit)
{
    /// <summary>Renders the problem as one line.</summary>
    public override string ToString() => $"{Code}: {Message}";
}
