using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Dialects.Graph;

/// <summary>Operators of networks on tensors, with ONNX's meaning in one form (that of opset 17, with lists that a later opset made operands as operands).</summary>
[Dialect("graph")]
public sealed partial class GraphDialect(NestContext context) : Dialect(context, "graph")
{
    public override IrType? ParseType(AsmParser parser)
    {
        int position = parser.Position;
        if (parser.TryParseKeyword("string"u8)) return StringType.Get(Context);
        bool sequence = parser.TryParseKeyword("sequence"u8);
        if (sequence || parser.TryParseKeyword("optional"u8))
        {
            if (!parser.ParseLess() || parser.ParseType() is not { } element || !parser.ParseGreater()) return null;
            return sequence ? SequenceType.Get(element) : OptionalType.Get(element);
        }
        parser.MeaningError(position, "NEST4020", "unknown type in dialect `graph`; it has `string`, `sequence` and `optional`");
        return null;
    }
}

/// <summary>What all operators share: they compute arrays, and shapes follow from their operands as far as these are known.</summary>
public abstract class GraphOp : Operation, IArrayEvaluable
{
    /// <summary>Computes the results.</summary>
    /// <exception cref="EvaluationException">Shapes or values do not fit.</exception>
    public abstract NdArray[] Evaluate(NdArray[] x);

    /// <summary>The shape of the only result; null where not even the rank is known.</summary>
    /// <exception cref="EvaluationException">The operands' shapes do not fit.</exception>
    public virtual long[]? Infer(ShapeArguments s) => null;

    /// <summary>The shapes of all results.</summary>
    public virtual long[]?[] InferAll(ShapeArguments s)
    {
        if (ResultCount == 1) return [Infer(s)];
        var shapes = new long[]?[ResultCount];
        if (shapes.Length > 0) shapes[0] = Infer(s);
        return shapes;
    }

    /// <summary>The element type of a result; null where the result's type itself says it.</summary>
    public virtual IrType? ElementType(int result) => GraphTypes.Element(Operand(0));

    /// <summary>The result types that follow from the operands.</summary>
    /// <exception cref="EvaluationException">The operands' shapes do not fit.</exception>
    public IrType[] InferTypes()
    {
        try
        {
            return InferResults();
        }
        catch (Exception e) when (e is IndexOutOfRangeException or ArithmeticException or ArgumentException)
        {
            // Shape functions index what the operands' ranks promise.
            throw new EvaluationException("the operands' shapes do not fit the operator");
        }
    }

    /// <summary>As <see cref="InferTypes"/>, for operators whose results are no tensors.</summary>
    protected virtual IrType[] InferResults()
    {
        long[]?[] shapes = InferAll(new ShapeArguments(this));
        var types = new IrType[ResultCount];
        for (int i = 0; i < types.Length; i++) types[i] = GraphTypes.Tensor(i < shapes.Length ? shapes[i] : null, ElementType(i) ?? GraphTypes.Element(Result(i)));
        return types;
    }

    /// <summary>How many operands, from the first on, must have one element type; 0 where types may differ.</summary>
    protected virtual int SameElements => 0;

    /// <summary>The operator's own rules, before its types are looked at.</summary>
    protected virtual bool VerifyRules(Diag d) => true;

    protected override bool VerifyOp(Diag d)
    {
        if (!VerifyRules(d)) return false;
        for (int i = 1; i < Math.Min(SameElements, OperandCount); i++)
        {
            if (Operand(i).Type is TensorType other && Operand(0).Type is TensorType first && other.ElementType != first.ElementType)
                return d.Require(false, "T3", $"operand {i} has elements of type '{other.ElementType}', operand 0 has '{first.ElementType}'");
        }
        IrType[] types;
        try
        {
            types = InferTypes();
        }
        catch (EvaluationException e)
        {
            return d.Require(false, "T1", e.Message);
        }
        for (int i = 0; i < types.Length; i++)
        {
            if (GraphTypes.Compatible(types[i], Result(i).Type)) continue;
            return d.Require(false, "T2", $"result {i} has type '{Result(i).Type}', but its operands give '{types[i]}'");
        }
        return true;
    }
}

/// <summary>A function of each element.</summary>
public abstract class UnaryOp : GraphOp
{
    protected abstract UnaryFunction Function { get; }

    public sealed override NdArray[] Evaluate(NdArray[] x) => [Unary.Apply(Function, x[0])];

    public sealed override long[]? Infer(ShapeArguments s) => s.Shape(0);
}

/// <summary>A function of two tensors, broadcast to each other.</summary>
public abstract class BinaryOp : GraphOp
{
    protected override int SameElements => 2;

    public sealed override long[]? Infer(ShapeArguments s) => s.Broadcast(2);
}

/// <summary>Combines elements along axes.</summary>
public abstract class ReduceOp : GraphOp
{
    protected abstract ReduceKind Kind { get; }

    protected abstract bool KeepDims { get; }

    protected abstract bool Noop { get; }

    public sealed override NdArray[] Evaluate(NdArray[] x)
    {
        long[] axes = x.Length > 1 ? x[1].ToInt64s() : [];
        return [axes.Length == 0 && Noop ? x[0] : Reduce.Apply(Kind, x[0], axes, KeepDims)];
    }

    public sealed override long[]? Infer(ShapeArguments s)
    {
        if (s.Shape(0) is not { } shape) return null;
        if (OperandCount > 1 && s.List(1) is null) return KeepDims ? s.AnyOfRank(shape.Length) : null;
        long[] axes = OperandCount > 1 ? s.List(1)! : [];
        return axes.Length == 0 && Noop ? shape : Reduce.InferShape(shape, axes, KeepDims);
    }
}
