using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>Programs as IR: through text, through the binary, and what the verifier says.</summary>
public sealed class DialectTests
{
    internal static NestContext NewContext(List<Diagnostic> said)
    {
        var context = new NestContext();
        context.Register("builtin", static c => new Builtin.BuiltinDialect(c));
        NpuDialect.Register(context);
        context.Diagnostics.PushHandler(said.Add);
        return context;
    }

    internal static ProgramOp Import(NestContext context, VtaProgram binary)
    {
        var problems = new List<IsaProblem>();
        ProgramOp? program = VtaImport.FromProgram(new OpBuilder(context), binary, VtaDevice.Default, "p", problems);
        Assert.Empty(problems);
        return program!;
    }

    [Fact]
    public void A_program_survives_text_and_binary()
    {
        var problems = new List<IsaProblem>();
        for (ulong seed = 0; seed < 12; seed++)
        {
            VtaProgram binary = RandomPrograms.Make(seed, problems);
            var said = new List<Diagnostic>();
            NestContext context = NewContext(said);
            ProgramOp program = Import(context, binary);
            Assert.True(Verifier.Verify(program), said.Count > 0 ? said[0].Message : "");
            foreach (bool generic in new[] { false, true })
            {
                var options = new PrintOptions { Generic = generic, DebugInfo = true };
                string text = AsmPrinter.ToText(program, options);
                Operation? module = AsmParser.Parse(context, text);
                Assert.True(module is not null, said.Count > 0 ? said[0].Message : "");
                var again = (ProgramOp)module.Region(0).First!.First!;
                Assert.Equal(text, AsmPrinter.ToText(again, options));
                VtaProgram? back = VtaExport.ToProgram(again, new Diag(context.Diagnostics, again));
                Assert.Equal(binary.Instructions, back!.Instructions);
                Assert.Equal(binary.Dram, back.Dram);
                Assert.Equal((binary.DramBase, binary.Config), (back.DramBase, back.Config));
            }
            Assert.Empty(said);
        }
    }

    [Fact]
    public void Instructions_read_as_they_are_named()
    {
        var said = new List<Diagnostic>();
        string text = AsmPrinter.ToText(Import(NewContext(said), PlantedPrograms.CorrectProgram));
        Assert.Contains("npu.load inp sram 0 dram 512 rows 1 cols 4 stride 4\n", text, StringComparison.Ordinal);
        Assert.Contains("npu.load wgt sram 0 dram 48 rows 1 cols 1 stride 1 tokens<push_next>\n", text, StringComparison.Ordinal);
        Assert.Contains("npu.gemm uop 0 to 4 loop 1 x 1 dst(0, 0) src(0, 0) wgt(0, 0) tokens<pop_prev|push_next>\n", text, StringComparison.Ordinal);
        Assert.Contains("npu.nop compute tokens<pop_next>\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_the_names_of_locations()
    {
        HandProgram hand = HandPrograms.ResidualAdd(20, HandPrograms.Bytes(1, 320), HandPrograms.Bytes(2, 320));
        var said = new List<Diagnostic>();
        NestContext context = NewContext(said);
        ProgramOp program = Import(context, hand.Program);
        VtaProgram back = VtaExport.ToProgram(program, new Diag(context.Diagnostics, program))!;
        Assert.Equal(["add"], back.TagNames);
        Assert.All(back.Tags, t => Assert.Equal(0, t));
        Assert.Contains("\nadd ", CycleReport.Format(CycleSimulator.Run(back)), StringComparison.Ordinal);
    }

    // A program of 32 MiB is no faster to verify than to import, and no verifier counts what a run would execute.
    public static TheoryData<string> Planted()
    {
        var names = new TheoryData<string>();
        foreach (Planted planted in PlantedPrograms.All())
        {
            if (planted.Kind is not (FindingKind.StreamLength or FindingKind.StepLimit)) names.Add(planted.Name);
        }
        return names;
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void What_the_simulator_finds_the_verifier_says(string name)
    {
        Planted planted = PlantedPrograms.All().Single(p => p.Name == name);
        var said = new List<Diagnostic>();
        NestContext context = NewContext(said);
        var problems = new List<IsaProblem>();
        VtaProgram binary = planted.Program;
        ProgramOp? program = VtaImport.FromProgram(new OpBuilder(context), binary, VtaDevice.Default, "p", problems);
        if (program is null)
        {
            // No operation can hold it, and the import says so with the same code.
            Assert.Contains(problems, p => p.Code == $"NEST{(int)planted.Kind}");
            return;
        }
        bool portable = (int)planted.Kind < 5300;
        program.SetNonportable(new OpBuilder(context), false);
        bool ok = Verifier.Verify(program);
        switch (planted.Kind)
        {
            // A program without FINISH is an unfinished one; values are not known to a verifier.
            case FindingKind.FinishPlace when planted.Instruction < 0:
            case FindingKind.ShiftRange when planted.Name.StartsWith("tensor", StringComparison.Ordinal):
                return;
            case FindingKind.FinishPlace:
                Assert.Contains(said, d => d.Message.Contains("is not the last operation", StringComparison.Ordinal));
                return;
            case FindingKind.NotExecuted:
                Assert.Contains(said, d => d.Code == "NEST5225");
                return;
        }
        Assert.False(ok);
        Assert.True(said.Exists(d => d.Code == $"NEST{(int)planted.Kind}"), string.Join("\n", said.ConvertAll(d => d.Code + " " + d.Message)));
        Assert.All(said, d => Assert.Matches(@"^'npu\.[a-z_]+' op .* \[C[0-9]+\]$", d.Message));
        if (portable) return;
        // The same program may be kept where portability is not asked for.
        program.SetNonportable(new OpBuilder(context), true);
        said.Clear();
        Verifier.Verify(program);
        Assert.DoesNotContain(said, d => d.Code.StartsWith("NEST53", StringComparison.Ordinal));
    }
}
