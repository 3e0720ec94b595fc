using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Transpositions and reshapes move below what works element by element, where they meet others and cancel.</summary>
[Pass("graph-sink-transposes", "Move transpositions and reshapes down until they cancel")]
public sealed class SinkTransposesPass : GraphPatternPass
{
    protected override void AddPatterns(PatternSet patterns) => patterns
        .Add(new MergeTransposes())
        .Add(new TransposeToReshape())
        .Add(new MergeReshapes())
        .Add(new SinkTransposeBelowUnary())
        .Add(new SinkTransposeBelowBinary())
        .Add(new SinkTransposeBelowConcat())
        .Add(new SinkTransposeBelowReduce())
        .Add(new SinkTransposeBelowSoftmax())
        .Add(new SinkReshapeBelowUnary());
}

internal static class Sinking
{
    /// <summary>Whether an operation computes each element from the same element of its first operand, whatever the shape.</summary>
    public static bool IsElementwise(Operation op) => op switch
    {
        UnaryOp or NotOp or CastOp or IdentityOp or DropoutOp or IsNaNOp or IsInfOp => true,
        ClipOp => true,
        QuantizeLinearOp q => QuantParams.IsWhole(q.Scale),
        DequantizeLinearOp d => QuantParams.IsWhole(d.Scale),
        _ => false,
    };

    /// <summary>The transposition that computes a value which nothing else uses.</summary>
    public static TransposeOp? Transposed(Value value) => value.DefiningOp is TransposeOp op && value.HasOneUse && op.Input.Type is RankedTensorType ? op : null;

    public static long[] Perm(TransposeOp op) => Permutation.Of(op, GraphRewrite.Extents(op.Input)!.Length);

    public static bool Replace(Operation op, Value inner, long[] perm, Rewriter rw) =>
        rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.transpose", [inner], op.Result(0).Type, ("perm", GraphRewrite.Ints(rw, perm))));

    /// <summary>The type of elements of one value in the shape of another.</summary>
    public static IrType Typed(Value elements, Value shape) => GraphTypes.Tensor(GraphRewrite.Extents(shape), GraphTypes.Element(elements));
}

/// <summary>Functions of each element do not mind where it is.</summary>
public sealed class SinkTransposeBelowUnary() : Pattern<GraphOp>("sink-transpose-below-unary")
{
    // f(transpose(x)) -> transpose(f(x))
    public override bool Rewrite(GraphOp op, Rewriter rw)
    {
        if (!Sinking.IsElementwise(op)) return rw.NoMatch(op, "it is no function of each element");
        if (Sinking.Transposed(op.Operand(0)) is not { } transpose) return rw.NoMatch(op, "the operand is no transposition of one use");
        var operands = op.Operands.ToArray();
        operands[0] = transpose.Input;
        Operation inner = GraphRewrite.Like(rw, op, operands, Sinking.Typed(op.Result(0), transpose.Input));
        return Sinking.Replace(op, inner.Result(0), Sinking.Perm(transpose), rw);
    }
}

/// <summary>Of two operands that are moved alike the result is; a constant is moved back at once.</summary>
public sealed class SinkTransposeBelowBinary() : Pattern<BinaryOp>("sink-transpose-below-binary")
{
    // transpose(x) + transpose(y) -> transpose(x + y);  transpose(x) + c -> transpose(x + transposed c)
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        TransposeOp? left = Sinking.Transposed(op.Operand(0)), right = Sinking.Transposed(op.Operand(1));
        if ((left ?? right) is not { } one || GraphRewrite.Extents(op.Result(0)) is not { } result) return rw.NoMatch(op, "no operand is a transposition of one use");
        long[] perm = Sinking.Perm(one);
        if (result.Length != perm.Length) return rw.NoMatch(op, "the rank changes");
        Value a, b;
        if (left is not null && right is not null)
        {
            if (!Sinking.Perm(right).AsSpan().SequenceEqual(perm)) return rw.NoMatch(op, "the operands are moved differently");
            (a, b) = (left.Input, right.Input);
        }
        else
        {
            Value other = op.Operand(left is null ? 0 : 1);
            if (MovedBack(other, perm, rw) is not { } moved) return rw.NoMatch(op, "the other operand is neither transposed nor a constant");
            (a, b) = left is null ? (moved, one.Input) : (one.Input, moved);
        }
        Operation inner = GraphRewrite.Like(rw, op, [a, b]);
        return Sinking.Replace(op, inner.Result(0), perm, rw);
    }

    // The constant c with c' moved by perm broadcasting as c does; null where it is none.
    private static Value? MovedBack(Value constant, long[] perm, Rewriter rw)
    {
        if (constant.DefiningOp is not ConstantOp || constant.Type is not RankedTensorType { HasStaticShape: true } type || type.Rank > perm.Length) return null;
        if (type.NumElements == 1) return constant;
        if (GraphConstants.ArrayOf(constant) is not { } array) return null;
        var shape = new long[perm.Length];
        Array.Fill(shape, 1);
        type.Shape.CopyTo(shape.AsSpan(perm.Length - type.Rank));
        return GraphConstants.Make(rw, Moves.Transpose(array.Reshape(shape), Permutation.Inverse(perm)), GraphConstants.Stem(constant));
    }
}

/// <summary>Parts that are moved alike are joined before they are moved.</summary>
public sealed class SinkTransposeBelowConcat() : Pattern<ConcatOp>("sink-transpose-below-concat")
{
    // concat(transpose(x, p), transpose(y, p), axis) -> transpose(concat(x, y, p[axis]), p)
    public override bool Rewrite(ConcatOp op, Rewriter rw)
    {
        if (Sinking.Transposed(op.Inputs[0]) is not { } first) return rw.NoMatch(op, "the first part is no transposition of one use");
        long[] perm = Sinking.Perm(first);
        var parts = new Value[op.Inputs.Count];
        for (int i = 0; i < parts.Length; i++)
        {
            if (Sinking.Transposed(op.Inputs[i]) is not { } part || !Sinking.Perm(part).AsSpan().SequenceEqual(perm)) return rw.NoMatch(op, $"part {i} is not moved alike");
            parts[i] = part.Input;
        }
        long axis = op.Axis < 0 ? op.Axis + perm.Length : op.Axis;
        Value joined = GraphRewrite.Make(rw, "graph.concat", parts, ("axis", GraphRewrite.Int(rw, perm[axis])));
        return Sinking.Replace(op, joined, perm, rw);
    }
}

/// <summary>Dimensions that go need not be moved.</summary>
public sealed class SinkTransposeBelowReduce() : Pattern<ReduceOp>("sink-transpose-below-reduce")
{
    // reduce(transpose(x, p), axes, keepdims) -> transpose(reduce(x, p[axes], keepdims), p)
    public override bool Rewrite(ReduceOp op, Rewriter rw)
    {
        if (Sinking.Transposed(op.Operand(0)) is not { } transpose) return rw.NoMatch(op, "the operand is no transposition of one use");
        if (op.Inherent("keepdims"u8) is not IntegerAttr { Value: 1 } || op.OperandCount < 2 || GraphConstants.Ints(op.Operand(1)) is not { Length: > 0 } given) return rw.NoMatch(op, "the axes are not constant, or go");
        long[] perm = Sinking.Perm(transpose), axes = (long[])given.Clone();
        if (!GraphRewrite.Normalize(axes, perm.Length)) return rw.NoMatch(op, "the axes are not valid");
        for (int i = 0; i < axes.Length; i++) axes[i] = perm[axes[i]];
        Operation inner = GraphRewrite.Like(rw, op, [transpose.Input, GraphConstants.MakeInts(rw, axes)]);
        return Sinking.Replace(op, inner.Result(0), perm, rw);
    }
}

/// <summary>A softmax is along one dimension, wherever that is.</summary>
public sealed class SinkTransposeBelowSoftmax() : Pattern<SoftmaxOp>("sink-transpose-below-softmax")
{
    // softmax(transpose(x, p), axis) -> transpose(softmax(x, p[axis]), p)
    public override bool Rewrite(SoftmaxOp op, Rewriter rw)
    {
        if (Sinking.Transposed(op.Input) is not { } transpose) return rw.NoMatch(op, "the operand is no transposition of one use");
        long[] perm = Sinking.Perm(transpose);
        long axis = op.Axis < 0 ? op.Axis + perm.Length : op.Axis;
        Value inner = GraphRewrite.MakeTyped(rw, "graph.softmax", [transpose.Input], transpose.Input.Type, ("axis", GraphRewrite.Int(rw, perm[axis])));
        return Sinking.Replace(op, inner, perm, rw);
    }
}

/// <summary>A reshape moves down where another one waits.</summary>
public sealed class SinkReshapeBelowUnary() : Pattern<GraphOp>("sink-reshape-below-unary")
{
    // reshape(f(reshape(x))) -> reshape(reshape(f(x)))
    public override bool Rewrite(GraphOp op, Rewriter rw)
    {
        if (!Sinking.IsElementwise(op)) return rw.NoMatch(op, "it is no function of each element");
        Value operand = op.Operand(0);
        if (operand.DefiningOp is not { } reshape || !ReshapeLike.Is(reshape) || !operand.HasOneUse) return rw.NoMatch(op, "the operand is no reshape of one use");
        bool meets = false;
        if (op.Result(0).HasOneUse)
            foreach (Use use in op.Result(0).Uses) meets = ReshapeLike.Is(use.Owner) && use.Index == 0;
        if (!meets) return rw.NoMatch(op, "no reshape uses the result alone");
        var operands = op.Operands.ToArray();
        operands[0] = reshape.Operand(0);
        Operation inner = GraphRewrite.Like(rw, op, operands, Sinking.Typed(op.Result(0), reshape.Operand(0)));
        var extents = reshape.Operands.ToArray();
        extents[0] = inner.Result(0);
        return rw.Replace(op, GraphRewrite.Like(rw, reshape, extents, op.Result(0).Type));
    }
}
