using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>An operation on whole tiles, which has to become instructions before the program can run.</summary>
public interface ITileOp;

/// <summary>A piece of an on-chip memory. Its address is given, or found by the allocation; its life ends with its last use.</summary>
[Op("npu.alloc", Format = "(`at` $address^)? attr-dict `:` type($buffer)")]
[Rule("C1", "the buffer lies inside its memory")]
public sealed partial class AllocOp : Operation, ITileOp
{
    /// <summary>The first element.</summary>
    [Prop] public partial long? Address { get; }

    [Result<AnyBuffer>] public partial Value Buffer { get; }

    protected override bool VerifyOp(Diag d)
    {
        if (!InstructionVerifier.Program(this, d, out ProgramOp program)) return false;
        var type = (BufferType)Buffer.Type;
        long end = (Address ?? 0) + type.Elements;
        int depth = program.Config.Depth(type.Memory);
        return d.Require(Address is null or >= 0 && end <= depth, "C1", $"ends at element {end} of {Disassembler.Name(type.Memory)}, which has {depth}");
    }
}

/// <summary>A part of a buffer from an element on, in another shape.</summary>
[Op("npu.view", Format = "$source `[` $offset `]` attr-dict `:` type($source) `to` type($view)")]
[Rule("C1", "the view is in the same memory as its source")]
[Rule("C2", "the view lies inside its source")]
public sealed partial class ViewOp : Operation, ITileOp
{
    [Operand<AnyBuffer>] public partial Value Source { get; }

    /// <summary>In elements.</summary>
    [Prop] public partial long Offset { get; }

    [Result<AnyBuffer>] public partial Value View { get; }

    protected override bool VerifyOp(Diag d)
    {
        var source = (BufferType)Source.Type;
        var view = (BufferType)View.Type;
        return d.Require(source.Memory == view.Memory, "C1", $"is in {Disassembler.Name(view.Memory)}, but its source is in {Disassembler.Name(source.Memory)}")
            && d.Require(Offset >= 0 && Offset + view.Elements <= source.Elements, "C2", $"ends at element {Offset + view.Elements} of a buffer of {source.Elements}");
    }
}

/// <summary>Rows of DRAM to a buffer, packed, with zero pads (top, bottom, left, right) around them.</summary>
[Op("npu.tile_load", Format = "$source `[` $element `]` `rows` $rows `cols` $cols `stride` $stride (`pad` $pad^)? `to` $buffer attr-dict `:` type($buffer)")]
[Rule("C1", "the source is data of the buffer's memory")]
[Rule("C2", "the rows lie inside the data")]
[Rule("C3", "rows and pads fit the buffer")]
[Rule("C4", "pads are 0 to 15, rows and columns 1 to 65535, and weights have no pads")]
public sealed partial class TileLoadOp : Operation, ITileOp
{
    [Prop<FlatSymbolRef>] public partial SymbolRefAttr Source { get; }

    /// <summary>The first element in the data.</summary>
    [Prop] public partial long Element { get; }

    [Prop] public partial int Rows { get; }

    [Prop] public partial int Cols { get; }

    [Prop] public partial int Stride { get; }

    /// <summary>Top, bottom, left, right.</summary>
    [Prop] public partial int[]? Pad { get; }

    [Operand<AnyBuffer>] public partial Value Buffer { get; }

    protected override bool VerifyOp(Diag d)
    {
        if (!InstructionVerifier.Program(this, d, out ProgramOp program)) return false;
        var type = (BufferType)Buffer.Type;
        if (!TileVerifier.Transfer(d, Rows, Cols, Stride, "C4")
            || !d.Require(Pad is null || Pad.Length == 4, "C4", $"has {Pad?.Length ?? 0} pads; there are top, bottom, left and right"))
            return false;
        ReadOnlySpan<int> pad = Pad ?? [0, 0, 0, 0];
        foreach (int side in pad)
        {
            if (!d.Require(side is >= 0 and <= 15, "C4", $"has a pad of {side}")) return false;
        }
        long elements = (long)(pad[0] + Rows + pad[1]) * (pad[2] + Cols + pad[3]);
        return d.Require(type.Memory != VtaMemory.Wgt || elements == (long)Rows * Cols, "C4", "pads weights")
            && d.Require(elements <= type.Elements, "C3", $"writes {elements} elements of a buffer of {type.Elements}")
            && TileVerifier.Data(d, program, Source, type.Memory, Element, Rows, Cols, Stride);
    }
}

/// <summary>The low 8 bits of accumulators to rows of DRAM.</summary>
[Op("npu.tile_store", Format = "$buffer `to` $target `[` $element `]` `rows` $rows `cols` $cols `stride` $stride attr-dict `:` type($buffer)")]
[Rule("C1", "the target is data of the output memory")]
[Rule("C2", "the rows lie inside the data")]
[Rule("C3", "the rows fit the buffer")]
[Rule("C4", "rows and columns are 1 to 65535")]
public sealed partial class TileStoreOp : Operation, ITileOp
{
    [Operand<AccBuffer>] public partial Value Buffer { get; }

    [Prop<FlatSymbolRef>] public partial SymbolRefAttr Target { get; }

    /// <summary>The first element in the data.</summary>
    [Prop] public partial long Element { get; }

    [Prop] public partial int Rows { get; }

    [Prop] public partial int Cols { get; }

    [Prop] public partial int Stride { get; }

    protected override bool VerifyOp(Diag d)
    {
        if (!InstructionVerifier.Program(this, d, out ProgramOp program)) return false;
        long elements = (long)Rows * Cols, held = ((BufferType)Buffer.Type).Elements;
        return TileVerifier.Transfer(d, Rows, Cols, Stride, "C4")
            && d.Require(elements <= held, "C3", $"reads {elements} elements of a buffer of {held}")
            && TileVerifier.Data(d, program, Target, VtaMemory.Out, Element, Rows, Cols, Stride);
    }
}

/// <summary>Sets a buffer of accumulators to zero.</summary>
[Op("npu.tile_reset", Format = "$buffer attr-dict `:` type($buffer)")]
public sealed partial class TileResetOp : Operation, ITileOp
{
    [Operand<AccBuffer>] public partial Value Buffer { get; }
}

/// <summary>
/// Over a box of iterations, dst[i . dst_strides] += src[i . src_strides] x wgt[i . wgt_strides], a product of tiles each. The order of
/// iterations means nothing.
/// </summary>
[Op("npu.tile_gemm", Format = "$src `,` $wgt `into` $dst `iterate` $extents `src` $src_strides `wgt` $wgt_strides `dst` $dst_strides attr-dict `:` type($src) `,` type($wgt) `,` type($dst)")]
[Rule("C1", "there is a positive extent, and a stride that is not negative in each operand, for each dimension")]
[Rule("C2", "every iteration stays inside the buffers")]
public sealed partial class TileGemmOp : Operation, ITileOp
{
    [Operand<InpBuffer>] public partial Value Src { get; }

    [Operand<WgtBuffer>] public partial Value Wgt { get; }

    [Operand<AccBuffer>] public partial Value Dst { get; }

    [Prop] public partial long[] Extents { get; }

    [Prop] public partial long[] SrcStrides { get; }

    [Prop] public partial long[] WgtStrides { get; }

    [Prop] public partial long[] DstStrides { get; }

    protected override bool VerifyOp(Diag d) =>
        TileVerifier.Box(d, Extents, SrcStrides, Src, "source") && TileVerifier.Box(d, Extents, WgtStrides, Wgt, "weight") && TileVerifier.Box(d, Extents, DstStrides, Dst, "destination");
}

/// <summary>
/// Over a box of iterations, dst[i . dst_strides] = op(dst[i . dst_strides], src[i . src_strides] or imm), lane by lane. The order of
/// iterations means nothing, so what one iteration writes no other may read as its source.
/// </summary>
[Op("npu.tile_alu", Format = "$op $dst (`,` $src^)? (`imm` $imm^)? `iterate` $extents `dst` $dst_strides (`src` $src_strides^)? attr-dict `:` type($dst) (`,` type($src)^)?")]
[Rule("C1", "there is a positive extent, and a stride that is not negative in each operand, for each dimension")]
[Rule("C2", "every iteration stays inside the buffers")]
[Rule("C3", "the second operand is a buffer or an immediate of 16 bits")]
[Rule("C4", "a shift by an immediate is by -16 to 15, and mul is not used")]
[Rule("C5", "source and destination are different buffers")]
public sealed partial class TileAluOp : Operation, ITileOp
{
    [Prop("op")] public partial VtaAluOp Kind { get; }

    [Operand<AccBuffer>] public partial Value Dst { get; }

    [Operand<AccBuffer>] public partial Value? Src { get; }

    [Prop] public partial int? Imm { get; }

    [Prop] public partial long[] Extents { get; }

    [Prop] public partial long[] DstStrides { get; }

    [Prop] public partial long[]? SrcStrides { get; }

    protected override bool VerifyOp(Diag d)
    {
        if (!TileVerifier.Box(d, Extents, DstStrides, Dst, "destination")
            || !d.Require(Src is null != Imm is null, "C3", Src is null ? "has no second operand" : "has both a buffer and an immediate as second operand")
            || !d.Require(Imm is null || Imm == (short)Imm, "C3", $"has the immediate {Imm}, which does not fit 16 bits")
            || !d.Require(Kind != VtaAluOp.Mul, "C4", "is mul, which no hardware has")
            || !d.Require(Kind != VtaAluOp.Shr || Imm is null or (>= -16 and <= 15), "C4", $"shifts by {Imm}"))
            return false;
        if (Src is not { } source) return true;
        return d.Require(SrcStrides is not null, "C1", "has no strides for its source")
            && TileVerifier.Box(d, Extents, SrcStrides!, source, "source")
            && d.Require(!TileVerifier.Overlap(Dst, source), "C5", "reads as source what it writes");
    }
}

/// <summary>What the verifiers of tile operations share.</summary>
internal static class TileVerifier
{
    public static bool Transfer(Diag d, int rows, int cols, int stride, string rule) =>
        d.Require(rows is >= 1 and <= 65535 && cols is >= 1 and <= 65535 && stride is >= 0 and <= 65535, rule, $"moves {rows} rows of {cols} elements, stride {stride}");

    public static bool Data(Diag d, ProgramOp program, SymbolRefAttr symbol, VtaMemory memory, long element, int rows, int cols, int stride)
    {
        if (program.FindData(symbol.Root.Utf8) is not DataOp data || data.Memory != memory)
            return d.Require(false, "C1", $"{symbol} is no data of {Disassembler.Name(memory)} elements");
        long end = element + (long)(rows - 1) * stride + cols;
        return d.Require(element >= 0 && end <= data.Elements, "C2", $"elements {element} to {end - 1} of data that have {data.Elements}");
    }

    public static bool Box(Diag d, long[] extents, long[] strides, Value buffer, string what)
    {
        if (!d.Require(extents.Length == strides.Length, "C1", $"has {extents.Length} extents, but {strides.Length} strides of the {what}")) return false;
        long last = 0;
        for (int i = 0; i < extents.Length; i++)
        {
            if (!d.Require(extents[i] is >= 1 and <= 1 << 20 && strides[i] is >= 0 and <= 1 << 20, "C1", $"has extent {extents[i]} and stride {strides[i]} of the {what}")) return false;
            last += (extents[i] - 1) * strides[i];
        }
        long elements = ((BufferType)buffer.Type).Elements;
        return d.Require(last < elements, "C2", $"reaches element {last} of the {what}, which has {elements}");
    }

    /// <summary>Whether two buffers share elements.</summary>
    public static bool Overlap(Value a, Value b)
    {
        (Value rootA, long startA) = Root(a);
        (Value rootB, long startB) = Root(b);
        return rootA == rootB && startA < startB + ((BufferType)b.Type).Elements && startB < startA + ((BufferType)a.Type).Elements;
    }

    /// <summary>The allocation that a buffer is a part of, and where in it.</summary>
    public static (Value Root, long Offset) Root(Value buffer)
    {
        long offset = 0;
        while (buffer.DefiningOp is ViewOp view)
        {
            offset += view.Offset;
            buffer = view.Source;
        }
        return (buffer, offset);
    }
}
