using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Dialects.Loop;

// Folds and canonicalization of the operations on buffers.

public sealed partial class AllocOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns)
    {
        // memory that is written and given back, but never read
        patterns.Add<AllocOp>("erase-unread-buffer", static (op, rw) =>
        {
            foreach (Use use in op.MemRef.Uses)
                if (use.Owner is not (DeallocOp or StoreOp { OperandCount: > 0 } or CopyOp) || (use.Owner is StoreOp && use.Index == 0) || (use.Owner is CopyOp && use.Index == 0))
                    return rw.NoMatch(op, "something else than writing is done with it");
            if (!op.MemRef.HasUses) return rw.Erase(op);
            Vec<Operation> users = default;
            foreach (Use use in op.MemRef.Uses)
                if (users.Span.IndexOf(use.Owner) < 0) users.Add(use.Owner);
            foreach (Operation user in users.Span) rw.Erase(user);
            return rw.Erase(op);
        });
        // alloc(%constant) : memref<?> -> cast(alloc() : memref<4>)
        patterns.Add<AllocOp>("static-alloc", static (op, rw) =>
        {
            Vec<Value> sizes = default;
            long[] shape = op.Type.Shape.ToArray();
            int next = 0;
            bool any = false;
            for (int i = 0; i < shape.Length; i++)
            {
                if (shape[i] != ShapedType.Dynamic) continue;
                Value size = op.DynamicSizes[next++];
                if (Bounds.Constant(size) is { } known and >= 0) (shape[i], any) = (known, true);
                else sizes.Add(size);
            }
            if (!any) return rw.NoMatch(op, "no size is a constant");
            MemRefType type = MemRefType.Get(shape, op.Type.ElementType, null, op.Type.MemorySpace);
            return rw.Replace(op, CastOp.Create(rw, Create(rw, sizes.Span, type, op.Alignment, op.Offset).MemRef, op.Type));
        });
    }
}

public sealed partial class CopyOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // copy x, x -> nothing
        patterns.Add<CopyOp>("erase-copy-to-itself", static (op, rw) => op.Source == op.Target ? rw.Erase(op) : rw.NoMatch(op, "source and target differ"));
}

public sealed partial class CastOp : IFoldable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        if (Source.Type == Dest.Type) return Source;
        // cast(cast(x)) to the type of x
        return Source.DefiningOp is CastOp first && first.Source.Type == Dest.Type ? first.Source : FoldResult.None;
    }
}

public sealed partial class DimOp : IFoldable, ICanonicalizable
{
    public FoldResult Fold(FoldInputs inputs)
    {
        MemRefType type = (MemRefType)Source.Type;
        if (inputs[1] is not IntegerAttr index || index.Value < 0 || index.Value >= type.Rank) return FoldResult.None;
        int dim = (int)index.Value;
        if (!type.IsDynamicDim(dim)) return IntegerAttr.Get(Output.Type, type.Shape[dim]);
        int dynamic = LoopBuffers.Open(type.Shape[..dim]);
        return Source.DefiningOp switch
        {
            AllocOp alloc => alloc.DynamicSizes[dynamic],
            // Dimensions that a view leaves out have known sizes, so the order of the others is the same.
            SubviewOp view => view.Sizes[dynamic],
            _ => FoldResult.None,
        };
    }

    public static void Canonicalize(PatternSet patterns) =>
        // dim(cast(x)) -> dim(x)
        patterns.Add<DimOp>("dim-of-cast", static (op, rw) =>
            op.Source.DefiningOp is CastOp cast ? rw.Replace(op, Create(rw, cast.Source, op.Index)) : rw.NoMatch(op, "the source is no cast"));
}

public sealed partial class SubviewOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // constants among offsets, sizes and strides become part of the operation
        patterns.Add<SubviewOp>("static-subview", static (op, rw) =>
        {
            Vec<Value> offsets = default, sizes = default, strides = default;
            long[] o = Known(op.StaticOffsets, op.Offsets, ref offsets), z = Known(op.StaticSizes, op.Sizes, ref sizes), t = Known(op.StaticStrides, op.Strides, ref strides);
            if (offsets.Count + sizes.Count + strides.Count == op.OperandCount - 1) return rw.NoMatch(op, "no operand is a constant");
            SubviewOp made = Create(rw, op.Source, offsets.Span, sizes.Span, strides.Span, o, z, t, op.DroppedDims);
            return rw.Replace(op, made.Type == op.Type ? made.Output : CastOp.Create(rw, made.Output, op.Type).Dest);
        });

    private static long[] Known(ReadOnlySpan<long> numbers, OperandRange values, ref Vec<Value> open)
    {
        long[] known = numbers.ToArray();
        int next = 0;
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i] != ShapedType.Dynamic) continue;
            Value value = values[next++];
            if (Bounds.Constant(value) is { } number and >= 0) known[i] = number;
            else open.Add(value);
        }
        return known;
    }
}
