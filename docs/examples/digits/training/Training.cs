using System.Globalization;
using NestC.Evaluation;
using NestC.Onnx;

namespace NestC.Examples.Digits;

/// <summary>Draws the images and trains the network: the same bytes on every run.</summary>
public static class Training
{
    public const int TestCount = 400, CalibrationCount = 64;

    public const int Steps = 2400;

    /// <summary>Writes <c>test-images.npz</c> (images and labels) and <c>calibration-images.npz</c> (images) into a directory.</summary>
    public static void WriteImages(string directory)
    {
        WriteImages(Path.Combine(directory, "test-images.npz"), seed: 2, TestCount, labelled: true);
        WriteImages(Path.Combine(directory, "calibration-images.npz"), seed: 3, CalibrationCount, labelled: false);
    }

    /// <summary>The network after so many of all steps; progress goes to <paramref name="log"/>.</summary>
    public static DigitNetwork Train(TextWriter log, int last = Steps)
    {
        var network = new DigitNetwork(seed: 1);
        var images = new DigitImages(seed: 1);
        var labels = new int[FeatureMap.Batch];
        for (int step = 1, seen = 0, right = 0; step <= last; step++)
        {
            right += Answers(network, images, labels);
            seen += labels.Length;
            network.Backward(labels);
            // Slowly in the first steps, until Adam's moments mean something; then the rate falls to nothing on a straight line.
            float rate = 0.004f * (Steps - step + 1) / Steps * MathF.Min(1, step / 50f);
            foreach (Parameters p in network.All) p.Step(rate);
            if (step % 400 != 0) continue;
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {step}: {100.0 * right / seen:F2} % of the last {seen} images"));
            (seen, right) = (0, 0);
        }
        return network;
    }

    /// <summary>The share of right answers, in percent, on the first <paramref name="count"/> images of a seed; a multiple of the batch's size is looked at.</summary>
    public static double Accuracy(DigitNetwork network, ulong seed, int count)
    {
        var images = new DigitImages(seed);
        var labels = new int[FeatureMap.Batch];
        int right = 0, seen = 0;
        for (; seen < count; seen += labels.Length) right += Answers(network, images, labels);
        return 100.0 * right / seen;
    }

    // Draws a batch, runs it, and counts the right answers.
    private static int Answers(DigitNetwork network, DigitImages images, int[] labels)
    {
        Span<byte> image = stackalloc byte[DigitImages.Size * DigitImages.Size];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = images.Draw(image);
            network.Load(i, image);
        }
        network.Forward();
        int right = 0;
        for (int i = 0; i < labels.Length; i++) right += network.Answer(i) == labels[i] ? 1 : 0;
        return right;
    }

    private static void WriteImages(string path, ulong seed, int count, bool labelled)
    {
        const int area = DigitImages.Size * DigitImages.Size;
        var source = new DigitImages(seed);
        var pixels = new byte[count * area];
        var digits = new long[count];
        for (int i = 0; i < count; i++) digits[i] = source.Draw(pixels.AsSpan(i * area, area));
        List<(string, NdArray)> arrays = [("images", NdArray.From(pixels, count, 1, DigitImages.Size, DigitImages.Size))];
        if (labelled) arrays.Add(("labels", NdArray.From(digits, count)));
        Npy.WriteArchive(path, arrays);
    }
}
