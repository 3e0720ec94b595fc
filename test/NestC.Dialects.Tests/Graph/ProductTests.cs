using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using Xunit;

namespace NestC.Dialects.Tests.Graph;

/// <summary>The blocked product and what stands on it, against loops in f64.</summary>
public unsafe class ProductTests
{
    public static TheoryData<string> AllTiles => new("14x512", "8x512", "4x512", "6x256", "2x256", "4x128");

    [Theory]
    [MemberData(nameof(AllTiles))]
    public void EveryTileMultipliesPackedPanels(string tile)
    {
        // All widths run on every machine: .NET falls back to software where the hardware lacks them.
        int rows = int.Parse(tile[..tile.IndexOf('x')]), lanes = int.Parse(tile[(tile.IndexOf('x') + 1)..]) / 32, width = 2 * lanes, depth = 7, pitch = width + 3;
        var random = new Random(1);
        var a = Numbers(random, depth * rows);
        var b = Numbers(random, depth * width);
        var start = Numbers(random, rows);
        var once = new float[rows * pitch];
        fixed (float* pa = a, pb = b, pc = once, ps = start)
        {
            Call(tile, depth, pa, pb, pc, pitch, ps);
            Call(tile, depth, pa, pb, pc, pitch, null);
        }
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < pitch; n++)
            {
                double sum = 0;
                for (int k = 0; k < depth && n < width; k++) sum += 2.0 * a[k * rows + r] * b[k * width + n];
                Assert.Equal(n < width ? start[r] + sum : 0, once[r * pitch + n], 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 33, 70)]
    [InlineData(2, 5, 300)]
    [InlineData(3, 31, 257)]
    [InlineData(14, 32, 256)]
    [InlineData(17, 65, 513)]
    [InlineData(40, 1, 9)]
    [InlineData(239, 1030, 3)]
    public void MatMulAgreesWithTheTripleLoop(int rows, int columns, int depth)
    {
        var random = new Random(rows * 1000 + columns);
        var a = NdArray.From<float>(Numbers(random, rows * depth), rows, depth);
        var b = NdArray.From<float>(Numbers(random, depth * columns), depth, columns);
        var expected = new double[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < depth; k++)
                for (int j = 0; j < columns; j++) expected[i * columns + j] += (double)a.Read<float>()[i * depth + k] * b.Read<float>()[k * columns + j];
        Near(expected, MatMul.Apply(a, b));
        Near(expected, MatMul.Gemm(a, Moves.Transpose(b, [1, 0]), null, new GemmParams(1, 1, false, true)));
        Near(expected, MatMul.Gemm(Moves.Transpose(a, [1, 0]), b, null, new GemmParams(1, 1, true, false)));
        Near(expected, MatMul.Apply(Cast.To(a, ElementKind.F64), Cast.To(b, ElementKind.F64)));
    }

    [Fact]
    public void IntegerProductsAreExact()
    {
        var random = new Random(5);
        int rows = 19, columns = 37, depth = 300;
        var a = NdArray.Create(ElementKind.U8, [rows, depth]);
        var b = NdArray.Create(ElementKind.I8, [depth, columns]);
        random.NextBytes(a.Write<byte>());
        random.NextBytes(b.Write<byte>());
        var y = MatMul.Integer(a, b, NdArray.Scalar((byte)128), NdArray.Scalar((sbyte)-3)).Read<int>();
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                int sum = 0;
                for (int k = 0; k < depth; k++) sum += (a.Read<byte>()[i * depth + k] - 128) * (b.Read<sbyte>()[k * columns + j] + 3);
                Assert.Equal(sum, y[i * columns + j]);
            }
        }
    }

    [Fact]
    public void BatchesBroadcast()
    {
        var random = new Random(6);
        var a = NdArray.From<float>(Numbers(random, 2 * 1 * 4 * 5), 2, 1, 4, 5);
        var b = NdArray.From<float>(Numbers(random, 3 * 5 * 6), 3, 5, 6);
        var y = MatMul.Apply(a, b);
        Assert.Equal([2L, 3L, 4L, 6L], y.Shape.ToArray());
        var part = MatMul.Apply(Moves.Slice(a, [1], [2], [0], []).Reshape([4, 5]), Moves.Slice(b, [2], [3], [0], []).Reshape([5, 6]));
        Assert.True(NdComparison.Compare(Moves.Slice(y, [1, 2], [2, 3], [0, 1], []).Reshape([4, 6]), part, 1e-6, 1e-6).Passed);
    }

    public static TheoryData<int[], int[], long, long[], long[], long[]> Convolutions => new()
    {
        // input, weight, groups, strides, dilations, pads
        { [2, 3, 9, 11], [5, 3, 3, 3], 1, [1, 1], [1, 1], [1, 1, 1, 1] },
        { [1, 4, 13, 40], [18, 4, 3, 5], 1, [1, 1], [2, 3], [2, 0, 1, 4] },
        { [1, 6, 12, 12], [8, 3, 3, 3], 2, [2, 3], [1, 1], [0, 1, 2, 0] },
        { [1, 7, 20, 37], [7, 1, 3, 3], 7, [1, 1], [1, 1], [1, 1, 1, 1] },
        { [1, 4, 9, 9], [8, 1, 5, 5], 4, [2, 2], [1, 1], [2, 2, 2, 2] },
        { [2, 300, 6, 7], [20, 300, 1, 1], 1, [1, 1], [1, 1], [0, 0, 0, 0] },
        { [1, 5, 6, 7], [6, 5, 1, 1], 1, [2, 2], [1, 1], [0, 0, 0, 0] },
        { [2, 3, 31], [4, 3, 5], 1, [2], [2], [3, 1] },
        { [1, 2, 5, 6, 7], [4, 2, 2, 3, 3], 1, [1, 2, 1], [1, 1, 2], [1, 0, 1, 0, 1, 1] },
    };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void ConvolutionsAgreeWithTheDefinition(int[] input, int[] weight, long groups, long[] strides, long[] dilations, long[] pads)
    {
        var random = new Random(7);
        var x = Random(random, input);
        var w = Random(random, weight);
        var bias = Random(random, [weight[0]]);
        var window = new WindowParams { Strides = strides, Dilations = dilations, Pads = pads };
        var y = Conv.Apply(x, w, bias, window, groups);
        int rank = strides.Length;
        var position = new long[y.Rank];
        var expected = new double[y.Count];
        for (long i = 0; i < y.Count; i++, Shapes.Next(position, y.Shape))
        {
            double sum = bias.Read<float>()[(int)position[1]];
            long group = position[1] / (weight[0] / groups);
            for (int c = 0; c < weight[1]; c++)
            {
                var tap = new long[rank];
                do
                {
                    long at = position[0] * input[1] + group * weight[1] + c, wAt = position[1] * weight[1] + c;
                    bool inside = true;
                    for (int d = 0; d < rank; d++)
                    {
                        long p = position[d + 2] * strides[d] + tap[d] * dilations[d] - pads[d];
                        inside &= p >= 0 && p < input[d + 2];
                        at = at * input[d + 2] + p;
                        wAt = wAt * weight[d + 2] + tap[d];
                    }
                    if (inside) sum += (double)x.Read<float>()[(int)at] * w.Read<float>()[(int)wAt];
                }
                while (Shapes.Next(tap, w.Shape[2..]));
            }
            expected[i] = sum;
        }
        Near(expected, y);
    }

    [Fact]
    public void TransposedConvolutionIsTheAdjoint()
    {
        // <conv(x, w), y> = <x, convT(y, w)> for any x and y.
        var random = new Random(8);
        var window = new WindowParams { Strides = [2, 1], Dilations = [1, 2], Pads = [1, 0, 0, 2] };
        var x = Random(random, [1, 4, 8, 9]);
        var w = Random(random, [6, 2, 3, 3]);
        var forward = Conv.Apply(x, w, null, window, 2);
        var y = Random(random, [.. forward.Shape.ToArray().Select(d => (int)d)]);
        var back = Conv.Transposed(y, w, null, window, 2, [], []);
        Assert.Equal(x.Shape.ToArray(), back.Shape.ToArray());
        double left = 0, right = 0;
        for (int i = 0; i < y.Count; i++) left += (double)forward.Read<float>()[i] * y.Read<float>()[i];
        for (int i = 0; i < x.Count; i++) right += (double)x.Read<float>()[i] * back.Read<float>()[i];
        Assert.Equal(left, right, 1e-3);
    }

    [Fact]
    public void WindowsThatDoNotFitAreReported()
    {
        var x = NdArray.Create(ElementKind.F32, [1, 1, 4, 4]);
        var w = NdArray.Create(ElementKind.F32, [1, 1, 5, 5]);
        Assert.Contains("does not fit", Assert.Throws<EvaluationException>(() => Conv.Apply(x, w, null, new WindowParams(), 1)).Message);
        Assert.Throws<EvaluationException>(() => Conv.Apply(x, w, null, new WindowParams { Pads = [long.MaxValue, 0, 0, 0] }, 1));
        Assert.Throws<EvaluationException>(() => Conv.Apply(x, w, null, new WindowParams { Strides = [0, 1] }, 1));
        Assert.Throws<EvaluationException>(() => Pool.Max(x, [1, 1], new WindowParams { Dilations = [1] }, false, false));
    }

    private static void Call(string tile, nint depth, float* a, float* b, float* c, nint pitch, float* start)
    {
        switch (tile)
        {
            case "14x512": Tiles.Rows14x512<float, Tiles.Single>(depth, a, b, c, pitch, start); break;
            case "8x512": Tiles.Rows8x512<float, Tiles.Single>(depth, a, b, c, pitch, start); break;
            case "4x512": Tiles.Rows4x512<float, Tiles.Single>(depth, a, b, c, pitch, start); break;
            case "6x256": Tiles.Rows6x256<float, Tiles.Single>(depth, a, b, c, pitch, start); break;
            case "2x256": Tiles.Rows2x256<float, Tiles.Single>(depth, a, b, c, pitch, start); break;
            default: Tiles.Rows4x128<float, Tiles.Single>(depth, a, b, c, pitch, start); break;
        }
    }

    private static float[] Numbers(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(random.NextDouble() * 2 - 1);
        return values;
    }

    private static NdArray Random(Random random, int[] shape) =>
        NdArray.From<float>(Numbers(random, shape.Aggregate(1, (p, d) => p * d)), shape.Select(d => (long)d).ToArray());

    private static void Near(double[] expected, NdArray actual)
    {
        var comparison = NdComparison.Compare(Cast.To(actual, ElementKind.F64), NdArray.From<double>(expected, actual.Shape), 1e-5, 1e-6);
        Assert.True(comparison.Passed, comparison.ToString());
    }
}
