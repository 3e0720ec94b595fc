using NestC.Syntax;

namespace NestC.IR;

/// <summary>A type. Types are interned: two equal types of one context are the same object.</summary>
public abstract class IrType(int hash) : Interned(hash)
{
    internal byte[]? CachedText;

    /// <summary>Writes the type as MLIR's textual form has it, without the leading `!` alias handling.</summary>
    public abstract void Print(AsmPrinter printer);

    public override string ToString() => AsmPrinter.ToText(this);
}

/// <summary>An attribute: an interned compile-time constant.</summary>
public abstract class Attr(int hash) : Interned(hash)
{
    internal byte[]? CachedText;

    /// <summary>Writes the attribute as MLIR's textual form has it.</summary>
    /// <param name="printer">Where to.</param>
    /// <param name="elideType">The reader knows the type, so a typed attribute leaves it out where upstream does.</param>
    public abstract void Print(AsmPrinter printer, TypeElision elideType);

    public override string ToString() => AsmPrinter.ToText(this);
}

/// <summary>Whether a typed attribute prints its type (`1 : i32`).</summary>
public enum TypeElision : byte
{
    /// <summary>The type is always printed.</summary>
    Never,

    /// <summary>The type is left out when it is the one that the parser assumes (i64 for integers, f64 for floats).</summary>
    May,

    /// <summary>The type is never printed, because the reader gets it from elsewhere.</summary>
    Must,
}

/// <summary>An attribute that has a type.</summary>
public interface ITypedAttr
{
    IrType Type { get; }
}
