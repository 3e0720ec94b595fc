using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Operators that make arrays from little: Range, ConstantOfShape, EyeLike, random numbers, windows of signal processing.</summary>
public static class Generate
{
    /// <summary>Number of elements of a range: ceil((limit - start) / delta), at least 0.</summary>
    public static long RangeCount(double start, double limit, double delta)
    {
        Shapes.Require(delta != 0 && double.IsFinite(delta) && double.IsFinite(start) && double.IsFinite(limit), "a range needs finite ends and a step that is not 0");
        double count = Math.Max(0, Math.Ceiling((limit - start) / delta));
        Shapes.Require(count < long.MaxValue, "the range is too long");
        return (long)count;
    }

    /// <summary>start, start + delta, ... up to but without the limit; all three are scalars of one kind.</summary>
    public static NdArray Range(NdArray start, NdArray limit, NdArray delta)
    {
        Shapes.Require(start.Kind == limit.Kind && start.Kind == delta.Kind && start.Count == 1 && limit.Count == 1 && delta.Count == 1, "a range needs scalars of one kind");
        long count;
        if (start.Kind.IsInteger())
        {
            Int128 first = start.GetInt64(0), distance = limit.GetInt64(0) - first, by = delta.GetInt64(0);
            Shapes.Require(by != 0, "the step of a range is 0");
            var exact = distance / by + (distance % by != 0 && (distance > 0) == (by > 0) ? 1 : 0);
            count = exact <= 0 ? 0 : (long)exact;
        }
        else count = RangeCount(start.GetDouble(0), limit.GetDouble(0), delta.GetDouble(0));
        var wide = Cast.Widen(start);
        var y = NdArray.CreateUninitialized(wide.Kind, [count]);
        var work = new RangeWork(wide, Cast.Widen(delta), y);
        NumericDispatch.Run(wide.Kind, ref work, "Range");
        return Cast.To(y, start.Kind);
    }

    /// <summary>An array of one value (an f32 zero when missing).</summary>
    public static NdArray Fill(ReadOnlySpan<long> shape, NdArray? value)
    {
        if (value == null) return NdArray.Create(ElementKind.F32, shape);
        Shapes.Require(value.Count == 1, "the value to fill with must be one element");
        var y = Moves.Expand(value.Reshape([]), shape);
        return shape.Length == 0 ? y.Clone() : y;
    }

    /// <summary>A matrix with ones on the diagonal that is <paramref name="k"/> above the main one.</summary>
    public static NdArray Eye(long rows, long columns, long k, ElementKind kind)
    {
        var y = NdArray.Create(kind, [rows, columns]);
        var one = Cast.To(NdArray.Scalar(1f), kind);
        for (long r = 0; r < rows; r++)
            if (r + k >= 0 && r + k < columns) one.CopyTo(0, y, r * columns + r + k, 1);
        return y;
    }

    /// <summary>Uniform numbers in [low, high), from SplitMix64 (Steele, Lea and Flood 2014): the same for the same seed on every machine.</summary>
    public static NdArray Uniform(ReadOnlySpan<long> shape, ElementKind kind, double low, double high, ulong seed)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F64, shape);
        var to = y.Write<double>();
        for (int i = 0; i < to.Length; i++) to[i] = low + (high - low) * Unit(ref seed);
        return Cast.To(y, kind);
    }

    /// <summary>Normal numbers by the method of Box and Muller, on the same generator as <see cref="Uniform"/>.</summary>
    public static NdArray Normal(ReadOnlySpan<long> shape, ElementKind kind, double mean, double scale, ulong seed)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F64, shape);
        var to = y.Write<double>();
        for (int i = 0; i < to.Length; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - Unit(ref seed)));
            to[i] = mean + scale * radius * Math.Cos(2 * Math.PI * Unit(ref seed));
        }
        return Cast.To(y, kind);
    }

    /// <summary>ONNX Bernoulli: 1 with the probability given by each element.</summary>
    public static NdArray Bernoulli(NdArray probabilities, ElementKind kind, ulong seed)
    {
        var y = NdArray.CreateUninitialized(ElementKind.F32, probabilities.Shape);
        var to = y.Write<float>();
        for (int i = 0; i < to.Length; i++) to[i] = Unit(ref seed) < probabilities.GetDouble(i) ? 1 : 0;
        return Cast.To(y, kind);
    }

    /// <summary>ONNX Multinomial: for each row of unnormalized log probabilities, draws of a class by inverting the cumulative distribution.</summary>
    public static NdArray Multinomial(NdArray logits, long draws, ElementKind kind, ulong seed)
    {
        Shapes.Require(logits.Rank == 2 && logits.Shape[1] > 0 && draws >= 0, "Multinomial needs rows of log probabilities");
        var y = NdArray.CreateUninitialized(ElementKind.I64, [logits.Shape[0], draws]);
        var to = y.Write<long>();
        var p = Softmax.Apply(Cast.To(logits, ElementKind.F64), 1).Read<double>();
        int classes = (int)logits.Shape[1];
        for (int i = 0; i < to.Length; i++)
        {
            var row = p.Slice((int)(i / draws) * classes, classes);
            double left = Unit(ref seed);
            int c = 0;
            while (c < classes - 1 && (left -= row[c]) >= 0) c++;
            to[i] = c;
        }
        return Cast.To(y, kind);
    }

    /// <summary>A window a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N) of the given size; N is the size, or one less when symmetric.</summary>
    public static NdArray CosineWindow(long size, bool periodic, ElementKind kind, double a0, double a1, double a2)
    {
        Shapes.Require(size >= 0, "a window needs a size");
        var y = NdArray.CreateUninitialized(ElementKind.F64, [size]);
        var to = y.Write<double>();
        double period = periodic ? size : size - 1;
        for (int n = 0; n < to.Length; n++) to[n] = a0 - a1 * Math.Cos(2 * Math.PI * n / period) + a2 * Math.Cos(4 * Math.PI * n / period);
        return Cast.To(y, kind);
    }

    private static double Unit(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1L << 53));
    }

    private readonly struct RangeWork(NdArray start, NdArray delta, NdArray y) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            T first = start.Read<T>()[0], step = delta.Read<T>()[0];
            var to = y.Write<T>();
            for (int i = 0; i < to.Length; i++) to[i] = first + T.CreateTruncating(i) * step;
        }
    }
}
