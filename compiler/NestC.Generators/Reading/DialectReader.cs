using System.Collections.Generic;
using System.Text.RegularExpressions;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NestC.Generators;

/// <summary>Reads the class of a dialect.</summary>
internal static class DialectReader
{
    public static Reading<DialectModel> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.TargetSymbol;
        ClassDeclarationSyntax syntax = (ClassDeclarationSyntax)context.TargetNode;
        Location here = syntax.Identifier.GetLocation();
        List<DiagnosticInfo> diagnostics = [];
        string name = SymbolText.StringArgument(context.Attributes[0], 0) ?? "";
        if (type.ContainingType is not null || type.TypeParameters.Length > 0) diagnostics.Add(DiagnosticInfo.At(Rules.Nested, here, type.Name, "Dialect"));
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword)) diagnostics.Add(DiagnosticInfo.At(Rules.NotPartial, here, type.Name, "Dialect"));
        if (!SymbolText.DerivesFrom(type, "NestC.IR.Dialect")) diagnostics.Add(DiagnosticInfo.At(Rules.WrongBase, here, type.Name, "Dialect", "Dialect"));
        if (!Regex.IsMatch(name, "^[A-Za-z_][A-Za-z0-9_$]*$"))
            diagnostics.Add(DiagnosticInfo.At(Rules.BadName, context.Attributes[0].ApplicationSyntaxReference!.GetSyntax(cancel).GetLocation(), name, "dialect"));
        if (diagnostics.Count > 0) return new Reading<DialectModel>(null, EquatableArray.From(diagnostics));

        bool contextAlone = false;
        foreach (IMethodSymbol constructor in type.InstanceConstructors)
            if (constructor.Parameters.Length == 1 && SymbolText.FullName(constructor.Parameters[0].Type) == "NestC.IR.NestContext") contextAlone = true;
        DialectModel model = new()
        {
            Namespace = SymbolText.NamespaceOf(type),
            Class = type.Name,
            Accessibility = SymbolText.AccessibilityOf(type),
            Name = name,
            Protected = SymbolText.ProtectedIn(context.SemanticModel.Compilation),
            WritesParseAttr = type.GetMembers("ParseAttr").Length == 0,
            WritesRegister = type.GetMembers("Register").Length == 0 && contextAlone,
            TakesContextAlone = contextAlone,
        };
        return new Reading<DialectModel>(model, default);
    }
}
