using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.IR;

namespace NestC.Passes.Loop;

/// <summary>
/// From when to when each buffer of a function is used, as numbers of operations in program order. What is used in a loop but made before it is
/// used until the loop ends.
/// </summary>
public sealed class Lifetimes
{
    /// <summary>A buffer, and the numbers of the operations that make it and use it last.</summary>
    /// <param name="Escapes">An operation after which nothing is known of it any more, or null.</param>
    public sealed record Buffer(AllocOp Op, int Start, int End, Operation? Escapes);

    private readonly Dictionary<Operation, (int First, int Last)> numbers = [];
    private readonly List<Buffer> buffers = [];
    private int next;

    public IReadOnlyList<Buffer> Buffers => buffers;

    public static Lifetimes Of(FuncOp function)
    {
        Lifetimes lifetimes = new();
        List<AllocOp> allocs = [];
        lifetimes.Number(function.Body, allocs);
        // Blocks that branch back may use a buffer again: with several blocks everything lives to the end.
        bool straight = function.Body.HasOneBlock;
        foreach (AllocOp alloc in allocs)
        {
            (int start, int end) = (lifetimes.numbers[alloc].First, lifetimes.numbers[alloc].First);
            Operation? escape = null;
            HashSet<Value> seen = [];
            lifetimes.Follow(alloc.MemRef, alloc.Block!, seen, ref end, ref escape);
            if (!straight) (start, end) = (0, lifetimes.next);
            lifetimes.buffers.Add(new Buffer(alloc, start, end, escape));
        }
        return lifetimes;
    }

    private void Number(Region region, List<AllocOp> allocs)
    {
        foreach (Block block in region.Blocks)
            foreach (Operation op in block.Operations)
            {
                int first = next++;
                if (op is AllocOp alloc) allocs.Add(alloc);
                foreach (Region inner in op.Regions) Number(inner, allocs);
                numbers[op] = (first, op.RegionCount > 0 ? next++ : first);
            }
    }

    // All uses of a buffer and of what may be the same memory.
    private void Follow(Value buffer, Block home, HashSet<Value> seen, ref int end, ref Operation? escape)
    {
        if (!seen.Add(buffer)) return;
        foreach (Use use in buffer.Uses)
        {
            Operation user = use.Owner;
            Operation? at = home.AncestorIn(user);
            // A use outside of the block that the buffer is made in: it was yielded.
            end = Math.Max(end, at is null ? numbers[user].Last : numbers[at].Last);
            switch (user)
            {
                case LoadOp or DeallocOp or DimOp or CopyOp: break;
                case StoreOp when use.Index == 1: break;
                case SubviewOp or CastOp or ReshapeOp: Follow(user.Result(0), home, seen, ref end, ref escape); break;
                case ForOp loop when use.Index >= 3:
                    Follow(loop.IterArg(use.Index - 3), home, seen, ref end, ref escape);
                    Follow(loop.Outputs[use.Index - 3], home, seen, ref end, ref escape);
                    break;
                case YieldOp when user.ParentOp is ForOp loop && loop.Block is { } outside && home.AncestorIn(loop) is not null && outside is not null:
                    Follow(loop.IterArg(use.Index), home, seen, ref end, ref escape);
                    Follow(loop.Outputs[use.Index], home, seen, ref end, ref escape);
                    break;
                case YieldOp when user.ParentOp is IfOp condition && home.AncestorIn(condition) is not null:
                    Follow(condition.Outputs[use.Index], home, seen, ref end, ref escape);
                    break;
                default:
                    escape ??= user;
                    break;
            }
        }
    }
}
