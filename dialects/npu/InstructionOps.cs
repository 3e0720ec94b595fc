using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>An operation that is one instruction of the stream.</summary>
public interface IInstructionOp
{
    /// <summary>The instruction, field by field.</summary>
    VtaInstruction Instruction { get; }
}

/// <summary>LOAD: rows of DRAM to a packed piece of an on-chip memory, with zero pads (top, bottom, left, right) around them.</summary>
[Op("npu.load", Format = "$memory `sram` $sram `dram` $dram `rows` $rows `cols` $cols `stride` $stride (`pad` $pad^)? (`tokens` `` $tokens^)? attr-dict")]
[Rule("C1", "every value fits its field")]
[Rule("C2", "the memory is uop, wgt, inp or acc")]
[Rule("C3", "a module pops from and pushes to its neighbours only")]
[Rule("C4", "a transfer has at least one row")]
[Rule("C5", "a transfer stays inside the on-chip memory, pads included")]
[Rule("C6", "a transfer stays inside the DRAM image")]
[Rule("C7", "weights have no pads")]
[Rule("C8", "micro-ops have one row and no pads")]
[Rule("C9", "micro-ops stay in the first 2048 entries")]
public sealed partial class LoadOp : Operation, IInstructionOp
{
    [Prop] public partial VtaMemory Memory { get; }

    /// <summary>The first element on the chip.</summary>
    [Prop] public partial int Sram { get; }

    /// <summary>The DRAM address in elements of the memory.</summary>
    [Prop] public partial long Dram { get; }

    [Prop] public partial int Rows { get; }

    /// <summary>The elements of a row; 0 makes the instruction a carrier of tokens.</summary>
    [Prop] public partial int Cols { get; }

    /// <summary>The elements from row to row in DRAM.</summary>
    [Prop] public partial int Stride { get; }

    /// <summary>Top, bottom, left, right.</summary>
    [Prop] public partial int[]? Pad { get; }

    [Prop(Default = TokenFlags.None)] public partial TokenFlags Tokens { get; }

    public VtaInstruction Instruction
    {
        get
        {
            ReadOnlySpan<int> pad = Pad is { Length: 4 } given ? given : [0, 0, 0, 0];
            return VtaInstruction.Load(new(Memory, Sram, (uint)Dram, Rows, Cols, Stride, pad[0], pad[1], pad[2], pad[3]), Tokens);
        }
    }

    protected override bool VerifyOp(Diag d) =>
        d.Require(Pad is null || Pad.Length == 4, "C1", $"has {Pad?.Length ?? 0} pads; there are top, bottom, left and right")
        && d.Require(Dram is >= 0 and <= uint.MaxValue, "C1", $"field dram_base is {Dram}, but holds 0 to {uint.MaxValue}")
        && InstructionVerifier.Verify(this, Instruction, d, static kind => kind switch
        {
            FindingKind.MemoryId or FindingKind.Acc8 => "C2",
            FindingKind.DependencyFlag => "C3",
            FindingKind.ZeroRows => "C4",
            FindingKind.SramRange => "C5",
            FindingKind.DramRange => "C6",
            FindingKind.WgtPad => "C7",
            FindingKind.UopRows => "C8",
            _ => "C9",
        });
}

/// <summary>STORE: a packed piece of the output buffer to rows of DRAM.</summary>
[Op("npu.store", Format = "$memory `sram` $sram `dram` $dram `rows` $rows `cols` $cols `stride` $stride (`pad` $pad^)? (`tokens` `` $tokens^)? attr-dict")]
[Rule("C1", "every value fits its field")]
[Rule("C2", "the memory is out")]
[Rule("C3", "a module pops from and pushes to its neighbours only")]
[Rule("C4", "a transfer has at least one row")]
[Rule("C5", "a transfer stays inside the on-chip memory")]
[Rule("C6", "a transfer stays inside the DRAM image")]
[Rule("C7", "there are no pads")]
public sealed partial class StoreOp : Operation, IInstructionOp
{
    [Prop(Default = VtaMemory.Out)] public partial VtaMemory Memory { get; }

    /// <summary>The first element on the chip.</summary>
    [Prop] public partial int Sram { get; }

    /// <summary>The DRAM address in output elements.</summary>
    [Prop] public partial long Dram { get; }

    [Prop] public partial int Rows { get; }

    /// <summary>The elements of a row; 0 makes the instruction a carrier of tokens.</summary>
    [Prop] public partial int Cols { get; }

    /// <summary>The elements from row to row in DRAM.</summary>
    [Prop] public partial int Stride { get; }

    /// <summary>The encoding has pads, but they must be 0.</summary>
    [Prop] public partial int[]? Pad { get; }

    [Prop(Default = TokenFlags.None)] public partial TokenFlags Tokens { get; }

    public VtaInstruction Instruction
    {
        get
        {
            ReadOnlySpan<int> pad = Pad is { Length: 4 } given ? given : [0, 0, 0, 0];
            return VtaInstruction.Store(new(Memory, Sram, (uint)Dram, Rows, Cols, Stride, pad[0], pad[1], pad[2], pad[3]), Tokens);
        }
    }

    protected override bool VerifyOp(Diag d) =>
        d.Require(Pad is null || Pad.Length == 4, "C1", $"has {Pad?.Length ?? 0} pads; there are top, bottom, left and right")
        && d.Require(Dram is >= 0 and <= uint.MaxValue, "C1", $"field dram_base is {Dram}, but holds 0 to {uint.MaxValue}")
        && InstructionVerifier.Verify(this, Instruction, d, static kind => kind switch
        {
            FindingKind.MemoryId => "C2",
            FindingKind.DependencyFlag => "C3",
            FindingKind.ZeroRows => "C4",
            FindingKind.SramRange => "C5",
            FindingKind.DramRange => "C6",
            _ => "C7",
        });
}

/// <summary>GEMM: for every iteration and micro-op, acc[dst] += inp[src] x wgt, or acc[dst] = 0 with `reset`.</summary>
[Op("npu.gemm", Format = "(`reset` $reset^)? `uop` $uop_begin `to` $uop_end `loop` $iter_out `x` $iter_in `dst` `(` $dst_factor_out `,` $dst_factor_in `)` "
    + "`src` `(` $src_factor_out `,` $src_factor_in `)` `wgt` `(` $wgt_factor_out `,` $wgt_factor_in `)` (`tokens` `` $tokens^)? attr-dict")]
[Rule("C1", "every value fits its field")]
[Rule("C2", "micro-ops stay in the buffer, portable ones in its first 2048 entries")]
[Rule("C3", "the loop nest is not empty")]
public sealed partial class GemmOp : Operation, IInstructionOp
{
    [Prop(Unit = true)] public partial bool Reset { get; }

    [Prop] public partial int UopBegin { get; }

    /// <summary>Exclusive.</summary>
    [Prop] public partial int UopEnd { get; }

    [Prop] public partial int IterOut { get; }

    [Prop] public partial int IterIn { get; }

    [Prop] public partial int DstFactorOut { get; }

    [Prop] public partial int DstFactorIn { get; }

    [Prop] public partial int SrcFactorOut { get; }

    [Prop] public partial int SrcFactorIn { get; }

    [Prop] public partial int WgtFactorOut { get; }

    [Prop] public partial int WgtFactorIn { get; }

    [Prop(Default = TokenFlags.None)] public partial TokenFlags Tokens { get; }

    public VtaInstruction Instruction => VtaInstruction.Gemm(
        new(UopBegin, UopEnd, IterOut, IterIn, DstFactorOut, DstFactorIn, SrcFactorOut, SrcFactorIn, WgtFactorOut, WgtFactorIn, Reset), Tokens);

    protected override bool VerifyOp(Diag d) =>
        InstructionVerifier.Verify(this, Instruction, d, static kind => kind == FindingKind.EmptyLoop ? "C3" : "C2");
}

/// <summary>ALU: for every iteration and micro-op, acc[dst] = op(acc[dst], imm) or op(acc[dst], acc[src]), lane by lane.</summary>
[Op("npu.alu", Format = "$op (`reset` $reset^)? `uop` $uop_begin `to` $uop_end `loop` $iter_out `x` $iter_in `dst` `(` $dst_factor_out `,` $dst_factor_in `)` "
    + "`src` `(` $src_factor_out `,` $src_factor_in `)` (`imm` $imm^)? (`unused_imm` $unused_imm^)? (`tokens` `` $tokens^)? attr-dict")]
[Rule("C1", "every value fits its field")]
[Rule("C2", "micro-ops stay in the buffer, portable ones in its first 2048 entries")]
[Rule("C3", "the loop nest is not empty")]
[Rule("C4", "mul is not used")]
[Rule("C5", "an immediate shift is by -16 to 15")]
[Rule("C6", "a tensor shift has no immediate")]
[Rule("C7", "the reset bit is not set")]
public sealed partial class AluOp : Operation, IInstructionOp
{
    [Prop("op")] public partial VtaAluOp Kind { get; }

    /// <summary>The encoding has the bit, but it means nothing.</summary>
    [Prop(Unit = true)] public partial bool Reset { get; }

    [Prop] public partial int UopBegin { get; }

    /// <summary>Exclusive.</summary>
    [Prop] public partial int UopEnd { get; }

    [Prop] public partial int IterOut { get; }

    [Prop] public partial int IterIn { get; }

    [Prop] public partial int DstFactorOut { get; }

    [Prop] public partial int DstFactorIn { get; }

    [Prop] public partial int SrcFactorOut { get; }

    [Prop] public partial int SrcFactorIn { get; }

    /// <summary>The second operand; the accumulator at the source index when there is none.</summary>
    [Prop] public partial int? Imm { get; }

    /// <summary>What stands in the immediate field of an instruction that does not use it.</summary>
    [Prop(Default = 0)] public partial int UnusedImm { get; }

    [Prop(Default = TokenFlags.None)] public partial TokenFlags Tokens { get; }

    public VtaInstruction Instruction => VtaInstruction.ForAlu(
        new(UopBegin, UopEnd, IterOut, IterIn, DstFactorOut, DstFactorIn, SrcFactorOut, SrcFactorIn, Reset: Reset),
        new(Kind, Imm.HasValue, (short)(Imm ?? UnusedImm)), Tokens);

    protected override bool VerifyOp(Diag d)
    {
        int imm = Imm ?? UnusedImm;
        return d.Require(imm == (short)imm, "C1", $"the immediate {imm} does not fit 16 bits")
            && d.Require(Imm is null || UnusedImm == 0, "C1", "has two immediates")
            && InstructionVerifier.Verify(this, Instruction, d, static kind => kind switch
            {
                FindingKind.EmptyLoop => "C3",
                FindingKind.Multiply => "C4",
                FindingKind.ShiftRange => "C5",
                FindingKind.ShiftImmediate => "C6",
                FindingKind.AluReset => "C7",
                _ => "C2",
            });
    }
}

/// <summary>An instruction of a module that only pops and pushes tokens.</summary>
[Op("npu.nop", Format = "$module (`tokens` `` $tokens^)? attr-dict")]
[Rule("C1", "a module pops from and pushes to its neighbours only")]
public sealed partial class NopOp : Operation, IInstructionOp
{
    [Prop] public partial VtaModule Module { get; }

    [Prop(Default = TokenFlags.None)] public partial TokenFlags Tokens { get; }

    public VtaInstruction Instruction => VtaInstruction.Nop(Module, Tokens);

    protected override bool VerifyOp(Diag d) => InstructionVerifier.Verify(this, Instruction, d, static _ => "C1");
}

/// <summary>FINISH: tells the host that the program is done.</summary>
[Op("npu.finish", Format = "(`tokens` `` $tokens^)? attr-dict")]
[Rule("C1", "carries no tokens")]
public sealed partial class FinishOp : Operation, IInstructionOp
{
    [Prop(Default = TokenFlags.None)] public partial TokenFlags Tokens { get; }

    public VtaInstruction Instruction => VtaInstruction.Finish() with { Tokens = Tokens };

    protected override bool VerifyOp(Diag d) => InstructionVerifier.Verify(this, Instruction, d, static _ => "C1");
}
