using NestC.Dialects.Npu.Isa;

namespace NestC.Passes.Npu.Scheduling;

/// <summary>When each element on the chip was used last, so that a kernel starts in the places that have been free for longest.</summary>
public sealed class ChipHistory(VtaConfig config)
{
    private readonly int[] inp = new int[config.Depth(VtaMemory.Inp)], wgt = new int[config.Depth(VtaMemory.Wgt)], acc = new int[config.Depth(VtaMemory.Acc)];
    private int clock;

    public void Touch(VtaMemory memory, int first, int count)
    {
        int[] used = Of(memory);
        used.AsSpan(first, Math.Min(count, used.Length - first)).Fill(++clock);
    }

    /// <summary>The last use of any of the elements.</summary>
    public int Last(VtaMemory memory, int first, int count)
    {
        int last = 0;
        foreach (int time in Of(memory).AsSpan(first, count)) last = Math.Max(last, time);
        return last;
    }

    /// <summary>The numbers of slots, the one that was used longest ago first.</summary>
    public int[] Order(VtaMemory memory, int first, int size, int count)
    {
        var order = new int[count];
        var last = new long[count];
        for (int i = 0; i < count; i++)
        {
            order[i] = i;
            last[i] = ((long)Last(memory, first + i * size, size) << 16) | (uint)i;
        }
        Array.Sort(last, order);
        return order;
    }

    private int[] Of(VtaMemory memory) => memory switch
    {
        VtaMemory.Inp => inp,
        VtaMemory.Wgt => wgt,
        _ => acc,
    };
}
