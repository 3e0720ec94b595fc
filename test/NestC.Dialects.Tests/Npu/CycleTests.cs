using System.Text.Json;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>The measured rules of the cycle model, each seen in the timeline of a small program.</summary>
public sealed class CycleTests
{
    private static long Duration(VtaInstruction insn, VtaDevice? device = null)
    {
        // FINISH ends the run, so it must wait for the other modules.
        (TokenFlags push, TokenFlags pop) = insn.Module switch
        {
            VtaModule.Load => (TokenFlags.PushNext, TokenFlags.PopPrev),
            VtaModule.Store => (TokenFlags.PushPrev, TokenFlags.PopNext),
            _ => (TokenFlags.None, TokenFlags.None),
        };
        VtaProgram program = PlantedPrograms.Make([insn with { Tokens = push }, VtaInstruction.Nop(VtaModule.Compute, pop), VtaInstruction.Finish()]);
        CycleResult result = CycleSimulator.Run(program, device, timeline: true);
        TimelineEntry entry = Array.Find(result.Timeline, e => e.Instruction == 0);
        return entry.End - entry.Start;
    }

    private static VtaInstruction Load(VtaMemory memory, int rows, int columns, int top = 0, int bottom = 0, int left = 0, int right = 0) =>
        VtaInstruction.Load(new(memory, 0, 0x10000 / (uint)VtaConfig.Default.DramElementBytes(memory), rows, columns, columns, top, bottom, left, right));

    [Fact]
    public void Compute_instructions_cost_their_steps_and_the_pipeline()
    {
        Assert.Equal(3 * 4 * 5 + 7, Duration(VtaInstruction.Gemm(new(0, 5, 3, 4))));
        Assert.Equal(3 * 4 * 5 + 7, Duration(VtaInstruction.Gemm(new(0, 5, 3, 4, Reset: true))));
        Assert.Equal(3 * 4 * 5 + 7, Duration(VtaInstruction.ForAlu(new(0, 5, 3, 4), new(VtaAluOp.Max, true, 0))));
        Assert.Equal(2 * 3 * 4 * 5 + 7, Duration(VtaInstruction.ForAlu(new(0, 5, 3, 4), new(VtaAluOp.Max, false, 0))));
        Assert.Equal(2, Duration(VtaInstruction.Nop(VtaModule.Compute, TokenFlags.None)));
    }

    [Fact]
    public void Loads_cost_their_beats_and_the_latency()
    {
        const int latency = 16;
        // 28 tiles of 16 bytes in 14 rows: 2 beats each, nothing for a row.
        Assert.Equal(6 + latency + 2 * 14 * 28, Duration(Load(VtaMemory.Inp, 14, 28)));
        Assert.Equal(6 + latency + 32 * 9, Duration(Load(VtaMemory.Wgt, 1, 9)));
        Assert.Equal(6 + latency + 8 * 10, Duration(Load(VtaMemory.Acc, 1, 10)));
        Assert.Equal(5 + latency + 4, Duration(Load(VtaMemory.Uop, 1, 7)));
        // Pads beyond the first 19 cost a cycle each.
        Assert.Equal(6 + latency + 2 * 4, Duration(Load(VtaMemory.Inp, 1, 4, left: 15, right: 4)));
        Assert.Equal(6 + latency + 2 * 4 + 1, Duration(Load(VtaMemory.Inp, 1, 4, left: 15, right: 5)));
        Assert.Equal(6 + latency + 2 * 4 * 4 + (30 * 10 - 16) - 19, Duration(Load(VtaMemory.Inp, 4, 4, 13, 13, 3, 3)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(200)]
    public void The_latency_is_the_devices(int latency) =>
        Assert.Equal(6 + latency + 2 * 100, Duration(Load(VtaMemory.Inp, 1, 100), VtaDevice.Default with { ReadLatency = latency }));

    [Fact]
    public void Stores_cost_three_cycles_an_element_and_a_burst()
    {
        Assert.Equal(1 + 3 * 7 + 3 * 7 * 28, Duration(VtaInstruction.Store(new(VtaMemory.Out, 0, 0x1000, 7, 28, 28))));
        // 129 elements of two beats are two bursts of at most 256.
        Assert.Equal(1 + 3 * 2 + 3 * 129, Duration(VtaInstruction.Store(new(VtaMemory.Out, 0, 0x1000, 1, 129, 129))));
        Assert.Equal(2, Duration(VtaInstruction.Nop(VtaModule.Store, TokenFlags.None)));
    }

    [Fact]
    public void A_batch_is_read_before_any_of_it_is_dispatched()
    {
        var list = new VtaInstruction[200];
        Array.Fill(list, VtaInstruction.Nop(VtaModule.Compute, TokenFlags.None));
        list[^1] = VtaInstruction.Finish();
        CycleResult result = CycleSimulator.Run(PlantedPrograms.Make(list), timeline: true);
        // The first instruction starts after 22 + 2 * 128 cycles.
        Assert.Equal(22 + 2 * 128, result.Timeline[0].Start);
        // The second batch, of 72, is asked for when the first is dispatched.
        long dispatched = 22 + 2 * 128 - 4 + 127;
        Assert.Equal(dispatched + 22 + 2 * 72, result.Timeline[128].Start);
        Assert.Equal(result.Timeline[^1].End, result.Cycles);
    }

    [Fact]
    public void Two_modules_share_the_read_channel()
    {
        // 100 accumulator tiles and 400 input tiles are 800 beats each; together they need 1,600 and one latency.
        CycleResult result = CycleSimulator.Run(PlantedPrograms.Make([Load(VtaMemory.Inp, 4, 100) with { Tokens = TokenFlags.PushNext }, Load(VtaMemory.Acc, 1, 100), VtaInstruction.Nop(VtaModule.Compute, TokenFlags.PopPrev), VtaInstruction.Finish()]), timeline: true);
        long start = Math.Min(result.Timeline[0].Start, result.Timeline[1].Start), end = Math.Max(result.Timeline[0].End, result.Timeline[1].End);
        Assert.InRange(end - start, 1600 + 16, 1600 + 16 + 8);
        Assert.Equal(1600 + 2 * 4, result.ReadBeats);
    }

    [Fact]
    public void A_modules_times_add_up_to_the_run()
    {
        HandProgram p = ReferenceTests.MakeProgram(new(14, 14, 32, 48, 3, 1, 1, 7, 5, 2));
        CycleResult result = CycleSimulator.Run(p.Program, timeline: true);
        foreach (ModuleTime time in result.Modules)
        {
            Assert.Equal(result.Cycles, time.Total);
            Assert.True(time.Busy > 0 && time.WaitPrev >= 0 && time.WaitNext >= 0 && time.Starved >= 0);
        }
        var end = new long[3];
        foreach (TimelineEntry entry in result.Timeline)
        {
            Assert.True(entry.Start >= end[(int)entry.Module] && entry.End > entry.Start);
            end[(int)entry.Module] = entry.End;
        }
        Assert.Equal(p.Program.Instructions.Length, result.Timeline.Length);
        LayerCost layer = result.Layers.Single(l => l.Name == "conv");
        Assert.Equal(14 * 14 * 3 * 2 * 9, layer.GemmSteps);
        Assert.Equal(14 * 14 * 3 * 16, layer.StoredBytes);
        Assert.False(layer.IsBandwidthBound(result.Device));
    }

    [Fact]
    public void Slower_buses_and_one_thread_are_never_faster()
    {
        long two = Cycles(2, VtaDevice.Default), one = Cycles(1, VtaDevice.Default);
        Assert.True(two < one);
        Assert.True(Cycles(2, VtaDevice.Default with { BusBits = 32 }) > two);
        Assert.True(Cycles(2, VtaDevice.Default with { ReadLatency = 200 }) > two);
        Assert.True(Cycles(2, VtaDeviceJson.Sample("ultra96")!) < two);

        static long Cycles(int threads, VtaDevice device) => CycleSimulator.Run(ReferenceTests.MakeProgram(new(14, 14, 32, 48, 3, 1, 1, 7, 5, threads)).Program, device).Cycles;
    }

    [Fact]
    public void The_trace_is_what_Perfetto_reads()
    {
        HandProgram p = ReferenceTests.MakeProgram(new(9, 7, 16, 16, 3, 1, 0, 7, 2, 2));
        CycleResult result = CycleSimulator.Run(p.Program, timeline: true);
        using var stream = new MemoryStream();
        PerfettoTrace.Write(stream, p.Program, result);
        using JsonDocument trace = JsonDocument.Parse(stream.ToArray());
        int slices = 0;
        foreach (JsonElement e in trace.RootElement.GetProperty("traceEvents").EnumerateArray())
        {
            if (e.GetProperty("ph").GetString() != "X")
                continue;
            TimelineEntry entry = result.Timeline[slices++];
            Assert.Equal((entry.Start, entry.End - entry.Start, (int)entry.Module + 1), (e.GetProperty("ts").GetInt64(), e.GetProperty("dur").GetInt64(), e.GetProperty("tid").GetInt32()));
            Assert.Equal(entry.Instruction, e.GetProperty("args").GetProperty("instruction").GetInt32());
        }
        Assert.Equal(p.Program.Instructions.Length, slices);
    }

    [Fact]
    public void The_report_starts_with_the_cycles_and_names_the_layers()
    {
        HandProgram p = ReferenceTests.MakeProgram(new(9, 7, 16, 16, 3, 1, 0, 7, 2, 2));
        CycleResult result = CycleSimulator.Run(p.Program);
        var problems = new List<IsaProblem>();
        EnergyTable? energy = EnergyTable.Read("""{ "mac": 0.2, "dram_byte": 160 }"""u8, problems);
        Assert.Empty(problems);
        string report = CycleReport.Format(result, energy);
        Assert.StartsWith($"cycles: {result.Cycles}\n", report, StringComparison.Ordinal);
        Assert.Contains("\nconv ", report, StringComparison.Ordinal);
        double expected = (result.Total.GemmSteps * 256 * 0.2 + (result.Total.LoadedBytes + result.Total.StoredBytes) * 160.0) / 1000;
        Assert.Equal(expected, energy!.Nanojoules(result), 6);
        Assert.Null(EnergyTable.Read("""{ "mac": -1 }"""u8, problems));
        Assert.Null(EnergyTable.Read("""{ "macs": 1 }"""u8, problems));
        Assert.Equal(2, problems.Count);
    }
}
