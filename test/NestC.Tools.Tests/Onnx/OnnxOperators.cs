using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;

namespace NestC.Tools.Tests.Onnx;

/// <summary>From ONNX operators in all their opsets to kernels: arithmetic, reductions, matrix products, convolutions and what networks are made of.</summary>
internal static partial class OnnxOperators
{
    public static object?[] Execute(OnnxNode n)
    {
        if (n.Proto.Domain is "ai.onnx.preview.training") return Optimizers(n);
        if (n.Proto.Domain is not ("" or "ai.onnx")) throw new UnsupportedException($"{n.Proto.Domain}:{n.Proto.OpType}");
        return Elementwise(n) ?? Layers(n) ?? Movement(n) ?? Others(n) ?? throw new UnsupportedException(n.Proto.OpType);
    }

    private static UnaryFunction? Function(string name, float? alpha, float? beta) => name switch
    {
        "LeakyRelu" => new(UnaryKind.LeakyRelu, alpha ?? 0.01f),
        "Elu" => new(UnaryKind.Elu, alpha ?? 1),
        "Celu" => new(UnaryKind.Celu, alpha ?? 1),
        "Selu" => new(UnaryKind.Selu, alpha ?? 1.67326319217681884765625f, beta ?? 1.05070102214813232421875f),
        "HardSigmoid" => new(UnaryKind.HardSigmoid, alpha ?? 0.2f, beta ?? 0.5f),
        "ThresholdedRelu" => new(UnaryKind.ThresholdedRelu, alpha ?? 1),
        "Affine" => new(UnaryKind.Affine, alpha ?? 1, beta ?? 0),
        "ScaledTanh" => new(UnaryKind.ScaledTanh, alpha ?? 1, beta ?? 1),
        _ => Enum.TryParse<UnaryKind>(name, out var kind) && kind < UnaryKind.LeakyRelu ? new UnaryFunction(kind) : null,
    };

    private static object?[]? Elementwise(OnnxNode n)
    {
        string op = n.Proto.OpType;
        if (op == "Shrink") return [Unary.Apply(new(UnaryKind.Shrink, n.Float("lambd", 0.5f), n.Float("bias", 0)), n[0])];
        if (Function(op, n.Find("alpha")?.F, n.Find(op == "Selu" ? "gamma" : "beta")?.F) is { } function) return [Unary.Apply(function, n[0])];
        switch (op)
        {
            case "Add": return [Binary.Apply(BinaryKind.Add, n[0], Old(n))];
            case "Sub": return [Binary.Apply(BinaryKind.Sub, n[0], Old(n))];
            case "Mul": return [Binary.Apply(BinaryKind.Mul, n[0], Old(n))];
            case "Div": return [Binary.Apply(BinaryKind.Div, n[0], Old(n))];
            case "And": return [Binary.Apply(BinaryKind.And, n[0], Old(n))];
            case "Or": return [Binary.Apply(BinaryKind.Or, n[0], Old(n))];
            case "Xor": return [Binary.Apply(BinaryKind.Xor, n[0], Old(n))];
            case "PRelu": return [Binary.Apply(BinaryKind.PRelu, n[0], n.Opset < 7 ? Channels(n[1], n[0].Rank) : n[1])];
            case "Mod": return [Binary.Apply(n.Flag("fmod") ? BinaryKind.FMod : BinaryKind.Mod, n[0], n[1])];
            case "BitShift": return [Binary.Apply(n.Text("direction", "") == "LEFT" ? BinaryKind.ShiftLeft : BinaryKind.ShiftRight, n[0], n[1])];
            case "Pow": return [Binary.Pow(n[0], Old(n))];
            case "Equal": return [Binary.Compare(CompareKind.Equal, n[0], Old(n))];
            case "Less": return [Binary.Compare(CompareKind.Less, n[0], Old(n))];
            case "LessOrEqual": return [Binary.Compare(CompareKind.LessOrEqual, n[0], n[1])];
            case "Greater": return [Binary.Compare(CompareKind.Greater, n[0], Old(n))];
            case "GreaterOrEqual": return [Binary.Compare(CompareKind.GreaterOrEqual, n[0], n[1])];
            case "Not": return [Binary.Not(n[0])];
            case "IsNaN": return [Binary.IsNaN(n[0])];
            case "IsInf": return [Binary.IsInf(n[0], n.Flag("detect_negative", true), n.Flag("detect_positive", true))];
            case "Where": return [Binary.Where(n[0], n[1], n[2])];
            case "Sum": return [Binary.Fold(BinaryKind.Add, n.Arrays())];
            case "Max": return [Binary.Fold(BinaryKind.Max, n.Arrays())];
            case "Min": return [Binary.Fold(BinaryKind.Min, n.Arrays())];
            case "Mean": return [Binary.Mean(n.Arrays())];
            case "Clip" when n.Opset < 11:
                return [Binary.Clip(n[0], n.Find("min") is { } low ? Cast.To(NdArray.Scalar(low.F), n[0].Kind) : null, n.Find("max") is { } high ? Cast.To(NdArray.Scalar(high.F), n[0].Kind) : null)];
            case "Clip": return [Binary.Clip(n[0], n.Optional(1), n.Optional(2))];
            case "Cast": return [Cast.To(n[0], n.Kind("to", ElementKind.F32))];
            case "CastLike": return [Cast.To(n[0], n[1].Kind)];
            default: return null;
        }
    }

    // Before opset 7 a second operand was broadcast only on request, aligned at an axis.
    private static NdArray Old(OnnxNode n)
    {
        if (n.Opset >= 7 || n.Find("axis") is not { } axis || !n.Flag("broadcast")) return n[1];
        long after = n[0].Rank - Shapes.Axis(axis.I, n[0].Rank) - n[1].Rank;
        return n[1].Reshape([.. n[1].Shape, .. Enumerable.Repeat(1L, (int)after)]);
    }

    private static NdArray Channels(NdArray slope, int rank) =>
        slope.Count == 1 || rank < 2 ? slope : slope.Reshape([slope.Count, .. Enumerable.Repeat(1L, rank - 2)]);

    private static object?[]? Layers(OnnxNode n)
    {
        string op = n.Proto.OpType;
        if (op.StartsWith("Reduce", StringComparison.Ordinal) && Enum.TryParse<ReduceKind>(op[6..], out var reduce))
        {
            var axes = n.List("axes", 1);
            if (axes.Length == 0 && n.Flag("noop_with_empty_axes")) return [n[0]];
            return [Reduce.Apply(reduce, n[0], axes, n.Flag("keepdims", true))];
        }
        switch (op)
        {
            case "MatMul": return [MatMul.Apply(n[0], n[1])];
            case "MatMulInteger": return [MatMul.Integer(n[0], n[1], n.Optional(2), n.Optional(3))];
            case "Gemm":
                return [MatMul.Gemm(n[0], n[1], n.Optional(2), new(n.Float("alpha", 1), n.Float("beta", 1), n.Flag("transA"), n.Flag("transB")))];
            case "QLinearMatMul":
                double scale = n[1].GetDouble(0) * n[4].GetDouble(0) / n[6].GetDouble(0);
                return [Quantize.Requantize(MatMul.Integer(n[0], n[3], n[2], n[5]), [scale], n[7], n[7].Kind, 0)];
            case "Conv": return [Conv.Apply(n[0], n[1], n.Optional(2), n.Window(), n.Int("group", 1))];
            case "ConvInteger": return [Conv.Integer(n[0], n[1], n.Optional(2), n.Optional(3), n.Window(), n.Int("group", 1))];
            case "QLinearConv": return [Conv.QLinear(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n.Optional(8), n.Window(), n.Int("group", 1))];
            case "ConvTranspose":
                return [Conv.Transposed(n[0], n[1], n.Optional(2), n.Window(), n.Int("group", 1), n.Ints("output_padding"), n.Ints("output_shape"))];
            case "MaxPool":
                var (max, where) = Pool.Max(n[0], n.Ints("kernel_shape"), n.Window(), n.Proto.Output.Count > 1, n.Flag("storage_order"));
                return [max, where];
            case "AveragePool": return [Pool.Average(n[0], n.Ints("kernel_shape"), n.Window(), n.Flag("count_include_pad"))];
            case "LpPool": return [Pool.Lp(n[0], n.Ints("kernel_shape"), n.Window(), n.Int("p", 2))];
            case "GlobalAveragePool": return [Pool.GlobalAverage(n[0])];
            case "GlobalMaxPool": return [Pool.GlobalMax(n[0])];
            case "GlobalLpPool": return [Pool.GlobalLp(n[0], n.Int("p", 2))];
            case "MaxUnpool": return [Pool.MaxUnpool(n[0], n[1], n.Ints("kernel_shape"), n.Window(), n.Optional(2)?.ToInt64s() ?? [])];
            case "BatchNormalization" when n.Flag("training_mode"):
                var trained = Normalization.BatchTraining(n[0], n[1], n[2], n[3], n[4], n.Float("epsilon", 1e-5f), n.Float("momentum", 0.9f));
                return [trained.Value, trained.Mean, trained.Variance];
            case "BatchNormalization": return [Normalization.Batch(n[0], n[1], n[2], n[3], n[4], n.Float("epsilon", 1e-5f))];
            case "InstanceNormalization": return [Normalization.Instance(n[0], n[1], n[2], n.Float("epsilon", 1e-5f))];
            case "LayerNormalization":
                var layer = Normalization.Layer(n[0], n[1], n.Optional(2), n.Int("axis", -1), n.Float("epsilon", 1e-5f));
                return [layer.Value, layer.Mean, layer.InvStdDev];
            case "GroupNormalization": return [Normalization.Group(n[0], n.Int("num_groups", 1), n[1], n[2], n.Float("epsilon", 1e-5f))];
            case "MeanVarianceNormalization": return [Normalization.MeanVariance(n[0], n.Find("axes") == null ? [0, 2, 3] : n.Ints("axes"))];
            case "LpNormalization": return [Normalization.Lp(n[0], n.Int("axis", -1), n.Int("p", 2))];
            case "LRN": return [Normalization.Lrn(n[0], n.Int("size", 1), n.Float("alpha", 0.0001f), n.Float("beta", 0.75f), n.Float("bias", 1))];
            case "Softmax": return [Flattened(n, static (x, axis) => Softmax.Apply(x, axis))];
            case "LogSoftmax": return [Flattened(n, static (x, axis) => Softmax.Log(x, axis))];
            case "Hardmax": return [Flattened(n, static (x, axis) => Ordering.Hardmax(x, axis))];
            case "QuantizeLinear": return [Quantize.Linear(n[0], n[1], n.Optional(2), n.Int("axis", 1))];
            case "DequantizeLinear": return [Quantize.Dequantize(n[0], n[1], n.Optional(2), n.Int("axis", 1))];
            case "DynamicQuantizeLinear":
                var dynamic = Quantize.Dynamic(n[0]);
                return [dynamic.Value, dynamic.Scale, dynamic.Zero];
            case "RNN":
                var rnn = Recurrent.Rnn(n[0], n[1], n[2], n.Optional(3), n.Optional(4), n.Optional(5), RecurrentAttributes(n));
                return [rnn.Y, rnn.LastH];
            case "GRU":
                var gru = Recurrent.Gru(n[0], n[1], n[2], n.Optional(3), n.Optional(4), n.Optional(5), RecurrentAttributes(n));
                return [gru.Y, gru.LastH];
            case "LSTM":
                var lstm = Recurrent.Lstm(n[0], n[1], n[2], n.Optional(3), n.Optional(4), n.Optional(5), n.Optional(6), n.Optional(7), RecurrentAttributes(n));
                return [lstm.Y, lstm.LastH, lstm.LastC];
            case "Dropout": return Dropout(n);
            case "Einsum": return [Einsum.Apply(n.Text("equation", ""), n.Arrays())];
            case "Det": return [Signal.Determinant(n[0])];
            default: return null;
        }
    }

    // Before opset 13 the softmax family saw all dimensions from the axis on as one.
    private static NdArray Flattened(OnnxNode n, Func<NdArray, long, NdArray> kernel)
    {
        if (n.Opset >= 13) return kernel(n[0], n.Int("axis", -1));
        return kernel(Moves.Flatten(n[0], n.Int("axis", 1)), 1).Reshape(n[0].Shape);
    }

    private static object?[] Dropout(OnnxNode n)
    {
        bool training = n.Opset >= 12 && n.Optional(2) is { } mode && mode.GetInt64(0) != 0;
        double ratio = n.Opset >= 12 ? n.Optional(1)?.GetDouble(0) ?? 0.5 : 0.5;
        if (training && ratio != 0) throw new UnsupportedException("Dropout in training draws random numbers");
        return [n[0], Generate.Fill(n[0].Shape, NdArray.Scalar(true))];
    }

    private static RecurrentParams RecurrentAttributes(OnnxNode n)
    {
        var names = n.Texts("activations");
        var alphas = n.Floats("activation_alpha");
        var betas = n.Floats("activation_beta");
        var functions = names.Select((name, i) =>
            Function(name, i < alphas.Length ? alphas[i] : null, i < betas.Length ? betas[i] : null) ?? throw new UnsupportedException($"activation {name}")).ToArray();
        return new RecurrentParams
        {
            Direction = n.Text("direction", "forward") switch { "reverse" => Direction.Reverse, "bidirectional" => Direction.Bidirectional, _ => Direction.Forward },
            HiddenSize = n.Int("hidden_size", 0),
            Activations = functions,
            Clip = n.Float("clip", 0),
            LinearBeforeReset = n.Flag("linear_before_reset"),
            InputForget = n.Flag("input_forget"),
            BatchFirst = n.Flag("layout"),
        };
    }
}
