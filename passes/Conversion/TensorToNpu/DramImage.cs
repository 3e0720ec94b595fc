using NestC.Builtin;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Isa;
using NestC.IR;

namespace NestC.Passes.Conversion.TensorToNpu;

/// <summary>A piece of a program's DRAM image.</summary>
internal sealed record DramPiece(string Name, VtaMemory Memory, long Offset, long Elements, Attr? Value, IrType? Type);

/// <summary>The DRAM image of a program while it is made: data one behind the other.</summary>
internal sealed class DramImage(VtaConfig config)
{
    /// <summary>The address of the image's first byte.</summary>
    public const uint Base = 1 << 20;

    private readonly List<DramPiece> pieces = [];
    private readonly Dictionary<Attr, DramPiece> constants = [];

    public long Bytes { get; private set; }

    /// <summary>Reserves elements of a memory.</summary>
    public DramPiece Add(string name, VtaMemory memory, long elements, Attr? value = null, IrType? type = null)
    {
        int element = config.DramElementBytes(memory), align = Math.Max(64, element);
        long offset = (Bytes + align - 1) / align * align;
        var piece = new DramPiece(name, memory, offset, elements, value, type);
        pieces.Add(piece);
        Bytes = offset + elements * element;
        return piece;
    }

    /// <summary>The piece that holds a constant; the same constant stands there once.</summary>
    public DramPiece Constant(string name, VtaMemory memory, long elements, Attr value)
    {
        if (constants.TryGetValue(value, out DramPiece? known) && known.Memory == memory) return known;
        DramPiece piece = Add(name, memory, elements, value);
        constants[value] = piece;
        return piece;
    }

    /// <summary>The address of the first element of a piece, in elements.</summary>
    public uint Element(DramPiece piece) => (uint)((Base + piece.Offset) / config.DramElementBytes(piece.Memory));

    /// <summary>Writes the data operations of a program, with shapes and scales for the manifest.</summary>
    public void Write(OpBuilder b)
    {
        foreach (DramPiece piece in pieces)
        {
            DataOp data = DataOp.Create(b, piece.Name, piece.Offset, piece.Elements, memory: piece.Memory, value: piece.Value);
            if (piece.Type is not RankedTensorType type) continue;
            b.SetAttribute(data, "npu.shape", DenseArrayAttr.Get(b.Context, type.Shape));
            b.SetAttribute(data, "npu.layout", StringAttr.Get(b.Context, "NCHW16c"));
            if (type.ElementType is Builtin.Quant.UniformQuantizedType { Axis: null } quantized)
                b.SetAttribute(data, "npu.scale", FloatAttr.Get(FloatType.F64(b.Context), quantized.Scales[0]));
        }
    }
}
