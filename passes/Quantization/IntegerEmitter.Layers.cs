using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

internal sealed partial class IntegerEmitter
{
    private void Emit(Layer layer)
    {
        Value[] results = layer.Kind switch
        {
            LayerKind.Product => [Product(layer)],
            LayerKind.MatMul => [MatMulOf(layer)],
            LayerKind.Add => [Add(layer)],
            LayerKind.AveragePool => [Average(layer)],
            LayerKind.Lookup => [Lookup(layer)],
            LayerKind.Softmax => [SoftmaxOf(layer)],
            LayerKind.Limit => [Limit(layer)],
            LayerKind.Concat => [Concat(layer)],
            _ => Move(layer),
        };
        int i = 0;
        foreach (Value output in layer.Outputs)
        {
            Made.Add((layer, results[i].DefiningOp!));
            UniformQuantizedType type = plan.TypeOf(output)!;
            // Operations that move values keep their operand's type; where the plan says otherwise, the values are converted once.
            integers[output] = QuantizedTypes.Of(results[i]) == type ? results[i] : Requantize(results[i], type, null, null);
            i++;
        }
    }

    // The first operand, at the precision at which the layer reads it.
    private Value Operand(Layer layer)
    {
        Value stored = Integers(layer.Inputs[0]);
        return plan.NarrowOf(layer) is { } type ? Coerce(stored, type) : stored;
    }

    private Value Product(Layer layer)
    {
        Value input = Operand(layer);
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        double scale = QuantizedTypes.ScaleOf(input);
        QuantizedWeights weights = WeightQuantizer.Quantize(builder.Context, layer, config, scale);
        string name = ValueIds.NameOf(builder.Context.Resolve(layer.Root.Location)) is { } label ? KeyOf(label) : "layer";
        List<Value> operands = [input, Constant(weights.Values, RankedTensorType.Get(weights.Values.Shape, weights.Type), name + "_weight")];
        if (weights.Bias is { } bias)
        {
            NdArray values = NdArray.From(bias, bias.Length);
            operands.Add(Constant(values, RankedTensorType.Get(values.Shape, builder.Context.Common.I32), name + "_bias"));
        }
        List<NamedAttr> attributes = [];
        if (layer.Residual is { } residual)
        {
            Value joined = Integers(residual);
            operands.Add(joined);
            AffineParameters.IsPowerOfTwo(QuantizedTypes.ScaleOf(joined) / (scale * weights.Type.Scales[0]), out int shift);
            attributes.Add(Attr("residual_shift", shift));
        }
        var factors = new double[weights.Type.Scales.Length];
        // In f32, as runtimes of quantized models compute it: the fixed-point factor is then exactly theirs.
        for (int i = 0; i < factors.Length; i++) factors[i] = (float)scale * (float)weights.Type.Scales[i] / (float)result.Scales[0];
        attributes.AddRange((isF32 ? Scaling.OfF32(factors) : Scaling.Of(factors)).Attributes(builder.Context));
        var (low, high) = StoredLimits(layer, result);
        Limits(attributes, low, high);
        IrType type = TypeFor(layer.Output, result);
        attributes.Add(new NamedAttr(builder.Context.Identifier("operandSegmentSizes"),
            DenseArrayAttr.Get(builder.Context, new[] { 1, 1, weights.Bias is null ? 0 : 1, layer.Residual is null ? 0 : 1 })));
        if (layer.Root is not ConvOp conv) return builder.Create("graph.quantized_gemm", operands.ToArray(), [type], attributes.ToArray()).Result(0);
        attributes.AddRange(Properties(conv, "kernel_shape", "strides", "dilations", "group"));
        if (PadsOf(conv) is { } pads) attributes.Add(Attr("pads", pads));
        return builder.Create("graph.quantized_conv", operands.ToArray(), [type], attributes.ToArray()).Result(0);
    }

    private long[]? PadsOf(ConvOp conv)
    {
        if (conv.AutoPad is not ("SAME_UPPER" or "SAME_LOWER")) return conv.AutoPad == "VALID" ? null : conv.Pads;
        NdArray weight = constants.Of(conv.Weight)!;
        WindowParams window = new()
        {
            Strides = conv.Strides ?? [],
            Dilations = conv.Dilations ?? [],
            AutoPad = conv.AutoPad == "SAME_UPPER" ? AutoPad.SameUpper : AutoPad.SameLower,
        };
        WindowGeometry geometry = WindowGeometry.Resolve(((RankedTensorType)conv.Input.Type).Shape[2..], weight.Shape[2..], window);
        return [.. geometry.PadStart, .. geometry.PadEnd];
    }

    private static string KeyOf(string name)
    {
        var text = new System.Text.StringBuilder(name.Length + 1);
        foreach (char c in name) text.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '_');
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] == '_')) text.Insert(0, "w_");
        return text.ToString();
    }

    private Value MatMulOf(Layer layer)
    {
        Value a = Operand(layer), b = Integers(layer.Inputs[1]);
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        double sa = QuantizedTypes.ScaleOf(a), sb = QuantizedTypes.ScaleOf(b), sy = result.Scales[0];
        Scaling scaling = isF32 ? Scaling.OfF32([(float)sa * (float)sb / (float)sy]) : Scaling.Of([sa * sb / sy]);
        List<NamedAttr> attributes = [.. scaling.Attributes(builder.Context)];
        var (low, high) = StoredLimits(layer, result);
        Limits(attributes, low, high);
        return builder.Create("graph.quantized_matmul", [a, b], [TypeFor(layer.Output, result)], attributes.ToArray()).Result(0);
    }

    private Value Add(Layer layer)
    {
        Value a = Integers(layer.Inputs[0]), b = Integers(layer.Inputs[1]);
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        double sa = QuantizedTypes.ScaleOf(a), sb = QuantizedTypes.ScaleOf(b), sy = result.Scales[0];
        var (low, high) = StoredLimits(layer, result);
        List<NamedAttr> attributes = [];
        if (AffineParameters.IsPowerOfTwo(sa, out int ea) && AffineParameters.IsPowerOfTwo(sb, out int eb) && AffineParameters.IsPowerOfTwo(sy, out int ey) && ey >= Math.Min(ea, eb))
        {
            // A term much finer than the other is rounded first, so that the left shift stays what the device has.
            const int most = 6;
            if (ea > eb + most) (b, eb) = (Coerce(b, Coarser(b, ea - most)), ea - most);
            if (eb > ea + most) (a, ea) = (Coerce(a, Coarser(a, eb - most)), eb - most);
            int least = Math.Min(ea, eb);
            attributes.Add(Attr("shifts", ea - least, eb - least));
            attributes.Add(Attr("shift", [Math.Max(ey - least, 0)]));
        }
        else
        {
            var (m, s) = AffineParameters.Fixed(Math.Max(sa, sb) / sy);
            long Multiplier(double scale) => scale == Math.Max(sa, sb) ? m : (long)Math.Round(Math.ScaleB(scale / sy, s), MidpointRounding.ToEven);
            attributes.Add(Attr("shifts", 0, 0));
            attributes.Add(Attr("multipliers", Multiplier(sa), Multiplier(sb)));
            attributes.Add(Attr("shift", [s]));
        }
        Limits(attributes, low, high);
        return builder.Create("graph.quantized_add", [a, b], [TypeFor(layer.Output, result)], attributes.ToArray()).Result(0);
    }

    private UniformQuantizedType Coarser(Value value, int exponent) =>
        QuantizedTypes.Get(builder.Context, QuantizedTypes.Of(value).Storage, null, [Math.ScaleB(1, exponent)], [QuantizedTypes.ZeroOf(value)]);

    private Value Average(Layer layer)
    {
        Value x = Integers(layer.Inputs[0]);
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        var shape = ((RankedTensorType)x.Type).Shape;
        double factor = QuantizedTypes.ScaleOf(x) / result.Scales[0];
        if (layer.Root is AveragePoolOp pool)
        {
            foreach (long extent in pool.KernelShape ?? []) factor /= extent;
            var (m, s) = MeanFactor(factor, result, MostOfMean(pool, shape, ((RankedTensorType)layer.Output.Type).Shape));
            List<NamedAttr> attributes = [Attr("multiplier", m), Attr("shift", s), .. Properties(pool, "kernel_shape", "strides", "dilations", "ceil_mode", "count_include_pad")];
            if (pool.AutoPad is "SAME_UPPER" or "SAME_LOWER")
            {
                WindowParams window = new() { Strides = pool.Strides ?? [], AutoPad = pool.AutoPad == "SAME_UPPER" ? AutoPad.SameUpper : AutoPad.SameLower };
                WindowGeometry geometry = WindowGeometry.Resolve(shape[2..], pool.KernelShape, window);
                attributes.Add(Attr("pads", [.. geometry.PadStart, .. geometry.PadEnd]));
            }
            else if (pool.AutoPad != "VALID" && pool.Pads is { } pads) attributes.Add(Attr("pads", pads));
            return builder.Create("graph.quantized_average_pool", [x], [TypeFor(layer.Output, result)], attributes.ToArray()).Result(0);
        }
        long[] mean = shape.ToArray();
        for (int i = 2; i < mean.Length; i++) (factor, mean[i]) = (factor / mean[i], 1);
        var (multiplier, shift) = MeanFactor(factor, result);
        Value y = builder.Create("graph.quantized_global_average_pool", [x], [RankedTensorType.Get(mean, result)], [Attr("multiplier", multiplier), Attr("shift", shift)]).Result(0);
        // A mean that drops its dimensions.
        if (((RankedTensorType)layer.Output.Type).Shape.Length == mean.Length) return y;
        return builder.Create("graph.flatten", [y], [TypeFor(layer.Output, result)]).Result(0);
    }

    // Windows of which fewer elements count take a greater multiplier, which must fit as well.
    private static double MostOfMean(AveragePoolOp pool, ReadOnlySpan<long> x, ReadOnlySpan<long> y)
    {
        double most = 127;
        if (pool.KernelShape is not { } kernel || x.Length != kernel.Length + 2) return most;
        for (int d = 0; d < kernel.Length; d++)
        {
            long stride = pool.Strides?[d] ?? 1, dilation = pool.Dilations?[d] ?? 1, reach = (kernel[d] - 1) * dilation + 1, least = kernel[d];
            long pad = pool.AutoPad is "SAME_UPPER" or "SAME_LOWER" ? Math.Max(0, ((y[d + 2] - 1) * stride + reach - x[d + 2] + (pool.AutoPad == "SAME_LOWER" ? 1 : 0)) / 2)
                : pool.AutoPad == "VALID" ? 0 : pool.Pads?[d] ?? 0;
            long counted = pool.CountIncludePad != 0 ? pad : 0, end = x[d + 2] + (pool.CountIncludePad != 0 && pool.AutoPad == "NOTSET" ? pool.Pads?[d + kernel.Length] ?? 0 : 0);
            foreach (long at in (ReadOnlySpan<long>)[0, y[d + 2] - 1])
            {
                long count = 0;
                for (long t = 0; t < kernel[d]; t++)
                {
                    long position = at * stride - pad + t * dilation;
                    if (position >= -counted && position < end) count++;
                }
                if (count > 0) least = Math.Min(least, count);
            }
            most = most * least / kernel[d];
        }
        return most;
    }

    private (long Multiplier, long Shift) MeanFactor(double factor, UniformQuantizedType result, double most = 127)
    {
        // A head of 16 bits is for the host.
        if (!config.ForNpu || result.Storage.Width > 8) return AffineParameters.Fixed(factor);
        // The device multiplies by 8 bits: the largest shift up to 15 that leaves the multiplier at most 127.
        for (int s = 15; s >= 0; s--)
        {
            double m = Math.Round(Math.ScaleB(factor, s), MidpointRounding.ToEven);
            if (m >= 1 && m <= Math.Floor(most)) return ((long)m, s);
        }
        // What does not fit is for the host.
        return most < 127 ? MeanFactor(factor, result) : AffineParameters.Fixed(factor);
    }

    private Value Lookup(Layer layer)
    {
        Value x = Operand(layer);
        UniformQuantizedType from = QuantizedTypes.Of(x), result = plan.TypeOf(layer.Output)!;
        var reals = new float[256];
        long least = from.Storage.IsSigned ? -128 : 0;
        for (int i = 0; i < 256; i++) reals[i] = (float)((i + least - from.ZeroPoints[0]) * from.Scales[0]);
        NdArray values = ((IArrayEvaluable)layer.Root).Evaluate([NdArray.Vector<float>(reals)])[0];
        NdArray stored = QuantizedElementwise.FromFloat(values, result.Scales, result.ZeroPoints, 0, result.Storage.Min, result.Storage.Max, QuantizedTypes.KindOf(result.Storage));
        return builder.Create("graph.quantized_lookup", [x], [TypeFor(layer.Output, result)], [Attr("table", stored.ToInt64s())]).Result(0);
    }

    private Value SoftmaxOf(Layer layer)
    {
        Value x = Integers(layer.Inputs[0]);
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        double scale = QuantizedTypes.ScaleOf(x) / layer.InputFactor;
        bool wide = QuantizedTypes.Of(x).Storage.Width > 8;
        var table = new long[wide ? 512 : 256];
        for (int d = 0; d < table.Length; d++)
        {
            double below = wide && d < 256 ? 256.0 * d : d & 255;
            table[d] = (long)Math.Round(Math.ScaleB(Math.Exp(-scale * below), 23), MidpointRounding.ToEven);
        }
        long steps = (long)Math.Clamp(Math.Round(1 / result.Scales[0]), 1, 65536);
        return builder.Create("graph.quantized_softmax", [x], [TypeFor(layer.Output, result)],
            [Attr("table", table), Attr("steps", steps), Attr("axis", ((SoftmaxOp)layer.Root).Axis)]).Result(0);
    }

    private Value Limit(Layer layer)
    {
        Value x = Integers(layer.Inputs[0]);
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        var (low, high) = StoredLimits(layer, result);
        return Requantize(x, result, low, high);
    }

    private Value Concat(Layer layer)
    {
        UniformQuantizedType result = plan.TypeOf(layer.Output)!;
        var parts = new Value[layer.Inputs.Count];
        for (int i = 0; i < parts.Length; i++) parts[i] = Coerce(Integers(layer.Inputs[i]), result);
        return builder.Create("graph.concat", parts, [TypeFor(layer.Output, result)], Properties(layer.Root)).Result(0);
    }

    private Value[] Move(Layer layer)
    {
        Operation op = layer.Root;
        Value x = Integers(layer.Inputs[0]);
        UniformQuantizedType type = QuantizedTypes.Of(x);
        var operands = new Value[op.OperandCount];
        operands[0] = x;
        for (int i = 1; i < operands.Length; i++) operands[i] = op.Operand(i);
        if (op is PadOp pad)
        {
            // Without a value an integer would be padded by the stored 0, which is not the real one.
            double fill = pad.Value is { } value ? constants.Of(value)!.GetDouble(0) : 0;
            NdArray stored = QuantizedElementwise.FromFloat(
                NdArray.Scalar((float)fill), type.Scales, type.ZeroPoints, 0, type.Storage.Min, type.Storage.Max, QuantizedTypes.KindOf(type.Storage));
            operands = [x, pad.Pads, Constant(stored, RankedTensorType.Get([], type), "fill")];
        }
        var types = new IrType[op.ResultCount];
        for (int i = 0; i < types.Length; i++) types[i] = TypeFor(op.Result(i), type);
        return builder.Create(op.Name, operands, types, Properties(op)).Results.ToArray();
    }
}
