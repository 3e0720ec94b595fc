using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>
/// One launch of the device: the data of its DRAM image, then instructions in the order of the stream. With tile operations in it, or
/// without FINISH at its end, it is unfinished, and what only a whole program can have (tokens, races) is not checked yet.
/// </summary>
[Op("npu.program", Format = "$sym_name `device` `` $device `base` $dram_base `bytes` $dram_bytes (`nonportable` $nonportable^)? attr-dict-with-keyword $body")]
[Rule("C1", "the image's base is a multiple of 4096 from 4096 on, and the image ends below 4 GiB")]
[Rule("C2", "data lie inside the image and do not overlap")]
[Rule("C3", "the body has npu operations only")]
[Rule("C4", "npu.finish stands once, last, and after everything else is tile operations no more")]
[Rule("C5", "every index of a loop nest is below the depth of its memory")]
[Rule("C6", "what is read on the chip was written before")]
[Rule("C7", "accesses of two modules to the same place are ordered by tokens if one of them writes")]
[Rule("C8", "every pushed token is popped")]
[Rule("C9", "npu.finish is ordered after every store and load")]
[Rule("C10", "every token that is waited for arrives")]
[Rule("C11", "no module runs further ahead than its command queue is deep")]
[Rule("C12", "no token queue can hold more than the hardware counts")]
[Rule("C13", "an ALU operation with an immediate has source index = destination index")]
[Rule("C14", "no ALU micro-op reads what the previous one wrote")]
[Rule("C15", "no destination is repeated within two micro-ops")]
[Rule("C16", "the last writer of what is stored is a gemm without reset or an ALU operation")]
public sealed partial class ProgramOp : Operation, IIsolatedFromAbove, INoTerminator, ISingleBlock, ISymbolTable, ISymbol
{
    [Prop(Symbol = true)] public partial string SymName { get; }

    [Prop] public partial DeviceAttr Device { get; }

    /// <summary>The byte address of the image's first byte.</summary>
    [Prop] public partial long DramBase { get; }

    [Prop] public partial long DramBytes { get; }

    /// <summary>What only some implementations do is allowed.</summary>
    [Prop(Unit = true)] public partial bool Nonportable { get; }

    [OpRegion(MinBlocks = 1, MaxBlocks = 1)] public partial Region Body { get; }

    public VtaConfig Config => Device.Device.Config;

    public StringAttr SymbolName => StringAttr.Get(Context, SymName);

    public SymbolVisibility Visibility => SymbolTable.VisibilityOf(this);

    public void SetSymbolName(OpBuilder builder, StringAttr name) => SetSymName(builder, name.Value);

    public void SetVisibility(OpBuilder builder, SymbolVisibility visibility)
    {
        if (visibility == SymbolVisibility.Public) builder.RemoveAttribute(this, "sym_visibility");
        else builder.SetAttribute(this, "sym_visibility", StringAttr.Get(Context, visibility == SymbolVisibility.Private ? "private" : "nested"));
    }

    /// <summary>Whether the program ends with FINISH, so that it can be run as it is.</summary>
    public bool IsFinished => Body.First is { Last: FinishOp };

    /// <summary>The data of that name, or null.</summary>
    public IDramData? FindData(ReadOnlySpan<byte> name) => SymbolTable.Lookup(this, name) as IDramData;

    protected override bool VerifyOp(Diag d) =>
        d.Require(DramBase >= VtaProgram.PageBytes && DramBase % VtaProgram.PageBytes == 0 && DramBase < 1L << 32, "C1", $"base {DramBase} is not a multiple of 4096 from 4096 on")
        && d.Require(DramBytes >= 0 && DramBase + DramBytes < 1L << 32, "C1", $"an image of {DramBytes} bytes from {DramBase} on does not end below 4 GiB")
        && VerifyBody(d);

    private bool VerifyBody(Diag d)
    {
        bool ok = true;
        foreach (Operation op in Body.First!.Operations)
        {
            if (!op.Name.StartsWith("npu.", StringComparison.Ordinal) || op is ProgramOp)
                ok = new Diag(d.Engine, op).Require(false, "C3", "cannot stand in an npu.program");
        }
        return ok;
    }

    protected override bool VerifyRegions(Diag d) => VerifyData(d) & VerifyFinish(d) && (!IsFinished || ProgramChecker.Check(this, d));

    private bool VerifyData(Diag d)
    {
        var data = new List<(long Start, long End, Operation Op)>();
        bool ok = true;
        foreach (Operation op in Body.First!.Operations)
        {
            if (op is not IDramData piece) continue;
            long end = piece.Offset + piece.ByteCount(Config);
            if (end > DramBytes) ok = new Diag(d.Engine, op).Require(false, "C2", $"ends at byte {end} of an image of {DramBytes}");
            data.Add((piece.Offset, end, op));
        }
        data.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        for (int i = 1; i < data.Count; i++)
        {
            if (data[i].Start < data[i - 1].End)
                ok = new Diag(d.Engine, data[i].Op).Require(false, "C2", $"overlaps data that end at byte {data[i - 1].End}");
        }
        return ok;
    }

    private bool VerifyFinish(Diag d)
    {
        bool ok = true;
        for (Operation? op = Body.First!.First; op is not null; op = op.Next)
        {
            if (op is FinishOp && op.Next is not null) ok = new Diag(d.Engine, op).Require(false, "C4", "is not the last operation of the program");
            if (op is ITileOp && IsFinished) ok = new Diag(d.Engine, op).Require(false, "C4", "stands in a program that is finished");
        }
        return ok;
    }
}

/// <summary>A piece of the DRAM image.</summary>
public interface IDramData
{
    /// <summary>Its first byte, counted from the start of the image.</summary>
    long Offset { get; }

    /// <summary>The memory whose elements it holds; null for bytes.</summary>
    VtaMemory? Memory { get; }

    long ByteCount(VtaConfig config);

    /// <summary>Writes its bytes; what it does not give stays.</summary>
    void Fill(Span<byte> to, VtaConfig config);
}

/// <summary>Data in the DRAM image: an input, output or weights, with or without a value. Without a memory it counts bytes.</summary>
[Op("npu.data", Format = "$sym_name ($memory^)? `at` $offset `elements` $elements (`=` $value^)? attr-dict")]
[Rule("C1", "the first byte's address is a multiple of the element's size, and there are no fewer than 0 elements")]
[Rule("C2", "a value has as many bytes as the data")]
public sealed partial class DataOp : Operation, ISymbol, IDramData
{
    [Prop(Symbol = true)] public partial string SymName { get; }

    [Prop] public partial VtaMemory? Memory { get; }

    [Prop] public partial long Offset { get; }

    [Prop] public partial long Elements { get; }

    /// <summary>A dense or dense_resource attribute; zeros when there is none.</summary>
    [Prop] public partial Attr? Value { get; }

    public StringAttr SymbolName => StringAttr.Get(Context, SymName);

    public SymbolVisibility Visibility => SymbolVisibility.Public;

    public void SetSymbolName(OpBuilder builder, StringAttr name) => SetSymName(builder, name.Value);

    public void SetVisibility(OpBuilder builder, SymbolVisibility visibility)
    {
    }

    public long ByteCount(VtaConfig config) => Elements * ElementBytes(config);

    public void Fill(Span<byte> to, VtaConfig config) => DataBytes.CopyTo(Value, to);

    private long ElementBytes(VtaConfig config) => Memory is { } memory ? config.DramElementBytes(memory) : 1;

    protected override bool VerifyOp(Diag d)
    {
        if (!InstructionVerifier.Program(this, d, out ProgramOp program)) return false;
        long elem = ElementBytes(program.Config);
        bool ok = d.Require(Offset >= 0 && (program.DramBase + Offset) % elem == 0, "C1", $"offset {Offset} does not give an address that is a multiple of {elem}")
            & d.Require(Elements is >= 0 and < 1L << 32, "C1", $"cannot have {Elements} elements");
        return ok && (Value is null || VerifyValue(d, Elements * elem));
    }

    private bool VerifyValue(Diag d, long bytes)
    {
        long found = DataBytes.Count(Value!);
        if (found < 0) return d.Require(false, "C2", "has a value that is neither dense nor a dense_resource of whole bytes");
        return d.Require(found == bytes, "C2", $"has a value of {found} bytes, but {bytes} bytes of data");
    }
}

/// <summary>A table of micro-ops in the DRAM image, each as (accumulator, source, weight).</summary>
[Op("npu.uops")]
[Rule("C1", "every index fits its field")]
[Rule("C2", "the offset is a multiple of 4 and not negative")]
public sealed partial class UopsOp : Operation, ISymbol, IDramData, ICustomSyntax
{
    [Prop] public partial StringAttr SymName { get; }

    [Prop] public partial long Offset { get; }

    /// <summary>Three indices for each micro-op.</summary>
    [Prop] public partial int[] Entries { get; }

    VtaMemory? IDramData.Memory => VtaMemory.Uop;

    public int Count => Entries.Length / 3;

    public MicroOp this[int index] => new(Entries[3 * index], Entries[3 * index + 1], Entries[3 * index + 2]);

    public StringAttr SymbolName => SymName;

    public SymbolVisibility Visibility => SymbolVisibility.Public;

    public void SetSymbolName(OpBuilder builder, StringAttr name) => SetSymName(builder, name);

    public void SetVisibility(OpBuilder builder, SymbolVisibility visibility)
    {
    }

    public long ByteCount(VtaConfig config) => 4L * Count;

    public void Fill(Span<byte> to, VtaConfig config)
    {
        var codec = new InstructionCodec(config);
        var problems = new List<IsaProblem>();
        for (int i = 0; i < Count; i++)
        {
            codec.TryEncode(this[i], out uint word, problems);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(to[(4 * i)..], word);
        }
    }

    public static bool Parse(Syntax.AsmParser parser, OperationState state)
    {
        if (parser.ParseSymbolName() is not { } name || !parser.ParseKeyword("at"u8) || !parser.ParseInteger(out long offset) || !parser.ParseLSquare()) return false;
        Support.Vec<int> entries = default;
        if (parser.Kind != Syntax.TokenKind.RSquare)
        {
            do
            {
                if (!parser.ParseLParen() || !Index(parser, ref entries) || !parser.ParseComma() || !Index(parser, ref entries) || !parser.ParseComma()
                    || !Index(parser, ref entries) || !parser.ParseRParen())
                    return false;
            }
            while (parser.TryParseComma());
        }
        if (!parser.ParseRSquare() || !parser.ParseAttrDict(state)) return false;
        state.AddAttribute(parser.Context.Identifier("sym_name"u8), name);
        state.AddAttribute(parser.Context.Identifier("offset"u8), PropertyForm.Of(parser.Context, offset));
        state.AddAttribute(parser.Context.Identifier("entries"u8), PropertyForm.Of(parser.Context, entries.ToArray()));
        return true;
    }

    private static bool Index(Syntax.AsmParser parser, ref Support.Vec<int> into)
    {
        int position = parser.Position;
        if (!parser.ParseInteger(out long value)) return false;
        if (value != (int)value) return parser.MeaningError(position, "NEST5110", $"the index {value} does not fit its field");
        into.Add((int)value);
        return true;
    }

    public void Print(Syntax.AsmPrinter printer)
    {
        printer.Out.Write(' ');
        printer.WriteSymbolName(SymName.Utf8);
        printer.Out.Write(" at "u8);
        printer.Out.Write(Offset);
        printer.Out.Write(" ["u8);
        for (int i = 0; i < Count; i++)
        {
            printer.Out.Write(i == 0 ? "("u8 : ", ("u8);
            printer.Out.Write((long)Entries[3 * i]);
            printer.Out.Write(", "u8);
            printer.Out.Write((long)Entries[3 * i + 1]);
            printer.Out.Write(", "u8);
            printer.Out.Write((long)Entries[3 * i + 2]);
            printer.Out.Write(')');
        }
        printer.Out.Write(']');
        printer.WriteAttrDict(this, ["sym_name", "offset", "entries"]);
    }

    protected override bool VerifyOp(Diag d)
    {
        if (!InstructionVerifier.Program(this, d, out ProgramOp program)) return false;
        if (!d.Require(Entries.Length % 3 == 0, "C1", $"has {Entries.Length} indices, which are not three for each micro-op")) return false;
        if (!d.Require(Offset >= 0 && Offset % 4 == 0, "C2", $"offset {Offset} is not a multiple of 4 from 0 on")) return false;
        var codec = new InstructionCodec(program.Config);
        var problems = new List<IsaProblem>();
        for (int i = 0; i < Count; i++)
        {
            if (!codec.TryEncode(this[i], out _, problems))
                return d.Require(false, "C1", $"micro-op {i}: {problems[0].Message}");
        }
        return true;
    }
}
