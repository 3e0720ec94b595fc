using System.Numerics;
using NestC.Builtin;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Vocabulary;

public class ObjectTests
{
    private readonly NestContext context = Texts.NewContext();

    [Fact]
    public void EqualStructuresAreOneObject()
    {
        foreach (string[] row in Texts.Table("Builtin/printed.tsv"))
            if (!IsNewEachTime(row[0])) Assert.Same(Texts.Parse(context, row[0]), Texts.Parse(context, row[0]));
    }

    private static bool IsNewEachTime(string text) => text.Contains("distinct") || text.Contains("dense_resource");

    [Fact]
    public void InterningFromManyThreadsGivesOneObject()
    {
        string[][] rows = Array.FindAll(Texts.Table("Builtin/printed.tsv"), static row => !IsNewEachTime(row[0]));
        NestContext shared = Texts.NewContext();
        Attr[][] found = new Attr[4][];
        Parallel.For(0, found.Length, t => found[t] = Array.ConvertAll(rows, row => Texts.Parse(shared, row[0])));
        for (int t = 1; t < found.Length; t++)
            for (int i = 0; i < rows.Length; i++) Assert.Same(found[0][i], found[t][i]);
    }

    [Theory]
    [InlineData(8, 255, -1)]
    [InlineData(8, 127, 127)]
    [InlineData(1, -1, 1)]
    [InlineData(64, -5, -5)]
    [InlineData(0, 9, 0)]
    public void IntegersWrapToTheirWidth(int width, long value, long expected)
    {
        IntegerAttr attr = IntegerAttr.Get(IntegerType.Get(context, width), value);
        Assert.Equal(expected, attr.Value);
        Assert.Equal(expected, attr.BigValue);
    }

    [Fact]
    public void WideIntegersKeepAllBits()
    {
        IntegerType wide = IntegerType.Get(context, 200);
        BigInteger value = -(BigInteger.One << 150) + 12345;
        IntegerAttr attr = IntegerAttr.Get(wide, value);
        Assert.Equal(value, attr.BigValue);
        Assert.Same(attr, Texts.Parse(context, attr.ToString()));
        Assert.Same(IntegerAttr.Get(wide, -3), IntegerAttr.Get(wide, new BigInteger(-3)));
        Assert.Equal(ulong.MaxValue, IntegerAttr.Get(IntegerType.Get(context, 64, Signedness.Unsigned), -1).BigValue);
    }

    [Fact]
    public void DictionariesAreSortedByBytesAndChanged()
    {
        Attr one = context.Common.True;
        NamedAttr[] entries = new NamedAttr[40];
        for (int i = 0; i < entries.Length; i++) entries[i] = new NamedAttr(context.Identifier($"k{i * 37 % 40}"), one);
        DictionaryAttr dictionary = DictionaryAttr.Get(context, entries);
        for (int i = 1; i < dictionary.Count; i++)
            Assert.True(string.CompareOrdinal(dictionary.Entries[i - 1].Name, dictionary.Entries[i].Name) < 0);
        Assert.Same(one, dictionary.Find("k39"u8));
        Assert.Null(dictionary.Find(context.Identifier("k40")));
        DictionaryAttr without = dictionary.Without(context.Identifier("k7"));
        Assert.Null(without.Find("k7"u8));
        Assert.Same(dictionary, without.With(context.Identifier("k7"), one));
        Assert.Same(context.Common.False, dictionary.With(context.Identifier("k7"), context.Common.False).Find("k7"u8));
        Assert.Null(DictionaryAttr.TryGet(context, [entries[3], entries[9], entries[3]], out Identifier? duplicate));
        Assert.Equal(entries[3].Name, duplicate);
    }

    [Fact]
    public void DenseElementsComeBack()
    {
        RankedTensorType type = RankedTensorType.Get([2, 3], context.Common.I32);
        DenseElementsAttr attr = DenseElementsAttr.Get(type, [1, -2, 3, 4, 5, 6]);
        Assert.Equal("dense<[[1, -2, 3], [4, 5, 6]]> : tensor<2x3xi32>", attr.ToString());
        Assert.Equal(-2, attr.GetInteger(1));
        Assert.Same(IntegerAttr.Get(context.Common.I32, 6), attr.GetElement(5));
        Assert.True(DenseElementsAttr.Get(type, [4, 4, 4, 4, 4, 4]).IsSplat);
        Assert.Same(DenseElementsAttr.Splat(type, IntegerAttr.Get(context.Common.I32, 4)), DenseElementsAttr.Get(type, [4, 4, 4, 4, 4, 4]));
        DenseElementsAttr bits = (DenseElementsAttr)Texts.Parse(context, "dense<[true, false, true, true, false, false, true, true, true]> : tensor<9xi1>");
        Assert.Equal([0b11001101, 1], bits.RawData.ToArray());
        Assert.Equal(1, bits.GetInteger(8));
        Assert.Equal(1.5, ((DenseElementsAttr)Texts.Parse(context, "dense<[0.5, 1.5]> : tensor<2xbf16>")).GetDouble(1));
        Assert.Throws<ArgumentException>(() => DenseElementsAttr.Get(type, [1, 2]));
    }

    [Fact]
    public void DenseArraysComeBackInTheirOwnTypeOnly()
    {
        Attr attr = Texts.Parse(context, "array<i32: 1, -2>");
        Assert.True(DenseArrayAttr.TryGet(attr, out int[] values));
        Assert.Equal([1, -2], values);
        Assert.False(DenseArrayAttr.TryGet(attr, out long[] _));
        Assert.Same(attr, DenseArrayAttr.Get(context, [1, -2]));
    }

    [Fact]
    public void PrintOptionsShortenElements()
    {
        DenseElementsAttr attr = (DenseElementsAttr)Texts.Parse(context, "dense<[1, 2, 3]> : tensor<3xi8>");
        Assert.Equal("dense_resource<__elided__> : tensor<3xi8>", Print(attr, new PrintOptions { ElideElementsLargerThan = 2 }));
        Assert.Equal("dense<\"0x010203\"> : tensor<3xi8>", Print(attr, new PrintOptions { HexElementsLargerThan = 2 }));
        Assert.Equal("dense<[1, 2, 3]> : tensor<3xi8>", Print(attr, PrintOptions.Default));
    }

    private static string Print(Attr attr, PrintOptions options)
    {
        Support.Utf8Writer writer = new();
        new AsmPrinter(writer, options).Write(attr);
        return writer.ToString();
    }

    [Theory]
    [InlineData("f8E5M2")]
    [InlineData("f8E4M3")]
    [InlineData("f8E4M3FN")]
    [InlineData("f8E5M2FNUZ")]
    [InlineData("f8E4M3FNUZ")]
    [InlineData("f8E4M3B11FNUZ")]
    [InlineData("f16")]
    [InlineData("bf16")]
    public void EveryValueOfASmallFloatRoundTrips(string name)
    {
        FloatType type = (FloatType)AsmParser.ParseTypeText(context, name)!;
        for (uint bits = 0; bits < 1u << type.Width; bits++)
        {
            FloatAttr attr = FloatAttr.FromBits(type, bits);
            if (!double.IsNaN(attr.Value)) Assert.Same(attr, FloatAttr.Get(type, attr.Value));
            if (type.Width == 8) Assert.Same(attr, Texts.Parse(context, attr.ToString()));
        }
    }

    [Fact]
    public void RandomFloatsRoundTripThroughTheirText()
    {
        Random random = new(99);
        for (int i = 0; i < 4000; i++)
        {
            FloatAttr single = FloatAttr.FromBits(context.Common.F32, (uint)random.NextInt64());
            FloatAttr real = FloatAttr.FromBits(context.Common.F64, (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            Assert.Same(single, Texts.Parse(context, single.ToString()));
            Assert.Same(real, Texts.Parse(context, real.ToString()));
        }
    }
}
