using System.Numerics;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Elementwise functions of one operand; what they mean is ONNX's operator of the same name.</summary>
public enum UnaryKind
{
    Abs, Neg, Sign, Floor, Ceil, Round, Sqrt, Reciprocal, Exp, Log, Erf,
    Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Tanh, Asinh, Acosh, Atanh,
    Sigmoid, Softplus, Softsign, Relu, HardSwish, Mish, Gelu, GeluTanh,
    LeakyRelu, Elu, Celu, Selu, HardSigmoid, ThresholdedRelu, Shrink,

    /// <summary>alpha x + beta (an activation of recurrent layers).</summary>
    Affine,

    /// <summary>alpha tanh(beta x) (an activation of recurrent layers).</summary>
    ScaledTanh,
}

/// <summary>Which function, and its parameters: <paramref name="Alpha"/> and <paramref name="Beta"/> are the operator's attributes in ONNX's
/// order (Selu: alpha, gamma; Shrink: lambd, bias; others as named).</summary>
public readonly record struct UnaryFunction(UnaryKind Kind, float Alpha = 0, float Beta = 0);

/// <summary>Elementwise functions of one operand. f16 and bf16 are computed in f32 and rounded once; f32 functions without a
/// vectorised form are computed in f64 and rounded once.</summary>
public static unsafe class Unary
{
    /// <summary>Applies a function to every element; the result has the operand's kind and shape.</summary>
    public static NdArray Apply(UnaryFunction function, NdArray x)
    {
        if (x.Kind.IsNarrowFloat()) return Cast.To(Apply(function, Cast.To(x, ElementKind.F32)), x.Kind);
        var y = NdArray.CreateUninitialized(x.Kind, x.Shape);
        if (x.Kind == ElementKind.F32) Apply(function, x.Read<float>(), y.Write<float>());
        else if (x.Kind == ElementKind.F64)
        {
            var scalar = Scalar(function.Kind);
            var from = x.Read<double>();
            var to = y.Write<double>();
            for (int i = 0; i < from.Length; i++) to[i] = scalar(from[i], function.Alpha, function.Beta);
        }
        else
        {
            var work = new OnIntegers(function, x, y);
            NumericDispatch.Run(x.Kind, ref work, function.Kind.ToString());
        }
        GC.KeepAlive(x);
        return y;
    }

    /// <summary>Applies a function to f32 values; source and target may be the same span.</summary>
    public static void Apply(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y)
    {
        switch (function.Kind)
        {
            case UnaryKind.Abs: Map<AbsOp>(x, y, function); break;
            case UnaryKind.Neg: Map<NegOp>(x, y, function); break;
            case UnaryKind.Sqrt: Map<SqrtOp>(x, y, function); break;
            case UnaryKind.Reciprocal: Map<ReciprocalOp>(x, y, function); break;
            case UnaryKind.Relu: Map<ReluOp>(x, y, function); break;
            case UnaryKind.LeakyRelu: Map<LeakyReluOp>(x, y, function); break;
            case UnaryKind.HardSigmoid: Map<HardSigmoidOp>(x, y, function); break;
            case UnaryKind.HardSwish: Map<HardSwishOp>(x, y, function); break;
            case UnaryKind.Exp: Map<ExpOp>(x, y, function); break;
            case UnaryKind.Sigmoid: Map<SigmoidOp>(x, y, function); break;
            case UnaryKind.Tanh: Map<TanhOp>(x, y, function); break;
            case UnaryKind.Erf: Map<ErfOp>(x, y, function); break;
            default:
                var scalar = Scalar(function.Kind);
                for (int i = 0; i < x.Length; i++) y[i] = (float)scalar(x[i], function.Alpha, function.Beta);
                break;
        }
    }

    /// <summary>The error function in f64, by the all-positive series of Kummer (Abramowitz and Stegun 7.1.6).</summary>
    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x, square = 2 * x * x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= square / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static delegate*<double, double, double, double> Scalar(UnaryKind kind) => kind switch
    {
        UnaryKind.Abs => &AbsD,
        UnaryKind.Neg => &NegD,
        UnaryKind.Sign => &SignD,
        UnaryKind.Floor => &FloorD,
        UnaryKind.Ceil => &CeilD,
        UnaryKind.Round => &RoundD,
        UnaryKind.Sqrt => &SqrtD,
        UnaryKind.Reciprocal => &ReciprocalD,
        UnaryKind.Exp => &ExpD,
        UnaryKind.Log => &LogD,
        UnaryKind.Erf => &ErfD,
        UnaryKind.Sin => &SinD,
        UnaryKind.Cos => &CosD,
        UnaryKind.Tan => &TanD,
        UnaryKind.Asin => &AsinD,
        UnaryKind.Acos => &AcosD,
        UnaryKind.Atan => &AtanD,
        UnaryKind.Sinh => &SinhD,
        UnaryKind.Cosh => &CoshD,
        UnaryKind.Tanh => &TanhD,
        UnaryKind.Asinh => &AsinhD,
        UnaryKind.Acosh => &AcoshD,
        UnaryKind.Atanh => &AtanhD,
        UnaryKind.Sigmoid => &SigmoidD,
        UnaryKind.Softplus => &SoftplusD,
        UnaryKind.Softsign => &SoftsignD,
        UnaryKind.Relu => &ReluD,
        UnaryKind.HardSwish => &HardSwishD,
        UnaryKind.Mish => &MishD,
        UnaryKind.Gelu => &GeluD,
        UnaryKind.GeluTanh => &GeluTanhD,
        UnaryKind.LeakyRelu => &LeakyReluD,
        UnaryKind.Elu => &EluD,
        UnaryKind.Celu => &CeluD,
        UnaryKind.Selu => &SeluD,
        UnaryKind.HardSigmoid => &HardSigmoidD,
        UnaryKind.ThresholdedRelu => &ThresholdedReluD,
        UnaryKind.Shrink => &ShrinkD,
        UnaryKind.Affine => &AffineD,
        UnaryKind.ScaledTanh => &ScaledTanhD,
        _ => throw new EvaluationException($"{kind} is not a function of one operand"),
    };

    private static double AbsD(double x, double a, double b) => Math.Abs(x);

    private static double NegD(double x, double a, double b) => -x;

    private static double SignD(double x, double a, double b) => double.IsNaN(x) ? x : Math.Sign(x);

    private static double FloorD(double x, double a, double b) => Math.Floor(x);

    private static double CeilD(double x, double a, double b) => Math.Ceiling(x);

    private static double RoundD(double x, double a, double b) => Math.Round(x, MidpointRounding.ToEven);

    private static double SqrtD(double x, double a, double b) => Math.Sqrt(x);

    private static double ReciprocalD(double x, double a, double b) => 1 / x;

    private static double ExpD(double x, double a, double b) => Math.Exp(x);

    private static double LogD(double x, double a, double b) => Math.Log(x);

    private static double ErfD(double x, double a, double b) => Erf(x);

    private static double SinD(double x, double a, double b) => Math.Sin(x);

    private static double CosD(double x, double a, double b) => Math.Cos(x);

    private static double TanD(double x, double a, double b) => Math.Tan(x);

    private static double AsinD(double x, double a, double b) => Math.Asin(x);

    private static double AcosD(double x, double a, double b) => Math.Acos(x);

    private static double AtanD(double x, double a, double b) => Math.Atan(x);

    private static double SinhD(double x, double a, double b) => Math.Sinh(x);

    private static double CoshD(double x, double a, double b) => Math.Cosh(x);

    private static double TanhD(double x, double a, double b) => Math.Tanh(x);

    private static double AsinhD(double x, double a, double b) => Math.Asinh(x);

    private static double AcoshD(double x, double a, double b) => Math.Acosh(x);

    private static double AtanhD(double x, double a, double b) => Math.Atanh(x);

    // Both branches keep the exponential small, so that neither overflows.
    private static double SigmoidD(double x, double a, double b)
    {
        if (x >= 0) return 1 / (1 + Math.Exp(-x));
        double e = Math.Exp(x);
        return e / (1 + e);
    }

    private static double SoftplusD(double x, double a, double b) => Math.Max(x, 0) + double.LogP1(Math.Exp(-Math.Abs(x)));

    private static double SoftsignD(double x, double a, double b) => x / (1 + Math.Abs(x));

    private static double ReluD(double x, double a, double b) => Math.Max(x, 0);

    private static double HardSwishD(double x, double a, double b) => x * Math.Max(0, Math.Min(1, x / 6 + 0.5));

    private static double MishD(double x, double a, double b) => x * Math.Tanh(SoftplusD(x, 0, 0));

    private static double GeluD(double x, double a, double b) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    private static double GeluTanhD(double x, double a, double b) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    private static double LeakyReluD(double x, double alpha, double b) => x < 0 ? alpha * x : x;

    private static double EluD(double x, double alpha, double b) => x < 0 ? alpha * double.ExpM1(x) : x;

    private static double CeluD(double x, double alpha, double b) => Math.Max(0, x) + Math.Min(0, alpha * double.ExpM1(x / alpha));

    private static double SeluD(double x, double alpha, double gamma) => gamma * (x > 0 ? x : alpha * double.ExpM1(x));

    private static double HardSigmoidD(double x, double alpha, double beta) => Math.Max(0, Math.Min(1, alpha * x + beta));

    private static double ThresholdedReluD(double x, double alpha, double b) => x > alpha ? x : 0;

    private static double ShrinkD(double x, double lambd, double bias) => x < -lambd ? x + bias : x > lambd ? x - bias : 0;

    private static double AffineD(double x, double alpha, double beta) => alpha * x + beta;

    private static double ScaledTanhD(double x, double alpha, double beta) => alpha * Math.Tanh(beta * x);

    private interface IVectorOp
    {
        static abstract Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta);
    }

    private static void Map<TOp>(ReadOnlySpan<float> x, Span<float> y, UnaryFunction function) where TOp : struct, IVectorOp
    {
        var alpha = new Vector<float>(function.Alpha);
        var beta = new Vector<float>(function.Beta);
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
            TOp.Apply(new Vector<float>(x[i..]), alpha, beta).CopyTo(y[i..]);
        if (i == x.Length) return;
        // The tail goes through the same vector code, so that a value never depends on where it stands.
        Span<float> tail = stackalloc float[Vector<float>.Count];
        tail.Clear();
        x[i..].CopyTo(tail);
        TOp.Apply(new Vector<float>(tail), alpha, beta).CopyTo(tail);
        tail[..(x.Length - i)].CopyTo(y[i..]);
    }

    private readonly struct AbsOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) => Vector.Abs(x);
    }

    private readonly struct NegOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) => -x;
    }

    private readonly struct SqrtOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) => Vector.SquareRoot(x);
    }

    private readonly struct ReciprocalOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) => Vector<float>.One / x;
    }

    private readonly struct ReluOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), Vector<float>.Zero, x);
    }

    private readonly struct LeakyReluOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) =>
            Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), alpha * x, x);
    }

    private readonly struct HardSigmoidOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) =>
            Vector.Max(Vector<float>.Zero, Vector.Min(Vector<float>.One, alpha * x + beta));
    }

    private readonly struct HardSwishOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) =>
            x * Vector.Max(Vector<float>.Zero, Vector.Min(Vector<float>.One, x * (1f / 6) + new Vector<float>(0.5f)));
    }

    private readonly struct ExpOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta) => Vector.Exp(x);
    }

    private readonly struct SigmoidOp : IVectorOp
    {
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta)
        {
            var e = Vector.Exp(-Vector.Abs(x));
            var positive = Vector<float>.One / (Vector<float>.One + e);
            return Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), e * positive, positive);
        }
    }

    private readonly struct TanhOp : IVectorOp
    {
        // (1 - e) / (1 + e) with e = exp(-2|x|) loses digits near 0, where the Taylor series takes over.
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta)
        {
            var magnitude = Vector.Abs(x);
            var e = Vector.Exp(magnitude * -2f);
            var large = (Vector<float>.One - e) / (Vector<float>.One + e);
            large = Vector.ConditionalSelect(Vector.LessThan(x, Vector<float>.Zero), -large, large);
            var s = x * x;
            var series = new Vector<float>(62f / 2835) * s - new Vector<float>(17f / 315);
            series = series * s + new Vector<float>(2f / 15);
            series = series * s - new Vector<float>(1f / 3);
            var small = x + x * s * series;
            var result = Vector.ConditionalSelect(Vector.LessThan(magnitude, new Vector<float>(0.3f)), small, large);
            return Vector.ConditionalSelect(Vector.Equals(x, x), result, x);
        }
    }

    private readonly struct ErfOp : IVectorOp
    {
        // A rational approximation x P(x^2) / Q(x^2) on |x| <= 4, where f32 has reached 1 (relative error below 5e-7, tested against f64).
        public static Vector<float> Apply(Vector<float> x, Vector<float> alpha, Vector<float> beta)
        {
            var clamped = Vector.Min(Vector.Max(x, new Vector<float>(-4f)), new Vector<float>(4f));
            var s = clamped * clamped;
            var p = new Vector<float>(-2.72614225801306e-10f) * s + new Vector<float>(2.77068142495902e-08f);
            p = p * s + new Vector<float>(-2.10102402082508e-06f);
            p = p * s + new Vector<float>(-5.69250639462346e-05f);
            p = p * s + new Vector<float>(-7.34990630326855e-04f);
            p = p * s + new Vector<float>(-2.95459980854025e-03f);
            p = p * s + new Vector<float>(-1.60960333262415e-02f);
            var q = new Vector<float>(-1.45660718464996e-05f) * s + new Vector<float>(-2.13374055278905e-04f);
            q = q * s + new Vector<float>(-1.68282697438203e-03f);
            q = q * s + new Vector<float>(-7.37332916720468e-03f);
            q = q * s + new Vector<float>(-1.42647390514189e-02f);
            var result = clamped * p / q;
            result = Vector.Min(Vector.Max(result, new Vector<float>(-1f)), Vector<float>.One);
            return Vector.ConditionalSelect(Vector.Equals(x, x), result, x);
        }
    }

    private readonly struct OnIntegers(UnaryFunction function, NdArray x, NdArray y) : INumericWork
    {
        public void Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.Read<T>();
            var to = y.Write<T>();
            switch (function.Kind)
            {
                case UnaryKind.Abs:
                    for (int i = 0; i < from.Length; i++) to[i] = T.IsNegative(from[i]) ? T.Zero - from[i] : from[i];
                    break;
                case UnaryKind.Neg:
                    for (int i = 0; i < from.Length; i++) to[i] = T.Zero - from[i];
                    break;
                case UnaryKind.Sign:
                    for (int i = 0; i < from.Length; i++) to[i] = T.IsZero(from[i]) ? T.Zero : T.IsNegative(from[i]) ? T.Zero - T.One : T.One;
                    break;
                case UnaryKind.Relu:
                    for (int i = 0; i < from.Length; i++) to[i] = T.IsNegative(from[i]) ? T.Zero : from[i];
                    break;
                case UnaryKind.Floor or UnaryKind.Ceil or UnaryKind.Round:
                    from.CopyTo(to);
                    break;
                default:
                    // The remaining functions are defined on floats; on integers (Shrink) ONNX computes in floating point and truncates.
                    var wide = Apply(function, Cast.To(x, ElementKind.F64));
                    Cast.To(wide, x.Kind).CopyTo(0, y, 0, y.Count);
                    break;
            }
        }
    }
}
