using NestC.Support;
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

    /// <summary>Full names of the dialect's operations, in the order in which <see cref="MakeOp"/> numbers them.</summary>
    public virtual ReadOnlySpan<string> OpNames => default;

    /// <summary>Makes the definition of operation <paramref name="index"/> of <see cref="OpNames"/>; the generator implements it.</summary>
    protected virtual OpDefinition MakeOp(int index) => throw new ArgumentOutOfRangeException(nameof(index));

    private Utf8Map<object>? opIndex;

    internal OpDefinition? FindOp(ReadOnlySpan<byte> fullName)
    {
        if (opIndex is null)
        {
            Utf8Map<object> index = new();
            ReadOnlySpan<string> names = OpNames;
            for (int i = 0; i < names.Length; i++) index.TryAdd(System.Text.Encoding.UTF8.GetBytes(names[i]), i);
            opIndex = index;
        }
        return opIndex.Find(fullName) is int number ? MakeOp(number) : null;
    }

    /// <summary>Whether the dialect takes operations that it does not define (in generic form).</summary>
    public virtual bool AllowsUnknownOps => false;

    /// <summary>Whether upstream, which has a dialect of the same name, lacks an operation, and so refuses its name; it is exchanged under `nest_` and its name.</summary>
    public virtual bool IsUnknownUpstream(ReadOnlySpan<byte> opName) => false;

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

    /// <summary>Checks a discardable attribute with this dialect's prefix on an operation of any dialect; false after an error was reported.</summary>
    public virtual bool VerifyAttribute(Operation op, Builtin.NamedAttr attribute, Diagnostics.Diag d) => true;

    /// <summary>The name under which an attribute or type of this dialect is printed as an alias, or null when it has none.</summary>
    public virtual string? AliasFor(Interned what) => null;

    /// <summary>
    /// Makes the operation of this dialect (or of another one) that computes a constant, inserted at the builder's place; null when the
    /// attribute has no constant operation. Folds of the dialect's operations end here.
    /// </summary>
    public virtual Operation? MaterializeConstant(OpBuilder builder, Attr value, IrType type, Location location) => null;

    /// <summary>Adds canonicalization patterns that start from operations of several kinds; those of one kind belong to its class.</summary>
    public virtual void AddCanonicalization(Rewriting.PatternSet patterns)
    {
    }
}
