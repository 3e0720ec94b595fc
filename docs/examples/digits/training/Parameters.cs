namespace NestC.Examples.Digits;

/// <summary>One tensor of weights, its gradient and the moments that Adam keeps.</summary>
public sealed class Parameters(string name, params long[] shape)
{
    public string Name => name;

    public long[] Shape => shape;

    public float[] Value { get; } = new float[Count(shape)];

    public float[] Gradient { get; } = new float[Count(shape)];

    private readonly float[] first = new float[Count(shape)];
    private readonly float[] second = new float[Count(shape)];

    private static long Count(long[] shape)
    {
        long count = 1;
        foreach (long d in shape) count *= d;
        return count;
    }

    /// <summary>He's initial values: variance 2 / fan-in.</summary>
    public Parameters Initialize(SplitMix random, int fanIn)
    {
        float spread = MathF.Sqrt(2f / fanIn);
        for (int i = 0; i < Value.Length; i++) Value[i] = spread * random.Normal();
        return this;
    }

    /// <summary>One step of Adam (Kingma and Ba, 2015, algorithm 1; beta 0.9 and 0.99); clears the gradient.</summary>
    /// <param name="rate">The step size, with the corrections of both moments' bias.</param>
    public void Step(float rate)
    {
        for (int i = 0; i < Value.Length; i++)
        {
            float g = Gradient[i];
            first[i] = 0.9f * first[i] + 0.1f * g;
            second[i] = 0.99f * second[i] + 0.01f * g * g;
            Value[i] -= rate * first[i] / (MathF.Sqrt(second[i]) + 1e-7f);
            Gradient[i] = 0;
        }
    }
}
