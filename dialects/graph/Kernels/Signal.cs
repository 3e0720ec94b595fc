using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Signal processing of opset 17: DFT, STFT, MelWeightMatrix; and the determinant.</summary>
public static class Signal
{
    /// <summary>The shape of ONNX DFT.</summary>
    public static long[] InferDft(ReadOnlySpan<long> shape, long axis, long? length, bool oneSided)
    {
        Shapes.Require(shape.Length >= 2 && shape[^1] is 1 or 2, "a DFT needs a last dimension of 1 or 2");
        int at = Shapes.Axis(axis, shape.Length);
        Shapes.Require(at < shape.Length - 1, "a DFT cannot run along the real and imaginary parts");
        long n = length ?? shape[at];
        var result = Shapes.With(shape, at, n == Shapes.Unknown || !oneSided ? n : n / 2 + 1);
        result[^1] = 2;
        return result;
    }

    /// <summary>ONNX DFT of batch x ... x (1 or 2) along an axis, of the given length (the axis' own when missing); complex results have a last
    /// dimension of 2.</summary>
    public static NdArray Dft(NdArray x, long axis, long? length, bool inverse, bool oneSided)
    {
        Shapes.Require(!(inverse && oneSided), "an inverse DFT cannot be one-sided");
        var shape = InferDft(x.Shape, axis, length, oneSided);
        int at = Shapes.Axis(axis, x.Rank);
        long n = length ?? x.Shape[at], parts = x.Shape[^1], bins = shape[at];
        Shapes.Require(n > 0, "a DFT needs a length");
        var y = NdArray.CreateUninitialized(ElementKind.F64, shape);
        var to = y.Write<double>();
        var wide = Cast.To(x, ElementKind.F64);
        var from = wide.Read<double>();
        long outer = Shapes.Product(x.Shape[..at]), extent = x.Shape[at], inner = Shapes.Product(x.Shape[(at + 1)..^1]);
        var re = new double[n];
        var im = new double[n];
        for (long o = 0; o < outer; o++)
        {
            for (long p = 0; p < inner; p++)
            {
                for (long i = 0; i < n; i++)
                {
                    long source = ((o * extent + i) * inner + p) * parts;
                    re[i] = i < extent ? from[(int)source] : 0;
                    im[i] = i < extent && parts == 2 ? from[(int)source + 1] : 0;
                }
                Transform(re, im, inverse, bins, to, (int)(o * bins * inner + p), (int)inner);
            }
        }
        return Cast.To(y, x.Kind);
    }

    /// <summary>ONNX STFT of batch x samples x (1 or 2): frames of the window's (or the given) length, a step apart.</summary>
    public static NdArray Stft(NdArray signal, long step, NdArray? window, long? frameLength, bool oneSided)
    {
        Shapes.Require(signal.Rank is 2 or 3 && step > 0, "an STFT needs batch, samples and a positive step");
        var x = signal.Rank == 2 ? signal.Reshape([.. signal.Shape, 1]) : signal;
        long length = frameLength ?? window?.Count ?? x.Shape[1];
        Shapes.Require(length > 0 && length <= x.Shape[1], "the frames of an STFT are longer than the signal");
        long frames = (x.Shape[1] - length) / step + 1;
        var parts = new NdArray[frames];
        for (long f = 0; f < frames; f++)
        {
            var frame = Moves.Slice(x, [f * step], [f * step + length], [1], []);
            if (window != null)
            {
                // A window shorter than the frame stands at its center.
                long before = (length - window.Count) / 2;
                var padded = window.Count == length ? window : Padding.Apply(window, [before, length - window.Count - before], PadMode.Constant, null);
                frame = Binary.Apply(BinaryKind.Mul, frame, Cast.To(padded, frame.Kind).Reshape([1, length, 1]));
            }
            var spectrum = Dft(frame, 1, null, inverse: false, oneSided);
            parts[f] = Moves.Unsqueeze(spectrum, [1]);
        }
        return Moves.Concat(parts, 1);
    }

    /// <summary>ONNX MelWeightMatrix: triangular filters between points that are equally far apart on the mel scale.</summary>
    public static NdArray MelWeights(long melBins, long dftLength, long sampleRate, double low, double high, ElementKind kind)
    {
        Shapes.Require(melBins > 0 && dftLength > 0 && sampleRate > 0 && low >= 0 && high > low, "the parameters of a mel matrix are out of range");
        long bins = dftLength / 2 + 1;
        double lowMel = 2595 * Math.Log10(1 + low / 700), highMel = 2595 * Math.Log10(1 + high / 700), step = (highMel - lowMel) / (melBins + 2);
        var edges = new long[melBins + 2];
        for (int i = 0; i < edges.Length; i++)
        {
            double frequency = 700 * (Math.Pow(10, (lowMel + i * step) / 2595) - 1);
            edges[i] = (long)Math.Floor((dftLength + 1) * frequency / sampleRate);
        }
        var y = NdArray.Create(ElementKind.F64, [bins, melBins]);
        var to = y.Write<double>();
        for (int m = 0; m < melBins; m++)
        {
            long first = edges[m], center = edges[m + 1], last = edges[m + 2];
            if (first == center && center < bins) to[(int)(center * melBins + m)] = 1;
            for (long k = first; k <= Math.Min(center, bins - 1) && center > first; k++) to[(int)(k * melBins + m)] = (double)(k - first) / (center - first);
            for (long k = center; k < Math.Min(last, bins) && last > center; k++) to[(int)(k * melBins + m)] = (double)(last - k) / (last - center);
        }
        return Cast.To(y, kind);
    }

    /// <summary>Determinants of the matrices in the last two dimensions, by elimination with partial pivoting.</summary>
    public static NdArray Determinant(NdArray x)
    {
        Shapes.Require(x.Rank >= 2 && x.Shape[^1] == x.Shape[^2], "a determinant needs square matrices");
        var y = NdArray.CreateUninitialized(ElementKind.F64, x.Shape[..^2]);
        var to = y.Write<double>();
        var from = Cast.To(x, ElementKind.F64).Clone().Write<double>();
        int n = (int)x.Shape[^1];
        for (int m = 0; m < to.Length; m++)
        {
            var a = from.Slice(m * n * n, n * n);
            double determinant = 1;
            for (int k = 0; k < n; k++)
            {
                int pivot = k;
                for (int i = k + 1; i < n; i++)
                    if (Math.Abs(a[i * n + k]) > Math.Abs(a[pivot * n + k])) pivot = i;
                if (pivot != k)
                {
                    determinant = -determinant;
                    for (int j = 0; j < n; j++) (a[k * n + j], a[pivot * n + j]) = (a[pivot * n + j], a[k * n + j]);
                }
                determinant *= a[k * n + k];
                if (determinant == 0) break;
                for (int i = k + 1; i < n; i++)
                {
                    double factor = a[i * n + k] / a[k * n + k];
                    for (int j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
                }
            }
            to[m] = determinant;
        }
        return Cast.To(y, x.Kind);
    }

    private static void Transform(double[] re, double[] im, bool inverse, long bins, Span<double> to, int start, int stride)
    {
        int n = re.Length;
        var cos = new double[n];
        var sin = new double[n];
        for (int i = 0; i < n; i++) (sin[i], cos[i]) = Math.SinCos((inverse ? 2 : -2) * Math.PI * i / n);
        double scale = inverse ? 1.0 / n : 1;
        for (int k = 0; k < bins; k++)
        {
            double sumRe = 0, sumIm = 0;
            for (int i = 0, turn = 0; i < n; i++, turn = (turn + k) % n)
            {
                sumRe += re[i] * cos[turn] - im[i] * sin[turn];
                sumIm += re[i] * sin[turn] + im[i] * cos[turn];
            }
            to[(start + k * stride) * 2] = sumRe * scale;
            to[(start + k * stride) * 2 + 1] = sumIm * scale;
        }
    }
}
