namespace NestC.Examples.Digits;

/// <summary>
/// Four 3 x 3 convolutions, one of them in a residual block, and a dense layer: 28 x 28 pixels to ten logits.
/// conv 1 to 16, pool, [conv 16, conv 16, add], pool, conv 32, mean, dense 10. 9,770 weights.
/// </summary>
public sealed class DigitNetwork
{
    /// <summary>Training sees pixels times this (a power of two, so that moving it into the first weights changes nothing).</summary>
    public const float PixelScale = 1f / 256;

    private readonly FeatureMap pixels = new(1, 28), first = new(16, 28), half = new(16, 14), inner = new(16, 14), block = new(16, 14), quarter = new(16, 7),
        wide = new(32, 7), mean = new(32, 1), logits = new(10, 1);

    private readonly FeatureMap[] maps;

    public DigitNetwork(ulong seed)
    {
        var random = new SplitMix(seed);
        Conv1 = new Parameters("conv1.weight", 16, 1, 3, 3).Initialize(random, 9);
        Conv2 = new Parameters("conv2.weight", 16, 16, 3, 3).Initialize(random, 144);
        Conv3 = new Parameters("conv3.weight", 16, 16, 3, 3).Initialize(random, 288);
        Conv4 = new Parameters("conv4.weight", 32, 16, 3, 3).Initialize(random, 144);
        Dense = new Parameters("dense.weight", 10, 32).Initialize(random, 64);
        maps = [pixels, first, half, inner, block, quarter, wide, mean, logits];
    }

    public Parameters Conv1 { get; }

    public Parameters Bias1 { get; } = new("conv1.bias", 16);

    public Parameters Conv2 { get; }

    public Parameters Bias2 { get; } = new("conv2.bias", 16);

    public Parameters Conv3 { get; }

    public Parameters Bias3 { get; } = new("conv3.bias", 16);

    public Parameters Conv4 { get; }

    public Parameters Bias4 { get; } = new("conv4.bias", 32);

    public Parameters Dense { get; }

    public Parameters DenseBias { get; } = new("dense.bias", 10);

    public IReadOnlyList<Parameters> All => [Conv1, Bias1, Conv2, Bias2, Conv3, Bias3, Conv4, Bias4, Dense, DenseBias];

    /// <summary>Puts an image of 28 x 28 bytes at a place of the batch.</summary>
    public void Load(int place, ReadOnlySpan<byte> image)
    {
        for (int i = 0; i < image.Length; i++) pixels.Value[i * FeatureMap.Batch + place] = image[i] * PixelScale;
    }

    public void Forward()
    {
        Layers.Convolve(pixels, Conv1.Value, Bias1.Value, first);
        Layers.Relu(first);
        Layers.MaxPool(first, half);
        Layers.Convolve(half, Conv2.Value, Bias2.Value, inner);
        Layers.Relu(inner);
        Layers.Convolve(inner, Conv3.Value, Bias3.Value, block);
        for (int i = 0; i < block.Value.Length; i++) block.Value[i] += half.Value[i];
        Layers.Relu(block);
        Layers.MaxPool(block, quarter);
        Layers.Convolve(quarter, Conv4.Value, Bias4.Value, wide);
        Layers.Relu(wide);
        Layers.Average(wide, mean);
        Layers.Dense(mean, Dense.Value, DenseBias.Value, logits);
    }

    /// <summary>Adds the gradients of the mean cross entropy of the batch that <see cref="Forward"/> has seen.</summary>
    public void Backward(ReadOnlySpan<int> labels)
    {
        foreach (FeatureMap map in maps) Array.Clear(map.Gradient);
        Layers.SoftmaxBackward(logits, labels);
        Layers.DenseBackward(mean, Dense, DenseBias, logits);
        Layers.AverageBackward(wide, mean);
        Layers.ReluBackward(wide);
        Layers.ConvolveBackward(quarter, Conv4, Bias4, wide, wantInput: true);
        Layers.MaxPoolBackward(block, quarter);
        Layers.ReluBackward(block);
        for (int i = 0; i < half.Gradient.Length; i++) half.Gradient[i] += block.Gradient[i];
        Layers.ConvolveBackward(inner, Conv3, Bias3, block, wantInput: true);
        Layers.ReluBackward(inner);
        Layers.ConvolveBackward(half, Conv2, Bias2, inner, wantInput: true);
        Layers.MaxPoolBackward(first, half);
        Layers.ReluBackward(first);
        Layers.ConvolveBackward(pixels, Conv1, Bias1, first, wantInput: false);
    }

    /// <summary>The digit that the network sees at a place of the batch.</summary>
    public int Answer(int place)
    {
        int best = 0;
        for (int c = 1; c < 10; c++)
            if (logits.Value[c * FeatureMap.Batch + place] > logits.Value[best * FeatureMap.Batch + place]) best = c;
        return best;
    }
}
