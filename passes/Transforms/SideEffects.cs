using NestC.IR;

namespace NestC.Passes.Transforms;

/// <summary>What operations do beside computing their results, as upstream's side-effect queries answer.</summary>
internal static class SideEffects
{
    private const OpTraits Known = OpTraits.Pure | OpTraits.MemoryEffects;

    /// <summary>Whether the operation, with those in its regions, does nothing to memory.</summary>
    public static bool IsFree(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.RecursiveMemoryEffects) == 0)
            return (traits & OpTraits.Pure) != 0 || ((traits & OpTraits.MemoryEffects) != 0 && HasNoOwn(op));
        if ((traits & OpTraits.MemoryEffects) != 0 && !HasNoOwn(op)) return false;
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                    if (!IsFree(inner)) return false;
        return true;
    }

    private static bool HasNoOwn(Operation op) => Own(op).Items.IsEmpty;

    private static EffectList Own(Operation op)
    {
        EffectList effects = default;
        if (op is IMemoryEffects declared) declared.GetEffects(ref effects);
        return effects;
    }

    /// <summary>Whether the operation declares its effects and all are reads.</summary>
    public static bool OnlyReads(Operation op)
    {
        if (op is not IMemoryEffects) return false;
        EffectList effects = Own(op);
        foreach ((MemoryEffect effect, _) in effects.Items)
            if (effect != MemoryEffect.Read) return false;
        return !effects.Items.IsEmpty;
    }

    /// <summary>Whether the operation may write: it says so, or does not say what it does.</summary>
    public static bool MayWrite(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & (Known | OpTraits.RecursiveMemoryEffects)) == 0) return true;
        if ((traits & OpTraits.MemoryEffects) != 0)
            foreach ((MemoryEffect effect, _) in Own(op).Items)
                if ((effect & MemoryEffect.Write) != 0) return true;
        if ((traits & OpTraits.RecursiveMemoryEffects) == 0) return false;
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                    if (MayWrite(inner)) return true;
        return false;
    }

    /// <summary>Whether the operation can go: no result is used, and all that it does is read, or allocate what nobody uses.</summary>
    public static bool IsTriviallyDead(Operation op) => op.HasNoUses && WouldBeDead(op);

    /// <summary>Whether the operation could go if no result were used.</summary>
    public static bool WouldBeDead(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & (OpTraits.Terminator | OpTraits.Symbol)) != 0 || !op.Info.IsRegistered) return false;
        return (traits & (OpTraits.Pure | OpTraits.RecursiveMemoryEffects)) == OpTraits.Pure || HasDroppableEffects(op);
    }

    private static bool HasDroppableEffects(Operation op)
    {
        OpTraits traits = op.Info.Traits;
        if ((traits & OpTraits.RecursiveMemoryEffects) != 0)
        {
            foreach (Region region in op.Regions)
                foreach (Block block in region.Blocks)
                    for (Operation? inner = block.First; inner is not null; inner = inner.Next)
                        if (!HasDroppableEffects(inner)) return false;
        }
        else if ((traits & Known) == 0) return false;
        if ((traits & OpTraits.MemoryEffects) == 0) return true;
        EffectList effects = Own(op);
        foreach ((MemoryEffect effect, Value on) in effects.Items)
        {
            bool ownAllocation = !on.IsNull && on.DefiningOp == op && AllocatesResult(effects, on);
            if (effect != MemoryEffect.Read && !ownAllocation) return false;
        }
        return true;
    }

    private static bool AllocatesResult(EffectList effects, Value result)
    {
        foreach ((MemoryEffect effect, Value on) in effects.Items)
            if (on == result && (effect & MemoryEffect.Allocate) != 0) return true;
        return false;
    }
}
