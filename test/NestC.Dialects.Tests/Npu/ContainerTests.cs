using System.Buffers.Binary;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

public sealed class ContainerTests
{
    [Fact]
    public void The_header_is_the_specified_one()
    {
        var program = new VtaProgram(VtaConfig.Default, [new(0x0123456789abcdef, 0xfedcba9876543210)], 0x12345000, [1, 2, 3]);
        byte[] file = Write(program);
        Assert.Equal(64 + 16 + 3, file.Length);
        Assert.True(file.AsSpan(0, 8).SequenceEqual("VTAPROG1"u8));
        Assert.True(file.AsSpan(8, 8).SequenceEqual((ReadOnlySpan<byte>)[1, 0, 0, 0, 0, 0, 0, 0]));
        Assert.True(file.AsSpan(16, 8).SequenceEqual((ReadOnlySpan<byte>)[0x00, 0x50, 0x34, 0x12, 0, 0, 0, 0]));
        Assert.True(file.AsSpan(24, 8).SequenceEqual((ReadOnlySpan<byte>)[3, 0, 0, 0, 0, 0, 0, 0]));
        Assert.True(file.AsSpan(32, 11).SequenceEqual((ReadOnlySpan<byte>)[3, 3, 5, 3, 0, 4, 4, 15, 15, 18, 17]));
        Assert.True(file.AsSpan(43, 21).SequenceEqual(new byte[21]));
        Assert.True(file.AsSpan(64, 16).SequenceEqual((ReadOnlySpan<byte>)[0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe]));
        Assert.True(file.AsSpan(80, 3).SequenceEqual((ReadOnlySpan<byte>)[1, 2, 3]));
    }

    public static TheoryData<string, string, Func<byte[], byte[]>> Broken => new()
    {
        { "empty", NpuCodes.ContainerTruncated, f => [] },
        { "half a header", NpuCodes.ContainerTruncated, f => f[..63] },
        { "another magic", NpuCodes.ContainerMagic, f => With(f, 7, (byte)'2') },
        { "flags", NpuCodes.ContainerFlags, f => With(f, 12, 1) },
        { "base not aligned", NpuCodes.ContainerDram, f => With(f, 16, 1) },
        { "base 0", NpuCodes.ContainerDram, f => With(With(f, 17, 0), 18, 0) },
        { "base above 4 GiB", NpuCodes.ContainerDram, f => With(f, 20, 1) },
        { "image ends at 4 GiB", NpuCodes.ContainerDram, f => With(With(With(With(With(With(f, 17, 0xf0), 18, 0xff), 19, 0xff), 24, 0), 25, 0x10), 26, 0) },
        { "a size of 2^63", NpuCodes.ContainerDram, f => With(f, 31, 0x80) },
        { "reserved byte", NpuCodes.ContainerReserved, f => With(f, 43, 1) },
        { "last reserved byte", NpuCodes.ContainerReserved, f => With(f, 63, 9) },
        { "int4 activations", NpuCodes.Config, f => With(f, 32, 2) },
        { "wide accumulator buffer", NpuCodes.Config, f => With(f, 42, 18) },
        { "a micro-op buffer of 2^16", NpuCodes.Config, f => With(f, 39, 16) },
        { "an activation buffer smaller than a tile", NpuCodes.Config, f => With(f, 40, 3) },
        { "instruction count too large", NpuCodes.ContainerInstructions, f => With(f, 11, 1) },
        { "fewer instructions than promised", NpuCodes.ContainerTruncated, f => With(f, 8, 200) },
        { "truncated image", NpuCodes.ContainerTruncated, f => f[..^1] },
        { "trailing byte", NpuCodes.ContainerTrailing, f => [.. f, 0] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_container_is_diagnosed(string what, string code, Func<byte[], byte[]> damage)
    {
        byte[] file = damage(Write(PlantedPrograms.CorrectProgram));
        var problems = new List<IsaProblem>();
        Assert.Null(VtaContainer.Read(file, problems));
        Assert.True(problems.Exists(p => p.Code == code), $"{what}: {string.Join(", ", problems)}");
    }

    [Fact]
    public void A_program_that_does_not_fit_is_not_written()
    {
        VtaProgram p = PlantedPrograms.CorrectProgram;
        var problems = new List<IsaProblem>();
        Assert.Null(VtaContainer.Write(new(p.Config, p.Instructions, 0x1001, p.Dram), problems));
        Assert.Null(VtaContainer.Write(new(p.Config, p.Instructions, 0xfffff000, p.Dram), problems));
        Assert.Null(VtaContainer.Write(new(p.Config with { LogAccBuff = 20 }, p.Instructions, p.DramBase, p.Dram), problems));
        Assert.Null(VtaContainer.Write(new(p.Config, new InstructionWord[1 << 21], p.DramBase, p.Dram), problems));
        Assert.Equal([NpuCodes.ContainerDram, NpuCodes.ContainerDram, NpuCodes.Config, NpuCodes.Config, NpuCodes.ContainerInstructions], problems.ConvertAll(x => x.Code));
    }

    [Fact]
    public void Any_damage_is_diagnosed_or_runs_to_an_end()
    {
        byte[] file = Write(PlantedPrograms.CorrectProgram);
        var random = new SplitMix64(99);
        int read = 0;
        for (int n = 0; n < 1500; n++)
        {
            var damaged = (byte[])file.Clone();
            int changes = 1 + random.Below(6);
            for (int i = 0; i < changes; i++)
                damaged[random.Below(n % 3 == 0 ? 64 : 64 + 16 * 8)] = (byte)random.Next();
            if (n % 5 == 0)
                damaged = damaged[..random.Below(damaged.Length)];
            var problems = new List<IsaProblem>();
            VtaProgram? program = VtaContainer.Read(damaged, problems);
            Assert.Equal(program is null, problems.Count > 0);
            if (program is null)
                continue;
            read++;
            // The instructions may now be anything: the tools must cope.
            FunctionalSimulator.Run(program, new() { ScheduleSeed = (ulong)n, StepLimit = 100_000 });
            CycleSimulator.Run(program);
            Assert.NotEmpty(Disassembler.Format(program));
        }
        Assert.True(read > 200, $"only {read} survived to be run");
    }

    [Fact]
    public void Other_geometries_compute_the_same_as_loops()
    {
        // Batch 2, 8 inputs, 4 outputs; no vector kernel fits.
        var config = new VtaConfig { LogBatch = 1, LogBlockIn = 3, LogBlockOut = 2, LogUopBuff = 12, LogInpBuff = 12, LogWgtBuff = 12, LogAccBuff = 13 };
        var b = new ProgramBuilder(config);
        sbyte[] x = HandPrograms.Bytes(1, 16 * 5), w = HandPrograms.Bytes(2, 32 * 5);
        DramRegion dx = b.Allocate("x", VtaMemory.Inp, x), dw = b.Allocate("w", VtaMemory.Wgt, w), dy = b.Allocate("y", VtaMemory.Out, 5);
        b.Load(VtaMemory.Inp, 0, dx.At(0), 1, 5, 5);
        b.Load(VtaMemory.Wgt, 0, dw.At(0), 1, 5, 5);
        UopRange one = b.AddUops([new(0, 0, 0)]);
        b.Gemm(one, new(0, 0, 1, 5, 0, 1, Reset: true));
        b.Gemm(one, new(0, 0, 1, 5, 0, 1, 0, 1, 0, 1));
        b.AluImm(VtaAluOp.Shr, 3, one, new(0, 0, 1, 5, 0, 1));
        b.Store(0, dy.At(0), 1, 5, 5);
        var problems = new List<IsaProblem>();
        VtaProgram program = b.Build(true, problems)!;
        Assert.Empty(problems);
        program = VtaContainer.Read(Write(program), problems)!;
        SimulationResult result = FunctionalSimulator.Run(program);
        Assert.Empty(result.Findings);
        for (int t = 0; t < 5; t++)
        {
            for (int n = 0; n < 8; n++)
            {
                int sum = 0;
                for (int k = 0; k < 8; k++)
                    sum += x[16 * t + n / 4 * 8 + k] * w[32 * t + n % 4 * 8 + k];
                Assert.Equal((byte)(sum >> 3), result.Dram[dy.ByteOffset + 8 * t + n]);
            }
        }
    }

    private static byte[] With(byte[] file, int at, byte value)
    {
        var copy = (byte[])file.Clone();
        copy[at] = value;
        return copy;
    }

    private static byte[] Write(VtaProgram program)
    {
        var problems = new List<IsaProblem>();
        byte[]? file = VtaContainer.Write(program, problems);
        Assert.Empty(problems);
        return file!;
    }
}
