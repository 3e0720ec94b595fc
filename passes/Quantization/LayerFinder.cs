using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Parts a function into layers that have an integer form.</summary>
internal sealed class LayerFinder(FuncOp function, Constants constants)
{
    private readonly HashSet<Operation> taken = [];

    /// <summary>Whether a value is rounded where it stands, so that a chain ends there.</summary>
    public required Func<Value, bool> IsBoundary { get; init; }

    /// <summary>Whether an addition may join the sum of a product as its residual.</summary>
    public required Func<Operation, bool> MayFuseResidual { get; init; }

    /// <summary>Imported integers of a value.</summary>
    public required Func<Value, StoredConstant?> Stored { get; init; }

    /// <summary>Whether activations have 8 bits, as tables need.</summary>
    public bool HasTables { get; init; } = true;

    /// <summary>The layers in the order of their last operations.</summary>
    public List<Layer> Find()
    {
        List<Layer> layers = [];
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (taken.Contains(op) || Start(op) is not { } layer) continue;
            if (layer.Kind is LayerKind.Product or LayerKind.Add or LayerKind.MatMul or LayerKind.Limit) Extend(layer);
            foreach (Operation part in layer.Chain) taken.Add(part);
            layers.Add(layer);
        }
        Dictionary<Operation, int> order = [];
        for (Operation? op = function.Entry.First; op is not null; op = op.Next) order[op] = order.Count;
        layers.Sort((a, b) => order[a.Last].CompareTo(order[b.Last]));
        return layers;
    }

    private static bool IsReal(Value value) => value.Type is RankedTensorType { ElementType: FloatType { Semantics.Width: 32 } };

    private bool IsActivation(Value value) => IsReal(value) && constants.Of(value) is null;

    private Layer? Start(Operation op)
    {
        if (op.ResultCount == 0 || op.OperandCount == 0 || !IsReal(op.Result(0)) || constants.Of(op.Result(0)) is not null) return null;
        switch (op)
        {
            case ConvOp conv: return OfConv(conv);
            case GemmOp gemm: return OfGemm(gemm);
            case MatMulOp matmul: return OfMatMul(matmul);
            case AddOp or SumOp:
                if (op.OperandCount != 2 || (!IsActivation(op.Operand(0)) && !IsActivation(op.Operand(1)))) return null;
                if (!IsReal(op.Operand(0)) || !IsReal(op.Operand(1))) return null;
                return With(new Layer(LayerKind.Add, op), op.Operand(0), op.Operand(1));
            case AveragePoolOp or GlobalAveragePoolOp: return op.Operand(0).Type is RankedTensorType { HasStaticShape: true } ? Unary(LayerKind.AveragePool, op) : null;
            case ReduceMeanOp mean: return IsGlobalMean(mean) ? Unary(LayerKind.AveragePool, op) : null;
            case ReluOp: return Unary(LayerKind.Limit, op) is { } relu && Limits(relu, op) ? relu : null;
            case ClipOp: return Unary(LayerKind.Limit, op) is { } clip && Limits(clip, op) ? clip : null;
            case SoftmaxOp: return Unary(LayerKind.Softmax, op);
            case UnaryOp: return HasTables ? Unary(LayerKind.Lookup, op) : null;
            case PadOp pad: return pad.Value is not { } fill || constants.Of(fill) is not null ? Unary(LayerKind.Move, op) : null;
            case MaxPoolOp or GlobalMaxPoolOp or ReshapeOp or FlattenOp or SqueezeOp or UnsqueezeOp or TransposeOp or SliceOp or IdentityOp or DropoutOp
                or DepthToSpaceOp or SpaceToDepthOp or SplitOp or ExpandOp or TileOp or ResizeOp { Mode: "nearest", CoordinateTransformationMode: not "tf_crop_and_resize" }:
                return Unary(LayerKind.Move, op);
            case ConcatOp:
                Layer concat = new(LayerKind.Concat, op);
                for (int i = 0; i < op.OperandCount; i++)
                {
                    if (!IsReal(op.Operand(i))) return null;
                    concat.Inputs.Add(op.Operand(i));
                }
                return concat;
            default: return null;
        }
    }

    private Layer? Unary(LayerKind kind, Operation op) => IsActivation(op.Operand(0)) ? With(new Layer(kind, op), op.Operand(0)) : null;

    private static Layer With(Layer layer, params ReadOnlySpan<Value> inputs)
    {
        layer.Inputs.AddRange(inputs);
        return layer;
    }

    private bool IsGlobalMean(ReduceMeanOp mean)
    {
        if (mean.Operand(0).Type is not RankedTensorType { HasStaticShape: true, Shape: [_, _, _, _] } || mean.OperandCount < 2) return false;
        if (constants.Of(mean.Operand(1)) is not { } axes) return false;
        long[] list = axes.ToInt64s();
        return list is [2 or -2, 3 or -1] or [3 or -1, 2 or -2];
    }

    private Layer? OfConv(ConvOp conv)
    {
        if (!IsActivation(conv.Input) || !IsReal(conv.Weight) || constants.Of(conv.Weight) is not { } weight || conv.Input.Type is not RankedTensorType input) return null;
        if (conv.AutoPad is "SAME_UPPER" or "SAME_LOWER" && !input.HasStaticShape) return null;
        Layer layer = With(new Layer(LayerKind.Product, conv), conv.Input);
        layer.Weight = weight;
        layer.StoredWeight = Stored(conv.Weight) is { Axis: 0 } or { Scales.Length: 1 } ? Stored(conv.Weight) : null;
        if (conv.Bias is not { } bias) return layer;
        if (constants.Of(bias) is not { } values || values.Count != weight.Shape[0]) return null;
        layer.Bias = values.ToDoubles();
        layer.StoredBias = Stored(bias);
        return layer;
    }

    private Layer? OfGemm(GemmOp gemm)
    {
        if (!IsActivation(gemm.A) || gemm.TransA != 0 || !IsReal(gemm.B) || constants.Of(gemm.B) is not { Rank: 2 } b) return null;
        Layer layer = With(new Layer(LayerKind.Product, gemm), gemm.A);
        NdArray weight = gemm.TransB != 0 ? b : Moves.Transpose(b, [1, 0]);
        layer.Weight = gemm.Alpha == 1 ? weight : Scaled(weight, gemm.Alpha);
        if (Stored(gemm.B) is { } stored && gemm.Alpha == 1 && (stored.Scales.Length == 1 || stored.Axis == (gemm.TransB != 0 ? 0 : 1)))
            layer.StoredWeight = stored with { Values = gemm.TransB != 0 ? stored.Values : Moves.Transpose(stored.Values, [1, 0]), Axis = 0 };
        if (gemm.C is not { } c) return layer;
        if (constants.Of(c) is not { } bias || ChannelValues(bias, layer.Channels, 1, 2) is not { } values) return null;
        for (int i = 0; i < values.Length; i++) values[i] *= gemm.Beta;
        layer.Bias = values;
        layer.StoredBias = gemm.Beta == 1 && bias.Count == layer.Channels ? Stored(c) : null;
        return layer;
    }

    private Layer? OfMatMul(MatMulOp op)
    {
        if (!IsReal(op.Lhs) || !IsReal(op.Rhs)) return null;
        if (op.Lhs.Type is RankedTensorType { Shape: [_, _] } && IsActivation(op.Lhs) && constants.Of(op.Rhs) is { Rank: 2 } b)
        {
            Layer layer = With(new Layer(LayerKind.Product, op), op.Lhs);
            layer.Weight = Moves.Transpose(b, [1, 0]);
            if (Stored(op.Rhs) is { } stored && (stored.Scales.Length == 1 || stored.Axis == 1))
                layer.StoredWeight = stored with { Values = Moves.Transpose(stored.Values, [1, 0]), Axis = 0 };
            return layer;
        }
        bool matrices = op.Lhs.Type is RankedTensorType { Shape.Length: >= 2 } && op.Rhs.Type is RankedTensorType { Shape.Length: >= 2 };
        return matrices ? With(new Layer(LayerKind.MatMul, op), op.Lhs, op.Rhs) : null;
    }

    // Follows the sum through what can be done before it is rounded.
    private void Extend(Layer layer)
    {
        bool limited = layer.Kind == LayerKind.Limit;
        while (layer.Last.ResultCount == 1 && layer.Output.HasOneUse && !IsBoundary(layer.Output))
        {
            Operation user = layer.Output.FirstUser();
            if (taken.Contains(user) || user.Block != layer.Root.Block || user.ResultCount != 1) return;
            if (user is ReluOp or ClipOp)
            {
                if (!Limits(layer, user)) return;
                limited = true;
            }
            else if (user is IdentityOp or DropoutOp)
            {
            }
            else if (limited || layer.Kind != LayerKind.Product) return;
            else if (user is AddOp or SumOp)
            {
                if (user.OperandCount != 2) return;
                Value other = user.Operand(0) == layer.Output ? user.Operand(1) : user.Operand(0);
                if (!JoinSum(layer, user, other)) return;
            }
            else if (user is BatchNormalizationOp norm && layer.Residual is null)
            {
                if (!FoldNormalization(layer, norm)) return;
            }
            else return;
            layer.Chain.Add(user);
        }
    }

    private bool JoinSum(Layer layer, Operation add, Value other)
    {
        if (!IsReal(other) || layer.Output.Type != add.Result(0).Type) return false;
        int rank = ((RankedTensorType)layer.Output.Type).Shape.Length;
        if (constants.Of(other) is { } constant)
        {
            if (layer.Residual is not null || ChannelValues(constant, layer.Channels, 1, rank) is not { } values) return false;
            for (int i = 0; i < values.Length; i++) values[i] += layer.Bias?[i] ?? 0;
            (layer.Bias, layer.StoredBias) = (values, null);
            return true;
        }
        if (layer.Residual is not null || other.Type != layer.Output.Type || other == layer.Output || !MayFuseResidual(add)) return false;
        layer.Residual = other;
        return true;
    }

    // y = (x - mean) gamma / sqrt(variance + epsilon) + beta, by channel.
    private bool FoldNormalization(Layer layer, BatchNormalizationOp norm)
    {
        Span<double[]> parts = new double[4][];
        for (int i = 0; i < 4; i++)
        {
            if (constants.Of(norm.Operand(i + 1)) is not { } part || part.Count != layer.Channels) return false;
            parts[i] = part.ToDoubles();
        }
        NdArray weight = layer.Weight!.Clone();
        var w = weight.Write<float>();
        int run = w.Length / layer.Channels;
        var bias = new double[layer.Channels];
        for (int c = 0; c < bias.Length; c++)
        {
            double factor = parts[0][c] / Math.Sqrt(parts[3][c] + norm.Epsilon);
            for (int i = c * run; i < (c + 1) * run; i++) w[i] = (float)(w[i] * factor);
            bias[c] = ((layer.Bias?[c] ?? 0) - parts[2][c]) * factor + parts[1][c];
        }
        (layer.Weight, layer.Bias, layer.StoredWeight, layer.StoredBias) = (weight, bias, null, null);
        return true;
    }

    private bool Limits(Layer layer, Operation op)
    {
        double low = 0, high = double.PositiveInfinity;
        if (op is ClipOp clip)
        {
            if (constants.Of(clip.Low) is not { Count: 1 } l || constants.Of(clip.High) is not { Count: 1 } h) return false;
            (low, high) = (l.GetDouble(0), h.GetDouble(0));
        }
        layer.Low = Math.Min(Math.Max(layer.Low, low), high);
        layer.High = Math.Min(Math.Max(layer.High, low), high);
        return true;
    }

    /// <summary>A constant that is one value for each channel (dimension <paramref name="axis"/> of <paramref name="rank"/>), or one for all; else null.</summary>
    private static double[]? ChannelValues(NdArray constant, int channels, int axis, int rank)
    {
        if (constant.Rank > rank || (constant.Count != 1 && constant.Count != channels)) return null;
        if (constant.Count == channels && channels > 1)
        {
            int at = axis - (rank - constant.Rank);
            if (at < 0 || constant.Shape[at] != channels) return null;
        }
        var values = new double[channels];
        for (int i = 0; i < channels; i++) values[i] = constant.GetDouble(constant.Count == 1 ? 0 : i);
        return values;
    }

    private static NdArray Scaled(NdArray x, float factor)
    {
        NdArray y = x.Clone();
        foreach (ref float v in y.Write<float>()) v *= factor;
        return y;
    }
}

internal static class ValueUses
{
    /// <summary>The operation that uses a value which has one use.</summary>
    public static Operation FirstUser(this Value value)
    {
        foreach (Use use in value.Uses) return use.Owner;
        throw new InvalidOperationException("the value has no use");
    }
}
