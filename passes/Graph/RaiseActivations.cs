using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Gaussian error linear units, exact or by tanh.</summary>
public sealed class RaiseGelu() : Pattern<MulOp>("raise-gelu")
{
    // x * (erf(x / sqrt 2) + 1) * 0.5 -> gelu(x);  x * (tanh(sqrt(2 / pi) (x + 0.044715 x^3)) + 1) * 0.5 -> gelu(x, tanh); in any order
    public override bool Rewrite(MulOp op, Rewriter rw)
    {
        List<Value> factors = [];
        Collect(op, factors, true);
        if (factors.Count != 3) return rw.NoMatch(op, $"it is a product of {factors.Count}");
        int half = factors.FindIndex(static f => GraphConstants.Is(f, 0.5));
        int sum = factors.FindIndex(static f => f.DefiningOp is AddOp);
        if (half < 0 || sum < 0) return rw.NoMatch(op, "it is no product of x, 0.5 and a sum");
        Value x = factors[3 - half - sum];
        // x itself may be a sum.
        foreach (int candidate in new[] { sum, 3 - half - sum })
        {
            x = factors[3 - half - candidate];
            if (factors[candidate].DefiningOp is not AddOp add || x.Type != op.Output.Type) continue;
            Value inner = GraphConstants.Is(add.Rhs, 1) ? add.Lhs : GraphConstants.Is(add.Lhs, 1) ? add.Rhs : default;
            if (inner.IsNull) continue;
            if (inner.DefiningOp is ErfOp erf && IsScaled(erf.Input, x, Math.Sqrt(0.5))) return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.gelu", [x], op.Output.Type));
            if (inner.DefiningOp is TanhOp tanh && IsCubic(tanh.Input, x))
                return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.gelu", [x], op.Output.Type, ("approximate", StringAttr.Get(rw.Context, "tanh"))));
        }
        return rw.NoMatch(op, "no factor is 1 + erf(x / sqrt 2)");
    }

    // The factors of nested products, of which the inner ones have no other use.
    private static void Collect(MulOp op, List<Value> factors, bool outermost)
    {
        for (int i = 0; i < 2; i++)
        {
            Value factor = op.Operand(i);
            if (factor.DefiningOp is MulOp inner && factor.HasOneUse && outermost) Collect(inner, factors, false);
            else factors.Add(factor);
        }
    }

    private static bool IsScaled(Value value, Value x, double factor)
    {
        if (value.DefiningOp is DivOp div) return div.Lhs == x && GraphConstants.IsNear(div.Rhs, 1 / factor);
        return value.DefiningOp is MulOp mul && ((mul.Lhs == x && GraphConstants.IsNear(mul.Rhs, factor)) || (mul.Rhs == x && GraphConstants.IsNear(mul.Lhs, factor)));
    }

    private static bool IsCubic(Value value, Value x)
    {
        if (value.DefiningOp is not MulOp mul) return false;
        Value sum = GraphConstants.IsNear(mul.Lhs, Math.Sqrt(2 / Math.PI)) ? mul.Rhs : GraphConstants.IsNear(mul.Rhs, Math.Sqrt(2 / Math.PI)) ? mul.Lhs : default;
        if (sum.IsNull || sum.DefiningOp is not AddOp add) return false;
        Value cube = add.Lhs == x ? add.Rhs : add.Rhs == x ? add.Lhs : default;
        if (cube.IsNull || cube.DefiningOp is not MulOp scaled) return false;
        Value power = GraphConstants.IsNear(scaled.Lhs, 0.044715) ? scaled.Rhs : GraphConstants.IsNear(scaled.Rhs, 0.044715) ? scaled.Lhs : default;
        if (power.IsNull) return false;
        if (power.DefiningOp is PowOp pow) return pow.Lhs == x && GraphConstants.Is(pow.Rhs, 3);
        return power.DefiningOp is MulOp outer && ((outer.Lhs == x && IsSquare(outer.Rhs, x)) || (outer.Rhs == x && IsSquare(outer.Lhs, x)));
    }

    private static bool IsSquare(Value value, Value x) => value.DefiningOp is MulOp mul && mul.Lhs == x && mul.Rhs == x;
}

/// <summary>exp over its sum.</summary>
public sealed class RaiseSoftmax() : Pattern<DivOp>("raise-softmax")
{
    // exp(x) / reduce_sum(exp(x), axis) -> softmax(x, axis);  exp(x - reduce_max(x, axis)) likewise
    public override bool Rewrite(DivOp op, Rewriter rw)
    {
        if (op.Lhs.DefiningOp is not ExpOp exp || op.Rhs.DefiningOp is not ReduceSumOp sum || sum.Input != op.Lhs) return rw.NoMatch(op, "it is no quotient of exp(x) and its sum");
        if (Axis(sum) is not { } axis) return rw.NoMatch(op, "the sum is not along one axis that stays");
        Value x = exp.Input;
        // A maximum that is taken away first changes nothing but the rounding.
        if (x.DefiningOp is SubOp sub && sub.Rhs.DefiningOp is ReduceMaxOp max && max.Input == sub.Lhs && Axis(max) == axis) x = sub.Lhs;
        if (x.Type != op.Output.Type) return rw.NoMatch(op, "the shape changes");
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.softmax", [x], op.Output.Type, ("axis", GraphRewrite.Int(rw, axis))));
    }

    private static long? Axis(ReduceOp op)
    {
        if (op.Inherent("keepdims"u8) is not IntegerAttr { Value: 1 } || GraphRewrite.Extents(op.Operand(0)) is not { } shape) return null;
        if (op.OperandCount < 2 || GraphConstants.Ints(op.Operand(1)) is not { Length: 1 } axes) return null;
        return axes[0] < 0 ? axes[0] + shape.Length : axes[0];
    }
}

/// <summary>x times its hard sigmoid.</summary>
public sealed class RaiseHardSwish() : Pattern<MulOp>("raise-hard-swish")
{
    // x * hard_sigmoid(x, 1/6, 1/2) -> hard_swish(x)
    public override bool Rewrite(MulOp op, Rewriter rw)
    {
        for (int i = 0; i < 2; i++)
        {
            Value x = op.Operand(1 - i);
            if (op.Operand(i).DefiningOp is not HardSigmoidOp sigmoid || sigmoid.Input != x || x.Type != op.Output.Type) continue;
            if (Math.Abs(sigmoid.Alpha * 6 - 1) > 1e-5 || sigmoid.Beta != 0.5f) return rw.NoMatch(op, "the slope is not 1/6, or the middle not 1/2");
            return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.hard_swish", [x], op.Output.Type));
        }
        return rw.NoMatch(op, "no factor is the other one's hard sigmoid");
    }
}

/// <summary>A ramp between two limits.</summary>
public sealed class RaiseHardSigmoid() : Pattern<BinaryOp>("raise-hard-sigmoid")
{
    // clip(x + b, 0, h) / h -> hard_sigmoid(x, 1 / h, b / h);  also * 1 / h
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (op is not (MulOp or DivOp) || op.Operand(0).DefiningOp is not ClipOp clip || GraphConstants.Splat(op.Operand(1)) is not { } number || number == 0) return rw.NoMatch(op, "it is no clip by a number");
        if (!GraphConstants.Is(clip.Low, 0) || GraphConstants.Splat(clip.High) is not { } high || high <= 0) return rw.NoMatch(op, "the limits are not 0 and a positive number");
        double scale = op is DivOp ? 1 / number : number;
        if (Math.Abs(scale * high - 1) > 1e-6) return rw.NoMatch(op, "the upper limit does not become 1");
        if (clip.Input.DefiningOp is not AddOp add || GraphConstants.Splat(add.Rhs) is not { } shift || add.Lhs.Type != op.Result(0).Type || !op.Operand(0).HasOneUse) return rw.NoMatch(op, "the operand is no sum with a number");
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.hard_sigmoid", [add.Lhs], op.Result(0).Type, ("alpha", GraphRewrite.Float(rw, scale)), ("beta", GraphRewrite.Float(rw, shift * scale))));
    }
}

/// <summary>The greater of x and a part of x.</summary>
public sealed class RaiseLeakyRelu() : Pattern<MaxOp>("raise-leaky-relu")
{
    // max(x, x * a) -> leaky_relu(x, a), for 0 <= a <= 1
    public override bool Rewrite(MaxOp op, Rewriter rw)
    {
        if (op.OperandCount != 2) return rw.NoMatch(op, "it has not two operands");
        for (int i = 0; i < 2; i++)
        {
            Value x = op.Operand(1 - i);
            if (op.Operand(i).DefiningOp is not MulOp mul || mul.Lhs != x || x.Type != op.Output.Type) continue;
            if (GraphConstants.Splat(mul.Rhs) is not (>= 0 and <= 1) || GraphTypes.Element(x) is not FloatType) return rw.NoMatch(op, "the slope is not between 0 and 1");
            return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.leaky_relu", [x], op.Output.Type, ("alpha", GraphRewrite.Float(rw, GraphConstants.Splat(mul.Rhs)!.Value))));
        }
        return rw.NoMatch(op, "no operand is the other one times a number");
    }
}

/// <summary>Channels that are laid out in space by reshapes around a transposition.</summary>
public sealed class RaiseDepthToSpace() : Pattern<ReshapeOp>("raise-depth-to-space")
{
    // reshape(transpose(reshape(x, N C r r H W), 0 1 4 2 5 3), N C Hr Wr) -> depth_to_space(x, r, CRD);  N r r C H W and 0 3 4 1 5 2 -> DCR
    public override bool Rewrite(ReshapeOp op, Rewriter rw)
    {
        if (op.Input.DefiningOp is not TransposeOp { Perm: { Length: 6 } perm } transpose || !op.Input.HasOneUse) return rw.NoMatch(op, "the operand is no transposition of six dimensions");
        if (transpose.Input.DefiningOp is not ReshapeOp first || !transpose.Input.HasOneUse) return rw.NoMatch(op, "what is transposed is no reshape of one use");
        bool columns = perm.AsSpan().SequenceEqual([0, 1, 4, 2, 5, 3]);
        if (!columns && !perm.AsSpan().SequenceEqual([0, 3, 4, 1, 5, 2])) return rw.NoMatch(op, "dimensions are moved otherwise");
        if (GraphRewrite.Extents(first.Input) is not { Length: 4 } x || GraphRewrite.Extents(op.Output) is not { Length: 4 } y || GraphRewrite.Extents(transpose.Input) is not { } six) return rw.NoMatch(op, "the ranks are not 4");
        int block = columns ? 2 : 1;
        long r = six[block], channels = six[columns ? 1 : 3];
        if (r <= 1 || six[block + 1] != r || channels <= 0 || six[4] <= 0 || six[5] <= 0) return rw.NoMatch(op, "the blocks are not square");
        if (x[0] != y[0] || x[0] != six[0] || x[1] != channels * r * r || x[2] != six[4] || x[3] != six[5]) return rw.NoMatch(op, "the first reshape does more");
        if (y[1] != channels || y[2] != six[4] * r || y[3] != six[5] * r) return rw.NoMatch(op, "the last reshape does more");
        return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.depth_to_space", [first.Input], op.Output.Type,
            ("blocksize", GraphRewrite.Int(rw, r)), ("mode", StringAttr.Get(rw.Context, columns ? "CRD" : "DCR"))));
    }
}
