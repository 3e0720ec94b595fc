namespace NestC.Dialects.Npu.Isa;

/// <summary>The diagnostic codes of configurations, instruction fields and containers; those of the simulator stand with its findings.</summary>
public static class NpuCodes
{
    public const string Config = "NEST6100";
    public const string DeviceJson = "NEST6101";
    public const string Field = "NEST6110";
    public const string ContainerTruncated = "NEST6120";
    public const string ContainerMagic = "NEST6121";
    public const string ContainerFlags = "NEST6122";
    public const string ContainerDram = "NEST6123";
    public const string ContainerReserved = "NEST6124";
    public const string ContainerTrailing = "NEST6125";
    public const string ContainerInstructions = "NEST6126";
    public const string BuilderMemory = "NEST6130";
}
