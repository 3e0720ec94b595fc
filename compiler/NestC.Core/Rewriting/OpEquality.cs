using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>Whether two operations compute the same: same kind, attributes, properties, types and operands, and equal regions. Locations do not count.</summary>
internal static class OpEquality
{
    public static bool Same(Operation a, Operation b)
    {
        if (!SameHead(a, b)) return false;
        OperandSlot[] x = a.OperandSlots, y = b.OperandSlots;
        bool inOrder = true;
        for (int i = 0; i < x.Length; i++)
        {
            if (x[i].Value == y[i].Value) continue;
            inOrder = false;
            break;
        }
        if (!inOrder && !(a.Has(OpTraits.Commutative) && SameMultiset(a, b))) return false;
        return a.RegionCount == 0 || SameRegions(a, b, new ValueMap<Value>());
    }

    private static bool SameHead(Operation a, Operation b)
    {
        if (a.Info != b.Info || a.AttributesOrNull != b.AttributesOrNull || a.OperandCount != b.OperandCount || a.ResultCount != b.ResultCount) return false;
        if (a.RegionCount != b.RegionCount || a.SuccessorCount != b.SuccessorCount) return false;
        int results = a.ResultCount;
        for (int i = 0; i < results; i++)
            if (a.ResultSlot(i).Type != b.ResultSlot(i).Type) return false;
        return a.SameProperties(b);
    }

    private static bool SameMultiset(Operation a, Operation b)
    {
        int n = a.OperandCount;
        if (n == 2) return a.Operand(0) == b.Operand(1) && a.Operand(1) == b.Operand(0);
        ulong taken = 0;
        for (int i = 0; i < n; i++)
        {
            int j = 0;
            while (j < n && ((j < 64 && (taken & 1UL << j) != 0) || a.Operand(i) != b.Operand(j))) j++;
            if (j == n || j >= 64) return false;
            taken |= 1UL << j;
        }
        return true;
    }

    private static bool SameRegions(Operation a, Operation b, ValueMap<Value> matched)
    {
        for (int r = 0; r < a.RegionCount; r++)
        {
            Block? x = a.Region(r).First, y = b.Region(r).First;
            for (; x is not null && y is not null; x = x.Next, y = y.Next)
                if (!SameBlocks(x, y, matched)) return false;
            if (x is not null || y is not null) return false;
        }
        return true;
    }

    private static bool SameBlocks(Block a, Block b, ValueMap<Value> matched)
    {
        if (a.ArgumentCount != b.ArgumentCount) return false;
        for (int i = 0; i < a.ArgumentCount; i++)
        {
            if (a.ArgumentAt(i).Type != b.ArgumentAt(i).Type) return false;
            matched.Set(a.ArgumentAt(i), b.ArgumentAt(i));
        }
        Operation? x = a.First, y = b.First;
        for (; x is not null && y is not null; x = x.Next, y = y.Next)
        {
            // Blocks of such regions have no successors: regions with several blocks are not compared.
            if (!SameHead(x, y) || x.SuccessorCount > 0) return false;
            for (int i = 0; i < x.OperandCount; i++)
            {
                Value from = x.Operand(i), to = y.Operand(i);
                if (matched.TryGet(from, out Value known) ? known != to : from != to) return false;
            }
            for (int i = 0; i < x.ResultCount; i++) matched.Set(x.Result(i), y.Result(i));
            if (x.RegionCount > 0 && !SameRegions(x, y, matched)) return false;
        }
        return x is null && y is null;
    }
}
