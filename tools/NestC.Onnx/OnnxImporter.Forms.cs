using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx.Proto;

namespace NestC.Onnx;

public sealed partial class OnnxImporter
{
    /// <summary>Brings a node of any opset into the current form; what is in the way, or null.</summary>
    private string? Resolve(Form f)
    {
        long opset = scope.Opset(f.Node.Domain);
        f.Take("consumed_inputs");
        f.Take("is_test");
        switch (f.Node.OpType)
        {
            case "Add" or "Sub" or "Mul" or "Div" or "And" or "Or" or "Xor" or "Equal" or "Less" or "Greater" or "Pow" when opset < 7: return Aligned(f);
            case "PRelu" when opset < 7: return Slopes(f);
            case "Gemm":
                f.Take("broadcast");
                return null;
            case "Concat" when opset < 4:
                if (f.Peek("axis") is null) f.Extra.Add(("axis", Integer(1)));
                return null;
            case "Clip": return Limits(f);
            case "Identity" when f.Operand(0).Type is not TensorType:
                f.Results = [f.Operand(0)];
                return null;
            case "Dropout": return Dropout(f);
            case "BatchNormalization":
                f.Take("spatial");
                if (f.Take("training_mode") is { I: not 0 }) f.Operation = "graph.batch_normalization_training";
                return null;
            case "GroupNormalization":
                f.Take("stash_type");
                return opset < 21 ? "scale and bias by group" : null;
            case "Softmax" or "LogSoftmax" or "Hardmax" when opset < 13: return OldSoftmax(f);
            case "Cast":
                if (f.Take("to") is not { } to) return "no element type";
                f.Element = opset < 6 ? TypeOf(f, to.S.ToStringUtf8()) : TypeOf(f, to.I, "to");
                return Rounding(f);
            case "CastLike":
                f.Element = GraphTypes.Element(f.Operand(1));
                f.Operands.RemoveAt(1);
                return Rounding(f);
            case "QuantizeLinear" or "DequantizeLinear": return Quantization(f, opset);
            case "Upsample" or "Resize": return Resizing(f, opset);
            case "RoiAlign":
                if (opset < 16) f.Extra.Add(("coordinate_transformation_mode", Text("output_half_pixel")));
                return null;
            case "GridSample": return Sampling(f, opset);
            case "RNN" or "GRU" or "LSTM":
                f.Take("output_sequence");
                return null;
            case "DFT": return Transform(f, opset);
            case "HannWindow" or "HammingWindow" or "BlackmanWindow" or "MelWeightMatrix":
                f.Element = TypeOf(f, f.Take("output_datatype")?.I ?? 1, "output_datatype");
                return null;
            case "EyeLike" or "Bernoulli" or "RandomUniformLike" or "RandomNormalLike":
                f.Element = f.Take("dtype") is { } kind ? TypeOf(f, kind.I, "dtype") : GraphTypes.Element(f.Operand(0));
                return null;
            case "RandomUniform" or "RandomNormal":
                f.Element = TypeOf(f, f.Take("dtype")?.I ?? 1, "dtype");
                return null;
            case "Multinomial":
                f.Element = TypeOf(f, f.Take("dtype")?.I ?? 6, "dtype");
                return null;
            case "SequenceEmpty":
                f.Provisional = SequenceType.Get(GraphTypes.Tensor((long[]?)null, TypeOf(f, f.Take("dtype")?.I ?? 1, "dtype")));
                return null;
            case "SequenceConstruct" or "SequenceInsert" or "SequenceErase" or "SplitToSequence":
                f.Provisional = SequenceType.Get(GraphTypes.Tensor((long[]?)null, context.Common.F32));
                return null;
            case "SequenceAt":
                f.Element = f.Operand(0).Type is SequenceType { ElementType: TensorType element } ? element.ElementType : null;
                return null;
            case "Optional":
                f.Provisional = f.Take("type") is { } given ? TypeOf(given.Tp, f.Label) is { } type ? OptionalType.Get(type) : null : OptionalType.Get(context.Common.F32);
                return f.Provisional is null ? "this type" : null;
            case "OptionalHasElement" or "OptionalGetElement":
                if (f.Operands.Count > 0) f.Provisional = f.Node.OpType == "OptionalGetElement" ? f.Operand(0).Type is OptionalType inner ? inner.ElementType : f.Operand(0).Type : null;
                return null;
            case "StringNormalizer":
                f.Take("locale");
                f.Element = StringType.Get(context);
                return null;
            case "LpPool" when f.Peek("p") is { } norm && LetterOf(norm) == 'f':
                f.Take("p");
                f.Extra.Add(("p", Integer((long)norm.F)));
                return null;
            case "ConstantOfShape":
                NdArray value = f.Take("value") is { T: { } t } ? model.Tensor(t) : NdArray.Vector(0f);
                f.Extra.Add(("value", GraphTypes.AttrOf(context, value, "fill")));
                return null;
            case "Squeeze" or "Unsqueeze": return Lists(f, ("axes", 1));
            case "Split":
                f.Take("num_outputs");
                return Lists(f, ("split", 1));
            case "Reshape": return Lists(f, ("shape", 1));
            case "Slice": return Slice(f);
            case "Tile" when opset < 6: return Repeats(f);
            case "TopK":
                if (f.Take("k") is { } k) f.Operands.Add(Integers([k.I]));
                return null;
            case "Pad": return Padded(f);
            case "MatMulInteger" or "ConvInteger":
                if (f.Operands.Count > 3 && f.Operands[2] is null && f.Operands[3] is not null) f.Operands[2] = Constant(Cast.To(NdArray.Scalar(0L), GraphTypes.KindOf(f.Operand(0).Type)), "zero");
                return null;
            case "Swish":
                float alpha = f.Take("alpha")?.F ?? 1;
                Value x = f.Operand(0);
                Value scaled = alpha == 1 ? x : Simple("graph.mul", [x, Constant(Cast.To(NdArray.Scalar(alpha), GraphTypes.KindOf(x.Type)), "alpha")]);
                f.Operands.Add(Simple("graph.sigmoid", [scaled]));
                return null;
            default:
                return f.Node.OpType.StartsWith("Reduce", StringComparison.Ordinal) ? Lists(f, ("axes", 1)) : null;
        }
    }

    private IntegerAttr Integer(long value) => IntegerAttr.Get(context.Common.I64, value);

    private StringAttr Text(string value) => StringAttr.Get(context, value);

    // The element type of a TensorProto data type.
    private IrType TypeOf(Form f, long dataType, string field) =>
        GraphTypes.TryTypeOf(context, OnnxTensors.Kind((int)Math.Clamp(dataType, 0, 1 << 20), f.Label, field))
        ?? throw new OnnxException(OnnxError.Attribute, f.Label, field, $"{dataType} is not a type of elements");

    // The first opsets name types.
    private IrType TypeOf(Form f, string name) => Enum.TryParse(name, ignoreCase: true, out TensorProto.Types.DataType type)
        ? TypeOf(f, (long)type, "to") : throw new OnnxException(OnnxError.Attribute, f.Label, "to", $"'{name}' is not a known data type");

    private static string? Rounding(Form f)
    {
        if (f.Take("round_mode") is { } mode && mode.S.ToStringUtf8() != "up") return "a rounding of its own";
        return f.Take("saturate") is { I: 0 } ? "conversion without saturation" : null;
    }

    private static bool IsFalse(Value? value) => value is null || (value is { DefiningOp: ConstantOp constant } && GraphTypes.ArrayOf(constant.Value) is { Count: 1 } array && array.GetInt64(0) == 0);

    private string? Dropout(Form f)
    {
        f.Take("seed");
        f.Take("ratio");
        Value x = f.Operand(0);
        while (f.Operands.Count > 3) f.Operands.RemoveAt(3);
        if (f.Operands.Count > 2 && !IsFalse(f.Operands[2]))
        {
            f.Operands[1] ??= Constant(NdArray.Scalar(0.5f), "ratio");
            f.Operation = "graph.dropout_training";
        }
        else f.Operands.RemoveRange(1, f.Operands.Count - 1);
        // Nothing is dropped, so the mask is true everywhere.
        if (f.Node.Output.Count < 2 || f.Node.Output[1].Length == 0) return null;
        Operation shape = builder.Create("graph.shape", [x], [GraphTypes.Tensor((long[]?)null, context.Common.I64)]);
        builder.SetResultType(shape, 0, ((GraphOp)shape).InferTypes()[0]);
        Attr truth = GraphTypes.AttrOf(context, NdArray.Vector(true), "fill");
        Operation mask = builder.Create("graph.constant_of_shape", [shape.Result(0)], [x.Type is RankedTensorType known ? GraphTypes.Tensor(known.Shape, context.Common.I1)
            : GraphTypes.Tensor((long[]?)null, context.Common.I1)], [new NamedAttr(context.Identifier("value"), truth)]);
        f.Results = [Make(f)[0], mask.Result(0)];
        return null;
    }

    private string? Limits(Form f)
    {
        ElementKind kind = GraphTypes.KindOf(f.Operand(0).Type);
        f.Operands.AddRange(new Value?[Math.Max(0, 3 - f.Operands.Count)]);
        f.Operands[1] ??= Limit(kind, f.Take("min")?.F, low: true);
        f.Operands[2] ??= Limit(kind, f.Take("max")?.F, low: false);
        return null;
    }

    private Value Limit(ElementKind kind, float? given, bool low)
    {
        NdArray limit;
        if (given is { } value) limit = Converted(value, kind);
        else if (kind.IsFloat()) limit = Converted(low ? float.NegativeInfinity : float.PositiveInfinity, kind);
        else if (kind == ElementKind.U64 && !low) limit = NdArray.Scalar(ulong.MaxValue);
        else limit = Cast.To(NdArray.Scalar(low ? kind.MinValue() : kind.MaxValue()), kind);
        return Constant(limit, low ? "low" : "high");
    }

    private static NdArray Converted(float value, ElementKind kind) => Cast.To(NdArray.Scalar(value), kind);

    // Attributes of old opsets become operands.
    private string? Lists(Form f, params ReadOnlySpan<(string Name, int Operand)> lists)
    {
        foreach ((string name, int operand) in lists)
        {
            if (f.Take(name) is not { } attribute) continue;
            while (f.Operands.Count <= operand) f.Operands.Add(null);
            f.Operands[operand] = Integers(attribute.Ints.ToArray(), name);
        }
        return null;
    }

    private string? Slice(Form f)
    {
        Lists(f, ("starts", 1), ("ends", 2), ("axes", 3), ("steps", 4));
        if (f.Operands.Count < 5 || f.Operands[3] is not null || f.Operands[4] is null) return null;
        // Steps without axes are those of the first dimensions.
        if (f.Operand(1).Type is not RankedTensorType { Shape: [>= 0 and <= 64, ..] } starts) return "steps without axes";
        var axes = new long[starts.Shape[0]];
        for (int i = 0; i < axes.Length; i++) axes[i] = i;
        f.Operands[3] = Integers(axes);
        return null;
    }

    // Before opset 6 a tile had one count and one axis.
    private string? Repeats(Form f)
    {
        if (f.Operands.Count < 3) return null;
        if (f.Operand(0).Type is not RankedTensorType type || ShapeArguments.List(f.Operand(1)) is not [var count] || ShapeArguments.List(f.Operand(2)) is not [var axis])
            return "a count or axis that is not constant";
        var repeats = new long[type.Shape.Length];
        Array.Fill(repeats, 1);
        repeats[Shapes.Axis(axis, repeats.Length)] = count;
        f.Operands.RemoveRange(1, 2);
        f.Operands.Add(Integers(repeats));
        return null;
    }

    private string? Padded(Form f)
    {
        if (f.Take("paddings") is { } paddings) f.Operands.Add(Integers(paddings.Ints.ToArray()));
        Lists(f, ("pads", 1));
        if (f.Take("value") is { } fill) f.Operands.Add(Constant(Converted(fill.F, GraphTypes.KindOf(f.Operand(0).Type)), "value"));
        if (f.Operands.Count < 4) return null;
        // From opset 18 on the pads may be those of some axes.
        if (f.Operands[3] is { } list)
        {
            if (f.Operand(0).Type is not RankedTensorType type || ShapeArguments.List(list) is not { } axes || ShapeArguments.List(f.Operand(1)) is not { } pads) return "axes that are not constant";
            int rank = type.Shape.Length;
            if (pads.Length != 2 * axes.Length) throw new EvaluationException($"{pads.Length} pads do not fit {axes.Length} axes");
            var all = new long[2 * rank];
            for (int i = 0; i < axes.Length; i++)
            {
                int axis = Shapes.Axis(axes[i], rank);
                (all[axis], all[axis + rank]) = (pads[i], pads[i + axes.Length]);
            }
            f.Operands[1] = Integers(all);
        }
        f.Operands.RemoveAt(3);
        return null;
    }

    private static string? Quantization(Form f, long opset)
    {
        if (f.Take("block_size") is { I: not 0 }) return "scales by block";
        if (f.Take("output_dtype") is { I: not 0 }) return "a type of the output";
        if (f.Take("precision") is { I: not 0 }) return "a precision of its own";
        if (f.Take("saturate") is { I: 0 }) return "conversion without saturation";
        if (opset < 13 && f.Peek("axis") is not null) return "an axis";
        return null;
    }

    // Before opset 7 a second operand was broadcast only on request, aligned at an axis or at the end.
    private string? Aligned(Form f)
    {
        bool broadcast = f.Take("broadcast") is { I: not 0 };
        if (f.Take("axis") is not { } axis || !broadcast) return null;
        if (f.Operand(0).Type is not RankedTensorType a || f.Operand(1).Type is not RankedTensorType { HasStaticShape: true } b) return "an axis of broadcasting on unknown shapes";
        int after = a.Shape.Length - Shapes.Axis(axis.I, a.Shape.Length) - b.Shape.Length;
        if (after < 0) throw new EvaluationException($"axis {axis.I} does not fit the second operand");
        f.Operands[1] = Simple("graph.reshape", [f.Operand(1), Integers([.. b.Shape, .. Ones(after)])]);
        return null;
    }

    private string? Slopes(Form f)
    {
        if (f.Operand(0).Type is not RankedTensorType a || f.Operand(1).Type is not RankedTensorType { HasStaticShape: true } b) return "slopes of unknown shapes";
        if (b.NumElements > 1 && a.Shape.Length > 2) f.Operands[1] = Simple("graph.reshape", [f.Operand(1), Integers([b.NumElements, .. Ones(a.Shape.Length - 2)])]);
        return null;
    }

    private static long[] Ones(int count)
    {
        var ones = new long[count];
        Array.Fill(ones, 1);
        return ones;
    }

    // Upsample and the Resize of opset 10 are asymmetric and round down; before opset 9 scales were attributes.
    private string? Resizing(Form f, long opset)
    {
        bool old = f.Node.OpType == "Upsample" || opset < 11;
        if (f.Take("mode") is { } mode) f.Extra.Add(("mode", Text(mode.S.ToStringUtf8() is var name && name is "bilinear" or "trilinear" ? "linear" : mode.S.ToStringUtf8())));
        if (old)
        {
            Value scales = f.Take("scales") is { } list ? Constant(NdArray.Vector<float>(list.Floats.ToArray()), "scales")
                : f.Take("height_scale") is { } height ? Constant(NdArray.Vector(1, 1, height.F, f.Take("width_scale")?.F ?? 1), "scales") : f.Operand(1);
            Value input = f.Operand(0);
            f.Operands.Clear();
            f.Operands.AddRange([input, null, scales]);
            f.Extra.Add(("coordinate_transformation_mode", Text("asymmetric")));
            f.Extra.Add(("nearest_mode", Text("floor")));
            return null;
        }
        if (f.Take("antialias") is { I: not 0 }) return "smoothing (antialias)";
        bool stretch = f.Take("keep_aspect_ratio_policy") is not { } policy || policy.S.ToStringUtf8() == "stretch";
        if (!stretch) return "a policy for the aspect ratio";
        // What is empty is not given.
        for (int i = 1; i < f.Operands.Count; i++)
            if (f.Operands[i] is { Type: RankedTensorType { Shape: [0] } }) f.Operands[i] = null;
        if (f.Take("axes") is not { } some) return null;
        if (f.Operand(0).Type is not RankedTensorType { HasStaticShape: true } type) return "axes of an unknown shape";
        return Spread(f, some.Ints.ToArray(), type);
    }

    // From opset 18 on scales and sizes may be those of some axes.
    private string? Spread(Form f, long[] axes, RankedTensorType type)
    {
        int rank = type.Shape.Length;
        if (f.Operands.Count > 1 && f.Operands[1] is not null) return "a region on some axes";
        if (f.Operands.Count > 2 && f.Operands[2] is { } scales)
        {
            if (ShapeArguments.Numbers(scales) is not { } given || given.Length != axes.Length) return "scales that are not constant";
            var all = new float[rank];
            Array.Fill(all, 1f);
            for (int i = 0; i < axes.Length; i++) all[Shapes.Axis(axes[i], rank)] = (float)given[i];
            f.Operands[2] = Constant(NdArray.Vector<float>(all), "scales");
        }
        if (f.Operands.Count > 3 && f.Operands[3] is { } sizes)
        {
            if (ShapeArguments.List(sizes) is not { } given || given.Length != axes.Length) return "sizes that are not constant";
            long[] all = type.Shape.ToArray();
            for (int i = 0; i < axes.Length; i++) all[Shapes.Axis(axes[i], rank)] = given[i];
            f.Operands[3] = Integers(all);
        }
        return null;
    }

    // From opset 20 on the modes have other names, and there are grids of any rank.
    private string? Sampling(Form f, long opset)
    {
        if (opset < 20) return null;
        if (f.Operand(0).Type is not RankedTensorType { Shape.Length: 4 }) return "a grid of more than two dimensions";
        if (f.Take("mode") is { } mode) f.Extra.Add(("mode", Text(mode.S.ToStringUtf8() switch { "linear" => "bilinear", "cubic" => "bicubic", var other => other })));
        return null;
    }

    // From opset 20 on the axis is an operand, -2 by default.
    private string? Transform(Form f, long opset)
    {
        if (opset < 20) return null;
        long axis = -2;
        if (f.Operands.Count > 2 && f.Operands[2] is { } given)
        {
            if (ShapeArguments.List(given) is not [var constant]) return "an axis that is not constant";
            axis = constant;
        }
        while (f.Operands.Count > 2) f.Operands.RemoveAt(2);
        f.Extra.Add(("axis", Integer(axis)));
        return null;
    }

    // Before opset 13 the softmax family saw all dimensions from the axis on as one.
    private string? OldSoftmax(Form f)
    {
        if (f.Operand(0).Type is not RankedTensorType { HasStaticShape: true } type) return OldSoftmaxOfUnknownShape(f);
        Value x = f.Operand(0);
        int rank = type.Shape.Length;
        long axis = f.Take("axis")?.I ?? 1;
        int at = rank == 0 ? 0 : Shapes.Axis(axis, rank);
        if (at == rank - 1) return null;
        IrType matrix = GraphTypes.Tensor(Moves.InferFlatten(type.Shape, at), type.ElementType);
        f.Operands[0] = builder.Create("graph.flatten", [x], [matrix], [new NamedAttr(context.Identifier("axis"), Integer(at))]).Result(0);
        long[] shape = type.Shape.ToArray();
        f.After = result => builder.Create("graph.reshape", [result, Integers(shape, "shape")], [type]).Result(0);
        return null;
    }

    // Where extents are open the shape is computed when the network runs.
    private string? OldSoftmaxOfUnknownShape(Form f)
    {
        Value x = f.Operand(0);
        long axis = f.Take("axis")?.I ?? 1;
        if (x.Type is RankedTensorType known && Shapes.Axis(axis, known.Shape.Length) == known.Shape.Length - 1) return null;
        Value flat = Simple("graph.flatten", [x], ("axis", axis));
        Operation shape = builder.Create("graph.shape", [x], [GraphTypes.Tensor((long[]?)null, context.Common.I64)]);
        builder.SetResultType(shape, 0, ((GraphOp)shape).InferTypes()[0]);
        f.Operands[0] = flat;
        f.After = result => builder.Create("graph.reshape", [result, shape.Result(0)], [x.Type]).Result(0);
        return null;
    }
}
