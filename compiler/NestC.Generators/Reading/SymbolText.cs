using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace NestC.Generators;

/// <summary>Symbols as text for generated code and for comparisons.</summary>
internal static class SymbolText
{
    private static readonly SymbolDisplayFormat qualified = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    // Namespaces that every generated file uses; names in them are written short.
    public static readonly string[] Used =
    [
        "NestC.Builtin", "NestC.Diagnostics", "NestC.IR", "NestC.Rewriting", "NestC.Support", "NestC.Syntax", "System",
    ];

    /// <summary>The full name without `global::`; generic ones without their arguments.</summary>
    public static string FullName(ITypeSymbol type) => type.OriginalDefinition.ToDisplayString(new SymbolDisplayFormat(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces));

    /// <summary>The type as generated code in <paramref name="ns"/> writes it.</summary>
    public static string Of(ITypeSymbol type, string ns)
    {
        string text = type.ToDisplayString(qualified);
        text = Shorten(text, ns);
        foreach (string used in Used) text = Shorten(text, used);
        return text;
    }

    // `global::A.B.Name` becomes `Name` where no further namespace follows.
    private static string Shorten(string text, string ns)
    {
        if (ns.Length == 0) return text;
        string prefix = "global::" + ns + ".";
        int at = 0;
        while ((at = text.IndexOf(prefix, at, System.StringComparison.Ordinal)) >= 0)
        {
            int end = at + prefix.Length;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_')) end++;
            if (end < text.Length && text[end] == '.') at = end;
            else text = text.Remove(at, prefix.Length);
        }
        return text;
    }

    public static string NamespaceOf(ISymbol symbol) =>
        symbol.ContainingNamespace is { IsGlobalNamespace: false } ns ? ns.ToDisplayString() : "";

    public static string AccessibilityOf(ISymbol symbol) => symbol.DeclaredAccessibility == Accessibility.Public ? "public" : "internal";

    /// <summary>The first sentence or so of the doc comment: the text of its summary on one line.</summary>
    public static string SummaryOf(ISymbol symbol)
    {
        string? xml = symbol.GetDocumentationCommentXml();
        if (string.IsNullOrEmpty(xml)) return "";
        int start = xml!.IndexOf("<summary>", System.StringComparison.Ordinal);
        int end = xml.IndexOf("</summary>", System.StringComparison.Ordinal);
        if (start < 0 || end < start) return "";
        string text = xml.Substring(start + 9, end - start - 9);
        text = System.Text.RegularExpressions.Regex.Replace(text, "<(?:see|paramref|typeparamref)\\s+(?:cref|name|langword)=\"(?:[A-Z]:)?([^\"]*)\"\\s*/>",
            m => "`" + m.Groups[1].Value.Substring(m.Groups[1].Value.LastIndexOf('.') + 1) + "`");
        text = System.Text.RegularExpressions.Regex.Replace(text, "<[^>]*>", "");
        text = text.Replace("&lt;", "<").Replace("&gt;", ">").Replace("&quot;", "\"").Replace("&amp;", "&");
        return System.Text.RegularExpressions.Regex.Replace(text, "\\s+", " ").Trim();
    }

    public static bool DerivesFrom(ITypeSymbol? type, string fullName)
    {
        for (ITypeSymbol? t = type; t is not null; t = t.BaseType)
            if (FullName(t) == fullName) return true;
        return false;
    }

    public static bool Implements(ITypeSymbol type, string fullName)
    {
        foreach (INamedTypeSymbol i in type.AllInterfaces)
            if (FullName(i) == fullName) return true;
        return false;
    }

    /// <summary>What an override of a `protected internal` member of the core says, in this assembly.</summary>
    public static string ProtectedIn(Compilation compilation)
    {
        IAssemblySymbol? core = compilation.GetTypeByMetadataName("NestC.IR.Operation")?.ContainingAssembly;
        bool sees = core is null || SymbolEqualityComparer.Default.Equals(core, compilation.Assembly) || core.GivesAccessTo(compilation.Assembly);
        return sees ? "protected internal" : "protected";
    }

    public static string? NamedString(AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> pair in attribute.NamedArguments)
            if (pair.Key == name) return pair.Value.Value as string;
        return null;
    }

    public static int NamedInt(AttributeData attribute, string name, int otherwise)
    {
        foreach (KeyValuePair<string, TypedConstant> pair in attribute.NamedArguments)
            if (pair.Key == name && pair.Value.Value is int value) return value;
        return otherwise;
    }

    public static bool NamedBool(AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> pair in attribute.NamedArguments)
            if (pair.Key == name && pair.Value.Value is bool value) return value;
        return false;
    }

    public static string? StringArgument(AttributeData attribute, int index) =>
        attribute.ConstructorArguments.Length > index ? attribute.ConstructorArguments[index].Value as string : null;
}
