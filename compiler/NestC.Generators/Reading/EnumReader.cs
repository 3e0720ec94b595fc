using System.Collections.Generic;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace NestC.Generators;

/// <summary>Reads an enum that properties use.</summary>
internal static class EnumReader
{
    public static EnumModel Read(INamedTypeSymbol type, string ns, int width, Compilation compilation)
    {
        List<EnumCase> cases = [];
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is not IFieldSymbol { HasConstantValue: true } field) continue;
            string keyword = Names.Snake(field.Name);
            foreach (AttributeData attribute in field.GetAttributes())
                if (attribute.AttributeClass is { } c && SymbolText.FullName(c) == "NestC.IR.KeywordAttribute") keyword = SymbolText.StringArgument(attribute, 0) ?? keyword;
            cases.Add(new EnumCase(field.Name, keyword, System.Convert.ToInt64(field.ConstantValue, CultureInfo.InvariantCulture)));
        }
        bool flags = false;
        string? mnemonic = null;
        string separator = "|";
        string? description = null;
        bool bare = false;
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass is not { } c) continue;
            string name = SymbolText.FullName(c);
            if (name == "System.FlagsAttribute") flags = true;
            if (name != "NestC.IR.EnumAttrAttribute") continue;
            mnemonic = SymbolText.StringArgument(attribute, 0);
            separator = SymbolText.NamedString(attribute, "Separator") ?? separator;
            description = SymbolText.NamedString(attribute, "Description");
            bare = SymbolText.NamedBool(attribute, "Bare");
        }
        if (description is null && mnemonic is not null) description = SymbolText.SummaryOf(type).TrimEnd('.');
        List<string> values = [];
        foreach (EnumCase c in cases) values.Add(c.Value.ToString(CultureInfo.InvariantCulture));
        if (mnemonic is null || string.IsNullOrEmpty(description))
            description = $"allowed {width}-bit signless integer cases: {string.Join(", ", values)}";
        return new EnumModel
        {
            Type = SymbolText.Of(type, ns),
            Namespace = SymbolText.NamespaceOf(type),
            Name = type.Name,
            Accessibility = SymbolText.AccessibilityOf(type),
            IsFlags = flags,
            Width = width,
            Mnemonic = mnemonic,
            IsBare = bare,
            Separator = separator,
            Description = description!,
            Protected = SymbolText.ProtectedIn(compilation),
            Cases = EquatableArray.From(cases),
        };
    }
}
