using NestC.IR;
using NestC.Support;

namespace NestC.Passes;

/// <summary>
/// Makes a program smaller while it stays interesting: takes away operations in ever smaller runs (Zeller and Hildebrandt, "Simplifying
/// and isolating failure-inducing input", 2002), branches, blocks and attributes. Uses of what goes get another value of the type.
/// </summary>
public sealed partial class IrReducer(Func<Operation, bool> isInteresting)
{
    /// <summary>Candidates that are tried at most.</summary>
    public int MaxTries { get; init; } = 2000;

    /// <summary>Candidates tried so far.</summary>
    public int Tries { get; private set; }

    /// <summary>The smallest interesting program found; the given one is not changed.</summary>
    public Operation Reduce(Operation root)
    {
        Operation best = Copy(root);
        bool smaller = true;
        while (smaller && Tries < MaxTries)
        {
            smaller = RemoveOps(ref best);
            smaller |= RemoveBranches(ref best);
            smaller |= RemoveAttributes(ref best);
        }
        return best;
    }

    /// <summary>A copy that is in no block.</summary>
    public static Operation Copy(Operation root) => new Cloner(new OpBuilder(root.Context)).Clone(root);

    private bool Try(ref Operation best, Operation candidate)
    {
        Tries++;
        using (candidate.Context.Diagnostics.PushHandler(static _ => { }))
        {
            if (!Verifier.Verify(candidate) || !isInteresting(candidate)) return false;
        }
        best = candidate;
        return true;
    }

    private bool RemoveOps(ref Operation best)
    {
        bool any = false;
        int count = Ops(best).Count;
        for (int run = Math.Max(1, count / 2); ; run /= 2)
        {
            // From the end: what is used comes after what uses it is gone.
            for (int end = Ops(best).Count; end > 0 && Tries < MaxTries; end -= run)
            {
                Operation candidate = Copy(best);
                if (Erase(candidate, Math.Max(0, end - run), end) && Try(ref best, candidate)) any = true;
                end = Math.Min(end, Ops(best).Count + run);
            }
            if (run == 1) return any;
        }
    }

    private static Vec<Operation> Ops(Operation root)
    {
        Vec<Operation> ops = default;
        root.Walk(op =>
        {
            if (op != root && !op.IsTerminatorLike) ops.Add(op);
            return WalkResult.Advance;
        });
        return ops;
    }

    private static bool Erase(Operation root, int from, int to)
    {
        OpBuilder builder = new(root.Context);
        Vec<Operation> ops = Ops(root);
        bool any = false;
        HashSet<Operation> doomed = [];
        for (int i = from; i < to && i < ops.Count; i++) doomed.Add(ops[i]);
        for (int i = Math.Min(to, ops.Count) - 1; i >= from; i--)
        {
            Operation op = ops[i];
            if (op.ParentOp is { } parent && doomed.Contains(parent)) continue;
            if (!ReplaceResults(op, builder)) continue;
            builder.Erase(op);
            any = true;
        }
        return any;
    }

    private static bool ReplaceResults(Operation op, OpBuilder builder)
    {
        for (int i = 0; i < op.ResultCount; i++)
        {
            Value result = op.Result(i);
            if (!result.HasUses) continue;
            Value other = Substitute(op, result.Type);
            if (other.IsNull) return false;
            builder.ReplaceAllUses(result, other);
        }
        return true;
    }

    // An operand, an earlier result or an argument of an enclosing block.
    private static Value Substitute(Operation op, IrType type)
    {
        foreach (Value operand in op.Operands)
            if (operand.Type == type) return operand;
        for (Operation? at = op; at?.Block is { } block; at = at.ParentOp)
        {
            for (int i = 0; i < block.ArgumentCount; i++)
                if (block.ArgumentAt(i).Type == type) return block.ArgumentAt(i);
            if (block.Parent!.First is { } entry && entry != block)
                for (int i = 0; i < entry.ArgumentCount; i++)
                    if (entry.ArgumentAt(i).Type == type) return entry.ArgumentAt(i);
            int looked = 0;
            for (Operation? before = at.Previous; before is not null && looked < 64; before = before.Previous, looked++)
                foreach (Value result in before.Results)
                    if (result.Type == type) return result;
            if (at.ParentOp is not { } parent || parent.Has(OpTraits.IsolatedFromAbove)) break;
        }
        return default;
    }

    private bool RemoveAttributes(ref Operation best)
    {
        Operation candidate = Copy(best);
        OpBuilder builder = new(candidate.Context);
        bool any = false;
        candidate.Walk(op =>
        {
            if (op.Attributes.IsEmpty) return WalkResult.Advance;
            builder.SetAttributes(op, candidate.Context.Common.EmptyDictionary);
            any = true;
            return WalkResult.Advance;
        });
        return any && Try(ref best, candidate);
    }
}
