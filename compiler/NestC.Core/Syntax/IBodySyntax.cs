using NestC.IR;

namespace NestC.Syntax;

/// <summary>
/// An attribute of a dialect that assembly formats write without its `#dialect.mnemonic`, as `&lt;...&gt;`; `qualified(...)` writes all
/// of it.
/// </summary>
public interface IBodySyntax
{
    /// <summary>Writes what follows the mnemonic, from `&lt;` on.</summary>
    void PrintBody(AsmPrinter printer);

    /// <summary>Reads what follows the mnemonic, from `&lt;` on; null after an error was reported.</summary>
    static abstract Attr? ParseBody(AsmParser parser);
}
