using NestC.Builtin;
using NestC.IR;

namespace NestC.Analysis;

/// <summary>Everything of an operation that changes in place, to be put back: operands, successors, properties, attributes, types, and its place.</summary>
internal sealed class OpSnapshot
{
    private readonly Operation op, properties;
    private readonly Value[] operands;
    private readonly IrType[] types;
    private readonly Block[] successors;
    private readonly DictionaryAttr? attributes;
    private readonly Block? block;
    private readonly Operation? next;

    public OpSnapshot(Operation op)
    {
        this.op = op;
        operands = op.Operands.ToArray();
        types = op.Results.Types();
        successors = new Block[op.SuccessorCount];
        for (int i = 0; i < successors.Length; i++) successors[i] = op.Successor(i);
        attributes = op.AttributesOrNull;
        properties = op.Info.Definition?.New() ?? new UnregisteredOp();
        properties.CopyProperties(op);
        block = op.Block;
        next = op.Next;
    }

    /// <summary>Puts it back; what comes after the operation must be back in its place by then.</summary>
    public void Restore()
    {
        op.ReplaceOperands(0, op.OperandCount, operands);
        op.SetAttributes(attributes);
        op.CopyProperties(properties);
        for (int i = 0; i < types.Length; i++) op.ResultSlot(i).Type = types[i];
        for (int i = 0; i < successors.Length; i++) op.SetSuccessorBlock(i, successors[i]);
        if (op.Block == block && op.Next == next) return;
        op.Block?.Remove(op);
        block?.Insert(op, next);
    }
}

/// <summary>A builder for folds whose changes in place are taken back.</summary>
internal sealed class TrialBuilder(NestContext context) : OpBuilder(context)
{
    private OpSnapshot? before;

    protected override bool HearsModifications => true;

    public override void StartModify(Operation op) => before ??= new OpSnapshot(op);

    /// <summary>Takes back what was changed.</summary>
    public void TakeBack()
    {
        before?.Restore();
        before = null;
    }
}
