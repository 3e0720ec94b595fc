using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.Dialects.Tensor;
using NestC.IR;

namespace NestC.Passes.Tensor;

/// <summary>A piece of memory, and the tensors that live in it (or in a part of it) one after the other.</summary>
internal sealed class BufferRoot(bool writable, Block home)
{
    /// <summary>Whether the function may change it: not what it is given, nor constants.</summary>
    public bool Writable => writable;

    /// <summary>The block in which the memory is there, for one run of the block.</summary>
    public Block Home => home;

    public List<Value> Tensors { get; } = [];
}

/// <summary>Decides whether an operation may write its result over an operand: only when nobody reads the old value afterwards.</summary>
internal sealed class InPlaceAnalysis
{
    private readonly Dictionary<Value, BufferRoot> roots = [];

    public BufferRoot RootOf(Value tensor) => roots[tensor];

    public BufferRoot NewRoot(Value tensor, bool writable, Block home)
    {
        BufferRoot root = new(writable, home);
        Join(tensor, root);
        return root;
    }

    public void Join(Value tensor, BufferRoot root)
    {
        roots[tensor] = root;
        root.Tensors.Add(tensor);
    }

    /// <summary>Why the operation cannot write over this operand; null when it can.</summary>
    public string? Conflict(Operation op, int operand)
    {
        Value dest = op.Operand(operand);
        BufferRoot root = roots[dest];
        if (!root.Writable) return "the memory is not the function's to write";
        for (Block at = op.Block!; at != root.Home; at = at.ParentOp!.Block!)
        {
            if (at.ParentOp is null or FuncOp) return "the memory is from elsewhere";
            if (at.ParentOp is ILoopLike) return $"'{at.ParentOp.Name}' needs the old value in its next iteration";
        }
        foreach (Value tensor in root.Tensors)
            foreach (Use use in tensor.Uses)
            {
                Operation user = use.Owner;
                if (user == op && use.Index == operand || user is Dialects.Tensor.DimOp or RankOp) continue;
                if (user == op ? IsMatchedSource(op, use.Index) : HappensBefore(user, op) || IsMatchedInsert(use, op.Operand(operand))) continue;
                return user == op ? "it reads the same memory through another operand" : $"'{user.Name}' reads the old value later";
            }
        return null;
    }

    // insert_slice(f(extract_slice(x)), x) of one slice: the slice is already where it belongs.
    public static bool IsMatchedSource(Operation op, int operand) =>
        op is InsertSliceOp insert && operand == 0 && SliceOf(insert.Source) is { } slice && slice.Source == insert.Dest && Slicing.SameSlice(slice, insert);

    // Writing a slice changes what a later insert of that slice reads, but only to what it writes there itself.
    private static bool IsMatchedInsert(Use use, Value written) =>
        use.Owner is InsertSliceOp insert && use.Index == 1 && SliceOf(insert.Source) is { } slice && SliceOf(written) == slice
        && slice.Source == insert.Dest && Slicing.SameSlice(slice, insert);

    /// <summary>The slice that a tensor was before operations changed it.</summary>
    private static ExtractSliceOp? SliceOf(Value tensor)
    {
        while (true)
        {
            switch (tensor.DefiningOp)
            {
                case ExtractSliceOp slice: return slice;
                case IDestinationStyle style: tensor = style.Inits[tensor.Number]; continue;
                case ForOp loop: tensor = loop.InitArgs[tensor.Number]; continue;
                case null when tensor.ArgumentBlock!.ParentOp is ForOp loop && tensor.Number > 0: tensor = loop.InitArgs[tensor.Number - 1]; continue;
                default: return null;
            }
        }
    }

    private static bool HappensBefore(Operation user, Operation op)
    {
        for (Operation? at = op; at is not null; at = at.ParentOp)
        {
            if (at.Block?.AncestorIn(user) is not { } other) continue;
            if (other != at) return other.IsBeforeInBlock(at);
            // What an operation around reads it reads first; of two branches only one runs.
            return user == at ? at != op : at != op && at is IfOp;
        }
        return false;
    }
}
