using System.Numerics;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu.Conversion;

/// <summary>
/// Rewrites the instructions of a program with the tokens that order it as it is written: flags and NOPs that it has are dropped, and
/// `npu.finish` is added when it is missing.
/// </summary>
public static class TokenInsertion
{
    /// <summary>Returns the tokens inserted, or -1 after an error was reported, with the program unchanged.</summary>
    public static int Run(ProgramOp program, Diag d)
    {
        var ops = new List<Operation>();
        var instructions = new List<VtaInstruction>();
        var tags = new List<int>();
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is ITileOp)
            {
                d.Error(op, "NEST5005", "is no instruction: tokens of tile operations are inserted when they are lowered");
                return -1;
            }
            if (op is not IInstructionOp insn) continue;
            tags.Add(ops.Count);
            ops.Add(op);
            instructions.Add(insn.Instruction);
        }
        if (!program.IsFinished)
        {
            instructions.Add(VtaInstruction.Finish());
            tags.Add(-1);
        }
        byte[] dram = VtaExport.ForChecking(program, []).Dram;
        var problems = new List<IsaProblem>();
        (List<VtaInstruction> final, List<int> finalTags) = TokenInserter.Insert(program.Config, (uint)program.DramBase, dram, instructions, tags, problems);
        foreach (IsaProblem problem in problems) d.Error(problem.Code, problem.Message);
        return problems.Count > 0 ? -1 : Replace(program, ops, final, finalTags);
    }

    private static int Replace(ProgramOp program, List<Operation> ops, List<VtaInstruction> final, List<int> tags)
    {
        OpBuilder b = new OpBuilder(program.Context).AtEnd(program.Body.First!);
        int tokens = 0;
        for (int i = 0; i < final.Count; i++)
        {
            Operation? from = tags[i] >= 0 ? ops[tags[i]] : null;
            b.Location = (from ?? program).Location;
            Operation made = VtaImport.Make(b, final[i]);
            tokens += BitOperations.PopCount((uint)(final[i].Tokens & (TokenFlags.PushNext | TokenFlags.PushPrev)));
            // A NOP that carries tokens to or from an instruction is not that instruction.
            if (from is null || final[i].IsNop) continue;
            foreach (NamedAttr entry in from.Attributes.Entries) b.SetAttribute(made, entry.Name.ToString(), entry.Value);
        }
        foreach (Operation op in ops) b.Erase(op);
        return tokens;
    }
}
