using System.Text.Json;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>Writes a timeline in the Chrome trace format, which Perfetto and chrome://tracing read. One microsecond of the trace is one cycle.</summary>
public static class PerfettoTrace
{
    /// <summary>Writes the trace as UTF-8 JSON: a track for each module, a slice for each instruction, with its text and its layer as arguments.</summary>
    public static void Write(Stream output, VtaProgram program, CycleResult result)
    {
        var codec = new InstructionCodec(program.Config);
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("displayTimeUnit", "ns");
        writer.WriteStartObject("otherData");
        writer.WriteString("device", result.Device.Name);
        writer.WriteNumber("cycles", result.Cycles);
        writer.WriteNumber("clock_mhz", result.Device.ClockMhz);
        writer.WriteString("unit", "1 us of the trace is 1 cycle");
        writer.WriteEndObject();
        writer.WriteStartArray("traceEvents");
        for (var m = VtaModule.Load; m <= VtaModule.Store; m++)
        {
            writer.WriteStartObject();
            writer.WriteString("name", "thread_name");
            writer.WriteString("ph", "M");
            writer.WriteNumber("pid", 1);
            writer.WriteNumber("tid", (int)m + 1);
            writer.WriteStartObject("args");
            writer.WriteString("name", Disassembler.Name(m));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        foreach (TimelineEntry entry in result.Timeline)
        {
            VtaInstruction insn = codec.Decode(program.Instructions[entry.Instruction]);
            writer.WriteStartObject();
            writer.WriteString("name", ShortName(insn));
            writer.WriteString("cat", program.TagOf(entry.Instruction) ?? "npu");
            writer.WriteString("ph", "X");
            writer.WriteNumber("ts", entry.Start);
            writer.WriteNumber("dur", entry.End - entry.Start);
            writer.WriteNumber("pid", 1);
            writer.WriteNumber("tid", (int)entry.Module + 1);
            writer.WriteStartObject("args");
            writer.WriteNumber("instruction", entry.Instruction);
            writer.WriteString("text", Disassembler.Format(insn));
            if (program.TagOf(entry.Instruction) is { } layer)
                writer.WriteString("layer", layer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string ShortName(in VtaInstruction insn)
    {
        string text = Disassembler.Format(insn);
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? text : text[..space];
    }
}
