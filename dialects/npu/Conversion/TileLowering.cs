using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu.Conversion;

/// <summary>
/// Turns the tile operations of a program into instructions: folds loops, keeps each sequence of micro-ops once, puts the table behind the
/// program's data, inserts tokens and FINISH.
/// </summary>
public sealed class TileLowering
{
    private readonly ProgramOp program;
    private readonly Diag d;
    private readonly ProgramBuilder builder;
    private readonly List<Operation> tileOps = [];
    private readonly List<FoldedLoop> loops = [];
    private readonly Dictionary<Operation, int> loopCounts = [];
    private int nextLoop, prefetched;

    private TileLowering(ProgramOp program, Diag d)
    {
        this.program = program;
        this.d = d;
        builder = new(program.Config, (uint)program.DramBase, program.Device.Device.UsedUopDepth);
    }

    /// <summary>Lowers a verified program whose buffers may still lack addresses; null after an error was reported.</summary>
    public static ScratchpadPeak? Run(ProgramOp program, Diag d)
    {
        var lowering = new TileLowering(program, d);
        if (!lowering.Collect() || ScratchpadAllocator.Run(program, d) is not { } peak) return null;
        return lowering.Lower() ? peak : null;
    }

    private bool Collect()
    {
        bool ok = true;
        foreach (Operation op in program.Body.First!.Operations)
        {
            if (op is ITileOp) tileOps.Add(op);
            else if (op is IInstructionOp) ok = d.Error(op, "NEST5005", "stands among tile operations: a program has either these or instructions");
        }
        return ok;
    }

    private bool Lower()
    {
        foreach (Operation op in tileOps) Fold(op);
        for (int i = 0; i < tileOps.Count; i++)
        {
            builder.TagIndex = i;
            Emit(tileOps[i]);
        }
        builder.TagIndex = -1;
        long offset = (program.DramBytes + 63) / 64 * 64;
        (List<VtaInstruction> instructions, List<int> tags, List<uint> uops) = builder.TakeInstructions((uint)((program.DramBase + offset) / 4));
        long bytes = offset + 4L * uops.Count;
        if (bytes > Array.MaxLength || program.DramBase + bytes >= 1L << 32)
            return d.Error("NEST5123", $"needs an image of {bytes} bytes, which does not end below 4 GiB");

        var dram = new byte[bytes];
        for (int i = 0; i < uops.Count; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(dram.AsSpan((int)offset + 4 * i), uops[i]);
        instructions.Add(VtaInstruction.Finish());
        tags.Add(-1);
        var problems = new List<IsaProblem>(builder.Problems);
        (List<VtaInstruction> final, List<int> finalTags) = TokenInserter.Insert(program.Config, (uint)program.DramBase, dram, instructions, tags, problems);
        if (problems.Count > 0)
        {
            foreach (IsaProblem problem in problems) d.Error(problem.Code, problem.Message);
            return false;
        }
        Replace(final, finalTags, uops, offset, bytes);
        return true;
    }

    private void Replace(List<VtaInstruction> instructions, List<int> tags, List<uint> uops, long offset, long bytes)
    {
        var b = new OpBuilder(program.Context) { Location = program.Location };
        Block body = program.Body.First!;
        b.AtEnd(body);
        if (uops.Count > 0)
        {
            var codec = new InstructionCodec(program.Config);
            var entries = new int[3 * uops.Count];
            for (int i = 0; i < uops.Count; i++)
            {
                MicroOp uop = codec.DecodeUop(uops[i]);
                (entries[3 * i], entries[3 * i + 1], entries[3 * i + 2]) = (uop.Dst, uop.Src, uop.Wgt);
            }
            program.SetDramBytes(b, bytes);
            UopsOp.Create(b, StringAttr.Get(program.Context, FreeName("uops")), offset, entries);
        }
        for (int i = 0; i < instructions.Count; i++)
        {
            b.Location = tags[i] >= 0 ? tileOps[tags[i]].Location : program.Location;
            VtaImport.Make(b, instructions[i]);
        }
        // Users before definitions.
        for (int i = tileOps.Count - 1; i >= 0; i--) b.Erase(tileOps[i]);
    }

    private string FreeName(string wanted)
    {
        string name = wanted;
        for (int i = 0; program.FindData(System.Text.Encoding.UTF8.GetBytes(name)) is not null; i++) name = $"{wanted}_{i}";
        return name;
    }

    private void Emit(Operation op)
    {
        switch (op)
        {
            case TileLoadOp load:
                ReadOnlySpan<int> pad = load.Pad ?? [0, 0, 0, 0];
                builder.Load(((BufferType)load.Buffer.Type).Memory, (int)Address(load.Buffer), DramElement(load.Source, load.Element), load.Rows, load.Cols, load.Stride,
                    pad[0], pad[1], pad[2], pad[3]);
                break;
            case TileStoreOp store:
                builder.Store((int)Address(store.Buffer), DramElement(store.Target, store.Element), store.Rows, store.Cols, store.Stride);
                break;
            case TileResetOp:
                for (int left = loopCounts[op]; left > 0; left--) builder.Gemm(NextUops(out LoopFields loop), loop with { Reset = true });
                break;
            case TileGemmOp:
                for (int left = loopCounts[op]; left > 0; left--) builder.Gemm(NextUops(out LoopFields loop), loop);
                break;
            case TileAluOp { Imm: { } imm } alu:
                for (int left = loopCounts[op]; left > 0; left--) builder.AluImm(alu.Kind, imm, NextUops(out LoopFields loop), loop);
                break;
            case TileAluOp alu:
                for (int left = loopCounts[op]; left > 0; left--) builder.AluTensor(alu.Kind, NextUops(out LoopFields loop), loop);
                break;
        }
    }

    private void Fold(Operation op)
    {
        int before = loops.Count;
        switch (op)
        {
            case TileResetOp reset:
                loops.AddRange(LoopFolder.Gemm(program.Config, new([((BufferType)reset.Buffer.Type).Elements], [1], [0], [0], Address(reset.Buffer), 0, 0), reset: true));
                break;
            case TileGemmOp gemm:
                loops.AddRange(LoopFolder.Gemm(program.Config,
                    new(gemm.Extents, gemm.DstStrides, gemm.SrcStrides, gemm.WgtStrides, Address(gemm.Dst), Address(gemm.Src), Address(gemm.Wgt)), reset: false));
                break;
            case TileAluOp alu:
                loops.AddRange(LoopFolder.Alu(program.Config,
                    new(alu.Extents, alu.DstStrides, alu.SrcStrides ?? alu.DstStrides, new long[alu.Extents.Length], Address(alu.Dst), alu.Src is { } source ? Address(source) : 0, 0),
                    alu.Src is not null));
                break;
        }
        if (loops.Count > before) loopCounts.Add(op, loops.Count - before);
    }

    /// <summary>
    /// The next loop, with its micro-ops in place. Where they are not yet, as many of the following ones as fit without displacing any are
    /// loaded with them; so the buffer is filled with few loads.
    /// </summary>
    private UopRange NextUops(out LoopFields loop)
    {
        int index = nextLoop++;
        loop = loops[index].Loop;
        UopRange range = builder.AddUops(loops[index].Uops);
        if (index < prefetched) return range;
        prefetched = index + 1;
        while (prefetched < loops.Count && builder.TryAddUops(loops[prefetched].Uops)) prefetched++;
        return range;
    }

    private uint DramElement(SymbolRefAttr symbol, long element)
    {
        var data = (DataOp)program.FindData(symbol.Root.Utf8)!;
        return (uint)((program.DramBase + data.Offset) / program.Config.DramElementBytes(data.Memory!.Value) + element);
    }

    private static long Address(Value buffer)
    {
        (Value root, long offset) = TileVerifier.Root(buffer);
        return ((AllocOp)root.DefiningOp!).Address!.Value + offset;
    }
}
