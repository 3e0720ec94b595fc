using Microsoft.CodeAnalysis;
using NestC.Generators;
using Xunit;
using DiagnosticCatalog = NestC.Diagnostics.DiagnosticCatalog;
using DiagnosticPage = NestC.Diagnostics.DiagnosticPage;

namespace NestC.Core.Tests.Generator;

/// <summary>The generator's diagnostics; the examples are those of the pages that `--explain` prints.</summary>
public sealed class DeclarationDiagnosticsTests
{
    private const string Dialect = """
        namespace Sample;

        [Dialect("sample")] public sealed partial class SampleDialect(NestContext context) : Dialect(context, "sample");

        """;

    public static TheoryData<string> Codes() => [.. Rules.All.Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void TheWrongExampleIsReportedAndTheRightOneCompiles(string code)
    {
        DiagnosticPage page = DiagnosticCatalog.Find(code) ?? throw new InvalidOperationException($"{code} has no page");
        GeneratorRun wrong = GeneratorRun.Of(Dialect + page.Wrong);
        Assert.All(wrong.Diagnostics, d => Assert.Equal(code, d.Id));
        Diagnostic reported = Assert.Single(wrong.Diagnostics);
        Assert.Equal("Ops.cs", reported.Location.GetLineSpan().Path);
        Assert.Equal(DiagnosticSeverity.Error, reported.Severity);
        Assert.DoesNotContain("{", reported.GetMessage().Replace("{ get; }", ""));

        GeneratorRun right = GeneratorRun.Of(Dialect + page.Right);
        Assert.Empty(right.Diagnostics);
        Assert.Empty(right.CompilerErrors());
    }

    /// <summary>Where in the line, and what is said of it.</summary>
    [Theory]
    [InlineData("$input attr-dict `:` type($inptu)", "$inptu", "'$inptu' names no operand, result, property, region or successor; there are $input, type($output)")]
    [InlineData("$input attr-dict : type($input)", ":", "':' starts neither a literal (in backquotes), a variable ('$name'), a directive nor a group")]
    [InlineData("$input attr-dict `:` typ($input)", "typ", "'typ' is no directive: there are attr-dict, attr-dict-with-keyword, prop-dict, operands, results, regions, successors, type, functional-type, qualified, ref, oilist and custom; keywords stand in backquotes, names after '$'")]
    [InlineData("$input `:=` attr-dict `:` type($input)", "`:=`", "':=' is no literal: there are words, '->', '...', and one of _:,=<>()[]{}?+*-/|")]
    [InlineData("$output attr-dict `:` type($output)", "$output", "'$output' is a result: only its type can stand in a format, as 'type($output)'")]
    [InlineData("$input attr-dict `:` type($input) type($input)", "$input)\"", "'type($input)' is bound already; in a custom directive 'ref(...)' refers to what is bound")]
    [InlineData("$input", "$input\"", "'attr-dict' is missing: without it discardable attributes would be lost")]
    public void FormatErrorsPointIntoTheFormat(string format, string at, string message)
    {
        string source = Dialect + $$"""
            [Op("sample.neg", Format = "{{format}}")]
            public sealed partial class NegOp : Operation, ISameOperandsAndResultType
            {
                [Operand<Float>] public partial Value Input { get; }
                [Result<Float>] public partial Value Output { get; }
            }
            """;
        Diagnostic first = GeneratorRun.Of(source).Diagnostics[0];
        Assert.Equal("Format of 'sample.neg': " + message, first.GetMessage());
        int start = first.Location.SourceSpan.Start;
        Assert.Equal(at, source.Substring(start, at.Length));
    }

    [Fact]
    public void AllErrorsAreReported()
    {
        GeneratorRun run = GeneratorRun.Of(Dialect + """
            [Op("sample.many")]
            [Rule("C1", "a"), Rule("C1", "b")]
            public sealed partial class ManyOp : Operation
            {
                [Operand<Float>] public partial OperandRange Input { get; }
                [Prop] public partial Guid Id { get; }
                [Result<Float>, SameTypeAs("nothing")] public partial Value Output { get; }
            }
            """);
        Assert.Equal(["NEST0006", "NEST0007", "NEST0010", "NEST0014"], run.Diagnostics.Select(d => d.Id).Order());
    }
}
