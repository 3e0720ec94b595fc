using NestC.IR;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>
/// Which values are needed at the start and the end of each block of an operation's regions. Uses in nested regions count at the operation
/// that holds them. Lists are in the order of first mention, which is the same in every run.
/// </summary>
public sealed class Liveness
{
    private sealed class BlockSets
    {
        public readonly ValueMap<bool> Used = new(), Defined = new(), In = new(), Out = new();
        public readonly List<Value> UsedList = [], InList = [], OutList = [];
    }

    private readonly Dictionary<Block, BlockSets> sets = [];

    public Liveness(Operation root)
    {
        List<Block> blocks = [];
        Collect(root, blocks);
        Stack<Block> worklist = new();
        HashSet<Block> waiting = [];
        foreach (Block block in blocks)
        {
            sets.Add(block, Scan(block));
            worklist.Push(block);
            waiting.Add(block);
        }
        while (worklist.Count > 0)
        {
            Block block = worklist.Pop();
            waiting.Remove(block);
            if (!Update(block)) continue;
            foreach (Block predecessor in block.Predecessors)
                if (sets.ContainsKey(predecessor) && waiting.Add(predecessor)) worklist.Push(predecessor);
        }
    }

    /// <summary>The values that are needed at the start of a block; its own arguments are not among them.</summary>
    public IReadOnlyList<Value> LiveIn(Block block) => sets[block].InList;

    /// <summary>The values that are needed at the end of a block by its successors.</summary>
    public IReadOnlyList<Value> LiveOut(Block block) => sets[block].OutList;

    public bool IsLiveIn(Block block, Value value) => sets[block].In.Contains(value);

    public bool IsLiveOut(Block block, Value value) => sets[block].Out.Contains(value);

    /// <summary>Whether nothing needs the value once the operation, which is in the value's scope, was executed.</summary>
    public bool IsDeadAfter(Value value, Operation op)
    {
        if (op.Block is not { } block) return true;
        if (sets.TryGetValue(block, out BlockSets? own) && own.Out.Contains(value)) return false;
        foreach (Use use in value.Uses)
            if (block.AncestorIn(use.Owner) is { } user && op.IsBeforeInBlock(user)) return false;
        return true;
    }

    private static void Collect(Operation op, List<Block> blocks)
    {
        if (op.RegionCount == 0) return;
        if (DeepStack.IsShort)
        {
            DeepStack.Run((op, blocks), static s => Collect(s.op, s.blocks));
            return;
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
            {
                blocks.Add(block);
                foreach (Operation inner in block.Operations) Collect(inner, blocks);
            }
    }

    private static BlockSets Scan(Block block)
    {
        BlockSets own = new();
        for (int i = 0; i < block.ArgumentCount; i++) own.Defined.Set(block.ArgumentAt(i), true);
        foreach (Operation op in block.Operations)
        {
            AddUses(op, op, own);
            foreach (Value result in op.Results) own.Defined.Set(result, true);
        }
        return own;
    }

    // Values defined inside the operation itself are not the block's business.
    private static void AddUses(Operation op, Operation top, BlockSets own)
    {
        foreach (Value operand in op.Operands)
        {
            if (own.Used.Contains(operand) || own.Defined.Contains(operand) || IsInside(operand, top)) continue;
            own.Used.Set(operand, true);
            own.UsedList.Add(operand);
        }
        if (op.RegionCount == 0) return;
        if (DeepStack.IsShort) DeepStack.Run((op, top, own), static s => AddNestedUses(s.op, s.top, s.own));
        else AddNestedUses(op, top, own);
    }

    private static void AddNestedUses(Operation op, Operation top, BlockSets own)
    {
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) AddUses(inner, top, own);
    }

    private static bool IsInside(Value value, Operation top)
    {
        foreach (Region region in top.Regions)
            if (region.IsAncestorOf(value.Block?.Parent)) return true;
        return false;
    }

    private bool Update(Block block)
    {
        BlockSets own = sets[block];
        int before = own.In.Count;
        bool first = own.InList.Count == 0;
        for (int s = 0; s < block.SuccessorCount; s++)
        {
            if (!sets.TryGetValue(block.Successor(s), out BlockSets? successor)) continue;
            foreach (Value value in successor.InList) Add(own.Out, own.OutList, value);
        }
        if (first)
            foreach (Value value in own.UsedList) Add(own.In, own.InList, value);
        foreach (Value value in own.OutList)
            if (!own.Defined.Contains(value)) Add(own.In, own.InList, value);
        return own.In.Count != before;
    }

    private static void Add(ValueMap<bool> set, List<Value> list, Value value)
    {
        if (set.Contains(value)) return;
        set.Set(value, true);
        list.Add(value);
    }
}
