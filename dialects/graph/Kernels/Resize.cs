using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

public enum ResizeMode { Nearest, Linear, Cubic }

/// <summary>How a position of the result maps to one of the input (ONNX coordinate_transformation_mode).</summary>
public enum CoordinateMode { HalfPixel, PytorchHalfPixel, AlignCorners, Asymmetric, TfCropAndResize, TfHalfPixelForNn, HalfPixelSymmetric }

public enum NearestMode { RoundPreferFloor, RoundPreferCeil, Floor, Ceil }

/// <summary>Attributes of ONNX Resize; the older Upsample is asymmetric with nearest mode floor.</summary>
public sealed record ResizeParams
{
    public ResizeMode Mode { get; init; }

    public CoordinateMode Coordinates { get; init; }

    public NearestMode Nearest { get; init; }

    public float CubicA { get; init; } = -0.75f;

    public bool ExcludeOutside { get; init; }

    public float ExtrapolationValue { get; init; }
}

/// <summary>ONNX Resize for any rank: one dimension after another, since all modes are separable.</summary>
public static class Resize
{
    /// <summary>Extents of the result from scales: floor(extent * scale).</summary>
    public static long[] InferShape(ReadOnlySpan<long> input, ReadOnlySpan<double> scales)
    {
        Shapes.Require(scales.Length == input.Length, $"{scales.Length} scales do not fit rank {input.Length}");
        var shape = new long[input.Length];
        for (int i = 0; i < shape.Length; i++)
        {
            Shapes.Require(scales[i] > 0 && double.IsFinite(scales[i]), "scales must be positive");
            double extent = Math.Floor(input[i] * (float)scales[i]);
            Shapes.Require(extent < long.MaxValue || input[i] == Shapes.Unknown, "the result of the resize is too large");
            shape[i] = input[i] == Shapes.Unknown ? Shapes.Unknown : (long)extent;
        }
        return shape;
    }

    /// <summary>Resizes to the given extents. The scales are those given or, when empty, result over input; the region of interest (starts, then ends,
    /// normalized) matters to tf_crop_and_resize only.</summary>
    public static NdArray Apply(NdArray x, ReadOnlySpan<long> sizes, ReadOnlySpan<double> scales, ReadOnlySpan<double> roi, ResizeParams parameters)
    {
        int rank = x.Rank;
        Shapes.Require(sizes.Length == rank && (scales.Length == 0 || scales.Length == rank), "the sizes do not fit the input");
        Shapes.Require(parameters.Coordinates != CoordinateMode.TfCropAndResize || roi.Length == 2 * rank, "tf_crop_and_resize needs a region");
        if (parameters.Mode == ResizeMode.Nearest && parameters.Coordinates != CoordinateMode.TfCropAndResize) return Nearest(x, sizes, scales, parameters);

        var y = Cast.To(x, ElementKind.F64);
        var outside = new bool[rank][];
        for (int d = 0; d < rank; d++)
        {
            double scale = scales.Length > 0 ? scales[d] : (double)sizes[d] / x.Shape[d];
            double first = roi.Length > 0 ? roi[d] : 0, last = roi.Length > 0 ? roi[d + rank] : 1;
            outside[d] = new bool[sizes[d]];
            if (sizes[d] == x.Shape[d] && scale == 1 && parameters.Coordinates != CoordinateMode.TfCropAndResize) continue;
            y = Along(y, d, sizes[d], scale, first, last, parameters, outside[d]);
        }
        if (parameters.Coordinates == CoordinateMode.TfCropAndResize) Extrapolate(y, outside, parameters.ExtrapolationValue);
        return Cast.To(x.Kind.IsInteger() ? Unary.Apply(new UnaryFunction(UnaryKind.Round), y) : y, x.Kind);
    }

    private static NdArray Nearest(NdArray x, ReadOnlySpan<long> sizes, ReadOnlySpan<double> scales, ResizeParams parameters)
    {
        var y = x;
        for (int d = 0; d < x.Rank; d++)
        {
            double scale = scales.Length > 0 ? scales[d] : (double)sizes[d] / x.Shape[d];
            if (sizes[d] == x.Shape[d] && scale == 1) continue;
            Shapes.Require(x.Shape[d] > 0 || sizes[d] == 0, "an empty dimension cannot be enlarged");
            var indices = NdArray.CreateUninitialized(ElementKind.I64, [sizes[d]]);
            var to = indices.Write<long>();
            for (int i = 0; i < to.Length; i++)
                to[i] = Math.Clamp(Nearest(Position(i, scale, x.Shape[d], sizes[d], 0, 1, parameters.Coordinates), parameters.Nearest), 0, x.Shape[d] - 1);
            y = Indexing.Gather(y, indices, d);
        }
        return y;
    }

    private static long Nearest(double at, NearestMode mode) => (long)(mode switch
    {
        NearestMode.Floor => Math.Floor(at),
        NearestMode.Ceil => Math.Ceiling(at),
        NearestMode.RoundPreferFloor => Math.Ceiling(at - 0.5),
        _ => Math.Floor(at + 0.5),
    });

    private static double Position(double at, double scale, long input, long output, double first, double last, CoordinateMode mode)
    {
        switch (mode)
        {
            case CoordinateMode.AlignCorners: return output == 1 ? 0 : at * (input - 1) / (output - 1);
            case CoordinateMode.Asymmetric: return at / scale;
            case CoordinateMode.PytorchHalfPixel: return output > 1 ? (at + 0.5) / scale - 0.5 : 0;
            case CoordinateMode.TfHalfPixelForNn: return (at + 0.5) / scale;
            case CoordinateMode.TfCropAndResize:
                return output > 1 ? first * (input - 1) + at * (last - first) * (input - 1) / (output - 1) : 0.5 * (first + last) * (input - 1);
            case CoordinateMode.HalfPixelSymmetric:
                double adjustment = output / (scale * input), center = input / 2.0;
                return center * (1 - adjustment) + (at + 0.5) / scale - 0.5;
            default: return (at + 0.5) / scale - 0.5;
        }
    }

    private static NdArray Along(NdArray x, int axis, long size, double scale, double first, double last, ResizeParams parameters, bool[] outside)
    {
        var (outer, extent, inner) = Ordering.Lines(x.Shape, axis);
        Shapes.Require(extent > 0 || size == 0, "an empty dimension cannot be enlarged");
        var y = NdArray.Create(ElementKind.F64, Shapes.With(x.Shape, axis, size));
        var from = x.Read<double>();
        var to = y.Write<double>();
        Span<double> weights = stackalloc double[4];
        Span<long> taps = stackalloc long[4];
        for (long i = 0; i < size; i++)
        {
            double at = Position(i, scale, extent, size, first, last, parameters.Coordinates);
            outside[i] = at < 0 || at > extent - 1;
            int count = Weights(at, extent, parameters, weights, taps);
            for (long o = 0; o < outer; o++)
            {
                var target = to.Slice((int)((o * size + i) * inner), (int)inner);
                for (int t = 0; t < count; t++)
                {
                    var source = from.Slice((int)((o * extent + taps[t]) * inner), (int)inner);
                    double w = weights[t];
                    for (int p = 0; p < source.Length; p++) target[p] += w * source[p];
                }
            }
        }
        return y;
    }

    private static int Weights(double at, long extent, ResizeParams parameters, Span<double> weights, Span<long> taps)
    {
        if (parameters.Mode == ResizeMode.Nearest)
        {
            (weights[0], taps[0]) = (1, Math.Clamp(Nearest(at, parameters.Nearest), 0, extent - 1));
            return 1;
        }
        int count = parameters.Mode == ResizeMode.Linear ? 2 : 4;
        double floor = Math.Floor(at), t = at - floor;
        if (count == 2) (weights[0], weights[1]) = (1 - t, t);
        else
        {
            // The cubic convolution kernel of Keys (1981).
            double a = parameters.CubicA;
            weights[0] = ((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a;
            weights[1] = ((a + 2) * t - (a + 3)) * t * t + 1;
            double u = 1 - t;
            weights[2] = ((a + 2) * u - (a + 3)) * u * u + 1;
            weights[3] = ((a * (u + 1) - 5 * a) * (u + 1) + 8 * a) * (u + 1) - 4 * a;
        }
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            long tap = (long)floor + i - (count == 2 ? 0 : 1);
            if (parameters.ExcludeOutside && (tap < 0 || tap >= extent)) weights[i] = 0;
            taps[i] = Math.Clamp(tap, 0, extent - 1);
            sum += weights[i];
        }
        if (parameters.ExcludeOutside)
            for (int i = 0; i < count; i++) weights[i] /= sum;
        return count;
    }

    private static void Extrapolate(NdArray y, bool[][] outside, double value)
    {
        var to = y.Write<double>();
        Span<long> position = stackalloc long[y.Rank];
        for (int i = 0; i < to.Length; i++, Shapes.Next(position, y.Shape))
        {
            for (int d = 0; d < position.Length; d++)
            {
                if (!outside[d][position[d]]) continue;
                to[i] = value;
                break;
            }
        }
    }
}
