using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>Judges instruction operations by the same checks that the simulator makes of the binary.</summary>
internal static class InstructionVerifier
{
    /// <summary>The program that an operation stands in; false after an error was reported.</summary>
    public static bool Program(Operation op, Diag d, out ProgramOp program)
    {
        program = (op.ParentOp as ProgramOp)!;
        return program is not null || d.Error("NEST5003", "expects parent op 'npu.program'");
    }

    /// <summary>Checks the fields, and what can be said of one instruction alone; <paramref name="ruleOf"/> names the rule of a finding.</summary>
    public static bool Verify(Operation op, in VtaInstruction insn, Diag d, Func<FindingKind, string> ruleOf)
    {
        if (!Program(op, d, out ProgramOp program)) return false;
        var problems = new List<IsaProblem>();
        var codec = new InstructionCodec(program.Config);
        if (!codec.TryEncode(insn, out InstructionWord word, problems))
        {
            foreach (IsaProblem problem in problems)
                d.Say(d.New(Severity.Error, problem.Code, "C1", $"(instruction {IndexOf(op)}) {problem.Message}"));
            return false;
        }
        var findings = new FindingList(int.MaxValue);
        var checker = new StaticChecker(program.Config, (uint)program.DramBase, program.DramBytes, SimulationOptions.Default, findings);
        checker.Check(word, insn, 0);
        if (findings.Count == 0) return true;
        bool ok = true;
        foreach (Finding finding in findings.ToSorted())
        {
            if (program.Nonportable && finding.Severity == FindingSeverity.Warning) continue;
            ok = d.Say(d.New(Severity.Error, finding.Code, ruleOf(finding.Kind), $"(instruction {IndexOf(op)}) {finding.Message}"));
        }
        return ok;
    }

    // The number that the simulator would say: it counts instructions, not data.
    private static int IndexOf(Operation op)
    {
        int index = 0;
        for (Operation? before = op.Previous; before is not null; before = before.Previous)
        {
            if (before is IInstructionOp) index++;
        }
        return index;
    }
}
