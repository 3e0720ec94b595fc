using System.Text;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private Utf8Map<Attr>? attrAliases;
    private Utf8Map<IrType>? typeAliases;

    /// <summary>The attribute that an alias (without `#`) stands for, or null when it is not defined yet.</summary>
    public Attr? FindAttrAlias(ReadOnlySpan<byte> name) => attrAliases?.Find(name);

    /// <summary>The type that an alias (without `!`) stands for, or null when it is not defined yet.</summary>
    public IrType? FindTypeAlias(ReadOnlySpan<byte> name) => typeAliases?.Find(name);

    /// <summary>Parses `#name = attribute` at `#name`.</summary>
    public bool ParseAttrAliasDefinition()
    {
        ReadOnlySpan<byte> name = TokenText[1..];
        attrAliases ??= new Utf8Map<Attr>();
        if (attrAliases.Find(name) is not null)
            return MeaningError("NEST1052", $"redefinition of attribute alias id '{Encoding.UTF8.GetString(name)}'");
        if (name.Contains((byte)'.'))
            return MeaningError("NEST1053", "attribute names with a '.' are reserved for dialect-defined names");
        Advance();
        if (!Parse(TokenKind.Equal, "expected '=' in attribute alias definition") || ParseAttr() is not { } attr) return false;
        attrAliases.TryAdd(name, attr);
        return true;
    }

    /// <summary>Parses `!name = type` at `!name`.</summary>
    public bool ParseTypeAliasDefinition()
    {
        ReadOnlySpan<byte> name = TokenText[1..];
        typeAliases ??= new Utf8Map<IrType>();
        if (typeAliases.Find(name) is not null)
            return MeaningError("NEST1052", $"redefinition of type alias id '{Encoding.UTF8.GetString(name)}'");
        if (name.Contains((byte)'.'))
            return MeaningError("NEST1053", "type names with a '.' are reserved for dialect-defined names");
        Advance();
        if (!Parse(TokenKind.Equal, "expected '=' in type alias definition") || ParseType() is not { } type) return false;
        typeAliases.TryAdd(name, type);
        return true;
    }

    /// <summary>The type that a whole text is; null, after a diagnostic, when it is none.</summary>
    public static IrType? ParseTypeText(NestContext context, string text)
    {
        AsmParser parser = OverText(context, text);
        return parser.ParseType() is { } type && parser.AtTextEnd() ? type : null;
    }

    /// <summary>The attribute that a whole text is; null, after a diagnostic, when it is none.</summary>
    public static Attr? ParseAttrText(NestContext context, string text, IrType? type = null)
    {
        AsmParser parser = OverText(context, text);
        return parser.ParseAttr(type) is { } attr && parser.AtTextEnd() ? attr : null;
    }

    private static AsmParser OverText(NestContext context, string text)
    {
        SourceFile source = SourceFile.FromText("<text>", text);
        context.Sources.Add(source);
        return new AsmParser(context, source);
    }

    private bool AtTextEnd() =>
        kind == TokenKind.EndOfFile || Error("NEST1054", $"found trailing characters: '{Encoding.UTF8.GetString(new ReadOnlySpan<byte>(tokenStart, (int)(end - tokenStart)))}'");
}
