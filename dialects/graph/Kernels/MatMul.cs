using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Attributes of ONNX Gemm: alpha A' B' + beta C.</summary>
public readonly record struct GemmParams(float Alpha, float Beta, bool TransA, bool TransB);

/// <summary>Matrix products with numpy's batch broadcasting. f32 and f64 are summed in their own precision, f16 and bf16 in f32 (rounded
/// once), integers exactly modulo their width.</summary>
public static unsafe class MatMul
{
    /// <summary>numpy.matmul's shape: operands of rank 1 are a row or a column, whose dimension does not remain.</summary>
    public static long[] InferShape(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        Shapes.Require(a.Length > 0 && b.Length > 0, "a matrix product needs operands of rank 1 or more");
        long depthA = a[^1], depthB = b.Length == 1 ? b[0] : b[^2];
        Shapes.Require(
            depthA == depthB || depthA == Shapes.Unknown || depthB == Shapes.Unknown,
            $"the product of {NdArray.Format(a)} and {NdArray.Format(b)} has no common inner dimension");
        var batch = Shapes.Broadcast(a.Length > 2 ? a[..^2] : [], b.Length > 2 ? b[..^2] : []);
        var result = new List<long>(batch);
        if (a.Length > 1) result.Add(a[^2]);
        if (b.Length > 1) result.Add(b[^1]);
        return result.ToArray();
    }

    /// <summary>The product; both operands have one kind, which is the result's.</summary>
    public static NdArray Apply(NdArray a, NdArray b)
    {
        if (a.Kind != b.Kind) throw new EvaluationException($"the product of {a.Kind.Name()} and {b.Kind.Name()}: the kinds must agree");
        switch (a.Kind)
        {
            case ElementKind.F32: return Product<float, Tiles.Single>(a, b);
            case ElementKind.F64: return Product<double, Tiles.Double>(a, b);
            case ElementKind.F16 or ElementKind.BF16:
                return Cast.To(Product<float, Tiles.Single>(Cast.To(a, ElementKind.F32), Cast.To(b, ElementKind.F32)), a.Kind);
            case ElementKind.I32: return Product<int, Tiles.Integer<int>>(a, b);
            case ElementKind.U32: return Product<uint, Tiles.Integer<uint>>(a, b);
            case ElementKind.I64: return Product<long, Tiles.Integer<long>>(a, b);
            case ElementKind.U64: return Product<ulong, Tiles.Integer<ulong>>(a, b);
            default: throw new EvaluationException($"a matrix product is not defined on {a.Kind.Name()}");
        }
    }

    /// <summary>ONNX MatMulInteger: the i32 product of 8-bit operands less their zero points. A zero point of A is a scalar or one a row, one
    /// of B a scalar or one a column.</summary>
    public static NdArray Integer(NdArray a, NdArray b, NdArray? zeroA, NdArray? zeroB)
    {
        var left = Quantize.Centered(a, zeroA, a.Rank - 2);
        var right = Quantize.Centered(b, zeroB, b.Rank - 1);
        return Product<int, Tiles.Integer<int>>(left, right);
    }

    /// <summary>ONNX Gemm; C broadcasts to the result and may be missing.</summary>
    public static NdArray Gemm(NdArray a, NdArray b, NdArray? c, GemmParams parameters)
    {
        Shapes.Require(a.Rank == 2 && b.Rank == 2, "the operands of Gemm must be matrices");
        if (a.Kind.IsNarrowFloat())
        {
            return Cast.To(
                Gemm(Cast.To(a, ElementKind.F32), Cast.To(b, ElementKind.F32), c == null ? null : Cast.To(c, ElementKind.F32), parameters), a.Kind);
        }
        var left = parameters.TransA ? Moves.Transpose(a, [1, 0]) : a;
        NdArray y;
        if (parameters.TransB)
        {
            Shapes.Require(left.Shape[1] == b.Shape[1], $"the product of {left} and the transposed {b} has no common inner dimension");
            y = a.Kind switch
            {
                ElementKind.F32 => TransposedProduct<float, Tiles.Single>(left, b),
                ElementKind.F64 => TransposedProduct<double, Tiles.Double>(left, b),
                _ => Apply(left, Moves.Transpose(b, [1, 0])),
            };
        }
        else y = Apply(left, b);
        if (parameters.Alpha != 1) y = Binary.Apply(BinaryKind.Mul, y, Cast.To(NdArray.Scalar(parameters.Alpha), y.Kind));
        if (c == null || parameters.Beta == 0) return y;
        var scaled = parameters.Beta == 1 ? c : Binary.Apply(BinaryKind.Mul, c, Cast.To(NdArray.Scalar(parameters.Beta), c.Kind));
        var sum = Binary.Apply(BinaryKind.Add, y, scaled);
        Shapes.RequireSame(sum.Shape, y.Shape, "Gemm");
        return sum;
    }

    private static NdArray TransposedProduct<T, TMac>(NdArray a, NdArray b) where T : unmanaged, INumber<T> where TMac : struct, IMultiplyAdd<T>
    {
        var y = NdArray.CreateUninitialized(a.Kind, [a.Shape[0], b.Shape[0]]);
        Matrix<T, TMac>((nint)a.Shape[0], (nint)b.Shape[0], (nint)a.Shape[1], (T*)a.Data, (T*)b.Data, 1, (nint)a.Shape[1], (T*)y.Data);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return y;
    }

    private static NdArray Product<T, TMac>(NdArray a, NdArray b) where T : unmanaged, INumber<T> where TMac : struct, IMultiplyAdd<T>
    {
        var y = NdArray.CreateUninitialized(a.Kind, InferShape(a.Shape, b.Shape));
        nint rows = a.Rank > 1 ? (nint)a.Shape[^2] : 1, depth = (nint)a.Shape[^1], columns = b.Rank > 1 ? (nint)b.Shape[^1] : 1;
        if (y.Count == 0) return y;
        ReadOnlySpan<long> batchA = a.Rank > 2 ? a.Shape[..^2] : [], batchB = b.Rank > 2 ? b.Shape[..^2] : [];
        if (Shapes.Product(batchB) == 1 && batchB.Length <= batchA.Length)
        {
            // One right operand for the whole batch: the batch only means more rows.
            Matrix<T, TMac>((nint)Shapes.Product(batchA) * rows, columns, depth, (T*)a.Data, (T*)b.Data, columns, 1, (T*)y.Data);
        }
        else
        {
            var walk = new BroadcastWalk(batchA, batchB, Shapes.Broadcast(batchA, batchB));
            T* to = (T*)y.Data;
            while (walk.NextRun(out int i, out int j, out int count))
            {
                for (int n = 0; n < count; n++, i += walk.StepA, j += walk.StepB, to += rows * columns)
                    Matrix<T, TMac>(rows, columns, depth, (T*)a.Data + i * rows * depth, (T*)b.Data + j * depth * columns, columns, 1, to);
            }
        }
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return y;
    }

    private static void Matrix<T, TMac>(nint rows, nint columns, nint depth, T* a, T* b, nint depthStep, nint columnStep, T* c)
        where T : unmanaged, INumber<T> where TMac : struct, IMultiplyAdd<T>
    {
        // Few rows use each element of B once or twice: reading it in order beats packing it.
        if (rows <= 2 && (columnStep == 1 || depthStep == 1))
        {
            for (nint i = 0; i < rows; i++, a += depth, c += columns)
            {
                if (columnStep == 1) RowTimesMatrix(columns, depth, a, b, depthStep, c);
                else
                    for (nint n = 0; n < columns; n++) c[n] = Dot(depth, a, b + n * columnStep);
            }
            return;
        }
        var source = new MatrixSource<T>(b, depthStep, columnStep);
        BlockedProduct.Run<T, TMac, MatrixSource<T>>(rows, columns, depth, a, depth, 1, ref source, c, columns, null, accumulate: false);
    }

    private static T Dot<T>(nint count, T* a, T* b) where T : unmanaged, INumber<T>
    {
        Vector<T> s0 = default, s1 = default, s2 = default, s3 = default;
        nint i = 0, step = Vector<T>.Count;
        for (; i <= count - 4 * step; i += 4 * step)
        {
            s0 += Vector.Load(a + i) * Vector.Load(b + i);
            s1 += Vector.Load(a + i + step) * Vector.Load(b + i + step);
            s2 += Vector.Load(a + i + 2 * step) * Vector.Load(b + i + 2 * step);
            s3 += Vector.Load(a + i + 3 * step) * Vector.Load(b + i + 3 * step);
        }
        T sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; i < count; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void RowTimesMatrix<T>(nint columns, nint depth, T* a, T* b, nint pitch, T* c) where T : unmanaged, INumber<T>
    {
        new Span<T>(c, (int)columns).Clear();
        nint k = 0, step = Vector<T>.Count;
        for (; k <= depth - 4; k += 4)
        {
            T* b0 = b + k * pitch, b1 = b0 + pitch, b2 = b1 + pitch, b3 = b2 + pitch;
            var a0 = new Vector<T>(a[k]);
            var a1 = new Vector<T>(a[k + 1]);
            var a2 = new Vector<T>(a[k + 2]);
            var a3 = new Vector<T>(a[k + 3]);
            nint n = 0;
            for (; n <= columns - step; n += step)
            {
                var sum = a0 * Vector.Load(b0 + n) + a1 * Vector.Load(b1 + n) + (a2 * Vector.Load(b2 + n) + a3 * Vector.Load(b3 + n));
                (Vector.Load(c + n) + sum).Store(c + n);
            }
            for (; n < columns; n++) c[n] += a[k] * b0[n] + a[k + 1] * b1[n] + (a[k + 2] * b2[n] + a[k + 3] * b3[n]);
        }
        for (; k < depth; k++)
            for (nint n = 0; n < columns; n++) c[n] += a[k] * b[k * pitch + n];
    }
}
