using NestC.Builtin;
using NestC.Dialects.Loop;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Rewriting;
using TensorDim = NestC.Dialects.Tensor.DimOp;

namespace NestC.Passes.Tensor;

/// <summary>Computes parts of tensors where they are used: a slice of a computed tensor becomes the computation on slices.</summary>
[Pass("tensor-fuse", "Compute slices in loops from slices of what the tensor is computed from")]
public sealed class FusePass : Pass<FuncOp>
{
    public override ReadOnlySpan<string> DependentDialects => new string[] { "arith" };

    /// <summary>The patterns of fusion, for passes that make slices.</summary>
    public static PatternSet Patterns() => new PatternSet().Add(new SliceProducer()).Add(new SliceOfEmpty());

    protected override void Run(FuncOp function, PassContext ctx)
    {
        if (!ctx.ApplyGreedily(function, Patterns()).Changed && !ctx.HasFailed) ctx.PreserveAll();
    }
}

/// <summary>
/// extract_slice(f(x)) -> f(extract_slice(x)), in a loop, where every use of f(x) is such a slice: each loop computes the part that it needs.
/// </summary>
internal sealed class SliceProducer : Pattern<ExtractSliceOp>
{
    public override bool Rewrite(ExtractSliceOp op, Rewriter rw)
    {
        if (op.Source.DefiningOp is not { } producer || Tilings.Of(producer) is not { } tiling) return rw.NoMatch(op, "the source is nothing that can be tiled");
        if (!op.HasUnitStrides() || Array.IndexOf(op.DroppedDims, true) >= 0) return rw.NoMatch(op, "the slice has strides, or leaves dimensions out");
        if (Array.IndexOf(tiling.Iterators, IteratorKind.Reduction) >= 0 || producer is IDestinationStyle) return rw.NoMatch(op, "the source is a reduction, or written into a tensor");
        if (op.Block == producer.Block && op.ParentOp is not ForOp) return rw.NoMatch(op, "the slice is not in a loop");
        foreach (Value result in producer.Results)
            foreach (Use use in result.Uses)
                if (use.Owner is not (ExtractSliceOp or TensorDim)) return rw.NoMatch(op, $"'{use.Owner.Name}' needs all of it");
        Value[] made = tiling.Tile(rw, tiling.IterationTile(rw, op.Source.Number, new TileBox(op.MixedOffsets(), op.MixedSizes())), []);
        Value part = made[op.Source.Number];
        return rw.Replace(op, part.Type == op.Type ? part : Dialects.Tensor.CastOp.Create(rw, part, op.Type).Dest);
    }
}

/// <summary>extract_slice(empty) -> empty</summary>
internal sealed class SliceOfEmpty : Pattern<ExtractSliceOp>
{
    public override bool Rewrite(ExtractSliceOp op, Rewriter rw)
    {
        if (op.Source.DefiningOp is not EmptyOp empty || Array.IndexOf(op.DroppedDims, true) >= 0) return rw.NoMatch(op, "the source is not empty, or dimensions are left out");
        return rw.Replace(op, EmptyOp.Create(rw, op.MixedSizes(), empty.Type.ElementType, empty.Type.Encoding));
    }
}
