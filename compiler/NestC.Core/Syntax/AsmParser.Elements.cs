using NestC.IR;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private Attr? ParseDenseElements(IrType? type) => NotRead("dense");

    private Attr? ParseDenseResource(IrType? type) => NotRead("dense_resource");

    private Attr? ParseSparseElements(IrType? type) => NotRead("sparse");

    private Attr? NotRead(string what)
    {
        MeaningError(Position, "NEST1060", $"'{what}' elements cannot be read by this version");
        return null;
    }
}
