using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Canonicalization;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Rewriting;

namespace NestC.Passes.Graph;

/// <summary>Matrix products take in the additions and transpositions around them; products that share an operand become one.</summary>
[Pass("graph-fuse-products", "Fuse matrix products with additions, transpositions and each other")]
public sealed partial class FuseProductsPass : GraphPatternPass
{
    [Option("merge", "Join products that share their left operand")]
    public bool Merge { get; init; } = true;

    protected override void AddPatterns(PatternSet patterns)
    {
        patterns
            .Add(new MatMulAddToGemm())
            .Add(new AddIntoGemm())
            .Add(new TransposeIntoGemm())
            .Add(new ScaleIntoGemm());
        if (Merge) patterns.Add(new MergeMatMuls()).Add(new AddBelowSplit());
    }
}

/// <summary>A product of matrices and an addition.</summary>
public sealed class MatMulAddToGemm() : Pattern<AddOp>("matmul-add-to-gemm")
{
    // matmul(a, b) + c -> gemm(a, b, c), of matrices
    public override bool Rewrite(AddOp op, Rewriter rw)
    {
        for (int i = 0; i < 2; i++)
        {
            if (op.Operand(i).DefiningOp is not MatMulOp product || !op.Operand(i).HasOneUse) continue;
            if (Gemm.Bias(op, product.Output, op.Operand(1 - i)) is { } why) return rw.NoMatch(op, why);
            if (GraphRewrite.Extents(product.Lhs) is not { Length: 2 } || GraphRewrite.Extents(product.Rhs) is not { Length: 2 }) return rw.NoMatch(op, "the factors are not matrices");
            return rw.Replace(op, GraphRewrite.MakeTyped(rw, "graph.gemm", [product.Lhs, product.Rhs, op.Operand(1 - i)], op.Output.Type));
        }
        return rw.NoMatch(op, "no operand is a product of one use");
    }
}

internal static class Gemm
{
    /// <summary>Why a value cannot be the third operand of a product: it has to be of floats and broadcast to the product's shape, one way.</summary>
    public static string? Bias(Operation op, Value product, Value bias)
    {
        if (GraphTypes.Element(product) is not FloatType) return "it is not of floats";
        if (product.Type != op.Result(0).Type) return "the sum has another type than the product";
        if (GraphRewrite.Extents(product) is not { Length: 2 } shape) return "it is not of matrices";
        if (GraphRewrite.Shape(bias) is not { Length: <= 2 } small) return "what is added has no known shape of at most two dimensions";
        for (int i = 0; i < small.Length; i++)
        {
            long extent = shape[2 - small.Length + i];
            if (small[i] != 1 && small[i] != extent) return "what is added does not broadcast to the product";
        }
        return null;
    }
}

/// <summary>An addition to a product that adds a constant, or nothing.</summary>
public sealed class AddIntoGemm() : Pattern<AddOp>("add-into-gemm")
{
    // gemm(a, b) + c -> gemm(a, b, c);  gemm(a, b, c) + d -> gemm(a, b, beta c + d), of constants
    public override bool Rewrite(AddOp op, Rewriter rw)
    {
        for (int i = 0; i < 2; i++)
        {
            if (op.Operand(i).DefiningOp is not GemmOp gemm || !op.Operand(i).HasOneUse) continue;
            Value added = op.Operand(1 - i);
            if (Gemm.Bias(op, gemm.Output, added) is { } why) return rw.NoMatch(op, why);
            if (gemm.C is { } c)
            {
                if (GraphConstants.ArrayOf(c) is not { } first || GraphConstants.ArrayOf(added) is not { } second) return rw.NoMatch(op, "what is added already is not constant");
                NdArray scaled = gemm.Beta == 1 ? first : Binary.Apply(BinaryKind.Mul, first, Cast.To(NdArray.Scalar(gemm.Beta), first.Kind));
                added = GraphConstants.Make(rw, Binary.Apply(BinaryKind.Add, scaled, second), GraphConstants.Stem(c));
            }
            Operation made = GraphRewrite.Like(rw, gemm, [gemm.A, gemm.B, added], op.Output.Type);
            if (gemm.Beta != 1) rw.SetAttribute(made, "beta", GraphRewrite.Float(rw, 1));
            return rw.Replace(op, made);
        }
        return rw.NoMatch(op, "no operand is a gemm of one use");
    }
}

/// <summary>Transposed factors are what transA and transB say.</summary>
public sealed class TransposeIntoGemm() : Pattern<GemmOp>("transpose-into-gemm")
{
    // gemm(transpose(a), b) -> gemm(a, b, transA);  also b
    public override bool Rewrite(GemmOp op, Rewriter rw)
    {
        bool a = op.A.DefiningOp is TransposeOp, b = op.B.DefiningOp is TransposeOp;
        if (!a && !b) return rw.NoMatch(op, "no factor is transposed");
        var operands = op.Operands.ToArray();
        if (a) operands[0] = ((TransposeOp)op.A.DefiningOp!).Input;
        if (b) operands[1] = ((TransposeOp)op.B.DefiningOp!).Input;
        for (int i = 0; i < 2; i++)
            if (operands[i] != op.Operand(i) && op.Operand(i).DefiningOp is TransposeOp { Perm: [0, 1] }) return rw.NoMatch(op, "nothing is moved");
        Operation made = GraphRewrite.Like(rw, op, operands, op.Output.Type);
        if (a) rw.SetAttribute(made, "transA", GraphRewrite.Int(rw, op.TransA == 0 ? 1 : 0));
        if (b) rw.SetAttribute(made, "transB", GraphRewrite.Int(rw, op.TransB == 0 ? 1 : 0));
        return rw.Replace(op, made);
    }
}

/// <summary>A number that a product is multiplied by is its alpha.</summary>
public sealed class ScaleIntoGemm() : Pattern<BinaryOp>("scale-into-gemm")
{
    // gemm(a, b) * number -> gemm(a, b, alpha = alpha number);  also /
    public override bool Rewrite(BinaryOp op, Rewriter rw)
    {
        if (op is not (MulOp or DivOp) || op.Operand(0).DefiningOp is not GemmOp { C: null } gemm || !op.Operand(0).HasOneUse) return rw.NoMatch(op, "it does not multiply a gemm of one use that adds nothing");
        if (GraphConstants.Splat(op.Operand(1)) is not { } number || op.Result(0).Type != gemm.Output.Type) return rw.NoMatch(op, "it is not by a number");
        Operation made = GraphRewrite.Like(rw, gemm, gemm.Operands.ToArray(), op.Result(0).Type);
        rw.SetAttribute(made, "alpha", GraphRewrite.Float(rw, op is MulOp ? gemm.Alpha * number : gemm.Alpha / number));
        return rw.Replace(op, made);
    }
}

/// <summary>Products of one value with several constant matrices are one product with all of them, and a split.</summary>
public sealed class MergeMatMuls() : Pattern<MatMulOp>("merge-matmuls")
{
    // matmul(x, u), matmul(x, v) -> split(matmul(x, [u v]))
    public override bool Rewrite(MatMulOp op, Rewriter rw)
    {
        if (GraphRewrite.Shape(op.Output) is not { } result) return rw.NoMatch(op, "the shape is not known");
        if (Weights(op) is not { } first) return rw.NoMatch(op, "the right factor is no constant matrix");
        List<MatMulOp> all = [];
        foreach (Use use in op.Lhs.Uses)
            if (use.Owner is MatMulOp other && use.Index == 0 && other.Block == op.Block && other.Lhs == op.Lhs && Weights(other) is { } more && more.Kind == first.Kind && GraphRewrite.Shape(other.Output) is not null)
                all.Add(other);
        if (all.Count < 2) return rw.NoMatch(op, "nothing else multiplies the left factor by a constant");
        all.Sort(static (a, b) => a == b ? 0 : a.IsBeforeInBlock(b) ? -1 : 1);
        if (all[0] != op) return rw.NoMatch(op, "the first of the products does it");
        var parts = new NdArray[all.Count];
        var extents = new long[all.Count];
        string stem = GraphConstants.Stem(op.Rhs);
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Weights(all[i])!;
            extents[i] = parts[i].Shape[1];
        }
        Value joined = GraphRewrite.Make(rw, "graph.matmul", [op.Lhs, GraphConstants.Make(rw, Moves.Concat(parts, 1), stem)]);
        OperationState state = new(rw.Context.OpInfo("graph.split"), rw.Location);
        state.Operands.Add(joined);
        state.Operands.Add(GraphConstants.MakeInts(rw, extents));
        for (int i = 0; i < parts.Length; i++) state.ResultTypes.Add(all[i].Output.Type);
        state.Attributes.Add(new NamedAttr(rw.Context.Identifier("axis"), GraphRewrite.Int(rw, result.Length - 1)));
        Operation split = rw.Create(state);
        for (int i = 0; i < parts.Length; i++) rw.Replace(all[i], split.Result(i));
        return true;
    }

    private static NdArray? Weights(MatMulOp op) => GraphConstants.ArrayOf(op.Rhs) is { Rank: 2 } weights && op.Rhs.HasOneUse ? weights : null;
}

/// <summary>Constants that are added to every part of a split are added to the whole.</summary>
public sealed class AddBelowSplit() : Pattern<SplitOp>("add-below-split")
{
    // split(x) -> a, b; a + c, b + d -> split(x + [c d]), along the last dimension
    public override bool Rewrite(SplitOp op, Rewriter rw)
    {
        if (GraphRewrite.Shape(op.Input) is not { } shape || (op.Axis < 0 ? op.Axis + shape.Length : op.Axis) != shape.Length - 1) return rw.NoMatch(op, "it is not along the last dimension of a known shape");
        if (op.Input.DefiningOp is not MatMulOp) return rw.NoMatch(op, "it does not split a product");
        var adds = new AddOp[op.ResultCount];
        var constants = new NdArray[op.ResultCount];
        for (int i = 0; i < adds.Length; i++)
        {
            Value part = op.Result(i);
            if (!part.HasOneUse) return rw.NoMatch(op, $"part {i} has other uses");
            foreach (Use use in part.Uses)
            {
                if (use.Owner is not AddOp add || add.Output.Type != part.Type) return rw.NoMatch(op, $"nothing is added to part {i}");
                if (GraphConstants.ArrayOf(add.Operand(1 - use.Index)) is not { Rank: 1 } vector || vector.Count != GraphRewrite.Shape(part)![^1]) return rw.NoMatch(op, $"no vector is added to part {i}");
                (adds[i], constants[i]) = (add, vector);
            }
        }
        string stem = GraphConstants.Stem(adds[0].Rhs);
        Value sum = GraphRewrite.MakeTyped(rw, "graph.add", [op.Input, GraphConstants.Make(rw, Moves.Concat(constants, 0), stem)], op.Input.Type);
        var operands = op.Operands.ToArray();
        operands[0] = sum;
        OperationState state = new(op.Info, rw.Location) { Properties = op.PropertiesAttr };
        state.Operands.AddRange(operands);
        for (int i = 0; i < adds.Length; i++) state.ResultTypes.Add(op.Result(i).Type);
        Operation split = rw.Create(state);
        for (int i = 0; i < adds.Length; i++) rw.Replace(adds[i], split.Result(i));
        return rw.Erase(op);
    }
}
