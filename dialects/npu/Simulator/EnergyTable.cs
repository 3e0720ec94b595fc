using System.Text.Json;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>Energy of the events of a run, in picojoules each; the numbers are the user's, none are built in.</summary>
public sealed record EnergyTable
{
    /// <summary>One int8 multiply with its 32-bit addition.</summary>
    public double Mac { get; init; }

    /// <summary>One int32 ALU lane.</summary>
    public double AluLane { get; init; }

    /// <summary>One byte read from or written to the activation buffer.</summary>
    public double InpByte { get; init; }

    /// <summary>One byte read from or written to the weight buffer.</summary>
    public double WgtByte { get; init; }

    /// <summary>One byte read from or written to the accumulator buffer.</summary>
    public double AccByte { get; init; }

    /// <summary>One byte read from or written to the micro-op buffer.</summary>
    public double UopByte { get; init; }

    /// <summary>One byte moved from or to DRAM.</summary>
    public double DramByte { get; init; }

    /// <summary>One cycle of the whole device, whatever it does.</summary>
    public double StaticCycle { get; init; }

    /// <summary>The energy of a run, in nanojoules: the accesses that each step makes, the DRAM traffic, and the static share.</summary>
    public double Nanojoules(CycleResult result)
    {
        VtaConfig c = result.Device.Config;
        LayerCost t = result.Total;
        double inp = c.SramElementBytes(VtaMemory.Inp), wgt = c.SramElementBytes(VtaMemory.Wgt), acc = c.SramElementBytes(VtaMemory.Acc);
        double step = c.MacsPerTile * Mac + inp * InpByte + wgt * WgtByte + 2 * acc * AccByte + 4 * UopByte;
        double reset = acc * AccByte + 4 * UopByte;
        double alu = c.AccLanes * AluLane + 2 * acc * AccByte + 4 * UopByte;
        double picojoules = t.GemmSteps * step + t.ResetSteps * reset + t.AluSteps * alu + (t.LoadedBytes + t.StoredBytes) * DramByte + result.Cycles * StaticCycle;
        return picojoules / 1000;
    }

    /// <summary>Reads a table from UTF-8 JSON whose keys are the properties in snake_case, in picojoules; null, with every problem, when it is none.</summary>
    public static EnergyTable? Read(ReadOnlySpan<byte> json, List<IsaProblem> problems)
    {
        int before = problems.Count;
        var table = new EnergyTable();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problems.Add(new(NpuCodes.DeviceJson, "an energy table is a JSON object", 0, 0));
                return null;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out double value) || !(value >= 0))
                {
                    problems.Add(new(NpuCodes.DeviceJson, $"'{key}' must be a number of picojoules that is not negative", 0, 0));
                    reader.Skip();
                    continue;
                }
                switch (key)
                {
                    case "mac": table = table with { Mac = value }; break;
                    case "alu_lane": table = table with { AluLane = value }; break;
                    case "inp_byte": table = table with { InpByte = value }; break;
                    case "wgt_byte": table = table with { WgtByte = value }; break;
                    case "acc_byte": table = table with { AccByte = value }; break;
                    case "uop_byte": table = table with { UopByte = value }; break;
                    case "dram_byte": table = table with { DramByte = value }; break;
                    case "static_cycle": table = table with { StaticCycle = value }; break;
                    default: problems.Add(new(NpuCodes.DeviceJson, $"'{key}' is not a key of an energy table", 0, 0)); break;
                }
            }
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            problems.Add(new(NpuCodes.DeviceJson, $"line {(e.LineNumber ?? 0) + 1}: not valid JSON", e.LineNumber ?? 0, 0));
        }
        catch (InvalidOperationException)
        {
            problems.Add(new(NpuCodes.DeviceJson, "a string is not valid UTF-8", 0, 0));
        }
        return problems.Count == before ? table : null;
    }
}
