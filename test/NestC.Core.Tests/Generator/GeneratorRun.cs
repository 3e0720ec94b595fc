using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NestC.Generators;
using NestC.IR;

namespace NestC.Core.Tests.Generator;

/// <summary>Runs the generator over a source text, as the compiler would in an assembly of a dialect.</summary>
internal sealed class GeneratorRun
{
    private const string Usings = """
        global using System;
        global using NestC.Builtin;
        global using NestC.Diagnostics;
        global using NestC.IR;
        global using NestC.Rewriting;
        global using NestC.Support;
        global using NestC.Syntax;
        """;

    private static readonly CSharpParseOptions parseOptions = new(LanguageVersion.Preview, DocumentationMode.Parse);
    private static readonly MetadataReference[] references = FindReferences();

    private GeneratorRun(GeneratorDriver driver, CSharpCompilation input, Compilation output)
    {
        Driver = driver;
        Input = input;
        Output = output;
    }

    public GeneratorDriver Driver { get; }

    public CSharpCompilation Input { get; }

    public Compilation Output { get; }

    public IReadOnlyList<Diagnostic> Diagnostics => Driver.GetRunResult().Diagnostics;

    public static GeneratorRun Of(string source, bool trackSteps = false)
    {
        CSharpCompilation input = Compile(source);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new NestGenerator().AsSourceGenerator()], parseOptions: parseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackSteps));
        return new GeneratorRun(driver, input, input).Again(input);
    }

    public GeneratorRun Again(CSharpCompilation input)
    {
        GeneratorDriver driver = Driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out _);
        return new GeneratorRun(driver, input, output);
    }

    /// <summary>The same run after a change of one source text.</summary>
    public GeneratorRun Edit(int tree, Func<string, string> change)
    {
        SyntaxTree old = Input.SyntaxTrees[tree];
        string text = change(old.ToString());
        return Again(Input.ReplaceSyntaxTree(old, old.WithChangedText(Microsoft.CodeAnalysis.Text.SourceText.From(text, Encoding.UTF8))));
    }

    /// <summary>The generated text of a class.</summary>
    public string Text(string file)
    {
        foreach (SyntaxTree tree in Driver.GetRunResult().GeneratedTrees)
            if (Path.GetFileName(tree.FilePath) == file + ".g.cs") return tree.ToString();
        throw new InvalidOperationException($"{file}.g.cs was not generated; there are {string.Join(", ", Driver.GetRunResult().GeneratedTrees.Select(t => Path.GetFileName(t.FilePath)))}");
    }

    /// <summary>Errors and warnings of the compiler in the whole, generated code included.</summary>
    public string[] CompilerErrors() => [.. Output.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1701").Select(d => d.ToString())];

    private static CSharpCompilation Compile(string source) => CSharpCompilation.Create("Dialects.Test",
        [
            CSharpSyntaxTree.ParseText(Usings, parseOptions, "Usings.cs", Encoding.UTF8),
            CSharpSyntaxTree.ParseText(source, parseOptions, "Ops.cs", Encoding.UTF8),
            CSharpSyntaxTree.ParseText("class Elsewhere { int Unrelated => 1; }", parseOptions, "Elsewhere.cs", Encoding.UTF8),
        ],
        references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));

    private static MetadataReference[] FindReferences()
    {
        List<MetadataReference> found = [MetadataReference.CreateFromFile(typeof(Operation).Assembly.Location)];
        foreach (string path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll") found.Add(MetadataReference.CreateFromFile(path));
        }
        return [.. found];
    }
}
