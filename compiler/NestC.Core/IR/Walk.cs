namespace NestC.IR;

/// <summary>What a walk does next.</summary>
public enum WalkResult : byte
{
    /// <summary>Goes on.</summary>
    Advance,

    /// <summary>Goes on, but not into the regions of this operation (pre-order walks).</summary>
    Skip,

    /// <summary>Stops the whole walk.</summary>
    Interrupt,
}

public abstract partial class Operation
{
    /// <summary>Visits this operation and all below it, each before its regions. True when the walk was interrupted.</summary>
    public bool Walk(Func<Operation, WalkResult> visit)
    {
        if (extras is not null && Support.DeepStack.IsShort) return Support.DeepStack.Run((this, visit), static s => s.Item1.Walk(s.visit));
        WalkResult result = visit(this);
        if (result == WalkResult.Interrupt) return true;
        if (result == WalkResult.Skip || extras is null) return false;
        foreach (Region region in extras.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation op in block.Operations)
                    if (op.Walk(visit)) return true;
        return false;
    }

    /// <summary>Visits this operation and all below it, each after its regions; the operation visited may be erased. True when interrupted.</summary>
    public bool WalkPostOrder(Func<Operation, WalkResult> visit)
    {
        if (extras is not null && Support.DeepStack.IsShort) return Support.DeepStack.Run((this, visit), static s => s.Item1.WalkPostOrder(s.visit));
        if (extras is not null)
            foreach (Region region in extras.Regions)
                foreach (Block block in region.Blocks)
                    foreach (Operation op in block.Operations)
                        if (op.WalkPostOrder(visit)) return true;
        return visit(this) == WalkResult.Interrupt;
    }

    /// <summary>Visits every operation of a class at or below this one, each before its regions.</summary>
    public void Walk<T>(Action<T> visit) where T : class => Walk(op =>
    {
        if (op is T match) visit(match);
        return WalkResult.Advance;
    });
}
