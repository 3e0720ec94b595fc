using System.Buffers.Binary;

namespace NestC.Dialects.Npu.Isa;

/// <summary>
/// Reads and writes the <c>VTAPROG1</c> container: a 64-byte header, the instructions, the DRAM image, nothing else. All numbers are
/// little-endian.
/// </summary>
public static class VtaContainer
{
    private const int HeaderBytes = 64;
    private const int LogsOffset = 32;
    private const int LogsCount = 11;

    /// <summary>Reads a container; null, with every problem that was found, when it is not valid. Instructions are not judged here.</summary>
    public static VtaProgram? Read(ReadOnlySpan<byte> file, List<IsaProblem> problems)
    {
        int before = problems.Count;
        if (file.Length < HeaderBytes)
        {
            problems.Add(new(NpuCodes.ContainerTruncated, $"the file has {file.Length} bytes, but the header alone has {HeaderBytes}", file.Length, HeaderBytes));
            return null;
        }
        if (!file[..8].SequenceEqual("VTAPROG1"u8))
        {
            problems.Add(new(NpuCodes.ContainerMagic, "the file does not start with the magic 'VTAPROG1'", 0, 0));
            return null;
        }

        uint count = BinaryPrimitives.ReadUInt32LittleEndian(file[8..]);
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(file[12..]);
        ulong dramBase = BinaryPrimitives.ReadUInt64LittleEndian(file[16..]);
        ulong dramBytes = BinaryPrimitives.ReadUInt64LittleEndian(file[24..]);
        if (flags != 0)
            problems.Add(new(NpuCodes.ContainerFlags, $"flags must be 0, got 0x{flags:x}", flags, 0));
        for (int i = LogsOffset + LogsCount; i < HeaderBytes; i++)
        {
            if (file[i] == 0)
                continue;
            problems.Add(new(NpuCodes.ContainerReserved, $"header byte {i} is reserved and must be 0, got {file[i]}", file[i], 0));
            break;
        }
        CheckDram(dramBase, dramBytes, problems);
        if (count > VtaProgram.MaxInstructions)
            problems.Add(new(NpuCodes.ContainerInstructions, $"{count} instructions exceed the device's {VtaProgram.MaxInstructions}", count, VtaProgram.MaxInstructions));

        VtaConfig config = ReadConfig(file.Slice(LogsOffset, LogsCount));
        config.Validate(problems);
        if (problems.Count != before)
            return null;

        long expected = HeaderBytes + 16L * count + (long)dramBytes;
        if (file.Length < expected)
        {
            problems.Add(new(NpuCodes.ContainerTruncated, $"the header promises {expected} bytes, but the file has {file.Length}", file.Length, expected));
            return null;
        }
        if (file.Length > expected)
        {
            problems.Add(new(NpuCodes.ContainerTrailing, $"{file.Length - expected} bytes follow the DRAM image", file.Length, expected));
            return null;
        }

        var instructions = new InstructionWord[count];
        for (int i = 0; i < instructions.Length; i++)
        {
            ReadOnlySpan<byte> at = file[(HeaderBytes + 16 * i)..];
            instructions[i] = new(BinaryPrimitives.ReadUInt64LittleEndian(at), BinaryPrimitives.ReadUInt64LittleEndian(at[8..]));
        }
        byte[] dram = file.Slice(HeaderBytes + 16 * (int)count, (int)dramBytes).ToArray();
        return new VtaProgram(config, instructions, (uint)dramBase, dram);
    }

    /// <summary>Writes a container; null, with every problem that was found, when the program does not fit the format.</summary>
    public static byte[]? Write(VtaProgram program, List<IsaProblem> problems)
    {
        int before = problems.Count;
        program.Config.Validate(problems);
        CheckDram(program.DramBase, (ulong)program.Dram.Length, problems);
        int count = program.Instructions.Length;
        if (count > VtaProgram.MaxInstructions)
            problems.Add(new(NpuCodes.ContainerInstructions, $"{count} instructions exceed the device's {VtaProgram.MaxInstructions}", count, VtaProgram.MaxInstructions));
        long total = HeaderBytes + 16L * count + program.Dram.Length;
        if (total > Array.MaxLength)
            problems.Add(new(NpuCodes.ContainerDram, $"the container would have {total} bytes, but at most {Array.MaxLength} can be written", total, Array.MaxLength));
        if (problems.Count != before)
            return null;

        var file = new byte[total];
        Span<byte> span = file;
        "VTAPROG1"u8.CopyTo(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[8..], (uint)count);
        BinaryPrimitives.WriteUInt64LittleEndian(span[16..], program.DramBase);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], (ulong)program.Dram.Length);
        WriteConfig(program.Config, span.Slice(LogsOffset, LogsCount));
        for (int i = 0; i < count; i++)
        {
            Span<byte> at = span[(HeaderBytes + 16 * i)..];
            BinaryPrimitives.WriteUInt64LittleEndian(at, program.Instructions[i].Low);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], program.Instructions[i].High);
        }
        program.Dram.CopyTo(span[(HeaderBytes + 16 * count)..]);
        return file;
    }

    private static VtaConfig ReadConfig(ReadOnlySpan<byte> logs) => new()
    {
        LogInpWidth = logs[0],
        LogWgtWidth = logs[1],
        LogAccWidth = logs[2],
        LogOutWidth = logs[3],
        LogBatch = logs[4],
        LogBlockIn = logs[5],
        LogBlockOut = logs[6],
        LogUopBuff = logs[7],
        LogInpBuff = logs[8],
        LogWgtBuff = logs[9],
        LogAccBuff = logs[10],
    };

    private static void WriteConfig(VtaConfig config, Span<byte> logs)
    {
        logs[0] = (byte)config.LogInpWidth;
        logs[1] = (byte)config.LogWgtWidth;
        logs[2] = (byte)config.LogAccWidth;
        logs[3] = (byte)config.LogOutWidth;
        logs[4] = (byte)config.LogBatch;
        logs[5] = (byte)config.LogBlockIn;
        logs[6] = (byte)config.LogBlockOut;
        logs[7] = (byte)config.LogUopBuff;
        logs[8] = (byte)config.LogInpBuff;
        logs[9] = (byte)config.LogWgtBuff;
        logs[10] = (byte)config.LogAccBuff;
    }

    private static void CheckDram(ulong dramBase, ulong dramBytes, List<IsaProblem> problems)
    {
        if (dramBase < VtaProgram.PageBytes || dramBase % VtaProgram.PageBytes != 0 || dramBase > uint.MaxValue)
            problems.Add(new(NpuCodes.ContainerDram, $"dram_base must be a multiple of {VtaProgram.PageBytes} from {VtaProgram.PageBytes} to 4 GiB, got 0x{dramBase:x}",
                Clamp(dramBase), VtaProgram.PageBytes));
        else if (dramBytes >= (1UL << 32) - dramBase)
            problems.Add(new(NpuCodes.ContainerDram, $"the DRAM image must end below 4 GiB: base 0x{dramBase:x}, {dramBytes} bytes",
                Clamp(dramBytes), (1L << 32) - (long)dramBase - 1));
    }

    private static long Clamp(ulong value) => value > long.MaxValue ? long.MaxValue : (long)value;
}
