using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NestC.Dialects.Npu.Isa;

/// <summary>A named piece of the DRAM image, in elements of one memory.</summary>
public sealed record DramRegion(string Name, VtaMemory Memory, uint FirstElement, int Elements, int ByteOffset, int ElementBytes)
{
    /// <summary>The size of the region in the image.</summary>
    public int Bytes => Elements * ElementBytes;

    /// <summary>The DRAM address, in elements, of one element of the region.</summary>
    public uint At(long element) => (uint)(FirstElement + element);
}

/// <summary>A place in the micro-op buffer where a sequence of micro-ops stands.</summary>
public readonly record struct UopRange(int Begin, int End);

/// <summary>
/// Writes programs: places data in the DRAM image, keeps micro-op sequences in the buffer (the same sequence only once), and emits
/// instructions. Tokens are either written by hand or inserted by analysis. Values that the encoding cannot hold become problems, which
/// <see cref="Build"/> reports.
/// </summary>
public sealed class ProgramBuilder
{
    private readonly InstructionCodec codec;
    private readonly List<VtaInstruction> instructions = [];
    private readonly List<int> tags = [];
    private readonly List<string> tagNames = [];
    private readonly List<uint> uopWords = [];
    private readonly List<int> uopLoads = [];
    private readonly Dictionary<string, UopRange> resident = [];
    private readonly Dictionary<string, int> inDram = [];
    private readonly List<IsaProblem> problems = [];
    private readonly int uopDepth;
    private byte[] image = new byte[VtaProgram.PageBytes];
    private int imageBytes;
    private int uopNext, pendingStart, pendingWord;
    private int tag = -1;

    public ProgramBuilder(VtaConfig? config = null, uint dramBase = 1 << 20, int uopDepth = 2048)
    {
        Config = config ?? VtaConfig.Default;
        codec = new(Config);
        DramBase = dramBase;
        this.uopDepth = Math.Min(uopDepth, Config.Depth(VtaMemory.Uop));
    }

    public VtaConfig Config { get; }

    /// <summary>The micro-ops that the buffer is taken to hold.</summary>
    public int UopDepth => uopDepth;

    public uint DramBase { get; }

    /// <summary>The instructions emitted so far.</summary>
    public int Count => instructions.Count;

    /// <summary>The layer that the following instructions belong to; null for none.</summary>
    public string? Tag
    {
        set
        {
            tag = value is null ? -1 : tagNames.IndexOf(value);
            if (value is null || tag >= 0)
                return;
            tag = tagNames.Count;
            tagNames.Add(value);
        }
    }

    /// <summary>As <see cref="Tag"/>, for callers that keep the names themselves.</summary>
    public int TagIndex
    {
        set => tag = value;
    }

    /// <summary>What could not be encoded so far.</summary>
    public IReadOnlyList<IsaProblem> Problems => problems;

    /// <summary>Reserves DRAM for <paramref name="elements"/> elements of a memory, zero until written.</summary>
    public DramRegion Allocate(string name, VtaMemory memory, int elements)
    {
        int elem = Config.DramElementBytes(memory), align = Math.Max(64, elem);
        int offset = (imageBytes + align - 1) / align * align;
        imageBytes = offset + elements * elem;
        if (imageBytes > image.Length)
            Array.Resize(ref image, Math.Max(imageBytes, image.Length * 2));
        return new(name, memory, (uint)((DramBase + offset) / elem), elements, offset, elem);
    }

    /// <summary>Reserves DRAM and fills it with int8 values in the memory's layout.</summary>
    public DramRegion Allocate(string name, VtaMemory memory, ReadOnlySpan<sbyte> values)
    {
        DramRegion region = Allocate(name, memory, values.Length / Config.DramElementBytes(memory));
        MemoryMarshal.AsBytes(values).CopyTo(image.AsSpan(region.ByteOffset));
        return region;
    }

    /// <summary>Reserves DRAM and fills it with int32 values in the accumulator's layout.</summary>
    public DramRegion Allocate(string name, ReadOnlySpan<int> values)
    {
        DramRegion region = Allocate(name, VtaMemory.Acc, values.Length / Config.AccLanes);
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(image.AsSpan(region.ByteOffset + 4 * i), values[i]);
        return region;
    }

    /// <summary>
    /// Gives a sequence of micro-ops a place in the buffer; the same sequence gets the same place as long as it stands there. It is
    /// loaded before the next GEMM or ALU, or by <see cref="FlushUops"/>. When the buffer is full it is filled again from the start.
    /// </summary>
    public UopRange AddUops(ReadOnlySpan<MicroOp> sequence) => Place(sequence, together: false);

    // Together: behind what is pending, even if it stands somewhere in DRAM already.
    private UopRange Place(ReadOnlySpan<MicroOp> sequence, bool together)
    {
        // An even number of micro-ops keeps every sequence on a whole beat of a 64-bit bus, on the chip and in DRAM.
        var words = new uint[(sequence.Length + 1) & ~1];
        for (int i = 0; i < sequence.Length; i++)
            codec.TryEncode(sequence[i], out words[i], problems);
        string key = MemoryMarshal.Cast<uint, char>(words).ToString();
        if (resident.TryGetValue(key, out UopRange range))
            return new(range.Begin, range.Begin + sequence.Length);
        if (words.Length > uopDepth)
        {
            problems.Add(new(NpuCodes.BuilderMemory, $"a sequence of {words.Length} micro-ops does not fit the buffer's {uopDepth}", words.Length, uopDepth));
            return default;
        }
        if (uopNext + words.Length > uopDepth)
        {
            FlushUops();
            resident.Clear();
            uopNext = pendingStart = 0;
        }
        range = new(uopNext, uopNext + words.Length);
        resident.Add(key, range);
        if (!together && inDram.TryGetValue(key, out int word))
        {
            FlushUops();
            LoadUops(range.Begin, word, words.Length);
            pendingStart = range.End;
        }
        else
        {
            inDram[key] = uopWords.Count;
            uopWords.AddRange(words);
        }
        uopNext = range.End;
        return new(range.Begin, range.Begin + sequence.Length);
    }

    /// <summary>As <see cref="AddUops"/>, but only when nothing that stands in the buffer has to go for it.</summary>
    public bool TryAddUops(ReadOnlySpan<MicroOp> sequence)
    {
        if (uopNext + sequence.Length + 1 > uopDepth)
            return false;
        AddUops(sequence);
        return true;
    }

    /// <summary>Gives sequences that are used one after the other their places, so that one LOAD brings as many as there is room for.</summary>
    public void AddTogether(ReadOnlySpan<MicroOp[]> sequences)
    {
        if (sequences.Length == 0)
            return;
        AddUops(sequences[0]);
        for (int i = 1; i < sequences.Length; i++)
        {
            if (!TryAddUops(sequences[i]))
                return;
        }
    }

    /// <summary>
    /// Gives all sequences of a kernel their places, so that one LOAD brings those that do not stand in the buffer yet: a later one would wait for
    /// the bursts of data that were asked for before. False when they do not fit the buffer together, and then nothing is done.
    /// </summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="count">Their micro-ops, each sequence filled up to an even number.</param>
    public bool AddAhead(IReadOnlyList<MicroOp[]> sequences, int count)
    {
        if (count > uopDepth)
            return false;
        if (uopNext + count > uopDepth)
        {
            FlushUops();
            resident.Clear();
            uopNext = pendingStart = 0;
        }
        for (int i = 0; i < sequences.Count; i++)
            Place(sequences[i], together: true);
        return true;
    }

    /// <summary>Emits one LOAD for all micro-ops that have a place but are not loaded yet.</summary>
    public void FlushUops()
    {
        int count = uopWords.Count - pendingWord;
        if (count > 0)
            LoadUops(pendingStart, pendingWord, count);
        pendingStart += count;
        pendingWord = uopWords.Count;
    }

    /// <summary>Emits a LOAD of <paramref name="rows"/> x <paramref name="columns"/> elements, with zero pads around them.</summary>
    public void Load(VtaMemory memory, int sram, uint dram, int rows, int columns, int stride,
        int padTop = 0, int padBottom = 0, int padLeft = 0, int padRight = 0, TokenFlags tokens = TokenFlags.None) =>
        Emit(VtaInstruction.Load(new(memory, sram, dram, rows, columns, stride, padTop, padBottom, padLeft, padRight), tokens));

    /// <summary>Emits a STORE of <paramref name="rows"/> x <paramref name="columns"/> output elements.</summary>
    public void Store(int sram, uint dram, int rows, int columns, int stride, TokenFlags tokens = TokenFlags.None) =>
        Emit(VtaInstruction.Store(new(VtaMemory.Out, sram, dram, rows, columns, stride), tokens));

    /// <summary>Emits a GEMM over micro-ops that have a place.</summary>
    public void Gemm(UopRange uops, LoopFields loop, TokenFlags tokens = TokenFlags.None)
    {
        FlushUops();
        Emit(VtaInstruction.Gemm(loop with { UopBegin = uops.Begin, UopEnd = uops.End }, tokens));
    }

    /// <summary>Emits an ALU instruction with an immediate; the source indices are those of the destination, as all hardware needs it.</summary>
    public void AluImm(VtaAluOp op, int imm, UopRange uops, LoopFields loop, TokenFlags tokens = TokenFlags.None)
    {
        FlushUops();
        if (imm is < short.MinValue or > short.MaxValue)
            problems.Add(new(NpuCodes.Field, $"the immediate {imm} does not fit 16 bits", imm, imm < 0 ? short.MinValue : short.MaxValue));
        Emit(VtaInstruction.ForAlu(loop with { UopBegin = uops.Begin, UopEnd = uops.End, SrcFactorOut = loop.DstFactorOut, SrcFactorIn = loop.DstFactorIn },
            new(op, true, (short)imm), tokens));
    }

    /// <summary>Emits an ALU instruction of two accumulators.</summary>
    public void AluTensor(VtaAluOp op, UopRange uops, LoopFields loop, TokenFlags tokens = TokenFlags.None)
    {
        FlushUops();
        Emit(VtaInstruction.ForAlu(loop with { UopBegin = uops.Begin, UopEnd = uops.End }, new(op, false, 0), tokens));
    }

    /// <summary>Emits an instruction that only carries tokens.</summary>
    public void Nop(VtaModule module, TokenFlags tokens) => Emit(VtaInstruction.Nop(module, tokens));

    /// <summary>Emits any instruction.</summary>
    public void Emit(in VtaInstruction insn)
    {
        instructions.Add(insn);
        tags.Add(tag);
    }

    /// <summary>
    /// Adds FINISH and makes the program; null, with every problem that was found, when some value has no encoding. With
    /// <paramref name="insertTokens"/> the tokens are computed, and those written by hand are dropped.
    /// </summary>
    public VtaProgram? Build(bool insertTokens, List<IsaProblem> found)
    {
        FlushUops();
        DramRegion table = Allocate("uops", VtaMemory.Uop, uopWords.Count);
        for (int i = 0; i < uopWords.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(table.ByteOffset + 4 * i), uopWords[i]);
        PlaceUops(table.At(0));

        Emit(VtaInstruction.Finish());
        byte[] dram = image.AsSpan(0, (imageBytes + 63) / 64 * 64 <= image.Length ? (imageBytes + 63) / 64 * 64 : imageBytes).ToArray();
        List<VtaInstruction> final = instructions;
        List<int> finalTags = tags;
        if (insertTokens && problems.Count == 0)
            (final, finalTags) = TokenInserter.Insert(Config, DramBase, dram, instructions, tags, problems);

        var words = new InstructionWord[final.Count];
        for (int i = 0; i < words.Length; i++)
            codec.TryEncode(final[i], out words[i], problems);
        found.AddRange(problems);
        return problems.Count > 0 ? null : new VtaProgram(Config, words, DramBase, dram) { Tags = [.. finalTags], TagNames = [.. tagNames] };
    }

    /// <summary>
    /// The instructions emitted so far and the tag of each, for callers that keep the DRAM image themselves: the micro-ops, which come with
    /// them, must stand from element <paramref name="firstUop"/> on. There is no FINISH, and no tokens but those written by hand.
    /// </summary>
    public (List<VtaInstruction> Instructions, List<int> Tags, List<uint> Uops) TakeInstructions(uint firstUop)
    {
        FlushUops();
        PlaceUops(firstUop);
        return (instructions, tags, uopWords);
    }

    private void PlaceUops(uint first)
    {
        foreach (int load in uopLoads)
        {
            DmaFields d = instructions[load].Dma;
            instructions[load] = instructions[load] with { Dma = d with { DramBase = first + d.DramBase } };
        }
        uopLoads.Clear();
    }

    private void LoadUops(int sram, int word, int count)
    {
        uopLoads.Add(instructions.Count);
        Emit(VtaInstruction.Load(new(VtaMemory.Uop, sram, (uint)word, 1, count, count)));
    }
}
