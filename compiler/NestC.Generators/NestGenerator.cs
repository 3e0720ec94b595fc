using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace NestC.Generators;

/// <summary>
/// Writes the other halves of operation and dialect classes, and of passes with options. Models hold text only and are compared by value, so that an edit
/// elsewhere regenerates nothing.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class NestGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps, for the test that edits elsewhere regenerate nothing.</summary>
    public const string OpStep = "ops", OpModelStep = "op-models", DialectStep = "dialects", EnumStep = "enums", OptionStep = "options";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Reading<OpModel>> ops = context.SyntaxProvider
            .ForAttributeWithMetadataName("NestC.IR.OpAttribute", static (node, _) => node is ClassDeclarationSyntax, OpReader.Read)
            .WithTrackingName(OpStep);
        IncrementalValuesProvider<Reading<DialectModel>> dialects = context.SyntaxProvider
            .ForAttributeWithMetadataName("NestC.IR.DialectAttribute", static (node, _) => node is ClassDeclarationSyntax, DialectReader.Read)
            .WithTrackingName(DialectStep);
        IncrementalValuesProvider<Reading<EnumModel>> enums = context.SyntaxProvider
            .ForAttributeWithMetadataName("NestC.IR.EnumAttrAttribute", static (node, _) => node is EnumDeclarationSyntax, ReadEnum)
            .WithTrackingName(EnumStep);

        IncrementalValuesProvider<Reading<OptionsModel>> options = context.SyntaxProvider
            .ForAttributeWithMetadataName(OptionReader.Attribute, static (node, _) => node is PropertyDeclarationSyntax, OptionReader.Read)
            .WithTrackingName(OptionStep);

        // Readings hold places, which an edit above shifts; models do not, so that such an edit emits nothing anew.
        context.RegisterSourceOutput(ops, static (output, reading) => Report(output, reading.Diagnostics));
        context.RegisterSourceOutput(ops.Select(static (reading, _) => reading.Model).WithTrackingName(OpModelStep), static (output, op) =>
        {
            if (op is not null) Add(output, op.Namespace, op.Class, OpEmitter.Emit(op));
        });
        context.RegisterSourceOutput(options, static (output, reading) =>
        {
            Report(output, reading.Diagnostics);
            if (reading.Model is { } model) Add(output, model.Namespace, model.Class + "Options", OptionEmitter.Emit(model));
        });
        context.RegisterSourceOutput(enums, static (output, reading) =>
        {
            Report(output, reading.Diagnostics);
            if (reading.Model is { } model) Add(output, model.Namespace, model.Name + "Attr", EnumEmitter.Emit(model));
        });

        IncrementalValueProvider<EquatableArray<OpEntry>> entries = ops
            .Select(static (reading, _) => reading.Model is { } op ? new OpEntry(op.OpName, (op.Namespace.Length == 0 ? "" : op.Namespace + ".") + op.Class) : null)
            .Where(static entry => entry is not null)
            .Collect()
            .Select(static (all, _) => Sorted(all!));
        IncrementalValueProvider<EquatableArray<EnumModel>> enumList = enums
            .Select(static (reading, _) => reading.Model)
            .Where(static model => model is not null)
            .Collect()
            .Select(static (all, _) => SortedEnums(all!));
        context.RegisterSourceOutput(dialects.Combine(entries.Combine(enumList)), static (output, pair) =>
        {
            Report(output, pair.Left.Diagnostics);
            if (pair.Left.Model is not { } dialect) return;
            List<OpEntry> own = [];
            foreach (OpEntry entry in pair.Right.Left)
                if (DialectOf(entry.OpName) == dialect.Name) own.Add(entry with { FullClass = Relative(entry.FullClass, dialect.Namespace) });
            List<EnumModel> attrs = [];
            foreach (EnumModel model in pair.Right.Right)
                if (DialectOf(model.Mnemonic!) == dialect.Name) attrs.Add(model);
            Add(output, dialect.Namespace, dialect.Class, DialectEmitter.Emit(dialect, own, attrs));
        });
        context.RegisterSourceOutput(
            entries.Combine(dialects.Select(static (reading, _) => reading.Model?.Name ?? "").Collect()).Combine(ops.Select(static (r, _) => Place(r)).Collect()),
            static (output, all) => CheckDialects(output, all.Left.Left, all.Left.Right, all.Right));
    }

    private static Reading<EnumModel> ReadEnum(GeneratorAttributeSyntaxContext context, System.Threading.CancellationToken cancel)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.TargetSymbol;
        EnumModel model = EnumReader.Read(type, SymbolText.NamespaceOf(type), 64, context.SemanticModel.Compilation);
        Location here = ((EnumDeclarationSyntax)context.TargetNode).Identifier.GetLocation();
        List<DiagnosticInfo> diagnostics = [];
        if (type.ContainingType is not null) diagnostics.Add(DiagnosticInfo.At(Rules.Nested, here, type.Name, "EnumAttr"));
        if (model.Mnemonic is null || model.Mnemonic.IndexOf('.') <= 0) diagnostics.Add(DiagnosticInfo.At(Rules.BadName, here, model.Mnemonic ?? "", "dialect.mnemonic"));
        return new Reading<EnumModel>(diagnostics.Count == 0 ? model : null, EquatableArray.From(diagnostics));
    }

    private static void CheckDialects(SourceProductionContext output, EquatableArray<OpEntry> entries, ImmutableArray<string> dialects,
        ImmutableArray<(OpEntry? Entry, DiagnosticInfo? Missing)> places)
    {
        for (int i = 1; i < entries.Count; i++)
            if (entries[i].OpName == entries[i - 1].OpName)
                foreach ((OpEntry? entry, DiagnosticInfo? place) in places)
                    if (entry == entries[i])
                        output.ReportDiagnostic((place! with { Id = Rules.OpTwice.Id, Arguments = new EquatableArray<string>([entry.OpName, entries[i - 1].FullClass, entry.FullClass]) }).ToDiagnostic());
        foreach ((OpEntry? entry, DiagnosticInfo? place) in places)
            if (entry is not null && !dialects.Contains(DialectOf(entry.OpName))) output.ReportDiagnostic(place!.ToDiagnostic());
    }

    private static (OpEntry? Entry, DiagnosticInfo? Missing) Place(Reading<OpModel> reading) => reading.Model is not { } op
        ? (null, null)
        : (new OpEntry(op.OpName, (op.Namespace.Length == 0 ? "" : op.Namespace + ".") + op.Class), reading.Place! with { Arguments = new EquatableArray<string>([op.OpName, DialectOf(op.OpName)]) });

    private static EquatableArray<OpEntry> Sorted(ImmutableArray<OpEntry> entries)
    {
        List<OpEntry> list = [.. entries];
        list.Sort(static (a, b) => string.CompareOrdinal(a.OpName, b.OpName) is var order && order != 0 ? order : string.CompareOrdinal(a.FullClass, b.FullClass));
        return EquatableArray.From(list);
    }

    private static EquatableArray<EnumModel> SortedEnums(ImmutableArray<EnumModel> models)
    {
        List<EnumModel> list = [.. models];
        list.Sort(static (a, b) => string.CompareOrdinal(a.Mnemonic, b.Mnemonic));
        return EquatableArray.From(list);
    }

    private static string DialectOf(string name)
    {
        int dot = name.IndexOf('.');
        return dot < 0 ? "" : name.Substring(0, dot);
    }

    private static string Relative(string fullClass, string ns) =>
        fullClass.StartsWith(ns + ".", StringComparison.Ordinal) && fullClass.IndexOf('.', ns.Length + 1) < 0 ? fullClass.Substring(ns.Length + 1) : "global::" + fullClass;

    private static void Report(SourceProductionContext output, EquatableArray<DiagnosticInfo> diagnostics)
    {
        foreach (DiagnosticInfo diagnostic in diagnostics) output.ReportDiagnostic(diagnostic.ToDiagnostic());
    }

    private static void Add(SourceProductionContext output, string ns, string name, string text) =>
        output.AddSource((ns.Length == 0 ? "" : ns + ".") + name + ".g.cs", SourceText.From(text, Encoding.UTF8));
}
