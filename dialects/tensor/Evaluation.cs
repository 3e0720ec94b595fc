using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Tensor;

// What the operations that move elements mean, operation by operation.

public sealed partial class EmptyOp
{
    protected override ElementMap Move(MoveInputs x) => new(x.Numbers(Type.Shape, DynamicSizes));
}

public sealed partial class FromElementsOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = new(((RankedTensorType)Output.Type).Shape.ToArray());
        for (int i = 0; i < map.Count; i++) map.Set(i, i, 0);
        return map;
    }
}

public sealed partial class SplatOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = new(x.Numbers(Type.Shape, DynamicSizes));
        for (int i = 0; i < map.Count; i++) map.Set(i, 0, 0);
        return map;
    }
}

public sealed partial class BitcastOp : IEvaluable, IArrayEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        EvalValue from = ctx[0];
        if (from.Type is not RankedTensorType type || EvalValue.LaneTypeOf(type) is null) ctx.SetUnsupported($"'{Name}' on {from.Type}");
        else ctx.Set(0, new EvalValue(RankedTensorType.Get(type.Shape, ((ShapedType)Dest.Type).ElementType), from.Lanes));
    }

    public NdArray[] Evaluate(NdArray[] x) => [x[0].Reinterpret(MovingOp.KindOf(((ShapedType)Dest.Type).ElementType))];
}

public sealed partial class CastOp : IEvaluable, IArrayEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (Fits(((ShapedType)ctx[0].Type).Shape)) ctx.Set(0, ctx[0]);
        else ctx.SetUndefined($"'{Name}' of {ctx[0].Type} to {Dest.Type}");
    }

    public NdArray[] Evaluate(NdArray[] x) => Fits(x[0].Shape) ? [x[0]] : throw new EvaluationException($"a tensor of {NdArray.Format(x[0].Shape)} is none of {Dest.Type}");

    private bool Fits(ReadOnlySpan<long> shape)
    {
        if (Dest.Type is not RankedTensorType type) return true;
        if (type.Rank != shape.Length) return false;
        for (int i = 0; i < shape.Length; i++)
            if (!Shapes.IsDynamic(type.Shape[i]) && !Shapes.IsDynamic(shape[i]) && type.Shape[i] != shape[i]) return false;
        return true;
    }
}

public sealed partial class DimOp : IEvaluable, IArrayEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (ctx[0].Type is not RankedTensorType type) ctx.SetUnsupported($"'{Name}' of {ctx[0].Type}");
        else if (ctx[1].Number is not { } dim || dim < 0 || dim >= type.Rank) ctx.SetUndefined($"'{Name}' of a dimension that {type} does not have");
        else if (type.IsDynamicDim((int)dim)) ctx.SetUnsupported($"'{Name}' of {type}");
        else ctx.Set(0, EvalValue.Index(Output.Type, type.Shape[(int)dim]));
    }

    public NdArray[] Evaluate(NdArray[] x)
    {
        long dim = x[1].GetInt64(0);
        return dim >= 0 && dim < x[0].Rank ? [NdArray.Scalar(x[0].Shape[(int)dim])] : throw new EvaluationException($"a tensor of {NdArray.Format(x[0].Shape)} has no dimension {dim}");
    }
}

public sealed partial class RankOp : IEvaluable, IArrayEvaluable
{
    public void Evaluate(EvalContext ctx)
    {
        if (ctx[0].Type is RankedTensorType type) ctx.Set(0, EvalValue.Index(Output.Type, type.Rank));
        else ctx.SetUnsupported($"'{Name}' of {ctx[0].Type}");
    }

    public NdArray[] Evaluate(NdArray[] x) => [NdArray.Scalar((long)x[0].Rank)];
}

public sealed partial class ExtractOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = new([]);
        map.Set(0, 0, Places.Of(x.Shape(0), x.Numbers(Indices)));
        return map;
    }
}

public sealed partial class InsertOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = ElementMap.Same(x.Shape(1), 1);
        map.Set(Places.Of(map.Shape, x.Numbers(Indices)), 0, 0);
        return map;
    }
}

public sealed partial class ExtractSliceOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        long[] sizes = x.Numbers(StaticSizes, Sizes);
        long[] places = Places.OfSlice(x.Shape(0), x.Numbers(StaticOffsets, Offsets), sizes, x.Numbers(StaticStrides, Strides));
        ElementMap map = new(Places.Reduce(sizes, DroppedDims));
        for (int i = 0; i < places.Length; i++) map.Set(i, 0, places[i]);
        return map;
    }
}

public sealed partial class InsertSliceOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = ElementMap.Same(x.Shape(1), 1);
        long[] places = Places.OfSlice(map.Shape, x.Numbers(StaticOffsets, Offsets), x.Numbers(StaticSizes, Sizes), x.Numbers(StaticStrides, Strides));
        if (places.Length != NdArray.CountOf(x.Shape(0))) throw new EvaluationException($"a source of {NdArray.Format(x.Shape(0))} does not fill the slice");
        for (int i = 0; i < places.Length; i++) map.Set(places[i], 0, i);
        return map;
    }
}

public sealed partial class ReshapeOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        long[] shape = new long[x.Shape(1)[0]];
        for (int i = 0; i < shape.Length; i++) shape[i] = x.Element(1, i);
        ElementMap map = ElementMap.Same(shape, 0);
        return map.Count == NdArray.CountOf(x.Shape(0)) ? map : throw new EvaluationException($"{NdArray.Format(x.Shape(0))} cannot become {NdArray.Format(shape)}");
    }
}

public sealed partial class CollapseShapeOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        long[] from = x.Shape(0);
        int[][] groups = Groups;
        long[] shape = new long[groups.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = 1;
            foreach (int dim in groups[i]) shape[i] *= from[dim];
        }
        ElementMap map = ElementMap.Same(shape, 0);
        return map.Count == NdArray.CountOf(from) ? map : throw new EvaluationException($"{NdArray.Format(from)} cannot become {NdArray.Format(shape)}");
    }
}

public sealed partial class ExpandShapeOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = ElementMap.Same(x.Numbers(StaticOutputShape, OutputShape), 0);
        return map.Count == NdArray.CountOf(x.Shape(0)) ? map : throw new EvaluationException($"{NdArray.Format(x.Shape(0))} cannot become {NdArray.Format(map.Shape)}");
    }
}

public sealed partial class ConcatOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        int dim = (int)Dim;
        long[] shape = x.Shape(0);
        for (int i = 1; i < Inputs.Count; i++) shape[dim] += x.Shape(i)[dim];
        ElementMap map = new(shape);
        long[] offsets = new long[shape.Length], ones = new long[shape.Length];
        Array.Fill(ones, 1);
        for (int i = 0; i < Inputs.Count; i++)
        {
            long[] part = x.Shape(i);
            long[] places = Places.OfSlice(shape, offsets, part, ones);
            for (int j = 0; j < places.Length; j++) map.Set(places[j], i, j);
            offsets[dim] += part[dim];
        }
        return map;
    }
}

public sealed partial class GatherOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        long[] source = x.Shape(0), indices = x.Shape(1);
        ElementMap map = new(Places.Gathered(source, indices, GatherDims, Type.Rank < indices.Length - 1 + source.Length));
        int at = 0;
        foreach (long[] places in Places.OfCoordinates(x, 1, source, GatherDims))
            foreach (long place in places) map.Set(at++, 0, place);
        return map;
    }
}

public sealed partial class ScatterOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        ElementMap map = ElementMap.Same(x.Shape(1), 1);
        int at = 0;
        foreach (long[] places in Places.OfCoordinates(x, 2, map.Shape, ScatterDims))
            foreach (long place in places) map.Set(place, 0, at++);
        return map;
    }
}

public sealed partial class PackOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        long[] plain = x.Shape(0), packed = x.Shape(1);
        ElementMap map = new(packed);
        long[] index = new long[packed.Length], strides = Shapes.Strides(plain), tiles = x.Numbers(StaticInnerTiles, InnerTiles);
        for (int i = 0; i < map.Count; i++)
        {
            long place = Places.InPlain(index, plain, strides, tiles, this);
            if (place >= 0) map.Set(i, 0, place);
            else if (PaddingValue is not null) map.Set(i, 2, 0);
            Shapes.Next(index, packed);
        }
        return map;
    }
}

public sealed partial class UnpackOp
{
    protected override ElementMap Move(MoveInputs x)
    {
        long[] packed = x.Shape(0), plain = x.Shape(1);
        ElementMap map = new(plain);
        long[] index = new long[packed.Length], strides = Shapes.Strides(plain), tiles = x.Numbers(StaticInnerTiles, InnerTiles);
        long count = NdArray.CountOf(packed);
        for (long i = 0; i < count; i++)
        {
            long place = Places.InPlain(index, plain, strides, tiles, this);
            if (place >= 0) map.Set(place, 0, i);
            Shapes.Next(index, packed);
        }
        return map;
    }
}
