namespace NestC.Dialects.Npu.Isa;

/// <summary>One launch: the instructions, and the DRAM image that they read and write. Every on-chip buffer is undefined at the start.</summary>
public sealed class VtaProgram
{
    /// <summary>The alignment of the DRAM image, and its lowest address.</summary>
    public const int PageBytes = 4096;

    /// <summary>The device fetches from a stream of less than 32 MiB.</summary>
    public const int MaxInstructions = (1 << 21) - 1;

    public VtaProgram(VtaConfig config, InstructionWord[] instructions, uint dramBase, byte[] dram)
    {
        Config = config;
        Instructions = instructions;
        DramBase = dramBase;
        Dram = dram;
    }

    public VtaConfig Config { get; }

    public InstructionWord[] Instructions { get; }

    /// <summary>The byte address of the image's first byte; a multiple of <see cref="PageBytes"/>.</summary>
    public uint DramBase { get; }

    public byte[] Dram { get; }

    /// <summary>The layer of each instruction as an index into <see cref="TagNames"/>; empty when unknown.</summary>
    public int[] Tags { get; init; } = [];

    /// <summary>The names of the layers that the instructions belong to.</summary>
    public string[] TagNames { get; init; } = [];

    /// <summary>The layer of an instruction, or null.</summary>
    public string? TagOf(int instruction) => (uint)instruction < (uint)Tags.Length && Tags[instruction] >= 0 ? TagNames[Tags[instruction]] : null;
}
