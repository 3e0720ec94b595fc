using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>A layer's weight and bias as integers.</summary>
internal sealed record QuantizedWeights(NdArray Values, UniformQuantizedType Type, int[]? Bias);

/// <summary>The part of a weight's range that is kept, of the whole or by channel.</summary>
internal sealed record WeightRanges(NdArray Weight, (double Min, double Max)[] Parts);

/// <summary>Quantizes weights and biases of products.</summary>
internal static class WeightQuantizer
{
    private const int WeightBins = 2048;

    /// <summary>Exponents of power-of-two scales for the weight, by tensor or by channel.</summary>
    /// <param name="known">Ranges of weights that were found before, by their root.</param>
    public static int[] Exponents(Layer layer, QuantizationConfig config, double inputScale, bool mayGoByChannel, Dictionary<Operation, WeightRanges> known)
    {
        bool byChannel = mayGoByChannel && config.Granularity == QuantizationGranularity.Channel;
        if (!known.TryGetValue(layer.Root, out WeightRanges? ranges) || ranges.Weight != layer.Weight || ranges.Parts.Length != (byChannel ? layer.Channels : 1))
            known[layer.Root] = ranges = new WeightRanges(layer.Weight!, Ranges(layer, config, byChannel));
        double[] scales = Scales(layer, config, inputScale, byChannel, ranges.Parts, out _);
        var exponents = new int[scales.Length];
        for (int i = 0; i < scales.Length; i++) AffineParameters.IsPowerOfTwo(scales[i], out exponents[i]);
        return exponents;
    }

    /// <summary>The integers of a layer for an input of a scale.</summary>
    public static QuantizedWeights Quantize(NestContext context, Layer layer, QuantizationConfig config, double inputScale)
    {
        double[] scales;
        long[] zeros;
        NdArray values;
        QuantStorage storage = new(8, true, QuantStorage.DefaultMin(config.WeightBits, true), QuantStorage.DefaultMax(config.WeightBits, true));
        if (layer.StoredWeight is { } stored && layer.WeightExponents is null)
        {
            (scales, zeros, values) = (stored.Scales, stored.Zeros, stored.Values);
            bool signed = values.Kind == ElementKind.I8;
            storage = new QuantStorage(8, signed, QuantStorage.DefaultMin(8, signed), QuantStorage.DefaultMax(8, signed));
        }
        else
        {
            if (layer.WeightExponents is { } exponents)
            {
                scales = new double[exponents.Length];
                for (int i = 0; i < scales.Length; i++) scales[i] = Math.ScaleB(1, exponents[i]);
                zeros = new long[scales.Length];
            }
            else scales = Scales(layer, config, inputScale, config.Granularity == QuantizationGranularity.Channel, null, out zeros);
            values = Round(layer, scales, zeros, storage, config.CompensatedRounding);
            if (layer.InputMeans is not null) CorrectBias(layer, values, scales, zeros);
        }
        UniformQuantizedType type = QuantizedTypes.Get(context, storage, scales.Length == 1 ? null : 0, scales, zeros);
        return new QuantizedWeights(values, type, BiasOf(layer, config, inputScale, scales));
    }

    // What is kept of the weight, by part.
    private static (double Min, double Max)[] Ranges(Layer layer, QuantizationConfig config, bool byChannel)
    {
        NdArray weight = layer.Weight!;
        var ranges = new (double Min, double Max)[byChannel ? layer.Channels : 1];
        var all = weight.Read<float>();
        int run = ranges.Length == 0 ? 0 : all.Length / ranges.Length;
        for (int i = 0; i < ranges.Length; i++)
        {
            var part = all.Slice(i * run, run);
            ranges[i] = Planner.RangeOf(part);
            if (!config.CalibrateWeights || !(ranges[i].Max > ranges[i].Min)) continue;
            Histogram seen = new(WeightBins);
            seen.Add(part);
            ranges[i] = Calibration.Range(seen, config, config.SchemaOfWeights, config.WeightBits);
        }
        GC.KeepAlive(weight);
        return ranges;
    }

    private static double[] Scales(Layer layer, QuantizationConfig config, double inputScale, bool byChannel, (double Min, double Max)[]? ranges, out long[] zeros)
    {
        int channels = layer.Channels, parts = byChannel ? channels : 1;
        ranges ??= Ranges(layer, config, byChannel);
        var scales = new double[parts];
        zeros = new long[parts];
        (double Min, double Max) biasRange = (0, 0);
        for (int i = 0; i < parts; i++)
        {
            var p = AffineParameters.Choose(ranges[i].Min, ranges[i].Max, config.SchemaOfWeights, config.WeightBits, config.MinExponent);
            (scales[i], zeros[i]) = (p.Scale, p.Zero);
            if (layer.Bias is not { } bias) continue;
            // A bias must not overflow the sum: where its own scale is the larger one, the weight's grows.
            biasRange = (0, 0);
            for (int c = byChannel ? i : 0; c < (byChannel ? i + 1 : channels); c++)
                biasRange = (Math.Min(biasRange.Min, bias[c]), Math.Max(biasRange.Max, bias[c]));
            double own = AffineParameters.Choose(biasRange.Min, biasRange.Max, QuantizationSchema.Symmetric, 32).Scale;
            if (biasRange == (0, 0) || inputScale * scales[i] >= own) continue;
            double grown = own / inputScale;
            if (config.IsPowerOfTwo) grown = Math.ScaleB(1, AffineParameters.CeilLog2(grown));
            (scales[i], zeros[i]) = (grown, zeros[i]);
        }
        return scales;
    }

    private static NdArray Round(Layer layer, double[] scales, long[] zeros, QuantStorage storage, bool compensated)
    {
        NdArray weight = layer.Weight!;
        var from = weight.Read<float>();
        NdArray values = NdArray.CreateUninitialized(ElementKind.I8, weight.Shape);
        var to = values.Write<sbyte>();
        int run = scales.Length == 0 ? 0 : from.Length / scales.Length;
        if (compensated)
        {
            RoundTogether(from, to, weight.Shape, layer.Rounding, scales, zeros, storage);
            GC.KeepAlive(weight);
            return values;
        }
        for (int c = 0; c < scales.Length; c++)
        {
            for (int i = c * run; i < (c + 1) * run; i++)
                to[i] = (sbyte)Math.Clamp(Math.Round(from[i] / scales[c], MidpointRounding.ToEven) + zeros[c], storage.Min, storage.Max);
        }
        GC.KeepAlive(weight);
        return values;
    }

    private static void RoundTogether(ReadOnlySpan<float> from, Span<sbyte> to, ReadOnlySpan<long> shape, SecondOrderRounding?[]? rounding, double[] scales, long[] zeros, QuantStorage storage)
    {
        int channels = (int)shape[0], run = channels == 0 ? 0 : from.Length / channels, kernel = 1;
        for (int i = 2; i < shape.Length; i++) kernel *= (int)shape[i];
        var exact = new double[run];
        for (int c = 0; c < channels; c++)
        {
            int part = scales.Length == 1 ? 0 : c;
            for (int i = 0; i < run; i++) exact[i] = from[c * run + i] / scales[part];
            if (rounding?[(int)((long)c * rounding.Length / channels)] is { } known) known.Round(exact, to.Slice(c * run, run), zeros[part], storage.Min, storage.Max);
            else CompensatedRounding.Round(exact, to.Slice(c * run, run), kernel, zeros[part], storage.Min, storage.Max);
        }
    }

    // Rounding a weight moves the mean of its products by the sum of its errors times the mean of the input (Nagel et al. 2019).
    private static void CorrectBias(Layer layer, NdArray values, double[] scales, long[] zeros)
    {
        var real = layer.Weight!.Read<float>();
        var stored = values.Read<sbyte>();
        var bias = layer.Bias is { } given ? (double[])given.Clone() : new double[layer.Channels];
        int run = bias.Length == 0 ? 0 : real.Length / bias.Length, columns = (int)layer.Weight.Shape[1], kernel = run / Math.Max(1, columns);
        double[] means = layer.InputMeans!;
        int perGroup = Math.Max(1, bias.Length / Math.Max(1, means.Length / Math.Max(1, columns)));
        for (int c = 0; c < bias.Length; c++)
        {
            int part = scales.Length == 1 ? 0 : c, first = c / perGroup * columns;
            for (int i = 0, at = c * run; i < columns; i++)
            {
                double error = 0;
                for (int k = 0; k < kernel; k++, at++) error += (stored[at] - zeros[part]) * scales[part] - real[at];
                bias[c] -= error * means[means.Length == 1 ? 0 : first + i];
            }
        }
        GC.KeepAlive(layer.Weight);
        layer.Bias = bias;
    }

    private static int[]? BiasOf(Layer layer, QuantizationConfig config, double inputScale, double[] scales)
    {
        if (layer.Bias is not { } bias) return null;
        var result = new int[bias.Length];
        // Imported integers are kept where they have the scale of the sum.
        if (layer.StoredBias is { } stored && stored.Values.Kind == ElementKind.I32 && layer.StoredWeight is not null && layer.WeightExponents is null && Fits(stored, inputScale, scales))
            return stored.Values.Read<int>().ToArray();
        double own = 0;
        if (config.BiasBits < 32)
        {
            double min = 0, max = 0;
            foreach (double b in bias) (min, max) = (Math.Min(min, b), Math.Max(max, b));
            own = AffineParameters.Choose(min, max, QuantizationSchema.Symmetric, config.BiasBits).Scale;
        }
        for (int c = 0; c < result.Length; c++)
        {
            double value = bias[c];
            if (config.BiasBits < 32)
                value = Math.Clamp(Math.Round(value / own, MidpointRounding.ToEven), QuantStorage.DefaultMin(config.BiasBits, true), QuantStorage.DefaultMax(config.BiasBits, true)) * own;
            double scale = inputScale * scales[scales.Length == 1 ? 0 : c];
            result[c] = (int)Math.Clamp(Math.Round(value / scale, MidpointRounding.ToEven), int.MinValue, int.MaxValue);
        }
        return result;
    }

    private static bool Fits(StoredConstant bias, double inputScale, double[] scales)
    {
        if (bias.Values.Count == 0) return false;
        for (int c = 0; c < bias.Values.Count; c++)
        {
            double expected = inputScale * scales[scales.Length == 1 ? 0 : c], own = bias.Scales[bias.Scales.Length == 1 ? 0 : c];
            if (bias.Zeros[bias.Zeros.Length == 1 ? 0 : c] != 0 || Math.Abs(own - expected) > 1e-5 * expected) return false;
        }
        return true;
    }
}
