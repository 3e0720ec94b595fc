using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Requantization of exact sums of wide operands: 64-bit integers, held in f64 while they are summed.</summary>
internal static class QuantizedWide
{
    /// <summary>Adds the residual and requantizes; channels are the dimension <paramref name="axis"/>.</summary>
    public static NdArray Finish(NdArray sums, int axis, QuantizedResidual? residual, Requantization r, ElementKind kind)
    {
        var from = sums.Read<double>();
        var y = NdArray.CreateUninitialized(kind, sums.Shape);
        var values = new int[from.Length];
        if (residual is { } joined) StoredIntegers.Load(joined.Values, 0, values, joined.Zero);
        int channels = (int)sums.Shape[axis], inner = (int)Shapes.Product(sums.Shape[(axis + 1)..]);
        for (int i = 0; i < values.Length; i++)
        {
            int c = inner == 0 || channels == 0 ? 0 : i / inner % channels;
            Int128 sum = (long)from[i] + (residual is { } given ? (long)values[i] << given.Shift : 0);
            if (r.IsF32)
            {
                values[i] = (int)r.OfProduct((long)sum, Requantization.Factor(r.Multiplier![r.Multiplier.Length == 1 ? 0 : c], (int)r.Shift[r.Shift.Length == 1 ? 0 : c]));
                continue;
            }
            int shift = (int)(r.Shift.Length == 1 ? r.Shift[0] : r.Shift[c]);
            if (r.Multiplier is { } m) sum *= m.Length == 1 ? m[0] : m[c];
            Int128 v = (sum + (shift > 0 ? Int128.One << (shift - 1) : 0)) >> shift;
            values[i] = (int)Int128.Clamp(v + r.Zero, r.Min, r.Max);
        }
        StoredIntegers.Store(values, y, 0);
        return y;
    }
}
