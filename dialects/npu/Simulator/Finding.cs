using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity : byte
{
    /// <summary>The program's meaning is not the one that an implementation computes alike on all targets: no implementation is allowed it.</summary>
    Error,

    /// <summary>The program works on some implementations and not on others.</summary>
    Warning,
}

/// <summary>What the functional simulator's checker can find; the comment of each is the rule.</summary>
public enum FindingKind : ushort
{
    /// <summary>The opcode is 0 to 4.</summary>
    Opcode = 5201,

    /// <summary>LOAD names UOP, WGT, INP or ACC; STORE names OUT.</summary>
    MemoryId = 5202,

    /// <summary>A module pops from and pushes to its neighbours only; FINISH carries no flags.</summary>
    DependencyFlag = 5203,

    /// <summary>FINISH stands exactly once, last.</summary>
    FinishPlace = 5204,

    /// <summary>A transfer has at least one row.</summary>
    ZeroRows = 5205,

    /// <summary>A STORE has no pads.</summary>
    StorePad = 5206,

    /// <summary>A transfer stays inside the DRAM image and below 4 GiB.</summary>
    DramRange = 5207,

    /// <summary>A transfer stays inside the on-chip memory, pads included.</summary>
    SramRange = 5208,

    /// <summary>uop_end is at most the depth of the micro-op buffer.</summary>
    UopRange = 5209,

    /// <summary>Every index of a loop nest is below the depth of its memory.</summary>
    LoopIndex = 5210,

    /// <summary>The ALU operation is 0 to 4.</summary>
    AluOpcode = 5211,

    /// <summary>A shift is 0 to 15, or -1 to -16 as an immediate.</summary>
    ShiftRange = 5212,

    /// <summary>The instruction stream is shorter than 32 MiB.</summary>
    StreamLength = 5213,

    /// <summary>Accesses of two modules to the same place are ordered by tokens if one of them writes.</summary>
    DataRace = 5220,

    /// <summary>What is read on the chip was written before.</summary>
    UndefinedRead = 5221,

    /// <summary>Every pushed token is popped.</summary>
    LeftoverToken = 5222,

    /// <summary>FINISH knows, through tokens, that every STORE has retired.</summary>
    EarlyFinish = 5223,

    /// <summary>Every instruction is executed.</summary>
    NotExecuted = 5224,

    /// <summary>Every token that is waited for arrives.</summary>
    Deadlock = 5225,

    /// <summary>No module is further ahead than its command queue is deep.</summary>
    QueueOverrun = 5226,

    /// <summary>No queue can hold more tokens than the hardware counts.</summary>
    TokenOverflow = 5227,

    /// <summary>The run stays within the number of micro-ops that it was allowed.</summary>
    StepLimit = 5228,

    /// <summary>An ALU with an immediate has source index = destination index.</summary>
    ImmediateSource = 5301,

    /// <summary>No ALU micro-op reads what the previous one wrote.</summary>
    AluHazard = 5302,

    /// <summary>No destination is repeated within two micro-ops.</summary>
    RepeatedDestination = 5303,

    /// <summary>The last writer of what a STORE reads is a GEMM without reset or an ALU.</summary>
    StaleOut = 5304,

    /// <summary>ALU MUL is not used.</summary>
    Multiply = 5305,

    /// <summary>Memory id 5 (int8 to accumulator) is not used.</summary>
    Acc8 = 5306,

    /// <summary>A LOAD of weights has no pads.</summary>
    WgtPad = 5307,

    /// <summary>A LOAD of micro-ops has one row and no pads.</summary>
    UopRows = 5308,

    /// <summary>Micro-ops stay in the first 2048 entries.</summary>
    UopDepth = 5309,

    /// <summary>A loop nest is not empty.</summary>
    EmptyLoop = 5310,

    /// <summary>The reset bit of an ALU is not set.</summary>
    AluReset = 5311,

    /// <summary>A tensor SHR has an immediate field of 0.</summary>
    ShiftImmediate = 5312,

    /// <summary>Bits outside the fields of an instruction are 0.</summary>
    ReservedBits = 5313,

    /// <summary>FINISH knows, through tokens, that every LOAD has completed.</summary>
    FinishBeforeLoad = 5314,
}

/// <summary>
/// One finding of the checker: the rule, the instruction (-1 for the program as a whole), the module, and the numbers that decided.
/// </summary>
public sealed record Finding(FindingKind Kind, int Instruction, VtaModule? Module, string Message, long Actual, long Limit, int Related = -1)
{
    /// <summary>The diagnostic code, for example NEST5220.</summary>
    public string Code => $"NEST{(int)Kind}";

    public FindingSeverity Severity => SeverityOf(Kind);

    public static FindingSeverity SeverityOf(FindingKind kind) => (int)kind >= 5300 ? FindingSeverity.Warning : FindingSeverity.Error;

    /// <summary>Renders the finding as one line.</summary>
    public override string ToString() =>
        $"{(Instruction < 0 ? "program" : $"instruction {Instruction}")}{(Module is { } m ? $" ({Disassembler.Name(m)})" : "")}: " +
        $"{(Severity == FindingSeverity.Error ? "error" : "warning")}[{Code}]: {Message}";
}

/// <summary>Collects findings, at most a given number of each kind, and brings them into the order of the program.</summary>
public sealed class FindingList
{
    private readonly List<Finding> items = [];
    private readonly int[] counts = new int[512];
    private readonly int limit;

    public FindingList(int limitPerKind) => limit = limitPerKind;

    /// <summary>The findings that were dropped because their kind had reached the limit.</summary>
    public int Suppressed { get; private set; }

    public int Count => items.Count;

    public void Add(Finding finding)
    {
        if (counts[(int)finding.Kind - 5100]++ < limit)
            items.Add(finding);
        else
            Suppressed++;
    }

    /// <summary>The findings by instruction and code; those of the whole program come last.</summary>
    public Finding[] ToSorted()
    {
        var result = items.ToArray();
        var keys = new (uint, int, int)[result.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = ((uint)result[i].Instruction, (int)result[i].Kind, i);
        Array.Sort(keys, result);
        return result;
    }
}
