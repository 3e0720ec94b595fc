using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NestC.Generators;

/// <summary>Reads the options of a pass, or of a named pipeline: properties with [Option], of the class and of those that it derives from.</summary>
internal static class OptionReader
{
    public const string Attribute = "NestC.IR.OptionAttribute";

    private static readonly HashSet<string> types = ["bool", "int", "long", "uint", "double", "string", "string[]", "long[]", "NestC.Passes.PassPipeline[]"];

    /// <summary>The class of an option; its first option alone stands for it, so that a class is read once.</summary>
    public static Reading<OptionsModel> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        IPropertySymbol property = (IPropertySymbol)context.TargetSymbol;
        INamedTypeSymbol type = property.ContainingType;
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is not IPropertySymbol other || Declared(other) is null) continue;
            if (!SymbolEqualityComparer.Default.Equals(other, property)) return new Reading<OptionsModel>(null, default);
            break;
        }
        List<DiagnosticInfo> diagnostics = [];
        Location here = ((PropertyDeclarationSyntax)context.TargetNode).Identifier.GetLocation();
        if (type.ContainingType is not null || type.TypeParameters.Length > 0) diagnostics.Add(DiagnosticInfo.At(Rules.Nested, here, type.Name, "Option"));
        if (!IsPartial(type, cancel)) diagnostics.Add(DiagnosticInfo.At(Rules.NotPartial, here, type.Name, "Option"));
        string ns = SymbolText.NamespaceOf(type);
        SortedDictionary<string, OptionModel> options = new(System.StringComparer.Ordinal);
        for (INamedTypeSymbol? t = type; t is not null; t = t.BaseType)
            foreach (ISymbol member in t.GetMembers())
            {
                if (member is not IPropertySymbol option || Declared(option) is not { } attribute) continue;
                if (option.SetMethod is null || !IsSupported(option.Type))
                    diagnostics.Add(DiagnosticInfo.At(Rules.BadOption, option.Locations[0], option.Name, option.Type.ToDisplayString()));
                string name = SymbolText.StringArgument(attribute, 0) ?? "";
                if (options.ContainsKey(name)) continue;
                options.Add(name, new OptionModel(name, SymbolText.StringArgument(attribute, 1) ?? "", option.Name, SymbolText.Of(option.Type, ns), SymbolText.Of(t, ns)));
            }
        OptionsModel model = new() { Namespace = ns, Class = type.Name, Options = EquatableArray.From(new List<OptionModel>(options.Values)) };
        return new Reading<OptionsModel>(diagnostics.Count == 0 ? model : null, EquatableArray.From(diagnostics));
    }

    private static AttributeData? Declared(IPropertySymbol property)
    {
        foreach (AttributeData attribute in property.GetAttributes())
            if (attribute.AttributeClass is { } c && SymbolText.FullName(c) == Attribute) return attribute;
        return null;
    }

    private static bool IsSupported(ITypeSymbol type) => type.TypeKind == TypeKind.Enum || types.Contains(type.ToDisplayString());

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancel)
    {
        foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
            if (reference.GetSyntax(cancel) is ClassDeclarationSyntax c && c.Modifiers.Any(SyntaxKind.PartialKeyword)) return true;
        return false;
    }
}
