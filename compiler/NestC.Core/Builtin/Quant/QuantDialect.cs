using NestC.IR;
using NestC.Syntax;

namespace NestC.Builtin.Quant;

/// <summary>Upstream's types of quantized values: `!quant.any`, `!quant.uniform` (per tensor or per axis) and `!quant.calibrated`.</summary>
public sealed class QuantDialect(NestContext context) : Dialect(context, "quant")
{
    public override IrType? ParseType(AsmParser parser) => QuantTypeParser.Parse(parser);
}
