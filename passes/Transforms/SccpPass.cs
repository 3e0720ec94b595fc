using NestC.Analysis;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>
/// Sparse conditional constant propagation (Wegman and Zadeck, "Constant propagation with conditional branches", 1991), through
/// regions and calls of functions whose callers are all known.
/// </summary>
[Pass("sccp", "Sparse Conditional Constant Propagation")]
public sealed class SccpPass : Pass
{
    public override string DisplayName => "SCCP";

    protected override void Run(Operation op, PassContext ctx)
    {
        ConstantPropagation analysis = new(op.Context);
        analysis.Run(op);
        Rewrite(op, analysis);
    }

    private static void Rewrite(Operation root, ConstantPropagation analysis)
    {
        OpBuilder builder = new(root.Context);
        ConstantPool pool = new(builder);
        Vec<Block> pending = default;
        AddBlocks(root, ref pending);
        while (!pending.IsEmpty)
        {
            Block block = pending.Pop();
            foreach (Operation op in block.Operations)
            {
                bool all = op.ResultCount > 0;
                for (int i = 0; i < op.ResultCount; i++) all &= Replace(op.Result(i), block, op.Location);
                if (all && SideEffects.WouldBeTriviallyDead(op)) builder.Erase(op);
                else AddBlocks(op, ref pending);
            }
            for (int i = 0; i < block.ArgumentCount; i++)
            {
                Value argument = block.ArgumentAt(i);
                Replace(argument, block, argument.Location);
            }
        }

        bool Replace(Value value, Block at, Location location)
        {
            ConstantState state = analysis.StateOf(value);
            if (state.Constant is not { } constant || state.Dialect is not { } dialect) return false;
            if (pool.GetOrMake(at, dialect, constant, value.Type, location) is not { } made) return false;
            builder.ReplaceAllUses(value, made.Result(0));
            return true;
        }
    }

    private static void AddBlocks(Operation op, ref Vec<Block> pending)
    {
        foreach (Region region in op.Regions)
            for (Block? block = region.Last; block is not null; block = block.Previous) pending.Add(block);
    }
}
