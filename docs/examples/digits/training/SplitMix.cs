namespace NestC.Examples.Digits;

/// <summary>SplitMix64: the same numbers on every machine and in every version of the runtime.</summary>
public sealed class SplitMix(ulong seed)
{
    private ulong state = seed;

    public ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number in [0, 1), a multiple of 2^-24.</summary>
    public float Unit() => (Next() >> 40) * (1f / (1 << 24));

    /// <summary>A number in [low, high).</summary>
    public float Between(float low, float high) => low + (high - low) * Unit();

    /// <summary>Nearly normal, mean 0, standard deviation 1: the sum of twelve uniform numbers, which needs no logarithm.</summary>
    public float Normal()
    {
        float sum = -6;
        for (int i = 0; i < 12; i++) sum += Unit();
        return sum;
    }

    public int Below(int bound) => (int)(Next() % (ulong)bound);
}
