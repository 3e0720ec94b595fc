using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

public sealed class CheckerTests
{
    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>();
        foreach (Planted planted in PlantedPrograms.All())
            names.Add(planted.Name);
        return names;
    }

    [Fact]
    public void The_correct_program_has_no_findings()
    {
        SimulationResult result = FunctionalSimulator.Run(PlantedPrograms.CorrectProgram);
        Assert.Empty(result.Findings);
        Assert.True(result.Finished);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_planted_error_is_found_where_it_is(string name)
    {
        Planted planted = Find(name);
        SimulationResult result = FunctionalSimulator.Run(planted.Program);
        Finding? finding = Array.Find(result.Findings, f => f.Kind == planted.Kind && f.Instruction == planted.Instruction);
        Assert.True(finding is not null, $"expected {planted.Kind} at {planted.Instruction}, found:\n{string.Join('\n', (object[])result.Findings)}");
        Assert.Equal(planted.Module, finding.Module);
        Assert.NotEqual(finding.Actual, finding.Limit);
        // Nothing is reported that the planted error does not cause.
        foreach (Finding other in result.Findings)
            Assert.True(other == finding || other.Kind == planted.Kind || Array.IndexOf(planted.Also, other.Kind) >= 0, $"also found {other}");
    }

    [Fact]
    public void Every_kind_of_finding_has_a_planted_program()
    {
        var planted = new HashSet<FindingKind>();
        foreach (Planted p in PlantedPrograms.All())
            planted.Add(p.Kind);
        Assert.Empty(Enum.GetValues<FindingKind>().Except(planted));
    }

    [Fact]
    public void Every_kind_of_finding_has_a_page()
    {
        foreach (FindingKind kind in Enum.GetValues<FindingKind>())
            Assert.NotNull(NestC.Diagnostics.DiagnosticCatalog.Find($"NEST{(int)kind}"));
    }

    [Theory]
    [InlineData("inp: load, gemm")]
    [InlineData("inp: gemm, load")]
    [InlineData("wgt: load, gemm")]
    [InlineData("out: alu, store")]
    [InlineData("out: store, alu")]
    [InlineData("acc: store, load acc")]
    [InlineData("dram: store, load inp")]
    [InlineData("dram: load acc, store")]
    public void A_race_is_found_in_every_order_of_execution(string name)
    {
        VtaProgram program = Find(name).Program;
        for (ulong seed = 0; seed < 50; seed++)
            Assert.Contains(FunctionalSimulator.Run(program, new() { ScheduleSeed = seed }).Findings, f => f.Kind == FindingKind.DataRace);
    }

    [Theory]
    [InlineData(511, false)]
    [InlineData(512, true)]
    public void A_queue_of_512_holds_512(int behind, bool overrun)
    {
        SimulationResult result = FunctionalSimulator.Run(PlantedPrograms.Overrun(behind));
        Assert.Equal(overrun, Array.Exists(result.Findings, f => f.Kind == FindingKind.QueueOverrun));
        // The functional simulator goes on with unlimited queues; the cycle model hangs as the hardware does.
        Assert.True(result.Finished);
        CycleResult cycles = CycleSimulator.Run(PlantedPrograms.Overrun(behind));
        Assert.Equal(!overrun, cycles.Finished);
        if (overrun)
            Assert.Equal(1, cycles.StuckAt[(int)VtaModule.Load]);
    }

    [Fact]
    public void A_counter_of_tokens_holds_255()
    {
        Assert.Empty(FunctionalSimulator.Run(PlantedPrograms.Tokens(255)).Findings);
        Assert.Contains(FunctionalSimulator.Run(PlantedPrograms.Tokens(256)).Findings, f => f.Kind == FindingKind.TokenOverflow && f.Actual == 256 && f.Limit == 255);
    }

    [Fact]
    public void The_two_sources_of_a_store_differ_when_the_output_is_stale()
    {
        VtaProgram program = Find("reset after the gemm").Program;
        byte[] hardware = FunctionalSimulator.Run(program).Dram;
        byte[] functional = FunctionalSimulator.Run(program, new() { StoreSource = StoreSource.Accumulator }).Dram;
        const int output = 0x8000;
        Assert.Equal(new byte[64], functional.AsSpan(output, 64));
        Assert.NotEqual(new byte[64], hardware.AsSpan(output, 64).ToArray());
        // What the hardware stores is what the GEMM left: the same as without the reset.
        Assert.Equal(FunctionalSimulator.Run(PlantedPrograms.CorrectProgram).Dram.AsSpan(output, 64), hardware.AsSpan(output, 64));
    }

    [Fact]
    public void Findings_read_as_one_line_with_numbers()
    {
        Finding finding = Assert.Single(FunctionalSimulator.Run(Find("outputs beyond the buffer").Program).Findings);
        Assert.Equal("instruction 5 (store): error[NEST5208]: elements 2045 to 2048 of out, which has 2048", finding.ToString());
        Finding race = FunctionalSimulator.Run(Find("dram: store, load inp").Program).Findings.First(f => f.Kind == FindingKind.DataRace);
        Assert.Equal("instruction 6 (load): error[NEST5220]: data race (read after write) on DRAM byte 0x9030: no token orders this against instruction 5 (store)", race.ToString());
    }

    [Fact]
    public void Findings_of_one_kind_are_limited()
    {
        var codec = new InstructionCodec(VtaConfig.Default);
        VtaProgram correct = PlantedPrograms.CorrectProgram;
        var words = new InstructionWord[1001];
        Array.Fill(words, new InstructionWord(7, 0));
        words[1000] = codec.Encode(VtaInstruction.Finish());
        SimulationResult result = FunctionalSimulator.Run(new(VtaConfig.Default, words, correct.DramBase, correct.Dram), new() { MaxFindingsPerKind = 10 });
        Assert.Equal(20, result.Findings.Length);
        Assert.Equal(2 * 990, result.SuppressedFindings);
    }

    private static Planted Find(string name) => PlantedPrograms.All().Single(p => p.Name == name);
}
