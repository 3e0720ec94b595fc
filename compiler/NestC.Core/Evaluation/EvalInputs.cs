using System.Numerics;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Evaluation;

/// <summary>Seeded arguments: the first seeds are all zeros, ones, all bits, extremes; later ones mix edge values, small numbers and random bits.</summary>
public static class EvalInputs
{
    public static EvalValue[] Of(ReadOnlySpan<IrType> types, int seed)
    {
        EvalRandom random = new(EvalRandom.Mix((ulong)seed, 77));
        EvalValue[] values = new EvalValue[types.Length];
        for (int i = 0; i < values.Length; i++) values[i] = seed < 4 ? Uniform(types[i], seed) : Random(types[i], ref random);
        return values;
    }

    // Sizes that are not known are all the same, so that tensors of one shape in the program have one when it runs.
    private const long AnySize = 3;

    private static IrType Concrete(IrType type)
    {
        if (type is not ShapedType { HasRank: true, HasStaticShape: false } shaped || type is VectorType) return type;
        long[] shape = shaped.Shape.ToArray();
        for (int i = 0; i < shape.Length; i++)
            if (shape[i] == ShapedType.Dynamic) shape[i] = AnySize;
        return shaped switch
        {
            RankedTensorType tensor => RankedTensorType.TryGet(shape, tensor.ElementType, tensor.Encoding, out _) ?? type,
            MemRefType { HasIdentityLayout: true } memref => MemRefType.Get(shape, memref.ElementType, null, memref.MemorySpace),
            _ => type,
        };
    }

    // A memref stands for memory of its own that holds what a tensor of its shape would.
    private static EvalValue? Memory(IrType type, Func<IrType, EvalValue> lanesOf)
    {
        if (type is not MemRefType { HasStaticShape: true } memref || EvalBuffer.Allocate(memref.Shape) is not { } buffer) return null;
        if (RankedTensorType.TryGet(memref.Shape, memref.ElementType, null, out _) is not { } tensor || EvalValue.LaneTypeOf(tensor) is null) return null;
        EvalValue lanes = lanesOf(tensor);
        buffer.SetLanes(lanes.Lanes);
        return EvalValue.OfBuffer(type, buffer, (System.Numerics.BigInteger)(lanes.Fingerprint() >> 1));
    }

    /// <summary>Seeded arguments of moderate size: multiples of 1/64 from -2 to 2, integers from -8 to 8, and quantized values of their whole range. For programs of arithmetic on arrays,
    /// which may be reordered within the rounding of such numbers.</summary>
    public static EvalValue[] Moderate(ReadOnlySpan<IrType> types, int seed)
    {
        EvalRandom random = new(EvalRandom.Mix((ulong)seed, 79));
        EvalValue[] values = new EvalValue[types.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (EvalValue.LaneTypeOf(types[i]) is not { } lane)
            {
                values[i] = EvalValue.Scalar(types[i], random.Next() >> 1);
                continue;
            }
            BigInteger[] lanes = new BigInteger[EvalValue.LaneCount(types[i])];
            for (int j = 0; j < lanes.Length; j++)
            {
                if (lane is FloatType real) lanes[j] = (BigInteger)real.Semantics.FromDouble(((long)(random.Next() >> 8 & 0xFF) - 128) / 64.0);
                else if (types[i] is ShapedType { ElementType: Builtin.Quant.QuantizedType { Storage: var storage } })
                    lanes[j] = EvalValue.Wrap(storage.Min + (long)((random.Next() >> 8) % (ulong)(storage.Max - storage.Min + 1)), EvalValue.Width(lane));
                else lanes[j] = EvalValue.Wrap((long)((random.Next() >> 8) % 17) - 8, EvalValue.Width(lane));
            }
            values[i] = new EvalValue(types[i], lanes);
        }
        return values;
    }

    private static EvalValue Uniform(IrType type, int edge)
    {
        type = Concrete(type);
        if (Memory(type, tensor => Uniform(tensor, edge)) is { } memory) return memory;
        if (EvalValue.LaneTypeOf(type) is not { } lane) return EvalValue.Scalar(type, edge + 1);
        BigInteger[] lanes = new BigInteger[EvalValue.LaneCount(type)];
        Array.Fill(lanes, Edge(lane, edge));
        return new EvalValue(type, lanes);
    }

    public static EvalValue Random(IrType type, ref EvalRandom random)
    {
        type = Concrete(type);
        if (type is MemRefType)
        {
            EvalRandom own = random;
            EvalValue? memory = Memory(type, tensor => Random(tensor, ref own));
            random = own;
            if (memory is not null) return memory;
        }
        if (EvalValue.LaneTypeOf(type) is not { } lane) return EvalValue.Scalar(type, random.Next() >> 1);
        BigInteger[] lanes = new BigInteger[EvalValue.LaneCount(type)];
        for (int i = 0; i < lanes.Length; i++) lanes[i] = Lane(lane, ref random);
        return new EvalValue(type, lanes);
    }

    private static BigInteger Lane(IrType lane, ref EvalRandom random)
    {
        ulong choice = random.Next();
        int width = EvalValue.Width(lane);
        switch (choice % 4)
        {
            case 0: return Edge(lane, (int)((choice >> 8) % 9));
            case 1:
                long small = (long)((choice >> 8) % 17) - 8;
                return lane is FloatType real ? (BigInteger)real.Semantics.FromDouble(small * 0.75) : EvalValue.Wrap(small, width);
            default:
                BigInteger bits = random.Next();
                for (int have = 64; have < width; have += 64) bits = bits << 64 | random.Next();
                if (lane is FloatType format && !IsCommon(bits, format)) return (BigInteger)format.Semantics.FromDouble(((long)(choice >> 12) - (1L << 51)) / 1024.0);
                return EvalValue.Wrap(bits, width);
        }
    }

    // Wide formats have bit patterns that are no numbers.
    private static bool IsCommon(BigInteger bits, FloatType type) => type.Width <= 64;

    private static BigInteger Edge(IrType lane, int which)
    {
        int width = EvalValue.Width(lane);
        if (lane is FloatType real)
        {
            double value = which switch
            {
                0 => 0,
                1 => 1,
                2 => double.NaN,
                3 => double.PositiveInfinity,
                4 => -0.0,
                5 => -1,
                6 => double.NegativeInfinity,
                7 => 0.5,
                _ => 3,
            };
            return (BigInteger)real.Semantics.FromDouble(value);
        }
        BigInteger top = width == 0 ? 0 : BigInteger.One << (width - 1);
        return EvalValue.Wrap(which switch { 0 => 0, 1 => 1, 2 => -1, 3 => top, 4 => top - 1, 5 => width - 1, 6 => width, 7 => 2, _ => top + 1 }, width);
    }
}
