namespace NestC.Evaluation;

/// <summary>The kinds of element that a runtime value can hold; names are MLIR's, with <c>U</c> for unsigned integers.</summary>
public enum ElementKind : byte
{
    /// <summary>One byte an element, 0 or 1.</summary>
    I1,

    /// <summary>Two elements a byte, the first in the low half; only conversions read it.</summary>
    I4,

    /// <summary>Two elements a byte, the first in the low half; only conversions read it.</summary>
    U4,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F8E4M3FN,
    F8E4M3FNUZ,
    F8E5M2,
    F8E5M2FNUZ,
    F16,
    BF16,
    F32,
    F64,

    /// <summary>Two f32, real part first.</summary>
    Complex64,

    /// <summary>Two f64, real part first.</summary>
    Complex128,
    String,

    /// <summary>Arrays, each with a kind and shape of its own: a sequence, or an optional value as a sequence of none or one.</summary>
    Array,
}

/// <summary>Facts about element kinds, and the conversions of the floating-point formats that .NET has no type for.</summary>
public static class ElementKinds
{
    /// <summary>Storage bits of an element; 0 for strings.</summary>
    public static int Bits(this ElementKind kind) => kind switch
    {
        ElementKind.I4 or ElementKind.U4 => 4,
        ElementKind.I1 or ElementKind.I8 or ElementKind.U8 => 8,
        ElementKind.F8E4M3FN or ElementKind.F8E4M3FNUZ or ElementKind.F8E5M2 or ElementKind.F8E5M2FNUZ => 8,
        ElementKind.I16 or ElementKind.U16 or ElementKind.F16 or ElementKind.BF16 => 16,
        ElementKind.I32 or ElementKind.U32 or ElementKind.F32 => 32,
        ElementKind.I64 or ElementKind.U64 or ElementKind.F64 or ElementKind.Complex64 => 64,
        ElementKind.Complex128 => 128,
        _ => 0,
    };

    /// <summary>Bytes of an element; 0 for strings and for the packed four-bit kinds.</summary>
    public static int Bytes(this ElementKind kind) => kind.Bits() >> 3;

    /// <summary>True for every real floating-point kind, eight-bit ones included.</summary>
    public static bool IsFloat(this ElementKind kind) => kind is >= ElementKind.F8E4M3FN and <= ElementKind.F64;

    /// <summary>True for f16 and bf16, whose arithmetic is done in f32 and rounded once.</summary>
    public static bool IsNarrowFloat(this ElementKind kind) => kind is ElementKind.F16 or ElementKind.BF16;

    /// <summary>True for integers of four bits and more; i1 is not an integer here.</summary>
    public static bool IsInteger(this ElementKind kind) => kind is >= ElementKind.I4 and <= ElementKind.U64;

    /// <summary>True for unsigned integers.</summary>
    public static bool IsUnsigned(this ElementKind kind) =>
        kind is ElementKind.U4 or ElementKind.U8 or ElementKind.U16 or ElementKind.U32 or ElementKind.U64;

    /// <summary>Least value of an integer kind.</summary>
    public static long MinValue(this ElementKind kind) =>
        kind.IsUnsigned() || kind == ElementKind.I1 ? 0 : -1L << (kind.Bits() - 1);

    /// <summary>Greatest value of an integer kind; that of u64 does not fit and is given as its lower 63 bits.</summary>
    public static long MaxValue(this ElementKind kind) => kind switch
    {
        ElementKind.I1 => 1,
        ElementKind.U64 => long.MaxValue,
        _ => kind.IsUnsigned() ? (1L << kind.Bits()) - 1 : ~(-1L << (kind.Bits() - 1)),
    };

    /// <summary>The kind's name as it is written in messages.</summary>
    public static string Name(this ElementKind kind) => kind switch
    {
        ElementKind.I1 => "i1",
        ElementKind.I4 => "i4",
        ElementKind.U4 => "ui4",
        ElementKind.I8 => "i8",
        ElementKind.U8 => "ui8",
        ElementKind.I16 => "i16",
        ElementKind.U16 => "ui16",
        ElementKind.I32 => "i32",
        ElementKind.U32 => "ui32",
        ElementKind.I64 => "i64",
        ElementKind.U64 => "ui64",
        ElementKind.F8E4M3FN => "f8E4M3FN",
        ElementKind.F8E4M3FNUZ => "f8E4M3FNUZ",
        ElementKind.F8E5M2 => "f8E5M2",
        ElementKind.F8E5M2FNUZ => "f8E5M2FNUZ",
        ElementKind.F16 => "f16",
        ElementKind.BF16 => "bf16",
        ElementKind.F32 => "f32",
        ElementKind.F64 => "f64",
        ElementKind.Complex64 => "complex<f32>",
        ElementKind.Complex128 => "complex<f64>",
        ElementKind.Array => "array",
        _ => "string",
    };

    /// <summary>The kind that stores <typeparamref name="T"/>; throws <see cref="EvaluationException"/> for other types.</summary>
    public static ElementKind Of<T>()
    {
        if (typeof(T) == typeof(float)) return ElementKind.F32;
        if (typeof(T) == typeof(double)) return ElementKind.F64;
        if (typeof(T) == typeof(Half)) return ElementKind.F16;
        if (typeof(T) == typeof(bool)) return ElementKind.I1;
        if (typeof(T) == typeof(sbyte)) return ElementKind.I8;
        if (typeof(T) == typeof(byte)) return ElementKind.U8;
        if (typeof(T) == typeof(short)) return ElementKind.I16;
        if (typeof(T) == typeof(ushort)) return ElementKind.U16;
        if (typeof(T) == typeof(int)) return ElementKind.I32;
        if (typeof(T) == typeof(uint)) return ElementKind.U32;
        if (typeof(T) == typeof(long)) return ElementKind.I64;
        if (typeof(T) == typeof(ulong)) return ElementKind.U64;
        if (typeof(T) == typeof(string)) return ElementKind.String;
        throw new EvaluationException($"no element kind stores {typeof(T).Name}");
    }

    /// <summary>The value of a bf16 bit pattern.</summary>
    public static float BFloat16ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest bf16 bit pattern, ties to even; NaN stays NaN.</summary>
    public static ushort SingleToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The value of an eight-bit floating-point pattern (formats of Micikevicius et al. 2022 and, with UZ, of Noune et al. 2022).</summary>
    public static float Float8ToSingle(byte bits, ElementKind kind)
    {
        var f = Float8Format.Of(kind);
        int sign = bits >> 7, magnitude = bits & 0x7F;
        if (f.NoNegativeZero ? bits == 0x80 : magnitude > f.MaxFinite && (f.HasInfinity ? magnitude > f.MaxFinite + 1 : true)) return float.NaN;
        if (f.HasInfinity && magnitude == f.MaxFinite + 1) return sign != 0 ? float.NegativeInfinity : float.PositiveInfinity;
        int exponent = magnitude >> f.MantissaBits, mantissa = magnitude & ((1 << f.MantissaBits) - 1);
        float value = exponent == 0
            ? MathF.ScaleB(mantissa, 1 - f.Bias - f.MantissaBits)
            : MathF.ScaleB(mantissa + (1 << f.MantissaBits), exponent - f.Bias - f.MantissaBits);
        return sign != 0 ? -value : value;
    }

    /// <summary>The nearest eight-bit pattern, ties to even; what is too large becomes the largest finite value when
    /// <paramref name="saturate"/> is set, and infinity or NaN otherwise (ONNX's Cast, opset 19).</summary>
    public static byte SingleToFloat8(float value, ElementKind kind, bool saturate = true)
    {
        var f = Float8Format.Of(kind);
        int nan = f.NoNegativeZero ? 0x80 : 0x7F;
        if (float.IsNaN(value)) return (byte)nan;
        int sign = float.IsNegative(value) ? 0x80 : 0;
        float magnitude = MathF.Abs(value);
        int overflow = saturate ? sign | f.MaxFinite : f.HasInfinity ? sign | (f.MaxFinite + 1) : f.NoNegativeZero ? nan : sign | nan;
        if (float.IsInfinity(magnitude)) return (byte)overflow;
        // Everything below the least normal number shares one spacing, so the exponent is clamped before scaling to an integer.
        int exponent = magnitude == 0 ? 1 - f.Bias : Math.Max(MathF.ILogB(magnitude), 1 - f.Bias);
        double scaled = Math.Round(Math.ScaleB((double)magnitude, f.MantissaBits - exponent), MidpointRounding.ToEven);
        int code = (int)scaled + ((exponent + f.Bias - 1) << f.MantissaBits);
        if (code > f.MaxFinite) return (byte)overflow;
        if (code == 0 && f.NoNegativeZero) return 0;
        return (byte)(sign | code);
    }

    private readonly record struct Float8Format(int MantissaBits, int Bias, int MaxFinite, bool HasInfinity, bool NoNegativeZero)
    {
        public static Float8Format Of(ElementKind kind) => kind switch
        {
            ElementKind.F8E4M3FN => new(3, 7, 0x7E, false, false),
            ElementKind.F8E4M3FNUZ => new(3, 8, 0x7F, false, true),
            ElementKind.F8E5M2 => new(2, 15, 0x7B, true, false),
            ElementKind.F8E5M2FNUZ => new(2, 16, 0x7F, false, true),
            _ => throw new EvaluationException($"{kind.Name()} is not an eight-bit floating-point kind"),
        };
    }
}
