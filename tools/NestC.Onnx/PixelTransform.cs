using System.Globalization;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;

namespace NestC.Onnx;

/// <summary>From pixels of 0 to 255 to what a network takes: (pixel scale - mean) / std by channel, in the network's layout and element type.</summary>
internal sealed class PixelTransform
{
    private double scale = 1;
    private double[] mean = [0], deviation = [1];
    private bool channelsLast;

    /// <summary>`scale=S,mean=M/M/M,std=D,layout=nhwc`; null when it is none.</summary>
    public static PixelTransform? Parse(string text)
    {
        PixelTransform transform = new();
        foreach (string part in text.Split(','))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) return null;
            string value = part[(equals + 1)..];
            switch (part[..equals])
            {
                case "scale" when Numbers(value) is [var s]: transform.scale = s; break;
                case "mean" when Numbers(value) is { Length: > 0 } m: transform.mean = m; break;
                case "std" when Numbers(value) is { Length: > 0 } d && Array.IndexOf(d, 0) < 0: transform.deviation = d; break;
                case "layout" when value is "nchw" or "nhwc": transform.channelsLast = value == "nhwc"; break;
                default: return null;
            }
        }
        return transform;
    }

    private static double[]? Numbers(string text)
    {
        string[] parts = text.Split('/');
        var numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) return null;
        return numbers;
    }

    /// <summary>A picture of rows x columns x channels for an argument of the type: N C H W or N H W C. Gray and colour become each other, transparency is dropped.</summary>
    /// <exception cref="EvaluationException">The sizes do not fit.</exception>
    public NdArray Picture(NdArray picture, RankedTensorType type, string name, out string note)
    {
        ReadOnlySpan<long> shape = type.Shape;
        if (shape.Length is not (3 or 4)) throw new EvaluationException($"'{name}' is a picture, the argument is '{type}'");
        ReadOnlySpan<long> own = shape.Length == 4 ? shape[1..] : shape;
        long channels = own[channelsLast ? 2 : 0], rows = own[channelsLast ? 0 : 1], columns = own[channelsLast ? 1 : 2];
        if (channels < 0) channels = picture.Shape[2] >= 3 ? 3 : 1;
        if ((rows >= 0 && rows != picture.Shape[0]) || (columns >= 0 && columns != picture.Shape[1]))
            throw new EvaluationException($"'{name}' has {picture.Shape[0]} x {picture.Shape[1]} pixels, the argument takes {rows} x {columns}");
        if (channels is not (1 or 3)) throw new EvaluationException($"'{name}' has 1 or 3 channels, the argument takes {channels}");
        NdArray pixels = Channels(picture, (int)channels);
        NdArray y = Values(channelsLast ? pixels : Moves.Transpose(pixels, [2, 0, 1]), channelsLast ? 2 : 0, (int)channels, GraphTypes.KindOf(type));
        note = string.Create(CultureInfo.InvariantCulture,
            $"{name}: {picture.Shape[0]} x {picture.Shape[1]} pixels, {(channels == 1 ? "gray" : "red, green, blue")}, {(channelsLast ? "N H W C" : "N C H W")}, {Formula()}");
        return shape.Length == 4 ? Moves.Unsqueeze(y, [0]) : y;
    }

    /// <summary>Samples of a data set for an argument of the type, whose channels are known.</summary>
    public NdArray Samples(NdArray samples, RankedTensorType type)
    {
        int rank = samples.Rank, axis = channelsLast ? rank - 1 : rank >= 4 ? 1 : 0;
        bool plain = scale == 1 && mean is [0] && deviation is [1];
        ElementKind kind = GraphTypes.KindOf(type);
        return plain ? Cast.To(samples, kind) : Values(samples, axis, (int)samples.Shape[axis], kind);
    }

    private NdArray Values(NdArray pixels, int axis, int channels, ElementKind kind)
    {
        if ((mean.Length > 1 && mean.Length != channels) || (deviation.Length > 1 && deviation.Length != channels))
            throw new EvaluationException($"{Math.Max(mean.Length, deviation.Length)} means or deviations do not fit {channels} channels");
        var shape = new long[pixels.Rank];
        Array.Fill(shape, 1);
        shape[axis] = channels;
        NdArray y = Cast.To(pixels, ElementKind.F64);
        y = Binary.Apply(BinaryKind.Mul, y, NdArray.Scalar(scale));
        y = Binary.Apply(BinaryKind.Sub, y, mean.Length > 1 ? NdArray.Vector<double>(mean).Reshape(shape) : NdArray.Scalar(mean[0]));
        y = Binary.Apply(BinaryKind.Div, y, deviation.Length > 1 ? NdArray.Vector<double>(deviation).Reshape(shape) : NdArray.Scalar(deviation[0]));
        return Cast.To(y, kind);
    }

    private string Formula() => string.Create(CultureInfo.InvariantCulture, $"(pixel {scale} - {string.Join('/', mean)}) / {string.Join('/', deviation)}");

    private static NdArray Channels(NdArray picture, int wanted)
    {
        int have = (int)picture.Shape[2];
        if (have == wanted) return picture;
        if (wanted == 3 && have <= 2) return Moves.Concat([First(picture, 1), First(picture, 1), First(picture, 1)], 2);
        if (wanted == 3) return First(picture, 3);
        if (have == 2) return First(picture, 1);
        // The weights of ITU-R BT.601.
        NdArray weights = NdArray.From<double>([0.299, 0.587, 0.114], 1, 1, 3);
        return Reduce.Apply(ReduceKind.Sum, Binary.Apply(BinaryKind.Mul, Cast.To(First(picture, 3), ElementKind.F64), weights), [2], keepDims: true);
    }

    private static NdArray First(NdArray picture, long channels) => Moves.Slice(picture, [0], [channels], [2], []);
}
