using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Dialects.Tensor;

// Canonicalization patterns, by the operation that they start from.

public sealed partial class EmptyOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // empty(constant) : tensor<?> -> cast(empty() : tensor<4>)
        patterns.Add<EmptyOp>("static-empty", static (op, rw) =>
        {
            MixedIndex[] sizes = op.MixedSizes;
            if (!Canonical.MakeKnown(sizes)) return rw.NoMatch(op, "no size is a constant");
            return rw.Replace(op, CastOp.Create(rw, Create(rw, sizes, op.Type.ElementType, op.Type.Encoding).Output, op.Type));
        });
}

public sealed partial class CastOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // cast(cast(x)) -> cast(x) where the step between loses nothing that the whole would check
        patterns.Add<CastOp>("chained-cast", static (op, rw) =>
        {
            if (op.Source.DefiningOp is not CastOp first) return rw.NoMatch(op, "the source is no cast");
            IrType from = first.Source.Type, to = op.Dest.Type;
            if (!AreCompatible(from, to) || Canonical.Joined(from, op.Source.Type, to) is not { } all || Canonical.Joined(from, to, to) != all)
                return rw.NoMatch(op, "the type between knows more than both ends");
            return rw.Replace(op, Create(rw, first.Source, to));
        });
}

public sealed partial class DimOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // dim(cast(x)) -> dim(x)
        patterns.Add<DimOp>("dim-of-cast", static (op, rw) =>
            op.Source.DefiningOp is CastOp { Source.Type: RankedTensorType } cast ? rw.Replace(op, Build(rw, cast.Source, op.Index)) : rw.NoMatch(op, "the source is no cast"));
        // dim(op(..., init)) -> dim(init), for operations that write into a tensor
        patterns.Add<DimOp>("dim-of-destination", static (op, rw) =>
            op.Source.DefiningOp is IDestinationStyle style && style.Inits[op.Source.Number].Type == op.Source.Type
                ? rw.Replace(op, Build(rw, style.Inits[op.Source.Number], op.Index)) : rw.NoMatch(op, "the source is not written into a tensor"));
    }
}

public sealed partial class ExtractOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // extract(cast(x)) -> extract(x)
        patterns.Add<ExtractOp>("extract-from-cast", static (op, rw) =>
            op.Tensor.DefiningOp is CastOp { Source.Type: RankedTensorType } cast ? rw.Replace(op, Create(rw, cast.Source, op.Indices.ToArray())) : rw.NoMatch(op, "the source is no cast"));
}

public sealed partial class GenerateOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // generate %constant : tensor<?> -> cast(generate : tensor<4>)
        patterns.Add<GenerateOp>("static-generate", static (op, rw) =>
        {
            MixedIndex[] sizes = MixedIndex.Merge(op.Type.Shape, op.DynamicExtents);
            if (!Canonical.MakeKnown(sizes)) return rw.NoMatch(op, "no size is a constant");
            Vec<Value> values = default;
            long[] shape = MixedIndex.Split(sizes, ref values);
            GenerateOp made = Create(rw, values.Span, RankedTensorType.Get(shape, op.Type.ElementType, op.Type.Encoding));
            rw.InlineRegion(op.Body, made.Body);
            return rw.Replace(op, CastOp.Create(rw, made.Output, op.Type));
        });
}

public sealed partial class ExtractSliceOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // constants among offsets, sizes and strides become part of the operation
        patterns.Add<ExtractSliceOp>("static-slice", static (op, rw) =>
        {
            MixedIndex[] offsets = op.MixedOffsets(), sizes = op.MixedSizes(), strides = op.MixedStrides();
            if (!(Canonical.MakeKnown(offsets) | Canonical.MakeKnown(sizes) | Canonical.MakeKnown(strides))) return rw.NoMatch(op, "no operand is a constant");
            RankedTensorType type = Canonical.Reduce(op.SourceType, sizes, op.DroppedDims);
            return Canonical.ReplaceCast(rw, op, Create(rw, op.Source, offsets, sizes, strides, type).Output);
        });
        // extract_slice(cast(x)) -> extract_slice(x), where the cast forgot sizes
        patterns.Add<ExtractSliceOp>("slice-of-cast", static (op, rw) =>
        {
            if (op.Source.DefiningOp is not CastOp { Source.Type: RankedTensorType from } cast || Shapes.DynamicDims(from) > Shapes.DynamicDims(op.SourceType))
                return rw.NoMatch(op, "the source is no cast that forgets sizes");
            return rw.Replace(op, Create(rw, cast.Source, op.MixedOffsets(), op.MixedSizes(), op.MixedStrides(), op.Type));
        });
    }
}

public sealed partial class InsertSliceOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // constants among offsets, sizes and strides become part of the operation
        patterns.Add<InsertSliceOp>("static-slice", static (op, rw) =>
        {
            MixedIndex[] offsets = op.MixedOffsets(), sizes = op.MixedSizes(), strides = op.MixedStrides();
            if (!(Canonical.MakeKnown(offsets) | Canonical.MakeKnown(sizes) | Canonical.MakeKnown(strides))) return rw.NoMatch(op, "no operand is a constant");
            RankedTensorType type = Canonical.Reduce(op.Type, sizes, op.DroppedDims);
            Value source = op.Source;
            if (source.Type != type) source = CastOp.Create(rw, source, type).Dest;
            return rw.Replace(op, Create(rw, source, op.Dest, offsets, sizes, strides));
        });
        // insert_slice(cast(x), y) -> insert_slice(x, y), where the cast changed nothing that is known of the slice
        patterns.Add<InsertSliceOp>("insert-of-cast", static (op, rw) =>
        {
            if (op.Source.DefiningOp is not CastOp { Source.Type: RankedTensorType from } cast || Shapes.DroppedDims(op.StaticSizes, from.Shape) is null)
                return rw.NoMatch(op, "the source is no cast of the slice's type");
            return rw.Replace(op, Create(rw, cast.Source, op.Dest, op.MixedOffsets(), op.MixedSizes(), op.MixedStrides()));
        });
    }
}

public sealed partial class CollapseShapeOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // collapse(collapse(x)) -> collapse(x)
        patterns.Add<CollapseShapeOp>("compose-collapses", static (op, rw) =>
            op.Src.DefiningOp is CollapseShapeOp first ? rw.Replace(op, Build(rw, first.Src, Reassociations.Compose(rw.Context, op.Groups, first.Groups), op.Output.Type)) : rw.NoMatch(op, "the source is no collapse"));
        // collapse(splat) -> splat
        patterns.Add<CollapseShapeOp>("collapse-splat", static (op, rw) =>
            op.Src.DefiningOp is SplatOp splat && op.Type.HasStaticShape ? rw.Replace(op, SplatOp.Create(rw, splat.Input, [], op.Type)) : rw.NoMatch(op, "the source is no splat"));
    }
}

public sealed partial class ExpandShapeOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // expand(expand(x)) -> expand(x)
        patterns.Add<ExpandShapeOp>("compose-expansions", static (op, rw) =>
            op.Src.DefiningOp is ExpandShapeOp first
                ? rw.Replace(op, Build(rw, first.Src, op.OutputShape.ToArray(), Reassociations.Compose(rw.Context, first.Groups, op.Groups), op.StaticOutputShape, op.Output.Type))
                : rw.NoMatch(op, "the source is no expansion"));
        // expand(splat) -> splat
        patterns.Add<ExpandShapeOp>("expand-splat", static (op, rw) =>
            op.Src.DefiningOp is SplatOp splat && op.Type.HasStaticShape ? rw.Replace(op, SplatOp.Create(rw, splat.Input, [], op.Type)) : rw.NoMatch(op, "the source is no splat"));
    }
}

public sealed partial class PadOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // pad low[%constant] -> pad low[1]
        patterns.Add<PadOp>("static-padding", static (op, rw) =>
        {
            MixedIndex[] low = op.MixedLow, high = op.MixedHigh;
            if (!(Canonical.MakeKnown(low) | Canonical.MakeKnown(high))) return rw.NoMatch(op, "no padding is a constant");
            Vec<Value> l = default, h = default;
            long[] sl = MixedIndex.Split(low, ref l), sh = MixedIndex.Split(high, ref h);
            PadOp pad = Build(rw, op.Source, l.Span, h.Span, sl, sh, InferType(op.SourceType, sl, sh), op.Nofold);
            rw.InlineRegion(op.Body, pad.Body);
            return Canonical.ReplaceCast(rw, op, pad.Output);
        });
}

public sealed partial class ConcatOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // concat(a, concat(b, c)) along one dimension -> concat(a, b, c)
        patterns.Add<ConcatOp>("flatten-concat", static (op, rw) =>
        {
            Vec<Value> inputs = default;
            foreach (Value input in op.Inputs)
            {
                if (input.DefiningOp is ConcatOp inner && inner.Dim == op.Dim) inputs.AddRange(inner.Inputs.ToArray());
                else inputs.Add(input);
            }
            return inputs.Count == op.Inputs.Count ? rw.NoMatch(op, "no input is a concat") : rw.Replace(op, Build(rw, inputs.Span, op.Dim, op.Output.Type));
        });
}

public sealed partial class PackOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // padding that no tile needs goes
        patterns.Add<PackOp>("no-padding-needed", static (op, rw) =>
            op.PaddingValue is null || !TiledLayouts.AreTilesFull(op)
                ? rw.NoMatch(op, "padding is needed, or there is none")
                : rw.Replace(op, Create(rw, op.Source, op.Dest, op.InnerTiles.ToArray(), op.InnerDimsPos, op.StaticInnerTiles, outerDimsPerm: op.OuterDimsPerm)));
}

/// <summary>What patterns share.</summary>
internal static class Canonical
{
    /// <summary>Replaces values that are constants by their numbers; whether there was one. Negative ones stay.</summary>
    public static bool MakeKnown(MixedIndex[] list)
    {
        bool changed = false;
        for (int i = 0; i < list.Length; i++)
        {
            if (list[i].IsKnown || MixedIndex.Of(list[i].Value) is not { IsKnown: true, Number: >= 0 } known) continue;
            list[i] = known;
            changed = true;
        }
        return changed;
    }

    /// <summary>The type of a slice of these sizes without some dimensions.</summary>
    public static RankedTensorType Reduce(RankedTensorType source, MixedIndex[] sizes, bool[] dropped)
    {
        Vec<long> shape = default;
        for (int i = 0; i < sizes.Length; i++)
            if (!dropped[i]) shape.Add(sizes[i].Number);
        return RankedTensorType.Get(shape.Span, source.ElementType, source.Encoding);
    }

    /// <summary>Replaces an operation by a value of a type that may know more.</summary>
    public static bool ReplaceCast(Rewriter rw, Operation op, Value by) =>
        by.Type == op.Result(0).Type ? rw.Replace(op, by) : rw.Replace(op, CastOp.Create(rw, by, op.Result(0).Type));

    /// <summary>What three types know together; null when they disagree.</summary>
    public static IrType? Joined(IrType a, IrType b, IrType c)
    {
        if (a is not RankedTensorType x || b is not RankedTensorType y || c is not RankedTensorType z || x.Rank != y.Rank || y.Rank != z.Rank) return null;
        long[] shape = new long[x.Rank];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = x.Shape[i];
            foreach (long size in (ReadOnlySpan<long>)[y.Shape[i], z.Shape[i]])
            {
                if (Shapes.IsDynamic(size)) continue;
                if (!Shapes.IsDynamic(shape[i]) && shape[i] != size) return null;
                shape[i] = size;
            }
        }
        return RankedTensorType.Get(shape, x.ElementType);
    }
}
