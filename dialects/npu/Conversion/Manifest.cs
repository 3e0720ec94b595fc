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
    /// discardable attributes of data (`npu.shape`, `npu.layout`, `npu.scale`, what else the producer notes) are passed on.
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
                foreach (NamedAttr entry in op.Attributes.Entries)
                {
                    json.WritePropertyName(entry.Name.ToString());
                    WriteValue(json, entry.Value);
                }
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// Writes the property "steps": what the host has to do, in the order of the module: launch a program, or run a function of its own.
    /// </summary>
    public static void WriteSteps(Utf8JsonWriter json, Operation root, List<ProgramOp> programs)
    {
        json.WriteStartArray("steps");
        root.Walk(op =>
        {
            if (op is ProgramOp program && programs.Contains(program)) WriteStep(json, "launch", "program", program.SymName);
            else if (op is FuncOp function) WriteStep(json, "host", "function", function.SymName.Value);
            else return WalkResult.Advance;
            return WalkResult.Skip;
        });
        json.WriteEndArray();
    }

    private static void WriteStep(Utf8JsonWriter json, string step, string key, string name)
    {
        json.WriteStartObject();
        json.WriteString("step", step);
        json.WriteString(key, name);
        json.WriteEndObject();
    }

    // Numbers and lists of them stay numbers (a shape, a scale); what JSON has no form for is text.
    private static void WriteValue(Utf8JsonWriter json, Attr value)
    {
        switch (value)
        {
            case StringAttr text:
                json.WriteStringValue(text.Value);
                break;
            case ArrayAttr list:
                json.WriteStartArray();
                foreach (Attr element in list.Elements) WriteValue(json, element);
                json.WriteEndArray();
                break;
            case DenseArrayAttr { ElementType: IntegerType { Width: 64 } } numbers:
                json.WriteStartArray();
                foreach (long number in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(numbers.Bytes)) json.WriteNumberValue(number);
                json.WriteEndArray();
                break;
            case IntegerAttr or FloatAttr:
                string written = value.ToString()!;
                int colon = written.IndexOf(" : ", StringComparison.Ordinal);
                WriteNumber(json, colon < 0 ? written : written[..colon]);
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string text)
    {
        System.Globalization.CultureInfo c = System.Globalization.CultureInfo.InvariantCulture;
        if (text is "true" or "false") json.WriteBooleanValue(text == "true");
        else if (long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, c, out long whole)) json.WriteNumberValue(whole);
        else if (double.TryParse(text, System.Globalization.NumberStyles.Float, c, out double number) && double.IsFinite(number)) json.WriteNumberValue(number);
        else json.WriteStringValue(text);
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
