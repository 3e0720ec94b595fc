using System.Text;
using NestC.Dialects.Npu.Isa;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Npu;

/// <summary>
/// `#npu.device&lt;"tsim", burst_beats = 16&gt;`: the device that a program is for. The keys are those of the device's JSON in lower case;
/// those that are missing have the default, and only others are printed.
/// </summary>
public sealed class DeviceAttr : Attr, IBodySyntax
{
    private DeviceAttr(VtaDevice device) : base(Hash.Combine(Hash.OfBytes("npu.device"u8), HashOf(device))) => Device = device;

    public VtaDevice Device { get; }

    public static DeviceAttr Get(NestContext context, VtaDevice device) => context.Intern(new DeviceAttr(device));

    /// <summary>A device that ships with the dialect, or null.</summary>
    public static DeviceAttr? Sample(NestContext context, string name) => VtaDeviceJson.Sample(name) is { } device ? Get(context, device) : null;

    protected override bool SameStructure(Interned other) => other is DeviceAttr o && o.Device == Device;

    public override void Print(AsmPrinter printer, TypeElision elideType)
    {
        printer.Out.Write("#npu.device"u8);
        PrintBody(printer);
    }

    public void PrintBody(AsmPrinter printer)
    {
        printer.Out.Write('<');
        printer.WriteQuoted(Encoding.UTF8.GetBytes(Device.Name));
        if (Device.Implementation != VtaDevice.Default.Implementation)
        {
            printer.Out.Write(", implementation = "u8);
            printer.Out.Write(Encoding.UTF8.GetBytes(VtaDeviceJson.Name(Device.Implementation)));
        }
        foreach (DeviceField field in DeviceField.All)
        {
            int value = field.Get(Device);
            if (value == field.Get(VtaDevice.Default)) continue;
            printer.Out.Write(", "u8);
            printer.Out.Write(Encoding.UTF8.GetBytes(field.Keyword));
            printer.Out.Write(" = "u8);
            printer.Out.Write((long)value);
        }
        printer.Out.Write('>');
    }

    public static Attr? ParseBody(AsmParser parser)
    {
        int start = parser.Position;
        if (!parser.ParseLess() || !parser.ParseString(out string name)) return null;
        VtaDevice device = VtaDevice.Default with { Name = name };
        while (parser.TryParseComma())
        {
            int position = parser.Position;
            if (!parser.TryParseKeyword(out ReadOnlySpan<byte> word))
            {
                parser.Error(position, "NEST5001", "expected a key of a device");
                return null;
            }
            string key = Encoding.UTF8.GetString(word);
            if (!parser.ParseEqual()) return null;
            if (key == "implementation")
            {
                position = parser.Position;
                if (!parser.TryParseKeyword(out ReadOnlySpan<byte> kind) || VtaDeviceJson.Parse(Encoding.UTF8.GetString(kind)) is not { } implementation)
                {
                    parser.Error(position, "NEST5001", "expected 'chisel', 'hls' or 'functional'");
                    return null;
                }
                device = device with { Implementation = implementation };
                continue;
            }
            if (DeviceField.Find(key) is not { } field)
            {
                parser.MeaningError(position, "NEST5001", $"'{key}' is not a key of a device");
                return null;
            }
            position = parser.Position;
            if (!parser.ParseInteger(out long value)) return null;
            if (value != (int)value)
            {
                parser.MeaningError(position, "NEST5001", $"{value} does not fit 32 bits");
                return null;
            }
            device = field.With(device, (int)value);
        }
        if (!parser.ParseGreater()) return null;
        var problems = new List<IsaProblem>();
        if (device.Validate(problems)) return Get(parser.Context, device);
        parser.MeaningError(start, "NEST5001", problems[0].Message);
        return null;
    }

    private static int HashOf(VtaDevice device)
    {
        // Not the record's own hash, which differs from run to run because of the name.
        int hash = Hash.OfBytes(Encoding.UTF8.GetBytes(device.Name));
        foreach (DeviceField field in DeviceField.All) hash = Hash.Combine(hash, field.Get(device));
        return Hash.Combine(hash, (int)device.Implementation);
    }
}

/// <summary>A number of a device, by its keyword.</summary>
internal sealed record DeviceField(string Keyword, Func<VtaDevice, int> Get, Func<VtaDevice, int, VtaDevice> With)
{
    public static readonly DeviceField[] All =
    [
        Log("inp_width", static c => c.LogInpWidth, static (c, v) => c with { LogInpWidth = v, LogOutWidth = v }),
        Log("wgt_width", static c => c.LogWgtWidth, static (c, v) => c with { LogWgtWidth = v }),
        Log("acc_width", static c => c.LogAccWidth, static (c, v) => c with { LogAccWidth = v }),
        Log("batch", static c => c.LogBatch, static (c, v) => c with { LogBatch = v }),
        Log("block_in", static c => c.LogBlockIn, static (c, v) => c with { LogBlockIn = v }),
        Log("block_out", static c => c.LogBlockOut, static (c, v) => c with { LogBlockOut = v }),
        Log("uop_buff_size", static c => c.LogUopBuff, static (c, v) => c with { LogUopBuff = v }),
        Log("inp_buff_size", static c => c.LogInpBuff, static (c, v) => c with { LogInpBuff = v }),
        Log("wgt_buff_size", static c => c.LogWgtBuff, static (c, v) => c with { LogWgtBuff = v }),
        Log("acc_buff_size", static c => c.LogAccBuff, static (c, v) => c with { LogAccBuff = v }),
        new("clock_mhz", static d => d.ClockMhz, static (d, v) => d with { ClockMhz = v }),
        new("bus_bits", static d => d.BusBits, static (d, v) => d with { BusBits = v }),
        new("read_latency", static d => d.ReadLatency, static (d, v) => d with { ReadLatency = v }),
        new("burst_beats", static d => d.BurstBeats, static (d, v) => d with { BurstBeats = v }),
        new("outstanding_reads", static d => d.OutstandingReads, static (d, v) => d with { OutstandingReads = v }),
        new("fetch_batch", static d => d.FetchBatch, static (d, v) => d with { FetchBatch = v }),
        new("queue_depth", static d => d.QueueDepth, static (d, v) => d with { QueueDepth = v }),
        new("token_limit", static d => d.TokenLimit, static (d, v) => d with { TokenLimit = v }),
        new("uop_depth", static d => d.UopDepth, static (d, v) => d with { UopDepth = v }),
    ];

    public static DeviceField? Find(string keyword) => Array.Find(All, f => f.Keyword == keyword);

    private static DeviceField Log(string keyword, Func<VtaConfig, int> get, Func<VtaConfig, int, VtaConfig> with) =>
        new("log_" + keyword, d => get(d.Config), (d, v) => d with { Config = with(d.Config, v) });
}
