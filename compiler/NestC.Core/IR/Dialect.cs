using NestC.Syntax;

namespace NestC.IR;

/// <summary>
/// A named group of operations, types and attributes. Registered explicitly; loaded when its name is first met, so that a
/// tool pays only for the dialects that its input uses.
/// </summary>
public abstract class Dialect(NestContext context, string name)
{
    public NestContext Context { get; } = context;

    /// <summary>The prefix of its operations (`graph`), and of its types and attributes (`!graph.x`, `#graph.x`).</summary>
    public string Name { get; } = name;

    /// <summary>Parses the body of `!name.body`, from the word after the dot on; null after an error was reported.</summary>
    public virtual IrType? ParseType(AsmParser parser)
    {
        parser.MeaningError(parser.Position, "NEST1101", $"dialect '{Name}' provides no type parsing hook");
        return null;
    }

    /// <summary>Parses the body of `#name.body`, from the word after the dot on; null after an error was reported.</summary>
    public virtual Attr? ParseAttr(AsmParser parser, IrType? type)
    {
        parser.MeaningError(parser.Position, "NEST1102", $"dialect '{Name}' provides no attribute parsing hook");
        return null;
    }

    /// <summary>The name under which an attribute or type of this dialect is printed as an alias, or null when it has none.</summary>
    public virtual string? AliasFor(Interned what) => null;
}
