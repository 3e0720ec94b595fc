using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using Xunit;

namespace NestC.Dialects.Tests.Graph;

/// <summary>Operators that move elements, and the array that they move in.</summary>
public unsafe class MoveTests
{
    [Fact]
    public void TransposeMovesEveryElementOfEveryWidth()
    {
        long[] shape = [3, 20, 1, 17, 9];
        foreach (var kind in new[] { ElementKind.U8, ElementKind.I16, ElementKind.F32, ElementKind.F64 })
        {
            var x = Cast.To(Numbered(shape), kind);
            foreach (long[] perm in new long[][] { [4, 3, 2, 1, 0], [0, 3, 4, 1, 2], [1, 0, 2, 3, 4], [0, 1, 2, 4, 3], [3, 1, 4, 0, 2] })
            {
                var y = Moves.Transpose(x, perm);
                var at = new long[5];
                var strides = Shapes.Strides(shape);
                for (long i = 0; i < y.Count; i++, Shapes.Next(at, y.Shape))
                {
                    long from = 0;
                    for (int d = 0; d < 5; d++) from += at[d] * strides[perm[d]];
                    Assert.Equal(x.GetDouble(from), y.GetDouble(i));
                }
            }
        }
    }

    [Theory]
    [InlineData(0, 10, 1, "0 1 2 3 4 5 6 7 8 9")]
    [InlineData(2, 8, 3, "2 5")]
    [InlineData(-1, -100, -1, "9 8 7 6 5 4 3 2 1 0")]
    [InlineData(8, 1, -3, "8 5 2")]
    [InlineData(5, 5, 1, "")]
    [InlineData(-100, 100, 4, "0 4 8")]
    [InlineData(100, long.MinValue, -4, "9 5 1")]
    [InlineData(3, long.MaxValue, long.MaxValue, "3")]
    [InlineData(-100, -200, -1, "")]
    [InlineData(9, long.MinValue, long.MinValue, "9")]
    public void SlicesFollowPython(long start, long end, long step, string expected)
    {
        var y = Moves.Slice(Numbered([10]), [start], [end], [0], [step]);
        Assert.Equal(expected, string.Join(' ', y.Read<float>().ToArray()));
    }

    [Fact]
    public void StringsMoveLikeAnyElement()
    {
        var x = NdArray.From<string>(["a", "b", "c", "d", "e", "f"], 2, 3);
        Assert.Equal(["a", "d", "b", "e", "c", "f"], Moves.Transpose(x, []).Read<string>().ToArray());
        Assert.Equal(["d", "e", "f", "a", "b", "c"], Indexing.Gather(x, NdArray.Vector<long>(-1, 0), 0).Read<string>().ToArray());
        Assert.Equal(["a", "b", "", "c"], Padding.Apply(NdArray.Vector("b"), [1, 0], PadMode.Constant, NdArray.Scalar("a")).Read<string>().ToArray()
            .Concat(Padding.Apply(NdArray.Vector("c"), [1, 0], PadMode.Constant, null).Read<string>().ToArray()));
    }

    [Theory]
    [InlineData(PadMode.Reflect, "3 2 1 2 3 2 1 2")]
    [InlineData(PadMode.Edge, "1 1 1 2 3 3 3 3")]
    [InlineData(PadMode.Wrap, "2 3 1 2 3 1 2 3")]
    [InlineData(PadMode.Constant, "7 7 1 2 3 7 7 7")]
    public void PadsAreFilledByMode(PadMode mode, string expected)
    {
        var y = Padding.Apply(NdArray.Vector(1f, 2f, 3f), [2, 3], mode, NdArray.Scalar(7f));
        Assert.Equal(expected, string.Join(' ', y.Read<float>().ToArray()));
    }

    [Fact]
    public void NegativePadsCut() =>
        Assert.Equal([2f, 3f, 3f], Padding.Apply(NdArray.Vector(1f, 2f, 3f), [-1, 1], PadMode.Edge, null).Read<float>().ToArray());

    [Fact]
    public void IndicesOutOfRangeAreReported()
    {
        var x = Numbered([2, 3]);
        Assert.Contains("index 3 is out of range", Assert.Throws<EvaluationException>(() => Indexing.Gather(x, NdArray.Vector(3L), 1)).Message);
        Assert.Throws<EvaluationException>(() => Indexing.GatherElements(x, NdArray.From<long>([-3], 1, 1), 0));
        Assert.Throws<EvaluationException>(() => Indexing.GatherNd(x, NdArray.From<long>([0, 3], 1, 2), 0));
        Assert.Throws<EvaluationException>(() => Indexing.ScatterNd(x, NdArray.From<long>([2], 1, 1), Numbered([1, 3]), ScatterReduction.None));
        Assert.Throws<EvaluationException>(() => Moves.Transpose(x, [0, 0]));
        Assert.Throws<EvaluationException>(() => Moves.Reshape(x, [4, -1]));
        Assert.Throws<EvaluationException>(() => Moves.Expand(x, [1L << 40, 2, 3]));
    }

    [Theory]
    [InlineData("ij,jk->ik", new long[] { 3, 4 }, new long[] { 4, 5 }, new long[] { 3, 5 })]
    [InlineData("bhid,bhjd->bhij", new long[] { 2, 3, 4, 5 }, new long[] { 2, 3, 6, 5 }, new long[] { 2, 3, 4, 6 })]
    [InlineData("...ij,...jk", new long[] { 2, 1, 3, 4 }, new long[] { 5, 4, 2 }, new long[] { 2, 5, 3, 2 })]
    [InlineData("i,j->ji", new long[] { 3 }, new long[] { 4 }, new long[] { 4, 3 })]
    [InlineData("iij,j->i", new long[] { 3, 3, 4 }, new long[] { 4 }, new long[] { 3 })]
    public void EinsumAgreesWithItsSum(string equation, long[] shapeA, long[] shapeB, long[] expected)
    {
        var a = Numbered(shapeA);
        var b = Numbered(shapeB);
        var y = Einsum.Apply(equation, [a, b]);
        Assert.Equal(expected, y.Shape.ToArray());
        Assert.Equal(expected, Einsum.InferShape(equation, [shapeA, shapeB]));
        // The sum over everything is the same for any order of evaluation.
        var total = Einsum.Apply(equation.Replace("->ik", "->").Replace("->bhij", "->").Replace("->ji", "->").Replace("->i", "->"), [a, b]);
        if (total.Rank == 0) Assert.Equal(total.GetDouble(0), Reduce.Apply(ReduceKind.Sum, y, [], false).GetDouble(0), 1e-2);
    }

    [Fact]
    public void UnknownExtentsStayUnknown()
    {
        Assert.Equal([Shapes.Unknown, 4L, 5L], Shapes.Broadcast([Shapes.Unknown, 1, 5], [4, 5]));
        Assert.Equal([Shapes.Unknown, 8L, Shapes.Unknown, 5L], Conv.InferShape([Shapes.Unknown, 3, Shapes.Unknown, 7], [8, 3, 3, 3], new WindowParams(), 1));
        Assert.Equal([2L, Shapes.Unknown], Moves.InferReshape([2, Shapes.Unknown], [0, -1]));
        Assert.Equal([3L, 6L], Moves.InferConcat([[Shapes.Unknown, 2], [3, 4]], 1));
        Assert.Equal([3L, Shapes.Unknown], Moves.InferConcat([[3, 2], [3, Shapes.Unknown]], 1));
    }

    [Fact]
    public void ViewsAreReadOnlyAndKeepTheirOwner()
    {
        var backing = NdArray.Vector(1f, 2f, 3f, 4f);
        var view = NdArray.Wrap(ElementKind.F32, [2, 2], backing.Data, backing, readOnly: true);
        Assert.Throws<EvaluationException>(() => { view.Write<float>(); });
        Assert.Throws<EvaluationException>(() => { view.Reshape([4]).Write<float>(); });
        var copy = view.Clone();
        copy.Write<float>()[0] = 9;
        Assert.Equal(1, view.GetDouble(0));
        Assert.Throws<EvaluationException>(() => { view.Read<double>(); });
        Assert.Throws<EvaluationException>(() => view.Reshape([3]));
    }

    [Fact]
    public void ReleasedMemoryServesTheNextArray()
    {
        var first = NdArray.CreateUninitialized(ElementKind.U8, [1_234_567]);
        var view = first.Reshape([1_234_567, 1]);
        first.Write<byte>().Fill(7);
        Assert.True(first.SharesStorageWith(view) && !first.SharesStorageWith(view.Clone()));
        first.Release();
        Assert.Throws<EvaluationException>(() => { first.Read<byte>(); });
        var second = NdArray.Create(ElementKind.U8, [1_234_000]);
        Assert.False(second.Read<byte>().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void ImpossibleArraysAreRefusedBeforeMemoryIsTaken()
    {
        Assert.Throws<EvaluationException>(() => NdArray.Create(ElementKind.F32, [1L << 60]));
        Assert.Throws<EvaluationException>(() => NdArray.Create(ElementKind.F32, [1L << 40, 1L << 40]));
        Assert.Throws<EvaluationException>(() => NdArray.Create(ElementKind.F32, [-1]));
        Assert.Equal(0, NdArray.Create(ElementKind.F32, [1L << 60, 0]).Count);
    }

    [Fact]
    public void ComparisonNamesTheWorstElements()
    {
        var comparison = NdComparison.Compare(NdArray.Vector(1f, 2.5f, 3f, float.NaN), NdArray.Vector(1f, 2f, 4f, float.NaN), 1e-3, 1e-4);
        Assert.False(comparison.Passed);
        Assert.Equal(2, comparison.Mismatches);
        Assert.Equal([2L, 1L], comparison.Worst.Select(w => w.Index));
        Assert.False(NdComparison.Compare(NdArray.Vector(float.PositiveInfinity), NdArray.Vector(float.NegativeInfinity), 1, 1).Passed);
        Assert.False(NdComparison.Compare(NdArray.Vector(float.NaN), NdArray.Vector(1f), 1, 1).Passed);
        Assert.False(NdComparison.Compare(NdArray.Vector(1f), NdArray.Vector(float.NaN), 1, 1).Passed);
        Assert.True(NdComparison.Compare(NdArray.Vector(1.0005f), NdArray.Vector(1f), 1e-3, 0).Passed);
    }

    private static NdArray Numbered(long[] shape)
    {
        var x = NdArray.CreateUninitialized(ElementKind.F32, shape);
        for (int i = 0; i < x.Count; i++) x.Write<float>()[i] = i % 251;
        return x;
    }
}
