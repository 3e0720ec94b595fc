using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>ONNX's quantization: q = saturate(round_half_even(x / scale) + zero), x = (q - zero) scale.</summary>
public static class Quantize
{
    /// <summary>QuantizeLinear; scale and zero point are scalars or have one entry for each index of the axis. The result's kind is that of the
    /// zero point (ui8 without one).</summary>
    public static NdArray Linear(NdArray x, NdArray scale, NdArray? zero, long axis = 1)
    {
        var kind = zero?.Kind ?? ElementKind.U8;
        var y = NdArray.CreateUninitialized(kind, x.Shape);
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        var (count, inner) = Layout(x.Shape, scale, axis);
        var scales = Scales(scale, count);
        var zeros = Zeros(zero, count);
        for (long start = 0, c = 0; start < x.Count; start += inner, c = c + 1 == count ? 0 : c + 1)
        {
            float s = scales[c];
            long z = zeros[c];
            switch (kind)
            {
                case ElementKind.U8: Store(from, y.Write<byte>(), (int)start, (int)inner, s, z); break;
                case ElementKind.I8: Store(from, y.Write<sbyte>(), (int)start, (int)inner, s, z); break;
                case ElementKind.U16: Store(from, y.Write<ushort>(), (int)start, (int)inner, s, z); break;
                case ElementKind.I16: Store(from, y.Write<short>(), (int)start, (int)inner, s, z); break;
                case ElementKind.I32: Store(from, y.Write<int>(), (int)start, (int)inner, s, z); break;
                default: throw new EvaluationException($"a value cannot be quantized to {kind.Name()}");
            }
        }
        return y;
    }

    /// <summary>DequantizeLinear; the result has the scale's kind.</summary>
    public static NdArray Dequantize(NdArray x, NdArray scale, NdArray? zero, long axis = 1)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F32, x.Shape);
        var to = y.Write<float>();
        var (count, inner) = Layout(x.Shape, scale, axis);
        var scales = Scales(scale, count);
        var zeros = Zeros(zero, count);
        for (long start = 0, c = 0; start < x.Count; start += inner, c = c + 1 == count ? 0 : c + 1)
        {
            float s = scales[c];
            int z = (int)zeros[c], end = (int)(start + inner);
            switch (x.Kind)
            {
                case ElementKind.U8:
                    var bytes = x.Read<byte>();
                    for (int i = (int)start; i < end; i++) to[i] = (bytes[i] - z) * s;
                    break;
                case ElementKind.I8:
                    var signed = x.Read<sbyte>();
                    for (int i = (int)start; i < end; i++) to[i] = (signed[i] - z) * s;
                    break;
                default:
                    for (int i = (int)start; i < end; i++) to[i] = (float)(x.GetDouble(i) - z) * s;
                    break;
            }
        }
        GC.KeepAlive(x);
        return Cast.To(y, scale.Kind);
    }

    /// <summary>DynamicQuantizeLinear: ui8 with the range of the data widened to contain 0; returns value, scale and zero point.</summary>
    public static (NdArray Value, NdArray Scale, NdArray Zero) Dynamic(NdArray x)
    {
        float min = 0, max = 0;
        foreach (float v in x.Read<float>())
        {
            min = Math.Min(min, v);
            max = Math.Max(max, v);
        }
        float scale = (max - min) / 255;
        // A constant zero input has no range; any scale represents it.
        if (scale == 0) scale = 1;
        byte zero = (byte)Math.Clamp(MathF.Round(-min / scale, MidpointRounding.ToEven), 0, 255);
        var s = NdArray.Scalar(scale);
        var z = NdArray.Scalar(zero);
        return (Linear(x, s, z), s, z);
    }

    /// <summary>An i32 accumulator scaled and rounded half to even, plus the zero point, saturated (QLinearConv, QLinearMatMul). The multiplier
    /// is a scalar or has one entry for each index of the axis.</summary>
    public static NdArray Requantize(NdArray accumulator, ReadOnlySpan<double> multiplier, NdArray? zero, ElementKind kind, int axis)
    {
        var y = NdArray.CreateUninitialized(kind, accumulator.Shape);
        var from = accumulator.Read<int>();
        long z = zero == null ? 0 : zero.GetInt64(0), least = kind.MinValue(), greatest = kind.MaxValue();
        long inner = multiplier.Length == 1 ? Math.Max(from.Length, 1) : Shapes.Product(accumulator.Shape[(axis + 1)..]);
        Shapes.Require(multiplier.Length == 1 || multiplier.Length == accumulator.Shape[axis], "the scales do not fit the result");
        var signed = kind == ElementKind.I8 ? y.Write<sbyte>() : default;
        var unsigned = kind == ElementKind.U8 ? y.Write<byte>() : default;
        Shapes.Require(kind is ElementKind.I8 or ElementKind.U8, $"a product cannot be requantized to {kind.Name()}");
        for (int i = 0; i < from.Length; i++)
        {
            double m = multiplier.Length == 1 ? multiplier[0] : multiplier[(int)(i / inner % multiplier.Length)];
            long q = (long)Math.Clamp(Math.Round(from[i] * m, MidpointRounding.ToEven) + z, least, greatest);
            if (kind == ElementKind.I8) signed[i] = (sbyte)q;
            else unsigned[i] = (byte)q;
        }
        return y;
    }

    /// <summary>Integer values less their zero point, as i32; the zero point is a scalar or has one entry for each index of the axis.</summary>
    public static NdArray Centered(NdArray x, NdArray? zero, int axis)
    {
        var y = Cast.To(x, ElementKind.I32);
        if (zero == null) return y;
        var z = Cast.To(zero, ElementKind.I32);
        if (z.Count == 1) return Binary.Apply(BinaryKind.Sub, y, z.Reshape([]));
        if (z.Rank == 1)
        {
            Shapes.Require(axis >= 0 && z.Count == x.Shape[axis], "the zero points do not fit the operand");
            var shape = new long[x.Rank - axis];
            Array.Fill(shape, 1);
            shape[0] = z.Count;
            z = z.Reshape(shape);
        }
        return Binary.Apply(BinaryKind.Sub, y, z);
    }

    private static void Store<T>(ReadOnlySpan<float> from, Span<T> to, int start, int count, float scale, long zero)
        where T : unmanaged, System.Numerics.INumber<T>, System.Numerics.IMinMaxValue<T>
    {
        double least = double.CreateChecked(T.MinValue), greatest = double.CreateChecked(T.MaxValue);
        for (int i = start; i < start + count; i++)
        {
            double q = Math.Round((double)(from[i] / scale), MidpointRounding.ToEven) + zero;
            to[i] = T.CreateSaturating(Math.Clamp(q, least, greatest));
        }
    }

    private static (long Count, long Inner) Layout(ReadOnlySpan<long> shape, NdArray scale, long axis)
    {
        if (scale.Count == 1) return (1, Math.Max(NdArray.CountOf(shape), 1));
        int at = Shapes.Axis(axis, shape.Length);
        Shapes.Require(scale.Rank == 1 && scale.Count == shape[at], $"{scale.Count} scales do not fit dimension {at} of {NdArray.Format(shape)}");
        return (scale.Count, Shapes.Product(shape[(at + 1)..]));
    }

    private static float[] Scales(NdArray scale, long count)
    {
        var result = new float[count];
        for (int i = 0; i < count; i++) result[i] = (float)scale.GetDouble(i);
        return result;
    }

    private static long[] Zeros(NdArray? zero, long count)
    {
        var result = new long[count];
        if (zero == null) return result;
        Shapes.Require(zero.Count == count, "scale and zero point differ in length");
        for (int i = 0; i < count; i++) result[i] = zero.GetInt64(i);
        return result;
    }
}
