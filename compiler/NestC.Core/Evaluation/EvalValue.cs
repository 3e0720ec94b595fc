using System.Globalization;
using System.Numerics;
using System.Text;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Evaluation;

/// <summary>
/// A value while a program is interpreted: one lane for a scalar, one an element for vectors and tensors of a static shape, each the
/// bit pattern as a number that is not negative. Of other types it is a token: equal tokens are the same thing. -1 is poison.
/// </summary>
public sealed class EvalValue(IrType type, BigInteger[] lanes)
{
    public static readonly BigInteger Poison = BigInteger.MinusOne;

    /// <summary>Elements beyond this many are not interpreted; the value is a token.</summary>
    public const long MaxLanes = 1 << 16;

    public IrType Type { get; } = type;

    public BigInteger[] Lanes { get; } = lanes;

    /// <summary>What a token stands for when it is a symbol (a function value), or null.</summary>
    public Attr? Symbol { get; init; }

    /// <summary>The memory that a memref stands for, or null.</summary>
    public EvalBuffer? Buffer { get; init; }

    /// <summary>The value of an integer or index as a signed number; null when it is poison or something else.</summary>
    public long? Number => Lanes.Length == 1 && Lanes[0] != Poison && Type.IsIntOrIndex() && Signed(Lanes[0], Width(Type)) is var number
        && number >= long.MinValue && number <= long.MaxValue ? (long)number : null;

    /// <summary>A value of type index.</summary>
    public static EvalValue Index(IrType type, long value) => Scalar(type, Wrap(value, Width(type)));

    /// <summary>A memref that stands for a buffer.</summary>
    public static EvalValue OfBuffer(IrType type, EvalBuffer buffer, BigInteger token) => new(type, [token]) { Buffer = buffer };

    /// <summary>What is kept of the value when a function ends: of a memref its elements, as a tensor.</summary>
    public EvalValue Snapshot() =>
        Buffer is { IsFreed: false } buffer ? new EvalValue(RankedTensorType.Get(buffer.Sizes, ((ShapedType)Type).ElementType), buffer.ToLanes()) : this;

    public static EvalValue Scalar(IrType type, BigInteger bits) => new(type, [bits]);

    public bool HasPoison => Array.IndexOf(Lanes, Poison) >= 0;

    /// <summary>The type of a lane: the element type, or the type itself.</summary>
    public IrType LaneType => LaneTypeOf(Type) ?? Type;

    /// <summary>The element type when values of the type are interpreted lane by lane, that of the stored integers where elements are quantized; null when they are tokens.</summary>
    public static IrType? LaneTypeOf(IrType type)
    {
        IrType element = type is ShapedType { HasStaticShape: true } shaped and not MemRefType && shaped.NumElements <= MaxLanes ? shaped.ElementType : type;
        if (element is Builtin.Quant.QuantizedType quantized && type is ShapedType)
            return quantized.Storage.IsSigned ? quantized.StorageType : IntegerType.Get(type.Context, quantized.Storage.Width, Signedness.Unsigned);
        return element.IsIntOrIndexOrFloat() ? element : null;
    }

    public static int LaneCount(IrType type) => LaneTypeOf(type) is not null && type is ShapedType shaped ? (int)shaped.NumElements : 1;

    /// <summary>Bits of a lane.</summary>
    public static int Width(IrType lane) => lane switch
    {
        IntegerType i => i.Width,
        IndexType => IndexType.StorageWidth,
        FloatType f => f.Semantics.Width,
        _ => 64,
    };

    public static BigInteger Wrap(BigInteger value, int width) => value & ((BigInteger.One << width) - 1);

    /// <summary>A bit pattern as a signed number.</summary>
    public static BigInteger Signed(BigInteger bits, int width) => width > 0 && bits >> (width - 1) != 0 ? bits - (BigInteger.One << width) : bits;

    /// <summary>The value of a constant attribute; null when it is not one of numbers.</summary>
    public static EvalValue? Of(IrType type, Attr attr)
    {
        switch (attr)
        {
            case IntegerAttr integer: return Scalar(type, Wrap(integer.BigValue, Width(integer.Type)));
            case FloatAttr real: return Scalar(type, (BigInteger)real.Bits);
            case DenseElementsAttr dense when LaneTypeOf(type) is { } lane:
                BigInteger[] lanes = new BigInteger[LaneCount(type)];
                for (int i = 0; i < lanes.Length; i++)
                    lanes[i] = dense.GetElement(i) is { } element && Of(lane, element) is { } one ? one.Lanes[0] : Poison;
                return new EvalValue(type, lanes);
            default: return null;
        }
    }

    /// <summary>Whether another value may stand for this one: equal where this is not poison; one NaN is as good as another.</summary>
    /// <param name="tolerance">Difference of floats that is still equal, relative to either, or (a tenth of it) to the greatest lane; 0 for exact.</param>
    public bool MayBecome(EvalValue after, double tolerance = 0)
    {
        if (after.Lanes.Length != Lanes.Length) return false;
        FloatType? real = LaneType as FloatType;
        for (int i = 0; i < Lanes.Length; i++)
        {
            if (Lanes[i] == Poison || Lanes[i] == after.Lanes[i]) continue;
            if (real is null || after.Lanes[i] == Poison) return false;
            double x = real.Semantics.ToDouble((UInt128)Lanes[i]), y = real.Semantics.ToDouble((UInt128)after.Lanes[i]);
            if (double.IsNaN(x) && double.IsNaN(y)) continue;
            if (tolerance > 0 && Math.Abs(x - y) <= Math.Max(tolerance * Math.Max(Math.Abs(x), Math.Abs(y)), tolerance / 10 * Greatest(real))) continue;
            return false;
        }
        return true;
    }

    private double Greatest(FloatType real)
    {
        double most = 0;
        foreach (BigInteger bits in Lanes)
            if (bits != Poison && real.Semantics.ToDouble((UInt128)bits) is var x && double.IsFinite(x)) most = Math.Max(most, Math.Abs(x));
        return most;
    }

    public override string ToString()
    {
        IrType lane = LaneType;
        StringBuilder text = new();
        int shown = Math.Min(Lanes.Length, 8);
        for (int i = 0; i < shown; i++) text.Append(i > 0 ? ", " : "").Append(LaneText(Lanes[i], lane));
        if (shown < Lanes.Length) text.Append(", ...");
        return Type is ShapedType ? $"dense<[{text}]> : {Type}" : $"{text} : {Type}";
    }

    private string LaneText(BigInteger bits, IrType lane)
    {
        if (bits == Poison) return "poison";
        if (lane is FloatType real) return real.Semantics.ToDouble((UInt128)bits).ToString("R", CultureInfo.InvariantCulture);
        if (!lane.IsIntOrIndex()) return Symbol?.ToString() ?? $"token {bits}";
        return lane.IsSignlessInteger(1) ? bits.IsZero ? "false" : "true" : Signed(bits, Width(lane)).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A hash of type and lanes, the same in every run.</summary>
    internal ulong Fingerprint()
    {
        ulong hash = EvalRandom.Mix((ulong)Lanes.Length, 17);
        foreach (BigInteger bits in Lanes) hash = EvalRandom.Mix(hash, (ulong)(bits & ulong.MaxValue) ^ (ulong)((bits >> 64) & ulong.MaxValue) * 31);
        return hash;
    }
}

/// <summary>Numbers that look random and are the same in every run (splitmix64).</summary>
public struct EvalRandom(ulong seed)
{
    private ulong state = seed;

    public ulong Next() => Mix(state += 0x9E3779B97F4A7C15, 0);

    public static ulong Mix(ulong a, ulong b)
    {
        ulong z = a + 0x9E3779B97F4A7C15 * (b + 1);
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    public static ulong Of(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}
