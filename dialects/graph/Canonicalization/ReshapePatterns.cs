using NestC.Builtin;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>Operations that keep every element in its place and change the shape alone.</summary>
public static class ReshapeLike
{
    public static bool Is(Operation? op) => op is ReshapeOp or FlattenOp or SqueezeOp or UnsqueezeOp;

    /// <summary>Makes a reshape to a shape in which one extent may be unknown; null when more are.</summary>
    public static Value? To(OpBuilder builder, Value value, IrType type)
    {
        if (type is not RankedTensorType { } wanted) return null;
        var extents = wanted.Shape.ToArray();
        int unknown = 0;
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] == 0) return null;
            if (!ShapedType.IsDynamic(extents[i])) continue;
            extents[i] = -1;
            unknown++;
        }
        if (unknown > 1) return null;
        return GraphRewrite.MakeTyped(builder, "graph.reshape", [value, GraphConstants.MakeInts(builder, extents)], type);
    }
}

/// <summary>One reshape in the place of several.</summary>
public sealed class MergeReshapes() : Pattern<GraphOp>("merge-reshapes")
{
    // reshape(reshape(x)) -> reshape(x);  squeeze(unsqueeze(x)) -> x;  and so on
    public override bool Rewrite(GraphOp op, Rewriter rw)
    {
        if (!ReshapeLike.Is(op)) return rw.NoMatch(op, "it is no reshape");
        if (op.Operand(0).DefiningOp is not { } inner || !ReshapeLike.Is(inner)) return rw.NoMatch(op, "its operand is no reshape");
        Value source = inner.Operand(0);
        if (source.Type == op.Result(0).Type && source.Type is RankedTensorType { HasStaticShape: true }) return rw.Replace(op, source);
        if (op is ReshapeOp { Allowzero: 0 } outer && GraphConstants.Ints(outer.Extents) is { } extents && Array.IndexOf(extents, 0L) < 0 && !inner.HasNoUses)
            return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.reshape", [source, outer.Extents], op.Result(0).Type));
        return ReshapeLike.To(rw, source, op.Result(0).Type) is { } merged ? rw.Replace(op, merged) : rw.NoMatch(op, "the shape is not known");
    }
}

/// <summary>A transposition that moves extents of 1 alone is a reshape.</summary>
public sealed class TransposeToReshape() : Pattern<TransposeOp>("transpose-to-reshape")
{
    // transpose(x : 1x1x4, [0, 2, 1]) -> reshape(x : 1x1x4, 1x4x1)
    public override bool Rewrite(TransposeOp op, Rewriter rw)
    {
        if (GraphRewrite.Shape(op.Input) is not { } shape || op.Output.Type is not RankedTensorType { HasStaticShape: true }) return rw.NoMatch(op, "the shape is not known");
        int last = -1;
        for (int i = 0; i < shape.Length; i++)
        {
            int from = op.Perm is { } perm ? (int)perm[i] : shape.Length - 1 - i;
            if (shape[from] == 1) continue;
            if (from < last) return rw.NoMatch(op, $"dimension {from} moves");
            last = from;
        }
        return ReshapeLike.To(rw, op.Input, op.Output.Type) is { } reshape ? rw.Replace(op, reshape) : rw.NoMatch(op, "an extent is 0");
    }
}

/// <summary>Two transpositions are one.</summary>
public sealed class MergeTransposes() : Pattern<TransposeOp>("merge-transposes")
{
    // transpose(transpose(x, p), q) -> transpose(x, p[q])
    public override bool Rewrite(TransposeOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not TransposeOp inner) return rw.NoMatch(op, "its operand is no transposition");
        if (GraphRewrite.Extents(inner.Input) is not { } shape) return rw.NoMatch(op, "the rank is not known");
        long[] first = Permutation.Of(inner, shape.Length), second = Permutation.Of(op, shape.Length), both = new long[shape.Length];
        for (int i = 0; i < both.Length; i++) both[i] = first[second[i]];
        if (Permutation.IsIdentity(both) && GraphRewrite.CanReplace(op.Output, inner.Input)) return rw.Replace(op, inner.Input);
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.transpose", [inner.Input], op.Output.Type, ("perm", GraphRewrite.Ints(rw, both))));
    }
}

/// <summary>Permutations of dimensions: result dimension i is dimension p[i] of the operand.</summary>
public static class Permutation
{
    public static long[] Of(TransposeOp op, int rank)
    {
        if (op.Perm is { } given) return given;
        var reversed = new long[rank];
        for (int i = 0; i < rank; i++) reversed[i] = rank - 1 - i;
        return reversed;
    }

    public static bool IsIdentity(ReadOnlySpan<long> perm)
    {
        for (int i = 0; i < perm.Length; i++)
            if (perm[i] != i) return false;
        return true;
    }

    public static long[] Inverse(ReadOnlySpan<long> perm)
    {
        var inverse = new long[perm.Length];
        for (int i = 0; i < perm.Length; i++) inverse[perm[i]] = i;
        return inverse;
    }

    /// <summary>The shape of a transposed tensor.</summary>
    public static long[] Apply(ReadOnlySpan<long> shape, ReadOnlySpan<long> perm)
    {
        var result = new long[shape.Length];
        for (int i = 0; i < result.Length; i++) result[i] = shape[(int)perm[i]];
        return result;
    }
}
