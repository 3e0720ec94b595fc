using NestC.Builtin;
using NestC.Builtin.Quant;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>What the quantized operations check alike, and how their properties become kernels' parameters.</summary>
internal static class QuantizedRules
{
    /// <summary>The bias is one i32 for each channel.</summary>
    public static bool Bias(Diag d, string rule, Value? bias, long channels) =>
        bias is not { } b || d.Require(
            b.Type is RankedTensorType { Shape: [var count] } t && t.ElementType.IsSignlessInteger(32) && (count == channels || ShapedType.IsDynamic(count) || ShapedType.IsDynamic(channels)),
            rule, $"the bias has type '{b.Type}', not one i32 for each of {channels} channels");

    /// <summary>Shifts and multipliers: one, or one for each channel, in range.</summary>
    public static bool Scaling(Diag d, string rule, long[] shift, long[]? multiplier, long channels, string rounding = "up")
    {
        if (!Counted(d, rule, "shift", shift, channels) || (multiplier is not null && !Counted(d, rule, "multiplier", multiplier, channels))) return false;
        long most = multiplier is null ? 31 : 62;
        foreach (long s in shift)
            if (!d.Require(s >= 0 && s <= most, rule, $"shift {s} is not in 0..{most}")) return false;
        foreach (long m in multiplier ?? [])
            if (!d.Require(m is >= 0 and <= int.MaxValue, rule, $"multiplier {m} is not in 0..2147483647")) return false;
        if (!d.Require(rounding is "up" or "f32", rule, $"rounding '{rounding}' is neither 'up' nor 'f32'")) return false;
        if (rounding == "up") return true;
        if (!d.Require(multiplier is not null, rule, $"rounding 'f32' is that of a product, and there is no multiplier")) return false;
        foreach (long m in multiplier!)
            if (!d.Require(m < 1 << 24, rule, $"multiplier {m} has more bits than an f32")) return false;
        return true;
    }

    private static bool Counted(Diag d, string rule, string name, long[] list, long channels) =>
        d.Require(list.Length == 1 || list.Length == channels, rule, $"{name} has {list.Length} entries, not 1 or one for each of {channels} channels");

    /// <summary>The residual has the result's shape, and its shift is in range.</summary>
    public static bool Residual(Diag d, string rule, Value? residual, Value result, long shift) =>
        (residual is not { } r || d.Require(
            r.Type is TensorType a && result.Type is TensorType b && (a is not RankedTensorType || b is not RankedTensorType || a.Shape.SequenceEqual(b.Shape)),
            rule, $"the residual has type '{r.Type}', another shape than the result '{result.Type}'"))
        && d.Require(shift is >= 0 and <= 24, rule, $"residual_shift {shift} is not in 0..24");

    /// <summary>The limits are stored values, in order.</summary>
    public static bool Clip(Diag d, string rule, Value result, long? min, long? max)
    {
        QuantStorage s = QuantizedTypes.Of(result).Storage;
        long low = min ?? s.Min, high = max ?? s.Max;
        return d.Require(low >= s.Min && high <= s.Max && low <= high, rule, $"the limits {low}..{high} are not a range within {s.Min}..{s.Max}");
    }

    /// <summary>How sums become values of the result.</summary>
    public static Requantization Of(Value result, long[] shift, long[]? multiplier, long? min, long? max, string rounding = "up")
    {
        UniformQuantizedType type = QuantizedTypes.Of(result);
        return new Requantization
        {
            Shift = shift,
            Multiplier = multiplier,
            IsF32 = rounding == "f32",
            Zero = type.ZeroPoints[0],
            Min = min ?? type.Storage.Min,
            Max = max ?? type.Storage.Max,
        };
    }

    /// <summary>The extent of a dimension; dynamic where the shape is not known.</summary>
    public static long Extent(Value value, int dimension) =>
        value.Type is RankedTensorType t && t.Shape.Length > dimension ? t.Shape[dimension] : ShapedType.Dynamic;

    /// <summary>The residual's array among the operands, which follow in order.</summary>
    public static QuantizedResidual? Residual(Value? residual, Evaluation.NdArray[] x, long shift) =>
        residual is { } r ? new QuantizedResidual(x[^1], QuantizedTypes.ZeroOf(r), (int)shift) : null;
}
