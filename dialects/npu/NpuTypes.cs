using System.Text;
using NestC.Dialects.Npu.Isa;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Npu;

/// <summary>
/// `!npu.buffer&lt;inp, 4x9x30&gt;`: a piece of an on-chip memory. The shape counts elements of the memory (tiles), row-major and packed.
/// </summary>
public sealed class BufferType : IrType
{
    private readonly long[] shape;

    private BufferType(VtaMemory memory, long[] shape) : base(HashOf(memory, shape)) => (Memory, this.shape) = (memory, shape);

    /// <summary>INP, WGT or ACC.</summary>
    public VtaMemory Memory { get; }

    public ReadOnlySpan<long> Shape => shape;

    /// <summary>The elements in all.</summary>
    public long Elements
    {
        get
        {
            long count = 1;
            foreach (long extent in shape) count *= extent;
            return count;
        }
    }

    /// <exception cref="ArgumentException">The memory holds no buffers, or an extent is not from 1 to 65535.</exception>
    public static BufferType Get(NestContext context, VtaMemory memory, ReadOnlySpan<long> shape) =>
        TryGet(context, memory, shape, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The type, or null and why there is none.</summary>
    public static BufferType? TryGet(NestContext context, VtaMemory memory, ReadOnlySpan<long> shape, out string? error)
    {
        error = memory is VtaMemory.Inp or VtaMemory.Wgt or VtaMemory.Acc ? null : $"a buffer is in inp, wgt or acc, not in {Disassembler.Name(memory)}";
        if (shape.IsEmpty) error ??= "a buffer has at least one dimension";
        long count = 1;
        foreach (long extent in shape)
        {
            if (extent is < 1 or > 65535) error ??= $"an extent of a buffer is from 1 to 65535, got {extent}";
            else count = Math.Min(count * extent, 1 << 30);
        }
        if (count >= 1 << 30) error ??= "the buffer has too many elements";
        return error is null ? context.Intern(new BufferType(memory, shape.ToArray())) : null;
    }

    protected override bool SameStructure(Interned other) => other is BufferType o && o.Memory == Memory && o.Shape.SequenceEqual(shape);

    public override void Print(AsmPrinter printer)
    {
        printer.Out.Write("!npu.buffer<"u8);
        printer.Out.Write(Encoding.UTF8.GetBytes(Disassembler.Name(Memory)));
        printer.Out.Write(", "u8);
        for (int i = 0; i < shape.Length; i++)
        {
            if (i > 0) printer.Out.Write('x');
            printer.Out.Write(shape[i]);
        }
        printer.Out.Write('>');
    }

    /// <summary>Reads what follows the mnemonic; null after an error was reported.</summary>
    internal static BufferType? ParseBody(AsmParser parser)
    {
        if (!parser.ParseLess()) return null;
        int position = parser.Position;
        VtaMemory memory = default;
        if (parser.TryParseKeyword("inp"u8)) memory = VtaMemory.Inp;
        else if (parser.TryParseKeyword("wgt"u8)) memory = VtaMemory.Wgt;
        else if (parser.TryParseKeyword("acc"u8)) memory = VtaMemory.Acc;
        else
        {
            parser.Error(position, "NEST5002", "expected 'inp', 'wgt' or 'acc'");
            return null;
        }
        Vec<long> shape = default;
        if (!parser.ParseComma() || !parser.ParseDimensionListWithoutTrailingX(ref shape, allowDynamic: false) || !parser.ParseGreater()) return null;
        if (TryGet(parser.Context, memory, shape.Span, out string? error) is { } type) return type;
        parser.MeaningError(position, "NEST5002", error!);
        return null;
    }

    private static int HashOf(VtaMemory memory, long[] shape)
    {
        int hash = Hash.Combine(Hash.OfBytes("npu.buffer"u8), (int)memory);
        foreach (long extent in shape) hash = Hash.Combine(hash, Hash.Of(extent));
        return hash;
    }
}

/// <summary>A buffer in any memory.</summary>
public readonly struct AnyBuffer : ITypeConstraint
{
    public static bool Matches(IrType type) => type is BufferType;

    public static string Describe => "buffer on the chip";
}

/// <summary>A buffer of activations.</summary>
public readonly struct InpBuffer : ITypeConstraint
{
    public static bool Matches(IrType type) => type is BufferType { Memory: VtaMemory.Inp };

    public static string Describe => "buffer of activation tiles";
}

/// <summary>A buffer of weights.</summary>
public readonly struct WgtBuffer : ITypeConstraint
{
    public static bool Matches(IrType type) => type is BufferType { Memory: VtaMemory.Wgt };

    public static string Describe => "buffer of weight tiles";
}

/// <summary>A buffer of accumulators.</summary>
public readonly struct AccBuffer : ITypeConstraint
{
    public static bool Matches(IrType type) => type is BufferType { Memory: VtaMemory.Acc };

    public static string Describe => "buffer of accumulator tiles";
}
