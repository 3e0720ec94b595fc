using System.Runtime.Intrinsics;

namespace NestC.Examples.Digits;

/// <summary>Activations of a batch and their gradients: channels x height x width x batch, so that one vector holds the same pixel of eight images.</summary>
public sealed class FeatureMap(int channels, int size)
{
    public const int Batch = 32;

    public int Channels => channels;

    public int Size => size;

    public int Plane => size * size * Batch;

    public float[] Value { get; } = new float[channels * size * size * Batch];

    public float[] Gradient { get; } = new float[channels * size * size * Batch];
}

/// <summary>
/// The layers forwards and backwards. Products and sums are separate operations in a fixed order on eight lanes, whatever the machine's vectors are, so that training
/// gives the same weights everywhere.
/// </summary>
public static unsafe class Layers
{
    private const int Batch = FeatureMap.Batch;

    /// <summary>A 3 x 3 convolution with stride 1 and a border of zeros: output = weight * input + bias.</summary>
    public static void Convolve(FeatureMap input, float[] weight, float[]? bias, FeatureMap output) =>
        Convolve(input.Value, input.Channels, weight, bias, output.Value, output.Channels, input.Size);

    /// <summary>The gradients of weight and bias (added up) and, where wanted, of the input (added up), from that of the output.</summary>
    public static void ConvolveBackward(FeatureMap input, Parameters weight, Parameters bias, FeatureMap output, bool wantInput)
    {
        int size = input.Size, inner = input.Channels, outer = output.Channels;
        fixed (float* x = input.Value, g = output.Gradient, dw = weight.Gradient, db = bias.Gradient)
        {
            for (int o = 0; o < outer; o++)
            {
                db[o] += Sum(g + o * output.Plane, output.Plane);
                for (int c = 0; c < inner; c++)
                    for (int tap = 0; tap < 9; tap++)
                        dw[(o * inner + c) * 9 + tap] += Correlate(g + o * output.Plane, x + c * input.Plane, size, tap / 3 - 1, tap % 3 - 1);
            }
        }
        if (!wantInput) return;
        // The same convolution backwards: the kernel turned by half a turn, input and output channels exchanged.
        var turned = new float[weight.Value.Length];
        for (int o = 0; o < outer; o++)
            for (int c = 0; c < inner; c++)
                for (int tap = 0; tap < 9; tap++)
                    turned[(c * outer + o) * 9 + 8 - tap] = weight.Value[(o * inner + c) * 9 + tap];
        var gradient = new float[input.Gradient.Length];
        Convolve(output.Gradient, outer, turned, null, gradient, inner, size);
        for (int i = 0; i < gradient.Length; i++) input.Gradient[i] += gradient[i];
    }

    private static void Convolve(float[] input, int inner, float[] weight, float[]? bias, float[] output, int outer, int size)
    {
        int plane = size * size * Batch;
        fixed (float* x = input, w = weight, y = output)
        {
            for (int o = 0; o < outer; o++)
            {
                for (int row = 0; row < size; row++)
                {
                    for (int column = 0; column < size; column++)
                    {
                        var a = Vector256.Create(bias is null ? 0f : bias[o]);
                        Vector256<float> b = a, c = a, d = a;
                        for (int channel = 0; channel < inner; channel++)
                        {
                            for (int i = Math.Max(0, 1 - row); i < Math.Min(3, size + 1 - row); i++)
                            {
                                for (int j = Math.Max(0, 1 - column); j < Math.Min(3, size + 1 - column); j++)
                                {
                                    var factor = Vector256.Create(w[(o * inner + channel) * 9 + i * 3 + j]);
                                    float* at = x + channel * plane + ((row + i - 1) * size + column + j - 1) * Batch;
                                    a += factor * Vector256.Load(at);
                                    b += factor * Vector256.Load(at + 8);
                                    c += factor * Vector256.Load(at + 16);
                                    d += factor * Vector256.Load(at + 24);
                                }
                            }
                        }
                        float* to = y + o * plane + (row * size + column) * Batch;
                        a.Store(to);
                        b.Store(to + 8);
                        c.Store(to + 16);
                        d.Store(to + 24);
                    }
                }
            }
        }
    }

    // The sum over all positions of g(row, column) x(row + di, column + dj), x being zero outside.
    private static float Correlate(float* g, float* x, int size, int di, int dj)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        int first = Math.Max(0, -dj), last = Math.Min(size, size - dj);
        for (int row = Math.Max(0, -di); row < Math.Min(size, size - di); row++)
        {
            float* from = g + (row * size + first) * Batch;
            float* with = x + ((row + di) * size + first + dj) * Batch;
            for (int k = 0; k < (last - first) * Batch; k += 32)
            {
                a += Vector256.Load(from + k) * Vector256.Load(with + k);
                b += Vector256.Load(from + k + 8) * Vector256.Load(with + k + 8);
                c += Vector256.Load(from + k + 16) * Vector256.Load(with + k + 16);
                d += Vector256.Load(from + k + 24) * Vector256.Load(with + k + 24);
            }
        }
        return Across(a + b + (c + d));
    }

    private static float Sum(float* x, int count)
    {
        Vector256<float> sum = default;
        for (int k = 0; k < count; k += 8) sum += Vector256.Load(x + k);
        return Across(sum);
    }

    private static float Across(Vector256<float> v)
    {
        float sum = 0;
        for (int i = 0; i < 8; i++) sum += v[i];
        return sum;
    }

    /// <summary>max(x, 0), in place.</summary>
    public static void Relu(FeatureMap map)
    {
        float[] value = map.Value;
        for (int i = 0; i < value.Length; i++) value[i] = MathF.Max(value[i], 0);
    }

    /// <summary>Clears the gradient where the activation was cut off.</summary>
    public static void ReluBackward(FeatureMap map)
    {
        for (int i = 0; i < map.Value.Length; i++)
            if (map.Value[i] <= 0) map.Gradient[i] = 0;
    }

    /// <summary>The largest of 2 x 2 pixels, stride 2.</summary>
    public static void MaxPool(FeatureMap input, FeatureMap output) => Pool(input, output, backward: false);

    /// <summary>Hands the gradient to the first of the largest pixels.</summary>
    public static void MaxPoolBackward(FeatureMap input, FeatureMap output) => Pool(input, output, backward: true);

    private static void Pool(FeatureMap input, FeatureMap output, bool backward)
    {
        int size = output.Size, wide = input.Size;
        for (int c = 0; c < output.Channels; c++)
        {
            for (int at = 0; at < size * size * Batch; at++)
            {
                int row = at / Batch / size, column = at / Batch % size, image = at % Batch;
                int corner = c * input.Plane + (2 * row * wide + 2 * column) * Batch + image, best = corner;
                for (int k = 1; k < 4; k++)
                {
                    int other = corner + ((k >> 1) * wide + (k & 1)) * Batch;
                    if (input.Value[other] > input.Value[best]) best = other;
                }
                if (backward) input.Gradient[best] += output.Gradient[c * output.Plane + at];
                else output.Value[c * output.Plane + at] = input.Value[best];
            }
        }
    }

    /// <summary>The mean of each channel: <paramref name="output"/> is 1 x 1.</summary>
    public static void Average(FeatureMap input, FeatureMap output)
    {
        int area = input.Size * input.Size;
        for (int at = 0; at < output.Value.Length; at++)
        {
            float sum = 0;
            for (int p = 0; p < area; p++) sum += input.Value[(at / Batch * area + p) * Batch + at % Batch];
            output.Value[at] = sum / area;
        }
    }

    public static void AverageBackward(FeatureMap input, FeatureMap output)
    {
        int area = input.Size * input.Size;
        for (int at = 0; at < output.Value.Length; at++)
            for (int p = 0; p < area; p++) input.Gradient[(at / Batch * area + p) * Batch + at % Batch] += output.Gradient[at] / area;
    }

    /// <summary>output = weight input + bias, on maps of 1 x 1.</summary>
    public static void Dense(FeatureMap input, float[] weight, float[] bias, FeatureMap output)
    {
        for (int at = 0; at < output.Value.Length; at++)
        {
            int o = at / Batch;
            float sum = bias[o];
            for (int c = 0; c < input.Channels; c++) sum += weight[o * input.Channels + c] * input.Value[c * Batch + at % Batch];
            output.Value[at] = sum;
        }
    }

    public static void DenseBackward(FeatureMap input, Parameters weight, Parameters bias, FeatureMap output)
    {
        for (int at = 0; at < output.Value.Length; at++)
        {
            int o = at / Batch;
            float g = output.Gradient[at];
            bias.Gradient[o] += g;
            for (int c = 0; c < input.Channels; c++)
            {
                weight.Gradient[o * input.Channels + c] += g * input.Value[c * Batch + at % Batch];
                input.Gradient[c * Batch + at % Batch] += g * weight.Value[o * input.Channels + c];
            }
        }
    }

    /// <summary>The mean cross entropy's gradient: (softmax - one hot) / batch.</summary>
    public static void SoftmaxBackward(FeatureMap logits, ReadOnlySpan<int> labels)
    {
        for (int image = 0; image < Batch; image++)
        {
            float largest = float.NegativeInfinity, sum = 0;
            for (int c = 0; c < logits.Channels; c++) largest = MathF.Max(largest, logits.Value[c * Batch + image]);
            for (int c = 0; c < logits.Channels; c++) sum += logits.Gradient[c * Batch + image] = Exp(logits.Value[c * Batch + image] - largest);
            for (int c = 0; c < logits.Channels; c++)
                logits.Gradient[c * Batch + image] = (logits.Gradient[c * Batch + image] / sum - (labels[image] == c ? 1 : 0)) / Batch;
        }
    }

    // e^x for x <= 0 as (e^(x / 1024))^1024 with Taylor's first terms: enough for a gradient, and the same on every machine.
    private static float Exp(float x)
    {
        double t = Math.Max(x, -80f) / 1024.0;
        double e = 1 + t * (1 + t * (0.5 + t * (1.0 / 6)));
        for (int i = 0; i < 10; i++) e *= e;
        return (float)e;
    }
}
