using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Rewriting;
using NestC.Support;

namespace NestC.Passes.Tensor;

/// <summary>
/// Moves packs up and unpacks down through operations that work on elements, so that an unpack and a pack of one layout meet and cancel.
/// Counts the changes of layout that remain.
/// </summary>
[Pass("tensor-propagate-layout", "Move layout changes through elementwise operations, so that they cancel")]
public sealed class PropagateLayoutPass : Pass<FuncOp>
{
    private static readonly StatisticInfo[] statistics = [new("before", "Number of packs and unpacks before"), new("after", "Number of packs and unpacks after")];

    public override ReadOnlySpan<StatisticInfo> Statistics => statistics;

    protected override void Run(FuncOp function, PassContext ctx)
    {
        int before = Count(function);
        ctx.AddStatistic(0, before);
        PatternSet patterns = new PatternSet().Add(new SinkUnpackThroughElementwise()).Add(new HoistPackThroughElementwise());
        bool changed = ctx.ApplyGreedily(function, patterns).Changed;
        int after = changed ? Count(function) : before;
        ctx.AddStatistic(1, after);
        if (before > 0) ctx.Remark(function, "NEST6208", $"{before} changes of layout before, {after} after");
        if (!changed && !ctx.HasFailed) ctx.PreserveAll();
    }

    private static int Count(FuncOp function)
    {
        int count = 0;
        function.Walk(op =>
        {
            if (op is PackOp or UnpackOp) count++;
            return WalkResult.Advance;
        });
        return count;
    }
}

/// <summary>f(unpack(a), unpack(b)) -> unpack(f(a, b)), where both have one layout. What f makes of padding is dropped again.</summary>
internal sealed class SinkUnpackThroughElementwise : Pattern
{
    public override bool RewriteOp(Operation op, Rewriter rw)
    {
        if (op is not IElementwise || op.ResultCount != 1 || op.Result(0).Type is not RankedTensorType type || !NestC.Analysis.SideEffects.IsPure(op)) return rw.NoMatch(op, "no elementwise operation without effects");
        // Upstream counts these as total, but a remainder of zero is none.
        if (op is RemSIOp or RemUIOp or FloorDivSIOp) return rw.NoMatch(op, "the padding may be zeros");
        UnpackOp? layout = null;
        foreach (Value operand in op.Operands)
        {
            if (operand.Type is not TensorType) continue;
            if (operand.DefiningOp is not UnpackOp unpack || layout is not null && (!TiledLayouts.Same(unpack, layout) || unpack.PackedType.Rank != layout.PackedType.Rank
                || !unpack.PackedType.Shape.SequenceEqual(layout.PackedType.Shape)))
                return rw.NoMatch(op, "an operand is no unpack, or one of another layout");
            layout ??= unpack;
        }
        if (layout is null || !type.HasStaticShape || !layout.PackedType.HasStaticShape) return rw.NoMatch(op, "no operand is an unpack of known size");
        RankedTensorType packed = RankedTensorType.Get(layout.PackedType.Shape, type.ElementType);
        OperationState state = Layouts.On(op, packed);
        foreach (Value operand in op.Operands) state.Operands.Add(operand.DefiningOp is UnpackOp unpack ? unpack.Source : operand);
        Operation made = rw.Create(state);
        Value dest = EmptyOp.Create(rw, [.. Layouts.Mixed(type.Shape)], type.ElementType).Output;
        return rw.Replace(op, UnpackOp.Create(rw, made.Result(0), dest, layout.InnerTiles.ToArray(), layout.InnerDimsPos, layout.StaticInnerTiles, layout.OuterDimsPerm));
    }
}

/// <summary>pack(f(a, b)) -> f(pack(a), pack(b)), where an operand was just unpacked from that layout, and tiles are full: then padding is none.</summary>
internal sealed class HoistPackThroughElementwise : Pattern<PackOp>
{
    public override bool Rewrite(PackOp op, Rewriter rw)
    {
        if (op.Source.DefiningOp is not IElementwise || op.Source.DefiningOp is not { ResultCount: 1 } source || !op.Source.HasOneUse) return rw.NoMatch(op, "the source is no elementwise operation used once");
        if (!TiledLayouts.AreTilesFull(op) || !op.PackedType.HasStaticShape) return rw.NoMatch(op, "tiles may have padding");
        bool pays = false;
        foreach (Value operand in source.Operands)
        {
            if (operand.Type is TensorType && operand.Type is not RankedTensorType) return rw.NoMatch(op, "an operand has no rank");
            pays |= operand.DefiningOp is UnpackOp unpack && TiledLayouts.Same(unpack, op);
        }
        if (!pays) return rw.NoMatch(op, "no operand was unpacked from this layout");
        OperationState state = Layouts.On(source, RankedTensorType.Get(op.PackedType.Shape, op.PackedType.ElementType));
        foreach (Value operand in source.Operands)
        {
            if (operand.Type is not RankedTensorType type)
            {
                state.Operands.Add(operand);
                continue;
            }
            Value dest = EmptyOp.Create(rw, [.. Layouts.Mixed(op.PackedType.Shape)], type.ElementType).Output;
            state.Operands.Add(PackOp.Create(rw, operand, dest, op.InnerTiles.ToArray(), op.InnerDimsPos, op.StaticInnerTiles, outerDimsPerm: op.OuterDimsPerm).Output);
        }
        return rw.Replace(op, rw.Create(state));
    }
}

/// <summary>What both share.</summary>
internal static class Layouts
{
    /// <summary>The same operation with a result of another type, without operands yet.</summary>
    public static OperationState On(Operation op, RankedTensorType type)
    {
        OperationState state = new(op.Info, op.Location) { Properties = op.PropertiesAttr };
        foreach (NamedAttr attr in op.Attributes.Entries) state.AddAttribute(attr.Name, attr.Value);
        state.ResultTypes.Add(type);
        return state;
    }

    public static MixedIndex[] Mixed(ReadOnlySpan<long> shape)
    {
        MixedIndex[] sizes = new MixedIndex[shape.Length];
        for (int i = 0; i < sizes.Length; i++) sizes[i] = shape[i];
        return sizes;
    }
}
