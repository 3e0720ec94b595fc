using System.Text.Json;
using NestC.Builtin;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu.Conversion;

/// <summary>Writes what a host needs to know of a program beside its binary: the device, and where each piece of data stands.</summary>
public static class Manifest
{
    /// <summary>
    /// Writes one JSON object for a program: its name, device, DRAM range, and its data with address, memory, elements and bytes. The
    /// discardable attributes of data (layout, scale, what the producer of the program notes) are passed on as text.
    /// </summary>
    public static void Write(Utf8JsonWriter json, ProgramOp program, string file)
    {
        json.WriteStartObject();
        json.WriteString("program", program.SymName);
        json.WriteString("file", file);
        json.WriteString("device", program.Device.Device.Name);
        json.WriteNumber("dram_base", program.DramBase);
        json.WriteNumber("dram_bytes", program.DramBytes);
        json.WriteNumber("instructions", CountInstructions(program));
        json.WriteStartArray("data");
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is not IDramData data) continue;
            json.WriteStartObject();
            json.WriteString("name", SymbolTable.NameOf(op)!.Value);
            json.WriteString("memory", data.Memory is { } memory ? Disassembler.Name(memory) : "bytes");
            json.WriteNumber("address", program.DramBase + data.Offset);
            json.WriteNumber("bytes", data.ByteCount(program.Config));
            if (op is DataOp piece)
            {
                json.WriteNumber("elements", piece.Elements);
                json.WriteBoolean("initialized", piece.Value is not null);
            }
            if (!op.Attributes.IsEmpty)
            {
                json.WriteStartObject("attributes");
                foreach (NamedAttr entry in op.Attributes.Entries) json.WriteString(entry.Name.ToString(), entry.Value is StringAttr text ? text.Value : entry.Value.ToString());
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int CountInstructions(ProgramOp program)
    {
        int count = 0;
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is IInstructionOp) count++;
        }
        return count;
    }
}
