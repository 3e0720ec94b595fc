using System.Runtime.CompilerServices;
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
        public Dialect? Dialect;
        public Attr? Value;             // null: the entry is free
        public IrType Type;
        public Operation? Constant;     // null once it was erased
    }

    // The constants of one region: small, so that it stays in the cache while the operations of a function pass by.
    private sealed class Table(Region region)
    {
        public Region Region = region;
        public Entry[] Slots = new Entry[32];
        public int Count;
    }

    private const int LargestSpare = 4096;      // a greater one costs more to clear than a new one to make

    private readonly Dictionary<Region, Table> tables = [];
    private Table? spare;
    private Table? last;
    private bool foreign;       // whether some dialect's constants are operations of another dialect
    private Region? lastRegion;
    private Block? lastBlock;

    /// <summary>Forgets everything; what was allocated is used again.</summary>
    public void Clear()
    {
        if (last is not null && last.Slots.Length <= LargestSpare) spare = last;
        tables.Clear();
        last = null;
        foreign = false;
        lastRegion = null;
        lastBlock = null;
    }

    /// <summary>Forgets the constants of a region in which no more will be looked for.</summary>
    public void Leave(Region region)
    {
        if (!tables.Remove(region, out Table? table)) return;
        if (last == table) last = null;
        if (table.Slots.Length <= LargestSpare) spare = table;
    }

    /// <summary>Whether the operation is a constant that the pool looks after.</summary>
    public bool Owns(Operation op) =>
        op.Has(OpTraits.ConstantLike) && op.Block?.Parent is { } region && op.ResultCount == 1 && TableOf(region) is { } table
        && Find(table.Slots, op.Info.Dialect, Unsafe.As<IConstantLike>(op).ConstantValue, op.Result(0).Type).Constant == op;

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
        Entry[] slots = TableOf(op.Block!.Parent!)!.Slots;
        if (!foreign) Find(slots, op.Info.Dialect, Unsafe.As<IConstantLike>(op).ConstantValue, op.Result(0).Type).Constant = null;
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

    private Table? TableOf(Region region)
    {
        if (last is { } table && table.Region == region) return table;
        if (tables.TryGetValue(region, out Table? found)) last = found;
        return found;
    }

    private ref Entry Slot(Region region, Dialect? dialect, Attr value, IrType type)
    {
        if (TableOf(region) is not { } table)
        {
            table = spare ?? new Table(region);
            spare = null;
            table.Region = region;
            if (table.Count > 0) Array.Clear(table.Slots);
            table.Count = 0;
            tables.Add(region, table);
            last = table;
        }
        if ((table.Count + 1) * 2 > table.Slots.Length) Grow(table);
        ref Entry slot = ref Find(table.Slots, dialect, value, type);
        if (slot.Value is null)
        {
            (slot.Dialect, slot.Value, slot.Type) = (dialect, value, type);
            table.Count++;
        }
        return ref slot;
    }

    private static ref Entry Find(Entry[] slots, Dialect? dialect, Attr value, IrType type)
    {
        int mask = slots.Length - 1;
        int hash = Hash.Combine(value.Identity, type.Identity);
        for (int i = hash & mask; ; i = (i + 1) & mask)
        {
            ref Entry slot = ref slots[i];
            if (slot.Value is null || (slot.Value == value && slot.Type == type && slot.Dialect == dialect)) return ref slot;
        }
    }

    private static void Grow(Table table)
    {
        Entry[] old = table.Slots;
        Entry[] bigger = new Entry[old.Length * 2];
        for (int i = 0; i < old.Length; i++)
            if (old[i].Value is { } value) Find(bigger, old[i].Dialect, value, old[i].Type) = old[i];
        table.Slots = bigger;
    }
}
