using NestC.Builtin;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Vocabulary;

public class LimitTests
{
    private const int Deep = 50_000;

    private static string Nest(string open, string inner, string close, int times) =>
        string.Concat(Enumerable.Repeat(open, times)) + inner + string.Concat(Enumerable.Repeat(close, times));

    [Theory]
    [InlineData("[", "1", "]")]
    [InlineData("{a = ", "1 : i64", "}")]
    [InlineData("tuple<", "i32", ">")]
    [InlineData("() -> (", "() -> ()", ")")]
    public void DeepNestingIsReadAndPrinted(string open, string inner, string close)
    {
        string text = Nest(open, inner, close, Deep);
        Assert.Equal(text, Texts.Parse(Texts.NewContext(), text).ToString());
    }

    [Fact]
    public void DeepLocationsAndAffineExpressionsAreReadAndPrinted()
    {
        string location = "loc(" + Nest("\"a\"(", "\"b\"", ")", Deep) + ")";
        Assert.Equal(location, Texts.Parse(Texts.NewContext(), location).ToString());
        string map = "affine_map<(d0) -> (" + Nest("(", "d0", " floordiv 3) mod 7", Deep) + ")>";
        Assert.EndsWith(" mod 7)>", Texts.Parse(Texts.NewContext(), map).ToString());
    }

    [Theory]
    [InlineData("[")]
    [InlineData("tuple<")]
    [InlineData("() -> (")]
    [InlineData("loc(fused[")]
    [InlineData("affine_map<() -> (((((")]
    [InlineData("dense<[")]
    [InlineData("dense<(")]
    [InlineData("{a = ")]
    [InlineData("memref<4x")]
    [InlineData("!foo.bar<[")]
    [InlineData("distinct[0]<")]
    public void AbsurdNestingIsDiagnosed(string open)
    {
        List<string> errors = [];
        Assert.Null(Texts.Parse(Texts.NewContext(), string.Concat(Enumerable.Repeat(open, 300_000)), errors));
        Assert.NotEmpty(errors);
    }

    [Fact]
    public void NestingBeyondTheLimitNamesIt()
    {
        List<string> errors = [];
        Texts.Parse(Texts.NewContext(), Nest("[", "", "]", AsmParser.MaxNesting + 5), errors);
        Assert.EndsWith($"nesting is deeper than {AsmParser.MaxNesting} levels", Assert.Single(errors));
    }

    [Fact]
    public void LongSumsAreReadPrintedAndEvaluated()
    {
        // A constant in each term keeps the terms from being gathered.
        string terms = string.Join(" + ", Enumerable.Range(1, 20_000).Select(i => $"d0 mod {i + 1}"));
        AffineMapAttr attr = (AffineMapAttr)Texts.Parse(Texts.NewContext(), $"affine_map<(d0) -> ({terms})>");
        Assert.Equal($"affine_map<(d0) -> ({terms})>", attr.ToString());
        Assert.Equal(Enumerable.Range(2, 20_000).Sum(i => 12_345L % i), attr.Map.Evaluate([12_345])![0]);
    }

    [Fact]
    public void HugeShapesNeedNoMemory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        NestContext context = Texts.NewContext();
        DenseElementsAttr splat = (DenseElementsAttr)Texts.Parse(context, "dense<7> : tensor<1000000000xi32>");
        Assert.Equal(4, splat.RawData.Length);
        Assert.Equal(7, splat.GetInteger(999_999_999));
        TypeAttr huge = (TypeAttr)Texts.Parse(context, "tensor<9223372036854775807x9223372036854775807xf32>");
        Assert.Equal(long.MaxValue, ((ShapedType)huge.Value).NumElements);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void MutatedTextsNeverThrow()
    {
        string[] seeds = Array.ConvertAll(Texts.Table("Builtin/printed.tsv"), static row => row[0]);
        Random random = new(12345);
        NestContext context = Texts.NewContext();
        int accepted = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string seed = seeds[random.Next(seeds.Length)];
            if (seed.Length > 400) continue;
            char[] text = seed.ToCharArray();
            for (int n = random.Next(1, 4); n > 0 && text.Length > 0; n--)
            {
                int at = random.Next(text.Length);
                text[at] = random.Next(3) switch
                {
                    0 => (char)random.Next(1, 127),
                    1 => "<>[](){},:=x?*-#!@\"0.9"[random.Next(22)],
                    _ => text[random.Next(text.Length)],
                };
            }
            List<string> errors = [];
            Attr? attr = Texts.Parse(context, new string(text), errors);
            if (attr is null) Assert.NotEmpty(errors);
            else
            {
                accepted++;
                _ = attr.ToString();
            }
        }
        Assert.True(accepted > 100);
    }
}
