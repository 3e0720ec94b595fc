using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu.Conversion;

/// <summary>The most elements of each memory that are in use at once.</summary>
public sealed record ScratchpadPeak(long Inp, long Wgt, long Acc)
{
    public override string ToString() => $"inp {Inp}, wgt {Wgt}, acc {Acc}";
}

/// <summary>
/// Gives every `npu.alloc` its address: in the order of the program, each at the lowest place that no buffer which is still used later
/// occupies. Buffers that were given an address keep it.
/// </summary>
public static class ScratchpadAllocator
{
    private sealed class Live(AllocOp op, int start)
    {
        public readonly AllocOp Op = op;
        public readonly int Start = start;
        public int End = start;
        public long Address = op.Address ?? -1;

        public BufferType Type => (BufferType)Op.Buffer.Type;
    }

    /// <summary>Allocates; null, after an error at the buffer that does not fit any more, when the memory is too small.</summary>
    public static ScratchpadPeak? Run(ProgramOp program, Diag d)
    {
        List<Live> buffers = Lives(program);
        var builder = new OpBuilder(program.Context);
        var peak = new long[6];
        for (int i = 0; i < buffers.Count; i++)
        {
            Live live = buffers[i];
            if (live.Address < 0) live.Address = FirstFit(buffers, i);
            long end = live.Address + live.Type.Elements;
            int depth = program.Config.Depth(live.Type.Memory);
            if (end > depth)
            {
                d.Error(live.Op, "NEST5130", $"needs elements {live.Address} to {end - 1} of {Disassembler.Name(live.Type.Memory)}, which has {depth}");
                return null;
            }
            peak[(int)live.Type.Memory] = Math.Max(peak[(int)live.Type.Memory], end);
            if (live.Op.Address is null) live.Op.SetAddress(builder, live.Address);
        }
        return new(peak[(int)VtaMemory.Inp], peak[(int)VtaMemory.Wgt], peak[(int)VtaMemory.Acc]);
    }

    private static List<Live> Lives(ProgramOp program)
    {
        var buffers = new List<Live>();
        var byOp = new Dictionary<Operation, Live>();
        int number = 0;
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is AllocOp alloc)
            {
                var live = new Live(alloc, number);
                buffers.Add(live);
                byOp.Add(alloc, live);
            }
            for (int i = 0; i < op.OperandCount; i++)
            {
                if (op.Operand(i).Type is BufferType && TileVerifier.Root(op.Operand(i)).Root.DefiningOp is AllocOp root) byOp[root].End = number;
            }
            number++;
        }
        return buffers;
    }

    private static long FirstFit(List<Live> buffers, int index)
    {
        Live wanted = buffers[index];
        // Buffers with a given address are there from the start, whether they stand before or after.
        var taken = new List<(long Start, long End)>();
        for (int i = 0; i < buffers.Count; i++)
        {
            Live other = buffers[i];
            if (i != index && other.Address >= 0 && other.Type.Memory == wanted.Type.Memory && other.Start <= wanted.End && wanted.Start <= other.End)
                taken.Add((other.Address, other.Address + other.Type.Elements));
        }
        taken.Sort();
        long at = 0;
        foreach ((long start, long end) in taken)
        {
            if (at + wanted.Type.Elements <= start) break;
            at = Math.Max(at, end);
        }
        return at;
    }
}
