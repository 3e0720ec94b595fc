using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// Keeps one constant operation for each value, type and dialect at the start of the region that constants are collected in: the
/// nearest one whose parent is isolated from above, unknown, or at the top. (Upstream calls it the operation folder.)
/// </summary>
public sealed class ConstantPool(OpBuilder builder)
{
    private struct Entry
    {
        public Region Region;
        public Dialect? Dialect;
        public Attr Value;
        public IrType Type;
        public Operation? Constant;     // null once it was erased
    }

    private Entry[] slots = new Entry[64];
    private int count;

    private bool foreign;       // whether some dialect's constants are operations of another dialect
    private Region? lastRegion;
    private Block? lastBlock;

    /// <summary>Whether the operation is a constant that the pool looks after.</summary>
    public bool Owns(Operation op) =>
        op.Has(OpTraits.ConstantLike) && op.Block?.Parent is { } region && op.ResultCount == 1
        && Find(slots, region, op.Info.Dialect, ((IConstantLike)op).ConstantValue, op.Result(0).Type).Constant == op;

    /// <summary>
    /// Takes in a constant operation that was there before: it is moved to the start of its region, or, when the pool has its equal,
    /// replaced and erased. False in the latter case.
    /// </summary>
    public bool Adopt(Operation op, Attr value, Rewriter rewriter)
    {
        Block block = op.Block!;
        if (Owns(op))
        {
            if (block.First != op && !Owns(op.Previous!)) MoveToFront(op, block);
            return true;
        }
        Region region = RegionFor(block);
        ref Entry entry = ref Slot(region, op.Info.Dialect, value, op.Result(0).Type);
        if (entry.Constant is { } existing)
        {
            rewriter.Replace(op, existing.Result(0));
            // It now stands for several places of the source.
            builder.SetLocation(existing, Location.Unknown);
            return false;
        }
        Block target = region.First!;
        if (block != target || (target.First != op && !Owns(op.Previous!)))
        {
            MoveToFront(op, target);
            builder.SetLocation(op, Location.Unknown);
        }
        entry.Constant = op;
        return true;
    }

    /// <summary>The constant operation of this value, made if need be; null when the dialect can make none.</summary>
    /// <param name="at">The block that asks.</param>
    public Operation? GetOrMake(Block at, Dialect dialect, Attr value, IrType type, Location location)
    {
        Region region = RegionFor(at);
        ref Entry entry = ref Slot(region, dialect, value, type);
        if (entry.Constant is { } existing) return existing;
        InsertionPoint saved = builder.SavePoint();
        builder.AtStart(region.First!).Location = location;
        Operation? made = dialect.MaterializeConstant(builder, value, type, location);
        builder.RestorePoint(saved);
        if (made is null) return null;
        entry.Constant = made;
        if (made.Info.Dialect == dialect) return made;
        foreign = true;
        ref Entry other = ref Slot(region, made.Info.Dialect, value, type);
        if (other.Constant is { } equal)
        {
            builder.Erase(made);
            Slot(region, dialect, value, type).Constant = equal;
            return equal;
        }
        other.Constant = made;
        return made;
    }

    /// <summary>Forgets a constant that is about to be erased.</summary>
    public void Forget(Operation op)
    {
        if (!Owns(op)) return;
        if (!foreign) Find(slots, op.Block!.Parent!, op.Info.Dialect, ((IConstantLike)op).ConstantValue, op.Result(0).Type).Constant = null;
        else
            for (int i = 0; i < slots.Length; i++)
                if (slots[i].Constant == op) slots[i].Constant = null;
    }

    private static void MoveToFront(Operation op, Block block)
    {
        op.Block!.Remove(op);
        block.Insert(op, block.First);
    }

    // Operations come in program order mostly, so the block of the last question is the block of the next.
    private Region RegionFor(Block block)
    {
        if (block == lastBlock && lastRegion is not null) return lastRegion;
        lastBlock = block;
        return lastRegion = FindRegion(block);
    }

    private static Region FindRegion(Block block)
    {
        while (true)
        {
            Region region = block.Parent!;
            Operation? parent = region.Parent;
            if (parent is null || !parent.Info.IsRegistered || parent.Has(OpTraits.IsolatedFromAbove) || parent.Block is not { } outer) return region;
            block = outer;
        }
    }

    private ref Entry Slot(Region region, Dialect? dialect, Attr value, IrType type)
    {
        if ((count + 1) * 2 > slots.Length) Grow();
        ref Entry slot = ref Find(slots, region, dialect, value, type);
        if (slot.Region is null)
        {
            slot = new Entry { Region = region, Dialect = dialect, Value = value, Type = type };
            count++;
        }
        return ref slot;
    }

    private static ref Entry Find(Entry[] slots, Region region, Dialect? dialect, Attr value, IrType type)
    {
        int mask = slots.Length - 1;
        int hash = Hash.Combine(Hash.Combine(value.Identity, type.Identity), System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(region));
        for (int i = hash & mask; ; i = (i + 1) & mask)
        {
            ref Entry slot = ref slots[i];
            if (slot.Region is null || (slot.Region == region && slot.Value == value && slot.Type == type && slot.Dialect == dialect)) return ref slot;
        }
    }

    private void Grow()
    {
        Entry[] bigger = new Entry[slots.Length * 2];
        foreach (ref Entry slot in slots.AsSpan())
            if (slot.Region is not null) Find(bigger, slot.Region, slot.Dialect, slot.Value, slot.Type) = slot;
        slots = bigger;
    }
}
