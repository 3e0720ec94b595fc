using NestC.IR;
using NestC.Support;

namespace NestC.Rewriting;

/// <summary>
/// A 64-bit hash of the structure of the IR: names, operands, types, attributes, successors and nesting, in order. Equal IR gives equal
/// hashes, however it came about.
/// </summary>
internal static class Fingerprint
{
    public static ulong Of(Region region)
    {
        ulong hash = 14695981039346656037;
        Dictionary<object, int> numbers = new(ReferenceEqualityComparer.Instance);
        Number(region, numbers);
        Add(region, numbers, ref hash);
        return hash;
    }

    public static ulong Of(Operation op)
    {
        ulong hash = 14695981039346656037;
        Dictionary<object, int> numbers = new(ReferenceEqualityComparer.Instance);
        foreach (Region region in op.Regions) Number(region, numbers);
        Add(op, numbers, ref hash);
        return hash;
    }

    private static void Number(Region region, Dictionary<object, int> numbers)
    {
        if (DeepStack.IsShort)
        {
            DeepStack.Run((region, numbers), static s => Number(s.region, s.numbers));
            return;
        }
        foreach (Block block in region.Blocks)
        {
            numbers.Add(block, numbers.Count);
            foreach (Operation op in block.Operations)
            {
                numbers.Add(op, numbers.Count);
                foreach (Region nested in op.Regions) Number(nested, numbers);
            }
        }
    }

    private static void Add(Region region, Dictionary<object, int> numbers, ref ulong hash)
    {
        if (DeepStack.IsShort) AddOnFreshStack(region, numbers, ref hash);
        else AddBlocks(region, numbers, ref hash);
    }

    private static void AddOnFreshStack(Region region, Dictionary<object, int> numbers, ref ulong hash)
    {
        ulong sum = hash;
        DeepStack.Run((region, numbers), s => AddBlocks(s.region, s.numbers, ref sum));
        hash = sum;
    }

    private static void AddBlocks(Region region, Dictionary<object, int> numbers, ref ulong hash)
    {
        Mix(ref hash, 0x52);
        foreach (Block block in region.Blocks)
        {
            Mix(ref hash, 0x42);
            for (int i = 0; i < block.ArgumentCount; i++) Mix(ref hash, block.ArgumentAt(i).Type.Identity);
            foreach (Operation op in block.Operations) Add(op, numbers, ref hash);
        }
    }

    private static void Add(Operation op, Dictionary<object, int> numbers, ref ulong hash)
    {
        Mix(ref hash, op.Info.Id);
        for (int i = 0; i < op.OperandCount; i++)
        {
            Value operand = op.Operand(i);
            object owner = operand.IsBlockArgument ? operand.ArgumentBlock! : operand.DefiningOp!;
            // What is defined outside cannot change while a driver is at work in here.
            Mix(ref hash, numbers.TryGetValue(owner, out int number) ? number : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(owner));
            Mix(ref hash, operand.IsBlockArgument ? ~operand.Number : operand.Number);
        }
        for (int i = 0; i < op.ResultCount; i++) Mix(ref hash, op.Result(i).Type.Identity);
        Mix(ref hash, op.PropertiesAttr?.Identity ?? 0);
        Mix(ref hash, op.AttributesOrNull?.Identity ?? 0);
        for (int i = 0; i < op.SuccessorCount; i++) Mix(ref hash, numbers.GetValueOrDefault(op.Successor(i), -1));
        foreach (Region region in op.Regions) Add(region, numbers, ref hash);
    }

    private static void Mix(ref ulong hash, int value)
    {
        hash ^= (uint)value;
        hash *= 1099511628211;
        hash ^= hash >> 29;
    }
}
