using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>
/// Writes types, attributes and operations in MLIR's textual form. Attributes and types print their parts through it, so
/// that aliases and the print options hold everywhere.
/// </summary>
public partial class AsmPrinter
{
    public AsmPrinter(Utf8Writer output, PrintOptions? options = null)
    {
        Out = output;
        Options = options ?? PrintOptions.Default;
        cacheText = !Options.ShortensElements;
    }

    private readonly bool cacheText;

    /// <summary>Where the text goes; for literals and punctuation.</summary>
    public Utf8Writer Out { get; }

    public PrintOptions Options { get; }

    /// <summary>The text of an attribute or a type on its own, without aliases.</summary>
    public static string ToText(Interned what)
    {
        Utf8Writer writer = new();
        AsmPrinter printer = new(writer);
        if (what is IrType type) printer.Write(type);
        else printer.Write((Attr)what);
        return writer.ToString();
    }

    public void Write(IrType type)
    {
        if (collector is not null)
        {
            collector.Visit(type);
            return;
        }
        if (type.CachedText is { } text)
        {
            Out.Write(text);
            return;
        }
        if ((type.Flags & InternFlags.MayAlias) != 0 && WriteAlias(type)) return;
        long start = Out.Total;
        if (AsmParser.StackIsShort) OnFreshStack(type, null, TypeElision.Never);
        else type.Print(this);
        if (cacheText && (type.Flags & (InternFlags.MayAlias | InternFlags.NoTextCache)) == 0)
            type.CachedText = Out.Since(start);
    }

    private int depth;      // of attributes within attributes: the stack is looked at now and then

    public void Write(Attr attr) => Write(attr, TypeElision.Never);

    public void Write(Attr attr, TypeElision elideType)
    {
        if (collector is not null)
        {
            collector.Visit(attr);
            return;
        }
        if (elideType == TypeElision.Never && attr.CachedText is { } text && cacheText)
        {
            Out.Write(text);
            return;
        }
        if ((attr.Flags & InternFlags.MayAlias) != 0 && WriteAlias(attr)) return;
        long start = Out.Total;
        if ((++depth & 31) == 0 && AsmParser.StackIsShort) OnFreshStack(null, attr, elideType);
        else attr.Print(this, elideType);
        depth--;
        if (elideType != TypeElision.Never || !cacheText || (attr.Flags & (InternFlags.MayAlias | InternFlags.NoTextCache)) != 0) return;
        if ((attr.Flags & InternFlags.PrintedBefore) != 0) attr.CachedText = Out.Since(start);
        else attr.Flags |= InternFlags.PrintedBefore;
    }

    // Goes on with deeply nested parts on a new stack.
    private void OnFreshStack(IrType? type, Attr? attr, TypeElision elideType) => AsmParser.OnFreshStack(() =>
    {
        type?.Print(this);
        attr?.Print(this, elideType);
        return true;
    });

    /// <summary>A string literal in quotes, with MLIR's escapes: `\\`, `\"` as `\22`, and `\XX` for what is not printable.</summary>
    public void WriteQuoted(ReadOnlySpan<byte> bytes)
    {
        Out.Write('"');
        foreach (byte b in bytes)
        {
            if (b == '\\') Out.Write("\\\\"u8);
            else if (b is >= 0x20 and < 0x7F && b != '"') Out.Write(b);
            else
            {
                Out.Write('\\');
                Out.WriteHex2(b);
            }
        }
        Out.Write('"');
    }

    /// <summary>A name as it stands before `=` in a dictionary: bare where it can be, quoted otherwise.</summary>
    public void WriteName(Identifier name)
    {
        if (name.IsBare) Out.Write(name.Utf8);
        else WriteQuoted(name.Utf8);
    }

    public void WriteTypes(ReadOnlySpan<IrType> types)
    {
        for (int i = 0; i < types.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(types[i]);
        }
    }

    /// <summary>`@name` or `@"any name"`.</summary>
    public void WriteSymbolName(ReadOnlySpan<byte> name)
    {
        Out.Write('@');
        bool bare = name.Length > 0 && AsciiChar.IsNameStart(name[0]);
        foreach (byte b in name) bare &= AsciiChar.IsNameBody(b);
        if (bare) Out.Write(name);
        else WriteQuoted(name);
    }

    // Writes the alias of an attribute or type and returns true when the module being printed gave it one.
    private bool WriteAlias(Interned what)
    {
        if (aliases is null || aliases.Find(what) is not { } alias) return false;
        aliases.Write(Out, alias);
        return true;
    }

    private AliasTable? aliases;
}

/// <summary>How to print: the meanings of mlir-opt's `--mlir-print-*` and `--mlir-elide-*` flags.</summary>
public sealed record PrintOptions
{
    public static PrintOptions Default { get; } = new();

    /// <summary>`--mlir-print-op-generic`.</summary>
    public bool Generic { get; init; }

    /// <summary>`--mlir-interop`: operations that upstream's dialect of the same name lacks as `nest_x.op`, which mlir-opt lets through; goes with the generic form.</summary>
    public bool Interop { get; init; }

    /// <summary>`--mlir-print-debuginfo`.</summary>
    public bool DebugInfo { get; init; }

    /// <summary>`--mlir-pretty-debuginfo`.</summary>
    public bool PrettyDebugInfo { get; init; }

    /// <summary>`--mlir-print-local-scope`: no aliases.</summary>
    public bool LocalScope { get; init; }

    /// <summary>`--mlir-print-value-users`.</summary>
    public bool ValueUsers { get; init; }

    /// <summary>`--mlir-print-unique-ssa-ids`.</summary>
    public bool UniqueSsaIds { get; init; }

    /// <summary>`--mlir-print-assume-verified`: prints custom syntax without verifying first.</summary>
    public bool AssumeVerified { get; init; }

    /// <summary>`--mlir-print-skip-regions`.</summary>
    public bool SkipRegions { get; init; }

    /// <summary>`--mlir-elide-elementsattrs-if-larger`: element attributes with more elements are elided; null: never.</summary>
    public long? ElideElementsLargerThan { get; init; }

    /// <summary>`--mlir-elide-resource-strings-if-larger`: longer resource strings are left out; null: never.</summary>
    public long? ElideResourceStringsLargerThan { get; init; }

    /// <summary>`--mlir-print-elementsattrs-with-hex-if-larger`: dense elements with more elements print as hex; -1: never.</summary>
    public long HexElementsLargerThan { get; init; } = 100;

    internal bool ShortensElements => ElideElementsLargerThan is not null || HexElementsLargerThan != 100;
}
