namespace NestC.Dialects.Npu.Isa;

/// <summary>The diagnostic codes of configurations, instruction fields and containers; those of the simulator stand with its findings.</summary>
public static class NpuCodes
{
    public const string Config = "NEST5100";
    public const string DeviceJson = "NEST5101";
    public const string Field = "NEST5110";
    public const string ContainerTruncated = "NEST5120";
    public const string ContainerMagic = "NEST5121";
    public const string ContainerFlags = "NEST5122";
    public const string ContainerDram = "NEST5123";
    public const string ContainerReserved = "NEST5124";
    public const string ContainerTrailing = "NEST5125";
    public const string ContainerInstructions = "NEST5126";
    public const string BuilderMemory = "NEST5130";
}
