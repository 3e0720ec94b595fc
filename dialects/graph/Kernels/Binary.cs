using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Elementwise functions of two operands whose result has the operands' kind.</summary>
public enum BinaryKind
{
    Add, Sub, Mul, Div, Max, Min, PRelu,

    /// <summary>Remainder with the divisor's sign (ONNX Mod, fmod = 0; integers only).</summary>
    Mod,

    /// <summary>Remainder with the dividend's sign (ONNX Mod, fmod = 1).</summary>
    FMod,
    ShiftLeft, ShiftRight, And, Or, Xor,
}

/// <summary>Elementwise comparisons; the result is i1.</summary>
public enum CompareKind { Equal, Less, LessOrEqual, Greater, GreaterOrEqual }

/// <summary>Elementwise functions of two and more operands, with numpy's broadcasting. Integers wrap, integer division truncates and
/// reports a zero divisor; f16 and bf16 are computed in f32 and rounded once.</summary>
public static class Binary
{
    /// <summary>The result's shape.</summary>
    public static long[] InferShape(ReadOnlySpan<long> a, ReadOnlySpan<long> b) => Shapes.Broadcast(a, b);

    /// <summary>Applies a function; both operands have the same kind. And, Or and Xor take i1 or integers (bitwise).</summary>
    public static NdArray Apply(BinaryKind kind, NdArray a, NdArray b)
    {
        if (a.Kind != b.Kind) throw new EvaluationException($"{kind} of {a.Kind.Name()} and {b.Kind.Name()}: the kinds must agree");
        if (a.Kind.IsNarrowFloat())
            return Cast.To(Apply(kind, Cast.To(a, ElementKind.F32), Cast.To(b, ElementKind.F32)), a.Kind);
        var y = NdArray.CreateUninitialized(a.Kind, InferShape(a.Shape, b.Shape));
        var work = new Work(kind, a, b, y);
        if (kind is BinaryKind.And or BinaryKind.Or or BinaryKind.Xor or BinaryKind.ShiftLeft or BinaryKind.ShiftRight)
        {
            if (a.Kind.IsFloat() || (a.Kind == ElementKind.I1 && kind is BinaryKind.ShiftLeft or BinaryKind.ShiftRight))
                throw new EvaluationException($"{kind} is not defined on {a.Kind.Name()}");
            switch (a.Kind)
            {
                case ElementKind.I1 or ElementKind.U8: Bits<byte>(kind, a, b, y); break;
                case ElementKind.I8: Bits<sbyte>(kind, a, b, y); break;
                case ElementKind.U16: Bits<ushort>(kind, a, b, y); break;
                case ElementKind.I16: Bits<short>(kind, a, b, y); break;
                case ElementKind.U32: Bits<uint>(kind, a, b, y); break;
                case ElementKind.I32: Bits<int>(kind, a, b, y); break;
                case ElementKind.U64: Bits<ulong>(kind, a, b, y); break;
                default: Bits<long>(kind, a, b, y); break;
            }
        }
        else NumericDispatch.Run(a.Kind, ref work, kind.ToString());
        return y;
    }

    /// <summary>Compares two operands of one kind; strings and i1 can be compared for equality.</summary>
    public static NdArray Compare(CompareKind kind, NdArray a, NdArray b)
    {
        if (a.Kind != b.Kind) throw new EvaluationException($"{kind} of {a.Kind.Name()} and {b.Kind.Name()}: the kinds must agree");
        if (a.Kind == ElementKind.BF16) return Compare(kind, Cast.To(a, ElementKind.F32), Cast.To(b, ElementKind.F32));
        if (a.Kind == ElementKind.I1) return Compare(kind, a.Reinterpret(ElementKind.U8), b.Reinterpret(ElementKind.U8));
        var y = NdArray.CreateUninitialized(ElementKind.I1, InferShape(a.Shape, b.Shape));
        if (a.Kind == ElementKind.String)
        {
            if (kind != CompareKind.Equal) throw new EvaluationException($"{kind} is not defined on strings");
            var left = a.Read<string>();
            var right = b.Read<string>();
            var to = y.Write<bool>();
            var walk = new BroadcastWalk(a.Shape, b.Shape, y.Shape);
            int at = 0;
            while (walk.NextRun(out int i, out int j, out int count))
                for (int n = 0; n < count; n++, i += walk.StepA, j += walk.StepB) to[at++] = left[i] == right[j];
            return y;
        }
        var work = new CompareWork(kind, a, b, y);
        NumericDispatch.Run(a.Kind, ref work, kind.ToString());
        return y;
    }

    /// <summary>Power; the result has the base's kind. Integer bases with non-negative integer exponents wrap, everything else goes through f64.</summary>
    public static NdArray Pow(NdArray x, NdArray exponent)
    {
        if (x.Kind.IsInteger() && exponent.Kind.IsInteger())
        {
            var wide = PowIntegers(Cast.To(x, ElementKind.I64), Cast.To(exponent, ElementKind.I64));
            return Cast.To(wide, x.Kind);
        }
        var shape = InferShape(x.Shape, exponent.Shape);
        // A square is exact to the last bit as a product, and common.
        if (x.Kind == ElementKind.F32 && exponent.Count == 1 && exponent.GetDouble(0) == 2) return Apply(BinaryKind.Mul, x, x).Reshape(shape);
        var y = NdArray.CreateUninitialized(ElementKind.F64, shape);
        var a = Cast.To(x, ElementKind.F64).Read<double>();
        var b = Cast.To(exponent, ElementKind.F64).Read<double>();
        var to = y.Write<double>();
        var walk = new BroadcastWalk(x.Shape, exponent.Shape, y.Shape);
        int at = 0;
        while (walk.NextRun(out int i, out int j, out int count))
            for (int n = 0; n < count; n++, i += walk.StepA, j += walk.StepB) to[at++] = Math.Pow(a[i], b[j]);
        return Cast.To(y, x.Kind);
    }

    /// <summary>Elements of <paramref name="a"/> where the condition holds and of <paramref name="b"/> elsewhere; all three broadcast.</summary>
    public static NdArray Where(NdArray condition, NdArray a, NdArray b)
    {
        if (a.Kind != b.Kind) throw new EvaluationException($"Where of {a.Kind.Name()} and {b.Kind.Name()}: the kinds must agree");
        if (condition.Kind != ElementKind.I1) throw new EvaluationException("the condition of Where must be i1");
        var shape = Shapes.Broadcast(condition.Shape, Shapes.Broadcast(a.Shape, b.Shape));
        var y = NdArray.CreateUninitialized(a.Kind, shape);
        var work = new WhereWork(Moves.Expand(condition, shape), Moves.Expand(a, shape), Moves.Expand(b, shape), y);
        NumericDispatch.RunByWidth(a.Kind, ref work);
        return y;
    }

    /// <summary>Folds a function over one or more operands (ONNX Max, Min and Sum).</summary>
    public static NdArray Fold(BinaryKind kind, ReadOnlySpan<NdArray> operands)
    {
        Shapes.Require(operands.Length > 0, $"{kind} needs an operand");
        if (operands.Length == 1) return operands[0];
        // Narrow floats are widened once for all, so that the sum is rounded once.
        var total = Cast.Widen(operands[0]);
        foreach (var operand in operands[1..])
        {
            Shapes.Require(operand.Kind == operands[0].Kind, $"{kind}: the kinds must agree");
            total = Apply(kind, total, Cast.Widen(operand));
        }
        return Cast.To(total, operands[0].Kind);
    }

    /// <summary>Elementwise mean of one or more operands.</summary>
    public static NdArray Mean(ReadOnlySpan<NdArray> operands)
    {
        var kind = operands[0].Kind;
        var wide = new NdArray[operands.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = Cast.Widen(operands[i]);
        var sum = Fold(BinaryKind.Add, wide);
        var count = Cast.To(NdArray.Scalar((double)operands.Length), sum.Kind);
        return Cast.To(Apply(BinaryKind.Div, sum, count), kind);
    }

    /// <summary>Logical negation of i1, bitwise complement of integers.</summary>
    public static NdArray Not(NdArray x)
    {
        var y = NdArray.CreateUninitialized(x.Kind, x.Shape);
        if (x.Kind == ElementKind.I1)
        {
            var from = x.Read<byte>();
            var to = y.Write<byte>();
            for (int i = 0; i < from.Length; i++) to[i] = (byte)(from[i] == 0 ? 1 : 0);
            return y;
        }
        if (!x.Kind.IsInteger()) throw new EvaluationException($"Not is not defined on {x.Kind.Name()}");
        var ones = Cast.To(NdArray.Scalar(-1L), x.Kind);
        return Apply(BinaryKind.Xor, x, ones);
    }

    /// <summary>Which elements are NaN.</summary>
    public static NdArray IsNaN(NdArray x) => Test(x, nan: true, negative: false, positive: false);

    /// <summary>Which elements are infinite, of the signs asked for.</summary>
    public static NdArray IsInf(NdArray x, bool detectNegative = true, bool detectPositive = true) =>
        Test(x, nan: false, detectNegative, detectPositive);

    /// <summary>Elements limited to a range; either bound, a scalar of the operand's kind, may be missing. Where the bounds cross, the upper one wins.</summary>
    public static NdArray Clip(NdArray x, NdArray? min, NdArray? max)
    {
        var y = x;
        if (min != null) y = Apply(BinaryKind.Max, y, min.Reshape([]));
        if (max != null) y = Apply(BinaryKind.Min, y, max.Reshape([]));
        return y;
    }

    private static NdArray Test(NdArray x, bool nan, bool negative, bool positive)
    {
        if (!x.Kind.IsFloat()) throw new EvaluationException($"{x.Kind.Name()} elements are not floating-point");
        var y = NdArray.CreateUninitialized(ElementKind.I1, x.Shape);
        var to = y.Write<bool>();
        for (int i = 0; i < to.Length; i++)
        {
            double v = x.GetDouble(i);
            to[i] = (nan && double.IsNaN(v)) || (negative && double.IsNegativeInfinity(v)) || (positive && double.IsPositiveInfinity(v));
        }
        return y;
    }

    private static NdArray PowIntegers(NdArray x, NdArray exponent)
    {
        var y = NdArray.CreateUninitialized(ElementKind.I64, InferShape(x.Shape, exponent.Shape));
        var a = x.Read<long>();
        var b = exponent.Read<long>();
        var to = y.Write<long>();
        var walk = new BroadcastWalk(x.Shape, exponent.Shape, y.Shape);
        int at = 0;
        while (walk.NextRun(out int i, out int j, out int count))
        {
            for (int n = 0; n < count; n++, i += walk.StepA, j += walk.StepB)
            {
                long value = a[i], power = b[j], result = 1;
                if (power < 0)
                {
                    Shapes.Require(value != 0, "0 cannot be raised to a negative integer power");
                    result = value == 1 ? 1 : value == -1 ? ((power & 1) == 0 ? 1 : -1) : 0;
                }
                else
                {
                    for (; power > 0; power >>= 1, value *= value)
                        if ((power & 1) != 0) result *= value;
                }
                to[at++] = result;
            }
        }
        return y;
    }

    private static void Bits<T>(BinaryKind kind, NdArray left, NdArray right, NdArray y) where T : unmanaged, IBinaryInteger<T>
    {
        var a = left.Read<T>();
        var b = right.Read<T>();
        var to = y.Write<T>();
        int width = a.Length == 0 ? 0 : T.Zero.GetByteCount() * 8;
        var walk = new BroadcastWalk(left.Shape, right.Shape, y.Shape);
        int at = 0;
        while (walk.NextRun(out int i, out int j, out int count))
        {
            for (int n = 0; n < count; n++, i += walk.StepA, j += walk.StepB)
            {
                to[at++] = kind switch
                {
                    BinaryKind.And => a[i] & b[j],
                    BinaryKind.Or => a[i] | b[j],
                    BinaryKind.Xor => a[i] ^ b[j],
                    // A shift by the width or more leaves nothing, where the machine would shift by the remainder.
                    BinaryKind.ShiftLeft => ulong.CreateSaturating(b[j]) >= (ulong)width ? T.Zero : a[i] << int.CreateTruncating(b[j]),
                    _ => ulong.CreateSaturating(b[j]) >= (ulong)width ? T.Zero : a[i] >>> int.CreateTruncating(b[j]),
                };
            }
        }
    }

    private interface IOp
    {
        static abstract bool Vectorized<T>() where T : unmanaged;

        static abstract Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged;

        static abstract T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T>;
    }

    private static bool IsSingleOrDouble<T>() => typeof(T) == typeof(float) || typeof(T) == typeof(double);

    private readonly struct AddOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => true;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => a + b;

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => a + b;
    }

    private readonly struct SubOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => true;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => a - b;

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => a - b;
    }

    private readonly struct MulOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => true;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => a * b;

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => a * b;
    }

    private readonly struct DivOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => IsSingleOrDouble<T>();

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => a / b;

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (IsSingleOrDouble<T>()) return a / b;
            if (T.IsZero(b)) throw new EvaluationException("integer division by zero");
            // The least value divided by -1 wraps to itself; the machine instruction would trap.
            return T.IsNegative(b) && b + T.One == T.Zero ? T.Zero - a : a / b;
        }
    }

    private readonly struct MaxOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => !IsSingleOrDouble<T>();

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => Vector.Max(a, b);

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Max(a, b);
    }

    private readonly struct MinOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => !IsSingleOrDouble<T>();

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => Vector.Min(a, b);

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Min(a, b);
    }

    // NaN in either operand must come through, which a plain vector maximum does not promise.
    private readonly struct MaxNanOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => true;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged =>
            Vector.ConditionalSelect(Vector.Equals(a, a), Vector.ConditionalSelect(Vector.GreaterThan(a, b), a, b), a);

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.IsNaN(a) || a > b ? a : b;
    }

    private readonly struct MinNanOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => true;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged =>
            Vector.ConditionalSelect(Vector.Equals(a, a), Vector.ConditionalSelect(Vector.LessThan(a, b), a, b), a);

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.IsNaN(a) || a < b ? a : b;
    }

    private readonly struct PReluOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => IsSingleOrDouble<T>();

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged =>
            Vector.ConditionalSelect(Vector.LessThan(a, Vector<T>.Zero), a * b, a);

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T> => a < T.Zero ? a * b : a;
    }

    private readonly struct ModOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => false;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => a;

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var rest = FModOp.Apply(a, b);
            return !T.IsZero(rest) && T.IsNegative(rest) != T.IsNegative(b) ? rest + b : rest;
        }
    }

    private readonly struct FModOp : IOp
    {
        public static bool Vectorized<T>() where T : unmanaged => false;

        public static Vector<T> Apply<T>(Vector<T> a, Vector<T> b) where T : unmanaged => a;

        public static T Apply<T>(T a, T b) where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            if (IsSingleOrDouble<T>()) return a % b;
            if (T.IsZero(b)) throw new EvaluationException("integer division by zero");
            return T.IsNegative(b) && b + T.One == T.Zero ? T.Zero : a % b;
        }
    }

    private readonly struct Work(BinaryKind kind, NdArray a, NdArray b, NdArray y) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            switch (kind)
            {
                case BinaryKind.Add: Loop<T, AddOp>(); break;
                case BinaryKind.Sub: Loop<T, SubOp>(); break;
                case BinaryKind.Mul: Loop<T, MulOp>(); break;
                case BinaryKind.Div: Loop<T, DivOp>(); break;
                case BinaryKind.Max when IsSingleOrDouble<T>(): Loop<T, MaxNanOp>(); break;
                case BinaryKind.Min when IsSingleOrDouble<T>(): Loop<T, MinNanOp>(); break;
                case BinaryKind.Max: Loop<T, MaxOp>(); break;
                case BinaryKind.Min: Loop<T, MinOp>(); break;
                case BinaryKind.PRelu: Loop<T, PReluOp>(); break;
                case BinaryKind.Mod:
                    if (IsSingleOrDouble<T>()) throw new EvaluationException("Mod of floating-point operands needs fmod = 1");
                    Loop<T, ModOp>();
                    break;
                default: Loop<T, FModOp>(); break;
            }
        }

        private void Loop<T, TOp>() where T : unmanaged, INumber<T>, IMinMaxValue<T> where TOp : struct, IOp
        {
            var left = a.Read<T>();
            var right = b.Read<T>();
            var to = y.Write<T>();
            var walk = new BroadcastWalk(a.Shape, b.Shape, y.Shape);
            int at = 0;
            while (walk.NextRun(out int i, out int j, out int count))
            {
                int n = 0;
                if (TOp.Vectorized<T>() && count >= Vector<T>.Count)
                {
                    var fixedA = new Vector<T>(left[i]);
                    var fixedB = new Vector<T>(right[j]);
                    for (; n <= count - Vector<T>.Count; n += Vector<T>.Count)
                    {
                        var va = walk.StepA == 0 ? fixedA : new Vector<T>(left.Slice(i + n, Vector<T>.Count));
                        var vb = walk.StepB == 0 ? fixedB : new Vector<T>(right.Slice(j + n, Vector<T>.Count));
                        TOp.Apply(va, vb).CopyTo(to.Slice(at + n, Vector<T>.Count));
                    }
                }
                for (int p = i + n * walk.StepA, q = j + n * walk.StepB; n < count; n++, p += walk.StepA, q += walk.StepB)
                    to[at + n] = TOp.Apply(left[p], right[q]);
                at += count;
            }
            GC.KeepAlive(a);
            GC.KeepAlive(b);
        }
    }

    private readonly struct CompareWork(CompareKind kind, NdArray a, NdArray b, NdArray y) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var left = a.Read<T>();
            var right = b.Read<T>();
            var to = y.Write<bool>();
            var walk = new BroadcastWalk(a.Shape, b.Shape, y.Shape);
            int at = 0;
            while (walk.NextRun(out int i, out int j, out int count))
            {
                for (int n = 0; n < count; n++, i += walk.StepA, j += walk.StepB)
                {
                    to[at++] = kind switch
                    {
                        CompareKind.Equal => left[i] == right[j],
                        CompareKind.Less => left[i] < right[j],
                        CompareKind.LessOrEqual => left[i] <= right[j],
                        CompareKind.Greater => left[i] > right[j],
                        _ => left[i] >= right[j],
                    };
                }
            }
        }
    }

    private readonly struct WhereWork(NdArray condition, NdArray a, NdArray b, NdArray y) : IWidthWork
    {
        public void Run<T>()
        {
            var test = condition.Read<byte>();
            var left = a.Read<T>();
            var right = b.Read<T>();
            var to = y.Write<T>();
            for (int i = 0; i < to.Length; i++) to[i] = test[i] != 0 ? left[i] : right[i];
        }
    }
}
