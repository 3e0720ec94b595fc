using System.Text.RegularExpressions;
using NestC.Diagnostics;
using NestC.Dialects.Npu;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Dialects.Tests.Npu;

/// <summary>The dialect's lit files, run without the tools: what is said is what is expected, and every rule is broken once.</summary>
public sealed partial class LitFileTests
{
    [Fact]
    public void The_invalid_programs_are_refused_as_expected()
    {
        SourceFile source = Read("invalid.mlir");
        SplitInput split = SplitInput.At(source, SplitInput.DefaultMarker);
        Assert.True(split.Count > 100);
        var differences = new List<string>();
        for (int i = 0; i < split.Count; i++)
        {
            SourceFile chunk = split.Chunk(i);
            NestContext context = DialectTests.NewContext([]);
            context.AllowUnregisteredDialects = true;
            using var verifier = new DiagnosticVerifier(context, d =>
            {
                LocationPlace place = LocationPlace.Of(context, d.Location);
                (string file, int line) = SplitInput.PlaceInWhole(place.File ?? "", place.Line);
                differences.Add($"{file}:{line}: {d.Message}");
            });
            verifier.Add(chunk);
            if (AsmParser.Parse(context, chunk) is { } module) Verifier.Verify(module);
            verifier.Verify();
        }
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public void The_valid_programs_print_as_they_are_read()
    {
        foreach (bool generic in new[] { false, true })
        {
            var said = new List<Diagnostic>();
            NestContext context = DialectTests.NewContext(said);
            Operation? module = AsmParser.Parse(context, Read("ops.mlir"));
            Assert.True(module is not null && Verifier.Verify(module), said.Count > 0 ? said[0].Message : "");
            string text = AsmPrinter.ToText(module, new PrintOptions { Generic = generic });
            Operation? again = AsmParser.Parse(context, text);
            Assert.True(again is not null && Verifier.Verify(again), said.Count > 0 ? said[0].Message : "");
            Assert.Equal(text, AsmPrinter.ToText(again, new PrintOptions { Generic = generic }));
            Assert.Empty(said);
        }
    }

    [Fact]
    public void Every_operation_is_in_the_valid_file_and_every_rule_in_the_invalid_one()
    {
        NestContext context = DialectTests.NewContext([]);
        string valid = File.ReadAllText(PathOf("ops.mlir")), invalid = File.ReadAllText(PathOf("invalid.mlir"));
        var missing = new List<string>();
        // The rules that are broken in each chunk, with the operation that breaks them: the next line of code.
        var broken = new HashSet<string>();
        foreach (Match match in Expected().Matches(invalid)) broken.Add(match.Groups["op"].Value + " " + match.Groups["rule"].Value);
        foreach (string name in context.Dialect("npu")!.OpNames)
        {
            if (!valid.Contains(name, StringComparison.Ordinal)) missing.Add(name);
            foreach ((string id, string _) in context.OpInfo(name).Definition!.Documentation.Rules)
            {
                // What is wrong with a whole program is said of the instruction where it shows.
                bool found = name == "npu.program" ? broken.Any(b => b.EndsWith(" " + id, StringComparison.Ordinal)) : broken.Contains(name + " " + id);
                if (!found) missing.Add($"{name} {id}");
            }
        }
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"// expected-error@\+1 \{\{[^\n]*\[(?<rule>C[0-9]+)\]\}\}\n\s*(?:%\w+ = )?(?<op>npu\.[a-z_]+)")]
    private static partial Regex Expected();

    private static SourceFile Read(string name) => SourceFile.FromText(name, File.ReadAllText(PathOf(name)));

    private static string PathOf(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "NestC.sln"))) return Path.Combine(folder.FullName, "lit-tests", "Dialects", "npu", name);
        }
        throw new InvalidOperationException("the tests do not run inside of a checkout");
    }
}
