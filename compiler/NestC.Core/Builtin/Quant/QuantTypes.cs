using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin.Quant;

/// <summary>A quantized type; upstream's `!quant` types.</summary>
public abstract class QuantizedType(QuantStorage storage, FloatType? expressed, int hash) : IrType(hash)
{
    /// <summary>Width, signedness and range of the stored integers.</summary>
    public QuantStorage Storage { get; } = storage;

    /// <summary>The float type of the real values; only `!quant.any` may have none.</summary>
    public FloatType? ExpressedType { get; } = expressed;

    /// <summary>The signless integer type of the stored values.</summary>
    public IntegerType StorageType => IntegerType.Get(Context, Storage.Width, Signedness.Signless);

    public override void VisitParts(IPartVisitor visitor)
    {
        if (ExpressedType is { } expressed) visitor.Visit(expressed);
    }
}

/// <summary>`!quant.any&lt;i8&lt;-8:7>:f32>`: stored integers whose relation to real values is not known.</summary>
public sealed class AnyQuantizedType : QuantizedType
{
    private AnyQuantizedType(QuantStorage storage, FloatType? expressed, int hash) : base(storage, expressed, hash)
    {
    }

    /// <summary>The type, or null and why there is none.</summary>
    public static AnyQuantizedType? TryGet(NestContext context, QuantStorage storage, FloatType? expressed, out string? error)
    {
        error = storage.Error;
        if (error is not null) return null;
        return context.Intern(new AnyQuantizedType(storage, expressed, Hash.Combine(120, storage.Hash, expressed?.Identity ?? 0)));
    }

    protected internal override bool SameStructure(Interned other) =>
        other is AnyQuantizedType o && o.Storage == Storage && o.ExpressedType == ExpressedType;

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("!quant.any<"u8);
        Storage.Print(printer);
        if (ExpressedType is { } expressed)
        {
            printer.Out.Write(':');
            printer.Write(expressed);
        }
        printer.Out.Write('>');
    }
}

/// <summary>
/// `!quant.uniform&lt;i8:f32, 0.5:3>`: real = (stored - zero point) * scale; with an axis, each slice along it has its own
/// scale and zero point: `!quant.uniform&lt;i8:f32:1, {0.5:3, 0.25}>`.
/// </summary>
public sealed class UniformQuantizedType : QuantizedType
{
    private readonly double[] scales;
    private readonly long[] zeroPoints;

    private UniformQuantizedType(QuantStorage storage, FloatType expressed, int? axis, double[] scales, long[] zeroPoints, int hash)
        : base(storage, expressed, hash)
    {
        Axis = axis;
        this.scales = scales;
        this.zeroPoints = zeroPoints;
    }

    /// <summary>The dimension along which scales and zero points change; null when there is one of each for the whole tensor.</summary>
    public int? Axis { get; }

    public ReadOnlySpan<double> Scales => scales;

    public ReadOnlySpan<long> ZeroPoints => zeroPoints;

    /// <summary>The type, or null and why there is none. The arrays are of one length, and belong to the type afterwards.</summary>
    public static UniformQuantizedType? TryGet(QuantStorage storage, FloatType expressed, int? axis, double[] scales, long[] zeroPoints, out string? error)
    {
        error = storage.Error;
        if (error is not null) return null;
        int hash = Hash.Combine(121, storage.Hash, Hash.Combine(expressed.Identity, axis ?? -1, scales.Length));
        for (int i = 0; i < scales.Length; i++)
        {
            if (!(scales[i] > 0) || double.IsInfinity(scales[i]))
            {
                error = $"illegal scale: {QuantStorage.Scientific(scales[i])}";
                return null;
            }
            hash = Hash.Combine(hash, Hash.Of(BitConverter.DoubleToInt64Bits(scales[i])), Hash.Of(zeroPoints[i]));
        }
        return expressed.Context.Intern(new UniformQuantizedType(storage, expressed, axis, scales, zeroPoints, hash));
    }

    protected internal override bool SameStructure(Interned other) =>
        other is UniformQuantizedType o && o.Storage == Storage && o.ExpressedType == ExpressedType && o.Axis == Axis
        && o.scales.AsSpan().SequenceEqual(scales) && o.zeroPoints.AsSpan().SequenceEqual(zeroPoints);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("!quant.uniform<"u8);
        Storage.Print(printer);
        printer.Out.Write(':');
        printer.Write(ExpressedType!);
        if (Axis is { } axis)
        {
            printer.Out.Write(':');
            printer.Out.Write((long)axis);
            printer.Out.Write(", {"u8);
        }
        else printer.Out.Write(", "u8);
        for (int i = 0; i < scales.Length; i++)
        {
            if (i > 0) printer.Out.Write(',');
            FloatText.Write(printer.Out, scales[i]);
            if (zeroPoints[i] == 0) continue;
            printer.Out.Write(':');
            printer.Out.Write(zeroPoints[i]);
        }
        printer.Out.Write(Axis is null ? ">"u8 : "}>"u8);
    }
}

/// <summary>`!quant.calibrated&lt;f32&lt;-1.0:1.0>>`: real values of a range that was observed.</summary>
public sealed class CalibratedQuantizedType : IrType
{
    private CalibratedQuantizedType(FloatType expressed, double min, double max, int hash) : base(hash) =>
        (ExpressedType, Min, Max) = (expressed, min, max);

    public FloatType ExpressedType { get; }

    public double Min { get; }

    public double Max { get; }

    /// <summary>The type, or null and why there is none.</summary>
    public static CalibratedQuantizedType? TryGet(FloatType expressed, double min, double max, out string? error)
    {
        error = max <= min ? $"illegal min and max: ({QuantStorage.Scientific(min)}:{QuantStorage.Scientific(max)})" : null;
        if (error is not null) return null;
        int hash = Hash.Combine(122, expressed.Identity,
            Hash.Combine(Hash.Of(BitConverter.DoubleToInt64Bits(min)), Hash.Of(BitConverter.DoubleToInt64Bits(max))));
        return expressed.Context.Intern(new CalibratedQuantizedType(expressed, min, max, hash));
    }

    protected internal override bool SameStructure(Interned other) =>
        other is CalibratedQuantizedType o && o.ExpressedType == ExpressedType
        && BitConverter.DoubleToInt64Bits(o.Min) == BitConverter.DoubleToInt64Bits(Min)
        && BitConverter.DoubleToInt64Bits(o.Max) == BitConverter.DoubleToInt64Bits(Max);

    public override void VisitParts(IPartVisitor visitor) => visitor.Visit(ExpressedType);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("!quant.calibrated<"u8);
        printer.Write(ExpressedType);
        printer.Out.Write('<');
        FloatText.Write(printer.Out, Min);
        printer.Out.Write(':');
        FloatText.Write(printer.Out, Max);
        printer.Out.Write(">>"u8);
    }
}
