using System.Numerics;
using NestC.Support;
using Xunit;

namespace NestC.Core.Tests.Vocabulary;

public class BitsTests
{
    [Fact]
    public void AgreesWithBitOperations()
    {
        Random random = new(7);
        for (int width = 1; width <= 64; width++)
        {
            for (int i = 0; i < 50; i++)
            {
                // Runs of ones are what rounding could carry into the next power of two.
                ulong ones = ulong.MaxValue >> (64 - width), value = i == 0 ? ones : i == 1 ? 1UL << (width - 1) : (ulong)random.NextInt64() & ones;
                if (value == 0) continue;
                Assert.Equal(BitOperations.Log2(value), Bits.Log2(value));
                Assert.Equal(BitOperations.TrailingZeroCount(value), Bits.TrailingZeroCount(value));
            }
        }
    }
}
