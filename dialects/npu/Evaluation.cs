using NestC.Diagnostics;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>What a program means: the functional simulator's result on given inputs.</summary>
public sealed class ProgramEvaluation
{
    private readonly ProgramOp program;
    private readonly VtaProgram binary;

    private ProgramEvaluation(ProgramOp program, VtaProgram binary) => (this.program, this.binary) = (program, binary);

    /// <summary>Prepares a finished program; null after an error was reported.</summary>
    public static ProgramEvaluation? Of(ProgramOp program, Diag d) => VtaExport.ToProgram(program, d) is { } binary ? new(program, binary) : null;

    /// <summary>The program as the device gets it, with what has been set so far.</summary>
    public VtaProgram Binary => binary;

    /// <summary>The result of the last run.</summary>
    public SimulationResult? Result { get; private set; }

    /// <summary>Sets the bytes of data; false when the program has no data of that name and size.</summary>
    public bool Set(string name, ReadOnlySpan<byte> bytes)
    {
        Span<byte> place = Place(name, binary.Dram);
        if (place.Length != bytes.Length || place.IsEmpty) return false;
        bytes.CopyTo(place);
        return true;
    }

    /// <summary>Runs the program and reports what the checker finds. False when it found an error or FINISH was not reached.</summary>
    public bool Run(Diag d, SimulationOptions? options = null)
    {
        Result = FunctionalSimulator.Run(binary, options);
        var ops = new List<Operation>();
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is IInstructionOp) ops.Add(op);
        }
        foreach (Finding finding in Result.Findings)
        {
            Severity severity = finding.Severity == FindingSeverity.Error ? Severity.Error : Severity.Warning;
            var at = new Diag(d.Engine, finding.Instruction < 0 ? program : ops[finding.Instruction]);
            at.Say(at.New(severity, finding.Code, null, $"(instruction {finding.Instruction}) {finding.Message}"));
        }
        return Result.Finished && Result.IsLegal;
    }

    /// <summary>The bytes of data after the last run, or before any; empty when there are no data of that name.</summary>
    public ReadOnlySpan<byte> Get(string name) => Place(name, Result?.Dram ?? binary.Dram);

    private Span<byte> Place(string name, byte[] dram) => program.FindData(System.Text.Encoding.UTF8.GetBytes(name)) is { } data
        ? dram.AsSpan((int)data.Offset, (int)data.ByteCount(program.Config)) : default;
}
