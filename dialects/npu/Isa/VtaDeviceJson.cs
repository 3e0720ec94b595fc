using System.Text;
using System.Text.Json;

namespace NestC.Dialects.Npu.Isa;

/// <summary>
/// Reads and writes devices as JSON. The keys of upstream's <c>vta_config.json</c> keep their names and meaning, so that file is
/// readable as it is; the keys that describe the board stand beside them. A key that is missing keeps the default.
/// </summary>
public static class VtaDeviceJson
{
    private static readonly string[] SampleNames = ["pynq", "ultra96", "zcu104", "de10nano", "f1", "tsim", "fsim"];

    /// <summary>The names of the sample devices that ship with the dialect.</summary>
    public static ReadOnlySpan<string> Samples => SampleNames;

    /// <summary>The sample device of that name, or null.</summary>
    public static VtaDevice? Sample(string name)
    {
        if (Array.IndexOf(SampleNames, name) < 0)
            return null;
        using Stream? stream = typeof(VtaDeviceJson).Assembly.GetManifestResourceStream($"npu.devices.{name}.json");
        if (stream is null)
            return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes, []);
    }

    /// <summary>Reads a device from UTF-8 JSON; null, with every problem that was found, when it is not one.</summary>
    public static VtaDevice? Read(ReadOnlySpan<byte> json, List<IsaProblem> problems)
    {
        int before = problems.Count;
        var device = new VtaDevice { Config = VtaConfig.Default };
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                problems.Add(new(NpuCodes.DeviceJson, "a device is a JSON object", 0, 0));
                return null;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string key = reader.GetString()!;
                reader.Read();
                device = Apply(device, key, ref reader, problems);
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
            // Utf8JsonReader reports text that is not UTF-8 this way.
            problems.Add(new(NpuCodes.DeviceJson, "a string is not valid UTF-8", 0, 0));
        }
        device = device with { Config = device.Config with { LogOutWidth = device.Config.LogInpWidth } };
        if (problems.Count == before)
            device.Validate(problems);
        return problems.Count == before ? device : null;
    }

    /// <summary>Writes a device as indented UTF-8 JSON with every key.</summary>
    public static byte[] Write(VtaDevice device)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            VtaConfig c = device.Config;
            writer.WriteStartObject();
            writer.WriteString("NAME", device.Name);
            writer.WriteString("IMPLEMENTATION", Name(device.Implementation));
            writer.WriteNumber("LOG_INP_WIDTH", c.LogInpWidth);
            writer.WriteNumber("LOG_WGT_WIDTH", c.LogWgtWidth);
            writer.WriteNumber("LOG_ACC_WIDTH", c.LogAccWidth);
            writer.WriteNumber("LOG_BATCH", c.LogBatch);
            writer.WriteNumber("LOG_BLOCK_IN", c.LogBlockIn);
            writer.WriteNumber("LOG_BLOCK_OUT", c.LogBlockOut);
            writer.WriteNumber("LOG_UOP_BUFF_SIZE", c.LogUopBuff);
            writer.WriteNumber("LOG_INP_BUFF_SIZE", c.LogInpBuff);
            writer.WriteNumber("LOG_WGT_BUFF_SIZE", c.LogWgtBuff);
            writer.WriteNumber("LOG_ACC_BUFF_SIZE", c.LogAccBuff);
            writer.WriteNumber("CLOCK_MHZ", device.ClockMhz);
            writer.WriteNumber("BUS_BITS", device.BusBits);
            writer.WriteNumber("READ_LATENCY", device.ReadLatency);
            writer.WriteNumber("BURST_BEATS", device.BurstBeats);
            writer.WriteNumber("OUTSTANDING_READS", device.OutstandingReads);
            writer.WriteNumber("FETCH_BATCH", device.FetchBatch);
            writer.WriteNumber("QUEUE_DEPTH", device.QueueDepth);
            writer.WriteNumber("TOKEN_LIMIT", device.TokenLimit);
            writer.WriteNumber("UOP_DEPTH", device.UopDepth);
            writer.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static VtaDevice Apply(VtaDevice device, string key, ref Utf8JsonReader reader, List<IsaProblem> problems)
    {
        VtaConfig c = device.Config;
        switch (key)
        {
            case "NAME": return device with { Name = Text(ref reader, key, problems) };
            case "IMPLEMENTATION":
                string text = Text(ref reader, key, problems);
                if (Parse(text) is { } implementation)
                    return device with { Implementation = implementation };
                problems.Add(new(NpuCodes.DeviceJson, $"IMPLEMENTATION must be 'chisel', 'hls' or 'functional', got '{text}'", 0, 0));
                return device;
            // Upstream's own names for the board and the version carry nothing that the model needs.
            case "TARGET":
            case "HW_VER":
                Text(ref reader, key, problems);
                return device;
            case "LOG_INP_WIDTH": return device with { Config = c with { LogInpWidth = Number(ref reader, key, problems) } };
            case "LOG_WGT_WIDTH": return device with { Config = c with { LogWgtWidth = Number(ref reader, key, problems) } };
            case "LOG_ACC_WIDTH": return device with { Config = c with { LogAccWidth = Number(ref reader, key, problems) } };
            case "LOG_BATCH": return device with { Config = c with { LogBatch = Number(ref reader, key, problems) } };
            case "LOG_BLOCK":
                int block = Number(ref reader, key, problems);
                return device with { Config = c with { LogBlockIn = block, LogBlockOut = block } };
            case "LOG_BLOCK_IN": return device with { Config = c with { LogBlockIn = Number(ref reader, key, problems) } };
            case "LOG_BLOCK_OUT": return device with { Config = c with { LogBlockOut = Number(ref reader, key, problems) } };
            case "LOG_UOP_BUFF_SIZE": return device with { Config = c with { LogUopBuff = Number(ref reader, key, problems) } };
            case "LOG_INP_BUFF_SIZE": return device with { Config = c with { LogInpBuff = Number(ref reader, key, problems) } };
            case "LOG_WGT_BUFF_SIZE": return device with { Config = c with { LogWgtBuff = Number(ref reader, key, problems) } };
            case "LOG_ACC_BUFF_SIZE": return device with { Config = c with { LogAccBuff = Number(ref reader, key, problems) } };
            case "CLOCK_MHZ": return device with { ClockMhz = Number(ref reader, key, problems) };
            case "BUS_BITS": return device with { BusBits = Number(ref reader, key, problems) };
            case "READ_LATENCY": return device with { ReadLatency = Number(ref reader, key, problems) };
            case "BURST_BEATS": return device with { BurstBeats = Number(ref reader, key, problems) };
            case "OUTSTANDING_READS": return device with { OutstandingReads = Number(ref reader, key, problems) };
            case "FETCH_BATCH": return device with { FetchBatch = Number(ref reader, key, problems) };
            case "QUEUE_DEPTH": return device with { QueueDepth = Number(ref reader, key, problems) };
            case "TOKEN_LIMIT": return device with { TokenLimit = Number(ref reader, key, problems) };
            case "UOP_DEPTH": return device with { UopDepth = Number(ref reader, key, problems) };
            default:
                problems.Add(new(NpuCodes.DeviceJson, $"'{key}' is not a key of a device", 0, 0));
                reader.Skip();
                return device;
        }
    }

    private static int Number(ref Utf8JsonReader reader, string key, List<IsaProblem> problems)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value))
            return value;
        problems.Add(new(NpuCodes.DeviceJson, $"{key} must be an integer", 0, 0));
        reader.Skip();
        return 0;
    }

    private static string Text(ref Utf8JsonReader reader, string key, List<IsaProblem> problems)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        problems.Add(new(NpuCodes.DeviceJson, $"{key} must be a string", 0, 0));
        reader.Skip();
        return "";
    }

    internal static VtaImplementation? Parse(string text) => text switch
    {
        "chisel" => VtaImplementation.Chisel,
        "hls" => VtaImplementation.Hls,
        "functional" => VtaImplementation.Functional,
        _ => null,
    };

    internal static string Name(VtaImplementation implementation) => implementation switch
    {
        VtaImplementation.Chisel => "chisel",
        VtaImplementation.Hls => "hls",
        _ => "functional",
    };
}
