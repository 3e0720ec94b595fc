using NestC.IR;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>What may be concluded from the memory effects of operations. Operations that say nothing may have any effect.</summary>
public static class SideEffects
{
    /// <summary>Whether the operation can be erased: its results have no uses and nothing else depends on its being executed.</summary>
    public static bool IsTriviallyDead(Operation op) => op.HasNoUses && WouldBeTriviallyDead(op);

    /// <summary>Whether the operation could be erased if its results had no uses: it only reads, or allocates its own results.</summary>
    public static bool WouldBeTriviallyDead(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & (OpTraits.Terminator | OpTraits.Symbol)) != 0) return false;
        if ((traits & OpTraits.Pure) != 0 && op.RegionCount == 0) return true;
        return op.Info.IsRegistered && HasOnlyDroppableEffects(op);
    }

    private static bool HasOnlyDroppableEffects(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.MemoryEffects) != 0)
        {
            EffectList effects = new();
            ((IMemoryEffects)op).GetEffects(ref effects);
            foreach ((MemoryEffect effect, Value on) in effects.Items)
                if (effect != MemoryEffect.Read && !AllocatesResult(op, effects, on)) return false;
        }
        else if ((traits & (OpTraits.Pure | OpTraits.RecursiveMemoryEffects)) == 0) return false;
        return (traits & OpTraits.RecursiveMemoryEffects) == 0 || op.RegionCount == 0 || AllInside(op, static inner => HasOnlyDroppableEffects(inner));
    }

    private static bool AllocatesResult(Operation op, EffectList effects, Value on)
    {
        if (on.IsNull || on.DefiningOp != op) return false;
        foreach ((MemoryEffect effect, Value value) in effects.Items)
            if ((effect & MemoryEffect.Allocate) != 0 && value == on) return true;
        return false;
    }

    /// <summary>Whether the operation, with all in its regions, neither reads nor writes, allocates nor frees.</summary>
    public static bool IsMemoryEffectFree(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.MemoryEffects) != 0)
        {
            EffectList effects = new();
            ((IMemoryEffects)op).GetEffects(ref effects);
            if (!effects.Items.IsEmpty) return false;
        }
        else if ((traits & (OpTraits.Pure | OpTraits.RecursiveMemoryEffects)) == 0) return false;
        return (traits & OpTraits.RecursiveMemoryEffects) == 0 || op.RegionCount == 0 || AllInside(op, static inner => IsMemoryEffectFree(inner));
    }

    /// <summary>Whether the operation may be executed although the program would not have: it cannot fail and does not end.</summary>
    public static bool IsSpeculatable(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.ConditionallySpeculatable) != 0) return ((IConditionallySpeculatable)op).IsSpeculatable;
        if ((traits & OpTraits.Pure) == 0) return false;
        return (traits & OpTraits.RecursiveMemoryEffects) == 0 || op.RegionCount == 0 || AllInside(op, static inner => IsSpeculatable(inner));
    }

    // Whether all operations directly in the regions of one are so; what is asked may go deeper.
    private static bool AllInside(Operation op, Func<Operation, bool> holds)
    {
        if (DeepStack.IsShort) return DeepStack.Run((op, holds), static s => AllInside(s.op, s.holds));
        foreach (Region region in op.Regions)
            for (Block? block = region.First; block is not null; block = block.Next)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                    if (!holds(inner)) return false;
        return true;
    }

    /// <summary>Whether the operation has no effect and may be executed speculatively.</summary>
    public static bool IsPure(Operation op) => IsSpeculatable(op) && IsMemoryEffectFree(op);

    /// <summary>The effects of an operation with those of what is in its regions; false when something says nothing about its effects.</summary>
    public static bool CollectEffects(Operation op, ref EffectList effects)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.MemoryEffects) != 0) ((IMemoryEffects)op).GetEffects(ref effects);
        else if ((traits & (OpTraits.Pure | OpTraits.RecursiveMemoryEffects)) == 0) return false;
        if ((traits & OpTraits.RecursiveMemoryEffects) == 0 || op.RegionCount == 0) return true;
        return DeepStack.IsShort ? CollectOnFreshStack(op, ref effects) : CollectNested(op, ref effects);
    }

    private static bool CollectNested(Operation op, ref EffectList effects)
    {
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations)
                    if (!CollectEffects(inner, ref effects)) return false;
        return true;
    }

    private static bool CollectOnFreshStack(Operation op, ref EffectList effects)
    {
        EffectList list = effects;
        bool known = DeepStack.Run(op, o => CollectNested(o, ref list));
        effects = list;
        return known;
    }
}
