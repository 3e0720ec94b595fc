using System.Numerics;
using NestC.IR;
using NestC.Support;

namespace NestC.Builtin.Arith;

/// <summary>Folds float operations whose operands are constants: scalars, splats and elements.</summary>
internal static class FloatFold
{
    public static Attr? Binary(FoldInputs inputs, FloatOperation operation)
    {
        if (inputs[0] is FloatAttr a && inputs[1] is FloatAttr b) return a.Type == b.Type ? Apply(operation, a, b) : null;
        if (inputs[0] is not DenseElementsAttr { ElementType: FloatType } x || inputs[1] is not DenseElementsAttr y || x.Type != y.Type) return null;
        if (x.IsSplat && y.IsSplat) return DenseElementsAttr.Splat(x.ShapedType, Apply(operation, (FloatAttr)x.GetElement(0), (FloatAttr)y.GetElement(0)));
        FloatSemantics format = ((FloatType)x.ElementType).Semantics;
        int size = x.ElementSize;
        byte[] bytes = new byte[checked((int)x.NumElements * size)];
        for (int i = 0; i < x.NumElements; i++)
            Store(FloatArithmetic.Apply(format, operation, ElementBytes.Bits(x.ElementData(i)), ElementBytes.Bits(y.ElementData(i))), bytes.AsSpan(i * size, size));
        return DenseElementsAttr.FromElements(x.ShapedType, bytes);
    }

    private static FloatAttr Apply(FloatOperation operation, FloatAttr a, FloatAttr b)
    {
        if (FloatConstants.IsNative(a) && operation <= FloatOperation.Remainder)
        {
            double x = a.Value, y = b.Value, result = FloatArithmetic.Native(operation, x, y);
            if (!double.IsNaN(x) && !double.IsNaN(y) && !double.IsNaN(result)) return FloatAttr.Get(a.FloatType, result);
        }
        return ApplyToBits(operation, a, b);
    }

    // Apart, since ReadyToRun does not precompile what touches UInt128.
    private static FloatAttr ApplyToBits(FloatOperation operation, FloatAttr a, FloatAttr b) =>
        FloatAttr.FromBits(a.FloatType, FloatArithmetic.Apply(a.FloatType.Semantics, operation, a.Bits, b.Bits));

    private static void Store(UInt128 bits, Span<byte> into)
    {
        for (int i = 0; i < into.Length; i++) into[i] = (byte)(bits >> (8 * i));
    }

    public static Attr? Negate(Attr? constant) => Map(constant, null, static (value, type) =>
        FloatAttr.FromBits((FloatType)type, FloatArithmetic.Negate(((FloatAttr)value).FloatType.Semantics, ((FloatAttr)value).Bits)));

    /// <summary>The constant in another format, where nothing is lost.</summary>
    public static Attr? ConvertExactly(Attr? constant, IrType resultType) => Map(constant, resultType, static (value, type) =>
        value is FloatAttr real && FloatArithmetic.ConvertExactly(real.FloatType.Semantics, real.Bits, ((FloatType)type).Semantics) is { } bits
            ? FloatAttr.FromBits((FloatType)type, bits) : null);

    public static Attr? FromInteger(Attr? constant, IrType resultType, bool unsigned) => unsigned
        ? Map(constant, resultType, static (value, type) => value is IntegerAttr integer ? Nearest(Constants.Unsigned(integer), (FloatType)type) : null)
        : Map(constant, resultType, static (value, type) => value is IntegerAttr integer ? Nearest(Constants.Signed(integer), (FloatType)type) : null);

    private static FloatAttr Nearest(BigInteger value, FloatType type) =>
        FloatAttr.FromBits(type, FloatArithmetic.Round(type.Semantics, value.Sign < 0, BigInteger.Abs(value), 0));

    public static Attr? ToInteger(Attr? constant, IrType resultType, bool unsigned) => unsigned
        ? Map(constant, resultType, static (value, type) => Truncated(value, type, true))
        : Map(constant, resultType, static (value, type) => Truncated(value, type, false));

    private static IntegerAttr? Truncated(Attr constant, IrType type, bool unsigned)
    {
        if (constant is FloatAttr small && FloatConstants.IsNative(small) && Math.Abs(small.Value) < 1L << 62 && type.BitWidth() <= 64)
        {
            long whole = (long)small.Value;
            int bits = type.BitWidth();
            if (unsigned) return whole >= 0 && (bits > 62 || whole >> bits == 0) ? IntegerAttr.Get(type, whole) : null;
            return bits > 62 || whole >> (bits - 1) is 0 or -1 ? IntegerAttr.Get(type, whole) : null;
        }
        return TruncatedWide(constant, type, unsigned);
    }

    private static IntegerAttr? TruncatedWide(Attr constant, IrType type, bool unsigned)
    {
        if (constant is not FloatAttr real || FloatArithmetic.Truncate(real.FloatType.Semantics, real.Bits) is not { } value) return null;
        int width = type.BitWidth();
        BigInteger limit = BigInteger.One << (unsigned ? width : width - 1);
        return value < limit && value >= (unsigned ? BigInteger.Zero : -limit) ? IntegerAttr.Get(type, value) : null;
    }

    // A function of each element; null when it has no value for one.
    private static Attr? Map(Attr? constant, IrType? resultType, Func<Attr, IrType, Attr?> function)
    {
        switch (constant)
        {
            case FloatAttr or IntegerAttr:
                return function(constant, resultType ?? ((ITypedAttr)constant).Type);
            case DenseElementsAttr elements when (resultType ?? elements.Type) is ShapedType type && elements.ElementType.IsIntOrIndexOrFloat():
                if (elements.IsSplat) return function(elements.GetElement(0), type.ElementType) is { } one ? DenseElementsAttr.Splat(type, one) : null;
                int size = DenseElementsAttr.SizeOf(type.ElementType);
                byte[] bytes = new byte[checked((int)elements.NumElements * size)];
                for (int i = 0; i < elements.NumElements; i++)
                {
                    Attr? value = function(elements.GetElement(i), type.ElementType);
                    if (value is FloatAttr real) Store(real.Bits, bytes.AsSpan(i * size, size));
                    else if (value is IntegerAttr integer) integer.WriteBytes(bytes.AsSpan(i * size, size));
                    else return null;
                }
                return DenseElementsAttr.FromElements(type, bytes);
            default:
                return null;
        }
    }
}

/// <summary>What folds ask about float constants.</summary>
internal static class FloatConstants
{
    /// <summary>Whether a double holds exactly the value, and .NET's arithmetic rounds as the format does.</summary>
    public static bool IsNative(FloatAttr value) => value.FloatType.Kind is FloatKind.F32 or FloatKind.F64;

    public static bool IsZero(Attr? constant, bool negative) =>
        Constants.Float(constant) is { } value && Is(value, FloatClass.Zero, negative);

    public static bool IsInfinity(Attr? constant, bool negative) =>
        Constants.Float(constant) is { } value && Is(value, FloatClass.Infinity, negative);

    public static bool IsNaN(Attr? constant) =>
        Constants.Float(constant) is { } value && (IsNative(value) ? double.IsNaN(value.Value) : FloatArithmetic.IsNaN(value.FloatType.Semantics, value.Bits));

    public static bool IsOne(Attr? constant) =>
        Constants.Float(constant) is { } value && (IsNative(value) ? value.Value == 1 : IsOneBits(value));

    private static bool IsOneBits(FloatAttr value) => value.Bits == value.FloatType.Semantics.Round(false, 1, 0);

    private static bool Is(FloatAttr value, FloatClass kind, bool negative)
    {
        if (!IsNative(value)) return Decode(value, out bool isNegative) == kind && isNegative == negative;
        double number = value.Value;
        return (kind == FloatClass.Zero ? number == 0 : double.IsInfinity(number)) && double.IsNegative(number) == negative;
    }

    private static FloatClass Decode(FloatAttr value, out bool negative) =>
        FloatArithmetic.Decode(value.FloatType.Semantics, value.Bits, out negative, out _, out _);

    /// <summary>As <see cref="FloatArithmetic.Compare"/>.</summary>
    public static int? Compare(FloatAttr a, FloatAttr b)
    {
        if (!IsNative(a)) return FloatArithmetic.Compare(a.FloatType.Semantics, a.Bits, b.Bits);
        double x = a.Value, y = b.Value;
        return x < y ? -1 : x > y ? 1 : x == y ? 0 : null;
    }
}
