using System.Text;
using System.Text.RegularExpressions;
using NestC.Core.Tests.Fuzz;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using NestC.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace NestC.Grammar.Tests;

/// <summary>
/// The parser of NestC.Core and the grammar agree on syntax: where the parser says that the syntax is wrong, the grammar rejects, and the grammar
/// rejects nothing that the parser has read. Over the generic form; a part of it, all under NEST_FULL=1.
/// </summary>
public partial class AgreementTests(ITestOutputHelper output)
{
    private static readonly bool s_full = Environment.GetEnvironmentVariable("NEST_FULL") == "1";

    private sealed record Verdict(bool HasError, bool IsSyntax, int Line, int Column, string Message);

    [DataFact("mlir/index-generic.tsv")]
    public void OnTheCorpus()
    {
        StringBuilder wrong = new();
        int count = 0;
        foreach (string file in GenericFiles())
        {
            if (count++ % (s_full ? 1 : 5) != 0) continue;
            byte[] text = File.ReadAllBytes(file);
            if (Differ(text) is { } why) wrong.AppendLine($"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}: {why}");
        }
        Assert.True(count > 0);
        Assert.True(wrong.Length == 0, wrong.ToString());
    }

    [DataFact("mlir/index-generic.tsv")]
    public void OnMutations()
    {
        List<byte[]> seeds = [];
        foreach (string file in GenericFiles())
        {
            byte[] text = File.ReadAllBytes(file);
            if (text.Length <= 3000) seeds.Add(text);
        }
        Mutator mutator = new(seeds);
        StringBuilder wrong = new();
        int compared = 0, rejected = 0, failed = 0;
        for (int i = 0; i < (s_full ? 50_000 : 1_500); i++)
        {
            byte[] text = mutator.Make((ulong)i);
            if (HasCustomForm().IsMatch(Encoding.Latin1.GetString(text))) continue;
            compared++;
            if (!GrammarOracle.Accepts(text, out _, out _, out _)) rejected++;
            if (Differ(text) is not { } why || ++failed > 20) continue;
            wrong.AppendLine($"input {i}: {why}\n{Encoding.Latin1.GetString(text, 0, Math.Min(text.Length, 600))}\n=====");
        }
        output.WriteLine($"{compared} compared, {rejected} rejected by the grammar");
        Assert.True(failed == 0, $"{failed} of {compared}\n{wrong}");
        Assert.InRange(rejected, compared / 4, compared);
    }

    // What the two say differently of one text, or null.
    private static string? Differ(byte[] text)
    {
        bool accepted = GrammarOracle.Accepts(text, out int line, out int column, out string message);
        Verdict parsed = Parse(text);
        if (accepted) return parsed.HasError && parsed.IsSyntax ? $"the grammar accepts, the parser says {parsed.Line}:{parsed.Column}: {parsed.Message}" : null;
        if (!parsed.HasError) return $"the parser accepts, the grammar says {line}:{column}: {message}";
        // An error of meaning may end the reading before the grammar's place is reached; what it has read must be syntax.
        if (!parsed.IsSyntax && (line, column).CompareTo((parsed.Line, parsed.Column)) < 0)
            return $"the parser has read {line}:{column} ({message}), and says {parsed.Line}:{parsed.Column}: {parsed.Message}";
        return null;
    }

    private static Verdict Parse(byte[] text)
    {
        // No dialect but builtin: what others do with their text is no matter of syntax.
        NestContext context = new() { AllowUnregisteredDialects = true };
        Verdict? first = null;
        using IDisposable handler = context.Diagnostics.PushHandler(d =>
        {
            // Only the first: what is said after it depends on how reading goes on.
            if (d.Severity != Severity.Error || first is not null) return;
            // A name without quotes is custom syntax, which the generic form does not have.
            bool syntax = d.IsSyntax || d.Code is "NEST1317" or "NEST1318" or "NEST1319";
            LocationPlace place = LocationPlace.Of(context, d.Location);
            first = new Verdict(true, syntax, place.Line, place.Column, $"{d.Code} {d.Message}");
        });
        using SourceFile source = SourceFile.FromBytes("<text>", text);
        Operation? op = AsmParser.Parse(context, source);
        return first ?? new Verdict(op is null, false, 0, 0, op is null ? "rejected without an error" : "");
    }

    private static IEnumerable<string> GenericFiles()
    {
        foreach (string folder in (string[])["generic", "generic-debuginfo", "synth"])
            foreach (string file in Corpus.Files(folder)) yield return file;
        foreach (Dictionary<string, string> row in Corpus.Index("invalid"))
        {
            string file = Path.Combine(Corpus.Mlir!, row["kind"], row["id"] + ".mlir");
            if (row["generic_only"] == "1" && !HasCustomForm().IsMatch(Encoding.Latin1.GetString(File.ReadAllBytes(file)))) yield return file;
        }
    }

    [GeneratedRegex(@"(?<![\w.""$%@^#!-])(builtin\.)?(module|unrealized_conversion_cast)(?![\w.""$])")]
    private static partial Regex HasCustomForm();
}
