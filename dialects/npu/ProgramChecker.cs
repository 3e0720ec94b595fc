using NestC.Diagnostics;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>What can only be said of a whole program: the simulator's checks of tokens, races, indices and pipelines, without computing.</summary>
internal static class ProgramChecker
{
    public static bool Check(ProgramOp program, Diag d)
    {
        var ops = new List<Operation>();
        VtaProgram binary = VtaExport.ForChecking(program, ops);
        VtaDevice device = program.Device.Device;
        SimulationResult result = FunctionalSimulator.Run(binary, new SimulationOptions { Execute = false, QueueDepth = device.QueueDepth, TokenLimit = device.TokenLimit });
        bool ok = true;
        foreach (Finding finding in result.Findings)
        {
            if (RuleOf(finding.Kind) is not { } rule || (program.Nonportable && finding.Severity == FindingSeverity.Warning)) continue;
            var at = new Diag(d.Engine, finding.Instruction < 0 ? program : ops[finding.Instruction]);
            Diagnostic error = at.New(Severity.Error, finding.Code, rule, finding.Instruction < 0 ? finding.Message : $"(instruction {finding.Instruction}) {finding.Message}");
            if (finding.Related >= 0) error.Note(ops[finding.Related].Location, $"the other instruction, number {finding.Related}");
            at.Say(error);
            ok = false;
        }
        return ok;
    }

    // The other kinds are those of a single instruction, which its own verifier has reported.
    private static string? RuleOf(FindingKind kind) => kind switch
    {
        FindingKind.FinishPlace => "C4",
        FindingKind.LoopIndex => "C5",
        FindingKind.UndefinedRead => "C6",
        FindingKind.DataRace => "C7",
        FindingKind.LeftoverToken => "C8",
        FindingKind.EarlyFinish or FindingKind.FinishBeforeLoad => "C9",
        FindingKind.Deadlock => "C10",
        FindingKind.QueueOverrun => "C11",
        FindingKind.TokenOverflow => "C12",
        FindingKind.ImmediateSource => "C13",
        FindingKind.AluHazard => "C14",
        FindingKind.RepeatedDestination => "C15",
        FindingKind.StaleOut => "C16",
        _ => null,
    };
}
