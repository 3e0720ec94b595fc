using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>Random portable programs. The quick run takes a sample; NEST_FULL=1 takes all 2,000.</summary>
public sealed class RandomProgramTests
{
    private static bool Full => Environment.GetEnvironmentVariable("NEST_FULL") == "1";

    [Fact]
    public void Every_order_of_stepping_gives_the_memory_of_the_plain_machine()
    {
        int count = Full ? 2000 : 40;
        int instructions = 0;
        var problems = new List<IsaProblem>();
        for (int n = 0; n < count; n++)
        {
            VtaProgram program = RandomPrograms.Make((ulong)n, problems);
            Assert.Empty(problems);
            instructions += program.Instructions.Length;
            byte[] expected = NaiveMachine.Run(program);
            Check(n, program, expected, new());
            for (ulong seed = 0; seed < 4; seed++)
                Check(n, program, expected, new() { ScheduleSeed = seed, StoreSource = (StoreSource)(seed & 1) });
            CycleResult cycles = CycleSimulator.Run(program);
            Assert.True(cycles.Finished);
            Assert.Equal(cycles.Cycles, CycleSimulator.Run(program).Cycles);
        }
        Assert.True(instructions > 30 * count);
    }

    [Fact]
    public void Binary_and_decoded_programs_agree()
    {
        int count = Full ? 2000 : 40;
        var problems = new List<IsaProblem>();
        var codec = new InstructionCodec(VtaConfig.Default);
        for (int n = 0; n < count; n++)
        {
            VtaProgram program = RandomPrograms.Make((ulong)n, problems);
            byte[]? file = VtaContainer.Write(program, problems);
            Assert.Empty(problems);
            VtaProgram? again = VtaContainer.Read(file, problems);
            Assert.Empty(problems);
            Assert.Equal(program.Instructions, again!.Instructions);
            Assert.Equal(program.Dram, again.Dram);
            Assert.Equal(file, VtaContainer.Write(again, problems));
            foreach (InstructionWord word in program.Instructions)
                Assert.Equal(word, codec.Encode(codec.Decode(word)));
        }
    }

    [Fact]
    public void No_inserted_token_is_superfluous()
    {
        int count = Full ? 300 : 6;
        var problems = new List<IsaProblem>();
        for (int n = 0; n < count; n++)
        {
            VtaProgram program = RandomPrograms.Make((ulong)(n + 10_000), problems);
            for (var queue = TokenQueue.LoadToCompute; queue <= TokenQueue.StoreToCompute; queue++)
            {
                for (int k = 0; Without(program, queue, k) is { } less; k++)
                {
                    SimulationResult result = FunctionalSimulator.Run(less);
                    Assert.True(Array.Exists(result.Findings, f => f.Kind is FindingKind.DataRace or FindingKind.EarlyFinish or FindingKind.FinishBeforeLoad),
                        $"program {n}: token {k} of {queue} can be dropped");
                }
            }
        }
    }

    private static void Check(int n, VtaProgram program, byte[] expected, SimulationOptions options)
    {
        SimulationResult result = FunctionalSimulator.Run(program, options);
        Assert.True(result.IsClean, $"program {n}, seed {options.ScheduleSeed}: {(result.IsClean ? "" : result.Findings[0])}");
        Assert.True(result.Finished);
        Assert.True(expected.AsSpan().SequenceEqual(result.Dram), $"program {n}, seed {options.ScheduleSeed}: another memory");
    }

    /// <summary>The program without the k-th push and the k-th pop of a queue, or null when it has fewer.</summary>
    private static VtaProgram? Without(VtaProgram program, TokenQueue queue, int k)
    {
        var codec = new InstructionCodec(program.Config);
        var words = (InstructionWord[])program.Instructions.Clone();
        int pushes = 0, pops = 0;
        bool found = false;
        for (int i = 0; i < words.Length; i++)
        {
            VtaInstruction insn = codec.Decode(words[i]);
            foreach (TokenFlags flag in (ReadOnlySpan<TokenFlags>)[TokenFlags.PopPrev, TokenFlags.PopNext, TokenFlags.PushPrev, TokenFlags.PushNext])
            {
                if ((insn.Tokens & flag) == 0)
                    continue;
                bool drop = (VtaInstruction.PushQueue(insn.Module, flag) == queue && pushes++ == k) || (VtaInstruction.PopQueue(insn.Module, flag) == queue && pops++ == k);
                if (!drop)
                    continue;
                found = true;
                words[i] = codec.Encode(insn with { Tokens = codec.Decode(words[i]).Tokens & ~flag });
            }
        }
        return found ? new(program.Config, words, program.DramBase, program.Dram) : null;
    }
}
