using System.Text;
using NestC.Dialects.Npu.Isa;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

public sealed class DeviceTests
{
    [Fact]
    public void The_default_geometry_has_the_documented_depths()
    {
        VtaConfig c = VtaConfig.Default;
        Assert.Equal((8192, 1024, 2048, 2048), (c.Depth(VtaMemory.Uop), c.Depth(VtaMemory.Wgt), c.Depth(VtaMemory.Inp), c.Depth(VtaMemory.Acc)));
        Assert.Equal((4, 256, 16, 64, 16, 16), (c.DramElementBytes(VtaMemory.Uop), c.DramElementBytes(VtaMemory.Wgt), c.DramElementBytes(VtaMemory.Inp),
            c.DramElementBytes(VtaMemory.Acc), c.DramElementBytes(VtaMemory.Out), c.DramElementBytes(VtaMemory.Acc8)));
        Assert.Equal((64, 15), (c.SramElementBytes(VtaMemory.Acc8), c.LogOutBuff));
        Assert.True(c.Validate([]));
    }

    [Fact]
    public void The_limits_of_the_encoding_are_checked()
    {
        var problems = new List<IsaProblem>();
        Assert.False((VtaConfig.Default with { LogUopBuff = 16 }).Validate(problems));
        Assert.False((VtaConfig.Default with { LogAccBuff = 18 }).Validate(problems));
        Assert.False((VtaConfig.Default with { LogInpBuff = 16 }).Validate(problems));
        Assert.False((VtaConfig.Default with { LogWgtBuff = 19 }).Validate(problems));
        // ETRI's EVTA, 1x16_i8w8a32_16_16_19_18, is another instruction set.
        Assert.False((VtaConfig.Default with { LogUopBuff = 16, LogInpBuff = 16, LogWgtBuff = 19, LogAccBuff = 18 }).Validate(problems));
        Assert.All(problems, p => Assert.NotEqual(p.Actual, p.Limit));
    }

    [Fact]
    public void Every_sample_reads_and_survives_writing()
    {
        Assert.Equal(7, VtaDeviceJson.Samples.Length);
        foreach (string name in VtaDeviceJson.Samples)
        {
            VtaDevice? device = VtaDeviceJson.Sample(name);
            Assert.NotNull(device);
            Assert.Equal(name, device.Name);
            Assert.Equal(VtaConfig.Default, device.Config);
            Assert.Equal(device, VtaDeviceJson.Read(VtaDeviceJson.Write(device), []));
        }
        Assert.Equal((333, 128, 8192), (VtaDeviceJson.Sample("ultra96")!.ClockMhz, VtaDeviceJson.Sample("ultra96")!.BusBits, VtaDeviceJson.Sample("ultra96")!.UopDepth));
        Assert.Equal((16, 8), (VtaDeviceJson.Sample("tsim")!.BurstBeats, VtaDeviceJson.Sample("tsim")!.FetchBatch));
        Assert.Null(VtaDeviceJson.Sample("nothing"));
    }

    [Fact]
    public void Upstreams_configuration_file_reads_as_it_is()
    {
        const string upstream = """
            {
              "TARGET" : "sim", "HW_VER" : "0.0.2",
              "LOG_INP_WIDTH" : 3, "LOG_WGT_WIDTH" : 3, "LOG_ACC_WIDTH" : 5, "LOG_BATCH" : 0, "LOG_BLOCK" : 4,
              "LOG_UOP_BUFF_SIZE" : 15, "LOG_INP_BUFF_SIZE" : 15, "LOG_WGT_BUFF_SIZE" : 18, "LOG_ACC_BUFF_SIZE" : 17
            }
            """;
        var problems = new List<IsaProblem>();
        Assert.Equal(VtaConfig.Default, VtaDeviceJson.Read(Encoding.UTF8.GetBytes(upstream), problems)?.Config);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("{\"CLOCK_MHZ\": }", "not valid JSON")]
    [InlineData("{\"CLOCK_MHZ\": 1.5}", "CLOCK_MHZ must be an integer")]
    [InlineData("{\"CLOCK_MHZ\": [1, {}]}", "CLOCK_MHZ must be an integer")]
    [InlineData("{\"CLOCK_MHZ\": 0}", "CLOCK_MHZ must be from 1")]
    [InlineData("{\"CLOCK\": 5}", "'CLOCK' is not a key")]
    [InlineData("{\"NAME\": 5}", "NAME must be a string")]
    [InlineData("{\"IMPLEMENTATION\": \"asic\"}", "'asic'")]
    [InlineData("{\"LOG_ACC_BUFF_SIZE\": 18}", "acc depth must be at most 11")]
    [InlineData("{\"BUS_BITS\": 12}", "multiple of 8")]
    [InlineData("{} {}", "not valid JSON")]
    public void A_bad_device_is_diagnosed(string json, string message)
    {
        var problems = new List<IsaProblem>();
        Assert.Null(VtaDeviceJson.Read(Encoding.UTF8.GetBytes(json), problems));
        Assert.Contains(problems, p => p.Message.Contains(message, StringComparison.Ordinal));
    }
}
