using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NestC.Evaluation;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Writes panels of the right operand, so that the product never needs the operand itself (im2col without a buffer).</summary>
internal unsafe interface IPanelSource<T> where T : unmanaged
{
    /// <summary>Packs rows k0..k0+depth of columns n0..n0+columns to target[depth][panel], the missing columns as zeros. It may
    /// write up to <see cref="BlockedProduct.Slack"/> elements too many.</summary>
    void Pack(T* target, nint k0, nint depth, nint n0, int columns, int panel);
}

/// <summary>The one matrix product behind convolutions, MatMul and Gemm: C = start + A B, blocked for the caches (Goto and van de Geijn 2008)
/// around the register tiles of <see cref="Tiles"/>.</summary>
internal static unsafe class BlockedProduct
{
    /// <summary>Elements that a packing routine may write or read beyond what it needs.</summary>
    public const int Slack = 64;

    // A panel of A of this depth and two vectors of B stay in the first-level cache, a block of B in the second.
    private const int Depth = 256, Rows = 14 * 16, Columns = 32 * 32;

    [ThreadStatic]
    private static ThreadScratch? scratch;

    private enum Width { Vector512, Vector256, Vector128 }

    private static readonly Width Hardware =
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? Width.Vector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? Width.Vector256
        : Width.Vector128;

    /// <summary>C[rows][columns] (pitch elements a row) from A, whose element (i, k) is a[i * rowStep + k * depthStep].
    /// The sum starts from C itself when <paramref name="accumulate"/> is set, else from bias[i] (0 without a bias).</summary>
    public static void Run<T, TMac, TSource>(
        nint rows, nint columns, nint depth, T* a, nint rowStep, nint depthStep, ref TSource source, T* c, nint pitch, T* bias, bool accumulate)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T> where TSource : struct, IPanelSource<T>
    {
        if (rows == 0 || columns == 0) return;
        int panel = Panel<T>();
        scratch ??= new ThreadScratch();
        T* packedA = (T*)scratch.Get(0, (Rows + 16) * (nint)Depth * sizeof(T));
        T* packedB = (T*)scratch.Get(1, ((nint)Columns * Depth + Slack) * sizeof(T));
        T* edge = stackalloc T[16 * panel];
        T* zeros = stackalloc T[16];
        new Span<T>(zeros, 16).Clear();
        T* starts = stackalloc T[16];
        if (depth == 0)
        {
            for (nint i = 0; i < rows && !accumulate; i++) new Span<T>(c + i * pitch, (int)columns).Fill(bias == null ? default : bias[i]);
            return;
        }
        int blockColumns = Columns / panel * panel;
        for (nint n0 = 0; n0 < columns; n0 += blockColumns)
        {
            nint width = Math.Min(columns - n0, blockColumns);
            for (nint k0 = 0; k0 < depth; k0 += Depth)
            {
                nint length = Math.Min(depth - k0, Depth);
                for (nint n = 0; n < width; n += panel)
                    source.Pack(packedB + n * length, k0, length, n0 + n, (int)Math.Min(panel, width - n), panel);
                for (nint m0 = 0; m0 < rows; m0 += Rows)
                {
                    nint height = Math.Min(rows - m0, Rows);
                    PackRows(packedA, a + m0 * rowStep + k0 * depthStep, height, length, rowStep, depthStep);
                    for (nint n = 0; n < width; n += panel)
                    {
                        T* b = packedB + n * length;
                        T* left = packedA;
                        bool fullWidth = width - n >= panel;
                        for (nint m = 0; m < height;)
                        {
                            int tile = TileRows(height - m);
                            T* target = c + (m0 + m) * pitch + n0 + n;
                            T* start = null;
                            if (k0 == 0 && !accumulate)
                            {
                                start = zeros;
                                if (bias != null)
                                {
                                    start = starts;
                                    for (int r = 0; r < tile; r++) starts[r] = m + r < height ? bias[m0 + m + r] : default;
                                }
                            }
                            if (fullWidth && height - m >= tile) Call<T, TMac>(tile, length, left, b, target, pitch, start);
                            else Edge<T, TMac>(tile, length, left, b, target, pitch, start, edge, panel, (int)Math.Min(tile, height - m), (int)Math.Min(panel, width - n));
                            left += tile * length;
                            m += tile;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Columns of a packed panel of the right operand.</summary>
    public static int Panel<T>() where T : unmanaged => Hardware switch
    {
        Width.Vector512 => 2 * Vector512<T>.Count,
        Width.Vector256 => 2 * Vector256<T>.Count,
        _ => 2 * Vector128<T>.Count,
    };

    private static int TileRows(nint left) => Hardware switch
    {
        Width.Vector512 => left > 8 ? 14 : left > 4 ? 8 : 4,
        Width.Vector256 => left > 2 ? 6 : 2,
        _ => 4,
    };

    private static void Call<T, TMac>(int rows, nint depth, T* a, T* b, T* c, nint pitch, T* start)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        switch (Hardware)
        {
            case Width.Vector512:
                if (rows == 14) Tiles.Rows14x512<T, TMac>(depth, a, b, c, pitch, start);
                else if (rows == 8) Tiles.Rows8x512<T, TMac>(depth, a, b, c, pitch, start);
                else Tiles.Rows4x512<T, TMac>(depth, a, b, c, pitch, start);
                break;
            case Width.Vector256:
                if (rows == 6) Tiles.Rows6x256<T, TMac>(depth, a, b, c, pitch, start);
                else Tiles.Rows2x256<T, TMac>(depth, a, b, c, pitch, start);
                break;
            default:
                Tiles.Rows4x128<T, TMac>(depth, a, b, c, pitch, start);
                break;
        }
    }

    // A tile that reaches beyond C is computed aside, and what belongs to C is copied.
    private static void Edge<T, TMac>(
        int tile, nint depth, T* a, T* b, T* c, nint pitch, T* start, T* edge, int panel, int rows, int columns)
        where T : unmanaged where TMac : struct, IMultiplyAdd<T>
    {
        if (start == null)
        {
            new Span<T>(edge, tile * panel).Clear();
            for (int r = 0; r < rows; r++) new Span<T>(c + r * pitch, columns).CopyTo(new Span<T>(edge + r * panel, columns));
        }
        Call<T, TMac>(tile, depth, a, b, edge, panel, start);
        for (int r = 0; r < rows; r++) new Span<T>(edge + r * panel, columns).CopyTo(new Span<T>(c + r * pitch, columns));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackRows<T>(T* target, T* a, nint rows, nint depth, nint rowStep, nint depthStep) where T : unmanaged
    {
        for (nint m = 0; m < rows;)
        {
            int tile = TileRows(rows - m);
            int have = (int)Math.Min(tile, rows - m);
            T* from = a + m * rowStep;
            for (nint k = 0; k < depth; k++, target += tile, from += depthStep)
            {
                T* at = from;
                for (int r = 0; r < have; r++, at += rowStep) target[r] = *at;
                for (int r = have; r < tile; r++) target[r] = default;
            }
            m += tile;
        }
    }
}

/// <summary>A right operand in memory, whose element (k, n) is b[k * depthStep + n * columnStep].</summary>
internal readonly unsafe struct MatrixSource<T>(T* b, nint depthStep, nint columnStep) : IPanelSource<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(T* target, nint k0, nint depth, nint n0, int columns, int panel)
    {
        T* from = b + k0 * depthStep + n0 * columnStep;
        if (columnStep == 1)
        {
            if (columns == panel && panel * sizeof(T) == 128)
            {
                for (nint k = 0; k < depth; k++, from += depthStep, target += panel)
                {
                    Vector512.Load((byte*)from).Store((byte*)target);
                    Vector512.Load((byte*)from + 64).Store((byte*)target + 64);
                }
                return;
            }
            for (nint k = 0; k < depth; k++, from += depthStep, target += panel)
            {
                new Span<T>(from, columns).CopyTo(new Span<T>(target, panel));
                new Span<T>(target + columns, panel - columns).Clear();
            }
            return;
        }
        for (nint k = 0; k < depth; k++, from += depthStep, target += panel)
        {
            T* at = from;
            for (int n = 0; n < columns; n++, at += columnStep) target[n] = *at;
            for (int n = columns; n < panel; n++) target[n] = default;
        }
    }
}
