using NestC.IR;
using NestC.Syntax;

namespace NestC.Dialects.Npu;

/// <summary>
/// The VTA neural processing unit: programs of instructions one to one with the encoding, and above them loads, stores, products and
/// ALU operations of whole tiles on explicit scratchpads.
/// </summary>
[Dialect("npu")]
public sealed partial class NpuDialect(NestContext context) : Dialect(context, "npu")
{
    public override Attr? ParseAttr(AsmParser parser, IrType? type)
    {
        int position = parser.Position;
        if (!parser.TryParseKeyword(out ReadOnlySpan<byte> mnemonic)) return base.ParseAttr(parser, type);
        if (mnemonic.SequenceEqual("device"u8)) return DeviceAttr.ParseBody(parser);
        Attr? attr = ParseEnumAttr(parser, mnemonic, out bool known);
        if (!known) parser.UnknownMnemonic(position, Name, mnemonic);
        return attr;
    }

    public override IrType? ParseType(AsmParser parser)
    {
        int position = parser.Position;
        if (parser.TryParseKeyword("buffer"u8)) return BufferType.ParseBody(parser);
        parser.MeaningError(position, "NEST5002", "unknown type in dialect `npu`; it has `buffer`");
        return null;
    }
}
