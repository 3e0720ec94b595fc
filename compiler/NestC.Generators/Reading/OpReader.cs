using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NestC.Generators;

/// <summary>What reading a declaration yields: a model, unless nothing can be generated, and what is wrong.</summary>
/// <param name="Place">Where the declaration stands, for what is only found out later.</param>
internal sealed record Reading<T>(T? Model, EquatableArray<DiagnosticInfo> Diagnostics, DiagnosticInfo? Place = null) where T : class, IEquatable<T>;

/// <summary>Reads the class of an operation.</summary>
internal sealed partial class OpReader
{
    private readonly INamedTypeSymbol type;
    private readonly Compilation compilation;
    private readonly ClassDeclarationSyntax syntax;
    private readonly AttributeData declaration;
    private readonly CancellationToken cancel;
    private readonly string ns;
    private readonly List<DiagnosticInfo> diagnostics = [];
    private readonly List<ValueModel> operands = [];
    private readonly List<ValueModel> results = [];
    private readonly List<PropModel> props = [];
    private readonly List<RegionModel> regions = [];
    private readonly List<SuccessorModel> successors = [];
    private readonly List<InferModel> inferences = [];
    private readonly Dictionary<string, Location> places = [];

    private OpReader(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        type = (INamedTypeSymbol)context.TargetSymbol;
        compilation = context.SemanticModel.Compilation;
        syntax = (ClassDeclarationSyntax)context.TargetNode;
        declaration = context.Attributes[0];
        this.cancel = cancel;
        ns = SymbolText.NamespaceOf(type);
    }

    public static Reading<OpModel> Read(GeneratorAttributeSyntaxContext context, CancellationToken cancel)
    {
        OpReader reader = new(context, cancel);
        OpModel? model = reader.Read();
        return new Reading<OpModel>(model, EquatableArray.From(reader.diagnostics), DiagnosticInfo.At(Rules.NoDialect, reader.AttributePlace()));
    }

    private OpModel? Read()
    {
        Location here = syntax.Identifier.GetLocation();
        if (type.ContainingType is not null || type.TypeParameters.Length > 0)
        {
            Report(Rules.Nested, here, type.Name, "Op");
            return null;
        }
        bool usable = true;
        if (!syntax.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            Report(Rules.NotPartial, here, type.Name, "Op");
            usable = false;
        }
        if (!SymbolText.DerivesFrom(type, "NestC.IR.Operation"))
        {
            Report(Rules.WrongBase, here, type.Name, "Op", "Operation");
            usable = false;
        }
        string name = SymbolText.StringArgument(declaration, 0) ?? "";
        if (!Regex.IsMatch(name, "^[A-Za-z_][A-Za-z0-9_$]*\\.[A-Za-z_][A-Za-z0-9_$.]*$"))
        {
            Report(Rules.BadName, AttributePlace(), name, "dialect.snake_case");
            usable = false;
        }
        if (!usable) return null;

        foreach (ISymbol member in type.GetMembers())
        {
            cancel.ThrowIfCancellationRequested();
            if (member is IPropertySymbol property) ReadProperty(property);
        }
        foreach (ISymbol member in type.GetMembers())
            if (member is IMethodSymbol method) ReadMethod(method);
        CheckNames();
        CheckTypeRelations();
        CheckLast();

        List<string> own = [], statics = [];
        foreach (ISymbol member in type.GetMembers())
        {
            if (member.IsImplicitlyDeclared) continue;
            own.Add(member.Name);
            if (member is IMethodSymbol { IsStatic: true, MethodKind: MethodKind.Ordinary }) statics.Add(member.Name);
        }
        // Operations that share a syntax may share the methods of its custom directives through a base class.
        for (INamedTypeSymbol? parent = type.BaseType; parent is not null && parent.Name != "Operation"; parent = parent.BaseType)
            foreach (ISymbol member in parent.GetMembers())
                if (member is IMethodSymbol { IsStatic: true, MethodKind: MethodKind.Ordinary }) statics.Add(member.Name);
        ReadTraits(out List<string> traits, out List<string> flags, out List<string> verified);
        OpModel model = new()
        {
            Namespace = ns,
            Class = type.Name,
            Accessibility = SymbolText.AccessibilityOf(type),
            OpName = name,
            Format = SymbolText.NamedString(declaration, "Format"),
            DefaultDialect = SymbolText.NamedString(declaration, "DefaultDialect"),
            Summary = SymbolText.SummaryOf(type),
            Protected = SymbolText.ProtectedIn(compilation),
            Operands = EquatableArray.From(operands),
            Results = EquatableArray.From(results),
            Props = EquatableArray.From(props),
            Regions = EquatableArray.From(regions),
            Successors = EquatableArray.From(successors),
            Inferences = EquatableArray.From(inferences),
            Rules = EquatableArray.From(ReadRules()),
            Traits = EquatableArray.From(traits),
            TraitFlags = EquatableArray.From(flags),
            VerifiedTraits = EquatableArray.From(verified),
            StaticMethods = EquatableArray.From(statics),
            OwnMembers = EquatableArray.From(own),
            HasCustomSyntax = SymbolText.Implements(type, "NestC.IR.ICustomSyntax"),
            IsCanonicalizable = SymbolText.Implements(type, "NestC.IR.ICanonicalizable"),
            IsIsolated = SymbolText.Implements(type, "NestC.IR.IIsolatedFromAbove"),
            SameOperandsAndResultType = SymbolText.Implements(type, "NestC.IR.ISameOperandsAndResultType"),
            SameTypeOperands = SymbolText.Implements(type, "NestC.IR.ISameTypeOperands"),
        };
        if (model.Format is not null)
        {
            if (model.HasCustomSyntax) Report(Rules.FormatAndCustom, AttributePlace(), type.Name);
            else CheckFormat(model);
        }
        return model;
    }

    private void CheckFormat(OpModel model)
    {
        foreach (FormatError error in FormatParser.Parse(model).Errors)
            Report(error.Rule, FormatPlace(error.Start, error.Length), error.Arguments);
    }

    private void ReadTraits(out List<string> traits, out List<string> flags, out List<string> verified)
    {
        traits = [];
        flags = [];
        verified = [];
        HashSet<string> known = [];
        if (compilation.GetTypeByMetadataName("NestC.IR.OpTraits") is { } traitFlags)
            foreach (ISymbol member in traitFlags.GetMembers())
                if (member is IFieldSymbol { HasConstantValue: true }) known.Add(member.Name);
        foreach (INamedTypeSymbol implemented in type.AllInterfaces)
        {
            string fullName = SymbolText.FullName(implemented);
            if (implemented.Name.Length < 2 || fullName.StartsWith("System.", StringComparison.Ordinal) || fullName == "NestC.Diagnostics.IDiagnosticSubject") continue;
            traits.Add(implemented.Name.Substring(1));
            string? flag = fullName switch
            {
                "NestC.IR.IMultiFoldable" => "Foldable",
                "NestC.IR.IAutomaticAllocationScope" => "AllocationScope",
                _ => fullName.StartsWith("NestC.IR.I", StringComparison.Ordinal) ? implemented.Name.Substring(1) : null,
            };
            if (flag is not null && flag != "None" && known.Contains(flag) && !flags.Contains(flag)) flags.Add(flag);
            foreach (ISymbol member in implemented.GetMembers("VerifyTrait"))
                if (member is IMethodSymbol { IsStatic: true, IsAbstract: false, Parameters.Length: 2 }) verified.Add(SymbolText.Of(implemented, ns));
        }
    }

    private List<RuleModel> ReadRules()
    {
        List<RuleModel> rules = [];
        HashSet<string> ids = [];
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (attribute.AttributeClass is not { } c || SymbolText.FullName(c) != "NestC.IR.RuleAttribute") continue;
            string id = SymbolText.StringArgument(attribute, 0) ?? "";
            if (!ids.Add(id)) Report(Rules.RuleTwice, PlaceOf(attribute), id, type.Name);
            rules.Add(new RuleModel(id, SymbolText.StringArgument(attribute, 1) ?? ""));
        }
        foreach (InvocationExpressionSyntax call in QuotingCalls())
            foreach (ArgumentSyntax argument in call.ArgumentList.Arguments)
            {
                if (argument.Expression is not LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal) continue;
                string id = literal.Token.ValueText;
                if (Regex.IsMatch(id, "^C[0-9]+$") && !ids.Contains(id)) Report(Rules.UndeclaredRule, literal.GetLocation(), id, type.Name);
            }
        return rules;
    }

    // Calls of `Require`, `Fail` or `Error` in the class: they quote rules.
    private IEnumerable<InvocationExpressionSyntax> QuotingCalls()
    {
        foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
            foreach (SyntaxNode node in reference.GetSyntax(cancel).DescendantNodes())
                if (node is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Require" or "Fail" or "Error" } } call)
                    yield return call;
    }

    private void CheckNames()
    {
        HashSet<string> names = [];
        void Add(string name, string kind)
        {
            if (!names.Add(name)) Report(Rules.Twice, PlaceOfPart(name), type.Name, name, kind);
        }
        foreach (ValueModel v in operands) Add(v.Name, "Operand<...>");
        foreach (ValueModel v in results) Add(v.Name, "Result<...>");
        foreach (PropModel v in props) Add(v.Name, "Prop");
        foreach (RegionModel v in regions) Add(v.Name, "OpRegion");
        foreach (SuccessorModel v in successors) Add(v.Name, "Successor");
    }

    private void CheckLast()
    {
        for (int i = 0; i + 1 < regions.Count; i++)
            if (regions[i].IsVariadic) Report(Rules.NotLast, PlaceOfPart(regions[i].Name), regions[i].Property, "regions");
        for (int i = 0; i + 1 < successors.Count; i++)
            if (successors[i].IsVariadic) Report(Rules.NotLast, PlaceOfPart(successors[i].Name), successors[i].Property, "successors");
    }

    private void CheckTypeRelations()
    {
        for (int list = 0; list < 2; list++)
        {
            List<ValueModel> values = list == 0 ? operands : results;
            for (int i = 0; i < values.Count; i++)
            {
                ValueModel value = values[i];
                string? other = value.SameTypeAs ?? value.TypeFrom;
                if (other is null) continue;
                if (other != value.Name && (ByName(operands, other) ?? ByName(results, other)) is { } found)
                {
                    values[i] = value with { SameTypeAs = value.SameTypeAs is null ? null : found.Name, TypeFrom = value.TypeFrom is null ? null : found.Name };
                    continue;
                }
                Report(Rules.UnknownValue, PlaceOfPart(value.Name), other, type.Name, ListOf(operands, results));
                values[i] = value with { SameTypeAs = null, TypeFrom = null };
            }
        }
    }

    private static ValueModel? ByName(List<ValueModel> values, string name)
    {
        foreach (ValueModel v in values)
            if (v.Name == name || v.Local == name || v.Property == name) return v;
        return null;
    }

    private static string ListOf(params List<ValueModel>[] lists)
    {
        List<string> names = [];
        foreach (List<ValueModel> list in lists)
            foreach (ValueModel v in list) names.Add("'" + v.Name + "'");
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    private void Report(DiagnosticDescriptor rule, Location at, params string[] arguments) => diagnostics.Add(DiagnosticInfo.At(rule, at, arguments));

    private Location AttributePlace() => PlaceOf(declaration);

    private Location PlaceOf(AttributeData attribute) => attribute.ApplicationSyntaxReference?.GetSyntax(cancel).GetLocation() ?? syntax.Identifier.GetLocation();

    private Location PlaceOfPart(string name) => places.TryGetValue(name, out Location? place) ? place : syntax.Identifier.GetLocation();

    // A place in the text of the format, when that is one literal; else the expression or the attribute.
    private Location FormatPlace(int start, int length)
    {
        if (declaration.ApplicationSyntaxReference?.GetSyntax(cancel) is not AttributeSyntax { ArgumentList: { } list }) return AttributePlace();
        foreach (AttributeArgumentSyntax argument in list.Arguments)
        {
            if (argument.NameEquals?.Name.Identifier.ValueText != "Format") continue;
            if (argument.Expression is LiteralExpressionSyntax { Token: { } token })
            {
                int quote = token.Text.IndexOf('"');
                int prefix = quote + 1;
                bool plain = token.Text.StartsWith("\"", StringComparison.Ordinal) && !token.Text.StartsWith("\"\"\"", StringComparison.Ordinal)
                    && token.Text.IndexOf('\\') < 0;
                if (plain && token.SpanStart + prefix + start + length <= token.Span.End)
                    return Location.Create(token.SyntaxTree!, new Microsoft.CodeAnalysis.Text.TextSpan(token.SpanStart + prefix + start, length));
            }
            return argument.Expression.GetLocation();
        }
        return AttributePlace();
    }
}
