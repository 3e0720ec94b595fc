using NestC.Support;

namespace NestC.IR;

/// <summary>
/// Copies operations and regions. Values and blocks that were copied are known afterwards; what was not copied stays what it is,
/// and what <see cref="Map"/> names is replaced.
/// </summary>
public sealed class Cloner(OpBuilder builder)
{
    private readonly ValueMap<Value> values = new();
    private readonly Dictionary<Block, Block> blocks = [];

    /// <summary>Makes copies use <paramref name="to"/> where the originals use <paramref name="from"/>.</summary>
    public void Map(Value from, Value to) => values.Set(from, to);

    /// <summary>What stands for a value in the copies.</summary>
    public Value Mapped(Value value) => values.TryGet(value, out Value copy) ? copy : value;

    /// <summary>Copies an operation with its regions, and inserts the copy at the builder's place.</summary>
    public Operation Clone(Operation op)
    {
        Operation copy = Copy(op, withOperands: true);
        foreach (Region region in op.Regions) CopyInto(region, copy.Region(region.Number));
        return builder.Insert(copy);
    }

    /// <summary>Copies all blocks of a region to another, before a block or at the end. Blocks may refer to each other in any order.</summary>
    public void CloneInto(Region from, Region into, Block? before)
    {
        foreach (Block block in from.Blocks) into.Append(NewBlock(block), before);
        Fill(from);
    }

    private void CopyInto(Region from, Region into)
    {
        if (DeepStack.IsShort)
        {
            DeepStack.Run((this, from, into), static s => s.Item1.CopyInto(s.from, s.into));
            return;
        }
        foreach (Block block in from.Blocks) into.Append(NewBlock(block));
        Fill(from);
    }

    private Block NewBlock(Block block)
    {
        Block copy = new();
        for (int i = 0; i < block.ArgumentCount; i++)
        {
            Value argument = block.ArgumentAt(i);
            values.Set(argument, copy.AddArgument(argument.Type, argument.Location));
        }
        blocks[block] = copy;
        return copy;
    }

    // Operations first, operands afterwards: a use may stand before its definition.
    private void Fill(Region from)
    {
        foreach (Block block in from.Blocks)
        {
            Block copy = blocks[block];
            foreach (Operation op in block.Operations) copy.Append(Copy(op, withOperands: false));
        }
        foreach (Block block in from.Blocks)
        {
            Operation? copy = blocks[block].First;
            foreach (Operation op in block.Operations)
            {
                copy!.InitializeOperands(Operands(op));
                foreach (Region region in op.Regions) CopyInto(region, copy.Region(region.Number));
                builder.Listener?.Inserted(copy);
                copy = copy.Next;
            }
        }
    }

    private Operation Copy(Operation op, bool withOperands)
    {
        Operation copy = op.Info.Definition?.New() ?? new UnregisteredOp();
        copy.Initialize(op.Info, op.Location);
        copy.CopyProperties(op);
        copy.SetAttributes(op.AttributesOrNull);
        copy.SetResultTypes(op.Results.Types());
        if (withOperands) copy.InitializeOperands(Operands(op));
        if (op.SuccessorCount > 0)
        {
            Block[] successors = new Block[op.SuccessorCount];
            for (int i = 0; i < successors.Length; i++) successors[i] = blocks.GetValueOrDefault(op.Successor(i), op.Successor(i));
            copy.InitializeSuccessors(successors);
        }
        copy.InitializeRegions(op.RegionCount);
        for (int i = 0; i < op.ResultCount; i++) values.Set(op.Result(i), copy.Result(i));
        return copy;
    }

    private Value[] Operands(Operation op)
    {
        Value[] operands = op.Operands.ToArray();
        for (int i = 0; i < operands.Length; i++) operands[i] = Mapped(operands[i]);
        return operands;
    }
}
