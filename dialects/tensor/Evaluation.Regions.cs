using System.Numerics;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

// What the operations mean whose bodies compute elements from indices.

public sealed partial class GenerateOp : IRegionEvaluable
{
    public EvalValue[]? Evaluate(RegionRun run)
    {
        long[] shape = Type.Shape.ToArray();
        int next = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (!Shapes.IsDynamic(shape[i])) continue;
            if (run.Number(next++) is not { } size || size < 0) return run.Undefined($"'{Name}' of a size that is no size");
            shape[i] = size;
        }
        return IndexBodies.Evaluate(run, Body, shape, Type.ElementType, static (_, _) => null);
    }
}

public sealed partial class PadOp : IRegionEvaluable, IArrayEvaluable
{
    public EvalValue[]? Evaluate(RegionRun run)
    {
        if (run[0].Type is not RankedTensorType source || EvalValue.LaneTypeOf(source) is null) return run.Unsupported($"'{Name}' of {run[0].Type}");
        long[] low = new long[source.Rank], shape = new long[source.Rank];
        int nextLow = Low.Start, nextHigh = High.Start;
        for (int i = 0; i < low.Length; i++)
        {
            long? before = Shapes.IsDynamic(StaticLow[i]) ? run.Number(nextLow++) : StaticLow[i], after = Shapes.IsDynamic(StaticHigh[i]) ? run.Number(nextHigh++) : StaticHigh[i];
            if (before is not { } l || after is not { } h || source.Shape[i] + l + h < 0) return run.Undefined($"'{Name}' by poison, or to less than nothing");
            (low[i], shape[i]) = (l, source.Shape[i] + l + h);
        }
        BigInteger[] lanes = run[0].Lanes;
        long[] strides = Shapes.Strides(source.Shape);
        return IndexBodies.Evaluate(run, Body, shape, source.ElementType, (index, _) =>
        {
            long place = 0;
            for (int i = 0; i < index.Length; i++)
            {
                long at = index[i] - low[i];
                if (at < 0 || at >= source.Shape[i]) return null;
                place += at * strides[i];
            }
            return lanes[place];
        });
    }

    // An interpreter of arrays runs no regions: the padding must be a constant, and known room.
    public NdArray[] Evaluate(NdArray[] x)
    {
        if (ConstantPadding?.DefiningOp is not IConstantLike { ConstantValue: var padding } || Low.Count + High.Count > 0)
            throw new EvaluationException("the padding is not a constant");
        long[] from = x[0].Shape.ToArray(), shape = new long[from.Length], ones = new long[from.Length];
        for (int i = 0; i < shape.Length; i++) (shape[i], ones[i]) = (from[i] + StaticLow[i] + StaticHigh[i], 1);
        NdArray value = NdArray.CreateUninitialized(x[0].Kind, []);
        switch (padding)
        {
            case IntegerAttr integer: Bits.Set(value, (ulong)integer.Value); break;
            case FloatAttr real: Bits.Set(value, (ulong)(real.Bits & ulong.MaxValue)); break;
            default: throw new EvaluationException("the padding is not a number");
        }
        ElementMap map = new(shape);
        for (int i = 0; i < map.Count; i++) map.Set(i, 1, 0);
        long[] places = Places.OfSlice(shape, StaticLow, from, ones);
        for (int i = 0; i < places.Length; i++) map.Set(places[i], 0, i);
        NdArray result = NdArray.Create(x[0].Kind, shape);
        map.Fill([x[0], value], result);
        return [result];
    }
}

/// <summary>Runs bodies that compute elements from indices.</summary>
internal static class IndexBodies
{
    /// <summary>A tensor whose elements are those that <paramref name="known"/> gives, and else what the body yields for their indices.</summary>
    public static EvalValue[]? Evaluate(RegionRun run, Region body, long[] shape, IrType element, Func<long[], RegionRun, BigInteger?> known)
    {
        RankedTensorType type = RankedTensorType.Get(shape, element);
        if (EvalValue.LaneTypeOf(type) is null) return run.Unsupported($"'{run.Op.Name}' of {type}");
        BigInteger[] lanes = new BigInteger[type.NumElements];
        long[] index = new long[shape.Length];
        bool usesIndices = false;
        for (int i = 0; i < index.Length; i++) usesIndices |= body.First!.ArgumentAt(i).HasUses;
        EvalValue[] arguments = new EvalValue[index.Length];
        BigInteger? constant = null;
        for (int i = 0; i < lanes.Length; i++, Shapes.Next(index, shape))
        {
            BigInteger? lane = known(index, run) ?? constant;
            if (lane is null)
            {
                for (int j = 0; j < index.Length; j++) arguments[j] = EvalValue.Index(run.Op.Context.Common.Index, index[j]);
                if (run.Enter(body, arguments) is not { } yielded) return null;
                lane = yielded[0].Lanes[0];
                if (!usesIndices) constant = lane;
            }
            lanes[i] = lane.Value;
        }
        return [new EvalValue(type, lanes)];
    }
}

/// <summary>Bit patterns of single elements.</summary>
internal static class Bits
{
    public static void Set(NdArray scalar, ulong bits)
    {
        switch (scalar.Kind.Bytes())
        {
            case 1: scalar.Write<byte>()[0] = (byte)bits; break;
            case 2: scalar.Write<ushort>()[0] = (ushort)bits; break;
            case 4: scalar.Write<uint>()[0] = (uint)bits; break;
            case 8: scalar.Write<ulong>()[0] = bits; break;
            default: throw new EvaluationException($"{scalar.Kind.Name()} elements are no numbers");
        }
    }
}
