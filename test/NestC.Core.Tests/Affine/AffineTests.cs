using NestC.Builtin;
using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Vocabulary;

public class AffineTests
{
    private readonly NestContext context = Texts.NewContext();

    private AffineMap Map(string text) => ((AffineMapAttr)Texts.Parse(context, $"affine_map<{text}>")).Map;

    [Fact]
    public void MapsAreClassified()
    {
        Assert.True(Map("(d0, d1) -> (d0, d1)").IsIdentity);
        Assert.True(Map("(d0, d1)[s0] -> (d0, d1)").IsIdentity);
        Assert.True(Map("(d0, d1, d2) -> (d2, d0, d1)").IsPermutation);
        Assert.False(Map("(d0, d1) -> (d1, d1)").IsPermutation);
        Assert.True(Map("(d0, d1, d2) -> (d2, d0)").IsProjectedPermutation);
        Assert.True(Map("(d0, d1, d2) -> (d1, d2)").IsMinorIdentity);
        Assert.True(Map("() -> (7)").IsSingleConstant);
        Assert.Same(Map("(d0, d1, d2) -> (d2, d0, d1)"), AffineMap.Permutation(context, [2, 0, 1]));
    }

    [Fact]
    public void InversePermutationUndoesThePermutation()
    {
        AffineMap map = Map("(d0, d1, d2) -> (d2, d0, d1)");
        Assert.True(map.InversePermutation()!.Compose(map).IsIdentity);
        Assert.Null(Map("(d0, d1) -> (d0, d0)").InversePermutation());
        Assert.Equal("(d0, d1, d2) -> (d2, d0)", Map("(d0, d1) -> (d1, d0 + d1, d0)").InversePermutation()!.ToString());
    }

    [Fact]
    public void CompositionAppliesTheInnerMapFirst()
    {
        AffineMap outer = Map("(d0, d1)[s0] -> (d0 * 2 + s0, d1 floordiv 4)"), inner = Map("(d0)[s0] -> (d0 + s0, d0 * 8)");
        AffineMap composed = outer.Compose(inner);
        Assert.Equal((1, 2), (composed.NumDims, composed.NumSymbols));
        for (long d = -9; d < 9; d++)
        {
            long[] mid = inner.Evaluate([d, 5])!;
            Assert.Equal(outer.Evaluate([mid[0], mid[1], 3]), composed.Evaluate([d, 3, 5]));
        }
    }

    [Fact]
    public void SimplificationKeepsTheValue()
    {
        Random random = new(5);
        foreach (string[] row in Texts.Table("Affine/maps.tsv"))
        {
            AffineMap map = ((AffineMapAttr)Texts.Parse(context, row[0])).Map;
            AffineMap simple = map.Simplify();
            for (int i = 0; i < 10; i++)
            {
                long[] point = [random.Next(-50, 50), random.Next(-50, 50), random.Next(-50, 50), random.Next(1, 20), random.Next(1, 20)];
                if (map.Evaluate(point) is not { } expected) continue;
                Assert.Equal(expected, simple.Evaluate(point));
                long divisor = (long)map.Results[0].LargestKnownDivisor;
                if (divisor != 0) Assert.Equal(0, expected[0] % divisor);
            }
        }
    }

    [Fact]
    public void SimplifyTermsGathersTerms()
    {
        Assert.Equal("(d0, d1) -> (d0 * 2 + d1)", Map("(d0, d1) -> (d0 + d1 + d0)").Simplify().ToString());
        Assert.Equal("(d0, d1) -> (0)", Map("(d0, d1) -> (d0 - d1 + d1 - d0)").Simplify().ToString());
    }

    [Fact]
    public void EvaluationRefusesWhatIsNotDefined()
    {
        Assert.Null(Map("(d0)[s0] -> (d0 mod s0)").Evaluate([5, 0]));
        Assert.Null(Map("(d0)[s0] -> (d0 floordiv s0)").Evaluate([5, 0]));
        Assert.Null(Map("(d0) -> (d0 * 2)").Evaluate([long.MaxValue]));
        Assert.Equal([-2, -1, 1], Map("(d0) -> (d0 floordiv 4, d0 ceildiv 4, d0 mod 3)").Evaluate([-5])!);
    }

    [Fact]
    public void SetsContainPoints()
    {
        IntegerSet set = ((IntegerSetAttr)Texts.Parse(context, "affine_set<(d0)[s0] : (d0 >= 0, s0 - d0 - 1 >= 0, d0 mod 2 == 0)>")).Set;
        Assert.True(set.Contains([4], [10]));
        Assert.False(set.Contains([5], [10]));
        Assert.False(set.Contains([10], [10]));
    }

    [Fact]
    public void LayoutsAreMaps()
    {
        MemRefType type = (MemRefType)((TypeAttr)Texts.Parse(context, "memref<4x8xf32, strided<[?, 1], offset: 3>>")).Value;
        Assert.Equal("(d0, d1)[s0] -> (d0 * s0 + d1 + 3)", ((IMemRefLayout)type.Layout).Map.ToString());
        Assert.True(((MemRefType)((TypeAttr)Texts.Parse(context, "memref<4x8xf32>")).Value).HasIdentityLayout);
    }
}
