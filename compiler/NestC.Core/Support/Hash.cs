using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NestC.Support;

/// <summary>Deterministic hashes (never seeded by the process, so that nothing can depend on a run).</summary>
public static class Hash
{
    private const ulong Mul = 0x9E3779B97F4A7C15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Combine(int a, int b) => Fold((uint)a * Mul ^ (uint)b + 0x7F4A7C15UL);

    public static int Combine(int a, int b, int c) => Combine(Combine(a, b), c);

    public static int Of(long value) => Fold((ulong)value * Mul);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Fold(ulong h)
    {
        h *= Mul;
        return (int)(h >> 32 ^ h);
    }

    /// <summary>Hash of a byte span, eight bytes a step.</summary>
    public static int OfBytes(ReadOnlySpan<byte> bytes)
    {
        ref byte p = ref MemoryMarshal.GetReference(bytes);
        int n = bytes.Length;
        ulong h = (ulong)n * Mul;
        int i = 0;
        for (; i + 8 <= n; i += 8)
        {
            h = (h ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref p, i))) * Mul;
            h ^= h >> 29;
        }
        ulong tail = 0;
        if (n - i >= 4)
        {
            tail = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref p, i));
            i += 4;
        }
        for (; i < n; i++) tail = tail << 8 | Unsafe.Add(ref p, i);
        h = (h ^ tail) * Mul;
        return (int)(h >> 32 ^ h);
    }

    public static int Of(object o) => RuntimeHelpers.GetHashCode(o);
}
