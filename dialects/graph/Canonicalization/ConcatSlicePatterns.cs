using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>A concatenation inside another one along the same axis is part of it.</summary>
public sealed class FlattenConcat() : Pattern<ConcatOp>("flatten-concat")
{
    // concat(a, concat(b, c)) -> concat(a, b, c)
    public override bool Rewrite(ConcatOp op, Rewriter rw)
    {
        if (GraphRewrite.Extents(op.Output) is not { } shape) return rw.NoMatch(op, "the rank is not known");
        long axis = op.Axis < 0 ? op.Axis + shape.Length : op.Axis;
        List<Value> parts = [];
        bool changed = false;
        foreach (Value part in op.Inputs)
        {
            // What another user needs whole would be joined twice.
            if (part.DefiningOp is ConcatOp inner && part.HasOneUse && (inner.Axis < 0 ? inner.Axis + shape.Length : inner.Axis) == axis)
            {
                parts.AddRange(inner.Inputs.ToArray());
                changed = true;
            }
            else if (GraphRewrite.Shape(part) is { } extents && extents[axis] == 0) changed = true;
            else parts.Add(part);
        }
        if (!changed || parts.Count == 0) return rw.NoMatch(op, "no operand is a concatenation of one use along the same axis, or empty");
        return rw.Replace(op, GraphRewrite.Like(rw, op, parts.ToArray(), op.Output.Type));
    }
}

/// <summary>Parts of one tensor that are joined as they lay are the tensor.</summary>
public sealed class ConcatOfParts() : Pattern<ConcatOp>("concat-of-parts")
{
    // concat(split(x)...) -> x;  concat(slice(x, 0, k), slice(x, k, n)) -> x
    public override bool Rewrite(ConcatOp op, Rewriter rw)
    {
        if (GraphRewrite.Extents(op.Output) is not { } shape) return rw.NoMatch(op, "the rank is not known");
        long axis = op.Axis < 0 ? op.Axis + shape.Length : op.Axis;
        Value source = default;
        long at = 0;
        for (int i = 0; i < op.Inputs.Count; i++)
        {
            Value part = op.Inputs[i];
            if (part.DefiningOp is SplitOp split)
            {
                if (part.Number != i || split.ResultCount != op.Inputs.Count || (split.Axis < 0 ? split.Axis + shape.Length : split.Axis) != axis) return rw.NoMatch(op, $"operand {i} is another part of a split");
                if (!Accept(ref source, split.Input)) return rw.NoMatch(op, $"operand {i} is of another tensor");
                continue;
            }
            if (part.DefiningOp is not SliceOp slice || SlicePart.Of(slice) is not { } window || window.Axis != axis || window.Step != 1 || window.Start != at)
                return rw.NoMatch(op, $"operand {i} is not the next part");
            if (!Accept(ref source, slice.Input)) return rw.NoMatch(op, $"operand {i} is of another tensor");
            at += window.Extent;
        }
        return !source.IsNull && source.Type == op.Output.Type && source.Type is RankedTensorType { HasStaticShape: true }
            ? rw.Replace(op, source) : rw.NoMatch(op, "the parts are not all of it");
    }

    private static bool Accept(ref Value source, Value found)
    {
        if (source.IsNull) source = found;
        return source == found;
    }
}

/// <summary>A slice of a concatenation that lies within one operand is one of that operand.</summary>
public sealed class SliceOfConcat() : Pattern<SliceOp>("slice-of-concat")
{
    // slice(concat(a, b), within b) -> slice(b)
    public override bool Rewrite(SliceOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not ConcatOp concat) return rw.NoMatch(op, "its operand is no concatenation");
        if (SlicePart.Of(op) is not { Step: 1 } part) return rw.NoMatch(op, "it is not a window along one axis");
        if (part.Axis != (concat.Axis < 0 ? concat.Axis + GraphRewrite.Extents(op.Input)!.Length : concat.Axis)) return rw.NoMatch(op, "it is along another axis");
        long at = 0;
        foreach (Value operand in concat.Inputs)
        {
            if (GraphRewrite.Shape(operand) is not { } shape) return rw.NoMatch(op, "the extent of an operand is not known");
            long extent = shape[part.Axis];
            if (part.Start >= at && part.Start + part.Extent <= at + extent)
            {
                if (part.Extent == extent) return operand.Type == op.Output.Type ? rw.Replace(op, operand) : rw.NoMatch(op, "the types differ");
                return rw.Replace(op, SlicePart.Make(rw, operand, part.Axis, part.Start - at, part.Extent, op.Output.Type));
            }
            at += extent;
        }
        return rw.NoMatch(op, "it lies across operands");
    }
}

/// <summary>A split into what was joined gives the operands.</summary>
public sealed class SplitOfConcat() : Pattern<SplitOp>("split-of-concat")
{
    // split(concat(a, b)) -> a, b, where the extents are theirs
    public override bool Rewrite(SplitOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not ConcatOp concat || concat.Inputs.Count != op.ResultCount || GraphRewrite.Extents(op.Input) is not { } shape)
            return rw.NoMatch(op, "its operand is no concatenation of as many");
        if ((concat.Axis < 0 ? concat.Axis + shape.Length : concat.Axis) != (op.Axis < 0 ? op.Axis + shape.Length : op.Axis)) return rw.NoMatch(op, "it is along another axis");
        for (int i = 0; i < op.ResultCount; i++)
            if (concat.Inputs[i].Type != op.Result(i).Type || concat.Inputs[i].Type is not RankedTensorType { HasStaticShape: true }) return rw.NoMatch(op, $"part {i} is not operand {i}");
        return rw.Replace(op, concat.Inputs.ToArray());
    }
}

/// <summary>Slices along different axes are one.</summary>
public sealed class MergeSlices() : Pattern<SliceOp>("merge-slices")
{
    // slice(slice(x, axis a), axis b) -> slice(x, axes [a, b])
    public override bool Rewrite(SliceOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not SliceOp inner || !op.Input.HasOneUse) return rw.NoMatch(op, "its operand is no slice of one use");
        if (GraphRewrite.Extents(inner.Input) is not { } shape) return rw.NoMatch(op, "the rank is not known");
        if (Lists(inner, shape.Length) is not { } first || Lists(op, shape.Length) is not { } second) return rw.NoMatch(op, "the limits are not constant");
        foreach (long axis in second[2])
            if (Array.IndexOf(first[2], axis) >= 0) return rw.NoMatch(op, $"both are along axis {axis}");
        var operands = new Value[5];
        operands[0] = inner.Input;
        for (int i = 0; i < 4; i++) operands[i + 1] = GraphConstants.MakeInts(rw, [.. first[i], .. second[i]]);
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.slice", operands, op.Output.Type));
    }

    // Starts, ends, axes and steps.
    private static long[][]? Lists(SliceOp op, int rank)
    {
        if (GraphConstants.Ints(op.Starts) is not { } starts || GraphConstants.Ints(op.Ends) is not { } ends || starts.Length != ends.Length) return null;
        if (GraphConstants.Ints(op, 3) is not { } axes || GraphConstants.Ints(op, 4) is not { } steps) return null;
        axes = (long[])axes.Clone();
        if (op.OperandCount < 4)
        {
            axes = new long[starts.Length];
            for (int i = 0; i < axes.Length; i++) axes[i] = i;
        }
        if (op.OperandCount < 5)
        {
            steps = new long[starts.Length];
            Array.Fill(steps, 1);
        }
        return axes.Length == starts.Length && steps.Length == starts.Length && GraphRewrite.Normalize(axes, rank) ? [starts, ends, axes, steps] : null;
    }
}

/// <summary>A window along one axis of a tensor of known shape.</summary>
public readonly record struct SlicePart(int Axis, long Start, long Extent, long Step)
{
    public static SlicePart? Of(SliceOp op)
    {
        if (GraphRewrite.Shape(op.Input) is not { } shape || GraphRewrite.Shape(op.Output) is not { } result) return null;
        if (GraphConstants.Ints(op.Starts) is not { Length: 1 } starts || GraphConstants.Ints(op, 3) is not { } axes || GraphConstants.Ints(op, 4) is not { } steps) return null;
        long axis = axes.Length == 1 ? axes[0] : axes.Length == 0 ? 0 : long.MaxValue;
        if (axis < 0) axis += shape.Length;
        if (axis < 0 || axis >= shape.Length || steps.Length > 1) return null;
        long step = steps.Length == 1 ? steps[0] : 1, start = starts[0] < 0 ? Math.Max(0, starts[0] + shape[axis]) : Math.Min(starts[0], shape[axis]);
        return step > 0 ? new SlicePart((int)axis, start, result[axis], step) : null;
    }

    public static Value Make(OpBuilder builder, Value source, int axis, long start, long extent, IrType type) => GraphRewrite.MakeTyped(
        builder, "graph.slice",
        [source, GraphConstants.MakeInts(builder, [start]), GraphConstants.MakeInts(builder, [start + extent]), GraphConstants.MakeInts(builder, [axis])], type);
}
