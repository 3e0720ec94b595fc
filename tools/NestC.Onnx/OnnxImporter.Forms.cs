using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Onnx;

public sealed partial class OnnxImporter
{
    /// <summary>Brings a node of any opset into the current form; what is in the way, or null.</summary>
    private string? Resolve(Form f)
    {
        long opset = model.Opset("");
        f.Take("consumed_inputs");
        f.Take("is_test");
        switch (f.Node.OpType)
        {
            case "Add" or "Sub" or "Mul" or "Div" or "And" or "Or" or "Xor" or "Equal" or "Less" or "Greater" or "Pow" when opset < 7:
                bool aligned = f.Take("broadcast") is { I: not 0 } && f.Take("axis") is not null;
                return aligned ? "an axis of broadcasting" : null;
            case "Clip":
                if (f.Operands[0] is not { } clipped) return "a missing input";
                f.Operands.AddRange(new Value?[Math.Max(0, 3 - f.Operands.Count)]);
                ElementKind kind = GraphTypes.KindOf(clipped.Type);
                f.Operands[1] ??= Limit(kind, f.Take("min")?.F, low: true);
                f.Operands[2] ??= Limit(kind, f.Take("max")?.F, low: false);
                return null;
            case "Dropout":
                f.Take("seed");
                f.Take("ratio");
                if (f.Operands.Count > 2 && f.Operands[2] is { } training && !(training.DefiningOp is ConstantOp c && GraphTypes.ArrayOf(c.Value).GetInt64(0) == 0))
                    return "training";
                f.Operands.RemoveRange(1, f.Operands.Count - 1);
                return null;
            case "BatchNormalization":
                f.Take("spatial");
                return f.Take("training_mode") is { I: not 0 } ? "training" : null;
            case "Softmax" or "LogSoftmax" or "Hardmax" when opset < 13: return OldSoftmax(f);
            case "Cast":
                if (f.Take("to") is not { } to) return "no element type";
                f.Take("saturate");
                f.Element = GraphTypes.TryTypeOf(context, OnnxTensors.Kind((int)to.I, f.Node.Name, "to"));
                if (f.Element is null) return "strings";
                return null;
            case "CastLike":
                f.Element = GraphTypes.Element(f.Operands[1]!.Value);
                f.Operands.RemoveAt(1);
                return null;
            case "ConstantOfShape":
                NdArray value = f.Take("value") is { T: { } t } ? model.Tensor(t) : NdArray.Vector(0f);
                f.Extra.Add(("value", GraphTypes.AttrOf(context, value, "fill")));
                return null;
            case "Squeeze" or "Unsqueeze": return Lists(f, ("axes", 1));
            case "Split": return Lists(f, ("split", 1));
            case "Reshape": return Lists(f, ("shape", 1));
            case "Slice": return Lists(f, ("starts", 1), ("ends", 2), ("axes", 3), ("steps", 4));
            case "TopK":
                if (f.Take("k") is { } k) f.Operands.Add(Constant(NdArray.Vector(k.I), "k"));
                return null;
            case "Pad":
                if (f.Take("paddings") is { } paddings) f.Operands.Add(Constant(NdArray.Vector<long>(paddings.Ints.ToArray()), "pads"));
                if (Lists(f, ("pads", 1)) is { } wrong) return wrong;
                if (f.Take("value") is { } fill) f.Operands.Add(Constant(Kernels(fill.F, GraphTypes.KindOf(f.Operands[0]!.Value.Type)), "value"));
                return null;
            default:
                return f.Node.OpType.StartsWith("Reduce", StringComparison.Ordinal) ? Lists(f, ("axes", 1)) : null;
        }
    }

    private static NdArray Kernels(float value, ElementKind kind) => Cast.To(NdArray.Scalar(value), kind);

    // Attributes of old opsets become operands.
    private string? Lists(Form f, params ReadOnlySpan<(string Name, int Operand)> lists)
    {
        foreach ((string name, int operand) in lists)
        {
            if (f.Take(name) is not { } attribute) continue;
            while (f.Operands.Count <= operand) f.Operands.Add(null);
            f.Operands[operand] = Constant(NdArray.Vector<long>(attribute.Ints.ToArray()), name);
        }
        return null;
    }

    private Value Limit(ElementKind kind, float? given, bool low)
    {
        NdArray limit;
        if (given is { } value) limit = Kernels(value, kind);
        else if (kind.IsFloat()) limit = Kernels(low ? float.NegativeInfinity : float.PositiveInfinity, kind);
        else if (kind == ElementKind.U64 && !low) limit = NdArray.Scalar(ulong.MaxValue);
        else limit = Cast.To(NdArray.Scalar(low ? kind.MinValue() : kind.MaxValue()), kind);
        return Constant(limit, low ? "low" : "high");
    }

    // Before opset 13 the softmax family saw all dimensions from the axis on as one.
    private string? OldSoftmax(Form f)
    {
        if (f.Operands[0] is not { } x || x.Type is not RankedTensorType { HasStaticShape: true } type) return "an unknown shape";
        int rank = type.Shape.Length;
        long axis = f.Take("axis")?.I ?? 1;
        int at = rank == 0 ? 0 : Shapes.Axis(axis, rank);
        if (at == rank - 1) return null;
        IrType matrix = GraphTypes.Tensor(Moves.InferFlatten(type.Shape, at), type.ElementType);
        NamedAttr flat = new(context.Identifier("axis"), IntegerAttr.Get(context.Common.I64, at));
        f.Operands[0] = builder.Create("graph.flatten", [x], [matrix], [flat]).Result(0);
        f.After = result => builder.Create("graph.reshape", [result, Constant(NdArray.Vector<long>(type.Shape), "shape")], [type]).Result(0);
        return null;
    }
}
