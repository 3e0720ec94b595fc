using NestC.Builtin;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Dialects.Graph.Canonicalization;

/// <summary>Constants stand on the right of sums and products.</summary>
public sealed class ConstantToTheRight() : Pattern<BinaryOp>("constant-to-the-right")
{
    // c + x -> x + c;  c * x -> x * c
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (op is not (AddOp or MulOp)) return rw.NoMatch(op, "it is no sum or product");
        if (op.Operand(0).DefiningOp is not ConstantOp || op.Operand(1).DefiningOp is ConstantOp) return rw.NoMatch(op, "the left operand alone is not constant");
        rw.SetOperands(op, [op.Operand(1), op.Operand(0)]);
        return true;
    }
}

/// <summary>A sum of two operands is an addition.</summary>
public sealed class SumToAdd() : Pattern<SumOp>("sum-to-add")
{
    // sum(a, b) -> a + b
    public override bool Rewrite(SumOp op, Rewriter rw) => op.OperandCount == 2
        ? rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.add", [op.Operand(0), op.Operand(1)], op.Output.Type))
        : rw.NoMatch(op, $"it has {op.OperandCount} operands");
}

/// <summary>Constants of a chain of sums, or of products, are one constant.</summary>
public sealed class MergeConstantChain() : Pattern<BinaryOp>("merge-constant-chain")
{
    private const long Most = 1 << 16;

    // (x + c) + d -> x + (c + d);  (x * c) * d -> x * (c * d)
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (op is not (AddOp or MulOp)) return rw.NoMatch(op, "it is no sum or product");
        if (op.Operand(1).DefiningOp is not ConstantOp || op.Operand(0).DefiningOp is not BinaryOp inner || inner.Info != op.Info || inner.Operand(1).DefiningOp is not ConstantOp)
            return rw.NoMatch(op, "it is not a chain with constants");
        if (!op.Operand(0).HasOneUse) return rw.NoMatch(op, "the inner result has other uses");
        if (GraphTypes.Element(op.Result(0)) is not FloatType) return rw.NoMatch(op, "it is not of floats");
        if (GraphConstants.Bytes(inner.Operand(1).Type) > Most || GraphConstants.Bytes(op.Operand(1).Type) > Most) return rw.NoMatch(op, "a constant is large");
        if (GraphConstants.ArrayOf(inner.Operand(1)) is not { } c || GraphConstants.ArrayOf(op.Operand(1)) is not { } d) return rw.NoMatch(op, "a constant has no data");
        if (Shapes.Broadcast(c.Shape, d.Shape) is var shape && NdArray.CountOf(shape) > Math.Max(c.Count, d.Count)) return rw.NoMatch(op, "the constant would be larger than both");
        NdArray both = Binary.Apply(op is AddOp ? BinaryKind.Add : BinaryKind.Mul, c, d);
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, op.Name, [inner.Operand(0), GraphConstants.Make(rw, both, GraphConstants.Stem(op.Operand(1)))], op.Result(0).Type));
    }
}

/// <summary>Broadcasting does what an expansion before it does.</summary>
public sealed class DropExpand() : Pattern<BinaryOp>("drop-expand")
{
    // expand(x) + y -> x + y, where the shape stays
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (GraphRewrite.Shape(op.Result(0)) is not { } result) return rw.NoMatch(op, "the shape is not known");
        for (int i = 0; i < 2; i++)
        {
            if (op.Operand(i).DefiningOp is not GraphOp expand || !Repeats(expand)) continue;
            if (GraphRewrite.Shape(expand.Operand(0)) is not { } small || GraphRewrite.Shape(op.Operand(1 - i)) is not { } other) continue;
            if (!Shapes.Broadcast(small, other).AsSpan().SequenceEqual(result)) continue;
            rw.SetOperand(op, i, expand.Operand(0));
            return true;
        }
        return rw.NoMatch(op, "no operand is an expansion that broadcasting replaces");
    }

    // A tile of extents of 1 alone is an expansion.
    private static bool Repeats(GraphOp op)
    {
        if (op is ExpandOp) return true;
        if (op is not TileOp tile || GraphRewrite.Shape(tile.Input) is not { } shape || GraphConstants.Ints(tile.Repeats) is not { } repeats || repeats.Length != shape.Length) return false;
        for (int i = 0; i < shape.Length; i++)
            if (repeats[i] != 1 && shape[i] != 1) return false;
        return true;
    }
}

/// <summary>The mean of all of an image is a pooling.</summary>
public sealed class ReduceMeanToPool() : Pattern<ReduceMeanOp>("reduce-mean-to-pool")
{
    // reduce_mean(x : NxCxHxW, [2, 3], keepdims) -> global_average_pool(x)
    public override bool Rewrite(ReduceMeanOp op, Rewriter rw)
    {
        if (GraphRewrite.Extents(op.Input) is not { Length: 4 }) return rw.NoMatch(op, "it is not of images");
        if (op.Keepdims == 0) return rw.NoMatch(op, "the dimensions go");
        if (GraphTypes.Element(op.Input) is not FloatType) return rw.NoMatch(op, "it is not of floats");
        if (GraphConstants.Ints(op, 1) is not { Length: 2 } axes) return rw.NoMatch(op, "it is not along two axes");
        axes = (long[])axes.Clone();
        if (!GraphRewrite.Normalize(axes, 4) || axes[0] + axes[1] != 5 || axes[0] * axes[1] != 6) return rw.NoMatch(op, "it is not along height and width");
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.global_average_pool", [op.Input], op.Output.Type));
    }
}

/// <summary>A cast to a type that holds all values of another one, and back, is nothing.</summary>
public sealed class CastOfCast() : Pattern<CastOp>("cast-of-cast")
{
    // cast(cast(x : T, wider), T) -> x;  cast(cast(x, wider), U) -> cast(x, U)
    public override bool Rewrite(CastOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not CastOp inner) return rw.NoMatch(op, "its operand is no cast");
        if (!Holds(GraphTypes.KindOf(op.Input.Type), GraphTypes.KindOf(inner.Input.Type))) return rw.NoMatch(op, "the type in between does not hold all values");
        if (inner.Input.Type == op.Output.Type) return rw.Replace(op, inner.Input);
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.cast", [inner.Input], op.Output.Type));
    }

    private static bool Holds(ElementKind wide, ElementKind narrow)
    {
        if (wide == narrow) return true;
        if (wide == ElementKind.F64) return narrow is ElementKind.F32 or ElementKind.F16 or ElementKind.BF16;
        if (wide == ElementKind.F32) return narrow is ElementKind.F16 or ElementKind.BF16;
        if (wide == ElementKind.I64) return narrow is ElementKind.I32 or ElementKind.I16 or ElementKind.I8 or ElementKind.U8 or ElementKind.U16 or ElementKind.U32;
        return wide == ElementKind.I32 && narrow is (ElementKind.I16 or ElementKind.I8 or ElementKind.U8 or ElementKind.U16);
    }
}
