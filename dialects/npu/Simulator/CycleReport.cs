using System.Globalization;
using System.Text;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>Renders a run of the cycle model as text.</summary>
public static class CycleReport
{
    /// <summary>
    /// A line <c>cycles: N</c>, the modules' times, and a table by layer: its span, the busy cycles of the three modules, the use of the
    /// multipliers, its intensity, the multiply-accumulates a cycle that the roofline allows, and what limits it.
    /// </summary>
    public static string Format(CycleResult result, EnergyTable? energy = null)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(c, $"cycles: {result.Cycles}\n");
        text.Append(c, $"device: {result.Device.Name}, {result.Device.ClockMhz} MHz, {result.Device.BusBits}-bit bus; {result.Microseconds:F1} us\n");
        text.Append(c, $"utilisation: {100 * result.Utilisation:F1} % of {result.Device.Config.MacsPerTile} multiply-accumulates a cycle\n");
        if (energy is not null)
            text.Append(c, $"energy: {energy.Nanojoules(result):F1} nJ\n");
        text.Append("module       busy  wait-prev  wait-next    starved\n");
        for (var m = VtaModule.Load; m <= VtaModule.Store; m++)
        {
            ModuleTime t = result.Modules[(int)m];
            text.Append(c, $"{Disassembler.Name(m),-8} {t.Busy,8} {t.WaitPrev,10} {t.WaitNext,10} {t.Starved,10}\n");
        }
        text.Append("layer                         span     load  compute    store   util  mac/byte     roof  bound\n");
        foreach (LayerCost layer in result.Layers)
        {
            if (layer.Instructions == 0)
                continue;
            text.Append(c, $"{(layer.Name.Length == 0 ? "(none)" : layer.Name),-24} {layer.Span,9} {layer.LoadBusy,8} {layer.ComputeBusy,8} {layer.StoreBusy,8}")
                .Append(c, $" {100 * layer.Utilisation,5:F1}% {layer.Intensity(result.Device.Config),9:F1} {layer.Roof(result.Device),8:F1}  {(layer.IsBandwidthBound(result.Device) ? "bus" : "compute")}\n");
        }
        if (!result.Finished)
        {
            for (var m = VtaModule.Load; m <= VtaModule.Store; m++)
            {
                if (result.StuckAt[(int)m] >= 0)
                    text.Append(c, $"hangs: {Disassembler.Name(m)} at instruction {result.StuckAt[(int)m]}\n");
            }
        }
        return text.ToString();
    }
}
