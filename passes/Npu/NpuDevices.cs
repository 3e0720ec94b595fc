using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu;

/// <summary>The devices that options of passes name.</summary>
internal static class NpuDevices
{
    /// <summary>A device that ships, or the default one.</summary>
    public static VtaDevice Find(string name) => name == VtaDevice.Default.Name ? VtaDevice.Default : VtaDeviceJson.Sample(name) ?? VtaDevice.Default;
}
