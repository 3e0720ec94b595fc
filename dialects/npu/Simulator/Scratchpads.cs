using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>
/// The on-chip memories: their contents, and which elements are defined. Activations are kept widened to 16 bits, and weights a second
/// time with pairs of k interleaved over the 16 outputs (element p, o, half stands at 32 p + 2 o + half), because that is the order
/// in which the vector kernels read them. Contents are pinned for the life of the object.
/// </summary>
public sealed unsafe class Scratchpads
{
    private readonly short[] inp;
    private readonly sbyte[] wgt;
    private readonly short[] wgtPairs;
    private readonly int[] acc;
    private readonly sbyte[] outs;
    private readonly int inpTile, wgtTile, lanes;
    private readonly bool pairs, hasContents;

    /// <param name="config">The geometry.</param>
    /// <param name="contents">False keeps only micro-ops and what is defined, for checks without values.</param>
    public Scratchpads(VtaConfig config, bool contents = true)
    {
        Config = config;
        inpTile = config.Batch * config.BlockIn;
        wgtTile = config.BlockOut * config.BlockIn;
        lanes = config.AccLanes;
        pairs = contents && GemmKernel.HasPairs(config);
        hasContents = contents;
        int inpDepth = config.Depth(VtaMemory.Inp), wgtDepth = config.Depth(VtaMemory.Wgt), accDepth = config.Depth(VtaMemory.Acc);
        inp = GC.AllocateArray<short>(contents ? inpDepth * inpTile : 1, pinned: true);
        wgt = contents ? new sbyte[wgtDepth * wgtTile] : [];
        wgtPairs = GC.AllocateArray<short>(pairs ? wgtDepth * wgtTile + Slack : 1, pinned: true);
        acc = GC.AllocateArray<int>(contents ? accDepth * lanes + Slack : Slack, pinned: true);
        outs = contents ? new sbyte[accDepth * lanes] : [];
        Uops = new uint[config.Depth(VtaMemory.Uop)];
        Inp = Pointer(inp);
        // Tiles of 64 bytes that cross cache lines cost twice.
        WgtPairs = (short*)Align((byte*)Pointer(wgtPairs), pairs);
        Acc = (int*)Align((byte*)Pointer(acc), true);
        UopDefined = new(Uops.Length);
        InpDefined = new(inpDepth);
        WgtDefined = new(wgtDepth);
        AccDefined = new(accDepth);
        OutFresh = new(accDepth);
    }

    private const int Slack = 64;

    public VtaConfig Config { get; }

    /// <summary>The encoded micro-ops.</summary>
    public uint[] Uops { get; }

    public IndexSet UopDefined { get; }

    public IndexSet InpDefined { get; }

    public IndexSet WgtDefined { get; }

    public IndexSet AccDefined { get; }

    /// <summary>
    /// The elements whose output tile equals the low bits of the accumulator. The output tile is written only when an element leaves
    /// this set, so a GEMM costs nothing for it.
    /// </summary>
    public IndexSet OutFresh { get; }

    internal short* Inp { get; }

    internal short* WgtPairs { get; }

    internal int* Acc { get; }

    /// <summary>The int32 lanes of an accumulator tile, batch outside.</summary>
    public Span<int> AccTile(int index) => new(Acc + (nint)index * lanes, lanes);

    /// <summary>The values of an activation tile, batch outside.</summary>
    public ReadOnlySpan<short> InpTile(int index) => inp.AsSpan(index * inpTile, inpTile);

    /// <summary>The values of a weight tile, output channel outside.</summary>
    public ReadOnlySpan<sbyte> WgtTile(int index) => wgt.AsSpan(index * wgtTile, wgtTile);

    /// <summary>The values of an output tile as the hardware's buffer holds them.</summary>
    public ReadOnlySpan<sbyte> OutTile(int index)
    {
        if (OutFresh.Contains(index))
            WriteOut(index);
        return outs.AsSpan(index * lanes, lanes);
    }

    public void LoadUops(int index, ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length / 4; i++)
            Uops[index + i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
    }

    public void LoadInp(int index, ReadOnlySpan<byte> bytes)
    {
        Span<short> to = inp.AsSpan(index * inpTile, bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
            to[i] = (sbyte)bytes[i];
    }

    public void LoadWgt(int index, ReadOnlySpan<byte> bytes)
    {
        MemoryMarshal.Cast<byte, sbyte>(bytes).CopyTo(wgt.AsSpan(index * wgtTile));
        if (!pairs)
            return;
        fixed (byte* from = bytes)
        {
            int* to = (int*)(WgtPairs + (nint)index * wgtTile);
            for (int t = 0; t < bytes.Length / wgtTile; t++, to += wgtTile / 2)
            {
                sbyte* tile = (sbyte*)from + t * wgtTile;
                for (int p = 0; p < 8; p++)
                {
                    for (int o = 0; o < 16; o++)
                        to[16 * p + o] = (ushort)(short)tile[16 * o + 2 * p] | (tile[16 * o + 2 * p + 1] << 16);
                }
            }
        }
    }

    public void LoadAcc(int index, ReadOnlySpan<byte> bytes)
    {
        int* to = Acc + (nint)index * lanes;
        for (int i = 0; i < bytes.Length / 4; i++)
            to[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]);
    }

    public void LoadAcc8(int index, ReadOnlySpan<byte> bytes)
    {
        int* to = Acc + (nint)index * lanes;
        for (int i = 0; i < bytes.Length; i++)
            to[i] = (sbyte)bytes[i];
    }

    /// <summary>Sets elements of a memory to zero, as the pads of a LOAD do.</summary>
    public void Zero(VtaMemory memory, int index, int count)
    {
        switch (memory)
        {
            case VtaMemory.Uop:
                Uops.AsSpan(index, count).Clear();
                break;
            case VtaMemory.Inp:
                inp.AsSpan(index * inpTile, count * inpTile).Clear();
                break;
            case VtaMemory.Wgt:
                wgt.AsSpan(index * wgtTile, count * wgtTile).Clear();
                if (pairs)
                    new Span<short>(WgtPairs + (nint)index * wgtTile, count * wgtTile).Clear();
                break;
            default:
                new Span<int>(Acc + (nint)index * lanes, count * lanes).Clear();
                break;
        }
    }

    /// <summary>Writes the output tiles that are still only in the accumulator, before the accumulator changes without them.</summary>
    public void FreezeOut(int start, int count)
    {
        if (!hasContents)
            return;
        for (int i = start; i < start + count; i++)
        {
            if (OutFresh.Contains(i))
                WriteOut(i);
        }
    }

    /// <summary>As <see cref="FreezeOut(int, int)"/>, for a set of elements.</summary>
    public void FreezeOut(IndexSet elements)
    {
        for (int i = 0; i < elements.Capacity; i++)
        {
            if (elements.Contains(i) && OutFresh.Contains(i))
                WriteOut(i);
        }
    }

    /// <summary>Copies output tiles to memory.</summary>
    public void StoreOut(int index, Span<byte> bytes, StoreSource source)
    {
        int count = bytes.Length / lanes;
        for (int i = 0; i < count; i++)
        {
            Span<byte> to = bytes.Slice(i * lanes, lanes);
            if (source == StoreSource.Accumulator || OutFresh.Contains(index + i))
            {
                ReadOnlySpan<int> from = AccTile(index + i);
                for (int n = 0; n < to.Length; n++)
                    to[n] = (byte)from[n];
            }
            else
            {
                MemoryMarshal.AsBytes(outs.AsSpan((index + i) * lanes, lanes)).CopyTo(to);
            }
        }
    }

    private void WriteOut(int index)
    {
        Span<sbyte> to = outs.AsSpan(index * lanes, lanes);
        ReadOnlySpan<int> from = AccTile(index);
        for (int n = 0; n < to.Length; n++)
            to[n] = (sbyte)from[n];
    }

    private static T* Pointer<T>(T[] pinned) where T : unmanaged => (T*)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

    private static byte* Align(byte* pointer, bool align) => align ? (byte*)(((nint)pointer + 63) & ~63) : pointer;
}
