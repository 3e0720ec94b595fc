using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

[assembly: InternalsVisibleTo("NestC.Dialects.Tests")]

namespace NestC.Dialects.Graph.Kernels;

/// <summary>a * b + c in the arithmetic of one type and every vector width.</summary>
internal interface IMultiplyAdd<T> where T : unmanaged
{
    static abstract Vector512<T> Apply(Vector512<T> a, Vector512<T> b, Vector512<T> c);

    static abstract Vector256<T> Apply(Vector256<T> a, Vector256<T> b, Vector256<T> c);

    static abstract Vector128<T> Apply(Vector128<T> a, Vector128<T> b, Vector128<T> c);
}

/// <summary>The register tiles of the blocked matrix product: c[rows][2 vectors] = start or c, plus the product of packed panels
/// a[depth][rows] and b[depth][2 vectors]. The accumulators and one row of b fill the register file: 28 + 2 + 1 of 32 registers of 512 bits,
/// 12 + 2 + 1 of 16 of 256 bits. Locals, since the compiler keeps no array in registers.</summary>
internal static unsafe class Tiles
{
    /// <summary>14 rows by two vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows14x512<T, TMac>(nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        Vector512<T> x0, y0, x1, y1, x2, y2, x3, y3, x4, y4, x5, y5, x6, y6, x7, y7, x8, y8, x9, y9, x10, y10, x11, y11, x12, y12, x13, y13;
        if (start != null)
        {
            x0 = y0 = Vector512.Create(start[0]);
            x1 = y1 = Vector512.Create(start[1]);
            x2 = y2 = Vector512.Create(start[2]);
            x3 = y3 = Vector512.Create(start[3]);
            x4 = y4 = Vector512.Create(start[4]);
            x5 = y5 = Vector512.Create(start[5]);
            x6 = y6 = Vector512.Create(start[6]);
            x7 = y7 = Vector512.Create(start[7]);
            x8 = y8 = Vector512.Create(start[8]);
            x9 = y9 = Vector512.Create(start[9]);
            x10 = y10 = Vector512.Create(start[10]);
            x11 = y11 = Vector512.Create(start[11]);
            x12 = y12 = Vector512.Create(start[12]);
            x13 = y13 = Vector512.Create(start[13]);
        }
        else
        {
            T* from = c;
            (x0, y0) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x1, y1) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x2, y2) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x3, y3) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x4, y4) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x5, y5) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x6, y6) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x7, y7) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x8, y8) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x9, y9) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x10, y10) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x11, y11) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x12, y12) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x13, y13) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
        }
        for (nint k = 0; k < depth; k++, a += 14, b += 2 * Vector512<T>.Count)
        {
            var p = Vector512.Load(b);
            var q = Vector512.Load(b + Vector512<T>.Count);
            var s = Vector512.Create(a[0]);
            x0 = TMac.Apply(s, p, x0);
            y0 = TMac.Apply(s, q, y0);
            s = Vector512.Create(a[1]);
            x1 = TMac.Apply(s, p, x1);
            y1 = TMac.Apply(s, q, y1);
            s = Vector512.Create(a[2]);
            x2 = TMac.Apply(s, p, x2);
            y2 = TMac.Apply(s, q, y2);
            s = Vector512.Create(a[3]);
            x3 = TMac.Apply(s, p, x3);
            y3 = TMac.Apply(s, q, y3);
            s = Vector512.Create(a[4]);
            x4 = TMac.Apply(s, p, x4);
            y4 = TMac.Apply(s, q, y4);
            s = Vector512.Create(a[5]);
            x5 = TMac.Apply(s, p, x5);
            y5 = TMac.Apply(s, q, y5);
            s = Vector512.Create(a[6]);
            x6 = TMac.Apply(s, p, x6);
            y6 = TMac.Apply(s, q, y6);
            s = Vector512.Create(a[7]);
            x7 = TMac.Apply(s, p, x7);
            y7 = TMac.Apply(s, q, y7);
            s = Vector512.Create(a[8]);
            x8 = TMac.Apply(s, p, x8);
            y8 = TMac.Apply(s, q, y8);
            s = Vector512.Create(a[9]);
            x9 = TMac.Apply(s, p, x9);
            y9 = TMac.Apply(s, q, y9);
            s = Vector512.Create(a[10]);
            x10 = TMac.Apply(s, p, x10);
            y10 = TMac.Apply(s, q, y10);
            s = Vector512.Create(a[11]);
            x11 = TMac.Apply(s, p, x11);
            y11 = TMac.Apply(s, q, y11);
            s = Vector512.Create(a[12]);
            x12 = TMac.Apply(s, p, x12);
            y12 = TMac.Apply(s, q, y12);
            s = Vector512.Create(a[13]);
            x13 = TMac.Apply(s, p, x13);
            y13 = TMac.Apply(s, q, y13);
        }
        x0.Store(c);
        y0.Store(c + Vector512<T>.Count);
        c += pitch;
        x1.Store(c);
        y1.Store(c + Vector512<T>.Count);
        c += pitch;
        x2.Store(c);
        y2.Store(c + Vector512<T>.Count);
        c += pitch;
        x3.Store(c);
        y3.Store(c + Vector512<T>.Count);
        c += pitch;
        x4.Store(c);
        y4.Store(c + Vector512<T>.Count);
        c += pitch;
        x5.Store(c);
        y5.Store(c + Vector512<T>.Count);
        c += pitch;
        x6.Store(c);
        y6.Store(c + Vector512<T>.Count);
        c += pitch;
        x7.Store(c);
        y7.Store(c + Vector512<T>.Count);
        c += pitch;
        x8.Store(c);
        y8.Store(c + Vector512<T>.Count);
        c += pitch;
        x9.Store(c);
        y9.Store(c + Vector512<T>.Count);
        c += pitch;
        x10.Store(c);
        y10.Store(c + Vector512<T>.Count);
        c += pitch;
        x11.Store(c);
        y11.Store(c + Vector512<T>.Count);
        c += pitch;
        x12.Store(c);
        y12.Store(c + Vector512<T>.Count);
        c += pitch;
        x13.Store(c);
        y13.Store(c + Vector512<T>.Count);
    }

    /// <summary>8 rows by two vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows8x512<T, TMac>(nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        Vector512<T> x0, y0, x1, y1, x2, y2, x3, y3, x4, y4, x5, y5, x6, y6, x7, y7;
        if (start != null)
        {
            x0 = y0 = Vector512.Create(start[0]);
            x1 = y1 = Vector512.Create(start[1]);
            x2 = y2 = Vector512.Create(start[2]);
            x3 = y3 = Vector512.Create(start[3]);
            x4 = y4 = Vector512.Create(start[4]);
            x5 = y5 = Vector512.Create(start[5]);
            x6 = y6 = Vector512.Create(start[6]);
            x7 = y7 = Vector512.Create(start[7]);
        }
        else
        {
            T* from = c;
            (x0, y0) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x1, y1) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x2, y2) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x3, y3) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x4, y4) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x5, y5) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x6, y6) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x7, y7) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
        }
        for (nint k = 0; k < depth; k++, a += 8, b += 2 * Vector512<T>.Count)
        {
            var p = Vector512.Load(b);
            var q = Vector512.Load(b + Vector512<T>.Count);
            var s = Vector512.Create(a[0]);
            x0 = TMac.Apply(s, p, x0);
            y0 = TMac.Apply(s, q, y0);
            s = Vector512.Create(a[1]);
            x1 = TMac.Apply(s, p, x1);
            y1 = TMac.Apply(s, q, y1);
            s = Vector512.Create(a[2]);
            x2 = TMac.Apply(s, p, x2);
            y2 = TMac.Apply(s, q, y2);
            s = Vector512.Create(a[3]);
            x3 = TMac.Apply(s, p, x3);
            y3 = TMac.Apply(s, q, y3);
            s = Vector512.Create(a[4]);
            x4 = TMac.Apply(s, p, x4);
            y4 = TMac.Apply(s, q, y4);
            s = Vector512.Create(a[5]);
            x5 = TMac.Apply(s, p, x5);
            y5 = TMac.Apply(s, q, y5);
            s = Vector512.Create(a[6]);
            x6 = TMac.Apply(s, p, x6);
            y6 = TMac.Apply(s, q, y6);
            s = Vector512.Create(a[7]);
            x7 = TMac.Apply(s, p, x7);
            y7 = TMac.Apply(s, q, y7);
        }
        x0.Store(c);
        y0.Store(c + Vector512<T>.Count);
        c += pitch;
        x1.Store(c);
        y1.Store(c + Vector512<T>.Count);
        c += pitch;
        x2.Store(c);
        y2.Store(c + Vector512<T>.Count);
        c += pitch;
        x3.Store(c);
        y3.Store(c + Vector512<T>.Count);
        c += pitch;
        x4.Store(c);
        y4.Store(c + Vector512<T>.Count);
        c += pitch;
        x5.Store(c);
        y5.Store(c + Vector512<T>.Count);
        c += pitch;
        x6.Store(c);
        y6.Store(c + Vector512<T>.Count);
        c += pitch;
        x7.Store(c);
        y7.Store(c + Vector512<T>.Count);
    }

    /// <summary>4 rows by two vectors of 512 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x512<T, TMac>(nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        Vector512<T> x0, y0, x1, y1, x2, y2, x3, y3;
        if (start != null)
        {
            x0 = y0 = Vector512.Create(start[0]);
            x1 = y1 = Vector512.Create(start[1]);
            x2 = y2 = Vector512.Create(start[2]);
            x3 = y3 = Vector512.Create(start[3]);
        }
        else
        {
            T* from = c;
            (x0, y0) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x1, y1) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x2, y2) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
            from += pitch;
            (x3, y3) = (Vector512.Load(from), Vector512.Load(from + Vector512<T>.Count));
        }
        for (nint k = 0; k < depth; k++, a += 4, b += 2 * Vector512<T>.Count)
        {
            var p = Vector512.Load(b);
            var q = Vector512.Load(b + Vector512<T>.Count);
            var s = Vector512.Create(a[0]);
            x0 = TMac.Apply(s, p, x0);
            y0 = TMac.Apply(s, q, y0);
            s = Vector512.Create(a[1]);
            x1 = TMac.Apply(s, p, x1);
            y1 = TMac.Apply(s, q, y1);
            s = Vector512.Create(a[2]);
            x2 = TMac.Apply(s, p, x2);
            y2 = TMac.Apply(s, q, y2);
            s = Vector512.Create(a[3]);
            x3 = TMac.Apply(s, p, x3);
            y3 = TMac.Apply(s, q, y3);
        }
        x0.Store(c);
        y0.Store(c + Vector512<T>.Count);
        c += pitch;
        x1.Store(c);
        y1.Store(c + Vector512<T>.Count);
        c += pitch;
        x2.Store(c);
        y2.Store(c + Vector512<T>.Count);
        c += pitch;
        x3.Store(c);
        y3.Store(c + Vector512<T>.Count);
    }

    /// <summary>6 rows by two vectors of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows6x256<T, TMac>(nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        Vector256<T> x0, y0, x1, y1, x2, y2, x3, y3, x4, y4, x5, y5;
        if (start != null)
        {
            x0 = y0 = Vector256.Create(start[0]);
            x1 = y1 = Vector256.Create(start[1]);
            x2 = y2 = Vector256.Create(start[2]);
            x3 = y3 = Vector256.Create(start[3]);
            x4 = y4 = Vector256.Create(start[4]);
            x5 = y5 = Vector256.Create(start[5]);
        }
        else
        {
            T* from = c;
            (x0, y0) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
            from += pitch;
            (x1, y1) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
            from += pitch;
            (x2, y2) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
            from += pitch;
            (x3, y3) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
            from += pitch;
            (x4, y4) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
            from += pitch;
            (x5, y5) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
        }
        for (nint k = 0; k < depth; k++, a += 6, b += 2 * Vector256<T>.Count)
        {
            var p = Vector256.Load(b);
            var q = Vector256.Load(b + Vector256<T>.Count);
            var s = Vector256.Create(a[0]);
            x0 = TMac.Apply(s, p, x0);
            y0 = TMac.Apply(s, q, y0);
            s = Vector256.Create(a[1]);
            x1 = TMac.Apply(s, p, x1);
            y1 = TMac.Apply(s, q, y1);
            s = Vector256.Create(a[2]);
            x2 = TMac.Apply(s, p, x2);
            y2 = TMac.Apply(s, q, y2);
            s = Vector256.Create(a[3]);
            x3 = TMac.Apply(s, p, x3);
            y3 = TMac.Apply(s, q, y3);
            s = Vector256.Create(a[4]);
            x4 = TMac.Apply(s, p, x4);
            y4 = TMac.Apply(s, q, y4);
            s = Vector256.Create(a[5]);
            x5 = TMac.Apply(s, p, x5);
            y5 = TMac.Apply(s, q, y5);
        }
        x0.Store(c);
        y0.Store(c + Vector256<T>.Count);
        c += pitch;
        x1.Store(c);
        y1.Store(c + Vector256<T>.Count);
        c += pitch;
        x2.Store(c);
        y2.Store(c + Vector256<T>.Count);
        c += pitch;
        x3.Store(c);
        y3.Store(c + Vector256<T>.Count);
        c += pitch;
        x4.Store(c);
        y4.Store(c + Vector256<T>.Count);
        c += pitch;
        x5.Store(c);
        y5.Store(c + Vector256<T>.Count);
    }

    /// <summary>2 rows by two vectors of 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows2x256<T, TMac>(nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        Vector256<T> x0, y0, x1, y1;
        if (start != null)
        {
            x0 = y0 = Vector256.Create(start[0]);
            x1 = y1 = Vector256.Create(start[1]);
        }
        else
        {
            T* from = c;
            (x0, y0) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
            from += pitch;
            (x1, y1) = (Vector256.Load(from), Vector256.Load(from + Vector256<T>.Count));
        }
        for (nint k = 0; k < depth; k++, a += 2, b += 2 * Vector256<T>.Count)
        {
            var p = Vector256.Load(b);
            var q = Vector256.Load(b + Vector256<T>.Count);
            var s = Vector256.Create(a[0]);
            x0 = TMac.Apply(s, p, x0);
            y0 = TMac.Apply(s, q, y0);
            s = Vector256.Create(a[1]);
            x1 = TMac.Apply(s, p, x1);
            y1 = TMac.Apply(s, q, y1);
        }
        x0.Store(c);
        y0.Store(c + Vector256<T>.Count);
        c += pitch;
        x1.Store(c);
        y1.Store(c + Vector256<T>.Count);
    }

    /// <summary>4 rows by two vectors of 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows4x128<T, TMac>(nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        Vector128<T> x0, y0, x1, y1, x2, y2, x3, y3;
        if (start != null)
        {
            x0 = y0 = Vector128.Create(start[0]);
            x1 = y1 = Vector128.Create(start[1]);
            x2 = y2 = Vector128.Create(start[2]);
            x3 = y3 = Vector128.Create(start[3]);
        }
        else
        {
            T* from = c;
            (x0, y0) = (Vector128.Load(from), Vector128.Load(from + Vector128<T>.Count));
            from += pitch;
            (x1, y1) = (Vector128.Load(from), Vector128.Load(from + Vector128<T>.Count));
            from += pitch;
            (x2, y2) = (Vector128.Load(from), Vector128.Load(from + Vector128<T>.Count));
            from += pitch;
            (x3, y3) = (Vector128.Load(from), Vector128.Load(from + Vector128<T>.Count));
        }
        for (nint k = 0; k < depth; k++, a += 4, b += 2 * Vector128<T>.Count)
        {
            var p = Vector128.Load(b);
            var q = Vector128.Load(b + Vector128<T>.Count);
            var s = Vector128.Create(a[0]);
            x0 = TMac.Apply(s, p, x0);
            y0 = TMac.Apply(s, q, y0);
            s = Vector128.Create(a[1]);
            x1 = TMac.Apply(s, p, x1);
            y1 = TMac.Apply(s, q, y1);
            s = Vector128.Create(a[2]);
            x2 = TMac.Apply(s, p, x2);
            y2 = TMac.Apply(s, q, y2);
            s = Vector128.Create(a[3]);
            x3 = TMac.Apply(s, p, x3);
            y3 = TMac.Apply(s, q, y3);
        }
        x0.Store(c);
        y0.Store(c + Vector128<T>.Count);
        c += pitch;
        x1.Store(c);
        y1.Store(c + Vector128<T>.Count);
        c += pitch;
        x2.Store(c);
        y2.Store(c + Vector128<T>.Count);
        c += pitch;
        x3.Store(c);
        y3.Store(c + Vector128<T>.Count);
    }

    public readonly struct Single : IMultiplyAdd<float>
    {
        public static Vector512<float> Apply(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Vector512.FusedMultiplyAdd(a, b, c);

        public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

        // Without FMA hardware a fused operation would be a call for each lane.
        public static Vector128<float> Apply(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.MultiplyAddEstimate(a, b, c);
    }

    public readonly struct Double : IMultiplyAdd<double>
    {
        public static Vector512<double> Apply(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);

        public static Vector256<double> Apply(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);

        public static Vector128<double> Apply(Vector128<double> a, Vector128<double> b, Vector128<double> c) => Vector128.MultiplyAddEstimate(a, b, c);
    }

    /// <summary>Any integer of 32 or 64 bits; exact modulo its width.</summary>
    public readonly struct Integer<T> : IMultiplyAdd<T> where T : unmanaged
    {
        public static Vector512<T> Apply(Vector512<T> a, Vector512<T> b, Vector512<T> c) => a * b + c;

        public static Vector256<T> Apply(Vector256<T> a, Vector256<T> b, Vector256<T> c) => a * b + c;

        public static Vector128<T> Apply(Vector128<T> a, Vector128<T> b, Vector128<T> c) => a * b + c;
    }
}
