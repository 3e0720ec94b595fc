using System.Globalization;
using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Conversion between element kinds (ONNX Cast). Floats become integers by truncation, saturating at the range, NaN as 0; integers
/// wrap; what becomes a narrower float is rounded once to nearest even; everything but zero becomes true.</summary>
public static class Cast
{
    /// <summary>The array in another kind; the same array when the kind is the same. <paramref name="saturate"/> matters for eight-bit floats
    /// only: whether overflow gives the largest finite value (opset 19).</summary>
    public static NdArray To(NdArray x, ElementKind kind, bool saturate = true)
    {
        if (x.Kind == kind) return x;
        if (kind == ElementKind.String) return Format(x);
        if (x.Kind == ElementKind.String) return To(Parse(x), kind, saturate);
        var y = NdArray.CreateUninitialized(kind, x.Shape);
        if (IsPlain(x.Kind) && IsPlain(kind))
        {
            var work = new FromPlain(x, y);
            NumericDispatch.Run(Storage(x.Kind), ref work, "a conversion");
        }
        else Convert(x, y, saturate);
        return y;
    }

    /// <summary>f16 and bf16 as f32, everything else as it is.</summary>
    public static NdArray Widen(NdArray x) => x.Kind.IsNarrowFloat() ? To(x, ElementKind.F32) : x;

    private static bool IsPlain(ElementKind kind) => kind is ElementKind.I1 or ElementKind.F16 or ElementKind.F32 or ElementKind.F64
        or (>= ElementKind.I8 and <= ElementKind.U64);

    private static ElementKind Storage(ElementKind kind) => kind == ElementKind.I1 ? ElementKind.U8 : kind;

    // bf16, eight-bit floats and packed integers go one by one through f64 (or i64), rounding once.
    private static void Convert(NdArray x, NdArray y, bool saturate)
    {
        if (x.Kind is ElementKind.Complex64 or ElementKind.Complex128 || y.Kind is ElementKind.Complex64 or ElementKind.Complex128)
            throw new EvaluationException($"{x.Kind.Name()} cannot be converted to {y.Kind.Name()}");
        if (x.Kind == ElementKind.BF16 && y.Kind == ElementKind.F32)
        {
            var from = x.Read<ushort>();
            var to = y.Write<float>();
            for (int i = 0; i < from.Length; i++) to[i] = ElementKinds.BFloat16ToSingle(from[i]);
            return;
        }
        if (x.Kind == ElementKind.F32 && y.Kind == ElementKind.BF16)
        {
            var from = x.Read<float>();
            var to = y.Write<ushort>();
            for (int i = 0; i < from.Length; i++) to[i] = ElementKinds.SingleToBFloat16(from[i]);
            return;
        }
        var wide = NdArray.CreateUninitialized(ElementKind.F64, x.Shape);
        var values = wide.Write<double>();
        for (int i = 0; i < values.Length; i++) values[i] = x.GetDouble(i);
        if (IsPlain(y.Kind))
        {
            To(wide, y.Kind).CopyTo(0, y, 0, y.Count);
            return;
        }
        switch (y.Kind)
        {
            case ElementKind.BF16:
                var halves = y.Write<ushort>();
                for (int i = 0; i < values.Length; i++) halves[i] = ElementKinds.SingleToBFloat16(RoundToOdd(values[i]));
                break;
            case ElementKind.I4 or ElementKind.U4:
                WriteNibbles(values, y);
                break;
            default:
                var bytes = y.Write<byte>();
                for (int i = 0; i < values.Length; i++) bytes[i] = ElementKinds.SingleToFloat8(RoundToOdd(values[i]), y.Kind, saturate);
                break;
        }
    }

    private static unsafe void WriteNibbles(ReadOnlySpan<double> values, NdArray y)
    {
        new Span<byte>(y.Data, (int)y.ByteLength).Clear();
        long least = y.Kind.MinValue(), greatest = y.Kind.MaxValue();
        for (int i = 0; i < values.Length; i++)
        {
            long v = double.IsNaN(values[i]) ? 0 : (long)Math.Clamp(Math.Truncate(values[i]), least, greatest);
            y.Data[i >> 1] |= (byte)((v & 15) << ((i & 1) << 2));
        }
        GC.KeepAlive(y);
    }

    // Rounding to odd keeps a sticky bit, so that a second rounding to fewer bits gives what one rounding would have given.
    private static float RoundToOdd(double value)
    {
        float nearest = (float)value;
        if (nearest == value || float.IsNaN(nearest) || float.IsInfinity(nearest)) return nearest;
        int bits = BitConverter.SingleToInt32Bits(nearest);
        if ((bits & 1) != 0) return nearest;
        bool tooLarge = Math.Abs((double)nearest) > Math.Abs(value);
        return BitConverter.Int32BitsToSingle(tooLarge ? bits - 1 : bits + 1);
    }

    private static NdArray Format(NdArray x)
    {
        var y = NdArray.Create(ElementKind.String, x.Shape);
        var text = y.Write<string>();
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = x.Kind switch
            {
                ElementKind.F64 => Format(x.GetDouble(i), x.GetDouble(i).ToString("R", CultureInfo.InvariantCulture)),
                ElementKind.U64 => unchecked((ulong)x.GetInt64(i)).ToString(CultureInfo.InvariantCulture),
                _ when x.Kind.IsFloat() => Format(x.GetDouble(i), ((float)x.GetDouble(i)).ToString("R", CultureInfo.InvariantCulture)),
                _ => x.GetInt64(i).ToString(CultureInfo.InvariantCulture),
            };
        }
        return y;
    }

    private static string Format(double value, string shortest)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "INF" : "-INF";
        if (shortest.Contains('E')) return shortest.Replace('E', 'e');
        return shortest.Contains('.') ? shortest : shortest + ".0";
    }

    private static NdArray Parse(NdArray x)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F64, x.Shape);
        var text = x.Read<string>();
        var values = y.Write<double>();
        for (int i = 0; i < text.Length; i++)
        {
            string s = text[i].Trim();
            values[i] = s.ToUpperInvariant() switch
            {
                "NAN" => double.NaN,
                "INF" or "+INF" or "INFINITY" or "+INFINITY" => double.PositiveInfinity,
                "-INF" or "-INFINITY" => double.NegativeInfinity,
                _ => double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out double v)
                    ? v
                    : throw new EvaluationException($"the string at {i} is not a number"),
            };
        }
        return y;
    }

    private readonly struct FromPlain(NdArray x, NdArray y) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (y.Kind == ElementKind.I1)
            {
                var from = x.Read<T>();
                var to = y.Write<byte>();
                for (int i = 0; i < from.Length; i++) to[i] = T.IsZero(from[i]) ? (byte)0 : (byte)1;
                return;
            }
            var work = new ToPlain<T>(x, y);
            NumericDispatch.Run(y.Kind, ref work, "a conversion");
        }
    }

    private readonly struct ToPlain<TFrom>(NdArray x, NdArray y) : INumericWork where TFrom : unmanaged, INumber<TFrom>
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<TFrom>();
            var to = y.Write<T>();
            if (x.Kind.IsFloat())
            {
                for (int i = 0; i < from.Length; i++) to[i] = T.CreateSaturating(from[i]);
            }
            else
            {
                for (int i = 0; i < from.Length; i++) to[i] = T.CreateTruncating(from[i]);
            }
        }
    }
}
