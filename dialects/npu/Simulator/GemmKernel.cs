using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>The implementations of the GEMM micro-op; all compute the same bits.</summary>
public enum GemmKernelKind : byte
{
    /// <summary>Any geometry, one multiply at a time.</summary>
    Scalar,

    /// <summary>1 x 16 x 16 with 128-bit vectors of any processor.</summary>
    Portable,

    /// <summary>1 x 16 x 16 with x86 AVX2.</summary>
    Avx2,

    /// <summary>1 x 16 x 16 with x86 AVX-512.</summary>
    Avx512,
}

/// <summary>
/// Executes the loop nest of a GEMM: acc[d][b][o] += sum over k of inp[s][b][k] * wgt[w][o][k], wrapping at 32 bits. Operands stand as
/// 16-bit integers, weights interleaved by pairs of k (see <see cref="Scratchpads"/>), so that one multiply-add of pairs makes 16 sums.
/// </summary>
internal static unsafe class GemmKernel
{
    /// <summary>The fastest kernel that this machine and geometry allow.</summary>
    public static GemmKernelKind Best(VtaConfig config)
    {
        if (!HasPairs(config))
            return GemmKernelKind.Scalar;
        if (Avx512BW.IsSupported)
            return GemmKernelKind.Avx512;
        return Avx2.IsSupported ? GemmKernelKind.Avx2 : GemmKernelKind.Portable;
    }

    public static bool IsAvailable(GemmKernelKind kind, VtaConfig config) => kind switch
    {
        GemmKernelKind.Scalar => true,
        GemmKernelKind.Portable => HasPairs(config),
        GemmKernelKind.Avx2 => HasPairs(config) && Avx2.IsSupported,
        _ => HasPairs(config) && Avx512BW.IsSupported,
    };

    /// <summary>True for the geometry that the vector kernels are written for.</summary>
    public static bool HasPairs(VtaConfig config) => config.LogBatch == 0 && config.LogBlockIn == 4 && config.LogBlockOut == 4;

    public static void Run(GemmKernelKind kind, Scratchpads pads, in LoopFields loop, UopTable uops)
    {
        switch (kind)
        {
            case GemmKernelKind.Avx512: Nest<Avx512Tile>(pads, loop, uops); break;
            case GemmKernelKind.Avx2: Nest<Avx2Tile>(pads, loop, uops); break;
            case GemmKernelKind.Portable: Nest<PortableTile>(pads, loop, uops); break;
            default: ScalarNest(pads, loop, uops); break;
        }
    }

    /// <summary>Sets every destination of the loop nest to zero.</summary>
    public static void Reset(Scratchpads pads, IndexSet destinations)
    {
        int lanes = pads.Config.AccLanes;
        ReadOnlySpan<ulong> words = destinations.Words;
        for (int w = 0; w < words.Length; w++)
        {
            for (ulong bits = words[w]; bits != 0; bits &= bits - 1)
                pads.AccTile((w << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits)).Slice(0, lanes).Clear();
        }
    }

    private interface ITile
    {
        static abstract void Add(int* acc, short* inp, short* wgt);
    }

    private static void Nest<TTile>(Scratchpads pads, in LoopFields loop, UopTable uops) where TTile : struct, ITile
    {
        int* acc = pads.Acc;
        short* inp = pads.Inp;
        short* wgt = pads.WgtPairs;
        int count = uops.Count;
        fixed (int* dst = uops.Dst, src = uops.Src, weight = uops.Wgt)
        {
            for (int i = 0; i < loop.IterOut; i++)
            {
                int d = i * loop.DstFactorOut, s = i * loop.SrcFactorOut, w = i * loop.WgtFactorOut;
                for (int j = 0; j < loop.IterIn; j++)
                {
                    for (int u = 0; u < count; u++)
                        TTile.Add(acc + ((nint)(d + dst[u]) << 4), inp + ((nint)(s + src[u]) << 4), wgt + ((nint)(w + weight[u]) << 8));
                    d += loop.DstFactorIn;
                    s += loop.SrcFactorIn;
                    w += loop.WgtFactorIn;
                }
            }
        }
    }

    private static void ScalarNest(Scratchpads pads, in LoopFields loop, UopTable uops)
    {
        int batch = pads.Config.Batch, blockIn = pads.Config.BlockIn, blockOut = pads.Config.BlockOut;
        ReadOnlySpan<int> dst = uops.Dst, src = uops.Src, weight = uops.Wgt;
        for (int i = 0; i < loop.IterOut; i++)
        {
            for (int j = 0; j < loop.IterIn; j++)
            {
                for (int u = 0; u < dst.Length; u++)
                {
                    Span<int> a = pads.AccTile(dst[u] + i * loop.DstFactorOut + j * loop.DstFactorIn);
                    ReadOnlySpan<short> x = pads.InpTile(src[u] + i * loop.SrcFactorOut + j * loop.SrcFactorIn);
                    ReadOnlySpan<sbyte> w = pads.WgtTile(weight[u] + i * loop.WgtFactorOut + j * loop.WgtFactorIn);
                    for (int b = 0; b < batch; b++)
                    {
                        ReadOnlySpan<short> row = x.Slice(b * blockIn, blockIn);
                        for (int o = 0; o < blockOut; o++)
                        {
                            ReadOnlySpan<sbyte> filter = w.Slice(o * blockIn, blockIn);
                            int sum = 0;
                            for (int k = 0; k < row.Length; k++)
                                sum += row[k] * filter[k];
                            a[b * blockOut + o] += sum;
                        }
                    }
                }
            }
        }
    }

    private readonly struct Avx512Tile : ITile
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(int* acc, short* inp, short* wgt)
        {
            // Two sums, so that the additions do not wait for each other.
            int* pairs = (int*)inp;
            Vector512<int> even = Vector512.Load(acc), odd = Product(pairs, wgt, 1);
            even += Product(pairs, wgt, 0);
            even += Product(pairs, wgt, 2);
            odd += Product(pairs, wgt, 3);
            even += Product(pairs, wgt, 4);
            odd += Product(pairs, wgt, 5);
            even += Product(pairs, wgt, 6);
            odd += Product(pairs, wgt, 7);
            (even + odd).Store(acc);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<int> Product(int* pairs, short* wgt, int p) =>
            Avx512BW.MultiplyAddAdjacent(Vector512.Create(pairs[p]).AsInt16(), Vector512.Load(wgt + 32 * p));
    }

    private readonly struct Avx2Tile : ITile
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(int* acc, short* inp, short* wgt)
        {
            int* pairs = (int*)inp;
            Vector256<int> low = Vector256.Load(acc), high = Vector256.Load(acc + 8);
            for (int p = 0; p < 8; p++)
            {
                Vector256<short> x = Vector256.Create(pairs[p]).AsInt16();
                low += Avx2.MultiplyAddAdjacent(x, Vector256.Load(wgt + 32 * p));
                high += Avx2.MultiplyAddAdjacent(x, Vector256.Load(wgt + 32 * p + 16));
            }
            low.Store(acc);
            high.Store(acc + 8);
        }
    }

    private readonly struct PortableTile : ITile
    {
        public static void Add(int* acc, short* inp, short* wgt)
        {
            // Lane 2n holds the sum over the even k of output n of the group, lane 2n + 1 that over the odd k.
            for (int group = 0; group < 4; group++)
            {
                Vector128<int> low = default, high = default;
                for (int p = 0; p < 8; p++)
                {
                    (Vector128<int> a, Vector128<int> b) = Vector128.Widen(Vector128.Load(wgt + 32 * p + 8 * group));
                    Vector128<int> x = Vector128.Create(inp[2 * p], inp[2 * p + 1], inp[2 * p], inp[2 * p + 1]);
                    low += a * x;
                    high += b * x;
                }
                int* y = acc + 4 * group;
                y[0] += low[0] + low[1];
                y[1] += low[2] + low[3];
                y[2] += high[0] + high[1];
                y[3] += high[2] + high[3];
            }
        }
    }
}
