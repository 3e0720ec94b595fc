namespace NestC.Dialects.Npu.Isa;

/// <summary>The micro-ops of one instruction, unpacked into an array a field so that loops over one field touch only that.</summary>
public sealed class UopTable
{
    private int[] dst, src, wgt;

    public UopTable(int capacity)
    {
        dst = new int[capacity];
        src = new int[capacity];
        wgt = new int[capacity];
    }

    public int Count { get; private set; }

    public ReadOnlySpan<int> Dst => dst.AsSpan(0, Count);

    public ReadOnlySpan<int> Src => src.AsSpan(0, Count);

    public ReadOnlySpan<int> Wgt => wgt.AsSpan(0, Count);

    /// <summary>Unpacks encoded micro-ops.</summary>
    public void Unpack(ReadOnlySpan<uint> words, InstructionLayout layout)
    {
        if (words.Length > dst.Length)
        {
            dst = new int[words.Length];
            src = new int[words.Length];
            wgt = new int[words.Length];
        }
        Count = words.Length;
        int srcShift = layout.UopDstBits, wgtShift = layout.UopDstBits + layout.UopSrcBits;
        uint dstMask = (uint)((1UL << layout.UopDstBits) - 1), srcMask = (uint)((1UL << layout.UopSrcBits) - 1), wgtMask = (uint)((1UL << layout.UopWgtBits) - 1);
        for (int i = 0; i < words.Length; i++)
        {
            // A shift by 32 does not clear a uint, and an index may have all the bits or none: shift as 64 bits.
            ulong word = words[i];
            dst[i] = (int)((uint)word & dstMask);
            src[i] = (int)((uint)(word >> srcShift) & srcMask);
            wgt[i] = (int)((uint)(word >> wgtShift) & wgtMask);
        }
    }

    /// <summary>The largest of the values, or -1 for none.</summary>
    public static int Max(ReadOnlySpan<int> values)
    {
        int max = -1;
        foreach (int value in values)
            max = Math.Max(max, value);
        return max;
    }
}
