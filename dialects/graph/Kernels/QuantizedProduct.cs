using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NestC.Dialects.Graph.Kernels;

/// <summary>Matrix products of 16-bit integers in wrapping 32-bit sums: two steps of the depth stand in one lane, so that one instruction
/// multiplies and adds pairs.</summary>
internal static unsafe class QuantizedProduct
{
    // Steps of the depth that are packed at once, in pairs; a panel of B is two vectors of pairs.
    private const int Pairs = 256, Rows = 6;

    [ThreadStatic]
    private static ThreadScratch? scratch;

    /// <summary>Whether the vector instructions are there.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Columns of a packed panel.</summary>
    public static int Panel => Wide ? 32 : 16;

    private static bool Wide => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    /// <summary>c[rows][columns] = bias[row] + A B, for A row-major and B the windows of an image.</summary>
    public static void Run(nint rows, nint columns, nint depth, short* a, in WindowSource source, int* c, int* bias)
    {
        int panel = Panel;
        nint pairs = (depth + 1) / 2, tiles = (rows + Rows - 1) / Rows;
        scratch ??= new ThreadScratch();
        int* packedA = (int*)scratch.Get(0, tiles * Rows * pairs * sizeof(int));
        int* packedB = (int*)scratch.Get(1, (Pairs * (nint)panel + 64) * sizeof(int));
        int* edge = stackalloc int[Rows * panel];
        PackRows(packedA, a, rows, depth);
        for (nint n = 0; n < columns; n += panel)
        {
            int width = (int)Math.Min(panel, columns - n);
            for (nint k = 0; k < pairs; k += Pairs)
            {
                nint length = Math.Min(Pairs, pairs - k);
                source.Pack(packedB, 2 * k, Math.Min(2 * length, depth - 2 * k), n, width, panel);
                for (nint m = 0; m < rows; m += Rows)
                {
                    int* left = packedA + m * pairs + k * Rows;
                    int height = (int)Math.Min(Rows, rows - m);
                    int* target = c + m * columns + n;
                    bool whole = height == Rows && width == panel;
                    int* to = whole ? target : edge;
                    nint pitch = whole ? columns : panel;
                    if (k == 0)
                        for (int r = 0; r < Rows; r++) new Span<int>(to + r * pitch, panel).Fill(bias == null || r >= height ? 0 : bias[m + r]);
                    else if (!whole)
                        for (int r = 0; r < height; r++) new Span<int>(target + r * columns, width).CopyTo(new Span<int>(edge + r * panel, width));
                    if (Wide) Tile512(length, left, packedB, to, pitch);
                    else Tile256(length, left, packedB, to, pitch);
                    if (!whole)
                        for (int r = 0; r < height; r++) new Span<int>(edge + r * panel, width).CopyTo(new Span<int>(target + r * columns, width));
                }
            }
        }
    }

    /// <summary>The sum of products of two runs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Dot(short* a, short* b, nint count)
    {
        nint i = 0;
        int sum = 0;
        if (Wide)
        {
            Vector512<int> s0 = default, s1 = default;
            for (; i <= count - 64; i += 64)
            {
                s0 += Avx512BW.MultiplyAddAdjacent(Vector512.Load(a + i), Vector512.Load(b + i));
                s1 += Avx512BW.MultiplyAddAdjacent(Vector512.Load(a + i + 32), Vector512.Load(b + i + 32));
            }
            sum = Vector512.Sum(s0 + s1);
        }
        else if (Avx2.IsSupported)
        {
            Vector256<int> s0 = default, s1 = default;
            for (; i <= count - 32; i += 32)
            {
                s0 += Avx2.MultiplyAddAdjacent(Vector256.Load(a + i), Vector256.Load(b + i));
                s1 += Avx2.MultiplyAddAdjacent(Vector256.Load(a + i + 16), Vector256.Load(b + i + 16));
            }
            sum = Vector256.Sum(s0 + s1);
        }
        for (; i < count; i++) sum += a[i] * b[i];
        return sum;
    }

    // Tiles of six rows; for each pair of steps the six rows' pairs.
    private static void PackRows(int* target, short* a, nint rows, nint depth)
    {
        nint pairs = (depth + 1) / 2;
        for (nint m = 0; m < rows; m += Rows, target += Rows * pairs)
        {
            for (int r = 0; r < Rows; r++)
            {
                int* to = target + r;
                if (m + r >= rows)
                {
                    for (nint p = 0; p < pairs; p++, to += Rows) *to = 0;
                    continue;
                }
                short* from = a + (m + r) * depth;
                for (nint p = 0; p < depth / 2; p++, to += Rows, from += 2) *to = (ushort)from[0] | (from[1] << 16);
                if ((depth & 1) != 0) *to = (ushort)*from;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile512(nint pairs, int* a, int* b, int* c, nint pitch)
    {
        Vector512<int> c00 = Vector512.Load(c), c01 = Vector512.Load(c + 16);
        Vector512<int> c10 = Vector512.Load(c + pitch), c11 = Vector512.Load(c + pitch + 16);
        Vector512<int> c20 = Vector512.Load(c + 2 * pitch), c21 = Vector512.Load(c + 2 * pitch + 16);
        Vector512<int> c30 = Vector512.Load(c + 3 * pitch), c31 = Vector512.Load(c + 3 * pitch + 16);
        Vector512<int> c40 = Vector512.Load(c + 4 * pitch), c41 = Vector512.Load(c + 4 * pitch + 16);
        Vector512<int> c50 = Vector512.Load(c + 5 * pitch), c51 = Vector512.Load(c + 5 * pitch + 16);
        for (nint k = 0; k < pairs; k++, a += Rows, b += 32)
        {
            Vector512<short> b0 = Vector512.Load(b).AsInt16(), b1 = Vector512.Load(b + 16).AsInt16(), v = Vector512.Create(a[0]).AsInt16();
            c00 += Avx512BW.MultiplyAddAdjacent(v, b0);
            c01 += Avx512BW.MultiplyAddAdjacent(v, b1);
            v = Vector512.Create(a[1]).AsInt16();
            c10 += Avx512BW.MultiplyAddAdjacent(v, b0);
            c11 += Avx512BW.MultiplyAddAdjacent(v, b1);
            v = Vector512.Create(a[2]).AsInt16();
            c20 += Avx512BW.MultiplyAddAdjacent(v, b0);
            c21 += Avx512BW.MultiplyAddAdjacent(v, b1);
            v = Vector512.Create(a[3]).AsInt16();
            c30 += Avx512BW.MultiplyAddAdjacent(v, b0);
            c31 += Avx512BW.MultiplyAddAdjacent(v, b1);
            v = Vector512.Create(a[4]).AsInt16();
            c40 += Avx512BW.MultiplyAddAdjacent(v, b0);
            c41 += Avx512BW.MultiplyAddAdjacent(v, b1);
            v = Vector512.Create(a[5]).AsInt16();
            c50 += Avx512BW.MultiplyAddAdjacent(v, b0);
            c51 += Avx512BW.MultiplyAddAdjacent(v, b1);
        }
        c00.Store(c);
        c01.Store(c + 16);
        c10.Store(c + pitch);
        c11.Store(c + pitch + 16);
        c20.Store(c + 2 * pitch);
        c21.Store(c + 2 * pitch + 16);
        c30.Store(c + 3 * pitch);
        c31.Store(c + 3 * pitch + 16);
        c40.Store(c + 4 * pitch);
        c41.Store(c + 4 * pitch + 16);
        c50.Store(c + 5 * pitch);
        c51.Store(c + 5 * pitch + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile256(nint pairs, int* a, int* b, int* c, nint pitch)
    {
        Vector256<int> c00 = Vector256.Load(c), c01 = Vector256.Load(c + 8);
        Vector256<int> c10 = Vector256.Load(c + pitch), c11 = Vector256.Load(c + pitch + 8);
        Vector256<int> c20 = Vector256.Load(c + 2 * pitch), c21 = Vector256.Load(c + 2 * pitch + 8);
        Vector256<int> c30 = Vector256.Load(c + 3 * pitch), c31 = Vector256.Load(c + 3 * pitch + 8);
        Vector256<int> c40 = Vector256.Load(c + 4 * pitch), c41 = Vector256.Load(c + 4 * pitch + 8);
        Vector256<int> c50 = Vector256.Load(c + 5 * pitch), c51 = Vector256.Load(c + 5 * pitch + 8);
        for (nint k = 0; k < pairs; k++, a += Rows, b += 16)
        {
            Vector256<short> b0 = Vector256.Load(b).AsInt16(), b1 = Vector256.Load(b + 8).AsInt16(), v = Vector256.Create(a[0]).AsInt16();
            c00 += Avx2.MultiplyAddAdjacent(v, b0);
            c01 += Avx2.MultiplyAddAdjacent(v, b1);
            v = Vector256.Create(a[1]).AsInt16();
            c10 += Avx2.MultiplyAddAdjacent(v, b0);
            c11 += Avx2.MultiplyAddAdjacent(v, b1);
            v = Vector256.Create(a[2]).AsInt16();
            c20 += Avx2.MultiplyAddAdjacent(v, b0);
            c21 += Avx2.MultiplyAddAdjacent(v, b1);
            v = Vector256.Create(a[3]).AsInt16();
            c30 += Avx2.MultiplyAddAdjacent(v, b0);
            c31 += Avx2.MultiplyAddAdjacent(v, b1);
            v = Vector256.Create(a[4]).AsInt16();
            c40 += Avx2.MultiplyAddAdjacent(v, b0);
            c41 += Avx2.MultiplyAddAdjacent(v, b1);
            v = Vector256.Create(a[5]).AsInt16();
            c50 += Avx2.MultiplyAddAdjacent(v, b0);
            c51 += Avx2.MultiplyAddAdjacent(v, b1);
        }
        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + pitch);
        c11.Store(c + pitch + 8);
        c20.Store(c + 2 * pitch);
        c21.Store(c + 2 * pitch + 8);
        c30.Store(c + 3 * pitch);
        c31.Store(c + 3 * pitch + 8);
        c40.Store(c + 4 * pitch);
        c41.Store(c + 4 * pitch + 8);
        c50.Store(c + 5 * pitch);
        c51.Store(c + 5 * pitch + 8);
    }
}

/// <summary>The windows of one group of a padded image as the right operand of a product: step k is the k-th element of every window.</summary>
internal readonly unsafe struct WindowSource(short* group, nint* offset, PaddedImage<short> image, nint step)
{
    /// <summary>Packs pairs of steps k0, k0+1.. of columns n0..n0+columns to target[pair][panel]; an odd last step is paired with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(int* target, nint k0, nint depth, nint n0, int columns, int panel)
    {
        nint* runStart = stackalloc nint[64];
        int* runLength = stackalloc int[64];
        int runs = image.Runs(n0, columns, step, runStart, runLength);
        for (nint k = 0; k < depth; k += 2, target += panel)
        {
            short* low = group + offset[k0 + k];
            // The mask drops the partner that an odd depth lacks.
            bool paired = k + 1 < depth;
            short* high = paired ? group + offset[k0 + k + 1] : low;
            int mask = paired ? -1 : 0xFFFF;
            int* to = target;
            for (int r = 0; r < runs; r++)
            {
                short* a = low + runStart[r], b = high + runStart[r];
                int length = runLength[r];
                if (step == 1)
                {
                    // Whole vectors: what is written too much is overwritten by the next run or the next pair.
                    var keep = Vector256.Create(mask);
                    for (int i = 0; i < length; i += 8)
                    {
                        var x = Avx2.ConvertToVector256Int32((ushort*)(a + i));
                        var y = Avx2.ConvertToVector256Int32((ushort*)(b + i));
                        ((x | Vector256.ShiftLeft(y, 16)) & keep).Store(to + i);
                    }
                }
                else
                {
                    for (int i = 0; i < length; i++, a += step, b += step) to[i] = ((ushort)*a | (*b << 16)) & mask;
                }
                to += length;
            }
            for (int* end = target + panel; to < end; to++) *to = 0;
        }
    }
}
