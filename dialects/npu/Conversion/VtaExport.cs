using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu.Conversion;

/// <summary>Makes the binary of a program.</summary>
public static class VtaExport
{
    /// <summary>
    /// The binary of a verified program, with the name of each operation's location as its layer; null, after an error was reported, when the
    /// program is not finished or too large.
    /// </summary>
    public static VtaProgram? ToProgram(ProgramOp program, Diag d)
    {
        if (!program.IsFinished)
        {
            d.Error("NEST5004", "has no npu.finish at its end, so it is no program for the device yet");
            return null;
        }
        if (program.DramBytes > Array.MaxLength)
        {
            d.Error("NEST5123", $"has an image of {program.DramBytes} bytes, but at most {Array.MaxLength} can be written");
            return null;
        }
        var dram = new byte[program.DramBytes];
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is IDramData data) data.Fill(dram.AsSpan((int)data.Offset, (int)data.ByteCount(program.Config)), program.Config);
        }
        return Make(program, dram, []);
    }

    /// <summary>The name that an operation's location gives to its layer, or null.</summary>
    public static string? LayerOf(Operation op)
    {
        LocationAttr location = op.Context.Resolve(op.Location);
        while (location is CallSiteLoc call) location = call.Callee;
        if (location is FusedLoc fused)
        {
            foreach (LocationAttr part in fused.Locations)
            {
                if (part is NameLoc name) return name.Name.ToString();
            }
        }
        return (location as NameLoc)?.Name.ToString();
    }

    /// <summary>The binary with only those data that loads of micro-ops read; the checks need no others.</summary>
    internal static VtaProgram ForChecking(ProgramOp program, List<Operation> ops)
    {
        var dram = new byte[Math.Min(program.DramBytes, Array.MaxLength)];
        var ranges = new List<(long Start, long End)>();
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is LoadOp { Memory: VtaMemory.Uop, Cols: > 0 } load)
            {
                long start = load.Dram * 4 - program.DramBase;
                ranges.Add((start, start + ((long)(load.Rows - 1) * load.Stride + load.Cols) * 4));
            }
        }
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is not IDramData data) continue;
            long bytes = data.ByteCount(program.Config);
            if (ranges.Exists(r => r.Start < data.Offset + bytes && data.Offset < r.End))
                data.Fill(dram.AsSpan((int)data.Offset, (int)bytes), program.Config);
        }
        return Make(program, dram, ops);
    }

    private static VtaProgram Make(ProgramOp program, byte[] dram, List<Operation> ops)
    {
        var codec = new InstructionCodec(program.Config);
        var words = new List<InstructionWord>();
        var tags = new List<int>();
        var names = new List<string>();
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is not IInstructionOp insn) continue;
            words.Add(codec.Encode(insn.Instruction));
            ops.Add(op);
            int tag = -1;
            if (LayerOf(op) is { } name && !numbers.TryGetValue(name, out tag))
            {
                tag = names.Count;
                numbers.Add(name, tag);
                names.Add(name);
            }
            tags.Add(tag);
        }
        return new(program.Config, [.. words], (uint)program.DramBase, dram) { Tags = [.. tags], TagNames = [.. names] };
    }
}
