using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Builtin.Cf;

/// <summary>Ends the program with a message when the condition is false.</summary>
[Op("cf.assert", Format = "$arg `,` $msg attr-dict")]
public sealed partial class AssertOp : Operation, IMemoryEffects
{
    [Operand<I1>] public partial Value Arg { get; }

    [Prop] public partial StringAttr Msg { get; }

    // As upstream: a write, so that it is neither erased nor moved.
    public void GetEffects(ref EffectList effects) => effects.Add(MemoryEffect.Write);
}

/// <summary>Goes on with another block.</summary>
[Op("cf.br", Format = "$dest (`(` $dest_operands^ `:` type($dest_operands) `)`)? attr-dict")]
public sealed partial class BranchOp : Operation, IPure, ITerminator, IBranch
{
    [Operands<AnyType>] public partial OperandRange DestOperands { get; }

    [Successor] public partial Block Dest { get; }

    public OperandRange SuccessorOperands(int index) => DestOperands;

    public Block? SuccessorFor(FoldInputs constants) => Dest;
}

/// <summary>Goes on with one of two blocks.</summary>
[Op("cf.cond_br", Format = "$condition `,` $true_dest (`(` $true_dest_operands^ `:` type($true_dest_operands) `)`)? `,` "
    + "$false_dest (`(` $false_dest_operands^ `:` type($false_dest_operands) `)`)? attr-dict")]
public sealed partial class CondBranchOp : Operation, IPure, ITerminator, IBranch
{
    [Operand<I1>] public partial Value Condition { get; }

    [Operands<AnyType>] public partial OperandRange TrueDestOperands { get; }

    [Operands<AnyType>] public partial OperandRange FalseDestOperands { get; }

    [Successor] public partial Block TrueDest { get; }

    [Successor] public partial Block FalseDest { get; }

    public OperandRange SuccessorOperands(int index) => index == 0 ? TrueDestOperands : FalseDestOperands;

    public Block? SuccessorFor(FoldInputs constants) => constants[0] is IntegerAttr condition ? condition.Value != 0 ? TrueDest : FalseDest : null;
}
