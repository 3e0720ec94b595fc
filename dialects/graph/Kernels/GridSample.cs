using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

public enum GridMode { Bilinear, Nearest, Bicubic }

public enum GridPadding { Zeros, Border, Reflection }

/// <summary>ONNX GridSample (opset 16, Jaderberg et al. 2015): samples an image at the positions (x, y) in [-1, 1] of a grid N x H x W x 2.</summary>
public static class GridSample
{
    public static NdArray Apply(NdArray x, NdArray grid, GridMode mode, GridPadding padding, bool alignCorners)
    {
        Shapes.Require(x.Rank == 4 && grid.Rank == 4 && grid.Shape[3] == 2 && grid.Shape[0] == x.Shape[0], $"grid {grid} does not fit {x}");
        var wide = Cast.To(x, ElementKind.F32);
        var from = wide.Read<float>();
        int channels = (int)x.Shape[1], rows = (int)x.Shape[2], columns = (int)x.Shape[3], plane = rows * columns;
        long points = grid.Shape[1] * grid.Shape[2];
        var y = NdArray.CreateUninitialized(ElementKind.F32, [x.Shape[0], channels, grid.Shape[1], grid.Shape[2]]);
        Shapes.Require(plane > 0 || y.Count == 0, "an empty image cannot be sampled");
        var to = y.Write<float>();
        for (long n = 0; n < x.Shape[0]; n++)
        {
            for (long p = 0; p < points; p++)
            {
                double px = Position(grid.GetDouble((n * points + p) * 2), columns, alignCorners);
                double py = Position(grid.GetDouble((n * points + p) * 2 + 1), rows, alignCorners);
                if (mode == GridMode.Nearest) (px, py) = (Math.Round(px, MidpointRounding.ToEven), Math.Round(py, MidpointRounding.ToEven));
                (px, py) = (Bound(px, columns, padding, alignCorners), Bound(py, rows, padding, alignCorners));
                for (int c = 0; c < channels; c++)
                {
                    var image = from.Slice((int)(n * channels + c) * plane, plane);
                    to[(int)((n * channels + c) * points + p)] = (float)Sample(image, rows, columns, py, px, mode, padding, alignCorners);
                }
            }
        }
        return Cast.To(y, x.Kind);
    }

    private static double Position(double at, int extent, bool alignCorners) => alignCorners ? (at + 1) / 2 * (extent - 1) : ((at + 1) * extent - 1) / 2;

    private static double Bound(double at, int extent, GridPadding padding, bool alignCorners)
    {
        if (padding == GridPadding.Border) return Math.Clamp(at, 0, extent - 1);
        if (padding == GridPadding.Reflection) return Reflect(at, alignCorners ? 0 : -0.5, alignCorners ? extent - 1 : extent - 0.5);
        return at;
    }

    private static double Reflect(double at, double low, double high)
    {
        double range = high - low;
        if (range <= 0 || !double.IsFinite(at)) return low;
        double offset = Math.Abs(at - low) % (2 * range);
        return low + (offset <= range ? offset : 2 * range - offset);
    }

    private static double Sample(
        ReadOnlySpan<float> image, int rows, int columns, double y, double x, GridMode mode, GridPadding padding, bool alignCorners)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y)) return 0;
        if (mode == GridMode.Nearest) return Pixel(image, rows, columns, (long)Math.Round(y, MidpointRounding.ToEven), (long)Math.Round(x, MidpointRounding.ToEven), padding, alignCorners);
        long top = (long)Math.Floor(y), left = (long)Math.Floor(x);
        double dy = y - top, dx = x - left;
        if (mode == GridMode.Bilinear)
        {
            return (1 - dy) * ((1 - dx) * Pixel(image, rows, columns, top, left, padding, alignCorners) + dx * Pixel(image, rows, columns, top, left + 1, padding, alignCorners))
                + dy * ((1 - dx) * Pixel(image, rows, columns, top + 1, left, padding, alignCorners) + dx * Pixel(image, rows, columns, top + 1, left + 1, padding, alignCorners));
        }
        double sum = 0;
        for (int i = -1; i <= 2; i++)
            for (int j = -1; j <= 2; j++)
                sum += Cubic(i - dy) * Cubic(j - dx) * Pixel(image, rows, columns, top + i, left + j, padding, alignCorners);
        return sum;
    }

    // Keys' kernel with a = -0.75.
    private static double Cubic(double distance)
    {
        const double A = -0.75;
        double t = Math.Abs(distance);
        if (t <= 1) return ((A + 2) * t - (A + 3)) * t * t + 1;
        return t < 2 ? ((A * t - 5 * A) * t + 8 * A) * t - 4 * A : 0;
    }

    private static double Pixel(ReadOnlySpan<float> image, int rows, int columns, long y, long x, GridPadding padding, bool alignCorners)
    {
        if (padding != GridPadding.Zeros)
        {
            y = (long)Math.Clamp(Math.Round(Bound(y, rows, padding, alignCorners)), 0, rows - 1);
            x = (long)Math.Clamp(Math.Round(Bound(x, columns, padding, alignCorners)), 0, columns - 1);
        }
        return (ulong)y < (ulong)rows && (ulong)x < (ulong)columns ? image[(int)(y * columns + x)] : 0;
    }
}
