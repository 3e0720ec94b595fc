using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using Xunit;

namespace NestC.Dialects.Tests.Graph;

/// <summary>Elementwise functions and conversions at their edges.</summary>
public class ElementTests
{
    [Theory]
    [InlineData(UnaryKind.Erf, 5e-7)]
    [InlineData(UnaryKind.Tanh, 1e-6)]
    [InlineData(UnaryKind.Sigmoid, 5e-7)]
    [InlineData(UnaryKind.Exp, 5e-7)]
    public void VectorFunctionsAreCloseToF64(UnaryKind kind, double relative)
    {
        var x = NdArray.CreateUninitialized(ElementKind.F32, [200_003]);
        var values = x.Write<float>();
        for (int i = 0; i < values.Length; i++) values[i] = (i - 100_001) * 2e-4f;
        values[0] = 1e-20f;
        values[1] = -1e-6f;
        var y = Unary.Apply(new UnaryFunction(kind), x).Read<float>();
        var exact = Unary.Apply(new UnaryFunction(kind), Cast.To(x, ElementKind.F64)).Read<double>();
        double worst = 0;
        for (int i = 0; i < y.Length; i++) worst = Math.Max(worst, Math.Abs(y[i] - exact[i]) / Math.Max(Math.Abs(exact[i]), 1e-30));
        Assert.InRange(worst, 0, relative);
    }

    [Fact]
    public void ErfInF64IsExactToTheLastDigits()
    {
        // Abramowitz and Stegun, table 7.1.
        Assert.Equal(0.5204998778130465, Unary.Erf(0.5), 1e-15);
        Assert.Equal(0.8427007929497149, Unary.Erf(1), 1e-15);
        Assert.Equal(-0.9953222650189527, Unary.Erf(-2), 1e-15);
    }

    [Theory]
    [InlineData(UnaryKind.Tanh)]
    [InlineData(UnaryKind.Relu)]
    [InlineData(UnaryKind.Erf)]
    [InlineData(UnaryKind.Sigmoid)]
    public void NaNComesThrough(UnaryKind kind)
    {
        var y = Unary.Apply(new UnaryFunction(kind), NdArray.Vector(float.NaN, 1, float.NaN)).Read<float>();
        Assert.True(float.IsNaN(y[0]) && float.IsNaN(y[2]) && !float.IsNaN(y[1]));
    }

    [Fact]
    public void MaximumKeepsNaNFromEitherSide()
    {
        var a = NdArray.From<float>([.. Enumerable.Repeat(1f, 9), float.NaN, float.NaN, .. Enumerable.Repeat(1f, 9)], 20);
        var b = NdArray.From<float>([float.NaN, .. Enumerable.Repeat(2f, 19)], 20);
        foreach (var kind in new[] { BinaryKind.Max, BinaryKind.Min })
        {
            var y = Binary.Apply(kind, a, b).Read<float>().ToArray();
            Assert.Equal([0, 9, 10], Enumerable.Range(0, 20).Where(i => float.IsNaN(y[i])));
            Assert.Equal(kind == BinaryKind.Max ? 2 : 1, y[5]);
        }
    }

    [Fact]
    public void IntegerDivisionHasNoTraps()
    {
        var least = NdArray.Vector(int.MinValue, 7, -7);
        Assert.Equal([int.MinValue, -7, 7], Binary.Apply(BinaryKind.Div, least, NdArray.Scalar(-1)).Read<int>().ToArray());
        Assert.Equal([0, 0, 0], Binary.Apply(BinaryKind.Mod, least, NdArray.Scalar(-1)).Read<int>().ToArray());
        Assert.Throws<EvaluationException>(() => Binary.Apply(BinaryKind.Div, least, NdArray.Scalar(0)));
        Assert.Throws<EvaluationException>(() => Binary.Apply(BinaryKind.Mod, least, NdArray.Scalar(0)));
    }

    [Fact]
    public void UnsignedDivisionByTheGreatestValueIsNotNegation()
    {
        // 255 + 1 wraps to 0 in ui8 as -1 + 1 does in i8; only the latter is a division by -1.
        Assert.Equal(0, Binary.Apply(BinaryKind.Div, NdArray.Scalar((byte)7), NdArray.Scalar((byte)255)).GetInt64(0));
        Assert.Equal(1, Binary.Apply(BinaryKind.Div, NdArray.Scalar((byte)255), NdArray.Scalar((byte)255)).GetInt64(0));
        Assert.Equal(7, Binary.Apply(BinaryKind.Mod, NdArray.Scalar((byte)7), NdArray.Scalar((byte)255)).GetInt64(0));
    }

    [Fact]
    public void ShiftsByTheWidthLeaveNothing()
    {
        var x = NdArray.Vector<byte>(255, 255, 255);
        var by = NdArray.Vector<byte>(4, 8, 200);
        Assert.Equal([0xF0, 0, 0], Binary.Apply(BinaryKind.ShiftLeft, x, by).Read<byte>().ToArray().Select(v => (int)v));
        Assert.Equal([0x0F, 0, 0], Binary.Apply(BinaryKind.ShiftRight, x, by).Read<byte>().ToArray().Select(v => (int)v));
    }

    [Fact]
    public void FloatsBecomeIntegersByTruncationWithinTheRange()
    {
        var x = NdArray.Vector(-1e30f, -2.9f, 2.9f, 300f, float.NaN, float.PositiveInfinity);
        Assert.Equal([-128, -2, 2, 127, 0, 127], Cast.To(x, ElementKind.I8).Read<sbyte>().ToArray().Select(v => (int)v));
        Assert.Equal([0, 0, 2, 255, 0, 255], Cast.To(x, ElementKind.U8).Read<byte>().ToArray().Select(v => (int)v));
        Assert.Equal([-1], Cast.To(NdArray.Vector(0x1FFL), ElementKind.I8).Read<sbyte>().ToArray().Select(v => (int)v));
        Assert.Equal([true, true, true, true, true, true], Cast.To(x, ElementKind.I1).Read<bool>().ToArray());
    }

    [Fact]
    public void DoublesBecomeBFloat16InOneRounding()
    {
        // Just above the midpoint of two bf16 values by less than f32 can tell: two roundings would go down to even.
        double above = 1 + Math.Pow(2, -8) + Math.Pow(2, -40);
        Assert.Equal(1 + Math.Pow(2, -7), Cast.To(NdArray.Scalar(above), ElementKind.BF16).GetDouble(0));
        Assert.Equal(1, Cast.To(NdArray.Scalar(1 + Math.Pow(2, -8)), ElementKind.BF16).GetDouble(0));
    }

    [Theory]
    [InlineData(ElementKind.F8E4M3FN, 448)]
    [InlineData(ElementKind.F8E4M3FNUZ, 240)]
    [InlineData(ElementKind.F8E5M2, 57344)]
    [InlineData(ElementKind.F8E5M2FNUZ, 57344)]
    public void EightBitFloatsComeBackAndSaturate(ElementKind kind, float greatest)
    {
        for (int code = 0; code < 256; code++)
        {
            float value = ElementKinds.Float8ToSingle((byte)code, kind);
            if (float.IsNaN(value)) Assert.True(float.IsNaN(ElementKinds.Float8ToSingle(ElementKinds.SingleToFloat8(value, kind), kind)));
            else if (!float.IsInfinity(value)) Assert.Equal(code, ElementKinds.SingleToFloat8(value, kind));
        }
        Assert.Equal(greatest, ElementKinds.Float8ToSingle(ElementKinds.SingleToFloat8(1e9f, kind), kind));
        Assert.Equal(-greatest, ElementKinds.Float8ToSingle(ElementKinds.SingleToFloat8(-1e9f, kind), kind));
        Assert.False(float.IsFinite(ElementKinds.Float8ToSingle(ElementKinds.SingleToFloat8(1e9f, kind, saturate: false), kind)));
        Assert.Equal(0, ElementKinds.Float8ToSingle(ElementKinds.SingleToFloat8(-1e-30f, kind), kind));
    }

    [Fact]
    public void FourBitIntegersArePackedLowHalfFirst()
    {
        var x = NdArray.Vector<long>(-8, 7, -1);
        var packed = Cast.To(x, ElementKind.I4);
        Assert.Equal(2, packed.ByteLength);
        Assert.Equal([-8L, 7, -1], packed.ToInt64s());
        Assert.Equal([-8L, 7, -1], Cast.To(packed, ElementKind.I32).ToInt64s());
    }

    [Fact]
    public void HalfArithmeticRoundsOnce()
    {
        // 1 + 2^-11 is a tie in f16; the third operand decides only when the sum is kept in f32.
        var one = Cast.To(NdArray.Scalar(1f), ElementKind.F16);
        var half = Cast.To(NdArray.Scalar(MathF.Pow(2, -11)), ElementKind.F16);
        var tiny = Cast.To(NdArray.Scalar(MathF.Pow(2, -20)), ElementKind.F16);
        Assert.Equal(1 + Math.Pow(2, -10), Binary.Fold(BinaryKind.Add, [one, half, tiny]).GetDouble(0));
    }

    [Theory]
    [InlineData(new long[] { 3, 1, 5 }, new long[] { 4, 1 })]
    [InlineData(new long[] { 2, 3, 40 }, new long[] { 40 })]
    [InlineData(new long[] { 2, 3, 40 }, new long[] { 3, 1 })]
    [InlineData(new long[] { }, new long[] { 7 })]
    [InlineData(new long[] { 0, 3 }, new long[] { 1, 3 })]
    public void BroadcastingFollowsTheIndices(long[] shapeA, long[] shapeB)
    {
        var a = Count(shapeA);
        var b = Count(shapeB);
        var y = Binary.Apply(BinaryKind.Sub, a, b);
        var position = new long[y.Rank];
        for (long i = 0; i < y.Count; i++, Shapes.Next(position, y.Shape))
            Assert.Equal(a.GetDouble(At(position, shapeA)) - b.GetDouble(At(position, shapeB)), y.GetDouble(i));
        Assert.Throws<EvaluationException>(() => Binary.Apply(BinaryKind.Add, Count([2, 3]), Count([2])));
    }

    [Fact]
    public void RandomNumbersFollowTheirSeedAndDistribution()
    {
        var first = Generate.Uniform([10_000], ElementKind.F32, -1, 3, 7);
        Assert.True(first.ContentEquals(Generate.Uniform([10_000], ElementKind.F32, -1, 3, 7)));
        Assert.False(first.ContentEquals(Generate.Uniform([10_000], ElementKind.F32, -1, 3, 8)));
        Assert.InRange(Reduce.Apply(ReduceKind.Min, first, [], false).GetDouble(0), -1, -0.99);
        Assert.InRange(Reduce.Apply(ReduceKind.Max, first, [], false).GetDouble(0), 2.99, 3);
        var normal = Generate.Normal([10_000], ElementKind.F64, 5, 2, 7);
        Assert.Equal(5, Reduce.Apply(ReduceKind.Mean, normal, [], false).GetDouble(0), 0.1);
        var draws = Generate.Multinomial(NdArray.From<float>([MathF.Log(1), MathF.Log(3), float.NegativeInfinity], 1, 3), 10_000, ElementKind.I32, 7);
        Assert.Equal(0.75, Reduce.Apply(ReduceKind.Mean, Cast.To(draws, ElementKind.F64), [], false).GetDouble(0), 0.03);
        Assert.Equal(1, Reduce.Apply(ReduceKind.Max, draws, [], false).GetInt64(0));
    }

    [Fact]
    public void DynamicQuantizationOfZerosKeepsThem()
    {
        var (value, scale, zero) = Quantize.Dynamic(NdArray.Create(ElementKind.F32, [3]));
        Assert.Equal([0L, 0, 0], value.ToInt64s());
        Assert.Equal(0, zero.GetInt64(0));
        Assert.True(scale.GetDouble(0) > 0);
    }

    private static NdArray Count(long[] shape)
    {
        var x = NdArray.CreateUninitialized(ElementKind.F32, shape);
        for (int i = 0; i < x.Count; i++) x.Write<float>()[i] = i * i % 17;
        return x;
    }

    private static long At(long[] position, long[] shape)
    {
        long at = 0;
        for (int d = 0; d < shape.Length; d++) at = at * shape[d] + (shape[d] == 1 ? 0 : position[position.Length - shape.Length + d]);
        return at;
    }
}
